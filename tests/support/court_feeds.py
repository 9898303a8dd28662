"""Feeds of courts in the form that CM/ECF and CourtListener give them, with filings of our own."""

import json
from collections.abc import Iterable
from html import escape
from typing import Any

Item = tuple[str, str, str, str]
"""Docket number, caption, what was filed, time of entry in GMT ("Wed, 27 Dec 2023 15:04:05 GMT")."""


def cm_ecf(*items: Item, court: str = "Southern District of New York") -> bytes:
    """A feed as most district courts have it; of each docket the entries are numbered from 1."""
    told = "".join(_item(number, *item) for number, item in enumerate(items, 1))
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<rss version="2.0"\n>\n\n<channel>\n'
        f"<title>{court} - Recent Entries</title>\n<link>https://ecf.nysd.uscourts.gov</link>\n"
        f"<description>Docket entries of type: all</description>\n{told}</channel>\n</rss>\n"
    ).encode("latin-1", "xmlcharrefreplace")


def _item(number: int, docket: str, caption: str, what: str, time: str) -> str:
    case = f"https://ecf.nysd.uscourts.gov/cgi-bin/DktRpt.pl?{abs(hash(docket)) % 10**6}"
    document = f'(<a href="https://ecf.nysd.uscourts.gov/doc1/{number}?caseid=1&de_seq_num={number}" >{number}</a>)'
    return (
        f"<item>\n<title>{escape(docket)} {escape(caption)}</title>\n<link>{case}</link>\n"
        f"<description>[{escape(what)}] {escape(document)}</description>\n"
        f'<guid isPermaLink="true">{case}&#x26;{number}</guid>\n<pubDate>{time}</pubDate>\n</item>\n'
    )


def found(caption: str, docket: str, **values: Any) -> dict[str, Any]:
    """One docket as CourtListener's search gives it."""
    return {
        "caseName": caption,
        "cause": "17:101 Copyright Infringement",
        "court": "District Court, N.D. California",
        "court_citation_string": "N.D. Cal.",
        "court_id": "cand",
        "dateFiled": "2026-06-10",
        "docketNumber": docket,
        "docket_absolute_url": "/docket/1/a-v-b/",
        "suitNature": "820 Copyright",
        **values,
    }


def search_answer(results: Iterable[dict[str, Any]]) -> bytes:
    listed = list(results)
    return json.dumps({"count": len(listed), "next": None, "previous": None, "results": listed}).encode()
