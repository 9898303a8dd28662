"""Files of comma-separated values."""

import io
from collections.abc import Iterable

from defusedcsv import csv
from flask import Response


def lines(rows: Iterable[Iterable[object]]) -> str:
    """Rows as the file has them: each value on one line, none of them a formula."""
    text = io.StringIO()
    csv.writer(text).writerows([" ".join(str(value).split()) for value in row] for row in rows)
    return text.getvalue()


def csv_file(name: str, rows: Iterable[Iterable[object]]) -> Response:
    """A file of this name, its first row the names of the columns."""
    response = Response(lines(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
