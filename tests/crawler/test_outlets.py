"""What is said of a file of outlets that cannot be used."""

from pathlib import Path

import pytest

from crawler.outlets import OutletsError, load


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


def test_the_file_that_comes_with_disputed_is_sound() -> None:
    assert len(load()) > 30
