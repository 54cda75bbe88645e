"""Has our kernel run for long: cells, comm messages, interrupted renders and twenty front-ends at once.

    soak.py [--executes N] [--comms N] [--interrupts N] [--front-ends N] [--growth MIB]

Every message is checked: each request gets one reply, in order, and what is published under it begins with busy, ends
with idle and lies whole between those of the requests before and after it. Ends with 1 when a message is lost or the
process has grown more than it may.
"""
import argparse
import collections
import sys
import tempfile
import time
import uuid

import kernels
from front_end import PATIENCE_MS, FrontEnd, Lost, Message

#: So many requests are on their way at once.
WINDOW = 32


class Soak:
    """A kernel under load, with the number of messages that were checked."""

    def __init__(self, process, front_end):
        self.process = process
        self.front_end = front_end
        self.messages = 0

    def execute(self, count):
        """Cells whose results are their numbers, many on their way at once."""
        front_end = self.front_end
        reply, _ = front_end.run("0")
        first = reply["execution_count"] + 1
        requests = (front_end.execution(f"{number} + 0") for number in range(count))
        for number, (reply, published) in enumerate(self.exchange(requests)):
            expect(reply["status"] == "ok", f"cell {number} failed: {reply}")
            expect(reply["execution_count"] == first + number, f"cell {number} is counted {reply['execution_count']}")
            expect([message.type for message in published] == ["status", "execute_input", "execute_result", "status"],
                   f"cell {number} published {[message.type for message in published]}")
            expect(published[2].content["data"]["text/plain"] == str(number), f"cell {number} gave another's result")

    def send_comms(self, count):
        """Comms that nobody answers: each is closed, and what is said over it gets busy and idle."""
        front_end = self.front_end
        comm = uuid.uuid4().hex

        def requests():
            for number in range(count):
                if number % 10 == 0:
                    yield front_end.request("comm_open", comm_id=comm, target_name="nobody", data={})
                else:
                    yield front_end.request("comm_msg", comm_id=comm, data={"number": number})

        for number, (_, published) in enumerate(self.exchange(requests(), replies=False)):
            expected = ["status", "comm_close", "status"] if number % 10 == 0 else ["status", "status"]
            types = [message.type for message in published]
            expect(types == expected, f"comm message {number} published {types}")

    def open_panel(self):
        """Opens the panel of `explore`; its neuron's slider is what is moved."""
        reply, published = self.front_end.run("let panel = explore(vit, steps: 40)\npanel")
        expect(reply["status"] == "ok", f"the panel was not opened: {reply}")
        opened = [message.content for message in published if message.type == "comm_open"]
        self.slider = next(
            content["comm_id"] for content in opened if content["data"]["state"].get("description") == "neuron")

    def move_slider(self, count):
        """Moves the panel's slider: each value comes back, while the picture follows the newest."""
        values = [number % 100 for number in range(count)]
        requests = (
            self.front_end.request(
                "comm_msg", comm_id=self.slider,
                data={"method": "update", "state": {"value": value}, "buffer_paths": []})
            for value in values)
        for value, (_, published) in zip(values, self.exchange(requests, replies=False), strict=True):
            expect([message.type for message in published] == ["status", "comm_msg", "status"],
                   f"a slider's move published {[message.type for message in published]}")
            expect(published[1].content["data"]["state"] == {"value": value}, "another value came back")

    def interrupt(self, count):
        """Renders that are stopped as soon as their first picture is there."""
        front_end = self.front_end
        code = "render(vit.blocks[5].mlp.neuron(42), steps: 50000)"
        for number in range(count):
            name, frames = front_end.execution(code)
            front_end.shell.send_multipart(frames)
            published = []
            while not any(message.type in ("display_data", "update_display_data") for message in published):
                published.append(self.heard(name))
                expect(not is_idle(published[-1]), f"render {number} has ended before it was interrupted")
            asked, frames = front_end.request("interrupt_request")
            front_end.control.send_multipart(frames)
            while not is_idle(published[-1]):
                published.append(self.heard(name))
            reply = self.received(front_end.shell)
            expect(reply.parent == name and reply.content["status"] == "error", f"render {number} was not interrupted")
            reply = self.received(front_end.control)
            expect(reply.parent == asked and reply.content["status"] == "ok", f"interrupt {number} was not answered")

    def heard(self, name):
        """The next message that is published under a request."""
        while True:
            message = self.received(self.front_end.iopub)
            if message.parent == name:
                return message

    def received(self, socket):
        if not socket.poll(PATIENCE_MS):
            raise Lost("nothing comes any more")
        self.messages += 1
        message = Message(socket.recv_multipart())
        expect(message.is_signed_for(self.front_end.connection), "a message has a wrong signature")
        return message

    def exchange(self, requests, replies=True):
        """Sends requests and yields, in order, the reply's content and what was published under each."""
        front_end = self.front_end
        waiting = collections.deque()
        answered, published = collections.deque(), []
        while True:
            while len(waiting) < WINDOW and (request := next(requests, None)):
                waiting.append(request[0])
                front_end.shell.send_multipart(request[1])
            if not waiting:
                return
            ready = dict(front_end.poller.poll(PATIENCE_MS))
            expect(ready, f"nothing comes any more; {len(waiting)} requests wait")
            if front_end.shell in ready:
                answered.append(self.received(front_end.shell))
            if front_end.iopub in ready:
                message = self.received(front_end.iopub)
                if is_drawing(message):
                    continue
                published.append(message)
                expect(message.parent == waiting[0], "a message is published out of order")
            if published and is_idle(published[-1]):
                name = waiting.popleft()
                expect(published[0].type == "status" and published[0].content["execution_state"] == "busy",
                       "what is published does not begin with busy")
                reply = None
                if replies:
                    # It was sent before idle, over another socket.
                    message = answered.popleft() if answered else self.received(front_end.shell)
                    expect(message.parent == name, "a reply came out of order")
                    reply = message.content
                yield reply, published
                published = []


