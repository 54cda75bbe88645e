"""Numbers that go from NumPy into a cell and come back: raw inputs, outputs, activations, gradients."""
import numpy as np
import pytest


@pytest.fixture(scope="module")
def vit(client):
    reply = client.execute_interactive('let vit = load("vit")', timeout=120, output_hook=lambda message: None)
    assert reply["content"]["status"] == "ok", reply["content"].get("evalue")


@pytest.fixture
def inputs(tmp_path):
    """A batch of two normalized inputs in a file, and the batch."""
    batch = np.random.default_rng(0).standard_normal((2, 3, 128, 128)).astype(np.float32)
    np.save(tmp_path / "x.npy", batch)
    return tmp_path / "x.npy", batch


def test_outputs_come_back_as_numpy_arrays(vit, run, inputs, tmp_path):
    path, batch = inputs
    cell = run(f'vit.output(tensor("{path}")).save("{tmp_path}/y.npy")')
    assert cell.status == "ok", cell.evalue
    assert cell.stdout == f"Saved {tmp_path}/y.npy: 2 × 20 float32, 160 bytes.\n"
    logits = np.load(tmp_path / "y.npy")
    assert logits.shape == (2, 20) and logits.dtype == np.float32
    np.save(tmp_path / "one.npy", batch[1].astype(np.float64))
    assert run(f'vit.logits(tensor("{tmp_path}/one.npy")).save("{tmp_path}/z.npy")').status == "ok"
    np.testing.assert_allclose(np.load(tmp_path / "z.npy"), logits[1], rtol=1e-4, atol=1e-5)


def test_the_logits_are_the_head_of_the_embedding(vit, run, tmp_path):
    """What two commands give fits together: logits = embedding · Wᵀ + b, found from more inputs than unknowns."""
    np.save(tmp_path / "x.npy", np.random.default_rng(1).standard_normal((288, 3, 128, 128)).astype(np.float32))
    names = {"y": "logits", "e": "embedding"}
    for name, function in names.items():
        assert run(f'vit.{function}(tensor("{tmp_path}/x.npy")).save("{tmp_path}/{name}.npy")').status == "ok"
    logits, embedding = (np.load(tmp_path / f"{name}.npy").astype(np.float64) for name in names)
    assert embedding.shape == (288, 192)
    design = np.concatenate([embedding, np.ones((288, 1))], axis=1)
    head, *_ = np.linalg.lstsq(design[:240], logits[:240], rcond=None)
    np.testing.assert_allclose(design[240:] @ head, logits[240:], atol=1e-3)


def test_a_gradient_predicts_what_a_small_step_changes(vit, run, inputs, tmp_path):
    path, batch = inputs
    cell = run(f'let g = gradient(of: vit.logit(3), at: tensor("{path}"))\ng.save("{tmp_path}/g.npy")\ng.objective')
    assert cell.status == "ok", cell.evalue
    gradient = np.load(tmp_path / "g.npy")
    assert gradient.shape == batch.shape
    step = 1e-2 * gradient / np.linalg.norm(gradient.reshape(2, -1), axis=1).reshape(2, 1, 1, 1)
    for name, moved in [("up", batch + step), ("down", batch - step)]:
        np.save(tmp_path / f"{name}.npy", moved)
        assert run(f'vit.logits(tensor("{tmp_path}/{name}.npy")).save("{tmp_path}/{name}.npy")').status == "ok"
    change = (np.load(tmp_path / "up.npy") - np.load(tmp_path / "down.npy"))[:, 3] / 2
    predicted = (gradient * step).reshape(2, -1).sum(axis=1)
    np.testing.assert_allclose(change, predicted, rtol=0.02)


def test_activations_of_a_layer_by_its_address(vit, run, inputs, tmp_path):
    path, _ = inputs
    cell = run(f'activations(tensor("{path}"), at: vit["blocks.3.attn.pattern"]).save("{tmp_path}/a.npy")')
    assert cell.status == "ok", cell.evalue
    pattern = np.load(tmp_path / "a.npy")
    assert pattern.shape[0] == 2 and pattern.shape[2:] == (65, 65)
    np.testing.assert_allclose(pattern.sum(axis=-1), 1, atol=1e-5)


def test_a_wrong_array_is_an_error_in_words(vit, run, tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((128, 128, 3)))
    assert "must be 3 × 128 × 128, not 128 × 128 × 3" in run(f'vit.output(tensor("{tmp_path}/x.npy"))').evalue
    np.save(tmp_path / "t.npy", np.array(["text"]))
    assert run(f'tensor("{tmp_path}/t.npy")').status == "error"
    assert run("1 + 1").text == "2"
