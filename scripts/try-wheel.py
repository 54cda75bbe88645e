"""Runs README's first cell with the kernel that is installed in this Python environment, and says what its picture is.

The picture is left in `picture.png`.
"""
import base64
import pathlib
import struct
import sys
import time

from jupyter_client.manager import start_new_kernel

CELL = 'let vit = load("vit")\nrender(vit.logit("church"))'

begin = time.monotonic()
manager, client = start_new_kernel(kernel_name="vitrine", startup_timeout=60)
print(f"the kernel is there after {time.monotonic() - begin:.2f} s")
pictures, errors = [], []
started = time.monotonic()


def hook(message):
    """Keeps pictures in the order in which a front-end shows them, those on the way too, and errors."""
    content = message["content"]
    if message["header"]["msg_type"] == "error":
        errors.append("\n".join(content["traceback"]))
    data = content.get("data", {})
    if "image/png" in data or "data:image/" in data.get("text/html", ""):
        pictures.append((data.get("image/png"), time.monotonic() - started))


client.execute_interactive(CELL, output_hook=hook, timeout=900)
mapped = {line.split()[-1] for line in open(f"/proc/{manager.provisioner.pid}/maps") if ".so" in line}
client.stop_channels()
manager.shutdown_kernel(now=True)
if errors or not pictures:
    sys.exit("\n".join(errors) or "There was no picture.")
png, after = pictures[-1]
picture = base64.b64decode(png or "")
width, height = struct.unpack(">II", picture[16:24])
pathlib.Path("picture.png").write_bytes(picture)
print(f"the first of {len(pictures)} pictures came {pictures[0][1]:.2f} s after the cell began")
print(f"a picture of {width} × {height} pixels after {after:.2f} s")
print("libraries:", *sorted(mapped), sep="\n    ")
