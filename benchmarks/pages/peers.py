"""The extractors that are measured: each takes a page's bytes and gives the text of its body."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.util import find_spec

import readability
import trafilatura
from lxml.html import fromstring

from crawler.extraction import Unextractable, extract
from crawler.extraction.paragraphs import lines_of

Extractor = Callable[[bytes], str]
OURS = "ours"


def ours(page: bytes) -> str:
    try:
        return extract(page, url="", media_type="text/html", fetched=datetime.now(UTC)).body
    except Unextractable:
        return ""


def by_trafilatura(page: bytes) -> str:
    return trafilatura.extract(page, include_comments=False) or ""


def by_strict_trafilatura(page: bytes) -> str:
    return trafilatura.extract(page, include_comments=False, favor_precision=True) or ""


def by_readability(page: bytes) -> str:
    summary = readability.Document(page.decode("utf-8", "replace")).summary(html_partial=True)
    return "\n".join(lines_of(fromstring(summary)))


def by_newspaper(page: bytes) -> str:
    import newspaper  # noqa: PLC0415 - only where it is installed

    article = newspaper.Article("http://127.0.0.1/", fetch_images=False)
    article.download(input_html=page.decode("utf-8", "replace"))
    article.parse()
    return str(article.text)


def by_rs_trafilatura(page: bytes) -> str:
    import rs_trafilatura  # noqa: PLC0415

    return str(rs_trafilatura.extract(page.decode("utf-8", "replace")).main_content)


# by the name of the package: what it is imported as, and how it is asked
OPTIONAL = {"newspaper4k": ("newspaper", by_newspaper), "rs-trafilatura": ("rs_trafilatura", by_rs_trafilatura)}


def extractors() -> Mapping[str, Extractor]:
    """Ours, and the peers that are installed."""
    return {
        OURS: ours,
        "trafilatura": by_trafilatura,
        "trafilatura, favor_precision": by_strict_trafilatura,
        "readability-lxml": by_readability,
        **{name: extractor for name, (module, extractor) in OPTIONAL.items() if find_spec(module)},
    }


def left_out() -> list[str]:
    """The peers that are not installed."""
    return [name for name, (module, _) in OPTIONAL.items() if not find_spec(module)]
