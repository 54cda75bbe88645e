"""What a step takes on a machine that does something else, beside one at rest.

    busy.py BENCHMARK [--rounds 5] [--seconds 1.5]

On the built-in `vit`, a neuron of block 6. Beside a loop that yields to everything (`nice -n 19`), beside one that does
not, beside a loop on every core, and with a second program that renders; with a thread for each core and with one.
Conditions take turns in a round; the table has the medians of the rounds.
"""
import argparse
import signal
import statistics
import subprocess

from turns import Program, cores, keep, machine, table

WEIGHTS = "Sources/Engine/Resources/vit.safetensors"
LAYER = "blocks.6.mlp"


class Loop:
    """A program that computes for ever, when it is let."""

    def __init__(self, *prefix):
        # In this session: the system weighs nice values only between programs of one session.
        self.process = subprocess.Popen([*prefix, "sh", "-c", "while :; do :; done"])
        self.stop()

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def go(self):
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        self.process.kill()


class Renderer:
    """A second program that renders, when it is let."""

    def __init__(self, benchmark):
        self.program = opened(benchmark)
        self.stop()

    def stop(self):
        self.program.process.send_signal(signal.SIGSTOP)

    def go(self):
        self.program.process.send_signal(signal.SIGCONT)

    def end(self):
        self.program.process.kill()


def opened(benchmark, **environment):
    program = Program(benchmark, "--steps", **environment)
    program.ask("open", WEIGHTS, LAYER, 1, 0)
    program.numbers("run", .5)
    return program


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5)
    options = parser.parse_args()
    begin = machine()
    gentle, rival = Loop("nice", "-n", "19"), [Loop() for _ in range(cores())]
    second = Renderer(options.benchmark)
    # It renders for longer than all of this takes, and nobody waits for its answer.
    print("run", 3600, file=second.program.process.stdin, flush=True)
    conditions = {
        "nothing": [], "a loop with `nice -n 19`": [gentle], "a loop": rival[:1],
        "a loop on every core": rival, "a second render": [second]}
    programs = {
        "every core": opened(options.benchmark), "one thread": opened(options.benchmark, VITRINE_THREADS="1")}
    steps = {(condition, name): [] for condition in conditions for name in programs}
    for _ in range(options.rounds):
        for condition, others in conditions.items():
            for other in others:
                other.go()
            for name, program in programs.items():
                times = program.numbers("run", options.seconds)[::2]
                steps[condition, name].append(sum(times) / len(times))
            for other in others:
                other.stop()
    for other in [gentle, second, *rival]:
        other.end()
    median = {key: statistics.median(times) for key, times in steps.items()}
    idle = median["nothing", "every core"]
    rows = [
        [condition, f"{median[condition, 'every core'] * 1e3:.2f}", f"{median[condition, 'every core'] / idle:.2f} ×",
         f"{median[condition, 'one thread'] * 1e3:.2f}",
         f"{median[condition, 'every core'] / median[condition, 'one thread']:.2f} ×"]
        for condition in conditions]
    keep("busy", f"{begin}.\n\n" + table(
        ["beside", "step, ms", "of that beside nothing", "with one thread, ms", "all to one thread"], rows))


if __name__ == "__main__":
    main()
