"""Where captures can be kept, and what is said where they cannot."""

from pathlib import Path

import pytest

from crawler.captures import CaptureStore, CapturesUnavailable


@pytest.mark.parametrize("address", ["nosuch://x", "http://127.0.0.1:9/x", "/proc/x"])
def test_an_address_that_cannot_be_written_is_refused_with_what_to_do(address: str) -> None:
    with pytest.raises(CapturesUnavailable, match="Set `captures` to a folder") as raised:
        CaptureStore(address).check()
    assert address in str(raised.value)


def test_a_folder_is_made_and_nothing_left_in_it(tmp_path: Path) -> None:
    CaptureStore(str(tmp_path / "captures")).check()
    assert list((tmp_path / "captures").iterdir()) == []


def test_a_password_in_an_address_is_never_shown() -> None:
    with pytest.raises(CapturesUnavailable, match="127.0.0.1:9/x") as raised:
        CaptureStore("ftp://me:secret@127.0.0.1:9/x").check()
    assert "secret" not in str(raised.value)
