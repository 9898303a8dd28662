"""Feeds of courts, as real ones are made, read entry by entry."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from court_feeds import cm_ecf, found, search_answer

from crawler.dockets import filings
from crawler.feeds import FeedUnreadable
from kb.filings import Filing
from kb.model import Outlet, OutletKind

COURT = Outlet(
    slug="nysd",
    name="U.S. District Court, Southern District of New York",
    home="https://ecf.nysd.uscourts.gov/",
    country="US",
    kind=OutletKind.COURT,
    court="S.D.N.Y.",
    timezone="America/New_York",
)
NOW = datetime(2026, 6, 12, tzinfo=UTC)
URL = "https://ecf.nysd.uscourts.gov/cgi-bin/rss_outside.pl"


def read(payload: bytes, url: str = URL) -> list[Filing]:
    return filings(payload, url, COURT, NOW)


def test_an_entry_is_told_with_its_day_at_the_court() -> None:
    [filing] = read(
        cm_ecf(("1:26-cv-03365", "Doe & Sons v. OpenAI, Inc. et al", "Complaint", "Wed, 10 Jun 2026 00:09:55 GMT"))
    )
    assert filing == Filing(
        outlet="nysd",
        crawled=NOW,
        court="S.D.N.Y.",
        docket="1:26-cv-03365",
        caption="Doe & Sons v. OpenAI, Inc. et al",
        what="Complaint",
        filed=datetime(2026, 6, 10, 0, 9, 55, tzinfo=UTC),
        day=date(2026, 6, 9),
        url="https://ecf.nysd.uscourts.gov/doc1/1?caseid=1&de_seq_num=1",
    )
    assert (filing.number, filing.sides) == ("26cv3365", ("Doe & Sons", "OpenAI, Inc."))


EASTERN = """<?xml version="1.0" encoding="ISO-8859-1" ?><rss version="2.0"><channel><title>Orders</title>
<item><title><![CDATA[1:26-cv-02925-WFK-SJB Doe v. Suno, Inc.]]></title>
<pubDate>Tue, 09 Jun 2026 21:38:35 GMT</pubDate><guid isPermaLink="true">https://ecf.nyed.uscourts.gov/cgi-bin/DktRpt.pl?4</guid>
<description><![CDATA[[Order on Motion to Dismiss] Doe v. Suno, Inc. ]]></description>
<link>https://ecf.nyed.uscourts.gov/cgi-bin/DktRpt.pl?4</link></item></channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">
<title>Docket updates for Concord Music Group, Inc. v. Anthropic PBC, 5:24-cv-03811</title>
<entry><title>Entry #401 in Concord Music Group, Inc. v. Anthropic PBC, 5:24-cv-03811</title>
<link href="https://www.courtlistener.com/docket/1/concord/?order_by=desc#entry-401" rel="alternate"/>
<published>2026-06-09T00:00:00-07:00</published><updated>2026-06-09T00:00:00-07:00</updated>
<summary type="html">ORDER by Judge Doe granting &lt;a href="/x"&gt;380&lt;/a&gt; Motion to Dismiss.</summary></entry></feed>"""


@pytest.mark.parametrize(
    ("payload", "docket", "caption", "what", "url"),
    [
        (
            EASTERN,
            "1:26-cv-02925-WFK-SJB",
            "Doe v. Suno, Inc.",
            "Order on Motion to Dismiss",
            "https://ecf.nyed.uscourts.gov/cgi-bin/DktRpt.pl?4",
        ),
        (
            ATOM,
            "5:24-cv-03811",
            "Concord Music Group, Inc. v. Anthropic PBC",
            "ORDER by Judge Doe granting 380 Motion to Dismiss.",
            "https://www.courtlistener.com/docket/1/concord/?order_by=desc#entry-401",
        ),
    ],
)
def test_other_forms_of_feed(payload: str, docket: str, caption: str, what: str, url: str) -> None:
    [filing] = read(payload.encode())
    assert (filing.docket, filing.caption, filing.what, filing.url) == (docket, caption, what, url)


DOCUMENT = {
    "description": "COMPLAINT against Anthropic",
    "entry_date_filed": "2026-06-11",
    "absolute_url": "/docket/1/5/x/",
}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, [("New case", date(2026, 6, 10), "https://www.courtlistener.com/docket/1/a-v-b/")]),
        (
            {"recap_documents": [DOCUMENT]},
            [("COMPLAINT against Anthropic", date(2026, 6, 11), "https://www.courtlistener.com/docket/1/5/x/")],
        ),
        ({"recap_documents": [{**DOCUMENT, "description": "", "short_description": "Complaint"}]}, [("Complaint", date(2026, 6, 11), "https://www.courtlistener.com/docket/1/5/x/")]),
        ({"recap_documents": ["odd", {"description": "no day"}]}, []),
        ({"dateFiled": None}, []),
        ({"docketNumber": None}, []),
    ],
)  # fmt: skip
def test_an_answer_of_the_search(values: dict[str, Any], told: list[tuple[str, date, str]]) -> None:
    answer = search_answer([found("Doe v. Anthropic PBC", "5:26-cv-01000", **values)])
    got = read(answer, "https://www.courtlistener.com/api/rest/v4/search/?type=r")
    assert [(each.what, each.day, each.url) for each in got] == told
    assert {(each.court, each.nature) for each in got} <= {("N.D. Cal.", "820 Copyright 17:101 Copyright Infringement")}


def test_entries_that_tell_no_case_are_left_out_and_the_rest_read() -> None:
    time = "Wed, 10 Jun 2026 12:00:00 GMT"
    odd = [
        ("5:18-~gr-00001", "", "Order", time),
        ("22-1214", "A v. B", "Order", time),
        ("1:26-cv-1", "A v. B", "Order", "soon"),
    ]
    assert [each.caption for each in read(cm_ecf(*odd, ("1:26-cv-2", "C v. D", "Order", time)))] == ["C v. D"]


@pytest.mark.parametrize("payload", [b"<html><p>Down for maintenance</p></html>", b'{"detail": "Invalid token."}', b'{"results": 5}', b"{"])  # fmt: skip
def test_what_is_no_feed_is_refused(payload: bytes) -> None:
    with pytest.raises(FeedUnreadable):
        read(payload)
