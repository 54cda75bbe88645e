"""A kernel that was killed: the next one starts clean, and says in the notebook what was lost."""
import os
import signal
import time

import pytest
from jupyter_client.manager import KernelManager

import cells
from conftest import KERNEL, ROOT

PATIENCE = 60


@pytest.fixture
def manager(environment, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("VITRINE_HISTORY", raising=False)
    manager = KernelManager(kernel_name=KERNEL)
    manager.start_kernel(cwd=str(ROOT))
    yield manager
    manager.shutdown_kernel(now=True)


def connect(manager):
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE)
    return client


def kill(manager, client):
    """Kills the kernel as the system does when memory runs out, and starts the next as Jupyter's restarter does."""
    # Clients of one manager share an identity: only one can be connected.
    client.stop_channels()
    os.kill(manager.provisioner.pid, signal.SIGKILL)
    while manager.is_alive():
        time.sleep(0.05)
    manager.restart_kernel(now=True, newports=False)


def test_what_was_lost_is_said_once(manager, tmp_path):
    client = connect(manager)
    cells.run(client, 'let vit = load("vit")\nlet number = 3')
    client.execute("render(vit.blocks[3].mlp.neuron(1), steps: 100000)\nprint(number)")
    while client.get_iopub_msg(timeout=PATIENCE)["msg_type"] != "display_data":
        pass
    kill(manager, client)

    client = connect(manager)
    outcome = cells.run(client, "1 + 1")
    assert outcome.status == "ok" and outcome.text == "2"
    assert outcome.stderr == (
        "The previous kernel was killed while it ran `render(vit.blocks[3].mlp.neuron(1), steps: 100000)`, "
        "perhaps because memory ran out. Lost with it: the variables number, vit; the model vit. "
        "The cells' output is still in the notebook; rerun the cells that define what you need.\n"
    )
    assert cells.run(client, "1 + 1").stderr == ""
    assert cells.run(client, "vit").ename

    kill(manager, client)
    client = connect(manager)
    assert cells.run(client, "1").stderr == "", "that one held nothing"
    cells.run(client, "let a = 1")
    kill(manager, client)
    client = connect(manager)
    assert "was killed after cell 2," in cells.run(client, "1").stderr


def test_a_restart_is_no_loss(manager, tmp_path):
    client = connect(manager)
    cells.run(client, "let a = 1")
    client.stop_channels()
    manager.restart_kernel()
    client = connect(manager)
    assert cells.run(client, "1").stderr == ""
    client.stop_channels()
    (record,) = (tmp_path / "state" / "vitrine" / "kernels").iterdir()
    manager.shutdown_kernel()
    assert not record.exists()
