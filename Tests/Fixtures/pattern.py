"""The made-up numbers that Python and Swift repeat exactly."""
import numpy as np, torch


def pattern(shape, seed):
    """Numbers in -2…2 that look random and are the same in every language: a multiplicative hash of the index."""
    i = np.arange(int(np.prod(shape)), dtype=np.uint64) + np.uint64(seed) * np.uint64(7919)
    h = (i * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    h = ((h ^ (h >> np.uint64(15))) * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    return torch.from_numpy((h >> np.uint64(8)).astype(np.float64) * 2.0 ** -24 * 4 - 2).reshape(shape)
