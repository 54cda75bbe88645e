"""Writes the checkpoint fixtures: files as NumPy, PyTorch and safetensors write them, and what they hold.

    python make_checkpoint_fixtures.py

Made with NumPy 2.4.6, PyTorch 2.15.0, safetensors 0.8.0. Every number is a quarter of a small integer, so that all
floating-point types hold it exactly and the tests can say it in Swift: element i of a tensor is (i % 251 − 125) / 4.
"""
import pathlib
import shutil

import numpy as np

HERE = pathlib.Path(__file__).parent / "checkpoints"


def values(*shape):
    count = int(np.prod(shape, dtype=int))
    return ((np.arange(count) % 251 - 125) / 4).reshape(shape)


def numpy_arrays():
    folder = HERE / "numpy"
    folder.mkdir(parents=True)
    for name in ("<f2", ">f2", "<f4", ">f4", "<f8", ">f8"):
        np.save(folder / f"{name.replace('<', 'little-').replace('>', 'big-')}.npy", values(3, 5).astype(name))
    whole = np.arange(-3, 12).reshape(3, 5)
    for name in ("i1", "<i2", ">i4", "<i8"):
        np.save(folder / f"{name.strip('<>')}.npy", whole.astype(name))
    for name in ("u1", ">u2", "<u4", "<u8"):
        np.save(folder / f"{name.strip('<>')}.npy", (whole + 3).astype(name))
    np.save(folder / "bool.npy", whole % 2 == 0)
    np.save(folder / "fortran.npy", np.asfortranarray(values(2, 3, 4).astype("f4")))
    np.save(folder / "scalar.npy", np.float32(2.25))
    np.save(folder / "empty.npy", np.zeros((0, 7), "f4"))
    np.save(folder / "complex.npy", values(2).astype("c8"))
    np.save(folder / "objects.npy", np.array([{}, None]), allow_pickle=True)
    np.save(folder / "text.npy", np.array(["a", "bc"]))
    np.save(folder / "records.npy", np.zeros(2, [("a", "f4"), ("b", "i4")]))
    for version in ((1, 0), (2, 0), (3, 0)):
        with open(folder / f"version-{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, values(3, 5).astype("f4"), version)


def numpy_archives():
    folder = HERE / "npz"
    folder.mkdir(parents=True)
    brain = (values(3, 5).astype("f4").view("u4") >> 16).astype("u2").view("V2")
    arrays = {
        "Transformer/encoderblock_0/LayerNorm_0/scale": values(8).astype("f4"),
        "Transformer/encoderblock_0/MlpBlock_3/Dense_0/kernel": values(30, 40).astype("f4"),
        "half": values(3, 5).astype("f2"),
        "brain": brain,
        "double": np.asfortranarray(values(3, 5)),
        "big": values(3, 5).astype(">f4"),
        "empty": np.zeros((0, 4), "f4"),
        "scalar": np.float32(2.25),
        "opt/state/step": np.int64(20000),
        "label": np.array(["a", "bc"]),
    }
    np.savez(folder / "stored.npz", **arrays)
    np.savez_compressed(folder / "deflated.npz", **arrays)


if __name__ == "__main__":
    shutil.rmtree(HERE, ignore_errors=True)
    numpy_arrays()
    numpy_archives()
