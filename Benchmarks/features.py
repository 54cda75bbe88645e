"""Features of a folder of photographs, and principal components of patches, beside PyTorch and scikit-learn.

    features.py BENCHMARK [--photographs 1000] [--rounds 3]

Ours reads JPEG files of 500 × 375 pixels, prepares them, and runs the whole model; PyTorch's rate is that of forward passes of
eight pictures that are in memory already. Both take turns, a part of the folder each. All numbers are medians.
"""
import argparse
import os
import statistics
import sys

import models
from turns import Others, Program, keep, load, machine, table

FOLDER = "build/benchmarks/photographs"
PARTS = 10
BATCH = 8


def photographs(count):
    """Folders with so many photographs together, made of the notebooks' by cutting."""
    from PIL import Image
    sources = sorted(file for file in os.listdir("notebooks/photographs") if file.endswith(".jpg"))
    folders = [f"{FOLDER}/{count}/{part}" for part in range(PARTS)]
    for index in range(count):
        path = f"{folders[index % PARTS]}/{index:05}.jpg"
        if os.path.exists(path):
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with Image.open(f"notebooks/photographs/{sources[index % len(sources)]}") as image:
            side = min(image.size) // 2
            left, top = index * 37 % (image.width - side + 1), index * 53 % (image.height - side + 1)
            image.convert("RGB").crop((left, top, left + side, top + side * 3 // 4)).resize((500, 375)).save(path, quality=90)
    return folders


def rate(name, path, layer, folders, options, ours, pytorch, others):
    """Photographs per second, ours and PyTorch's."""
    ours.ask("open", path, layer)
    pytorch.ask("open", path, BATCH)
    (mine, theirs), parts = ([], []), iter(folders)
    def take():
        folder = next(parts)
        seconds, count = ours.numbers("folder", folder)
        return [count / seconds], pytorch.numbers("forward", seconds / 2)
    for found in others.rounds(len(folders) // 2, take):
        mine += found[0]
        theirs += found[1]
    mine, theirs = statistics.median(mine), statistics.median(theirs)
    return [name, f"{mine:.1f}", f"{theirs:.1f}", f"{mine / theirs:.2f} ×"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark")
    parser.add_argument("--photographs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folders = photographs(options.photographs)
    ours = Program(options.benchmark, "--features")
    pytorch = Program(sys.executable, os.path.join(os.path.dirname(__file__), "pytorch_features.py"))
    begin, version, others = machine(), pytorch.hear(), Others(ours.process, pytorch.process)
    rows = []
    for name, words in (("vit_b_32", "ViT-B/32"), ("vit_b_16", "ViT-B/16")):
        path, = models.ready("build/benchmarks/models", [name])
        rows.append(rate(words, path, "norm", folders, options, ours, pytorch, others))
        print(*rows[-1], sep="  ", file=sys.stderr, flush=True)
    times = zip(*others.rounds(options.rounds, lambda: (
        ours.numbers("components", 4096, 1024), pytorch.numbers("components", 4096, 1024))))
    mine, theirs = (statistics.median(sum(turns, [])) for turns in times)
    keep("features", f"{begin}, {load()} after; others had at most {others.most:.0%} of the cores. {version}.\n\n"
         + table(["features of photographs", "ours, per second", "PyTorch's forward, per second", "of it"], rows) + "\n\n"
         + table(["three components of 4096 patches × 1024 features", "ours, s", "scikit-learn, s"],
                 [["fit and transform", f"{mine:.3f}", f"{theirs:.3f}"]]))


if __name__ == "__main__":
    main()
