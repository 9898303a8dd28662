import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction import Extraction, Unextractable, extract, extract_text
from crawler.extraction.canonical import without_tracking
from crawler.extraction.cleaning import cleaned

NOW = datetime(2026, 7, 1, tzinfo=UTC)
BODY = "".join(
    f"<p>Sentence number {n} of a report that is long enough to be taken for the body of an article.</p>"
    for n in range(6)
)


def page(head: str = "", body: str = BODY, title: str = "A headline of some length") -> bytes:
    return f"<html lang='en'><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>".encode()


def extracted(payload: bytes, url: str = "https://news.example/2026/06/a") -> Extraction:
    return extract(payload, url=url, media_type="text/html", fetched=NOW)


@pytest.mark.parametrize(
    ("head", "iso", "precise"),
    [
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-06-24T10:00:00-04:00"}</script>', "2026-06-24T10:00:00-04:00", True),
        ('<script type="application/ld+json">{"@graph":[{"@type":"WebSite"},{"@type":["Article"],"datePublished":"2026-06-24"}]}</script>', "2026-06-24T00:00:00+00:00", False),
        ('<meta property="article:published_time" content="2026-06-24T10:00:00Z">', "2026-06-24T10:00:00+00:00", True),
        ('<script type="application/ld+json">{broken</script><meta name="date" content="2026-06-24">', "2026-06-24T00:00:00+00:00", False),
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2027-06-24T10:00:00Z"}</script><meta name="x">', None, None),
    ],
)  # fmt: skip
def test_times_are_taken_as_declared_and_never_from_the_future(
    head: str, iso: str | None, precise: bool | None
) -> None:
    found = extracted(page(head), url="https://news.example/a")
    told = (found.published.isoformat(), found.published_precise) if found.published else (None, None)
    assert told == (iso, precise)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<link rel="canonical" href="https://news.example/b?utm_source=x&id=3#top">', "https://news.example/b?id=3"),
        ('<link rel="canonical" href="/c">', "https://news.example/c"),
        ('<link rel="canonical" href="https://news.example/">', "https://news.example/2026/06/a"),
        ('<link rel="canonical" href="https://www.news.example/d">', "https://www.news.example/d"),
        ('<link rel="canonical" href="https://other.example/d">', "https://news.example/2026/06/a"),
        ('<link rel="canonical" href="https://[bad/d">', "https://news.example/2026/06/a"),
        (
            '<link rel="Canonical" href="https://news.example/e?amp=1"><meta property="og:url" content="/f">',
            "https://news.example/e",
        ),
        ('<meta property="og:url" content="https://news.example/f?gclid=9">', "https://news.example/f"),
        ("", "https://news.example/2026/06/a"),
    ],
)
def test_canonical_addresses(link: str, expected: str) -> None:
    assert extracted(page(link)).canonical == expected


@pytest.mark.parametrize(
    ("url", "named", "believed"),
    [
        ("https://evil.example/a", "https://www.nytimes.com/2026/a.html", False),
        ("https://a.github.io/x", "https://b.github.io/x", False),
        ("https://one.co.uk/x", "https://two.co.uk/x", False),
        ("https://127.0.0.1/x", "https://10.0.0.1/x", False),
        ("https://m.nytimes.com/2026/a", "https://www.nytimes.com/2026/a.html", True),
        ("https://amp.nytimes.com/2026/a", "https://www.nytimes.com/2026/a.html", True),
        ("", "https://www.nytimes.com/2026/a.html", True),
    ],
)
def test_a_page_speaks_for_its_own_site_and_another_named_is_its_origin(url: str, named: str, believed: bool) -> None:
    found = extracted(page(f'<link rel="canonical" href="{named}">'), url=url)
    assert found.canonical == (named if believed else url)
    assert found.origin == ("" if believed else named.split("/")[2].removeprefix("www."))


def test_a_headline_has_no_entities_or_tags() -> None:
    head = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"A &amp;#8220;good&amp;#8221; <em>day</em> for all"}</script>'
    assert extracted(page(head)).title == "A “good” day for all"


