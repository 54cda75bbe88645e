"""Writes the checkpoint fixtures: files as NumPy, PyTorch and safetensors write them, and what they hold.

    python make_checkpoint_fixtures.py

Made with NumPy 2.4.6, PyTorch 2.15.0, safetensors 0.8.0. Every number is a quarter of a small integer, so that all
floating-point types hold it exactly and the tests can say it in Swift: element i of a tensor is (i % 251 − 125) / 4.
"""
import argparse
import io
import json
import pathlib
import pickle
import shutil
import tarfile
import warnings
import zipfile
from collections import OrderedDict

import numpy as np
import torch
from safetensors.torch import save_file

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


def pickles():
    """One value in every protocol."""
    folder = HERE / "pickle"
    folder.mkdir(parents=True)
    shared = [1, -2, 300, 70000, -5_000_000_000, 2 ** 70]
    value = {
        "numbers": shared, "again": shared, "real": [0.5, -1e300], "flags": (True, False, None), "text": "naïve",
        "bytes": b"\x00\xff", "empty": [(), [], {}, ""], "one": (1,), "two": (1, 2), "three": (1, 2, 3),
        "four": (1, 2, 3, 4), 5: OrderedDict(a=1), "object": argparse.Namespace(lr=0.5), "long": "x" * 300,
    }
    for protocol in range(6):
        (folder / f"protocol-{protocol}.pkl").write_bytes(pickle.dumps(value, protocol=protocol))


def tensor(*shape, dtype=torch.float32):
    return torch.from_numpy(values(*shape)).to(dtype)


def every_kind():
    """Each way in which a tensor may lie in a file. All but the last three hold `values`."""
    shared = tensor(6, 5)
    attributed = tensor(3, 5)
    attributed.origin = "elsewhere"
    return OrderedDict([
        ("float32", tensor(3, 5)),
        ("float16", tensor(3, 5, dtype=torch.float16)),
        ("bfloat16", tensor(3, 5, dtype=torch.bfloat16)),
        ("float64", tensor(3, 5, dtype=torch.float64)),
        ("transposed", tensor(3, 5).t().contiguous().t()),
        ("permuted", tensor(2, 3, 4).permute(2, 0, 1).contiguous().permute(1, 2, 0)),
        ("permuted_half", tensor(2, 3, 4, dtype=torch.float16).permute(2, 0, 1).contiguous().permute(1, 2, 0)),
        ("parameter", torch.nn.Parameter(tensor(3, 5))),
        ("attributed", attributed),
        ("first_rows", shared[:2]),
        ("whole", shared),
        ("empty", torch.zeros(0, 4)),
        ("scalar", torch.tensor(-31.25)),
        ("last_rows", shared[4:]),
        ("every_second", shared[::2, 1::2]),
        ("repeated", torch.tensor([1.5]).expand(2, 3)),
        ("num_batches_tracked", torch.tensor(12)),
    ])


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = torch.nn.Linear(5, 3)
        self.blocks = torch.nn.ModuleList([torch.nn.Linear(4, 2, bias=False)])
        self.positions = torch.nn.Parameter(tensor(3, 5))
        self.register_buffer("steps", torch.tensor(3))
        with torch.no_grad():
            self.proj.weight.copy_(tensor(3, 5))
            self.proj.bias.copy_(tensor(3))
            self.blocks[0].weight.copy_(tensor(2, 4))

    def forward(self, x):
        x = self.proj(x)
        for block in self.blocks:
            x = x + block(x[..., :1].expand(-1, 4)).sum()
        return x


# Without a source, which the older format would store together with its path on this machine.
Sourceless = type("Sourceless", (torch.nn.Linear,), {})


