"""A kernel on another host: jupyter_kernel_gateway serves it, and a Jupyter server uses it from there."""
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

import lab
from conftest import KERNEL

TOKEN = "secret"


@pytest.fixture(scope="module")
def gateway(environment, tmp_path_factory):
    """The address of a kernel gateway."""
    address = f"http://127.0.0.1:{lab.free_port()}"
    with (tmp_path_factory.mktemp("gateway") / "log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "kernelgateway", f"--port={address.rpartition(':')[2]}",
             "--port_retries=0", "--JupyterWebsocketPersonality.list_kernels=True",
             f"--KernelGatewayApp.auth_token={TOKEN}"], stdout=log, stderr=subprocess.STDOUT)
        try:
            lab.wait_until_it_answers(f"{address}/api", TOKEN, process, log.name)
            yield address
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def page(browser, gateway, tmp_path):
    """A notebook in JupyterLab, which has no kernels of its own."""
    server = lab.Server(
        tmp_path, arguments=[f"--gateway-url={gateway}", f"--GatewayClient.auth_token={TOKEN}"])
    try:
        # A gateway keeps our environment from its kernels, so pictures of earlier runs are known to them.
        server.notebook(
            "far.ipynb", 'let vit = load("vit")', "render(vit.logit(0), steps: 600, seed: 1, cache: false)",
            "render(vit.logit(0), steps: 100000, seed: 1)", "vit.na")
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        yield lab.NotebookPage(page, server, "far.ipynb")
        page.close()
        server.end_kernels()
    finally:
        server.stop()


def test_a_picture_sharpens_on_the_page_though_its_kernel_is_elsewhere(page, gateway):
    assert [kernel["name"] for kernel in lab.answer(f"{gateway}/api/kernels", TOKEN)] == [KERNEL]
    page.run(0)
    page.start(1)
    expect(page.output(1).progress).to_have_attribute("aria-valuenow", re.compile(r"\d\d+"))
    page.finish(1)
    expect(page.output(1).progress).to_have_count(0)
    assert page.output(1).picture_is_whole()
    page.start(2)
    expect(page.output(2).progress).to_be_visible()
    page.press("Interrupt the kernel")
    page.finish(2)
    page.output(2).shows("Interrupted")
    page.type(3, "vit.na")
    page.page.keyboard.press("Tab")
    expect(page.page.locator(".jp-Completer-item", has_text="name")).to_be_visible()
    page.keep("21-through-a-gateway")
