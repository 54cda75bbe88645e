"""The kernel under test: the kernelspec `vitrine` of this Python environment, started from the repository's root."""
import fcntl
import os
import pathlib
import sys
from contextlib import contextmanager

import pytest
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.manager import start_new_kernel

import cells
import lab

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
KERNEL = "vitrine"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"{SHARED} is absent: real weights and photographs were not tried"
)


@pytest.fixture(scope="session", autouse=True)
def environment(tmp_path_factory):
    """An installed kernelspec, the repository's root to start in, and a history of its own."""
    try:
        KernelSpecManager().get_kernel_spec(KERNEL)
    except NoSuchKernel:
        pytest.exit(f"There is no kernelspec “{KERNEL}” under {sys.prefix}: `make test-jupyter` installs it.", returncode=2)
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
    # Pictures that somebody rendered earlier are no test of rendering.
    os.environ["VITRINE_CACHE"] = "off"
    # Workers share the processors, and a kernel spins while it waits for its threads.
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ.setdefault("VITRINE_THREADS", "1")
    os.chdir(ROOT)


@pytest.fixture(scope="module")
def kernel(environment):
    """Manager and client of a kernel that the tests of one module share."""
    manager, client = start_new_kernel(startup_timeout=60, kernel_name=KERNEL, cwd=str(ROOT))
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel()


@pytest.fixture(scope="module")
def client(kernel):
    """The client alone."""
    return kernel[1]


@pytest.fixture
def run(client):
    """Runs a cell in the shared kernel: `run("1 + 1").text`."""
    return lambda code, **options: cells.run(client, code, **options)


@pytest.fixture(scope="session")
def jupyterlab(environment, tmp_path_factory):
    """A JupyterLab server in a folder of its own."""
    server = lab.Server(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser(environment):
    """A browser; tests are skipped where there is none."""
    if lab.chromium() is None:
        pytest.skip("Chromium is absent and could not be installed: nothing was tried in a browser.")
    with lab.browser() as opened:
        yield opened


@pytest.fixture
def notebook(request, browser, jupyterlab):
    """Opens a notebook with these cells in JupyterLab: `notebook("1 + 1", "2 + 2")`."""
    pages = []

    def opened(*sources):
        name = f"{request.node.name[:40]}.ipynb"
        jupyterlab.notebook(name, *sources)
        pages.append(browser.new_page(viewport={"width": 1200, "height": 900}))
        return lab.NotebookPage(pages[0], jupyterlab, name)

    yield opened
    if request.node.stash.get(FAILED, False):
        pages[0].screenshot(path=lab.PICTURES / "failed" / f"{request.node.name}.png")
    for page in pages:
        page.close()
    jupyterlab.end_kernels()


def pytest_itemcollected(item):
    """Marks what is tested in a browser."""
    if {"browser", "jupyterlab"} & set(getattr(item, "fixturenames", ())):
        item.add_marker("browser")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Runs what is marked `alone` while no other worker runs anything."""
    # The folder of this worker lies in the one that all of them share.
    folder = item.config._tmp_path_factory.getbasetemp().parent
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return (yield)
    with locked(folder / "turn", fcntl.LOCK_EX) as turn:
        # Who waits to be alone keeps the turn, so that others do not come in before it for ever.
        with locked(folder / "tests", fcntl.LOCK_EX if item.get_closest_marker("alone") else fcntl.LOCK_SH):
            fcntl.flock(turn, fcntl.LOCK_UN)
            return (yield)


@contextmanager
def locked(path, kind):
    with path.open("w") as file:
        fcntl.flock(file, kind)
        yield file


FAILED = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Remembers that a test failed, for the picture of its page."""
    report = yield
    if report.failed and call.when == "call":
        item.stash[FAILED] = True
    return report
