"""Everything can be done with keys."""
from playwright.sync_api import expect

FIRST, SECOND = "one-5f5f5f5f", "two-5f5f5f5f"


def neuron(page, number):
    return page.locator(f".wall [data-neuron='{number}']")


def test_arrows_go_through_the_small_pictures(visit, atlas):
    page = visit(atlas, "#blocks.0.mlp")
    columns = int(page.get_by_role("grid").get_attribute("aria-colcount"))
    page.keyboard.press("ArrowRight")
    expect(neuron(page, 0)).to_be_focused()
    for key, expected in (("ArrowRight", 1), ("ArrowDown", 1 + columns), ("ArrowLeft", columns), ("ArrowUp", 0),
                          ("End", columns - 1), ("Home", 0), ("Control+End", 39), ("Control+Home", 0)):
        page.keyboard.press(key)
        expect(neuron(page, expected)).to_be_focused()


def test_arrows_go_on_in_the_next_layer(visit, atlas):
    page = visit(atlas, f"#{FIRST}")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowRight")
    second = page.locator("[data-layer='blocks.1.mlp']")
    expect(second.locator("[data-neuron='0']")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-layer='blocks.0.mlp'] [data-neuron='39']")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(second.locator(".tile:focus")).to_have_count(1)


def test_one_press_of_tab_leaves_a_layer(visit, atlas):
    page = visit(atlas, "#blocks.0.mlp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator(".wall [tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    expect(page.locator(".wall :focus")).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    expect(neuron(page, 1)).to_be_focused()


def test_the_focus_stays_when_its_picture_is_scrolled_away(visit, large_atlas):
    page = visit(large_atlas, "#blocks.0.mlp")
    page.keyboard.press("ArrowRight")
    page.evaluate("window.scrollTo(0, 3000)")
    expect(neuron(page, 600)).to_be_attached()
    expect(neuron(page, 0)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(neuron(page, 1)).to_be_focused()
    expect(neuron(page, 1)).to_be_in_viewport()


def test_enter_opens_and_escape_comes_back(visit, atlas):
    page = visit(atlas, f"#{FIRST}")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Neuron 1")
    expect(title).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("Neuron 2")
    page.keyboard.press("Escape")
    expect(title).to_have_text("one")
    expect(neuron(page, 2).first).to_be_focused()
    page.keyboard.press("Escape")
    expect(title).to_have_text("Atlas of textures")


def test_arrows_on_a_neurons_page(visit, atlas):
    page = visit(atlas, "#blocks.1.mlp/5")
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Neuron 5")
    for key, expected in (("ArrowRight", "blocks.1.mlp/6"), ("ArrowLeft", "blocks.1.mlp/5"),
                          ("ArrowDown", "blocks.2.mlp/5"), ("ArrowUp", "blocks.1.mlp/5"), ("]", "blocks.2.mlp/5"),
                          ("]", "logits/5")):
        page.keyboard.press(key)
        page.wait_for_url(f"**#{FIRST}/{expected}")
    expect(title).to_have_text("beagle")
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("beagle")


def test_a_layer_without_the_neuron_shows_the_nearest(visit, atlas):
    page = visit(atlas, "#blocks.2.mlp/30")
    expect(page.get_by_role("heading", level=1)).to_have_text("Neuron 30")
    page.keyboard.press("ArrowDown")
    page.wait_for_url(f"**#{FIRST}/logits/5")


def test_brackets_turn_layers(visit, atlas):
    page = visit(atlas, "#blocks.0.mlp")
    title = page.get_by_role("heading", level=1)
    page.keyboard.press("]")
    expect(title).to_have_text("blocks.1.mlp")
    page.keyboard.press("[")
    expect(title).to_have_text("blocks.0.mlp")


def test_keys_for_help_theme_and_side_by_side(visit, atlas):
    page = visit(atlas, "#blocks.0.mlp", color_scheme="dark")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("s")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("blocks.0.mlp")
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("s")
    page.wait_for_url(f"**#{FIRST}/blocks.0.mlp,{SECOND}/blocks.0.mlp")
