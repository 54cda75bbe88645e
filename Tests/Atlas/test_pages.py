"""Every model, layer and neuron has a page and a link, which shows what is known and nothing else."""
import json
import shutil

import pytest
from playwright.sync_api import expect

import textures
from atlas_folder import AtlasFolder

FIRST, SECOND = "one-5f5f5f5f", "two-5f5f5f5f"


def heading(page):
    return page.get_by_role("heading", level=1)


def test_the_models_are_on_the_first_page(visit, atlas):
    page = visit(atlas)
    expect(heading(page)).to_have_text("Atlas of textures")
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("article").first).to_contain_text("126 pictures in 4 layers")
    page.get_by_role("link", name="two").click()
    expect(heading(page)).to_have_text("two")
    assert page.url.endswith(f"#{SECOND}")


def test_an_atlas_of_one_model_begins_with_it(visit, tmp_path):
    page = visit(textures.write(tmp_path, 1, 3))
    expect(heading(page)).to_have_text("textures")


def test_from_the_model_through_a_layer_to_a_neuron(visit, atlas):
    page = visit(atlas, f"#{FIRST}")
    expect(page.get_by_role("grid")).to_have_count(4)
    page.get_by_role("main").get_by_role("link", name="blocks.1.mlp", exact=True).last.click()
    expect(heading(page)).to_have_text("blocks.1.mlp")
    page.get_by_role("link", name="Neuron 7", exact=True).click()
    expect(heading(page)).to_have_text("Neuron 7")
    assert page.url.endswith(f"#{FIRST}/blocks.1.mlp/7")
    page.go_back()
    expect(heading(page)).to_have_text("blocks.1.mlp")
    expect(page.get_by_role("link", name="Neuron 7", exact=True)).to_be_focused()


@pytest.mark.parametrize(("link", "model"), [
    ("#blocks.1.mlp/7", "one"), ("#one/blocks.1.mlp/7", "one"), ("#two/blocks.1.mlp/7", "two"),
    (f"#{SECOND}/blocks.1.mlp/7", "two")])
def test_links_name_a_neuron_with_or_without_the_model(visit, atlas, link, model):
    page = visit(atlas, link)
    expect(heading(page)).to_have_text("Neuron 7")
    expect(page.get_by_text(f"blocks.1.mlp · {model}")).to_be_visible()


def test_every_neuron_has_a_page(visit, atlas):
    page = visit(atlas, "#blocks.2.mlp/0")
    for neuron in range(40):
        page.evaluate(f"location.hash = '#blocks.2.mlp/{neuron}'")
        expect(heading(page)).to_have_text(f"Neuron {neuron}")
        expect(page.locator(".cell code")).to_have_text(f'render(load("one").blocks[2].mlp.neuron({neuron}))')


def test_a_class_is_called_by_its_name(visit, atlas):
    page = visit(atlas, "#logits/1")
    expect(heading(page)).to_have_text("golf ball")
    expect(page.get_by_text("neuron 1 of 6")).to_be_visible()


def test_a_recipe_of_version_one_is_read(visit, atlas):
    page = visit(atlas, "#logits/1")
    expect(page.locator(".recipe")).to_contain_text("128 × 128 px")
    expect(page.locator(".recipe")).to_contain_text("160: 32 + 128")
    expect(page.locator(".recipe")).to_contain_text("64 × 64 px, enlarged after 32 steps")
    expect(page.locator(".recipe")).to_contain_text("Adam (rate 0.05 to 0.005, cosine) (in the last 128 steps)")


