import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from crawler.dockets import filings as docket_entries
from crawler.extraction import extract
from crawler.feeds import entries
from kb.model import OutletKind, Report
from kb.registry import load
from nlp.reader import Reader
from samples.reports import filings, reports
from samples.sites import PortsTaken, Sites


@pytest.fixture(scope="module")
def sites() -> Iterator[Sites]:
    with Sites((0, 0, 0, 0, 0)) as served:
        yield served


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return response.status, response.read(), dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, b"", dict(error.headers)


def test_there_are_enough_reports_with_sources() -> None:
    assert len(reports()) >= 38
    assert all(report.source.startswith(("http://", "https://")) for report in reports())
    assert len({report.slug for report in reports()}) == len(reports())
    assert all(report.published.tzinfo for report in reports())


def test_every_report_is_on_a_feed_and_is_extracted_whole(sites: Sites) -> None:
    by_title = {report.title: report for report in reports()}
    seen = set()
    for outlet in sites.outlets():
        for feed in outlet.lists if outlet.kind is not OutletKind.COURT else ():
            for entry in entries(get(feed.url)[1], feed.url):
                status, payload, headers = get(entry.url)
                assert status == 200
                found = extract(
                    payload, url=entry.url, media_type=headers["Content-Type"], fetched=reports()[0].published
                )
                report = by_title[found.title]
                seen.add(found.title)
                wanted = (
                    report.paragraphs[:1]
                    if found.truncated and outlet.slug == "sample-rights-ledger"
                    else report.paragraphs
                )
                assert found.body.split("\n") == wanted, entry.url
                assert found.published == report.published
    assert seen == by_title.keys()


def test_every_filing_is_listed_by_the_court_with_its_source(sites: Sites) -> None:
    [court] = [outlet for outlet in sites.outlets() if outlet.kind is OutletKind.COURT]
    listed = docket_entries(get(court.feeds[0].url)[1], court.feeds[0].url, court, datetime.now(UTC))
    told = {(each.docket, each.caption, each.what, each.filed, each.url) for each in listed}
    assert told == {(each.docket, each.caption, each.what, each.filed, each.source) for each in filings()}
    assert {each.day for each in listed} == {each.filed.date() for each in filings()}


def test_a_page_that_has_not_changed_is_not_sent_again(sites: Sites) -> None:
    url = sites.outlets()[0].feeds[0].url
    etag = get(url)[2]["ETag"]
    assert get(url, **{"If-None-Match": etag})[0] == 304
    assert get(sites.outlets()[0].home + "nothing")[0] == 404


def test_a_taken_port_is_named(sites: Sites) -> None:
    port = int(sites.outlets()[0].home.rsplit(":", 1)[1].strip("/"))
    with pytest.raises(PortsTaken, match=str(port)):
        Sites((port, 0, 0, 0, 0))


def test_the_sample_reports_that_accuse_nobody_are_read_so() -> None:
    quiet = {
        *(
            "disney-openai-licence conde-hearst-amazon self-distillation-paper supreme-court-ai-art china-blocks-manus".split()
        ),
        *("microsoft-antitrust-users chips-shipped-charged malicious-skills tesla-california-sales".split()),
    }
    reader = Reader(load())
    from kb.model import Report  # noqa: PLC0415

    for report in reports():
        reading = reader.read(Report(id=report.slug, title=report.title, text=report.text))
        if report.slug in quiet:
            assert [a.accused for a in reading.allegations if a.published] == [], report.slug


ACCUSATIONS = {
    "Alibaba": {"Anthropic"},
    "Anthropic": {
        "Andrea Bartz",
        "Charles Graeber",
        "Kirk Wallace Johnson",
        "ABKCO",
        "Concord Music Group",
        "Universal Music Group",
        "BMG Rights Management",
        "Reddit",
    },
    "DeepSeek": {"Anthropic", "OpenAI"},
    "MiniMax": {"Anthropic", "Disney", "Universal", "Warner Bros. Discovery"},
    "Moonshot AI": {"Anthropic"},
    "Ross Intelligence": {"Thomson Reuters"},
    "Suno": {"Sony Music Entertainment", "Universal Music Group", "Warner Music Group", "GEMA"},
    "OpenAI": {"GEMA", "xAI", "Cameo"},
    "Stability AI": {"Getty Images", "Sarah Andersen", "Karla Ortiz", "Kelly McKernan"},
    "Midjourney": {"Sarah Andersen", "Karla Ortiz", "Kelly McKernan", "Disney", "Universal"},
    "DeviantArt": {"Sarah Andersen", "Karla Ortiz", "Kelly McKernan"},
    "Runway": {"Sarah Andersen", "Karla Ortiz", "Kelly McKernan"},
    "ByteDance": {"Disney"},
    "Character.AI": {"Disney"},
    "Perplexity": {"The New York Times", "Yomiuri Shimbun", "Nikkei", "Asahi Shimbun", "Forbes"},
    "Xuechen Li": {"xAI"},
    "Lovo": {"Linnea Sage", "Paul Lehrman"},
}


def test_no_page_of_the_demonstration_accuses_anybody_wrongly() -> None:
    reader = Reader(load())
    found = {
        (accuser, accused, sample.title)
        for sample in reports()
        for allegation in reader.read(Report(id="x", title=sample.title, text=sample.text)).allegations
        if allegation.published
        for accuser in allegation.accusers
        for accused in allegation.accused
    }
    assert [each for each in found if each[0] not in ACCUSATIONS.get(each[1], set())] == []
    assert len({(accuser, accused) for accuser, accused, _ in found}) > 25
