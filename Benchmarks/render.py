"""What a render costs besides its model's steps: the rest of a step, live previews, sheets, memory.

    render.py BENCHMARK [--rounds 5]

On models of published size with random weights (`models.py`). Times are medians of turns.
"""
import argparse
import statistics
import subprocess

import models
from steps import layer
from turns import Others, Program, keep, machine, table

MB = 1e6


def share(program, path, rounds):
    """A step of ViT-B/32 alone: what of it is outside the model, and what a live picture costs besides."""
    rows = []
    for place in (0, 6, 11):
        program.ask("open", path, layer("vit_b_32", place), 1, 0)
        program.numbers("run", 1)
        taken = Others(program.process).rounds(rounds, lambda: (program.numbers("run", 1), program.numbers("show", 1)))
        run, show = (sum(numbers, []) for numbers in zip(*taken))
        steps, shown = run[::2], show[2::3]
        outside = [whole - inside for whole, inside in zip(steps, run[1::2])]
        step, rest, frame = (statistics.median(times) for times in (steps, outside, shown))
        # The kernel shows at most ten pictures a second, and gives at most a thirtieth of the time to them.
        rows.append([place, f"{step * 1e3:.1f}", f"{rest * 1e3:.2f}", f"{rest / step:.1%}", f"{frame * 1e3:.2f}",
                     f"{min(frame / max(step, .1), 1 / 30):.1%}"])
    return table(["block", "step, ms", "outside the model, ms", "share", "a live picture, ms", "share"], rows)


def sheet(benchmark, path, rounds):
    """Sheets of neurons of one layer beside one alone."""
    sizes = [1, 8, 16, 64]
    programs = [Program(benchmark, "--steps") for _ in sizes]
    for size, program in zip(sizes, programs):
        program.ask("open", path, layer("vit_b_32", 6), size, 0)
        program.numbers("run", 0)
    others = Others(*(program.process for program in programs))
    taken = others.rounds(rounds, lambda: [program.numbers("run", 1)[::2] for program in programs])
    steps = [statistics.median(sum(times, [])) for times in zip(*taken)]
    return table(["neurons", "step, ms", "each, ms", "of one alone"], [
        [size, f"{step * 1e3:.1f}", f"{step / size * 1e3:.1f}", f"{step / size / steps[0]:.2f}"]
        for size, step in zip(sizes, steps)])


def memory(benchmark, folder):
    """Peaks of renders of one neuron in the last block, each in a process of its own."""
    rows = []
    for words, name, place in (("ViT-B/16, 224 px", "vit_b_16", 11), ("ViT-L/16, 512 px", "vit_l_16_swag", 23)):
        [path] = models.ready(folder, [name])
        answer = subprocess.run([benchmark, "--memory", path, layer(name, place), "0"], capture_output=True, text=True,
                                check=True).stdout
        weights, planned, peak = (int(word) / MB for word in answer.split())
        rows.append([words, f"{weights:.0f}", f"{planned:.0f}", f"{peak:.0f}", f"{peak - weights:.0f}"])
    return table(["render", "weights, MB", "planned besides, MB", "peak, MB", "peak without the weights, MB"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder, begin = "build/benchmarks/models", machine()
    [path] = models.ready(folder, ["vit_b_32"])
    keep("memory", memory(options.benchmark, folder))
    program = Program(options.benchmark, "--steps")
    keep("rest", share(program, path, options.rounds))
    program.end()
    keep("sheet", f"{begin}.\n\n" + sheet(options.benchmark, path, options.rounds))


if __name__ == "__main__":
    main()
