"""The model's part of a render step, forward and input gradient: ours, and PyTorch's in turns with it.

    steps.py BENCHMARK [--only MODEL …] [--batches 1 8] [--rounds 3]

Models have published sizes and random weights (`models.py`). The target is a neuron of a block's MLP in the first, the middle
and the last block; at batch 8, eight of them. PyTorch's ways are told apart in `pytorch_steps.py`. All numbers are medians.
"""
import argparse
import os
import statistics
import sys

import models
from turns import Others, Peak, Program, keep, load, machine, table

NAMES = {"vit_b_32": "ViT-B/32", "vit_b_16": "ViT-B/16", "vit_l_16": "ViT-L/16", "mixer_b16": "Mixer-B/16",
         "dinov3_b16": "DINOv3 ViT-B/16", "swin_b": "Swin-B"}
#: The first, the middle and the last block of models that have not twelve.
PLACES = {"vit_l_16": (0, 12, 23), "swin_b": (0, 12, 23)}
#: For so many seconds each program goes on taking steps in its turn; at least one.
TURN = .5


def layer(name, place):
    """A block's MLP, by its framework's name."""
    # Ours are numbered through, also where the framework numbers anew in every stage.
    if name in models.OTHERS: return f"blocks.{place}.mlp"
    return f"blocks.{place}.mlp_channels" if name in models.MIXERS else f"encoder.layers.encoder_layer_{place}.mlp"


class Case:
    """A model, a block and a batch, and what was measured of it."""

    def __init__(self, name, place, batch, path):
        self.name, self.place, self.batch, self.path = name, place, batch, path

    def measure(self, rounds, program, pytorch, peak, others):
        # Weights alone do not say for which size a model without learned positions was made; the others have one.
        size = 224 if self.name in models.OTHERS else 0
        self.operations = int(program.ask("open", self.path, layer(self.name, self.place), self.batch, size).split()[0])
        self.way = pytorch.ask("open", self.path, self.place, self.batch)
        program.numbers("run", 0)

        def take():
            return (program.numbers("run", TURN)[1::2], pytorch.numbers("run", "whole", TURN),
                    pytorch.numbers("run", "best", TURN), peak.rates())

        # PyTorch's threads suffer the most from others, which would flatter us.
        taken = zip(*others.rounds(rounds, take))
        self.ours, self.whole, self.best, self.peak = (statistics.median(sum(turns, [])) for turns in taken)

    def row(self):
        rate = self.operations / self.ours
        return [NAMES[self.name], self.batch, self.place, f"{self.operations / 1e9:.1f}", f"{self.ours * 1e3:.1f}",
                f"{rate / 1e9:.0f}", f"{self.peak / 1e9:.0f}", f"{rate / self.peak:.0%}",
                f"{self.whole * 1e3:.0f}", f"{self.whole / self.ours:.2f} ×",
                f"{self.best * 1e3:.0f}{'' if self.way == 'eager' else ' c'}", f"{self.best / self.ours:.2f} ×"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 8])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    paths = models.ready("build/benchmarks/models", options.only)
    program, peak = Program(options.benchmark, "--steps"), Peak()
    pytorch = Program(sys.executable, os.path.join(os.path.dirname(__file__), "pytorch_steps.py"))
    begin, version, others = machine(), pytorch.hear(), Others(program.process, pytorch.process, peak.program.process)
    cases = [Case(name, place, batch, path) for name, path in zip(options.only, paths) for batch in options.batches
             for place in PLACES.get(name, (0, 6, 11))]
    for case in cases:
        case.measure(options.rounds, program, pytorch, peak, others)
        print(*case.row(), sep="  ", file=sys.stderr, flush=True)
    heads = ["model", "batch", "block", "GFLOP", "ours, ms", "GFLOP/s", "OpenBLAS 2048³", "of it", "PyTorch, ms", "to ours",
             "PyTorch at its best, ms", "to ours"]
    keep("steps", f"{begin}, {load()} after; others had at most "
         f"{others.most:.0%} of the cores. {version}. OpenBLAS with kernels for {peak.kernels}.\n\n"
         + table(heads, [case.row() for case in cases])
         + "\n\n`c`: blocks compiled with `torch.compile`, where that was quicker.")


if __name__ == "__main__":
    main()
