"""What the search shows, and what it says where it answers otherwise than it was asked."""

import re
from html import unescape

import pytest
from flask import Flask


def page(app: Flask, **query: str) -> str:
    response = app.test_client().get("/search", query_string=query)
    assert response.status_code == 200
    return unescape(response.get_data(as_text=True))


def links(body: str, words: str) -> list[str]:
    """Where the links with these words lead."""
    return re.findall(rf'<a href="([^"]*)"[^>]*>{re.escape(words)}', body)


@pytest.mark.parametrize("text", ["(((", "*", "-", "\\"])
def test_a_search_without_a_word_is_remarked_on(app: Flask, text: str) -> None:
    assert "There is no word in" in page(app, q=text)


def test_a_page_after_the_last_gives_the_last(app: Flask) -> None:
    body = page(app, q="alibaba", page="99")
    assert "There is no page 99" in body
    assert "Anthropic</mark>" in body or "<mark>Alibaba" in body
    assert "Nothing was found" not in body


def test_a_search_that_finds_nothing_has_no_last_page(app: Flask) -> None:
    body = page(app, q="nothingatall", page="99")
    assert "Nothing was found" in body
    assert "There is no page" not in body


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ('"open', "A quotation mark is not closed"),
        ("(alibaba", "A bracket is not closed"),
        ("acuser:anthropic", "The nearest is accuser"),
        ("after:soon", "“soon” is no date"),
        ("alibaba OR", "“OR” needs something"),
        ("x" * 500, "Only the first 400 characters"),
        ("conduct:<b>", "There is no conduct “<b>”"),
    ],
)
def test_what_is_odd_in_a_search_is_remarked_on(app: Flask, text: str, remark: str) -> None:
    assert remark in page(app, q=text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("accuser:anthropic accused:alibaba", True),
        ("accuser:alibaba", False),
        ("ticker:BABA", True),
        ("conduct:distillation -zebra", True),
        ("after:2026-06-01 before:2026-06-02", True),
        ("before:2026-06-01", False),
    ],
)
def test_fields_and_dates_are_asked_for_in_the_text(app: Flask, text: str, found: bool) -> None:
    assert ("accuses-alibaba-of-distillation" in page(app, q=text)) is found


@pytest.mark.parametrize(
    ("query", "meant", "words"),
    [
        ({"q": "antropic"}, "Anthropic", "q=Anthropic"),
        ({"q": "accuser:antropic -zebra"}, "accuser:Anthropic -zebra", "q=accuser:Anthropic+-zebra"),
        ({"q": "alibabba", "kind": "claim"}, "Alibaba", "kind=claim"),
        ({"q": "alibabba", "from": "2020-01-01"}, "Alibaba", "from=2020-01-01"),
    ],
)
def test_what_may_have_been_meant_is_a_link(app: Flask, query: dict[str, str], meant: str, words: str) -> None:
    body = page(app, **query)
    assert "Did you mean" in body
    (address,) = links(body, meant)
    assert words in address
    assert "Nothing was found" not in unescape(app.test_client().get(address).get_data(as_text=True))


@pytest.mark.parametrize("text", ["alibaba", "nothingatall", "", '"', "bodyy"])
def test_nothing_else_is_offered_where_nothing_is_better(app: Flask, text: str) -> None:
    assert "Did you mean" not in page(app, q=text)


def test_reports_and_claims_can_be_shown_one_of_each_incident(app: Flask) -> None:
    every = page(app, q="alibaba", kind="report")
    assert "3 reports" in every
    (address,) = links(every, "Show one of each incident")
    one = unescape(app.test_client().get(address).get_data(as_text=True))
    assert "1 incident, the best report of each" in one
    assert "and 2 more reports of" in one
    assert links(one, "Anthropic accuses Alibaba of distillation") != []
    assert links(one, "Show every report") == ["/search?q=alibaba&kind=report"]
    assert "the newest claim of each" in page(app, kind="claim", collapse="incident", sort="newest")
    assert "of each" not in page(app, collapse="incident")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"sort": "newest"}, "newest first, by when it was published"),
        ({"sort": "oldest", "time": "crawled"}, "oldest first, by when it was crawled"),
        ({"time": "occurred"}, '<option value="occurred" selected>When it happened'),
        ({"time": "crawled", "from": "2026-06-20"}, "0 incidents"),
        ({"time": "crawled", "to": "2026-06-04", "q": "alibaba"}, "1 incident"),
        ({"time": "recorded", "to": "2026-06-04"}, "0 incidents"),
        ({"time": "nonsense", "sort": "nonsense", "kind": "nonsense"}, "2 incidents"),
    ],
)
def test_any_of_the_times_orders_and_bounds(app: Flask, query: dict[str, str], words: str) -> None:
    assert words in page(app, **query)


def test_links_keep_what_else_was_asked(app: Flask) -> None:
    body = page(app, q="alibaba", kind="report", collapse="incident", sort="oldest", time="crawled", stage="letter")
    for address in [each for each in links(body, "Newest") + links(body, "Claims") if each.startswith("/search")]:
        for part in ("q=alibaba", "collapse=incident", "time=crawled", "stage=letter"):
            assert part in address


