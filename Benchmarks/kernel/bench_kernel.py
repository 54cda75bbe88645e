"""What our kernel costs beside ipykernel and xeus-python, in turns so that all see the same machine.

    bench_kernel.py [--starts N] [--executes N] [--pictures N] [--answers N]

Prints Markdown: medians with the middle half of what was measured, each peer's time over ours, and whether the bounds
hold that the project has set itself. Ends with 1 when one does not.
"""
import argparse
import contextlib
import datetime
import json
import os
import statistics
import sys
import tempfile
import time

from PIL import Image

import answers
import kernels
from front_end import DELIMITER, PATIENCE_MS, Lost

MEMORY_BOUND = 34.0


class Rounds:
    """Samples of several kernels in the order in which they were taken, in milliseconds."""

    def __init__(self, title):
        self.title = title
        self.samples = {}

    def add(self, kernel, milliseconds):
        self.samples.setdefault(kernel, []).append(milliseconds)

    def median(self, kernel):
        return statistics.median(self.samples[kernel])

    def print(self, ours="vitrine"):
        print(f"\n### {self.title}\n\n| | median, ms | middle half, ms | runs | over vitrine |\n|---|---|---|---|---|")
        for kernel, samples in self.samples.items():
            low, _, high = statistics.quantiles(samples, n=4)
            ratio = self.median(kernel) / self.median(ours)
            print(f"| {kernel} | {self.median(kernel):.2f} | {low:.2f}–{high:.2f} | {len(samples)} | {ratio:.2f} |")


class Bounds:
    """What has to hold, and whether it does."""

    def __init__(self):
        self.rows = []

    def check(self, words, value, limit, unit):
        self.rows.append((words, f"{value:.2f} {unit}", f"{limit:.2f} {unit}", value <= limit))

    def print(self):
        print("\n### Bounds\n\n| | measured | at most | |\n|---|---|---|---|")
        for words, value, limit, holds in self.rows:
            print(f"| {words} | {value} | {limit} | {'holds' if holds else '**does not hold**'} |")
        return all(row[-1] for row in self.rows)


def main():
    options = parsed()
    bounds = Bounds()
    describe_machine()
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder:
        kernels.keep_to_oneself(folder)
        ours, peers = kernels.vitrine(), kernels.peers()
        measure_starts(ours, peers, options.starts, bounds)
        with contextlib.ExitStack() as stack:
            running = {kernel.name: stack.enter_context(kernel.running()) for kernel in [ours, *peers]}
            measure_memory(running, bounds)
            measure_executes(running, options.executes, bounds)
            measure_pictures(running, options.pictures, folder, bounds)
        answers.measure(ours, options.answers, bounds)
    print(f"\nLoad average at the end: {load()}.")
    sys.exit(0 if bounds.print() else 1)


def parsed():
    parser = argparse.ArgumentParser(description="Measures the kernel beside its peers.")
    parser.add_argument("--starts", type=int, default=24)
    parser.add_argument("--executes", type=int, default=500)
    parser.add_argument("--pictures", type=int, default=60)
    parser.add_argument("--answers", type=int, default=200)
    return parser.parse_args()


def describe_machine():
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")
    print(f"{datetime.date.today():%-d %B %Y}, {model}, {os.cpu_count()} cores, load average {load()}.")


def load():
    return ", ".join(f"{value:.2f}" for value in os.getloadavg())


def measure_starts(ours, peers, count, bounds):
    """From starting the process, as the kernelspec says, to the reply to `kernel_info_request`."""
    rounds = Rounds("Start → `kernel_info_reply`")
    every = [ours, *peers]
    for kernel in every:
        kernel.seconds_to_info()
    for _ in range(count):
        for kernel in every:
            rounds.add(kernel.name, kernel.seconds_to_info() * 1000)
    rounds.print()
    for name in ("xeus-python", "xeus-python raw"):
        bounds.check(f"start, beside half of {name}'s", rounds.median("vitrine"), rounds.median(name) / 2, "ms")


