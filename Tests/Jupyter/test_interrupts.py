"""Interrupting, stopping and asking, the ways that Jupyter does it."""
import os
import signal
import threading
import time

import pytest
from jupyter_client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

import cells
from conftest import KERNEL, ROOT

LONG = "let picture = render(vit.blocks[7].mlp.neuron(42), steps: 100000, seed: 1)\nlet never = 1"


@pytest.fixture
def own_kernel(environment):
    """A kernel of the test's own, with the small vision transformer loaded."""
    manager, client = start_new_kernel(startup_timeout=60, kernel_name=KERNEL, cwd=str(ROOT))
    assert cells.run(client, 'let vit = load("vit")\nlet before = 7').status == "ok"
    yield manager, client
    client.stop_channels()
    if manager.is_alive():
        manager.shutdown_kernel(now=True)


def once_a_picture_is_there(client, code, then):
    """Runs `code`, calls `then` when the first output has come, and gives the cell."""
    seen = threading.Event()
    called = []

    def act():
        seen.wait(60)
        time.sleep(0.5)
        called.append(time.monotonic())
        then()

    thread = threading.Thread(target=act)
    thread.start()
    cell = cells.run(client, code, on_output=seen.set)
    thread.join()
    return cell, time.monotonic() - called[0]


def interrupts_by_message(manager):
    assert manager.kernel_spec.interrupt_mode == "message"
    return manager.interrupt_kernel


def interrupts_by_signal(manager):
    return lambda: os.kill(manager.provisioner.pid, signal.SIGINT)


def interrupts_on_the_shell_channel(manager):
    """As older versions of VS Code's Jupyter extension do: it must not wait for the cell either."""
    # A front-end of its own: a second client of the manager would have the first one's identity.
    other = BlockingKernelClient(connection_file=manager.connection_file)
    other.load_connection_file()
    other.start_channels()

    def interrupt():
        other.shell_channel.send(other.session.msg("interrupt_request", {}))
        other.get_shell_msg(timeout=20)
        other.stop_channels()

    return interrupt


@pytest.mark.parametrize(
    "way", [interrupts_by_message, interrupts_by_signal, interrupts_on_the_shell_channel])
def test_interrupting_keeps_the_picture_and_all_names(own_kernel, way):
    manager, client = own_kernel
    cell, seconds = once_a_picture_is_there(client, LONG, way(manager))
    assert (cell.ename, cell.evalue) == ("Interrupted", "The cell was interrupted.")
    assert cell.status == "error"
    assert len(cell.pictures) == 1, "the picture so far stays, as a PNG"
    assert "progressbar" not in cell.displays[0][0]["text/html"], "its progress bar is gone"
    assert "interrupted" in cell.displays[0][0]["text/plain"]
    assert seconds < 20
    assert cells.run(client, "before").text == "7"
    assert int(cells.run(client, "picture.steps").text) > 0, "also the name that the render was given"
    assert cells.run(client, "never").ename == "Unknown name"


@pytest.mark.parametrize("code", ["while true { }", "sleep(100)", "for i in 0..<1_000_000_000 { let _ = i * i }"])
def test_interrupting_ends_what_never_would(own_kernel, code):
    manager, client = own_kernel
    threading.Timer(1, manager.interrupt_kernel).start()
    assert cells.run(client, code).ename == "Interrupted"
    assert cells.run(client, "before").text == "7"


def test_an_interrupt_between_cells_does_nothing(own_kernel):
    manager, client = own_kernel
    manager.interrupt_kernel()
    os.kill(manager.provisioner.pid, signal.SIGINT)
    time.sleep(0.5)
    assert manager.is_alive()
    assert cells.run(client, "before").text == "7"


def test_completion_answers_while_a_picture_is_made(own_kernel):
    manager, client = own_kernel
    # The cell's own client waits for the cell's reply: another one asks.
    other = BlockingKernelClient(connection_file=manager.connection_file)
    other.load_connection_file()
    other.start_channels()
    answers = []

    def ask():
        answers.append(other.complete("vit.blocks[5].ml", reply=True, timeout=20)["content"]["matches"])
        manager.interrupt_kernel()

    try:
        cell, _ = once_a_picture_is_there(client, LONG, ask)
    finally:
        other.stop_channels()
    assert cell.ename == "Interrupted"
    assert answers == [["mlp"]]


def test_shutting_down_ends_a_render(own_kernel):
    manager, client = own_kernel
    client.execute(LONG)
    time.sleep(2)
    began = time.monotonic()
    manager.shutdown_kernel()
    assert time.monotonic() - began < 20
    assert not manager.is_alive()


def answering(client, code, *answers):
    """Runs `code` at a front-end that gives these answers. Returns the cell and the questions."""
    questions, waiting = [], list(answers)

    def hear(message):
        questions.append((message["content"]["prompt"], message["content"]["password"]))
        client.input(waiting.pop(0))

    return cells.run(client, code, allow_stdin=True, stdin_hook=hear), questions


def test_questions_are_answered(own_kernel):
    _, client = own_kernel
    cell, questions = answering(
        client, 'let a = ask("Which? ")\nlet b = ask("Key: ", secret: true)\nlet c = readLine()\nprint(a, b, c)',
        "golf ball", "s3cret", "été 👩‍🔬",
    )
    assert questions == [("Which? ", False), ("Key: ", True), ("", False)]
    assert cell.stdout == "golf ball s3cret été 👩‍🔬\n"
    assert cell.status == "ok"


def test_a_question_is_interrupted(own_kernel):
    manager, client = own_kernel
    cell = cells.run(
        client, 'ask("for ever? ")', allow_stdin=True,
        stdin_hook=lambda message: threading.Timer(0.5, manager.interrupt_kernel).start(),
    )
    assert cell.ename == "Interrupted"
    cell, _ = answering(client, 'ask("again? ")', "yes")
    assert cell.text == '"yes"', "a late answer does not reach the next question"
