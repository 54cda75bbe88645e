#!/usr/bin/env python3
"""A sheet of 64 neurons and an atlas of them beside 64 single renders; two Slurm tasks beside two local runs.

    throughput.py [--model vit] [--rounds 3] [--singles 64] [--local]

Single renders and the sheet are cells of notebooks that `vitrine run` executes; what a notebook takes that only loads the
model is taken off. All in turns, times are medians, and each folder is made anew. With fewer single renders, 64 are reckoned
to take as much longer. Without Slurm, or with --local, its part is left out. Prints Markdown.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
VITRINE = ROOT / ".build" / "release" / "vitrine"
CLUSTER = ROOT / "Tests" / "Slurm" / "cluster.sh"
sys.path.insert(0, str(ROOT / "Benchmarks"))
from turns import load, machine, table  # noqa: E402

NEURONS = 64
#: For the cluster: enough pictures that Slurm's own seconds are not what is measured.
BLOCKS, EACH = "blocks.*.mlp", 24


def seconds(*processes, environment=None):
    """From starting processes together to the end of the last."""
    start = time.perf_counter()
    running = [
        subprocess.Popen([VITRINE, *map(str, words)], env={**os.environ, **(environment or {})},
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for words in processes]
    for process in running:
        if process.wait():
            raise SystemExit(f"{process.args} failed with status {process.returncode}.")
    return time.perf_counter() - start


def notebook(folder, name, cells):
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps({
        "cells": [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None, "id": f"c{index}"}
                  for index, cell in enumerate(cells)],
        "metadata": {"kernelspec": {"name": "vitrine", "display_name": "Vitrine"}}, "nbformat": 4, "nbformat_minor": 5}))
    return ["run", path, "--output", folder / f"{name}-done.ipynb"]


def of_sheets(model, rounds, count):
    """The times of single renders, of a sheet and of an atlas, in turns."""
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as temporary:
        folder = pathlib.Path(temporary)
        start = f'let model = load("{model}")'
        layer = "model.blocks[5].mlp"
        nothing = notebook(folder, "nothing", [start])
        singles = notebook(folder, "singles", [start] + [f"render({layer}.neuron({index}))" for index in range(count)])
        sheet = notebook(folder, "sheet", [start, f"render({layer}.neurons(0..<{NEURONS}))"])
        atlas = ["atlas", model, "--layers", "blocks.5.mlp", "--neurons", f"0..<{NEURONS}", "--out", folder / "atlas"]
        taken = []
        for _ in range(rounds):
            shutil.rmtree(folder / "atlas", ignore_errors=True)
            loading = seconds(nothing)
            alone, *others = (seconds(words) - loading for words in (singles, sheet, atlas))
            taken.append([alone / count * NEURONS, *others])
        return [statistics.median(times) for times in zip(*taken)]


def of_tasks(model, rounds):
    """The times of two local runs with a thread each and of two tasks of a cluster, each with the pages, in turns."""
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as temporary:
        folder = pathlib.Path(temporary)
        subprocess.run([CLUSTER, "start", folder / "slurm"], check=True)
        os.environ["SLURM_CONF"] = str(folder / "slurm" / "slurm.conf")
        try:
            atlas = folder / "atlas"
            wanted = ["atlas", model, "--layers", BLOCKS, "--neurons", f"0..<{EACH}", "--out", atlas]
            taken = []
            for _ in range(rounds):
                shutil.rmtree(atlas, ignore_errors=True)
                local = seconds(*([*wanted, "--shard", f"{part}/2"] for part in range(2)), environment={"VITRINE_THREADS": "1"})
                local += seconds(["atlas", "--merge", atlas], environment={"VITRINE_THREADS": "1"})
                count = len(list(atlas.glob("pictures/*/*.png")))
                shutil.rmtree(atlas)
                taken.append([local, seconds([*wanted, "--slurm", "--shards", 2])])
            return count, [statistics.median(times) for times in zip(*taken)]
        finally:
            subprocess.run([CLUSTER, "stop", folder / "slurm"], check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="vit")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--singles", type=int, default=NEURONS)
    parser.add_argument("--local", action="store_true")
    options = parser.parse_args()
    os.environ["VITRINE_CACHE"] = "off"
    print(f"{machine()}. {options.model}.\n")
    singles, sheet, atlas = of_sheets(options.model, options.rounds, options.singles)
    print(table([f"{NEURONS} neurons of block 5", "s", "pictures per second", "relative to single renders"], [
        [words, f"{taken:.1f}", f"{NEURONS / taken:.2f}", f"{taken / singles:.2f}"]
        for words, taken in (("single renders", singles), ("a sheet", sheet), ("an atlas, including its pages", atlas))]))
    if not options.local and shutil.which("slurmctld") and os.geteuid() == 0:
        count, (local, slurm) = of_tasks(options.model, options.rounds)
        print("\n" + table([f"{count} pictures and their pages", "s", "efficiency"], [
            ["two local runs, a thread each", f"{local:.1f}", ""], ["two Slurm tasks, a core each", f"{slurm:.1f}", f"{local / slurm:.0%}"]]))
    print(f"\nLoad average {load()} after.")


main()
