"""Forward passes in PyTorch, and scikit-learn's components, a turn at a time: beside `benchmark --features`.

Standard input has a line for each wish, and each is answered by a line:

    open WEIGHTS BATCH          → "ready"
    forward SECONDS             → photographs per second of each pass of a batch that is already in memory, at least one
    components PATCHES FEATURES → the seconds of PCA(3, whiten=True) of random numbers, fit and transform
"""
import os
import sys
import time

import numpy
import torch
from safetensors.torch import load_file
from sklearn.decomposition import PCA

from models import build


def rates(model, batch, seconds):
    end, found = time.perf_counter() + seconds, []
    while not found or time.perf_counter() < end:
        start = time.perf_counter()
        with torch.no_grad():
            model(batch)
        found.append(len(batch) / (time.perf_counter() - start))
    return found


def components(patches, features):
    values = numpy.random.default_rng(0).random((patches, features), dtype=numpy.float32)
    start = time.perf_counter()
    PCA(3, whiten=True).fit_transform(values)
    return time.perf_counter() - start


def main():
    model = batch = None
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
    for line in sys.stdin:
        wish, *words = line.split()
        if wish == "open":
            model = build(os.path.basename(words[0]).removesuffix(".safetensors"))
            model.load_state_dict(load_file(words[0]))
            batch = torch.randn(int(words[1]), 3, 224, 224)
            rates(model, batch, 0)
            print("ready", flush=True)
        elif wish == "forward":
            print(*rates(model, batch, float(words[0])), flush=True)
        else:
            print(components(*map(int, words)), flush=True)


if __name__ == "__main__":
    main()
