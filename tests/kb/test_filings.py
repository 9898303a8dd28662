"""What the words of a docket mean, which filings concern us, and what they say."""

from datetime import UTC, datetime

import pytest
from values import claim, entry

from kb.filings import Filing
from kb.filings.entries import Watched, complaint, event, is_of
from kb.filings.words import conduct_of, is_routine, stage_told
from kb.model import Claim, Organisation, Proceeding, Stage
from kb.registry import registry_of
from kb.tracking.proceedings import same_court


@pytest.mark.parametrize(
    ("what", "stage"),
    [
        ("Complaint", "complaint"),
        ("COMPLAINT against OpenAI, Inc. (Filing Fee $ 405.00)", "complaint"),
        ("New case", "complaint"),
        ("Amended Complaint", None),
        ("Answer to Complaint", None),
        ("Crossclaim", None),
        ("MOTION to Dismiss", None),
        ("Motion for Summary Judgment", None),
        ("MEMORANDUM OF LAW in Support re: MOTION to Dismiss", None),
        ("Response in Opposition to Motion", None),
        ("Proposed Order granting motion to dismiss", None),
        ("Order", None),
        ("Order on Motion for Extension of Time to File", None),
        ("Order to Show Cause", None),
        ("Order on Motion to Dismiss", "ruling"),
        ("ORDER granting in part and denying in part 52 Motion to Dismiss", "ruling"),
        ("Order on Motion for Preliminary Injunction", "ruling"),
        ("Order on Motion for Summary Judgment", "ruling"),
        ("Memorandum & Opinion", "ruling"),
        ("OPINION AND ORDER re: 80 MOTION to Dismiss", "ruling"),
        ("Clerk's Judgment", "ruling"),
        ("Jury Verdict", "verdict"),
        ("Order Dismissing Case", "dismissed"),
        ("Order Dismissing Parties", None),
        ("ORDER dismissing complaint with prejudice", "dismissed"),
        ("ORDER. CASE DISMISSED.", "dismissed"),
        ("Notice of Settlement", "settled"),
        ("ORDER granting final approval of class action settlement", "settled"),
        ("ORDER granting preliminary approval of class action settlement", None),
        ("Order on Motion for Settlement", None),
        ("ORDER: this action is hereby dismissed with prejudice", "dismissed"),
        ("Stipulation and Order of Voluntary Dismissal", "dismissed"),
        ("Notice of Voluntary Dismissal", "withdrawn"),
        ("Notice of Appeal", "appeal"),
        ("Transmission of Notice of Appeal and Docket Sheet to USCA", None),
        ("Notice of Settlement Conference", None),
        ("ORDER approving stipulation to continue settlement conference", None),
        ("Verdict Form (proposed)", None),
        ("Opinion letter", None),
        ("Judgment Debtor exam", None),
        ("Memorandum and Order re discovery dispute", None),
        ("OPINION AND ORDER re: 80 MOTION to Compel", None),
        ("Order on Motion for Extension of Time to File Response/Reply re Motion to Dismiss", None),
        ("Order on Motion for Leave to File Excess Pages in Support of Motion to Dismiss", None),
        ("Order on Motion to File Under Seal re Motion for Summary Judgment", None),
        ("Order Setting Hearing on Motion to Dismiss", None),
        ("ORDER continuing hearing on Motion to Dismiss", None),
        ("ORDER setting briefing schedule on motion for summary judgment", None),
        ("ORDER denying Motion to Stay Discovery pending decision on motion to dismiss", None),
        ("ORDER granting 52 Motion to Dismiss, denying as moot 60 Motion for Extension of Time", "ruling"),
        ("ORDER granting 52 Motion to Dismiss and denying 53 Motion to Strike", "ruling"),
        ("Order on Motion for Entry of Default Judgment", "ruling"),
        ("STIPULATION OF DISMISSAL as to defendant Acme only", None),
        ("STIPULATION OF DISMISSAL with prejudice", "dismissed"),
        ("ORDER dismissing complaint with leave to amend", None),
        ("ORDER dismissing complaint without leave to amend", "dismissed"),
        ("ORDER that the action is dismissed as to Doe", None),
        ("Notice of Voluntary Dismissal as to Doe 3", None),
        ("NOTICE OF APPEAL as to 52 Order on Motion to Dismiss", "appeal"),
        ("Complaint, Answer to", None),
        ("Complaint - Third party", None),
        ("COMPLAINT against OpenAI, Inc. (Attachments: # 1 Exhibit, # 2 Proposed Summons)", "complaint"),
    ],
)
def test_only_what_the_docket_says_is_a_step(what: str, stage: str | None) -> None:
    told = stage_told(what)
    assert (told.value if told else None) == stage


