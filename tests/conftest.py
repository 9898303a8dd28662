"""Fixtures that every room's tests share."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of reference data, named by DISPUTED_REFERENCE_DATA; the test is skipped where it is absent."""
    folder = Path(os.environ.get("DISPUTED_REFERENCE_DATA", REPOSITORY.parent / "shared" / "data")).resolve()
    if not folder.is_dir():
        pytest.skip(f"reference data absent: no folder {folder} (set DISPUTED_REFERENCE_DATA)")
    return folder
