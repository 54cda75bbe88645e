"""The panel of `explore(photo, in:)` on a page of JupyterLab: a click or an arrow key chooses the patch, and the maps follow."""
import re
import statistics

import pytest
from playwright.sync_api import expect

from conftest import ROOT

PHOTOGRAPH = ROOT / "notebooks" / "photographs" / "church.jpg"
#: Presses a key on the surface, and says after how many milliseconds the picture is another one.
ANSWER = """async ([surface, key]) => {
    const picture = surface.closest('.jp-OutputArea').querySelector('img.widget-image');
    const before = picture.src, start = performance.now();
    surface.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
    while (picture.src === before && performance.now() - start < 20000) await new Promise(requestAnimationFrame);
    await picture.decode();
    return performance.now() - start;
}"""


@pytest.fixture
def page(notebook):
    page = notebook(f'let vit = load("vit")\nexplore(image("{PHOTOGRAPH}"), in: vit)')
    page.run(0)
    return page


def test_keys_and_clicks_choose_the_patch(page):
    whole = page.cell(0).locator(".jp-OutputArea")
    surface, words = whole.get_by_role("application"), whole.locator(".widget-html b").first
    expect(words).to_contain_text("patch")
    surface.click(position={"x": 10, "y": 10})
    expect(words).to_have_text(re.compile(r"patch 0\b"))
    page.page.keyboard.press("ArrowDown")
    expect(words).to_contain_text("row 1, column 0")
    page.page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("row 1, column 1")
    took = [page.page.evaluate(ANSWER, [surface.element_handle(), key]) for key in ["ArrowRight", "ArrowLeft"] * 8]
    # Said, not asserted: what a machine does beside is not known here.
    print(f"The maps follow a key after {statistics.median(took):.0f} ms, {max(took):.0f} ms at most.")
    expect(words).to_contain_text("row 1, column 1")
    page.keep("24-explore-features")
