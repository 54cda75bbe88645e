"""A cell that ran while nobody was connected: what it showed is not lost."""
import queue

from jupyter_client.manager import start_new_kernel

import cells
from conftest import KERNEL, ROOT


def wait_until_it_listens(client):
    """A subscription takes a moment, and what is published before it is lost; every request is followed by its status."""
    for _ in range(60):
        request = client.kernel_info()
        try:
            while True:
                message = client.get_iopub_msg(timeout=1)
                if message["parent_header"].get("msg_id") == request and message["content"].get("execution_state") == "idle":
                    return
        except queue.Empty:
            continue
    raise TimeoutError("The second page never heard the kernel.")


def test_a_picture_made_while_the_page_was_closed_comes_back(environment):
    manager, first = start_new_kernel(startup_timeout=60, kernel_name=KERNEL, cwd=str(ROOT))
    try:
        first.execute('print("started")\nlet picture = render(load("vit").blocks[1].mlp.neuron(4), steps: 40, seed: 1)')
        # What is sent and not yet read goes away with the page.
        while first.get_iopub_msg(timeout=60)["header"]["msg_type"] != "execute_input":
            pass
        first.stop_channels()
        second = manager.client()
        second.start_channels()
        second.wait_for_ready(timeout=60)
        wait_until_it_listens(second)
        outcome = cells.run(second, "last()")
        assert outcome.status == "ok" and outcome.stdout == "started\n"
        ((data, metadata),) = outcome.displays
        assert outcome.pictures[0].size == (128, 128)
        assert "activation" in data["text/plain"]
        assert metadata["vitrine"]["recipe"]["model"] == "vit"
        second.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