class Call:
    """Pickles to a call of any function."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def with_parts(path, change):
    """Writes an archive again with its parts changed by `change(name, data) -> data`."""
    parts = [(info.filename, zipfile.ZipFile(path).read(info)) for info in zipfile.ZipFile(path).infolist()]

    def write(target, compression=zipfile.ZIP_STORED):
        with zipfile.ZipFile(target, "w", compression) as archive:
            for name, data in parts:
                archive.writestr(zipfile.ZipInfo(name), change(name, data), compression)
    return write


def without_paths(name, data):
    """What TorchScript notes for debuggers names files of this machine."""
    return b"" if name.endswith(".debug_pkl") else data


def torch_files():
    folder = HERE / "torch"
    folder.mkdir(parents=True)
    kinds = every_kind()
    torch.save(kinds, folder / "kinds.pth")
    torch.save(kinds, folder / "kinds-legacy.pth", _use_new_zipfile_serialization=False)
    for protocol in (3, 4, 5):
        torch.save(kinds, folder / f"kinds-protocol-{protocol}.pth", pickle_protocol=protocol)
    with_parts(folder / "kinds.pth", lambda name, data: data)(folder / "kinds-deflated.pth", zipfile.ZIP_DEFLATED)
    torch.serialization.set_crc32_options(False)
    torch.save(kinds, folder / "kinds-without-checksums.pth")
    torch.serialization.set_crc32_options(True)
    floats = OrderedDict(a=tensor(3, 5), b=tensor(2, 3).t().contiguous().t())

    def swap(name, data):
        if name.endswith("byteorder"):
            return b"big"
        return np.frombuffer(data, "<u4").byteswap().tobytes() if "/data/" in name and ".data" not in name else data
    torch.save(floats, folder / "two.pth")
    with_parts(folder / "two.pth", swap)(folder / "big-endian.pth")
    (folder / "two.pth").unlink()

    # A type without a storage class of its own.
    torch.save({"a": torch.arange(4, dtype=torch.int32).to(torch.uint16), "b": tensor(3)}, folder / "untyped.pth")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.save({"a": tensor(3, 5).to_sparse()}, folder / "sparse.pth")
        torch.save({"a": torch.quantize_per_tensor(tensor(3), 0.25, 0, torch.qint8)}, folder / "quantized.pth")

    torch.save({"a": torch._neg_view(tensor(3, 5))}, folder / "negated.pth")

    net = Net()
    optimizer = torch.optim.AdamW(net.parameters())
    # Two values in one file, of which one is the weights.
    torch.save((3, net.state_dict(), {"lr": 0.1}), folder / "in-tuple.pth")
    torch.save((3, net.state_dict()), folder / "in-tuple-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save([{"model": net.state_dict(), "epoch": 3}], folder / "in-list.pth")
    net(torch.ones(2, 5)).sum().backward()
    optimizer.step()
    net = Net()
    averages = {name: torch.zeros_like(value) for name, value in net.state_dict().items()}
    training = {
        "optimizer": optimizer.state_dict(), "epoch": 7, "args": argparse.Namespace(model="net", lr=1e-3),
        "best": np.float64(0.75), "path": pathlib.PurePosixPath("/tmp/x"), "device": torch.device("cpu"),
        "dtype": torch.float32, "loss": [0.5, 0.25], "seen": {1, 2}, "size": torch.Size([2, 3]), "note": None,
        "scaler": {"scale": torch.tensor(65536.0)},
    }
    torch.save({"model_ema": averages, "model": net.state_dict(), **training}, folder / "deit.pth")
    torch.save({"model_ema": net.state_dict(), **training}, folder / "only-average.pth")
    torch.save({"model": net.state_dict(), **training}, folder / "deit-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save({"state_dict": {"model": net.state_dict()}, "meta": {}}, folder / "nested.pth")
    backbone = {f"module.backbone.{name}": value for name, value in net.state_dict().items()}
    head = {"module.head.mlp.0.weight": tensor(4, 4), "module.head.last_layer.weight": tensor(4, 4)}
    teacher = {name.removeprefix("module."): value for name, value in (backbone | head).items()}
    student = {name: torch.zeros_like(value) for name, value in (backbone | head).items()}
    torch.save(
        {"student": student, "teacher": teacher, "dino_loss": OrderedDict(center=tensor(1, 4)), **training},
        folder / "dino.pth")

    torch.save(net, folder / "whole.pth")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.save(Sourceless(5, 3), folder / "whole-legacy.pth", _use_new_zipfile_serialization=False)
        torch.save({"epoch": 3, "model": net}, folder / "whole-inside.pth")
        # As OpenAI published CLIP: compiled, in half precision.
        torch.jit.save(torch.jit.script(net.half().eval()), folder / "script.pt")
        with_parts(folder / "script.pt", without_paths)(folder / "script.pt")
    torch.save(tensor(3), folder / "tensor.pth")
    torch.save([tensor(3)], folder / "list.pth")
    torch.save({"epoch": 3, "args": argparse.Namespace(lr=1)}, folder / "nothing.pth")
    torch.save(argparse.Namespace(model=tensor(3)), folder / "object.pth")

    import os
    torch.save({"a": tensor(3), "b": Call(os.system, "echo run")}, folder / "system.pth")
    torch.save({"a": tensor(3), "b": Call(eval, "print('run')")}, folder / "eval-legacy.pth",
               _use_new_zipfile_serialization=False)
    (folder / "plain.pkl").write_bytes(pickle.dumps({"a": 1}))
    with tarfile.open(folder / "before-2018.pth", "w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("sys_info", "pickle", "tensors", "storages"):
            info = tarfile.TarInfo(name)
            info.size = 4
            archive.addfile(info, io.BytesIO(b"\x80\x02N."))


def folders():
    """Repositories as people download them: one file, several with an index, and both of PyTorch's and safetensors."""
    parts = [
        {"blocks.0.weight": tensor(3, 5), "blocks.0.bias": tensor(3)},
        {"blocks.1.weight": tensor(3, 5, dtype=torch.float16), "norm.weight": tensor(5, dtype=torch.bfloat16)},
    ]
    for kind, stem, ending in (("safetensors", "model", "safetensors"), ("torch", "pytorch_model", "bin")):
        folder = HERE / f"sharded-{kind}"
        folder.mkdir(parents=True)
        weight_map = {}
        for number, part in enumerate(parts, 1):
            name = f"{stem}-{number:05}-of-{len(parts):05}.{ending}"
            save_file(part, folder / name, {"format": "pt"}) if kind == "safetensors" else torch.save(part, folder / name)
            weight_map |= dict.fromkeys(part, name)
        index = {"metadata": {"total_size": 146}, "weight_map": weight_map}
        (folder / f"{stem}.{ending}.index.json").write_text(json.dumps(index, indent=2) + "\n")


if __name__ == "__main__":
    shutil.rmtree(HERE, ignore_errors=True)
    numpy_arrays()
    numpy_archives()
    pickles()
    torch_files()
    folders()
