"""What a screen reader has of it: axe finds nothing, and what axe cannot see is looked for."""
import pathlib

import axe_playwright_python
import pytest
from playwright.sync_api import expect

AXE = pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js"
PLACES = {
    "home": "", "model": "#one", "layer": "#blocks.1.mlp", "neuron": "#blocks.1.mlp/7", "class": "#logits/1",
    "side by side": "#one/blocks.1.mlp,two/blocks.1.mlp", "two neurons": "#one/blocks.1.mlp/7,two/blocks.1.mlp/7",
    "nowhere": "#nothing",
}


def violations(page):
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'], preload: false })")["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing(visit, atlas, place, theme):
    page = visit(atlas, PLACES[place], color_scheme=theme)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Reading this layer")).to_have_count(0)
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_in_the_dialogs(visit, atlas, theme):
    page = visit(atlas, color_scheme=theme)
    page.keyboard.press("/")
    page.get_by_role("combobox").fill("mlp 7")
    expect(page.get_by_role("option").first).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    # The browser closes it after the key, and until then other keys belong to it.
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("place", PLACES)
def test_there_are_landmarks_and_headings_in_order(visit, atlas, place):
    page = visit(atlas, PLACES[place])
    for role in ("banner", "main", "contentinfo"):
        expect(page.get_by_role(role, include_hidden=True)).to_have_count(1)
    expect(page.get_by_role("navigation", name="Where you are")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_text("Reading this layer")).to_have_count(0)
    levels = page.get_by_role("heading").evaluate_all("all => all.map((one) => Number(one.tagName[1]))")
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), levels


def test_what_is_read_of_a_neuron(visit, atlas):
    page = visit(atlas, "#blocks.1.mlp/7")
    expect(page.get_by_role("img", name="What drives one, blocks.1.mlp, neuron 7 most: activation")).to_be_visible()
    expect(page.locator("main")).to_match_aria_snapshot("""
        - heading "Neuron 7" [level=1]
    """)
    expect(page.get_by_role("link", name="likeness 0.").first).to_be_visible()
    expect(page.get_by_role("link", name="Next neuron: 8")).to_be_visible()
    neighbor = page.get_by_role("navigation", name="Neighbors").locator("[aria-current=page]")
    expect(neighbor).to_have_attribute("data-neuron", "7")
    assert page.title() == "one, blocks.1.mlp, neuron 7 · Atlas of textures"


def test_a_new_page_is_said_by_the_focus_on_its_heading(visit, atlas):
    page = visit(atlas, "#blocks.1.mlp")
    page.evaluate("location.hash = '#blocks.1.mlp/9'")
    expect(page.get_by_role("heading", level=1, name="Neuron 9")).to_be_focused()


def test_the_first_tab_skips_to_the_pictures(visit, atlas):
    page = visit(atlas, "#blocks.1.mlp")
    page.keyboard.press("Tab")
    skip = page.get_by_role("button", name="Skip to the pictures")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".wall [data-neuron='0']")).to_be_focused()
    assert page.url.endswith("#blocks.1.mlp")


def test_large_text(visit, atlas):
    """Text can be twice as large without anything being cut off to the side."""
    page = visit(atlas, "#blocks.1.mlp/7", width=1200)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1200
