"""What is said of a file of outlets that cannot be used."""

from pathlib import Path

import pytest

from crawler.outlets import OutletsError, load
from kb.model import OutletKind


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'[[outlet]]\nname = "\xff"', "UTF-8"),
        (b"[[[", "TOML"),
        (b"", "names no outlet"),
        (b"outlet = []", "names no outlet"),
        (b'[outlet]\nname = "A"', "two brackets"),
        (b"outlet = 5", "two brackets"),
        (b"outlet = [1]", "two brackets"),
        (b'[[outlets]]\nname = "A"', "'outlets'"),
        (b'[[outlet]]\nname = ""\nhome = "https://a.example/"', "outlet 1.*name"),
        (b'[[outlet]]\nhome = "https://a.example/"', "outlet 1.*name"),
        (b'[[outlet]]\nname = 5\nhome = "https://a.example/"\ncountry = ""\nkind = "general"', "outlet 1.*name"),
        (b'[[outlet]]\nname = "A"\nhome = "http://[x"\ncountry = ""\nkind = "general"', "outlet 1 .A.*no http"),
        (
            b'[[outlet]]\nname = "Public Record"\nhome = "https://a.example/"\ncountry = ""\nkind = "law"',
            "choose another",
        ),
    ],
)
def test_a_bad_file_is_refused_with_file_and_entry(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "mine.toml").write_bytes(content)
    with pytest.raises(OutletsError, match=message) as raised:
        load(tmp_path / "mine.toml")
    assert "mine.toml" in str(raised.value)


SOUND = 'name = "A"\nhome = "https://a.example/"\ncountry = "GB"\nkind = "general"\n'
FEED = 'feeds = [{ url = "https://a.example/feed", source = "unverified" }]\n'


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        (SOUND + FEED, []),
        (SOUND + "opted_out = true\n", []),
        (SOUND, ["feeds: it has neither"]),
        (SOUND.replace("GB", "UK") + FEED, ["country: 'UK'"]),
        (SOUND.replace("GB", "EU") + FEED, []),
        (SOUND.replace("general", "newspaper") + FEED, ["kind: "]),
        (SOUND + 'language = "xx"\n' + FEED, ["language: 'xx'"]),
        (SOUND + 'syndicates = ["A"]\n' + FEED, ["syndicates: it names the outlet itself"]),
        (SOUND + 'feeds = [{ url = "https://a.example/feed" }]\n', ["feeds.0.source: Field required"]),
        (SOUND + 'feeds = [{ url = "a.example/feed", source = " " }]\n', ["feeds.0: 'a.example/feed' is no", "feeds.0: source"]),
        (SOUND + 'sections = [{ url = "https://a.example/", source = "x", kind = "y" }]\n', ["sections.0: unknown key 'kind'"]),
        (SOUND + 'feeds = [{ url = "http://a.example/", source = "x", token = "t" }]\n', ["feeds.0: token: a secret"]),
        (SOUND + FEED + 'court = "D. Del."\n', ["court: only"]),
        (SOUND + FEED + 'timezone = "Mars/Olympus"\n', ["timezone: 'Mars/Olympus'"]),
        (SOUND.replace("general", "court") + FEED.replace("feeds", "sitemaps"), ["feeds: a court has only feeds"]),
        # all at once, and those that pydantic finds beside our own
        (SOUND.replace("GB", "UK") + FEED + 'colour = "red"\nlanguage = "xx"\n', ["unknown key 'colour'", "country", "language"]),
        ('name = ""\ncolour = "red"\n', ["name: must not be empty", "unknown key 'colour'", "home: ", "country: ", "kind: "]),
    ],
)  # fmt: skip
def test_every_fault_is_named_with_outlet_and_key(tmp_path: Path, table: str, faults: list[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f"[[outlet]]\n{table}")
    if not faults:
        assert [outlet.slug for outlet in load(file)] == ["a"]
        return
    with pytest.raises(OutletsError) as raised:
        load(file)
    told = str(raised.value).splitlines()
    assert len(told) == len(faults)
    assert all(line.startswith(f"{file}: outlet 1 (") for line in told)
    assert [fault for fault in faults if not any(fault in line for line in told)] == []


def test_what_several_outlets_claim_is_named_once_for_each(tmp_path: Path) -> None:
    other = SOUND.replace('"A"', '"B"').replace("a.example/", "a.example")
    tables = [
        SOUND + FEED,
        other + FEED,
        SOUND.replace("a.example", "c.example") + FEED.replace("a.example", "c.example"),
    ]
    (tmp_path / "mine.toml").write_text("".join(f"[[outlet]]\n{table}" for table in tables))
    with pytest.raises(OutletsError) as raised:
        load(tmp_path / "mine.toml")
    assert [line.rpartition("mine.toml: ")[2] for line in str(raised.value).splitlines()] == [
        "name: several outlets have a",
        "home: several outlets have https://a.example",
        "address: several outlets have https://a.example/feed",
    ]


def test_the_file_that_comes_with_disputed_is_sound_and_wide() -> None:
    outlets = load()
    news = [outlet for outlet in outlets if outlet.kind is not OutletKind.COURT]
    lists = [feed for outlet in outlets for feed in outlet.lists]
    assert len(news) >= 80
    assert len({outlet.country for outlet in news}) >= 10
    assert {outlet.kind for outlet in news} >= set(OutletKind) - {OutletKind.COURT, OutletKind.RECORD}
    assert {outlet.language for outlet in outlets} == {"en"}
    assert len([feed for feed in lists if feed.source == "unverified"]) <= len(lists) / 20
    assert all(feed.source == "unverified" or feed.source.startswith("https://") for feed in lists)
