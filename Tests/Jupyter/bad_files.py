"""Files that a person may hand over by mistake, written into a folder for the tests."""
import json
import struct

from conftest import ROOT

WEIGHTS = ROOT / "Sources" / "Engine" / "Resources" / "vit.safetensors"
LOGO = ROOT / "kernelspec" / "logo-64x64.png"


def write(folder):
    """Writes every bad file into `folder`."""
    weights, logo = WEIGHTS.read_bytes(), LOGO.read_bytes()
    files = {
        "empty.safetensors": b"",
        "notes.safetensors": b"only words, and no tensors\n" * 9,
        "cut.safetensors": weights[:100_000],
        # The same length, so that the header stays true.
        "lacking.safetensors": weights.replace(b'"blocks.3.mlp.fc1.weight"', b'"blocks.3.mlp.fc1.weird_"', 1),
        "other.safetensors": safetensors({"stem.conv.weight": [4, 3, 3, 3], "head.weight": [10, 4]}),
        "empty.png": b"",
        "notes.png": b"only words, and no picture\n",
        "cut.png": logo[: len(logo) // 2],
        "film.gif": b"GIF89a" + bytes(40),
        "two.txt": b"tench\ngoldfish\n",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)


def safetensors(shapes):
    """A valid file of zeros with these tensors."""
    header, end = {}, 0
    for name, shape in shapes.items():
        start, size = end, 4
        for side in shape:
            size *= side
        end = start + size
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(end)
