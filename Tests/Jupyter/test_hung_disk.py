"""A disk that stops answering while it is read: interrupting ends the cell, and the kernel goes on."""
import threading
import time

import pytest
from jupyter_client.manager import start_new_kernel

import cells
from bad_files import LOGO, WEIGHTS
from conftest import KERNEL, ROOT
from hung_disk import CannotMount, HungDisk

PHOTOGRAPH = ROOT / "notebooks" / "photographs" / "candles.jpg"


@pytest.fixture
def kernel(environment):
    manager, client = start_new_kernel(startup_timeout=60, kernel_name=KERNEL, cwd=str(ROOT))
    yield manager, client
    client.stop_channels()
    # A thread that waits for the disk cannot be ended from outside either.
    manager.shutdown_kernel(now=True)


def mounted(folder, files, **arguments):
    try:
        return HungDisk(folder, files, **arguments).__enter__()
    except CannotMount as reason:
        pytest.skip(f"No file system can be mounted here: {reason}")


def interrupted_after(seconds, kernel, code):
    """Runs the cell, interrupts it and says how long its end took from there."""
    manager, client = kernel
    moment = []

    def interrupt():
        moment.append(time.monotonic())
        manager.interrupt_kernel()

    timer = threading.Timer(seconds, interrupt)
    timer.start()
    cell = cells.run(client, code)
    timer.cancel()
    assert moment, f"the cell ended by itself: {cell.evalue or cell.text}"
    return cell


# One that was written a moment ago is copied, an older one is mapped.
@pytest.mark.parametrize("age", [0, 7200])
@pytest.mark.parametrize("after", [0, 200, 2_000_000])
def test_weights(kernel, tmp_path, age, after):
    disk = mounted(tmp_path, {"model.safetensors": WEIGHTS.read_bytes()}, age=age)
    try:
        disk.hang("model.safetensors", after=after)
        cell = interrupted_after(3, kernel, f'load("{tmp_path}/model.safetensors")')
        assert cell.ename == "Interrupted"
        assert cells.run(kernel[1], "1 + 1").text == "2"
    finally:
        disk.__exit__()


@pytest.mark.parametrize("code", ['image("{}/photo.jpg")', 'load("vit").classify(image("{}/photo.jpg"))', 'tensor("{}/a.npy")',
                                  'topImages(in: "{}", for: load("vit").blocks[2].mlp.neuron(1))'])
def test_photographs_and_tensors(kernel, tmp_path, code):
    disk = mounted(tmp_path, {"photo.jpg": PHOTOGRAPH.read_bytes(), "a.npy": bytes(100_000)})
    try:
        for name in disk.files:
            disk.hang(name, after=2_000)
        assert interrupted_after(3, kernel, code.format(tmp_path)).ename == "Interrupted"
        assert cells.run(kernel[1], "1 + 1").text == "2"
    finally:
        disk.__exit__()


def test_a_disk_that_answers_nothing(kernel, tmp_path):
    disk = mounted(tmp_path, {"model.safetensors": LOGO.read_bytes()})
    try:
        disk.hang_altogether()
        for code in ['load("{0}/model.safetensors")', 'image("{0}/a.png")', 'topImages(in: "{0}", for: load("vit").blocks[2].mlp.neuron(1))']:
            assert interrupted_after(2, kernel, code.format(tmp_path)).ename == "Interrupted"
        assert cells.run(kernel[1], "1 + 1").text == "2"
    finally:
        disk.__exit__()
