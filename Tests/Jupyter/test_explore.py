"""The panel of `explore`: widgets that live while a cell runs, and are there again after a reload."""
import time

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbconvert import HTMLExporter

import cells
from conftest import KERNEL, ROOT

PATIENCE = 60


class Panel:
    """What a page would know of the widgets, from the messages that come."""

    def __init__(self, client):
        self.client = client
        self.states = {}

    def send(self, type, content, subshell=None, buffers=None):
        """Sends a message as JupyterLab does; returns what it published, up to idle."""
        message = self.client.session.msg(type, content)
        if subshell:
            message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)
        return self.until_idle(message["header"]["msg_id"])

    def until_idle(self, request):
        published = []
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            self.take(message)
            if message["parent_header"].get("msg_id") == request:
                published.append(message)
                if message["content"].get("execution_state") == "idle":
                    return published

    def take(self, message):
        if message["msg_type"] not in ("comm_open", "comm_msg"):
            return
        content = message["content"]
        state = dict(content["data"].get("state", {}))
        for path, data in zip(content["data"].get("buffer_paths", []), message["buffers"]):
            state[path[0]] = bytes(data)
        self.states.setdefault(content["comm_id"], {}).update(state)

    def widget(self, description):
        return next(id for id, state in self.states.items() if state.get("description") == description)

    @property
    def picture(self):
        return next(state for state in self.states.values() if state["_model_name"] == "ImageModel")

    @property
    def is_finished(self):
        return next(s for s in self.states.values() if s["_model_name"] == "IntProgressModel")["bar_style"] == "success"

    def set(self, description, name, value, subshell=None):
        state = {"method": "update", "state": {name: value}, "buffer_paths": []}
        return self.send("comm_msg", {"comm_id": self.widget(description), "data": state}, subshell)

    def wait(self, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline
            self.take(self.client.get_iopub_msg(timeout=PATIENCE))


@pytest.fixture
def panel(environment):
    manager, client = start_new_kernel(startup_timeout=PATIENCE, kernel_name=KERNEL, cwd=str(ROOT))
    panel = Panel(client)
    panel.until_idle(client.execute('let vit = load("vit")\nlet panel = explore(vit, steps: 40)\npanel'))
    yield panel
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_the_panel_is_live_while_a_cell_runs(panel):
    panel.wait(lambda: panel.is_finished)
    first = panel.picture["value"]
    control = panel.client.session.msg("create_subshell_request")
    panel.client.control_channel.send(control)
    subshell = panel.client.control_channel.get_msg(timeout=PATIENCE)["content"]["subshell_id"]

    cell = panel.client.execute("while true { sleep(1) }")
    # In a subshell, as JupyterLab does it, and in the main shell, where the cell runs.
    echo = panel.set("neuron", "value", 9, subshell)
    assert [m["msg_type"] for m in echo] == ["status", "comm_msg", "status"]
    assert echo[1]["content"]["data"] == {"method": "echo_update", "state": {"value": 9}, "buffer_paths": []}
    panel.wait(lambda: panel.picture["format"] == "jpeg")
    panel.wait(lambda: panel.is_finished)
    assert panel.picture["format"] == "png" and panel.picture["value"] != first
    assert panel.set("neuron", "value", 0)[1]["content"]["data"]["method"] == "echo_update"
    panel.wait(lambda: panel.picture["value"] == first)

    interrupt = panel.client.session.msg("interrupt_request")
    panel.client.control_channel.send(interrupt)
    panel.until_idle(cell)


def test_a_page_that_is_reloaded_gets_everything_again(panel):
    panel.wait(lambda: panel.is_finished)
    panel.send("comm_open", {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}})
    published = panel.send("comm_msg", {"comm_id": "control", "data": {"method": "request_states"}})
    (answer,) = [m for m in published if m["msg_type"] == "comm_msg"]
    states = answer["content"]["data"]["states"]
    del panel.states["control"]
    assert set(states) == set(panel.states)
    ((id, *path),) = answer["content"]["data"]["buffer_paths"]
    assert path == ["state", "value"] and bytes(answer["buffers"][0]) == panel.picture["value"]


def test_a_cell_gets_the_picture_and_puts_the_cell_into_the_notebook(panel):
    outcome = cells.run(panel.client, "panel.insertCell()\npanel.wait()")
    assert outcome.pictures or outcome.result
    assert outcome.reply["content"]["payload"] == [
        {"source": "set_next_input", "text": "render(vit.blocks[6].mlp.neuron(0), steps: 40)", "replace": False}
    ]


def test_a_saved_notebook_holds_the_panel(environment):
    """nbclient keeps the state of widgets, from which nbconvert makes a page."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell('let panel = explore(load("vit"), steps: 8)\npanel.wait()\npanel')]
    )
    NotebookClient(notebook, kernel_name=KERNEL, resources={"metadata": {"path": str(ROOT)}}).execute()
    data = notebook.cells[0].outputs[-1].data
    view = data["application/vnd.jupyter.widget-view+json"]
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert view["model_id"] in states
    (picture,) = [state for state in states.values() if state["model_name"] == "ImageModel"]
    assert picture["buffers"][0]["path"] == ["value"] and picture["state"]["format"] == "png"
    nbformat.validate(notebook)
    # And the picture as a plain output, for front-ends without the widgets' state.
    (plain,) = [output for output in notebook.cells[0].outputs if "image/png" in output.get("data", {})]
    assert plain.metadata["vitrine"]["recipe"]["model"] == "vit"
    del notebook.metadata["widgets"]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert 'class="vitrine-kept"' in page and "data:image/png;base64," in page
