"""How long it takes to reach what Lucid reaches: ours by the default recipe beside Lucid's defaults in PyTorch.

    time_to_picture.py BENCHMARK MODEL [--count 10] [--seed 1]

For neurons chosen at random at all depths, in turns: Lucid's 256 steps in PyTorch, with a hook on the whole model, and ours,
whose picture is written after each step. Both are measured in PyTorch, from the PNG. Ours has arrived at the first step whose
picture's activation passes Lucid's last.
"""
import argparse
import os
import random
import statistics
import sys
import tempfile
import time

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from compare import lucid
from measure import Measured
from turns import Program, keep, load, machine, table


def activations(measured, paths, layer, neuron):
    """The neuron's activation on each picture."""
    images = [np.asarray(Image.open(path).convert("RGB")) for path in paths]
    x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad():
        return measured.activation(x, layer, neuron).tolist()


def first(measured, paths, layer, neuron, least):
    """The place of the first picture whose activation is larger; None without one."""
    for start in range(0, len(paths), 16):
        for place, value in enumerate(activations(measured, paths[start:start + 16], layer, neuron)):
            if value > least:
                return start + place
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark"); parser.add_argument("model")
    parser.add_argument("--count", type=int, default=10); parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begin, measured, chance = machine(), Measured(options.model), random.Random(options.seed)
    program, rows, ratios = Program(options.benchmark, "--watch", options.model), [], []
    for place in range(options.count):
        layer, neuron = place * measured.depth // options.count, chance.randrange(measured.width)
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            lucid(measured, layer, neuron).save(f"{folder}/lucid.png")
            theirs = time.perf_counter() - start
            times = program.numbers(layer, neuron, folder)
            paths = [f"{folder}/{step + 1}.png" for step in range(len(times))]
            reached, last = activations(measured, [f"{folder}/lucid.png", paths[-1]], layer, neuron)
            step = first(measured, paths, layer, neuron, reached)
        ratios.append(float("inf") if step is None else times[step] / theirs)
        passed = ["never", "–", "–"] if step is None else [step + 1, f"{times[step]:.2f}", f"1/{1 / ratios[-1]:.1f}"]
        rows.append([layer, neuron, f"{reached:.2f}", f"{theirs:.2f}", f"{last:.2f}", *passed])
        print(*rows[-1], sep="  ", file=sys.stderr, flush=True)
    heads = ["block", "neuron", "Lucid reaches", "in, s", "ours ends at", "passes at step", "after, s", "of Lucid's time"]
    keep("time-to-picture", f"{begin}, {load()} after. PyTorch {torch.__version__}. "
         f"Median of the last column: 1/{1 / statistics.median(ratios):.1f}.\n\n" + table(heads, rows))


if __name__ == "__main__":
    main()
