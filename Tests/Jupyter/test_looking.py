"""A photograph in a notebook: what a model makes of it, which neurons it drives, which photographs drive a neuron."""
import os
import threading

import numpy as np
import pytest
from PIL import Image

import cells


@pytest.fixture(scope="module")
def vit(client):
    reply = client.execute_interactive('let vit = load("vit")', timeout=120, output_hook=lambda message: None)
    assert reply["content"]["status"] == "ok", reply["content"].get("evalue")


@pytest.fixture(scope="module")
def photograph(tmp_path_factory):
    """A disc on an even ground: something to look at, and somewhere to look away from."""
    y, x = np.mgrid[0:160, 0:200]
    inside = (x - 60) ** 2 + (y - 60) ** 2 < 40**2
    stripes = 128 + 100 * np.sin((x + 2 * y) / 5)
    pixels = np.where(inside, stripes, 90).astype(np.uint8)
    path = tmp_path_factory.mktemp("photos") / "disc.png"
    Image.fromarray(np.stack([pixels, 255 - pixels, pixels // 2], axis=2)).save(path)
    return path


@pytest.fixture
def photo(vit, run, photograph):
    assert run(f'let photo = image("{photograph}")').status == "ok"


def test_a_heat_map_and_its_numbers(photo, run, tmp_path):
    cell = run(f'let acts = activations(photo, at: vit.blocks[5].mlp)\nacts.save("{tmp_path}/acts.npy")\nacts')
    assert cell.status == "ok", cell.evalue
    assert cell.pictures[0].width > cell.pictures[0].height > 224
    values = np.load(tmp_path / "acts.npy")
    assert values.shape == (65, 192)
    assert run(f'acts.map.values.save("{tmp_path}/map.npy")').status == "ok"
    norms = np.linalg.norm(values[1:].astype(np.float64), axis=1).reshape(8, 8)
    np.testing.assert_allclose(np.load(tmp_path / "map.npy"), norms, rtol=1e-5)
    assert run(f'save(acts, "{tmp_path}/acts.png")').status == "ok"
    with Image.open(tmp_path / "acts.png") as saved:
        assert saved.size == cell.pictures[0].size


def test_saliency_shows_a_smoothed_map_and_saves_the_gradient(photo, run, tmp_path):
    cell = run(f'let g = gradient(of: vit.logit("church"), at: photo)\ng.save("{tmp_path}/g.npy")\ng')
    assert cell.status == "ok", cell.evalue
    assert len(cell.pictures) == 1
    assert run(f'gradient(of: vit.logit("church"), at: vit.input(photo)).save("{tmp_path}/x.npy")').status == "ok"
    np.testing.assert_array_equal(np.load(tmp_path / "g.npy"), np.load(tmp_path / "x.npy"))
    # What takes longer than half a second is shown while it is made, and not as the result.
    text = cell.text or cell.displays[-1][0]["text/plain"]
    assert "mean of 16 noisy copies" in text


def test_attention_is_the_patterns_row(photo, run, tmp_path):
    assert run(f'activations(photo, at: vit.blocks[3].attn.pattern).save("{tmp_path}/p.npy")').status == "ok"
    cell = run(f'let a = attention(photo, in: vit.blocks[3], from: 27)\na.values.save("{tmp_path}/a.npy")\na')
    assert cell.status == "ok", cell.evalue
    assert len(cell.pictures) == 1
    pattern = np.load(tmp_path / "p.npy")
    np.testing.assert_allclose(np.load(tmp_path / "a.npy").reshape(3, 64), pattern[:, 28, 1:], atol=1e-6)


def test_the_strongest_neurons_are_shown_once_with_their_pictures(photo, run):
    cell = run("let found = strongest(for: photo, in: vit.blocks[5].mlp, count: 3, steps: 12)\nfound")
    assert cell.status == "ok", cell.evalue
    assert len(cell.pictures) == 1 and cell.result is None, "in the place where it was seen growing"
    assert "compared with this photograph's own 64 patches" in cell.displays[-1][0]["text/plain"]
    assert run("render(found, steps: 2).count").text == "3"


def test_an_interrupted_search_keeps_what_it_found(vit, kernel, client, photograph, tmp_path):
    for index in range(6000):
        os.link(photograph, tmp_path / f"{index:04}.png")
    (tmp_path / "broken.png").write_text("no picture")
    manager, seen = kernel[0], threading.Event()

    def interrupt():
        seen.wait(60)
        manager.interrupt_kernel()

    thread = threading.Thread(target=interrupt)
    thread.start()
    code = f'let top = topImages(in: "{tmp_path}", for: vit.blocks[5].mlp.neuron(42), count: 4)\nlet never = 1'
    cell = cells.run(client, code, on_output=seen.set)
    thread.join()
    assert cell.ename == "Interrupted"
    assert len(cell.pictures) == 1 and len(cell.displays) == 1
    assert "interrupted" in cell.displays[0][0]["text/plain"]
    assert cells.run(client, "top.count").text == "4"
    assert 0 < int(cells.run(client, "top.read").text) < 6000
    assert cells.run(client, "never").status == "error"


def test_bad_input_is_answered_in_words(photo, run, tmp_path):
    assert "the folder is empty" in run(f'topImages(in: "{tmp_path}", for: vit.logit(0))').evalue
    assert "feed-forward mixer" in run('attention(photo, in: load("ffmixer").blocks[0])').evalue
    assert "1 to 1000" in run('topImages(in: ".", for: vit.logit(0), count: 0)').evalue
    assert run("1 + 1").text == "2"
