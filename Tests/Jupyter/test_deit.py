"""A real ImageNet model: what it sees in real photographs, and a picture of one of its neurons.

What is compared with PyTorch needs a Python that has torch, torchvision, timm and safetensors: this one, or the one
that the environment variable TORCH_PYTHON names.
"""
import ast
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from conftest import SHARED, needs_shared

pytestmark = needs_shared

WEIGHTS = SHARED / "models" / "deit_tiny_patch16_224.safetensors"
CLASSES = SHARED / "models" / "imagenet_classes.txt"
SAMPLES = sorted((SHARED / "samples").glob("*.JPEG"))
#: PyTorch takes this husky for a keeshond, with the same weights.
MISTAKEN = {"n02110185_Siberian_husky"}

#: " 45.3 %  golf ball"
LINE = re.compile(r" *(?P<percent>\d+\.\d) %  (?P<name>\S.*)")


@pytest.fixture(scope="module")
def deit(client):
    code = f'let deit = load("../shared/models/{WEIGHTS.name}", classes: "../shared/models/{CLASSES.name}")'
    reply = client.execute_interactive(code, timeout=120, output_hook=lambda message: None)
    assert reply["content"]["status"] == "ok", reply["content"].get("evalue")


@pytest.fixture(scope="module")
def torch_python():
    """A Python with PyTorch; without one, what needs it is skipped."""
    python = os.environ.get("TORCH_PYTHON", sys.executable)
    needed = "import torch, torchvision, timm, safetensors, PIL"
    try:
        lacking = subprocess.run([python, "-c", needed], capture_output=True, text=True).stderr.strip()
    except OSError as error:
        lacking = str(error)
    if lacking:
        pytest.skip(f"not compared with PyTorch, which TORCH_PYTHON may name: {lacking.splitlines()[-1]}")
    return python


@pytest.fixture(scope="module")
def timm_says(torch_python):
    """{photograph: [[class index, probability], …]}, the five best."""
    script = pathlib.Path(__file__).with_name("timm_reference.py")
    return json.loads(output_of([torch_python, script, WEIGHTS, *SAMPLES]))


def output_of(arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def top_five(run, path):
    """[(class, per cent)], best first, off the plain text."""
    cell = run(f'deit.classify(image("../shared/samples/{path.name}"))')
    assert cell.status == "ok", cell.evalue
    lines = [LINE.fullmatch(line) for line in cell.text.split("\n")]
    assert len(lines) == 5 and all(lines), cell.text
    rows = [(line["name"], float(line["percent"])) for line in lines]
    assert [percent for _, percent in rows] == sorted((percent for _, percent in rows), reverse=True)
    return rows


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_classes_agree_with_the_photographs(deit, run, path):
    best, _ = top_five(run, path)[0]
    wanted = path.stem.split("_", 1)[1].replace("_", " ")
    assert (wanted in best) == (path.stem not in MISTAKEN), best


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_probabilities_agree_with_timm(deit, timm_says, run, path):
    names = [re.sub(r"^n\d{8} ", "", line) for line in CLASSES.read_text().splitlines()]
    for (name, percent), (index, value) in zip(top_five(run, path), timm_says[str(path)], strict=True):
        assert name == names[index]
        # Half of the last decimal that is shown, and what 1e-3 of a logit may move.
        assert percent == pytest.approx(100 * value, abs=0.05 + 0.1 * value + 1e-6)


def test_a_neuron_gives_a_strong_picture(deit, run, tmp_path, request):
    cell = run("let picture = render(deit.blocks[6].mlp.neuron(101), steps: 256, seed: 1)", timeout=900)
    assert cell.status == "ok", cell.evalue
    (picture,) = cell.pictures
    assert picture.size == (224, 224)
    # The measurement needs PyTorch; what came so far does not.
    python = request.getfixturevalue("torch_python")
    path = tmp_path / "neuron.png"
    assert run(f'save(picture, "{path}")').status == "ok"
    measured = output_of([python, SHARED / "tools" / "picture_quality.py", WEIGHTS, "6", "101", path])
    quality = ast.literal_eval(measured[measured.index("{"):])
    assert quality["clean"] >= 0.9
    assert quality["robust"] >= 0.9
