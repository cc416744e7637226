"""The report in headless Chromium: it fits a phone, its letters can be read there, and it loads nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser
from tests.browser.test_webchat import DESKTOP, PHONE, browser
from tests.unit.test_report import ROOT, STEP, result, section

from careline_cli.evaluation.ablation import ALL
from careline_cli.evaluation.ablations import Measured
from careline_cli.evaluation.compare import compare
from careline_cli.evaluation.published import published
from careline_cli.evaluation.reported import row_of
from careline_cli.evaluation.saved import SavedRun
from careline_cli.report import write_report

pytestmark = pytest.mark.browser
__all__ = ["browser"]

LEAST_PIXELS = 10.0
SMALLEST = """() => Math.min(...[...document.querySelectorAll('svg text')].map(text => {
    const svg = text.ownerSVGElement;
    return parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
}))"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """One with every part in it."""
    played = [result(f"q{n}", n % 2 == 0) for n in range(6)] + [result("hidden", False, locked=True)]
    older = SavedRun.of({"sets": {}, "summary": {}, "rows": [row_of(result("q1", True))]}, Path("old.json"))
    newer = SavedRun.of({"sets": {}, "summary": {}, "rows": [row_of(each) for each in played]}, Path("new.json"))
    points = [Measured(each.label, 90.0, 80.0, 5, 6, 1, 0.5, 700.0, 0.01, 40.0) for each in ALL]
    sources = tuple(published(ROOT / "evals" / "published", "cphos"))
    part = section(*played, points=points, published=sources, comparison=compare(older, newer))
    return write_report(tmp_path / "report.html", "A report", [part], [STEP], datetime.now(UTC))


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_report_fits_and_can_be_read(browser: Browser, report: Path, viewport: dict[str, int]) -> None:
    page = await browser.new_page(viewport=viewport)  # type: ignore[arg-type]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(report.as_uri())
    await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert await page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert await page.evaluate(SMALLEST) >= LEAST_PIXELS
    assert asked == [report.as_uri()]
    assert await page.locator("svg").count() == 5
    assert "executor" in await page.locator("details .line").first.inner_text()
    await page.close()
