"""Screenshots of every kind of page, kept under build/atlas/ for people to look at."""
import pytest
from playwright.sync_api import expect

import exhibition
import renders
import textures
from conftest import PICTURES

SHOTS = {
    "01-models": ("", "dark", 1440, 900), "02-models-light": ("", "light", 1440, 900),
    "03-sheet": ("#vit", "dark", 1440, 900), "04-sheet-light": ("#vit", "light", 1440, 900),
    "05-layer": ("#vit/blocks.7.mlp", "dark", 1440, 900),
    "06-neuron": ("#vit/blocks.7.mlp/3", "dark", 1440, 900),
    "07-neuron-light": ("#vit/blocks.5.mlp/4", "light", 1440, 900),
    "08-class": ("#vit/logits/18", "dark", 1440, 900),
    "09-side-by-side": ("#vit/blocks.5.mlp,ffmixer/blocks.5.mlp", "dark", 1440, 900),
    "10-two-neurons-light": ("#vit/logits/18,ffmixer/logits/18", "light", 1440, 900),
    "11-phone-sheet": ("#vit", "dark", 390, 844), "12-phone-neuron": ("#vit/blocks.7.mlp/3", "light", 390, 844),
    "13-phone-side-by-side": ("#vit/blocks.5.mlp,ffmixer/blocks.5.mlp", "dark", 390, 844),
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Real renders, where the kernel is built; `renders.py` makes them beforehand, which takes minutes."""
    folder = tmp_path_factory.mktemp("shown")
    entries = renders.known(PICTURES / "renders")
    if {entry["model"] for entry in entries} == set(renders.MODELS):
        return exhibition.write(folder, PICTURES / "renders", entries)
    return textures.write(folder, 8, 128, ("vit", "ffmixer"), exhibition.CLASSES)


@pytest.mark.parametrize("name", SHOTS)
def test_a_page_is_kept(visit, shown, name):
    place, theme, width, height = SHOTS[name]
    page = visit(shown, place, width, height, color_scheme=theme)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Not in this atlas")).to_have_count(0)
    keep(page, name)


def test_the_search_is_kept(visit, shown):
    page = visit(shown, "#vit", 1440, 900, color_scheme="dark")
    page.keyboard.press("/")
    page.get_by_role("combobox").fill("retriever")
    expect(page.get_by_role("option").first).to_be_visible()
    keep(page, "14-search")


def test_the_help_is_kept(visit, shown):
    page = visit(shown, "#vit", 1440, 900, color_scheme="light")
    page.keyboard.press("?")
    keep(page, "15-help-light")


def test_a_whole_neurons_page_and_its_print_are_kept(visit, shown):
    page = visit(shown, "#vit/blocks.7.mlp/3", 1440, 900, color_scheme="dark")
    expect(page.locator(".neighbors")).to_be_attached()
    keep(page, "16-neuron-whole", full_page=True)
    page.emulate_media(media="print")
    keep(page, "17-neuron-on-paper", full_page=True)


def keep(page, name, **options):
    """Waits until every picture in view is there, and keeps the page."""
    page.wait_for_function("[...document.images].every((image) => image.loading === 'lazy' || image.complete)")
    page.wait_for_timeout(500)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", **options)
