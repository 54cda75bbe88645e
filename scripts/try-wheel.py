"""Runs a cell of the kernel that is installed in this Python environment, and says what its picture is."""
import base64
import struct
import sys
import time

from jupyter_client.manager import start_new_kernel

begin = time.monotonic()
manager, client = start_new_kernel(kernel_name="vitrine", startup_timeout=60)
print(f"the kernel is there after {time.monotonic() - begin:.2f} s")
pictures, errors = [], []


def hook(message):
    content = message["content"]
    if message["header"]["msg_type"] == "error":
        errors.append("\n".join(content["traceback"]))
    png = content.get("data", {}).get("image/png")
    if png:
        pictures.append(base64.b64decode(png))


client.execute_interactive(
    'let vit = load("vit")\nrender(vit.blocks[5].mlp.neuron(42), steps: 8)', output_hook=hook, timeout=300)
mapped = {line.split()[-1] for line in open(f"/proc/{manager.provisioner.pid}/maps") if ".so" in line}
client.stop_channels()
manager.shutdown_kernel(now=True)
if errors or not pictures:
    sys.exit("\n".join(errors) or "There was no picture.")
width, height = struct.unpack(">II", pictures[-1][16:24])
print(f"a picture of {width} × {height} pixels after {time.monotonic() - begin:.2f} s")
print("libraries:", *sorted(mapped), sep="\n    ")