def test_control_characters_never_leave_a_page() -> None:
    head = r'<script type="application/ld+json">{"@type":"NewsArticle","headline":"A \u001b[31mred\u0001 headline\ud800 here","author":{"name":"Eve\u0007 Doe"}}</script>'
    found = extracted(page(head, body=f"<p>It\x9b rang &#27;[2J twice, said the company of the matter.</p>{BODY}"))
    assert (found.title, found.byline) == ("A [31mred headline here", ("Eve Doe",))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", found.body)
    assert (
        extract_text("A headline of \x1b[31mfour words\n\nThe body\x00 follows.").title
        == "A headline of [31mfour words"
    )


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://a.example/x?utm_medium=rss&page=2#c", "https://a.example/x?page=2"),
        ("https://a.example/x?PHPSESSID=1a2b&id=3", "https://a.example/x?id=3"),
        ("https://a.example/x;jsessionid=0C4F.node1?id=3", "https://a.example/x?id=3"),
        ("https://a.example/x;JSESSIONID=0C4F/y", "https://a.example/x/y"),
        ("https://a.example/x?sid=3", "https://a.example/x?sid=3"),
    ],
)
def test_what_says_who_reads_or_whence_is_dropped_from_addresses(url: str, plain: str) -> None:
    assert without_tracking(url) == plain


def test_a_page_that_stands_in_for_another_is_no_report() -> None:
    with pytest.raises(Unextractable, match="nothing at its address"):
        extracted(page(title="404 - Page not found", body="<p>Sorry, we looked everywhere. Go to our front page.</p>"))


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("https://news.example/a/amp/", "https://news.example/a"),
        ("https://news.example/a/amp?utm_source=x", "https://news.example/a"),
        ("https://news.example/a.amp.html", "https://news.example/a.html"),
        ("https://news.example/a?amp=1&id=3", "https://news.example/a?id=3"),
        ("https://news.example/a?outputType=amp", "https://news.example/a"),
        ("https://news.example/amp/meter", "https://news.example/amp/meter"),
        ("https://news.example/champ", "https://news.example/champ"),
    ],
)
def test_a_page_for_phones_that_names_no_other_stands_at_the_full_pages_address(url: str, full: str) -> None:
    assert extracted(page(), url=url).canonical == full


@pytest.mark.parametrize(
    ("head", "section", "picture"),
    [
        ('<script type="application/ld+json">{"@type":"NewsArticle","articleSection":["Law","Tech"],"image":{"url":"https://i.example/1.jpg"}}</script>', "Law", "https://i.example/1.jpg"),
        ('<script type="application/ld+json">{"@type":"NewsArticle","image":["https://i.example/2.jpg","x"]}</script>', "", "https://i.example/2.jpg"),
        ('<meta property="article:section" content="Law"><meta property="og:image" content="https://i.example/3.jpg">', "Law", "https://i.example/3.jpg"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_section_and_lead_picture_are_as_declared(head: str, section: str, picture: str) -> None:
    found = extracted(page(head))
    assert (found.section, found.picture) == (section, picture)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("LONDON (Reuters) - A company sued another on Monday.", "Reuters"),
        ("A company sued another.\nContinue reading at The Courier", "The Courier"),
        ("This story was originally published by The Ledger.", "The Ledger"),
        ("Reuters, the agency, sued another on Monday.", ""),
    ],
)
def test_where_a_text_was_taken_from(text: str, origin: str) -> None:
    assert extract_text(f"A headline of some words\n\n{text}").origin == origin


@pytest.mark.parametrize("before", ["", "<p>Technology and law</p>", "<p>By Somebody</p>"])
def test_the_headline_and_what_stands_before_it_are_no_body(before: str) -> None:
    payload = page().replace(b"<article>", f"<article>{before}".encode())
    assert extracted(payload).body == "\n".join(re.findall("<p>(.*?)</p>", BODY))


def test_a_line_like_the_headline_amid_the_text_leaves_what_stands_before_it() -> None:
    long = "This paragraph tells of the matter at such length that it can be neither a section nor a byline. " * 3
    found = extracted(page(body=f"<p>{long}</p><p>See also: a headline of some length</p>{BODY}"))
    assert found.body.startswith(long.strip())


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Read more Airlines add new routes →", False),
        ("More in business →", False),
        ("Continue reading at The Source", False),
        ("Sign up for our newsletter", False),
        ("Advertisement", False),
        ("Subscribe to read all that we have on this matter.", False),
        (f"Subscribe to {'the view of the publishers in this matter ' * 3}and you pay twice.", True),
        ("SEE MORE: Airlines add new routes", False),
        ("Don't miss", False),
        (
            "More: than ever before, the company said, it would have to pay for what it took from the authors, and it would have to do so for many years, which it could not afford.",
            True,
        ),
        ("Read the complaint and you will see what the company thinks of the claim.", True),
        ("More in sorrow than in anger, the publisher said that it had no choice but to sue.", True),
        ("Share prices fell by a tenth.", True),
    ],
)
def test_furniture_is_cleaned_and_sentences_stay(line: str, kept: bool) -> None:
    assert (line in cleaned(f"One.\n{line}\nTwo.")) is kept


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("© 2026 The Courier. All rights reserved.", False),
        ("Follow The Courier on Facebook and Instagram.", False),
        ("Write to Ann Author at ann@news.example", False),
        ("Get the best of The Courier in your inbox", False),
        ("Ann Author covers courts and has written three books.", False),
        ("The Courier's Ann Author is the author of three books.", False),
        ("Bob Writer is a reporter at The Courier.", False),
        ("Bob Writer is a news writer who covers courts. Follow Bob on Instagram.", False),
        ("Bob Writer is a reporter at The Ledger.", True),
        ("Bob Writer is an author who lives in Ohio.", True),
        ("Bob Writer is the author of a book on The Courier.", True),
        ("Bob Writer is an editor who left the company in May.", True),
        (f"Join our conversation {'on what a publisher may ask for its pages ' * 5}of today.", True),
        ("Copyright law gives authors the right to say who may copy their work.", True),
        ("Start of the trial is set for May, the court said.", True),
        ("Like many authors, she wrote on Facebook that she would sue.", True),
        ("Follow the money on its way and you will find the company.", True),
        ("The editor is a man of few words and was not available.", True),
    ],
)
def test_notes_on_outlet_and_authors_are_cleaned_from_the_end_alone(line: str, kept: bool) -> None:
    body = [f"Sentence number {n} of it." for n in range(9)]
    assert (line in cleaned("\n".join([*body, line]), ("Ann Author",), "The Courier")) is kept
    assert line in cleaned("\n".join([line, *body]), ("Ann Author",), "The Courier")


