"""What stands under pictures: in JupyterLab, where it does not trust a notebook, and in pages that nbconvert makes."""
import base64
import io
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image
from playwright.sync_api import expect

from conftest import KERNEL, ROOT
from lab import NotebookPage

SPEC = {"name": KERNEL, "display_name": "Vitrine", "language": "swift"}
CELLS = [
    'let vit = load("vit")',
    'render(vit.logit("church"), steps: 12, seed: 1)  // 1 < 2',
    "render(vit.blocks[5].mlp.neuron(42), steps: 12, seed: [1, 2])",
    "render(vit.blocks[5].mlp.neurons(0..<3), steps: 12)",
]
ALT = "Picture made to drive logit “church” of vit"
CAPTION = re.compile(r"logit “church” of vit\s*activation −?[\d.]+ · 12 steps · [\d.]+ s")


def save_link(figure):
    return figure.locator("a[download]")


def downloaded(page, figure):
    """The file that the link gives, and its name."""
    with page.expect_download() as download:
        save_link(figure).click()
    return Image.open(download.value.path()), download.value.suggested_filename


def test_the_caption_and_its_links_in_jupyterlab(notebook):
    page = notebook(*CELLS)
    for number in range(4):
        page.run(number)
    figure = page.output(1).all.locator("figure")
    expect(figure.locator("figcaption")).to_have_text(CAPTION)
    expect(figure.locator("img")).to_have_attribute("alt", ALT)
    assert page.output(1).picture_is_whole()
    figure.locator("summary", has_text="cell").click()
    expect(figure.locator("pre")).to_have_text(CELLS[1])
    figure.locator("summary", has_text="recipe").click()
    expect(figure.locator("table").first).to_contain_text("momentum")
    page.keep("20-a-caption-and-what-it-opens")
    image, name = downloaded(page.page, figure)
    assert image.size == (128, 128) and "vitrine-recipe" in image.text and name == "vit-logit-church.png"
    expect(page.output(2).all.locator("figcaption")).to_contain_text("blocks.5.mlp neuron 42 of vit, 2 seeds")
    expect(page.output(3).all.locator("figcaption")).to_contain_text("blocks.5.mlp of vit, 3 pictures")
    page.keep("21-sheets-with-captions")


def test_what_is_left_where_the_notebook_is_not_trusted(notebook, jupyterlab, browser):
    page = notebook(*CELLS[:2])
    page.run(0)
    page.run(1)
    page.save()
    theirs = jupyterlab.saved(page.name)
    # Another has made it: no one has signed this on this machine.
    theirs.cells[1].outputs[0].data["text/html"] += "<script>window.wasRun = true</script>"
    nbformat.write(theirs, jupyterlab.notebooks / "theirs.ipynb")
    opened = browser.new_page(viewport={"width": 1200, "height": 900})
    try:
        page = NotebookPage(opened, jupyterlab, "theirs.ipynb")
        figure = page.output(1).all.locator("figure")
        expect(figure.locator("figcaption")).to_have_text(CAPTION)
        expect(figure.locator("img")).to_have_attribute("alt", ALT)
        assert page.output(1).picture_is_whole()
        assert opened.evaluate("window.wasRun") is None, "it is not trusted"
        figure.locator("summary", has_text="cell").click()
        expect(figure.locator("pre")).to_have_text(CELLS[1])
        figure.locator("summary", has_text="recipe").click()
        expect(figure.locator("table").first).to_be_visible()
        # A link that leads nowhere is not shown.
        expect(figure.locator("a")).to_be_hidden()
        page.keep("22-not-trusted")
    finally:
        opened.close()


@pytest.fixture(scope="module")
def page_of_nbconvert(environment, tmp_path_factory):
    """An executed notebook, and the page that nbconvert makes of it."""
    folder = tmp_path_factory.mktemp("captions")
    nbformat.write(
        new_notebook(cells=[new_code_cell(cell) for cell in CELLS], metadata={"kernelspec": SPEC}), folder / "a.ipynb")
    for arguments in (["notebook", "--execute", "--inplace"], ["html"]):
        done = subprocess.run(
            [sys.executable, "-m", "jupyter", "nbconvert", "--to", *arguments, str(folder / "a.ipynb")],
            capture_output=True, text=True, timeout=180, cwd=ROOT)
        assert done.returncode == 0, done.stderr
    return folder / "a.html"


def test_the_page_of_nbconvert_says_it_all(page_of_nbconvert):
    page = page_of_nbconvert.read_text()
    notebook = nbformat.read(page_of_nbconvert.with_suffix(".ipynb"), 4)
    captions = re.findall(r"<figcaption[^>]*>(.*?)</figcaption>", page)
    assert len(captions) == 3 and "activation" in captions[0] and "12 steps each" in captions[1]
    assert f'alt="{ALT}"' in page and not re.search(r'<img[^>]*alt=""', page)
    for cell in notebook.cells[1:]:
        (output,) = cell.outputs
        png = output.data["image/png"].strip()
        # The notebook holds the PNG with its recipe beside it, and the page the very same file, once.
        assert page.count(png) == 1
        assert "vitrine-recipe" in Image.open(io.BytesIO(base64.b64decode(png))).text
        assert output.metadata["vitrine"]["recipe"]["model"] == "vit"
        assert output.metadata["image/png"]["alt"] in page


def test_the_page_of_nbconvert_in_a_browser(page_of_nbconvert, browser):
    page = browser.new_page(viewport={"width": 1200, "height": 900}, accept_downloads=True)
    try:
        page.goto(page_of_nbconvert.as_uri())
        figure = page.locator("figure").first
        expect(figure.locator("figcaption")).to_have_text(CAPTION)
        figure.locator("summary", has_text="recipe").click()
        expect(figure.locator("table").first).to_contain_text("momentum")
        image, name = downloaded(page, figure)
        assert image.size == (128, 128) and "vitrine-recipe" in image.text and name == "vit-logit-church.png"
    finally:
        page.close()
