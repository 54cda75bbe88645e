"""Search by layer, number and class, and by what is nearly one of these."""
import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize(("query", "found"), [
    ("blocks.1.mlp/7", "one-5f5f5f5f/blocks.1.mlp/7"),
    ("1 mlp 7", "one-5f5f5f5f/blocks.1.mlp/7"),
    ("block 2 neuron 38", "one-5f5f5f5f/blocks.2.mlp/38"),
    ("two blocks.2.mlp 7", "two-5f5f5f5f/blocks.2.mlp/7"),
    ("logits", "one-5f5f5f5f/logits"),
    ("two", "two-5f5f5f5f"),
    ("golf ball", "one-5f5f5f5f/logits/1"),
    ("golfball", "one-5f5f5f5f/logits/1"),
    ("two church", "two-5f5f5f5f/logits/2"),
    ("garbge truk", "one-5f5f5f5f/logits/3"),
    ("french", "one-5f5f5f5f/logits/4"),
])
def test_the_best_is_first(visit, atlas, query, found):
    page = visit(atlas)
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search")
    expect(field).to_be_focused()
    field.fill(query)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#{found}")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_number_alone_is_found_in_all_layers(visit, atlas):
    page = visit(atlas)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("combobox").fill("17")
    expect(page.get_by_role("option")).to_have_count(6)
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("6 places found")


def test_arrows_choose_and_the_chosen_is_said(visit, atlas):
    page = visit(atlas)
    page.keyboard.press("/")
    field = page.get_by_role("combobox")
    field.fill("mlp")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_have_count(1)
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id") == "found-1"
    expect(field).to_have_attribute("aria-expanded", "true")
    chosen.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("blocks.1.mlp")


def test_what_nothing_is_called(visit, atlas):
    page = visit(atlas)
    page.keyboard.press("/")
    said = page.get_by_role("dialog").get_by_role("status")
    page.get_by_role("combobox").fill("trench coat")
    expect(said).to_have_text("Nothing has that name. Did you mean:")
    expect(page.get_by_role("option", name="tench").first).to_be_visible()
    page.get_by_role("combobox").fill("qqqqqqqqqqqqqqqq")
    expect(said).to_have_text("Nothing like that is in this atlas.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
