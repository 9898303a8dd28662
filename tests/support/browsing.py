"""The browser that tests use, the site that it opens, and what a page may not do."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from web.server import Server

FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"

__all__ = ["Browser", "opened_browser", "served", "watched"]


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "no Chromium: run `make browser`"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        yield opened
        opened.close()


def served(app: Flask) -> str:
    """The address at which a site answers from now on, without the slash at its end."""
    server = Server(app, "127.0.0.1", 0)
    threading.Thread(target=server.serve, daemon=True).start()
    return server.address.rstrip("/")


def watched(page: Page) -> list[str]:
    """What a page complains of in its console, and what it asks other hosts for, from now on."""
    complaints: list[str] = []

    def asked(url: str) -> None:
        if urlsplit(url).hostname != "127.0.0.1":
            complaints.append(url)

    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked(request.url))
    return complaints
