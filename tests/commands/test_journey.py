"""From a file at hand to the answer in a real browser."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

DISPUTED = str(Path(sys.executable).with_name("disputed"))
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


@pytest.mark.xdist_group("browser")
def test_an_imported_report_joins_what_is_on_record_and_says_who_says_so(reference_data: Path, tmp_path: Path) -> None:
    with_record = {**os.environ, "DISPUTED_RECORD": "true"}
    subprocess.run(
        [DISPUTED, "import", str(reference_data / "seed" / "report.txt")],
        cwd=tmp_path,
        env=with_record,
        check=True,
        timeout=120,
    )
    server = subprocess.Popen(
        [DISPUTED, "serve", "--port", "0"], cwd=tmp_path, env=with_record, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
            page = browser.new_page()
            page.goto(f"{address[0]}search?q=Alibaba")
            page.locator(".rows .statement a").first.click()
            expect(page.locator("h1")).to_have_text("Anthropic accuses Alibaba of distillation")
            expect(page.locator(".record").first).to_have_text("Entered from public record")
            claim = page.locator(".claim", has=page.locator("blockquote"))
            expect(claim).to_have_count(1)
            assert {"Anthropic", "Alibaba"} <= set(claim.locator("mark").all_inner_texts())
            assert claim.locator(".chain li").all_inner_texts() == ["CNBC", "letter", "Anthropic"]
            assert "Letter sent" in claim.inner_text()
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=30)
