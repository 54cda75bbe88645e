"""Atlases in temporary folders, and the browser in which they are opened, without a server."""
import pathlib
import shutil

import pytest
from playwright.sync_api import expect

import lab
import textures

#: Where screenshots are kept.
PICTURES = pathlib.Path(__file__).resolve().parents[2] / "build" / "atlas"
#: Milliseconds within which what a test waits for has to be on the page.
PATIENCE = 120_000
CLASSES = ("tench", "golf ball", "church", "garbage truck", "French horn", "beagle")

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser():
    """A browser; tests are skipped where there is none."""
    if lab.chromium() is None:
        pytest.skip("Chromium is absent and could not be installed: nothing was tried in a browser.")
    with lab.browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def atlas(tmp_path_factory):
    """Two models, each with three layers of 40 neurons and six classes."""
    return textures.write(tmp_path_factory.mktemp("atlas"), 3, 40, ("one", "two"), CLASSES)


@pytest.fixture(scope="session")
def large_atlas(tmp_path_factory):
    """A model of ten layers with 1,000 neurons each."""
    return textures.write(tmp_path_factory.mktemp("large"))


@pytest.fixture
def copy(atlas, tmp_path):
    """A copy of the atlas, to damage."""
    return shutil.copytree(atlas, tmp_path / "an atlas, copied #1")


@pytest.fixture
def visit(browser):
    """Opens an atlas at a place: `visit(atlas, "#blocks.1.mlp/7")`. What goes wrong on a page fails the test."""
    contexts, problems = [], []

    def opened(folder, place="", width=1200, height=900, damaged=False, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if not damaged:
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("console", lambda message: message.type == "error" and problems.append(message.text))
        page.on("request", lambda request: request.url.startswith(("file:", "data:")) or problems.append(request.url))
        page.goto((folder / "index.html").as_uri() + place)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []
