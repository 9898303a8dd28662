"""Settings and what is written about them."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from commands.configuration import Settings, SiteSettings

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"


def keys(model: type[BaseModel], before: str = "") -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += keys(inner, f"{before}{name}.")
        else:
            found.append(before + name)
    return found


def test_every_setting_is_documented() -> None:
    assert "site.address" in keys(Settings)
    assert [key for key in keys(Settings) if f"`{key}`" not in DOCUMENT.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("address", ["", "https://disputed.example/", "http://[::1]:8765", "https://a.example/base/"])
def test_an_address_of_the_site_is_taken(address: str) -> None:
    assert SiteSettings(address=address).address == address


@pytest.mark.parametrize(
    "address", ["disputed.example", "ftp://a.example", "https://", "https://a.example/#x", "https://a.example/\n"]
)
def test_what_is_no_address_of_a_site_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="web address"):
        SiteSettings(address=address)
