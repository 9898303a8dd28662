"""Work for workers: what it makes of a text is plain to see, and some texts are bad for whoever works on them."""

import os
import time
from collections.abc import Callable


def work(text: str) -> str:
    if text == "die":
        os._exit(9)
    if text == "fail":
        raise ValueError("no")
    time.sleep(0.05 if text.startswith("slow") else 0)
    return text.upper()


def make() -> Callable[[str], str]:
    return work
