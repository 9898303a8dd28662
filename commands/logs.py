"""Structured logs on standard error: what happened, to which report, outlet and step."""

import logging
import re
import sys
from typing import Literal

import structlog

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BUT_LINES = re.compile(r"(?![\n\t])" + _CONTROLS.pattern)


def plain(text: str, *, keep_lines: bool = False) -> str:
    """Text from outside as a terminal may be given it: control characters written out."""
    return (_BUT_LINES if keep_lines else _CONTROLS).sub(lambda found: repr(found[0])[1:-1], text)


def configure(form: Literal["text", "json"], *, verbose: bool = False) -> None:
    """Send the program's own log and its libraries' warnings to standard error, one event a line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            *_renderers(form),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=_standard_error,
        cache_logger_on_first_use=False,
    )
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setLevel(logging.WARNING)  # Scrapy sets its own loggers to tell everything
    libraries.setFormatter(_of_libraries(form))
    logging.basicConfig(level=logging.WARNING, handlers=[libraries])
    logging.captureWarnings(True)
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # warns of each try; we tell what came of it


def _of_libraries(form: Literal["text", "json"]) -> logging.Formatter:
    if form == "text":
        return _PlainFormatter("%(name)s %(levelname)s %(message)s")
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )


class _PlainFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return plain(super().format(record), keep_lines=True)


def _written_out(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """No text from outside commands a terminal or begins a line of its own; traces keep their lines."""
    return {
        key: plain(value, keep_lines=key == "exception") if isinstance(value, str) else value
        for key, value in event.items()
    }


def _standard_error(*_: object) -> structlog.PrintLogger:
    return structlog.PrintLogger(sys.stderr)


def _renderers(form: Literal["text", "json"]) -> list[structlog.typing.Processor]:
    if form == "json":
        return [structlog.processors.JSONRenderer()]
    return [_written_out, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
