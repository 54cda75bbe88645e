"""Real pictures for the atlas that the screenshots show: neurons of the built-in models, rendered by the kernel.

    renders.py FOLDER [--neurons 16] [--steps 256]

Writes FOLDER/<model>/<layer>/<neuron>-<seed>.png and, beside them, renders.json with activations and histories. A layer
that is there is not made again.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ROOT = pathlib.Path(__file__).resolve().parents[2]
KERNEL = ROOT / ".build" / "release" / "vitrine"
MODELS = ("vit", "ffmixer")
BLOCKS = (2, 5, 7)
SEEDS = (0, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--neurons", type=int, default=16)
    parser.add_argument("--steps", type=int, default=256)
    options = parser.parse_args()
    print(f"{len(render(options.folder, options.neurons, options.steps))} pictures in {options.folder}")


def render(folder, neurons=16, steps=256):
    """What is known of every picture; those that are not there are made, where the kernel is built."""
    targets = [(f"blocks.{block}.mlp", f"model.blocks[{block}].mlp.neurons(0..<{neurons})") for block in BLOCKS]
    targets.append(("logits", "model.classes.map { model.logit($0) }"))
    layers = [(model, layer, target) for model in MODELS for layer, target in targets]
    return [entry for model, layer, target in layers for entry in layer_of(folder, model, layer, target, steps)]


def known(folder):
    """What is known of the pictures that are there."""
    listings = [listing for model in MODELS for listing in sorted(folder.glob(f"{model}/*/renders.json"))]
    return [entry for listing in listings for entry in json.loads(listing.read_text())]


def layer_of(folder, model, layer, target, steps):
    """A layer's entries, from its renders.json if that is there."""
    place = (folder / model / layer).resolve()
    listing = place / "renders.json"
    if not listing.exists():
        if not KERNEL.exists():
            return []
        place.mkdir(parents=True, exist_ok=True)
        sheets = [sheet(place, target, steps, seed) for seed in SEEDS]
        entries = [json.loads(line) for line in printed(f"let model = load({json.dumps(model)})", *sheets)]
        listing.write_text(json.dumps([{"model": model, "layer": layer, **entry} for entry in entries]))
    return json.loads(listing.read_text())


def printed(*cells):
    """The lines that cells print, run in one kernel."""
    with tempfile.TemporaryDirectory() as temporary:
        notebook = pathlib.Path(temporary) / "renders.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), notebook)
        subprocess.run([KERNEL, "run", notebook, "--output", notebook], check=True)
        executed = nbformat.read(notebook, as_version=4)
    outputs = [output for cell in executed.cells for output in cell.outputs]
    text = "".join(output.text for output in outputs if output.output_type == "stream")
    # `save` says what it wrote.
    return [line for line in text.splitlines() if line.startswith("{")]


def sheet(folder, target, steps, seed):
    """A cell that renders a target's pictures, saves each, and prints a line of JSON for it."""
    return f"""let sheet = render({target}, steps: {steps}, seed: {seed})
for index in 0..<sheet.count {{
    let picture = sheet[index]
    save(picture, "{folder}/\\(index)-{seed}.png")
    var history = ""
    for value in picture.history.values {{ history += history == "" ? "\\(value)" : ", \\(value)" }}
    let numbers = "\\"activation\\": \\(picture.activation), \\"history\\": [\\(history)]"
    print("{{\\"neuron\\": \\(index), \\"seed\\": {seed}, \\(numbers)}}")
}}"""


if __name__ == "__main__":
    main()
