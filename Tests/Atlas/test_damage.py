"""What is missing or damaged says so in words, and the rest works."""
import pytest
from playwright.sync_api import expect

MODEL = "one-5f5f5f5f"


@pytest.fixture
def damaged(visit, copy):
    """Opens the damaged copy; the browser may complain of missing files."""
    return lambda place="": visit(copy, place, damaged=True)


@pytest.mark.parametrize(("text", "words"), [
    (None, "there is no file data/atlas.js"),
    ("vitrineAtlas({\"version\":1,", "the file data/atlas.js is damaged"),
    ("", "the file data/atlas.js is damaged"),
    ("vitrineAtlas({\"version\":9,\"models\":[]});", "version 9"),
])
def test_a_list_that_cannot_be_read(damaged, copy, text, words):
    (copy / "data/atlas.js").unlink() if text is None else (copy / "data/atlas.js").write_text(text)
    page = damaged()
    expect(page.get_by_role("heading", level=1)).to_have_text("This atlas cannot be opened")
    expect(page.get_by_role("note")).to_contain_text(words)
    expect(page.get_by_role("note")).to_contain_text("vitrine atlas")


def test_an_atlas_without_models(damaged, copy):
    (copy / "data/atlas.js").write_text("vitrineAtlas({\"version\":1,\"title\":\"Empty\",\"models\":[]});")
    expect(damaged().get_by_role("note")).to_contain_text("no models yet")


@pytest.mark.parametrize(("text", "words"), [
    (None, "there is no file data/one-5f5f5f5f/blocks.1.mlp.js"),
    ("vitrineLayer({\"model\":", "is damaged"),
    ("vitrineLayer({\"model\":\"one-5f5f5f5f\",\"layer\":\"blocks.1.mlp\"});", "is damaged"),
    ("vitrineLayer({\"model\":\"two-5f5f5f5f\",\"layer\":\"blocks.1.mlp\",\"neurons\":[]});", "is damaged"),
])
def test_a_layer_that_cannot_be_read(damaged, copy, text, words):
    file = copy / "data" / MODEL / "blocks.1.mlp.js"
    file.unlink() if text is None else file.write_text(text)
    page = damaged("#blocks.1.mlp/7")
    expect(page.get_by_role("heading", level=1)).to_have_text("Neuron 7")
    expect(page.get_by_role("note")).to_contain_text(words)
    page.get_by_role("main").get_by_role("link", name="blocks.1.mlp").click()
    expect(page.get_by_role("link", name="Neuron 7", exact=True)).to_be_visible()
    page.get_by_label("Order by").select_option("strongest activation")
    expect(page.get_by_role("note")).to_contain_text(words)
    page.evaluate("location.hash = '#blocks.0.mlp/7'")
    expect(page.get_by_role("button", name="Copy cell")).to_be_visible()


def test_a_missing_layer_of_an_atlas_that_does_not_list_its_neurons(visit, tmp_path):
    import textures
    folder = textures.write(tmp_path, 2, 30, lists_numbers=False)
    (folder / "data/textures-5f5f5f5f/blocks.0.mlp.js").unlink()
    page = visit(folder, damaged=True)
    expect(page.get_by_role("note")).to_contain_text("there is no file")
    expect(page.get_by_role("note")).to_have_count(1)
    # The next layer is read when it comes into view.
    page.get_by_role("heading", name="blocks.1.mlp").scroll_into_view_if_needed()
    expect(page.locator("[data-layer='blocks.1.mlp'] .tile").first).to_be_visible()


def test_a_missing_sheet(damaged, copy):
    (copy / "sheets" / MODEL / "blocks.0.mlp-0.jpg").unlink()
    page = damaged("#blocks.0.mlp")
    expect(page.get_by_role("note")).to_contain_text("sheets/one-5f5f5f5f/blocks.0.mlp-0.jpg is missing or damaged")
    tile = page.get_by_role("link", name="Neuron 12", exact=True)
    assert tile.evaluate("tile => getComputedStyle(tile, '::before').content") == '"12"'
    tile.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Neuron 12")


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_picture_that_cannot_be_shown(damaged, copy, damage):
    page = damaged("#blocks.0.mlp/3")
    path = page.locator(".main-picture img").get_attribute("src")
    file = copy / path
    file.unlink() if damage == "missing" else file.write_bytes(file.read_bytes()[:20])
    page = damaged("#blocks.0.mlp/3")
    expect(page.locator(".main-picture")).to_have_text(f"This picture is missing or damaged: {path}")
    expect(page.get_by_role("button", name="Copy cell")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("Neuron 4")
    expect(page.locator(".main-picture img")).to_be_visible()


def test_side_by_side_with_a_layer_that_cannot_be_read(damaged, copy):
    (copy / "data" / MODEL / "blocks.0.mlp.js").write_text("nothing(")
    page = damaged("#one/blocks.0.mlp/3,two/blocks.0.mlp/3")
    expect(page.get_by_role("region", name="Left: one").get_by_role("note")).to_contain_text("is damaged")
    expect(page.get_by_role("region", name="Right: two").locator(".main-picture img")).to_be_visible()


def test_without_scripts_a_word_is_said(visit, atlas):
    page = visit(atlas, java_script_enabled=False)
    expect(page.get_by_text("need JavaScript")).to_be_visible()
