"""How soon the kernel answers while a cell renders, which the engine's threads do on every core."""
import statistics
import time

import zmq

from front_end import PATIENCE_MS, Lost, Message

#: What the answers may take, in milliseconds: what is asked of the interpreter, and what the channels know.
ASSISTANCE_BOUND, CHANNEL_BOUND = 100.0, 20.0
RENDER = "render(vit.blocks[7].mlp.neuron(42), steps: 90000)"


def measure(kernel, rounds, bounds):
    """Prints medians and the slowest of all, which is what has to hold."""
    samples = {}
    with kernel.running() as (_, front_end):
        begin_render(front_end, 'let vit = load("vit")')
        heartbeat = front_end.open(zmq.DEALER, "hb", "beats")
        questions = {
            "`complete_request`": (front_end.shell, "complete_request", {"code": "render(vit.blocks[5].", "cursor_pos": 21}),
            "`inspect_request`": (front_end.shell, "inspect_request", {"code": "render", "cursor_pos": 6}),
            "`inspect_request` of a variable": (front_end.shell, "inspect_request", {"code": "vit", "cursor_pos": 3}),
            "`kernel_info_request`": (front_end.control, "kernel_info_request", {}),
            "`usage_request`": (front_end.control, "usage_request", {}),
        }
        for _ in range(rounds):
            for words, (socket, kind, content) in questions.items():
                samples.setdefault(words, []).append(reply_time(front_end, socket, kind, content))
            samples.setdefault("heartbeat", []).append(beat_time(heartbeat))
            # Not in step with the render.
            time.sleep(0.005)
        heartbeat.close()
    for _ in range(max(rounds // 20, 5)):
        with kernel.running() as (_, front_end):
            begin_render(front_end, 'let vit = load("vit")')
            samples.setdefault("`interrupt_request`", []).append(
                reply_time(front_end, front_end.control, "interrupt_request", {}))
            begin_render(front_end, "1")
            samples.setdefault("`shutdown_request`", []).append(
                reply_time(front_end, front_end.control, "shutdown_request", {"restart": False}))
    print("\n### Answers while a cell renders\n\n| | median, ms | slowest, ms | asked |\n|---|---|---|---|")
    for words, times in samples.items():
        print(f"| {words} | {statistics.median(times):.2f} | {max(times):.2f} | {len(times)} |")
        isAssistance = words.startswith(("`complete", "`inspect"))
        bounds.check(f"{words} while a cell renders, the slowest", max(times),
                     ASSISTANCE_BOUND if isAssistance else CHANNEL_BOUND, "ms")


def begin_render(front_end, preparation):
    """Has a cell render until it is stopped; returns once its first picture is there."""
    front_end.run(preparation)
    name, frames = front_end.execution(RENDER)
    front_end.shell.send_multipart(frames)
    while front_end.iopub.poll(PATIENCE_MS):
        message = Message(front_end.iopub.recv_multipart())
        if message.parent == name and message.type == "display_data":
            return
    raise Lost("no picture comes")


def reply_time(front_end, socket, kind, content):
    name, frames = front_end.request(kind, **content)
    begin = time.perf_counter()
    socket.send_multipart(frames)
    while socket.poll(PATIENCE_MS):
        frames = socket.recv_multipart()
        now = time.perf_counter()
        if Message(frames).parent == name:
            drop_what_is_published(front_end)
            return (now - begin) * 1000
    raise Lost(f"no reply to {kind}")


def drop_what_is_published(front_end):
    while front_end.iopub.poll(0):
        front_end.iopub.recv_multipart()


def beat_time(heartbeat):
    begin = time.perf_counter()
    heartbeat.send_multipart([b"", b"beat"])
    if not heartbeat.poll(PATIENCE_MS) or heartbeat.recv_multipart() != [b"", b"beat"]:
        raise Lost("the heart has stopped")
    return (time.perf_counter() - begin) * 1000
