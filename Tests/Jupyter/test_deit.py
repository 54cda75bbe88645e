"""A real ImageNet model: what it sees in real photographs, and a picture of one of its neurons."""
import ast
import re
import subprocess
import sys

import pytest
from PIL import Image

from conftest import SHARED, needs_shared

pytestmark = needs_shared

WEIGHTS = SHARED / "models" / "deit_tiny_patch16_224.safetensors"
CLASSES = SHARED / "models" / "imagenet_classes.txt"
SAMPLES = sorted((SHARED / "samples").glob("*.JPEG"))
#: PyTorch takes this husky for a keeshond, with the same weights.
MISTAKEN = {"n02110185_Siberian_husky"}

LINE = re.compile(r"^\W*(?P<name>\w.*?)[\s·:—░▏▎▍▌▋▊▉█]+(?P<percent>\d+(?:\.\d+)?)\s*%", re.MULTILINE)


@pytest.fixture(scope="module")
def deit(client):
    code = f'let deit = load("../shared/models/{WEIGHTS.name}", classes: "../shared/models/{CLASSES.name}")'
    reply = client.execute_interactive(code, timeout=120, output_hook=lambda message: None)
    assert reply["content"]["status"] == "ok", reply["content"].get("evalue")


@pytest.fixture(scope="module")
def torch_deit():
    torch = pytest.importorskip("torch", reason="PyTorch is absent: nothing was compared with it")
    timm = pytest.importorskip("timm", reason="timm is absent: nothing was compared with it")
    torchvision = pytest.importorskip("torchvision", reason="torchvision is absent: nothing was compared with it")
    safetensors = pytest.importorskip("safetensors.torch", reason="safetensors is absent")
    transforms = torchvision.transforms
    model = timm.create_model("deit_tiny_patch16_224")
    model.load_state_dict({key: value.float() for key, value in safetensors.load_file(WEIGHTS).items()})
    model.eval()
    prepare = transforms.Compose([
        transforms.Resize(256, transforms.InterpolationMode.BICUBIC), transforms.CenterCrop(224),
        transforms.ToTensor(), transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ])

    def probabilities(path):
        with torch.no_grad():
            return model(prepare(Image.open(path).convert("RGB"))[None])[0].softmax(0)

    return probabilities


def top_five(run, path):
    """[(class, per cent)], best first, off the plain text."""
    cell = run(f'deit.classify(image("../shared/samples/{path.name}"))')
    assert cell.status == "ok", cell.evalue
    rows = [(match["name"].strip(), float(match["percent"])) for match in LINE.finditer(cell.text)]
    assert len(rows) == 5, cell.text
    assert [percent for _, percent in rows] == sorted((percent for _, percent in rows), reverse=True)
    return rows


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_classes_agree_with_the_photographs(deit, run, path):
    best, _ = top_five(run, path)[0]
    wanted = path.stem.split("_", 1)[1].replace("_", " ")
    assert (wanted in best) == (path.stem not in MISTAKEN), best


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_probabilities_agree_with_timm(deit, torch_deit, run, path):
    names = [re.sub(r"^n\d{8} ", "", line) for line in CLASSES.read_text().splitlines()]
    values, indices = torch_deit(path).topk(5)
    for (name, percent), value, index in zip(top_five(run, path), values.tolist(), indices.tolist()):
        assert names[index].split(",")[0] in name
        # Half of the last decimal that is shown, and what 1e-3 of a logit may move.
        assert percent == pytest.approx(100 * value, abs=0.06 + 0.1 * value)


def test_a_neuron_gives_a_strong_picture(deit, run, tmp_path, request):
    cell = run("render(deit.blocks[6].mlp.neuron(101), steps: 256, seed: 1)", timeout=900)
    assert cell.status == "ok", cell.evalue
    (picture,) = cell.pictures
    assert picture.size == (224, 224)
    request.getfixturevalue("torch_deit")  # the measurement itself needs PyTorch
    path = tmp_path / "neuron.png"
    picture.save(path)
    measured = subprocess.run(
        [sys.executable, SHARED / "tools" / "picture_quality.py", WEIGHTS, "6", "101", path],
        capture_output=True, text=True, check=True,
    ).stdout
    quality = ast.literal_eval(measured[measured.index("{"):])
    assert quality["clean"] >= 0.9
    assert quality["robust"] >= 0.9
