"""jupyter-resource-usage asks the kernel for its memory and its share of the processor."""
import re
import time

import pytest
from playwright.sync_api import expect


@pytest.fixture
def kernel_id(jupyterlab):
    """A kernel that the server has started."""
    started = jupyterlab.get("/api/kernels", method="POST", body={"name": "vitrine"})["id"]
    yield started
    jupyterlab.get(f"/api/kernels/{started}", method="DELETE")


def test_the_server_tells_memory_and_processor_of_the_kernel(jupyterlab, kernel_id):
    usage = None
    for _ in range(50):
        usage = jupyterlab.get(f"/api/metrics/v1/kernel_usage/get_usage/{kernel_id}")["content"]
        if "kernel_memory" in usage:
            break
        time.sleep(0.2)
    assert 1_000_000 < usage["kernel_memory"] < 1_000_000_000
    assert usage["kernel_cpu"] >= 0 and usage["cpu_count"] >= 1 and usage["pid"] > 1
    assert 0 < usage["host_virtual_memory"]["percent"] <= 100


def test_the_panel_in_jupyterlab_shows_them(notebook):
    page = notebook("1 + 1")
    page.run(0)
    page.page.get_by_role("tab", name="Kernel Usage").click()
    panel = page.page.locator(".jp-side-tabpanel:visible, #jp-right-stack")
    expect(panel.get_by_text(re.compile(r"^Memory: [\d.]+ MB$"))).to_be_visible()
    expect(panel.get_by_text(re.compile(r"[\d.]+% used on \d+ CPU"))).to_be_visible()
    page.keep("14-kernel-usage")
