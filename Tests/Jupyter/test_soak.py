"""The kernel under load, as `make soak-kernel` has it for longer: no message is lost and none comes out of order."""
import sys

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "Benchmarks" / "kernel"))

import front_end  # noqa: E402
import kernels  # noqa: E402
import soak  # noqa: E402

# Memory and order are measured under load that the test makes itself.
pytestmark = [pytest.mark.long, pytest.mark.alone]


@pytest.fixture(scope="module")
def load(environment):
    with kernels.vitrine().running() as (process, client):
        yield soak.Soak(process, client)


def test_two_thousand_cells_are_answered_in_order(load):
    load.execute(2000)
    assert load.messages >= 5 * 2000


def test_comm_messages_to_nobody_get_busy_and_idle(load):
    load.send_comms(500)
    assert load.messages >= 2 * 500


def test_a_slider_moves_five_hundred_times(load):
    assert load.front_end.run('let vit = load("vit")')[0]["status"] == "ok"
    load.open_panel()
    load.move_slider(500)


def test_renders_are_interrupted_one_after_the_other(load):
    assert load.front_end.run('let vit = load("vit")')[0]["status"] == "ok"
    load.interrupt(20)
    soak.drain(load.front_end)
    assert load.front_end.run("vit.blocks.count")[0]["status"] == "ok"


def test_twenty_front_ends_get_what_is_theirs(load):
    assert soak.run_at_once(load.front_end.connection, 20, cells=10) == 200
    soak.drain(load.front_end)


def test_the_kernel_does_not_grow(load):
    """A leak of a kilobyte a cell would show; what the system's allocator keeps does not."""
    load.execute(500)
    before = kernels.memory(load.process)["RSS"]
    load.execute(2000)
    assert kernels.memory(load.process)["RSS"] - before < 16


def test_a_lost_message_is_noticed(load):
    """The checks themselves: what belongs to another request is seen."""
    load.front_end.shell.send_multipart(load.front_end.execution("1")[1])
    with pytest.raises(front_end.Lost, match="out of order"):
        list(load.exchange(iter([load.front_end.execution("2")])))
    soak.drain(load.front_end)
