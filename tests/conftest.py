"""Fixtures that every room's tests share."""

import os
from pathlib import Path

import pytest

pytest_plugins = ("tests.servers.s3",)
REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of reference data, which DISPUTED_REFERENCE_DATA names.

    Where it is absent the test is skipped; it fails where the variable names it, and where CI is set, since a test that
    is always skipped there proves nothing.
    """
    folder = Path(os.environ.get("DISPUTED_REFERENCE_DATA") or REPOSITORY.parent / "shared" / "data").resolve()
    if not folder.is_dir():
        reason = f"reference data absent: no folder {folder} (DISPUTED_REFERENCE_DATA names it)"
        if os.environ.get("CI") or os.environ.get("DISPUTED_REFERENCE_DATA"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
