"""A front-end that has stopped reading: the kernel's memory does not grow with what it does not take."""
import time

import numpy
import pytest
import zmq
from jupyter_client.manager import start_new_kernel
from PIL import Image

import cells
from conftest import KERNEL, ROOT


@pytest.fixture
def kernel(environment):
    manager, client = start_new_kernel(startup_timeout=60, kernel_name=KERNEL, cwd=str(ROOT))
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def megabytes(process):
    status = open(f"/proc/{process}/status").read()
    return int(status.split("VmRSS:")[1].split()[0]) / 1000


def test_memory_stays_bounded(kernel, tmp_path):
    manager, client = kernel
    # Noise that no compression makes smaller: 4 MB, 5.4 in base64.
    noise = numpy.random.default_rng(1).integers(0, 256, (1160, 1160, 3), dtype=numpy.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    assert cells.run(client, f'let noise = image("{tmp_path}/noise.png")\ndisplay(noise)').status == "ok"
    idle = megabytes(manager.provisioner.pid)

    context = zmq.Context()
    reader = context.socket(zmq.SUB)
    reader.setsockopt(zmq.RCVHWM, 1)
    reader.setsockopt(zmq.RCVBUF, 1 << 16)
    reader.subscribe(b"")
    reader.connect(f"tcp://127.0.0.1:{client.iopub_channel.socket.getsockopt(zmq.LAST_ENDPOINT).decode().rsplit(':')[-1]}")
    time.sleep(1)
    client.execute("for _ in 0..<200 { display(noise) }")
    peak, start = 0, time.monotonic()
    shown = 0
    while time.monotonic() - start < 9:
        try:
            shown += client.get_iopub_msg(timeout=0.05)["msg_type"] == "display_data"
        except Exception:
            pass
        peak = max(peak, megabytes(manager.provisioner.pid))
    assert shown < 60, "the cell waits for the reader"
    assert peak - idle < 250, "of a gigabyte that is to be shown, little is in memory"
    # It reads again, and nothing was lost.
    received = 0
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and received < 200:
        while reader.poll(20):
            received += b"display_data" in reader.recv_multipart()[3]
        try:
            while True:
                client.get_iopub_msg(timeout=0.01)
        except Exception:
            pass
    assert received == 200
    reader.close(linger=0)
    context.term()
