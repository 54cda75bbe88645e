"""How long torchvision's ViT-L/16 takes to load, here and in PyTorch, in turns so that both see the same machine.

    load_times.py BENCHMARK [ROUNDS]

Cold means that the file's pages were dropped from memory before. PyTorch's loaders may leave the numbers in the file until
someone looks; ours looks at all of them for NaN. So each of PyTorch's is measured alone and with a look at every number.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile

from turns import keep, load, machine, table

LOADERS = {
    "safetensors": "from safetensors.torch import load_file as load",
    "pth": "from torch import load",
}
PYTORCH = """
import sys, time, torch
{loader}
start = time.perf_counter()
weights = load({path!r})
if {looks}:
    for value in weights.values(): torch.isfinite(value).all().item()
seconds = time.perf_counter() - start
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(seconds, *(int(status[name].split()[0]) * 1024 for name in ("VmHWM", "RssAnon")), 0, sep="\\t")
"""
# Peak memory includes the program, so that of PyTorch with nothing loaded is measured too.
EMPTY = """
import torch
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(0, *(int(status[name].split()[0]) * 1024 for name in ("VmHWM", "RssAnon")), 0, sep="\\t")
"""


def make(folder):
    """The model with random weights, in both formats."""
    import safetensors.torch
    import torch
    import torchvision

    torch.manual_seed(0)
    weights = torchvision.models.vit_l_16(weights=None).state_dict()
    torch.save(weights, f"{folder}/vit_l_16.pth")
    safetensors.torch.save_file(weights, f"{folder}/vit_l_16.safetensors")


def forget(path):
    """Drops the file's pages from the system's memory."""
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def run(command):
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [float(field) for field in answer.split("\t")]


def read(path):
    """The time that reading the file once takes, in pieces of 8 MiB."""
    code = f"""
import time
start = time.perf_counter()
with open({path!r}, "rb", buffering=0) as file:
    piece = bytearray(1 << 23)
    while file.readinto(piece): pass
print(time.perf_counter() - start, 0, 0, 0, sep="\\t")
"""
    return run([sys.executable, "-c", code])


def main():
    benchmark, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7
    begin, empty = machine(), run([sys.executable, "-c", EMPTY])
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        make(folder)
        paths = {kind: f"{folder}/vit_l_16.{kind}" for kind in LOADERS}

        def pytorch(kind, looks):
            return run([sys.executable, "-c", PYTORCH.format(loader=LOADERS[kind], path=paths[kind], looks=looks)])

        ways = {
            "reading the file": lambda kind: read(paths[kind]),
            "Vitrine": lambda kind: run([benchmark, "--load", paths[kind]]),
            "PyTorch": lambda kind: pytorch(kind, False),
            "PyTorch, looking at all": lambda kind: pytorch(kind, True),
        }
        cases = [(kind, way, state) for kind in LOADERS for way in ways for state in ("cold", "warm")]
        for number in range(rounds):
            # Disks have caches of their own, which an order that is always the same would favor.
            random.Random(number).shuffle(cases)
            for kind, way, state in cases:
                if state == "cold":
                    forget(paths[kind])
                else:
                    read(paths[kind])
                results.setdefault((kind, way, state), []).append(ways[way](kind))
    rows = []
    for kind in LOADERS:
        for way in ways:
            cold, warm = results[kind, way, "cold"], results[kind, way, "warm"]
            middle = lambda field, runs: statistics.median(run[field] for run in runs)
            first = f"{middle(3, cold):.3f}" if way == "Vitrine" else ""
            rows.append([kind, way, f"{middle(0, cold):.3f}", f"{middle(0, warm):.3f}", first,
                         *(f"{middle(field, cold + warm) / 1e6:.0f}" for field in (1, 2))])
    keep("load", f"{begin}, {load()} after. PyTorch with nothing loaded: peak {empty[1] / 1e6:.0f} MB, "
         f"own {empty[2] / 1e6:.0f} MB.\n\n"
         + table(["file", "loader", "cold, s", "warm, s", "first step, s", "peak, MB", "own, MB"], rows))


if __name__ == "__main__":
    main()
