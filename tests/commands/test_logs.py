import json
import subprocess
import sys

import pytest

from commands.logs import plain

CODE = """
import logging, sys, structlog
from commands import logs
logs.configure(sys.argv[1])
evil = "a\\x1b[2J\\u009b31m\\nforged line\\u202e"
structlog.get_logger().warning("not fetched", url=evil, reasons=[evil])
logging.getLogger("library").warning("bad %s", evil)
try:
    raise ValueError(evil)
except ValueError:
    structlog.get_logger().exception("failed")
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_text_from_outside_commands_no_terminal(form: str) -> None:
    done = subprocess.run([sys.executable, "-c", CODE, form], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    assert not any(sign in done.stderr for sign in "\x1b\x9b\u202e")
    assert "x1b[2J" in done.stderr or "u001b[2J" in done.stderr
    assert not [line for line in done.stderr.splitlines()[:1] if line.startswith("forged")]
    assert "Traceback" in done.stderr


def test_what_is_plain_stays() -> None:
    assert plain("“Ünïcode” – 東京") == "“Ünïcode” – 東京"
    assert plain("a\x1b\nb") == "a\\x1b\\nb"
    assert plain("a\n\tb\x07", keep_lines=True) == "a\n\tb\\x07"


def test_of_libraries_only_warnings_are_told_whatever_they_set_themselves() -> None:
    code = (
        "import logging; from commands.logs import configure; configure('text');"
        "logging.getLogger('scrapy').setLevel('DEBUG');"
        "logging.getLogger('scrapy.core').info('a page'); logging.getLogger('scrapy.core').warning('a fault')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "scrapy.core WARNING a fault\n"


def test_warnings_of_libraries_are_json_where_the_log_is() -> None:
    code = (
        "import logging, warnings; from commands.logs import configure; configure('json');"
        "logging.getLogger('scrapy').warning('a %s', 'fault'); warnings.warn('an old name')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["level"], line["logger"]) for line in lines] == [("warning", "scrapy"), ("warning", "py.warnings")]
    assert (lines[0]["event"], "an old name" in lines[1]["event"]) == ("a fault", True)
