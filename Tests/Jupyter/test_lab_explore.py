"""The panel of `explore` on a page of JupyterLab: it draws while a cell runs, and is there after a reload."""
import re

import pytest
from playwright.sync_api import expect

#: The bytes that an image on the page was made of.
BYTES = "async image => [...new Uint8Array(await (await fetch(image.src)).arrayBuffer())]"


class Panel:
    """The panel under a cell, as a person uses it."""

    def __init__(self, page, cell):
        self.page = page.page
        self.whole = page.cell(cell).locator(".jp-OutputArea")
        self.picture = self.whole.locator("img.widget-image")
        self.button = self.whole.locator("button.widget-button")
        self.progress = self.whole.get_by_role("progressbar").or_(self.whole.locator(".progress")).first
        self.words = self.whole.locator(".widget-html").first

    def control(self, name):
        """The row of the control that is called this."""
        return self.whole.locator(".widget-inline-hbox").filter(
            has=self.page.get_by_text(name, exact=True)).first

    def slide(self, name, times=1, key="ArrowRight"):
        """Moves a slider with the keyboard."""
        self.control(name).get_by_role("slider").focus()
        for _ in range(times):
            self.page.keyboard.press(key)

    def enter(self, name, number):
        """Types a number."""
        field = self.control(name).locator("input")
        field.fill(str(number))
        field.press("Enter")

    def stands_at(self, name, text):
        """Waits until a slider says that it stands at `text`."""
        expect(self.control(name).locator(".widget-readout")).to_have_text(text)

    def finish(self, sentence):
        """Waits until a picture is finished of which this is said; gives its bytes."""
        expect(self.words).to_contain_text(re.compile(f"{sentence}.*activation", re.DOTALL))
        expect(self.button).to_have_text("Render again")
        return self.picture.evaluate(BYTES)


@pytest.fixture
def page(notebook):
    """A notebook with a model and a panel that has drawn its first picture."""
    page = notebook('let vit = load("vit")\nexplore(vit, steps: 60)', 'while true { sleep(1) }', "1 + 1")
    page.run(0)
    return page


@pytest.fixture
def panel(page):
    return Panel(page, 0)


def test_the_panel_draws_anew_while_a_cell_runs_and_stops(page, panel):
    first = panel.finish("neuron 0 ")
    assert panel.picture.bounding_box()["width"] == panel.progress.bounding_box()["width"]
    page.keep("15-explore")
    page.start(1)
    page.wait_until("busy")
    panel.slide("neuron", times=3)
    second = panel.finish("neuron 3 ")
    assert first[1:4] == second[1:4] == [*b"PNG"] and first != second
    panel.slide("block", key="ArrowLeft")
    panel.stands_at("block", "block 5")
    assert panel.finish(r"neuron 3 .*blocks\.5\b") != second
    expect(page.prompt(1)).to_have_text("[*]:")

    panel.enter("steps", 100_000)
    expect(panel.words).to_contain_text(re.compile(r"step \d\d+ of 100000"))
    before = panel.picture.get_attribute("src")
    expect(panel.picture).not_to_have_attribute("src", before)
    page.keep("16-explore-while-a-cell-runs")
    panel.button.click()
    panel.finish("neuron 3 ")
    expect(page.prompt(1)).to_have_text("[*]:")
    page.keep("17-explore-stopped")
    page.press("Interrupt the kernel")
    page.finish(1)


def test_the_panel_is_there_after_a_reload_and_still_draws(page, panel):
    panel.finish("neuron 0 ")
    panel.slide("neuron", times=2)
    picture = panel.finish("neuron 2 ")
    expect(panel.words).not_to_contain_text("press Insert cell")
    page.save()
    page.reload()
    panel.stands_at("neuron", "2")
    assert panel.finish("neuron 2 ") == picture
    panel.slide("neuron")
    assert panel.finish("neuron 3 ") != picture
    page.keep("18-explore-after-a-reload")
    # JupyterLab gives the outputs of a cell to the page that ran it alone: the panel says what is saved, and what to do.
    page.save()
    assert kept_neuron(page, 0) == 2
    expect(panel.words).to_contain_text("saving it keeps an earlier picture")
    panel.whole.get_by_role("button", name="Insert cell").click()
    page.run(1)
    page.save()
    assert kept_neuron(page, 1) == 3


def kept_neuron(page, number):
    """The neuron of the picture that the saved notebook keeps under a cell."""
    outputs = page.server.saved(page.name).cells[number].outputs
    (plain,) = [output for output in outputs if "image/png" in output.get("data", {})]
    return plain.metadata["vitrine"]["recipe"]["objectives"][0]["mean"]["features"][0]


def test_the_button_puts_the_cell_into_the_notebook(page, panel):
    panel.slide("neuron", times=2)
    panel.finish("neuron 2 ")
    panel.whole.get_by_role("button", name="Insert cell").click()
    expect(page.cells).to_have_count(4)
    expect(page.editor(1)).to_have_text("render(vit.blocks[6].mlp.neuron(2), steps: 60)")
    page.keep("19-explore-inserted-a-cell")


def test_a_reopened_notebook_shows_the_last_picture(page, panel):
    """Widgets are gone with the kernel: the picture and its cell are a plain output, hidden while the panel lives."""
    panel.finish("neuron 0 ")
    panel.slide("neuron", times=2)
    panel.finish("neuron 2 ")
    kept = panel.whole.locator(".vitrine-kept")
    expect(kept).to_be_hidden()
    page.save()
    outputs = page.server.saved(page.name).cells[0].outputs
    (plain,) = [output for output in outputs if "image/png" in output.get("data", {})]
    assert plain.metadata["vitrine"]["recipe"]["objectives"][0]["mean"]["features"] == [2]
    assert "neuron 2" in plain.data["text/plain"]
    page.server.end_kernels()
    page.reload()
    picture = kept.locator("img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    expect(kept).to_contain_text("neuron 2")
    page.keep("32-explore-reopened")