def test_a_block_of_questions_is_cut() -> None:
    assert cleaned("One.\nFrequently Asked Questions\nQ. What is it?\nIt is a thing.") == "One."
    assert "We have answers" in cleaned("One.\nFAQ\nWe have answers to nothing.")


@pytest.mark.parametrize(
    ("body", "truncated"),
    [
        (BODY, False),
        (f"{BODY}<p>Subscribe to continue reading.</p>", True),
        (f"{BODY}<p>And then the company said…</p>", True),
    ],
)
def test_a_cut_report_is_marked(body: str, truncated: bool) -> None:
    assert extracted(page(body=body)).truncated is truncated


@pytest.mark.parametrize(
    ("payload", "media_type", "reason"),
    [
        (b"", "text/html", "empty"),
        (b"  \n ", "text/html", "empty"),
        (b"\x89PNG" + bytes(5000), "", "binary"),
        (b"%PDF-1.4", "application/pdf", "application/pdf"),
        (b"<p>x</p>" * 1_400_000, "text/html", "more than"),
        (b"<html><head><title>Only a title of a page</title></head><body></body></html>", "text/html", "no text"),
    ],
)
def test_what_holds_no_report_says_why(payload: bytes, media_type: str, reason: str) -> None:
    with pytest.raises(Unextractable, match=reason):
        extract(payload, url="", media_type=media_type, fetched=NOW)


def test_another_language_is_told() -> None:
    german = (
        "<p>"
        + "Die Gesellschaft hat das Unternehmen vor dem Landgericht verklagt, weil es Liedtexte genutzt habe. " * 5
        + "</p>"
    )
    assert extracted(page(body=german)).language == "de"


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_give_another_error(payload: bytes) -> None:
    for wrapped in (payload, b"<html><body><article><p>" + payload + b"</p></article>"):
        try:
            extracted(wrapped)
        except Unextractable as error:
            assert str(error)


def test_a_plain_text_gives_title_and_body() -> None:
    found = extract_text(
        "business\n\nA company accuses another of theft\n\nThe body follows here.\n\nMore in business →"
    )
    assert (found.title, found.body) == ("A company accuses another of theft", "The body follows here.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Paul Tremblay is the author of two novels and one of the plaintiffs suing OpenAI.",
        "Sarah Silverman was an author whose memoir, the complaint says, was copied from a shadow library.",
        "Get early access to the models was what the accounts were for, Anthropic said.",
        "Copyright 2023 registrations cover 12 of the works at issue, according to the complaint.",
        "Read more widely, the authors say, and you find their sentences in the output of ChatGPT.",
    ],
)
def test_no_sentence_that_tells_of_a_dispute_is_taken_for_a_prompt_or_a_note(sentence: str) -> None:
    body = f"The first paragraph.\nThe second one.\n{sentence}"
    assert cleaned(body) == body
