"""`disputed outlets`: which are watched, and what is wrong with a file of them, offline and asked for on loopback."""

import os
import subprocess
import sys
from pathlib import Path

from court_feeds import cm_ecf
from news_site import Site

DISPUTED = str(Path(sys.executable).with_name("disputed"))
ENTRY = ("1:26-cv-1", "A v. B", "Complaint", "Wed, 10 Jun 2026 12:00:00 GMT")


def disputed(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [DISPUTED, "outlets", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def table(name: str, kind: str, **lists: str) -> str:
    told = "".join(f'{key} = [{{ url = "{url}", source = "test" }}]\n' for key, url in lists.items())
    return f'[[outlet]]\nname = "{name}"\nhome = "https://{kind}.example/"\ncountry = "GB"\nkind = "{kind}"\n{told}\n'


def test_the_outlets_are_listed_with_what_they_also_carry(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        table("A & B", "law", feeds="https://a.example/feed") + 'syndicates = ["Reuters"]\n'
    )
    shown = disputed(tmp_path, DISPUTED_CRAWL__OUTLETS="mine.toml")
    assert shown.returncode == 0, shown.stderr
    assert [word in shown.stdout for word in ("A & B", "law", "GB", "Reuters")] == [True] * 4
    assert not (tmp_path / "base").exists()


def test_a_sound_file_passes_and_of_another_every_fault_is_told_at_once(tmp_path: Path) -> None:
    assert "sound" in disputed(tmp_path, "check").stdout
    bad = table("A", "law", feeds="a.example/feed").replace("GB", "UK") + table(
        "A", "newspaper", feeds="https://b.example/"
    )
    (tmp_path / "mine.toml").write_text(bad)
    done = disputed(tmp_path, "check", "mine.toml")
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("mine.toml: outlet ") for line in lines)
    assert [word in done.stderr for word in ("'UK'", "'a.example/feed'", "kind: ")] == [True] * 3


def test_addresses_are_asked_for_with_the_crawlers_manners(tmp_path: Path) -> None:
    site = Site({"/news/a": b"<p>An article.</p>"}, slug="check")
    site.lists |= {
        "/rss": cm_ecf(ENTRY),
        "/sitemap.xml": b"<urlset><url><loc>/news/a</loc></url></urlset>",
        "/section": b"<a href='/section/alpha-sues-beta'>Alpha sues Beta over models</a>",
        "/broken": b"<html>Down for maintenance</html>",
    }
    at = f"http://{site.host}"
    (tmp_path / "mine.toml").write_text(
        table("Fine", "trade", feeds=f"{at}/feed.xml", sitemaps=f"{at}/sitemap.xml", sections=f"{at}/section")
        + table("Court", "court", feeds=f"{at}/rss")
        + table("Broken", "general", feeds=f"{at}/broken")
        + table("Gone", "business", feeds=f"{at}/gone")
        + table("Shut", "law", feeds=f"{at}/private/feed")
        + table("Inside", "company", feeds="http://127.0.0.1:1/feed")
    )
    done = disputed(tmp_path, "check", "mine.toml", "--online", DISPUTED_CRAWL__ALLOWED_HOSTS=site.host)
    assert done.returncode == 1, done.stderr
    told = {line.partition(":")[0]: line for line in done.stderr.splitlines() if line.partition(":")[0].isalpha()}
    reasons = {"Broken": "no RSS", "Gone": "404", "Shut": "robots.txt", "Inside": "no public address"}
    assert told.keys() == reasons.keys(), done.stderr
    assert [told[name] for name, reason in reasons.items() if reason not in told[name]] == []
    assert "6 outlets, sound; 8 addresses" in done.stdout
    assert "4 cannot be used" in done.stdout
    assert "/news/a" not in [path for path, _ in site.asked]
    assert not (tmp_path / "base").exists()


def test_who_checks_for_a_base_of_ones_own_says_how_to_be_reached(tmp_path: Path) -> None:
    (tmp_path / "disputed.toml").write_text("")
    done = disputed(tmp_path, "check", "--online")
    assert (done.returncode, "contact" in done.stderr) == (2, True)
