"""Takedown notices, which are forms and not prose: who owns the work, and whose copy is to go."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FORM = re.compile(
    r"authori[sz]ed to act on the copyright owner|DMCA|takedown notice|good faith belief|penalty of perjury|infringing (?:material|repositor|content|file)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^[ \t]*(?:\*\*(?P<bold>.+?)\*\*|#+ (?P<heading>.+?)|(?P<plain>[^\n]{15,300}[?:]))[ \t]*$", re.MULTILINE
)
_OWNER = [
    re.compile(pattern)
    for pattern in (
        r"(?:on behalf of|representing|represent|agent (?:for|of)|employed by|owned by|property of|counsel (?:for|to)|\] (?:for|of|at)) (?:the )?(?P<name>[A-Z][\w.&-]*(?: (?:[A-Z][\w.&-]*|of|and|&))*(?:,? (?:Inc|LLC|Ltd|PBC|Corp|GmbH)\b\.?)?)",
        r"(?P<name>[A-Z][\w.&-]*(?: [A-Z][\w.&-]*){0,4}(?:,? (?:Inc|LLC|Ltd|PBC|Corp|GmbH)\b\.?)?) (?:is|are) the (?:sole |exclusive |rightful )?(?:copyright )?(?:owner|holder)",
        r"(?:copyright (?:owner|holder) is|I am|my name is|we are) (?P<name>[A-Z][\w.&-]*(?: [A-Z][\w.&-]*){0,4})(?=[,.\n])",
    )
]
_REPOSITORY = re.compile(
    r"https?://(?:www\.|raw\.|gist\.)?(?:github(?:usercontent)?|gitlab|huggingface)\.(?:com|co)/(?P<user>[\w-]+)(?:/(?P<name>[\w.-]+))?"
)
_NOT_USERS = frozenset(
    "github docs contact site about settings features security readme login datasets models spaces orgs".split()
)
_OWN_WORK = re.compile(
    r"original|your ownership|copyright ownership|owner'?s? behalf|who are you|nature of your", re.IGNORECASE
)
_INFRINGING = re.compile(r"infring|taken down|removed|repository url|identify|allegedly", re.IGNORECASE)
_LICENCE = re.compile(
    r"licen[cs]e (?:terms|text|notice|header|file|violation|agreement)|attribution|\bA?GPL|MIT licen|apache licen|\bunder the \w+ licen",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a takedown notice says.

    Attributes:
        owner: who claims the work; empty where the name was struck out.
        accused: the accounts whose copies are to go.
        about_licence: the complaint is a breach of an open licence rather than mere copying.
        start: where the address of the copy begins in the text.
        end: where it ends.
    """

    owner: str
    accused: tuple[str, ...]
    about_licence: bool
    start: int
    end: int


def notice(text: str) -> Notice | None:
    """The notice that a text is; None if it is none, or names no copy."""
    if len({match.lower() for match in _FORM.findall(text)}) < 2:
        return None
    own, copies = _split(text)
    owner, account = _owner(own)
    places = [place for place in copies if place["user"].casefold() not in _NOT_USERS | {account.casefold(), ""}]
    if not places:
        return None
    accused = tuple(dict.fromkeys(place["user"] for place in places))
    answers = " ".join(answer for _, _, answer in own)
    return Notice(owner or account, accused, bool(_LICENCE.search(answers)), places[0].start(), places[0].end())


def _split(text: str) -> tuple[list[tuple[int, str, str]], list[re.Match[str]]]:
    """Answers on the sender's own work, and the addresses given for copies of it."""
    own: list[tuple[int, str, str]] = []
    copies: list[re.Match[str]] = []
    for start, question, answer in _answers(text):
        about_copies = _INFRINGING.search(question)
        about_own = _OWN_WORK.search(question)
        if about_own:
            own.append((start, question, answer))
        if (
            about_copies
            and not copies
            and "fork" not in question.lower()
            and not (about_own and "original" in question.lower() and "has allegedly been" in question.lower())
        ):
            copies += list(_REPOSITORY.finditer(text, start, start + len(answer)))
    return own, copies or list(_REPOSITORY.finditer(text))[:1]


def _answers(text: str) -> Iterator[tuple[int, str, str]]:
    questions = list(_QUESTION.finditer(text))
    for n, match in enumerate(questions):
        end = questions[n + 1].start() if n + 1 < len(questions) else len(text)
        yield match.end(), match["bold"] or match["heading"] or match["plain"], text[match.end() : end]
    if not questions:
        yield 0, "infringing", text


def _owner(own: list[tuple[int, str, str]]) -> tuple[str, str]:
    """The owner's name, and the account that holds the original."""
    name = account = ""
    for _, _, answer in own:
        for pattern in _OWNER:
            match = pattern.search(answer)
            if match and not name and not match["name"].startswith(("The ", "I ", "My ")):
                name = match["name"].rstrip(" ,.")
        found = _REPOSITORY.search(answer)
        if found and not name and not account and found["user"].casefold() not in _NOT_USERS:
            account = found["user"]
    return name, account
