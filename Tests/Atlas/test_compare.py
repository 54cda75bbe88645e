"""Two models, layers or neurons side by side."""
import pytest
from playwright.sync_api import expect

FIRST, SECOND = "one-5f5f5f5f", "two-5f5f5f5f"


@pytest.fixture
def pair(visit, atlas):
    return visit(atlas, "#one/blocks.1.mlp,two/blocks.1.mlp", height=500)


def side(page, name):
    return page.get_by_role("region", name=name)


def test_two_models_are_beside_each_other(visit, atlas):
    page = visit(atlas, "#two")
    page.get_by_role("link", name="Side by side").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Side by side")
    for name, model in (("Left: two", SECOND), ("Right: one", FIRST)):
        expect(side(page, name).get_by_role("grid", name="Neurons of blocks.0.mlp")).to_be_visible()
    left, right = side(page, "Left: two").bounding_box(), side(page, "Right: one").bounding_box()
    assert left["y"] == right["y"] and left["x"] + left["width"] <= right["x"]


def test_a_neuron_is_opened_in_both(pair):
    side(pair, "Left: one").get_by_role("link", name="Neuron 4", exact=True).click()
    pair.wait_for_url(f"**#{FIRST}/blocks.1.mlp/4,{SECOND}/blocks.1.mlp/4")
    for name in ("Left: one", "Right: two"):
        expect(side(pair, name).get_by_role("heading", name="Neuron 4")).to_be_visible()
        expect(side(pair, name).locator(".main-picture img")).to_be_visible()
    pair.keyboard.press("ArrowRight")
    pair.wait_for_url(f"**#{FIRST}/blocks.1.mlp/5,{SECOND}/blocks.1.mlp/5")
    pair.keyboard.press("ArrowDown")
    pair.wait_for_url(f"**#{FIRST}/blocks.2.mlp/5,{SECOND}/blocks.2.mlp/5")
    pair.keyboard.press("Escape")
    pair.wait_for_url(f"**#{FIRST}/blocks.2.mlp,{SECOND}/blocks.2.mlp")
    # The address changes before the page does, and only the page knows what Escape leaves.
    expect(pair.locator(".tile").first).to_be_visible()
    pair.keyboard.press("Escape")
    pair.wait_for_url(f"**#{FIRST}/blocks.2.mlp")


def test_layers_change_together_or_alone(pair):
    pair.get_by_label("Left layer").select_option("blocks.2.mlp")
    pair.wait_for_url(f"**#{FIRST}/blocks.2.mlp,{SECOND}/blocks.2.mlp")
    pair.get_by_label("together").uncheck()
    pair.get_by_label("Right layer").select_option("logits")
    pair.wait_for_url(f"**#{FIRST}/blocks.2.mlp,{SECOND}/logits")
    pair.get_by_label("together").check()


def test_they_scroll_together(pair):
    expect(pair.locator(".tile").first).to_be_visible()
    left, right = pair.locator(".scroller").all()
    left.hover()
    pair.mouse.wheel(0, 150)
    pair.wait_for_function(
        "([left, right]) => left.scrollTop > 100 && left.scrollTop === right.scrollTop",
        arg=[left.element_handle(), right.element_handle()])


def test_another_model_can_be_chosen(pair):
    pair.get_by_label("Right model").select_option("one")
    pair.wait_for_url(f"**#{FIRST}/blocks.1.mlp,{FIRST}/blocks.1.mlp")