@pytest.mark.parametrize(
    ("what", "routine"),
    [
        ("Notice of Appearance", True),
        ("Appear Pro Hac Vice", True),
        ("~Util - Set Hearings", True),
        ("Civil Cover Sheet", True),
        ("AO 121 Form Copyright", True),
        ("Order on Motion for Extension of Time to Answer", True),
        ("Notice of Settlement Conference", True),
        ("Verdict Form (proposed)", True),
        ("Order Setting Hearing on Motion to Dismiss", True),
        ("First MOTION for a Second Extension of Time to Answer", True),
        ("ORDER setting aside default", False),
        ("MOTION to Dismiss", False),
        ("Answer to Complaint", False),
        ("Order", False),
        ("Declaration in Opposition (non-motion)", False),
    ],
)
def test_what_keeps_a_proceeding_going_is_routine(what: str, routine: bool) -> None:
    assert is_routine(what) is routine


@pytest.mark.parametrize(
    ("nature", "words", "conduct"),
    [
        ("820 Copyright", "", ["copyright"]),
        ("880 Defend Trade Secrets Act (of 2016)", "", ["trade-secret"]),
        ("830 Patent 35:271 Patent Infringement", "", ["patent"]),
        ("840 Trademark", "", ["trademark"]),
        ("Copyrights 17:501", "", ["copyright"]),
        ("442 Civil Rights: Jobs", "AO 121 Form Copyright", []),
        ("", "AO 121 Form Copyright - Notice of Submission", ["copyright"]),
        ("", "AO 120 Form Patent/Trademark", []),
        ("", "Complaint", []),
    ],
)
def test_the_nature_of_a_suit(nature: str, words: str, conduct: list[str]) -> None:
    assert [each.value for each in conduct_of(nature, words)] == conduct


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("S.D.N.Y.", "S.D.N.Y. (MDL 3143)", True),
        ("S.D.N.Y.", "U.S. District Court for the Southern District of New York", True),
        ("N.D. Cal.", "Northern District of California", True),
        ("E.D. Pa.", "federal court in the Eastern District of Pennsylvania", True),
        ("D.D.C.", "the District of Columbia", True),
        ("D. Del.", "U.S. District Court for the District of Delaware", True),
        ("D. Mont.", "U.S. District Court for the District of Montana in Helena", True),
        ("W.D. Va.", "Western District of Virginia", True),
        ("D.P.R.", "District of Puerto Rico", True),
        ("S.D. W. Va.", "Southern District of West Virginia", True),
        ("D. Mo.", "D. Mont.", False),
        ("D. Me.", "D. Mass.", False),
        ("W.D. Va.", "Western District of Pennsylvania", False),
        ("S.D. Miss.", "Southern District of Mississippi", True),
        ("S.D. Miss.", "Southern District of Missouri", False),
        ("D. Mo.", "D. Nowhere", None),
        ("S.D.N.Y.", "E.D.N.Y.", False),
        ("N.D. Cal.", "C.D. Cal.", False),
        ("D. Del.", "D. Mass.", False),
        ("N.D. Cal.", "N.D. Ill.", False),
        ("N.D. Cal.", "a federal court in San Francisco", None),
        ("N.D. Cal.", "", None),
        ("", "N.D. Cal.", None),
        ("N.D. Cal.", "High Court of England and Wales", None),
    ],
)
def test_courts_by_their_names(one: str, other: str, same: bool | None) -> None:
    assert (same_court(one, other), same_court(other, one)) == (same, same)