def is_idle(message):
    return message.type == "status" and message.content["execution_state"] == "idle"


def is_drawing(message):
    """Whether the panel shows its picture or how far it is, of itself and at any time."""
    return message.type == "comm_msg" and message.content["data"].get("method") == "update"


def run_at_once(connection, count, cells=20):
    """Front-ends that all have cells run: each gets its own replies, in order, and all hear everything."""
    front_ends = [FrontEnd(connection, identity=f"front-end {number}") for number in range(count)]
    try:
        for front_end in front_ends:
            front_end.join()
        for front_end in front_ends:
            while front_end.iopub.poll(100):
                front_end.iopub.recv_multipart()
        asked = {front_end: [] for front_end in front_ends}
        for cell in range(cells):
            for number, front_end in enumerate(front_ends):
                name, frames = front_end.execution(f"{number} * 1000 + {cell}")
                asked[front_end].append(name)
                front_end.shell.send_multipart(frames)
        names = {name for each in asked.values() for name in each}
        for number, front_end in enumerate(front_ends):
            for name in asked[front_end]:
                expect(front_end.shell.poll(PATIENCE_MS), f"front-end {number} has lost a reply")
                reply = Message(front_end.shell.recv_multipart())
                expect(reply.parent == name and reply.content["status"] == "ok", f"front-end {number}: another's reply")
            check_what_is_heard(front_end, names)
            for cell, name in enumerate(asked[front_end]):
                expect(front_end.results[name] == str(number * 1000 + cell), f"front-end {number}: another's result")
        return count * cells
    finally:
        for front_end in front_ends:
            front_end.close()


def check_what_is_heard(front_end, names):
    """Every cell's busy, input, result and idle, one cell after the other."""
    front_end.results = {}
    for _ in names:
        heard = []
        while len(heard) < 4:
            expect(front_end.iopub.poll(PATIENCE_MS), "a front-end has missed a published message")
            message = Message(front_end.iopub.recv_multipart())
            if not is_drawing(message):
                heard.append(message)
        expect([message.type for message in heard] == ["status", "execute_input", "execute_result", "status"],
               "what a front-end hears is not whole")
        expect(len({message.parent for message in heard}) == 1 and heard[0].parent in names, "two cells are mixed up")
        front_end.results[heard[0].parent] = heard[2].content["data"]["text/plain"]
    expect(set(front_end.results) == names, "a front-end has heard a cell twice")


def expect(holds, otherwise):
    if not holds:
        raise Lost(otherwise)


def soak(executes, comms, interrupts, front_ends, say=print):
    """Runs everything; how much the process has grown after its warm-up, in MiB."""
    with kernels.vitrine().running() as (process, front_end):
        load = Soak(process, front_end)
        reply, _ = front_end.run('let vit = load("vit")')
        expect(reply["status"] == "ok", f"the built-in model was not loaded: {reply}")
        load.execute(min(executes, 1000))
        load.open_panel()
        load.send_comms(min(comms, 200))
        load.move_slider(min(comms, 200))
        load.interrupt(min(interrupts, 20))
        run_at_once(front_end.connection, front_ends)
        drain(front_end)
        start = kernels.memory(process)
        say(f"after the warm-up: {words(start)}")
        for name, work, count in [
            ("cells", load.execute, executes), ("comm messages without a receiver", load.send_comms, comms // 10),
            ("moves of a slider", load.move_slider, comms), ("interrupted renders", load.interrupt, interrupts)]:
            begin = time.perf_counter()
            work(count)
            say(f"{count} {name} in {time.perf_counter() - begin:.1f} s: {words(kernels.memory(process))}")
        cells = run_at_once(front_end.connection, front_ends)
        drain(front_end)
        end = kernels.memory(process)
        say(f"{cells} cells of {front_ends} front-ends at once: {words(end)}")
        say(f"{load.messages} messages were checked; none was lost, none out of order")
        return end["anonymous"] - start["anonymous"], end["RSS"] - start["RSS"]


def drain(front_end):
    while front_end.iopub.poll(200):
        front_end.iopub.recv_multipart()


def words(memory):
    return ", ".join(f"{name} {value:.1f} MiB" for name, value in memory.items())


def main():
    parser = argparse.ArgumentParser(description="Has the kernel run for long.")
    parser.add_argument("--executes", type=int, default=100_000)
    parser.add_argument("--comms", type=int, default=10_000)
    parser.add_argument("--interrupts", type=int, default=1000)
    parser.add_argument("--front-ends", type=int, default=20)
    parser.add_argument("--growth", type=float, default=5, help="MiB that the process may grow")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vitrine-soak-") as folder:
        kernels.keep_to_oneself(folder)
        try:
            anonymous, resident = soak(options.executes, options.comms, options.interrupts, options.front_ends)
        except Lost as error:
            sys.exit(f"Lost: {error}.")
    holds = resident <= options.growth
    print(f"growth: RSS {resident:.1f} MiB, anonymous {anonymous:.1f} MiB; at most {options.growth:.1f}: "
          + ("holds" if holds else "does not hold"))
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
