"""Notebook 7 in a browser: a notebook opens, its cells run, and a picture stands under them."""
import re

import pytest
from playwright.sync_api import expect

import lab


@pytest.fixture
def page(browser, environment, tmp_path):
    server = lab.Server(tmp_path, command="notebook")
    try:
        server.notebook("pictures.ipynb", 'let vit = load("vit")\nvit.name', "render(vit.logit(0), steps: 600, seed: 1)")
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        yield lab.NotebookPage(page, server, "pictures.ipynb", path="/notebooks/{stem}.ipynb")
        page.close()
    finally:
        server.stop()


def test_a_picture_is_made_and_saved(page):
    page.run(0)
    page.output(0).shows('"vit"')
    page.start(1)
    expect(page.output(1).progress).to_have_attribute("aria-valuenow", re.compile(r"\d\d+"))
    page.finish(1)
    expect(page.output(1).progress).to_have_count(0)
    assert page.output(1).picture_is_whole()
    page.save()
    page.keep("20-notebook-7")
    (output,) = page.server.saved("pictures.ipynb").cells[1].outputs
    assert output.data["image/png"] and output.metadata["vitrine"]["recipe"]["model"] == "vit"