WATCHED = Watched.of(
    registry_of(
        [
            Organisation(name="OpenAI", legal_name="OpenAI, Inc.", aliases=("OpenAI OpCo, LLC",), kind="ai-lab"),
            Organisation(name="Cameo", legal_name="Baron App, Inc.", kind="tech", ambiguous=("Cameo",)),
            Organisation(name="Adobe", legal_name="Adobe Inc.", kind="software"),
            Organisation(name="The New York Times", aliases=("The New York Times Company",), kind="news"),
        ]
    )
)


def filing(
    caption: str, what: str = "Complaint", nature: str = "", docket: str = "1:26-cv-00123", court: str = "S.D.N.Y."
) -> Filing:
    at = datetime(2026, 6, 20, 18, tzinfo=UTC)
    return Filing(
        outlet="nysd", crawled=at, court=court, docket=docket, caption=caption, what=what, filed=at, day=at.date(),
        url="https://ecf.nysd.uscourts.gov/doc1/1", nature=nature,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("caption", "nature", "beside", "told"),
    [
        ("Doe v. OpenAI, Inc. et al", "820 Copyright", "", ("Doe", "OpenAI", ["copyright"], True)),
        ("Doe v. OpenAI, Inc. et al", "", "AO 121 Form Copyright", ("Doe", "OpenAI", ["copyright"], True)),
        ("The New York Times Company v. OpenAI OpCo, LLC", "880 Trade Secrets", "", ("The New York Times", "OpenAI", ["trade-secret"], True)),
        # whether it is about intellectual property is not told, or whether it is about AI: a person looks first
        ("Doe v. OpenAI, Inc. et al", "", "Civil Cover Sheet", ("Doe", "OpenAI", ["other"], False)),
        ("Doe v. Adobe Inc.", "820 Copyright", "", ("Doe", "Adobe", ["copyright"], False)),
        # another sort of suit, another party, the other side, a name that is also a word
        ("Doe v. OpenAI, Inc. et al", "442 Civil Rights: Jobs", "", None),
        ("Doe v. Adobe Inc.", "830 Patent", "", None),
        ("Doe v. Adobe Inc.", "", "", None),
        ("Doe v. Openair Ltd.", "820 Copyright", "", None),
        ("OpenAI, Inc. v. Doe", "820 Copyright", "", None),
        ("Doe v. Cameo", "820 Copyright", "", None),
        ("In re OpenAI Copyright Litigation", "820 Copyright", "", None),
    ],
)  # fmt: skip
def test_a_complaint_accuses_only_where_the_docket_bears_it_out(
    caption: str, nature: str, beside: str, told: tuple[str, str, list[str], bool] | None
) -> None:
    found = complaint(filing(caption, nature=nature), WATCHED, beside)
    if told is None:
        assert found is None
        return
    assert found is not None
    [allegation] = found.reading.allegations
    accuser, accused, conduct, published = told
    assert (allegation.accusers, allegation.accused) == ((accuser,), (accused,))
    assert ([each.value for each in allegation.conduct], allegation.published) == (conduct, published)
    assert (str(allegation.reached), allegation.proceeding) == ("2026-06-20", Proceeding("S.D.N.Y.", "1:26-cv-00123"))
    assert found.report.title == f"{caption}, 1:26-cv-00123: Complaint" == allegation.sentence


@pytest.mark.parametrize(
    ("what", "nature", "published"),
    [
        ("COMPLAINT for Patent Infringement", "830 Patent 35:271", True),
        ("COMPLAINT for Declaratory Judgment of Non-Infringement", "830 Patent", False),
        ("Complaint", "830 Patent 28:2201 Declaratory Judgment", False),
        ("Complaint", "820 Copyright 28:2201", False),
    ],
)
def test_a_suit_for_a_declaration_waits_for_review(what: str, nature: str, published: bool) -> None:
    found = complaint(filing("Acme v. OpenAI, Inc.", what, nature), WATCHED)
    assert found is not None
    assert [allegation.published for allegation in found.reading.allegations] == [published]


