"""`load("somebody/vit-tiny")` in a cell: what is shown, what is kept, what another kernel finds."""
import json
import os

import pytest
from jupyter_client.manager import start_new_kernel

import cells
import hub as hubs
from conftest import KERNEL, ROOT

NAME = "somebody/vit-tiny"
FIXTURE = ROOT / "Tests/Fixtures/families/hf_vit"
CLASSES = ["ash", "birch", "cedar", "dogwood", "elm"]
CONFIGURATION = json.loads((FIXTURE / "config.json").read_text()) | {"id2label": dict(enumerate(CLASSES))}
FILES = {
    "config.json": json.dumps(CONFIGURATION).encode(),
    "model.safetensors": (FIXTURE / "model.safetensors").read_bytes(),
}


@pytest.fixture
def hub(request):
    hub = hubs.Hub(NAME, FILES, large=["model.safetensors"])
    request.addfinalizer(hub.close)
    return hub


@pytest.fixture
def start(request, tmp_path, hub):
    """Starts a kernel that knows the hub and a cache of the test's own."""
    def kernel(**variables):
        kept = {key: value for key, value in os.environ.items()
                if not key.startswith("HF_") and not key.lower().endswith("_proxy")}
        environment = kept | {"HF_HOME": str(tmp_path / "huggingface"), "HF_ENDPOINT": hub.url} | variables
        manager, client = start_new_kernel(
            startup_timeout=60, kernel_name=KERNEL, cwd=str(ROOT), env=environment)
        request.addfinalizer(manager.shutdown_kernel)
        request.addfinalizer(client.stop_channels)
        return manager, client

    return kernel


def test_a_repository_becomes_a_model(start, hub):
    _, client = start()
    cell = cells.run(client, f'let m = load("{NAME}")\nm')
    assert cell.status == "ok", cell.evalue
    assert f"Hugging Face {NAME}@{hubs.COMMIT[:7]}" in cell.text and "license           mit" in cell.text
    # The classes' names come from config.json.
    assert cells.run(client, "m.classes").text == json.dumps(CLASSES)
    assert cells.run(client, 'm["vit.encoder.layer.1.output.dense"].address').text == '"blocks.1.mlp"'
    assert f'load("{NAME}")' in cells.run(client, "models()").text
    # Another kernel finds it without asking anybody.
    before = len(hub.requests)
    _, other = start(HF_HUB_OFFLINE="1")
    assert cells.run(other, f'load("{NAME}")').status == "ok"
    assert len(hub.requests) == before


def test_a_slow_download_shows_a_bar_and_what_it_is(start, hub):
    hub.slow = 0.3
    seen = []
    _, client = start()

    def hear(message):
        if message["msg_type"] in ("display_data", "update_display_data"):
            seen.append(message["content"]["data"])

    client.execute_interactive(f'let m = load("{NAME}")', timeout=60, output_hook=hear)
    bars = [bundle["text/html"] for bundle in seen if "text/html" in bundle]
    assert len(bars) > 2 and all('role="progressbar"' in bar for bar in bars)
    assert all(f"{NAME} from Hugging Face, license mit" in bundle["text/plain"] for bundle in seen[:-1])
    assert any("/s" in bundle["text/plain"] and "left" in bundle["text/html"] for bundle in seen if "text/html" in bundle)
    assert "text/html" not in seen[-1] and " in " in seen[-1]["text/plain"]


def test_an_interrupted_download_goes_on_where_it_was(start, hub, tmp_path):
    hub.slow = 0.4
    manager, client = start()
    blobs = tmp_path / "huggingface/hub" / f"models--{NAME.replace('/', '--')}" / "blobs"
    partial = blobs / f"{hubs.tag(FILES['model.safetensors'], True)}.incomplete"

    interrupts = []

    def interrupt():
        if not interrupts and partial.exists() and partial.stat().st_size:
            interrupts.append(manager.interrupt_kernel())

    cell = cells.run(client, f'let m = load("{NAME}")', on_output=interrupt)
    assert cell.ename == "Interrupted"
    assert "stopped" in cell.displays[-1][0]["text/plain"]
    assert 0 < partial.stat().st_size < len(FILES["model.safetensors"])
    hub.slow = 0
    assert cells.run(client, f'let m = load("{NAME}")').status == "ok"
    assert not partial.exists()
    assert cells.run(client, "m.name").text == '"vit-tiny"'


def test_what_is_nowhere_is_said_and_the_kernel_goes_on(start):
    _, client = start()
    cell = cells.run(client, 'load("somebody/else")')
    assert "“somebody/else” could not be downloaded: there is no such repository" in cell.evalue
    _, offline = start(HF_HUB_OFFLINE="1")
    cell = cells.run(offline, f'load("{NAME}")')
    assert cell.status == "error" and "HF_HUB_OFFLINE" in cell.evalue
    assert cells.run(offline, "1 + 1").text == "2"