def measure_memory(running, bounds):
    print("\n### Memory after the first cell, before any model is loaded, MiB\n")
    print("RSS counts every page of the process; of a page that several processes share, PSS counts a share alone. Anonymous "
          "pages are those that lie in no file: what was allocated or changed.\n")
    print("| | RSS | PSS | anonymous |\n|---|---|---|---|")
    for _, front_end in running.values():
        front_end.run("1 + 1")
    time.sleep(1)
    for name, (process, _) in running.items():
        held = kernels.memory(process)
        print(f"| {name} | {held['RSS']:.1f} | {held['PSS']:.1f} | {held['anonymous']:.1f} |")
    bounds.check("memory (RSS)", kernels.memory(running["vitrine"][0])["RSS"], MEMORY_BOUND, "MiB")


def measure_executes(running, count, bounds):
    replies, idles = Rounds("`1 + 1` → reply"), Rounds("`1 + 1` → idle")
    for round in range(-20, count):
        for name, (_, front_end) in running.items():
            times = timed(front_end, "1 + 1")
            if round >= 0:
                replies.add(name, times["reply"])
                idles.add(name, times["idle"])
    replies.print()
    idles.print()
    peer = "xeus-python raw"
    bounds.check(f"execute → reply, beside {peer}'s", replies.median("vitrine"), replies.median(peer), "ms")
    bounds.check(f"execute → idle, beside {peer}'s", idles.median("vitrine"), idles.median(peer), "ms")


def measure_pictures(running, count, folder, bounds):
    """A PNG of 600 kB: one whose bytes are in memory, and pixels that are encoded for each display."""
    path = os.path.join(folder, "noise.png")
    size = make_noise(path)
    photograph = path.replace(".png", ".jpg")
    python = (f"from IPython.display import Image, display\nfrom PIL import Image as Pixels\n"
              f"data = open('{path}', 'rb').read()")
    cells = {"vitrine": (f'let picture = image("{path}")', "picture", f'image("{photograph}")')}
    for name in ("ipykernel", "xeus-python"):
        cells[name] = (python, "display(Image(data=data))", f"display(Pixels.open('{photograph}'))")
    given = Rounds(f"A PNG of {size / 1000:.0f} kB whose bytes are there: cell → its picture has come")
    encoded = Rounds("A JPEG of as many pixels, read and shown as a PNG")
    for name, (preparation, _, _) in cells.items():
        reply, _ = running[name][1].run(preparation)
        if reply["status"] != "ok":
            raise SystemExit(f"{name} has no picture: {reply}")
    for round in range(-3, count):
        for name, (preparation, show, encode) in cells.items():
            front_end = running[name][1]
            time_given = timed(front_end, show, size)["picture"]
            if round >= 0:
                given.add(name, time_given)
            if 0 <= round < count // 4:
                encoded.add(name, timed(front_end, encode)["picture"])
    given.print()
    encoded.print()
    bounds.check("a 600 kB PNG, beside a third of ipykernel's", given.median("vitrine"), given.median("ipykernel") / 3, "ms")


def make_noise(path):
    """A picture that does not compress, as a PNG and a JPEG; the PNG's size in bytes."""
    side = 446
    image = Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))
    image.save(path)
    image.save(path.replace(".png", ".jpg"), quality=95)
    return os.path.getsize(path)


def timed(front_end, code, picture_bytes=None):
    """Milliseconds from sending a cell to its reply, to idle, and to the message that shows its picture."""
    name, frames = front_end.execution(code)
    id = name.encode()
    times = {}
    begin = time.perf_counter()
    front_end.shell.send_multipart(frames)
    while "reply" not in times or "idle" not in times:
        ready = dict(front_end.poller.poll(PATIENCE_MS))
        if not ready:
            raise Lost(f"no answer to {code}")
        if front_end.shell in ready:
            frames = front_end.shell.recv_multipart()
            now = time.perf_counter()
            if id in frames[frames.index(DELIMITER) + 3]:
                times["reply"] = (now - begin) * 1000
        if front_end.iopub in ready:
            frames = front_end.iopub.recv_multipart()
            now = time.perf_counter()
            place = frames.index(DELIMITER)
            if id not in frames[place + 3]:
                continue
            content = frames[place + 5]
            if b'"idle"' in content[:64]:
                times["idle"] = (now - begin) * 1000
            elif len(content) > 200_000:
                times["picture"] = (now - begin) * 1000
                if picture_bytes and len(json.loads(content)["data"]["image/png"]) < picture_bytes:
                    raise SystemExit("The picture that came is smaller than the one that was asked for.")
    return times


if __name__ == "__main__":
    main()
