"""An atlas that a cell made, opened from its output in JupyterLab and in Notebook 7."""
import re

import pytest
from playwright.sync_api import expect

import lab

CELL = 'atlas(load("vit"), layers: "blocks.1.mlp", in: "atlas", neurons: 0..<3, steps: 2)'
#: Whether an image on the page, or the one behind an element, was decoded.
DECODED = "image => image.complete && image.naturalWidth > 0"


def looks_whole(atlas, page):
    """The wall hangs with its small pictures, and a neuron's page shows the large one."""
    tiles = atlas.locator(".tile")
    expect(tiles).to_have_count(3)
    sheet = tiles.first.evaluate(
        """async tile => {
            const image = new Image();
            image.src = getComputedStyle(tile).backgroundImage.slice(5, -2);
            await image.decode();
            return image.naturalWidth;
        }""")
    assert sheet > 0
    tiles.nth(1).click()
    picture = atlas.locator(".main-picture img")
    expect(picture).to_be_visible()
    page.wait_for_timeout(300)
    assert picture.evaluate(DECODED)
    expect(atlas.locator(".cell code")).to_contain_text("render(load(\"vit\").blocks[1].mlp.neuron(1)")


@pytest.fixture
def notebook7(browser, environment, tmp_path):
    server = lab.Server(tmp_path, command="notebook")
    try:
        server.notebook("atlas.ipynb", CELL)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        yield lab.NotebookPage(page, server, "atlas.ipynb", path="/notebooks/{stem}.ipynb")
        page.close()
    finally:
        server.stop()


def output(page):
    page.run(0)
    page.output(0).shows("atlas/index.html")
    link = page.cell(0).get_by_role("link", name="Open the atlas")
    expect(link).to_be_visible()
    return link


def test_it_opens_in_jupyterlab(notebook):
    page = notebook(CELL)
    link = output(page)
    # The link's own address, as in a new tab, where the server allows scripts and nothing else.
    address = link.get_attribute("href")
    with page.page.context.expect_page() as opened:
        page.page.evaluate("address => { window.open(address); }", address)
    tab = opened.value
    tab.wait_for_load_state()
    looks_whole(tab, tab)
    tab.close()
    link.click()
    page.page.get_by_role("button", name="Trust HTML").click()
    frame = page.page.frame_locator(".jp-HTMLViewer iframe")
    looks_whole(frame, page.page)
    page.keep("30-atlas-in-lab")


def test_it_opens_in_notebook_7(notebook7):
    link = output(notebook7)
    with notebook7.page.context.expect_page() as opened:
        link.click()
    tab = opened.value
    tab.wait_for_load_state()
    trust = tab.get_by_role("button", name="Trust HTML")
    if re.search("/(notebooks|edit|tree|doc)/", tab.url):
        trust.click()
        looks_whole(tab.frame_locator(".jp-HTMLViewer iframe"), tab)
    else:
        looks_whole(tab, tab)
    lab.PICTURES.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=lab.PICTURES / "31-atlas-in-notebook-7.png")
