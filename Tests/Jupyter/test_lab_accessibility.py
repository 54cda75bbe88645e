"""What a screen reader has of outputs, and whether they can be read in the light and the dark theme of JupyterLab."""
import json
import pathlib

import axe_playwright_python
import pytest
from playwright.sync_api import expect

import lab
from conftest import ROOT

AXE = pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js"
CELLS = [
    "help()",
    'let vit = load("vit")',
    "vit",
    "vit.nothing",
    "models()",
    f'let photo = image("{ROOT}/notebooks/photographs/golf-balls.jpg")\nvit.classify(photo)',
    'let picture = render(vit.logit("church"), steps: 4)',
    "picture.recipe",
    "activations(photo, at: vit.blocks[5].mlp.neurons(0..<2))",
    "explore(vit)",
    "explore(photo, in: vit.blocks[8])",
]
RENDERING = "render(vit.logit(0), steps: 100000, seed: 1)"
#: ipywidgets gives the handles of its sliders no name, and JupyterLab scrolls what is wide without a way in for keys.
NOT_OURS = {"aria-input-field-name", "scrollable-region-focusable"}


@pytest.fixture(scope="module", params=["JupyterLab Light", "JupyterLab Dark"])
def page(request, browser, tmp_path_factory):
    """A notebook with all outputs on its page, the last of them a picture that is still sharpening."""
    server = lab.Server(tmp_path_factory.mktemp("accessibility"))
    settings = {
        "apputils-extension/themes": {"theme": request.param},
        # Otherwise only what is in view is on the page.
        "notebook-extension/tracker": {"windowingMode": "none"},
    }
    for name, values in settings.items():
        file = server.folder / "jupyterlab_settings_dir" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    try:
        server.notebook("outputs.ipynb", *CELLS, RENDERING)
        opened = browser.new_page(viewport={"width": 1300, "height": 900})
        notebook = lab.NotebookPage(opened, server, "outputs.ipynb")
        for number in range(len(CELLS)):
            notebook.run(number)
        notebook.start(len(CELLS))
        expect(notebook.output(len(CELLS)).progress).to_be_visible()
        expect(opened.locator("body")).to_have_attribute("data-jp-theme-name", request.param)
        yield opened
        opened.close()
        server.end_kernels()
    finally:
        server.stop()


def test_axe_finds_nothing(page):
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({ include: ['.jp-OutputArea-output'] }, { resultTypes: ['violations'] })")
    ours = [one for one in found["violations"] if one["id"] not in NOT_OURS]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in ours] == []


def test_every_picture_says_what_it_shows(page):
    said = page.locator(".jp-OutputArea-output img").evaluate_all("all => all.map((one) => one.alt || one.title)")
    assert len(said) >= 5 and all(len(text) > 10 for text in said), said


def test_the_controls_of_panels_are_reached_by_keys(page):
    """Each has a place in the order of Tab, the photograph too, whose patch the arrow keys move."""
    for panel, least in [(len(CELLS) - 2, 8), (len(CELLS) - 1, 4)]:
        controls = page.locator(".jp-Notebook .jp-CodeCell").nth(panel).locator(
            ".jp-OutputArea-output").locator("input, select, button, [role=slider], [role=application]")
        reached = controls.evaluate_all("all => all.filter((one) => one.offsetParent).map((one) => one.tabIndex)")
        assert len(reached) >= least and min(reached) >= 0, reached
