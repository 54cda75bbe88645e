"""The kernels that are measured, each started as its own kernelspec says."""
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from front_end import Connection, FrontEnd

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXECUTABLE = ROOT / ".build" / "release" / "vitrine"


class Kernel:
    """How one kernel is started."""

    def __init__(self, name, arguments):
        self.name = name
        self.arguments = arguments

    @contextlib.contextmanager
    def running(self):
        """The process and a front-end that hears everything."""
        with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder:
            process, connection = self.start(folder)
            front_end = FrontEnd(connection)
            try:
                front_end.join()
                yield process, front_end
                front_end.shut_down()
                process.wait(10)
            finally:
                process.kill()
                process.wait()
                front_end.close()

    def start(self, folder):
        """Starts the process; what it writes to the terminal is not shown."""
        connection = Connection(os.path.join(folder, "connection.json"))
        return self.spawn(connection), connection

    def spawn(self, connection):
        arguments = [argument.replace("{connection_file}", connection.path) for argument in self.arguments]
        return subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def seconds_to_info(self):
        """From the process's start to the reply to `kernel_info_request`."""
        with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder:
            connection = Connection(os.path.join(folder, "connection.json"))
            front_end = FrontEnd(connection)
            name, frames = front_end.request("kernel_info_request")
            begin = time.perf_counter()
            process = self.spawn(connection)
            try:
                front_end.shell.send_multipart(frames)
                if not front_end.shell.poll(60_000):
                    raise SystemExit(f"{self.name} does not answer.")
                seconds = time.perf_counter() - begin
                front_end.shell.recv_multipart()
                front_end.shut_down()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(5)
            finally:
                process.kill()
                process.wait()
                front_end.close()
            return seconds


def of_this_python(kernelspec):
    """A kernel whose kernelspec lies in this Python's environment."""
    path = pathlib.Path(sys.prefix) / "share" / "jupyter" / "kernels" / kernelspec / "kernel.json"
    arguments = json.loads(path.read_text())["argv"]
    if pathlib.Path(arguments[0]).name.startswith("python"):
        arguments[0] = sys.executable
    return arguments


def vitrine():
    """Our kernel, as the kernelspec that `vitrine install` writes starts it."""
    if not EXECUTABLE.exists():
        raise SystemExit(f"{EXECUTABLE} is not there: `make build` makes it.")
    subprocess.run([EXECUTABLE, "install", "--prefix", sys.prefix], check=True, stdout=subprocess.DEVNULL)
    path = pathlib.Path(sys.prefix) / "share" / "jupyter" / "kernels" / "vitrine" / "kernel.json"
    arguments = json.loads(path.read_text())["argv"]
    return Kernel("vitrine", [argument.replace("{resource_dir}", str(path.parent)) for argument in arguments])


def peers():
    return [
        Kernel("ipykernel", of_this_python("python3")),
        Kernel("xeus-python", of_this_python("xpython")),
        Kernel("xeus-python raw", of_this_python("xpython-raw")),
    ]


def keep_to_oneself(folder):
    """Has kernels that are started from here write their histories and settings into a folder, and keep no pictures."""
    os.environ["VITRINE_CACHE"] = "off"
    for variable in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR"):
        os.environ[variable] = os.path.join(folder, variable.lower())
        os.makedirs(os.environ[variable])


def memory(process):
    """What a process holds, in MiB: all pages (RSS), its share of them (PSS), and those that are in no file."""
    with open(f"/proc/{process.pid}/smaps_rollup") as file:
        lines = [line.split() for line in file if "kB" in line]
    kilobytes = {line[0].rstrip(":"): int(line[1]) for line in lines}
    return {
        "RSS": kilobytes["Rss"] / 1024, "PSS": kilobytes["Pss"] / 1024,
        "anonymous": kilobytes["Anonymous"] / 1024}
