"""Copying a cell, and dark or light."""
import pytest
from playwright.sync_api import expect

CELL = 'render(load("one").blocks[0].mlp.neuron(3))'
WITHOUT_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
REFUSED = "navigator.clipboard.writeText = () => Promise.reject(new Error('no')); undefined"
NOTHING_HELPS = f"{REFUSED}; document.execCommand = () => false; undefined"


@pytest.mark.parametrize("before", ["", WITHOUT_CLIPBOARD, REFUSED])
@pytest.mark.parametrize("how", ["click", "c"])
def test_one_click_copies_the_cell(visit, atlas, before, how):
    page = visit(atlas, "#blocks.0.mlp/3")
    page.evaluate(before)
    button = page.get_by_role("button", name="Copy cell")
    expect(button).to_be_visible()
    if how == "click":
        button.click()
    else:
        page.keyboard.press("c")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("Copied")
    page.keyboard.press("/")
    page.keyboard.press("Control+V")
    expect(page.get_by_role("combobox")).to_have_value(CELL)


def test_where_nothing_copies_the_text_is_selected(visit, atlas):
    page = visit(atlas, "#blocks.0.mlp/3")
    page.evaluate(NOTHING_HELPS)
    page.get_by_role("button", name="Copy cell").click()
    expect(page.get_by_role("button", name="Press Ctrl-C")).to_be_visible()
    assert page.evaluate("getSelection().toString()") == CELL


@pytest.mark.parametrize(("system", "other"), [("dark", "light"), ("light", "dark")])
def test_the_theme_is_the_systems_until_it_is_switched(visit, atlas, system, other):
    page = visit(atlas, "#blocks.0.mlp", color_scheme=system)
    html = page.locator("html")
    expect(html).to_have_attribute("data-theme", system)
    page.emulate_media(color_scheme=other)
    expect(html).to_have_attribute("data-theme", other)
    page.emulate_media(color_scheme=system)
    page.get_by_role("button", name=f"{other} colors").click()
    expect(html).to_have_attribute("data-theme", other)
    page.reload()
    expect(html).to_have_attribute("data-theme", other)


def test_pictures_hang_on_dark_ground_in_both(visit, atlas):
    for theme in ("dark", "light"):
        page = visit(atlas, "#blocks.0.mlp", color_scheme=theme)
        color = page.locator(".wall").evaluate("wall => getComputedStyle(wall).backgroundColor")
        assert max(int(part) for part in color[4:-1].split(",")) < 30
