"""Tab and Shift-Tab in JupyterLab, also while a picture is made."""
import pytest
from playwright.sync_api import expect

LOAD = 'let vit = load("vit")'
LONG = "render(vit.blocks[7].mlp.neuron(42), steps: 100000, seed: 1)"


@pytest.fixture
def page(notebook):
    """A notebook with a model, and an empty cell to type in."""
    page = notebook(LOAD, LONG, "")
    page.run(0)
    return page


def offered(page):
    """What the completer offers: name → type."""
    box = page.page.locator(".jp-Completer")
    expect(box).to_be_visible()
    items = box.locator(".jp-Completer-item")
    return {
        item.locator(".jp-Completer-match").inner_text(): item.locator(".jp-Completer-typeExtended").inner_text()
        for item in items.all()
    }


def test_tab_offers_commands_with_their_types_and_puts_one_in(page):
    page.type(2, "re")
    page.page.keyboard.press("Tab")
    found = offered(page)
    assert found["render"] == found["rerun"] == "function" and found["return"] == "keyword"
    page.keep("08-tab")
    page.page.locator(".jp-Completer-item", has_text="render").click()
    expect(page.editor(2)).to_have_text("render")


#: What is typed, and what Tab offers for it: members, classes, models, addresses and labels.
OFFERS = {
    "vit.bl": ("blocks", "property"),
    'vit.logit("golf': ("golf ball", "value"),
    'load("mix': ("mixer", "value"),
    'vit["blocks.5.ml': ("blocks.5.mlp", "value"),
    "render(vit.logit(0), st": ("steps:", "argument"),
}


def test_tab_knows_members_classes_models_addresses_and_labels(page):
    for typed, (name, kind) in OFFERS.items():
        page.type(2, typed)
        page.page.keyboard.press("Tab")
        assert offered(page).get(name) == kind, (typed, offered(page))
        page.page.keyboard.press("Escape")
        expect(page.page.locator(".jp-Completer")).to_be_hidden()


def test_shift_tab_shows_what_a_command_does(page):
    page.type(2, "render(")
    page.page.keyboard.press("Shift+Tab")
    tip = page.page.locator(".jp-Tooltip")
    expect(tip).to_contain_text("Makes the picture that drives an objective most.")
    expect(tip.locator("table").get_by_text("how many gradient steps")).to_be_attached()
    page.keep("09-shift-tab")


def test_tab_and_shift_tab_answer_while_a_picture_is_made(page):
    page.start(1)
    expect(page.output(1).progress).to_be_visible()
    page.type(2, "vit.cl")
    page.page.keyboard.press("Tab")
    assert "classify" in offered(page)
    page.page.keyboard.press("Escape")
    page.type(2, "vit")
    page.page.keyboard.press("Shift+Tab")
    expect(page.page.locator(".jp-Tooltip")).to_contain_text("parameters")
    page.keep("10-shift-tab-while-a-picture-is-made")
    expect(page.prompt(1)).to_have_text("[*]:")
    page.press("Interrupt the kernel")
    page.finish(1)
    expect(page.output(1).progress).to_have_count(0)
