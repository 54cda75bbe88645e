"""The wall of small pictures: only what is in view is on the page, and each picture is the right one."""
import io

import numpy
import pytest
from PIL import Image
from playwright.sync_api import expect

from atlas_folder import AtlasFolder


def test_only_what_is_in_view_is_on_the_page(visit, large_atlas):
    page = visit(large_atlas)
    tiles = page.locator(".tile")
    expect(tiles.first).to_be_visible()
    height = page.evaluate("document.documentElement.scrollHeight")
    counts = []
    for top in range(0, height, height // 12):
        page.evaluate("top => window.scrollTo(0, top)", top)
        expect(page.locator(".tile").first).to_be_attached()
        page.wait_for_function("""() => [...document.querySelectorAll(".tile")].some((tile) => {
            const box = tile.getBoundingClientRect();
            return box.bottom > 150 && box.top < innerHeight;
        })""")
        counts.append(tiles.count())
    assert max(counts) < 600 < 10_000
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    last = page.locator("[data-layer='blocks.9.mlp'] [data-neuron='999']")
    expect(last).to_be_in_viewport()


def color(number):
    """A color that stands for a number and survives JPEG."""
    return [40 + number % 6 * 36, 40 + number // 6 % 6 * 36, 40 + number // 36 % 6 * 36]


@pytest.fixture
def colored(tmp_path):
    """300 neurons, every third one, so that a sheet has an unfinished second file; each of a color of its own."""
    atlas = AtlasFolder(tmp_path)
    numbers = [3 * index for index in range(300)]
    neurons = [{"neuron": number, "picture": "pictures/0.png"} for number in numbers]
    atlas.add_layer(atlas.add_model("m-1", "m"), "norm", neurons,
                    [numpy.full((64, 64, 3), color(index), numpy.uint8) for index in range(300)])
    return atlas.close()


@pytest.mark.parametrize("size", ["small", "medium"])
@pytest.mark.parametrize("index", [0, 17, 255, 256, 299])
def test_each_picture_is_the_right_one(visit, colored, size, index):
    page = visit(colored, "#norm")
    page.get_by_role("radio", name=size).check()
    tile = page.locator(f"[data-neuron='{3 * index}']")
    page.evaluate("index => { const step = document.body.scrollHeight * index / 300; scrollTo(0, step - 300); }", index)
    expect(tile).to_be_in_viewport()
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)  # Until the sheet is decoded.
    pixels = numpy.asarray(Image.open(io.BytesIO(tile.screenshot())).convert("RGB"), float)
    assert numpy.abs(pixels[8:-8, 8:-8].mean((0, 1)) - color(index)).max() < 6


def test_the_grid_says_how_large_it_is(visit, large_atlas):
    page = visit(large_atlas, "#blocks.3.mlp")
    grid = page.get_by_role("grid", name="Neurons of blocks.3.mlp")
    expect(grid.locator(".tile").first).to_be_visible()
    columns = int(grid.get_attribute("aria-colcount"))
    assert int(grid.get_attribute("aria-rowcount")) == -(-1000 // columns)
    second = grid.get_by_role("row").nth(1)
    assert second.get_attribute("aria-rowindex") == "2"
    assert second.get_by_role("link").first.get_attribute("data-neuron") == str(columns)


def test_other_sizes_stay_where_the_reader_is(visit, large_atlas):
    page = visit(large_atlas)
    page.locator("nav[aria-label=Layers]").get_by_role("link", name="blocks.7.mlp").click()
    expect(page.locator("nav[aria-label=Layers] [aria-current]")).to_contain_text("blocks.7.mlp")
    page.evaluate("document.querySelector('[value=large]').click()")
    expect(page.locator("nav[aria-label=Layers] [aria-current]")).to_contain_text("blocks.7.mlp")
    expect(page.locator("[data-layer='blocks.7.mlp'] .tile.sharp img").first).to_be_visible()


def test_a_layer_can_be_ordered(visit, atlas):
    page = visit(atlas, "#blocks.0.mlp")
    page.get_by_label("Order by").select_option("strongest activation")
    expect(page.get_by_role("status").last).to_have_text("Ordered by strongest activation")
    found = page.evaluate("""() => [...document.querySelectorAll(".tile")].map((tile) =>
        Atlas.data.atlas.models[0].layers[0].neuron(Number(tile.dataset.neuron)).activation)""")
    assert len(found) == 40 and found == sorted(found, reverse=True)


def test_a_narrow_page_is_not_wider_than_the_screen(visit, atlas):
    for place in ("", "#blocks.0.mlp", "#blocks.0.mlp/3", "#one/blocks.0.mlp,two/blocks.0.mlp", "#one", "#nothing"):
        page = visit(atlas, place, width=360, height=740)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 360, place
