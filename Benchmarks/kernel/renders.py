"""What the kernel adds to a render, and two renders in two subshells beside one after the other.

    renders.py BENCHMARK MODEL [--rounds 5] [--steps 32]

Cells are timed from sending them to hearing that the kernel is idle. The engine alone renders the same picture and writes it into
a file; the kernel shows it live, too. All in turns, and times are medians.
"""
import argparse
import os
import statistics
import sys
import tempfile
import time

import kernels
from front_end import Lost, Message, PATIENCE_MS

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from turns import Others, Program, keep, machine, table

NEURONS = (101, 102)


def cell(neuron, steps):
    return f"render(model.blocks[6].mlp.neuron({neuron}), steps: {steps}, seed: 1)"


def make_subshell(front_end):
    """A new subshell's name."""
    front_end.control.send_multipart(front_end.request("create_subshell_request")[1])
    front_end.control.poll(PATIENCE_MS)
    return Message(front_end.control.recv_multipart()).content["subshell_id"]


def seconds(front_end, *cells):
    """From sending cells, each a subshell and its code, to hearing that all are done."""
    start, waited = time.perf_counter(), set()
    for subshell, code in cells:
        name, frames = front_end.execution(code, subshell)
        front_end.shell.send_multipart(frames)
        waited.add(name)
    while waited:
        if not front_end.iopub.poll(PATIENCE_MS):
            raise Lost("no idle")
        message = Message(front_end.iopub.recv_multipart())
        if message.type == "error":
            raise Lost(message.content)
        if message.type == "status" and message.content["execution_state"] == "idle":
            waited.discard(message.parent)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark"); parser.add_argument("model")
    parser.add_argument("--rounds", type=int, default=5); parser.add_argument("--steps", type=int, default=32)
    options = parser.parse_args()
    begin, steps = machine(), options.steps
    engine = Program(options.benchmark, "--pictures", options.model)
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder:
        kernels.keep_to_oneself(folder)
        with kernels.vitrine().running() as (process, front_end):
            front_end.run(f'let model = load("{os.path.abspath(options.model)}")')
            one, two = ((make_subshell(front_end), cell(neuron, steps)) for neuron in NEURONS)

            def take():
                return (engine.numbers(6, NEURONS[0], steps, f"{folder}/picture.png")[0], seconds(front_end, (None, one[1])),
                        seconds(front_end, one) + seconds(front_end, two), seconds(front_end, one, two))

            take()  # The first finds caches empty.
            others = Others(engine.process, process)
            taken = zip(*others.rounds(options.rounds, take))
    alone, live, apart, together = (statistics.median(times) for times in taken)
    keep("kernel", f"{begin}; others had at most {others.most:.0%} of the cores.\n\n" + table([f"{steps} steps of ViT-B/32, block 6", "s", "beside the line above"], [
        ["the engine, and a file", f"{alone:.2f}", ""],
        ["a cell, live", f"{live:.2f}", f"{live / alone - 1:+.1%}"],
        ["two cells in two subshells, one after the other", f"{apart:.2f}", ""],
        ["two cells in two subshells, at once", f"{together:.2f}", f"{together / apart - 1:+.1%}"]]))


if __name__ == "__main__":
    main()
