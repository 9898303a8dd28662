"""The federal district courts of the United States, by their names and as they are cited."""

import re

_STATES = {
    "Alabama": "Ala",
    "Alaska": "Alaska",
    "Arizona": "Ariz",
    "Arkansas": "Ark",
    "California": "Cal Calif",
    "Colorado": "Colo",
    "Connecticut": "Conn",
    "Delaware": "Del",
    "District of Columbia": "DC",
    "Florida": "Fla",
    "Georgia": "Ga",
    "Guam": "Guam",
    "Hawaii": "Haw",
    "Idaho": "Idaho",
    "Illinois": "Ill",
    "Indiana": "Ind",
    "Iowa": "Iowa",
    "Kansas": "Kan Kans",
    "Kentucky": "Ky",
    "Louisiana": "La",
    "Maine": "Me",
    "Maryland": "Md",
    "Massachusetts": "Mass",
    "Michigan": "Mich",
    "Minnesota": "Minn",
    "Mississippi": "Miss",
    "Missouri": "Mo",
    "Montana": "Mont",
    "Nebraska": "Neb Nebr",
    "Nevada": "Nev",
    "New Hampshire": "NH",
    "New Jersey": "NJ",
    "New Mexico": "NM",
    "New York": "NY",
    "North Carolina": "NC",
    "North Dakota": "ND",
    "Northern Mariana Islands": "NMarI NMI",
    "Ohio": "Ohio",
    "Oklahoma": "Okla",
    "Oregon": "Or Ore",
    "Pennsylvania": "Pa Penn",
    "Puerto Rico": "PR",
    "Rhode Island": "RI",
    "South Carolina": "SC",
    "South Dakota": "SD",
    "Tennessee": "Tenn",
    "Texas": "Tex",
    "Utah": "Utah",
    "Vermont": "Vt",
    "Virgin Islands": "VI",
    "Virginia": "Va",
    "Washington": "Wash",
    "West Virginia": "WVa",
    "Wisconsin": "Wis",
    "Wyoming": "Wyo",
}
"""Each with its abbreviations in citations, without their points."""
_BY_FORM = {
    re.sub(r"\W", "", form).casefold(): state for state, short in _STATES.items() for form in (state, *short.split())
}
_LONGEST = 3
"""Words in the longest form."""
_NAMED = re.compile(
    r"\b(?:(?P<part>north|south|east|west|central|middle)(?:ern)? )?district of (?P<state>[a-z]+(?: [a-z]+){0,2})",
    re.IGNORECASE,
)
_CITED = re.compile(r"\b(?:(?P<part>[NSEWCM])\.? ?)?D\.? ?(?P<state>[A-Z][\w.]*(?: ?[A-Z][\w.]*)*)")


def district(court: str) -> tuple[str, str] | None:
    """The part and the state of the district that a court's name tells; the part empty where it is the whole state.

    >>> district("S.D.N.Y."), district("U.S. District Court for the District of Montana"), district("a court in Ohio")
    (('s', 'New York'), ('', 'Montana'), None)
    """
    court = re.sub("district of columbia", "D.D.C.", court, flags=re.IGNORECASE)
    found = _NAMED.search(court) or _CITED.search(court)
    if not found:
        return None
    words = re.findall(r"[a-z]+", found["state"].casefold())
    states = (_BY_FORM.get("".join(words[:count])) for count in range(_LONGEST, 0, -1))
    state = next((state for state in states if state), None)
    return ((found["part"] or "")[:1].casefold(), state) if state else None
