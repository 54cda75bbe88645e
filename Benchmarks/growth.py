"""How the time of a render grows with batch, size, depth and steps, as a table and a plot.

    growth.py BENCHMARK [--rounds 3] [--plot PNG]

With random weights (`models.py`): a step of ViT-B/16 towards a neuron of block 6 at 224 px, alone, where nothing else is said;
for the number of steps, whole renders of ViT-B/32 by the default recipe, with the file of the picture. The cases of a series
are taken in turns, and their times are medians.
"""
import argparse
import statistics
import subprocess
import tempfile

import models
from steps import layer
from turns import Others, Program, keep, load, machine, table

SERIES = {
    "batch": [(batch, dict(batch=batch)) for batch in (1, 2, 4, 8, 16)],
    "size, px": [(size, dict(size=size)) for size in (128, 192, 224, 256, 320, 384, 448, 512)],
    "blocks": [(place + 1, dict(place=place)) for place in (0, 1, 3, 5, 7, 9, 11)],
}
STEPS = (16, 32, 64, 128, 256)


def measure(benchmark, path, cases, rounds):
    """(operations, seconds of a step) of each case."""
    programs, operations = [Program(benchmark, "--steps") for _ in cases], []
    for program, (place, batch, size) in zip(programs, cases):
        operations.append(int(program.ask("open", path, layer("vit_b_16", place), batch, size).split()[0]))
        program.numbers("run", 0)
    others = Others(*(program.process for program in programs))
    taken = others.rounds(rounds, lambda: [program.numbers("run", .5)[::2] for program in programs])
    for program in programs:
        program.end()
    return [(count, statistics.median(sum(times, []))) for count, times in zip(operations, zip(*taken))]


def renders(benchmark, path, rounds):
    """(steps, seconds of a whole render) by the number of steps."""
    program = Program(benchmark, "--pictures", path)
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        taken = Others(program.process).rounds(rounds, lambda: [
            program.numbers(6, 101, steps, file.name)[0] for steps in STEPS])
    program.end()
    return [(steps, statistics.median(times)) for steps, times in zip(STEPS, zip(*taken))]


def relative(title, measured):
    """Points of a plot, each beside the least of its series."""
    work, seconds = measured[0]
    return [f"{title}\t{more / work}\t{longer / seconds}" for more, longer in measured]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plot", default="build/benchmarks/growth.png")
    options = parser.parse_args()
    small, large = models.ready("build/benchmarks/models", ["vit_b_32", "vit_b_16"])
    begin, rows, points = machine(), [], []
    for title, series in SERIES.items():
        cases = [(given.get("place", 6), given.get("batch", 1), given.get("size", 0)) for _, given in series]
        measured = measure(options.benchmark, large, cases, options.rounds)
        for (value, _), (operations, seconds) in zip(series, measured):
            rows.append([f"{title} {value}", f"{operations / 1e9:.1f}", f"{seconds * 1e3:.1f}",
                         f"{operations / seconds / 1e9:.0f}"])
        points += relative(title, measured)
    measured = renders(options.benchmark, small, options.rounds)
    rows += [[f"steps {steps}", "", f"{seconds * 1e3:.0f}", ""] for steps, seconds in measured]
    points += relative("steps", measured)
    keep("growth", f"{begin}, {load()} after.\n\n" + table(["", "GFLOP", "ms", "GFLOP/s"], rows))
    subprocess.run([options.benchmark, "--plot", options.plot, "work, times that of the least", "time, times that of the least"],
                   input="\n".join(points), text=True, check=True)


if __name__ == "__main__":
    main()