def test_nothing_but_a_civil_complaint_begins_a_dispute() -> None:
    assert complaint(filing("Doe v. OpenAI, Inc.", what="MOTION to Dismiss", nature="820 Copyright"), WATCHED) is None
    assert complaint(filing("USA v. OpenAI, Inc.", nature="820 Copyright", docket="1:26-cr-00123"), WATCHED) is None


def known(court: str, docket: str = "1:26-cv-00123", accusers: str = "Jane Doe", accused: str = "OpenAI") -> Claim:
    return claim("a", [accusers], [accused], proceeding=Proceeding(court, docket))


@pytest.mark.parametrize(
    ("caption", "court", "told", "same"),
    [
        ("Doe v. OpenAI, Inc. et al", "S.D.N.Y.", known("S.D.N.Y. (MDL 3143)"), True),
        ("In Re: OpenAI, Inc. Copyright Litigation", "S.D.N.Y.", known("S.D.N.Y."), True),
        ("Doe v. Adobe Inc.", "S.D.N.Y.", known("S.D.N.Y."), False),
        ("Doe v. OpenAI, Inc. et al", "S.D.N.Y.", known("S.D.N.Y.", "1:25-cv-00123"), False),
        ("Doe v. OpenAI, Inc. et al", "S.D.N.Y.", known("N.D. Cal."), False),
        # where the court of one is not known a party of either side must be the same
        ("Doe v. OpenAI, Inc. et al", "S.D.N.Y.", known(""), False),
        ("Adobe Inc. v. OpenAI, Inc. et al", "", known("N.D. Cal.", accusers="Adobe"), True),
    ],
)
def test_a_proceeding_is_known_by_number_court_and_party(caption: str, court: str, told: Claim, same: bool) -> None:
    filed = filing(caption, court=court)
    assert is_of(filed, told, WATCHED.parties(filed)) is same


OF_IT = entry("e", "2026-06-01", ["Jane Doe"], ["OpenAI"], stage=Stage.COMPLAINT, proceeding=Proceeding("S.D.N.Y.", "1:26-cv-00123"))  # fmt: skip
RULED = claim("r", ["Jane Doe"], ["OpenAI"], stage=Stage.RULING, days=5)
DISMISSED = claim("d", ["Jane Doe"], ["OpenAI"], stage=Stage.DISMISSED, days=40)


@pytest.mark.parametrize(
    ("what", "stage", "reached"),
    [
        ("Order Dismissing Case", Stage.DISMISSED, "2026-06-20"),
        ("Notice of Appeal", Stage.APPEAL, "2026-06-20"),
        # no step by itself: the dispute stands where it stood then
        ("MOTION for Reconsideration", Stage.RULING, "None"),
    ],
)
def test_an_event_of_a_known_proceeding_names_its_parties_and_a_step_only_where_told(
    what: str, stage: Stage, reached: str
) -> None:
    found = event(filing("Doe v. OpenAI, Inc. et al", what), [OF_IT], [OF_IT, RULED, DISMISSED])
    assert found is not None
    [told] = found.reading.allegations
    assert (*told.accusers, *told.accused, told.conduct) == ("Jane Doe", "OpenAI", OF_IT.allegation.conduct)
    assert (told.stage, str(told.reached)) == (stage, reached)
    assert (found.report.url, found.report.published) == ("https://ecf.nysd.uscourts.gov/doc1/1", filing("").filed)


def test_routine_in_a_known_proceeding_leaves_nothing() -> None:
    assert event(filing("Doe v. OpenAI, Inc. et al", "Notice of Appearance"), [OF_IT], [OF_IT]) is None
