"""JupyterLab or Notebook 7 in a real browser: a server in a temporary folder, and a notebook on its page."""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import nbformat
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect, sync_playwright

#: Where screenshots are kept.
PICTURES = pathlib.Path(__file__).resolve().parents[2] / "build" / "lab"
#: Milliseconds within which what a test waits for has to be on the page.
PATIENCE = 30_000
TOKEN = "vitrine"
#: The kernel as its kernelspec calls it.
KERNEL_NAME = "Vitrine"

expect.set_options(timeout=PATIENCE)


class Server:
    """A Jupyter server of its own: free port, temporary folder, configuration, home and history."""

    def __init__(self, folder, command="lab", arguments=()):
        self.folder = folder
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir()
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log = (folder / "server.log").open("w+")
        places = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
                  "JUPYTERLAB_WORKSPACES_DIR", "XDG_STATE_HOME")
        own = {name: str(folder / name.lower()) for name in places}
        for place in own.values():
            pathlib.Path(place).mkdir()
        quiet = pathlib.Path(own["JUPYTERLAB_SETTINGS_DIR"]) / "@jupyterlab" / "apputils-extension"
        quiet.mkdir(parents=True)
        (quiet / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter", command, "--no-browser", "--allow-root",
             f"--port={self.url.rpartition(':')[2]}", "--ServerApp.port_retries=0",
             f"--ServerApp.root_dir={self.notebooks}", f"--IdentityProvider.token={TOKEN}", *arguments],
            env={**os.environ, **own}, cwd=folder, stdout=self.log, stderr=subprocess.STDOUT)
        wait_until_it_answers(f"{self.url}/api/status", TOKEN, self.process, self.log.name)

    def get(self, path, method="GET", body=None):
        """What the server answers at `path`, read as JSON."""
        return answer(self.url + path, TOKEN, method, body)

    def end_kernels(self):
        """Shuts down the kernels of all notebooks."""
        for session in self.get("/api/sessions"):
            self.get(f"/api/sessions/{session['id']}", method="DELETE")

    def notebook(self, name, *sources):
        """Writes a notebook with these cells, for this kernel, and trusts it as one that a person made here."""
        spec = {"name": "vitrine", "display_name": "Vitrine", "language": "swift"}
        notebook = new_notebook(cells=[new_code_cell(source) for source in sources], metadata={"kernelspec": spec})
        nbformat.write(notebook, self.notebooks / name)
        notary = NotebookNotary(data_dir=str(self.folder / "jupyter_data_dir"))
        notary.sign(notebook)
        notary.store.close()

    def saved(self, name):
        """The notebook as it lies in the folder."""
        return nbformat.read(self.notebooks / name, as_version=4)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answer(address, token, method="GET", body=None):
    """What a Jupyter server answers, read as JSON."""
    request = urllib.request.Request(
        address, headers={"Authorization": f"token {token}"}, method=method, data=body and json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.loads(reply.read() or "null")


def wait_until_it_answers(address, token, process, log):
    """Waits for a server that was just started; `log` is the file with what it says."""
    for _ in range(600):
        try:
            return answer(address, token)
        except urllib.error.HTTPError:
            raise
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, pathlib.Path(log).read_text()
            time.sleep(0.1)
    raise AssertionError(f"The server did not answer:\n{pathlib.Path(log).read_text()}")


def chromium():
    """Where Chromium is, if it is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def browser():
    """Debian's Chromium, without a window."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        try:
            yield opened
        finally:
            opened.close()


class Output:
    """What stands under one cell."""

    def __init__(self, cell):
        self.all = cell.locator(".jp-OutputArea-output")
        self.picture = cell.locator(".jp-OutputArea-output img")
        self.progress = cell.locator("[role=progressbar]")

    def shows(self, text):
        """Waits until this text, or what matches it, is part of the last output."""
        expect(self.all.last).to_contain_text(text)

    def picture_is_whole(self):
        """Whether the browser has decoded the picture, of whatever kind it is."""
        return self.picture.last.evaluate("image => image.complete && image.naturalWidth > 0")


class NotebookPage:
    """A notebook on a page of JupyterLab or Notebook 7: what a person does with it, and what they see."""

    def __init__(self, page, server, name, path="/lab/workspaces/{stem}/tree/{stem}.ipynb"):
        self.page, self.server, self.name = page, server, name
        page.goto(f"{server.url}{path.format(stem=name.removesuffix('.ipynb'))}?token={TOKEN}")
        self.panel = page.locator(".jp-NotebookPanel")
        self.wait_until_ready()

    def wait_until_ready(self):
        """Until the notebook is on the page, and its kernel there and idle."""
        expect(self.cells.first).to_be_visible()
        expect(self.panel.locator(".jp-KernelName")).to_have_text(KERNEL_NAME)
        self.wait_until("idle")

    def wait_until(self, state):
        """Until the page says that the kernel is `idle` or `busy`."""
        expect(self.panel.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", state)

    @property
    def cells(self):
        return self.panel.locator(".jp-Notebook .jp-CodeCell")

    def cell(self, number):
        return self.cells.nth(number)

    def editor(self, number):
        return self.cell(number).locator(".cm-content")

    def prompt(self, number):
        return self.cell(number).locator(".jp-InputPrompt")

    def output(self, number):
        return Output(self.cell(number))

    def start(self, number):
        """Runs a cell with Control-Enter and does not wait for it."""
        self.editor(number).click()
        self.page.keyboard.press("Control+Enter")

    def run(self, number):
        """Runs a cell and waits until its number stands beside it."""
        before = self.prompt(number).inner_text()
        self.start(number)
        expect(self.prompt(number)).not_to_have_text(before)
        self.finish(number)

    def finish(self, number):
        """Waits until a cell has its number."""
        expect(self.prompt(number)).to_have_text(re.compile(r"\[\d+\]:"))

    def type(self, number, text):
        """Replaces a cell's text as a person does, key by key."""
        self.editor(number).click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def press(self, button):
        """Presses a button of the notebook's toolbar, by the words of its hint."""
        self.panel.get_by_role("button", name=button, exact=True).first.click()

    def save(self):
        """Saves, and waits until the page says that it is saved."""
        self.page.keyboard.press("Control+S")
        expect(self.page.locator(".jp-mod-dirty")).to_have_count(0)

    def reload(self):
        """Loads the page anew, as after it was closed."""
        self.page.reload()
        self.wait_until_ready()

    def keep(self, name):
        """Keeps a picture of the page under build/lab/."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")
