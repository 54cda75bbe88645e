"""What the measuring scripts share: programs that take turns, the machine, tables."""
import datetime
import os
import statistics
import subprocess
import sys
import time

#: Threads that worked go on watching for work for a while; after this many seconds they sleep.
REST = .2


class Ended(Exception):
    """A program ended instead of answering."""


class Program:
    """A program that answers each line with a line."""

    def __init__(self, *command, **environment):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})

    def hear(self):
        """The next line; empty when the program has ended."""
        return self.process.stdout.readline().strip()

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        if answer := self.hear():
            return answer
        raise Ended(" ".join(self.process.args))

    def end(self):
        self.process.stdin.close()
        self.process.wait()

    def numbers(self, *words):
        """A turn's numbers."""
        answer = [float(word) for word in self.ask(*words).split()]
        time.sleep(REST)
        return answer


class Peak:
    """OpenBLAS's rate at a large product, with the quickest of its kernels: its own choice does not know every processor."""

    KERNELS = ("", "SkylakeX", "Cooperlake")

    def __init__(self):
        quickest = 0
        for kernels in self.KERNELS:
            environment = {"OPENBLAS_CORETYPE": kernels} if kernels else {}
            program = Program(sys.executable, os.path.join(os.path.dirname(__file__), "peak.py"), **environment)
            try:
                name, rate = program.hear(), statistics.median(program.numbers("go"))
            except Ended:
                continue  # Kernels for another processor.
            if rate > quickest:
                self.kernels, self.program, quickest = name, program, rate

    def rates(self):
        """A turn: floating-point operations per second of a few products."""
        return self.program.numbers("go")


class Others:
    """Everything on the machine but this program and those that it measures."""

    #: A round counts when others had no more of the cores.
    QUIET = .05

    def __init__(self, *processes):
        self.own = [os.getpid(), *(process.pid for process in processes)]
        #: What they had of the cores in the worst round that counted.
        self.most = 0

    def rounds(self, count, take):
        """What `take` returns in so many rounds. Those that others disturb are taken again, as long as that helps."""
        kept, spare = [], count
        while len(kept) < count:
            start, before = time.monotonic(), self.busy()
            taken = take()
            share = max(self.busy() - before, 0) / (time.monotonic() - start) / cores()
            if share > self.QUIET and spare > 0:
                spare -= 1
                continue
            kept.append(taken)
            self.most = max(self.most, share)
        return kept

    def busy(self):
        """Seconds that all cores together have computed for others."""
        with open("/proc/stat") as file:
            user, nice, system, _, _, *interrupts = map(int, file.readline().split()[1:9])
        ticks = user + nice + system + sum(interrupts)
        for process in self.own:
            with open(f"/proc/{process}/stat") as file:
                ticks -= sum(map(int, file.read().rpartition(")")[2].split()[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")


def cores():
    return len(os.sched_getaffinity(0))


def machine():
    """The day, the processor and how busy it is."""
    with open("/proc/cpuinfo") as file:
        name = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown processor")
    return f"{datetime.date.today():%-d %B %Y}, {name}, {cores()} cores, load average {load()} before"


def load():
    """How many programs want a core, over the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def table(heads, rows):
    """A Markdown table; the first column is text, the others numbers."""
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def keep(name, text):
    """Prints a result and keeps it for `docs/performance.md`."""
    os.makedirs("build/benchmarks", exist_ok=True)
    print(text, flush=True)
    with open(f"build/benchmarks/{name}.md", "w") as file:
        file.write(text + "\n")
