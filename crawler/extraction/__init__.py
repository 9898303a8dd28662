"""From the bytes of a page to the report that it holds."""

from crawler.extraction.extract import Extraction, Unextractable, code_digest, extract, extract_text

__all__ = ["Extraction", "Unextractable", "code_digest", "extract", "extract_text"]