def test_a_neurons_page_says_all_that_is_known(visit, atlas):
    entry = layer_in(atlas, "blocks.1.mlp")["neurons"][7]
    page = visit(atlas, "#blocks.1.mlp/7")
    expect(page.locator(".main-picture img")).to_have_attribute("src", entry["picture"])
    measures = page.locator(".measures").inner_text()
    assert f"{entry['activation']:.2f}" in measures and f"{entry['agreement']:.2f}" in measures
    expect(page.get_by_role("img", name="Activation while the picture was made, in 128 steps")).to_be_visible()
    expect(page.get_by_role("img", name="another seed")).to_be_visible()
    expect(page.locator(".recipe")).to_contain_text("128 × 128 px")
    expect(page.locator(".recipe")).to_contain_text("Adam (rate 0.05 to 0.005, cosine)")
    page.get_by_text("The whole recipe").click()
    assert json.loads(page.locator(".recipe pre").inner_text()) == textures.RECIPE
    for row, words in zip(page.locator(".likes").all(), (("weights", "most"), ("weights", "least"), ("picture", "most"),
                                                         ("picture", "least"))):
        listed = [link.get_attribute("href") for link in row.get_by_role("link").all()]
        assert listed == [f"#{FIRST}/blocks.1.mlp/{neuron}" for neuron, _ in entry["similar"][words[0]][words[1]]]


def test_photographs_with_any_name(visit, tmp_path):
    atlas = AtlasFolder(tmp_path)
    model = atlas.add_model("m-1", "m")
    random = textures.numpy.random.default_rng(1)
    pixels = textures.texture(random, 64)
    name = "50% of #1? a “photo”.png"
    photograph = {"picture": atlas.picture(f"photographs/{name}", pixels), "name": name, "activation": -0.5}
    atlas.add_layer(model, "norm", [{"neuron": 0, "picture": atlas.picture("pictures/0.png", pixels),
                                     "photographs": [photograph]}], [pixels])
    page = visit(atlas.close(), "#norm/0")
    shown = page.get_by_role("img", name="Photograph 50%")
    expect(shown).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth === 64", arg=shown.element_handle())
    expect(page.locator("figcaption")).to_contain_text("−0.500")


def test_what_is_not_known_is_left_out(visit, tmp_path):
    atlas = AtlasFolder(tmp_path)
    pixels = textures.texture(textures.numpy.random.default_rng(1), 64)
    atlas.add_layer(atlas.add_model("m-1", "m"), "norm",
                    [{"neuron": 3, "picture": atlas.picture("pictures/3.png", pixels)}], [pixels])
    page = visit(atlas.close(), "#norm/3")
    expect(heading(page)).to_have_text("Neuron 3")
    assert page.get_by_role("heading").all_inner_texts() == ["Neuron 3"]
    expect(page.get_by_role("button", name="Copy cell")).to_have_count(0)
    assert "undefined" not in page.locator("body").inner_text()


def test_an_atlas_that_does_not_list_its_neurons_beforehand(visit, tmp_path):
    folder = textures.write(tmp_path, 2, 30, lists_numbers=False)
    page = visit(folder, "#textures")
    expect(page.get_by_role("link", name="Neuron 29", exact=True).first).to_be_visible()
    page = visit(folder, "#blocks.1.mlp/77")
    expect(page.get_by_role("note")).to_contain_text("There is no picture of neuron 77")
    page.get_by_role("link", name="29", exact=True).click()
    expect(heading(page)).to_have_text("Neuron 29")


@pytest.mark.parametrize(("link", "near"), [
    ("#blocks.1.mpl/7", "one, blocks.1.mlp, neuron 7"), ("#blocks.9.mlp", "one, blocks.0.mlp"),
    ("#blocks.1.mlp/77", "one, blocks.1.mlp")])
def test_a_link_that_leads_nowhere_says_what_is_near(visit, atlas, link, near):
    page = visit(atlas, link)
    expect(heading(page)).to_have_text("Not in this atlas")
    expect(page.get_by_role("main")).to_contain_text("There is no")
    expect(page.get_by_role("link", name=near, exact=True)).to_be_visible()


def layer_in(atlas, address, model=FIRST):
    text = (atlas / "data" / model / f"{address}.js").read_text()
    return json.loads(text.removeprefix("vitrineLayer(").rstrip().removesuffix(");"))