def test_the_page_says_how_to_search_and_its_examples_are_sound(app: Flask) -> None:
    body = page(app)
    assert "<summary>How to search</summary>" in body
    examples = re.findall(r'<a href="(/search\?q=[^"]*)"><code>', body)
    assert len(examples) >= 8
    for address in examples:
        shown = app.test_client().get(address).get_data(as_text=True)
        assert [
            note for note in re.findall(r'class="note" role="status">([^<]*)', shown) if "Did you" not in note
        ] == []


def test_an_incident_leads_to_those_like_it(app: Flask) -> None:
    client = app.test_client()
    slug = "anthropic-accuses-alibaba-of-distillation"
    assert f"/search/like/{slug}" in client.get(f"/incidents/{slug}").get_data(as_text=True)
    assert "There is none here yet" in client.get(f"/search/like/{slug}").get_data(as_text=True)
    assert client.get("/search/like/nowhere").status_code == 404


def facet_links(body: str) -> dict[str, str]:
    """By its words, where each value of a facet leads that can be asked for."""
    side = body.partition('<aside class="facets"')[2].partition("</aside>")[0]
    return {words: address for address, words in re.findall(r'<li><a href="([^"]*)">([^<]*)</a>', side)}


@pytest.mark.parametrize(
    ("words", "argument"),
    [
        ("Letter sent", "stage=letter"),
        ("Distillation", "conduct=distillation"),
        ("denied it", "response=denied"),
        ("none is told", "response=none"),
        ("China", "country=CN"),
        ("one", "origins=1"),
        ("2026", "year=2026"),
        ("The Courier", "outlet=The+Courier"),
    ],
)
def test_facets_are_in_words_and_can_be_asked_for_and_excluded(app: Flask, words: str, argument: str) -> None:
    body = page(app)
    address = facet_links(body)[words]
    assert address == f"/search?{argument}"
    narrowed = unescape(app.test_client().get(address).get_data(as_text=True))
    assert "Nothing was found" not in narrowed
    assert re.search(rf'<a class="chosen" href="/search" aria-current="true">{re.escape(words)}', narrowed)
    assert re.search(rf'<ul class="chips".*{re.escape(words)} <span aria-hidden="true">×', narrowed, re.DOTALL)
    (excluding,) = re.findall(rf'href="([^"]*)" aria-label="Exclude {re.escape(words)}"', body)
    assert excluding == f"/search?not-{argument}"
    assert app.test_client().get(excluding).status_code == 200


def test_bars_lead_to_what_they_count(app: Flask) -> None:
    body = page(app, kind="report", **{"from": "2026-06-01", "to": "2026-06-30"})
    bars = re.findall(r'<li><a href="([^"]*)">(\d+ June 2026)</a> <span class="count">(\d+)</span>', body)
    assert [(words, count) for _, words, count in bars] == [(f"{day} June 2026", "1") for day in (1, 2, 4, 10)]
    assert body.count('<rect class="column"') == 10
    for address, words, count in bars:
        narrowed = unescape(app.test_client().get(address).get_data(as_text=True))
        assert f"{count} report" in narrowed
        assert f"All of them in {words}." in narrowed
    assert "None of these has such a date" in page(app, time="occurred")


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ({"q": "alibaba", "stage": "settled"}, [("/search?q=alibaba", "Stage: Settled", 1)]),
        ({"stage": "letter", "to": "2020-01-01"}, [("/search?stage=letter", "to 1 January 2020", 1)]),
        ({"q": "alibaba", "not-stage": "letter"}, [("/search?q=alibaba", "not stage: Letter sent", 1)]),
        ({"q": "alibaba", "stage": "settled", "year": "1999"}, []),
        ({"q": "nothingatall"}, []),
        ({"stage": "settled", "from": "2026-01-01", "to": "2026-12-31"}, [("/search?from=2026-01-01&to=2026-12-31", "Stage: Settled", 2)]),
    ],
)  # fmt: skip
def test_an_empty_result_says_without_which_filter_there_is_something(
    app: Flask, query: dict[str, str], offered: list[tuple[str, str, int]]
) -> None:
    body = page(app, **query)
    assert "Nothing was found" in body
    found = re.findall(r'<li><a href="([^"]*)">without “([^”]*)”</a>: (\d+)</li>', body)
    assert [(address, words, int(count)) for address, words, count in found] == offered
    for address, _, count in offered:
        assert f"{count} incident" in app.test_client().get(address).get_data(as_text=True)


def test_a_text_being_typed_is_completed(app: Flask) -> None:
    client = app.test_client()
    found = client.get("/suggest?q=alib").get_json()["suggestions"]
    assert [(each["kind"], each["name"]) for each in found] == [
        ("party", "Alibaba"),
        ("incident", "Anthropic accuses Alibaba of distillation"),
    ]
    assert [client.get(each["address"]).status_code for each in found] == [200, 200]
    for text in ("", "zzzz", "accuser:alib", "\x00", "x" * 3000):
        assert client.get("/suggest", query_string={"q": text}).get_json() == {"suggestions": []}
