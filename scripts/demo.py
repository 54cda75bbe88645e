#!/usr/bin/env python3
"""Executes the first notebook with Jupyter's own client and leaves it, with an HTML page, under build/demo/.

That folder is also where the notebook's cells read and write their files.

    python scripts/demo.py [notebook ...]

Needs the packages of Tests/Jupyter/requirements.txt and the kernelspec `vitrine`; `make demo` sees to both.
"""
import pathlib
import sys
import time

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "build" / "demo"
KERNEL = "vitrine"


def main(arguments):
    paths = [pathlib.Path(argument) for argument in arguments] or [ROOT / "notebooks" / "01-quickstart.ipynb"]
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for path in paths:
        if not path.is_file():
            sys.exit(f"There is no notebook at {path}.")
        notebook = nbformat.read(path, as_version=4)
        print(f"Executing {path.name}", flush=True)
        failure = execute(notebook, OUTPUT)
        # Also a notebook that failed is kept: its last cell shows why.
        written = write(notebook, path.stem)
        if failure:
            sys.exit(f"\n{failure}\n\nThe notebook up to there is {written[0]}")
        print("\n".join(str(name) for name in written), flush=True)


def execute(notebook, folder):
    """Runs every cell, a line each. Returns what went wrong, or None."""
    progress = Progress(notebook)
    client = NotebookClient(
        notebook, kernel_name=KERNEL, timeout=1800, resources={"metadata": {"path": str(folder)}},
        on_cell_execute=progress.starts, on_cell_executed=progress.ends,
    )
    try:
        client.execute()
    except NoSuchKernel:
        return f"There is no kernelspec “{KERNEL}” for this Python: `make demo` installs it."
    except CellExecutionError as error:
        return f"The cell failed: {error.ename}: {error.evalue}"
    except (CellTimeoutError, DeadKernelError) as error:
        return str(error)
    return None


class Progress:
    """A line for each code cell: number, first line, time, what it shows."""

    def __init__(self, notebook):
        codes = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
        self.numbers = {index: number for number, index in enumerate(codes, 1)}
        self.began = 0.0

    def starts(self, cell, cell_index):
        self.began = time.monotonic()
        lines = [line for line in cell.source.splitlines() if line.strip() and not line.strip().startswith("//")]
        first = (lines or [""])[0]
        width = len(str(len(self.numbers)))
        label = f"[{self.numbers[cell_index]:>{width}}/{len(self.numbers)}] {first[:68]:<68}"
        print(label, end=" ", flush=True)

    def ends(self, cell, cell_index, execute_reply):
        pictures = sum("image/png" in output.get("data", {}) for output in cell.outputs)
        shown = f"  {pictures} picture{'s' if pictures > 1 else ''}" if pictures else ""
        status = execute_reply["content"]["status"]
        print(f"{time.monotonic() - self.began:6.1f} s{shown}{'' if status == 'ok' else '  ' + status}", flush=True)


def write(notebook, name):
    """The executed notebook and its page, which needs no other file to show its pictures."""
    executed, page = OUTPUT / f"{name}.ipynb", OUTPUT / f"{name}.html"
    nbformat.write(notebook, executed)
    body, _ = HTMLExporter().from_notebook_node(notebook, resources={"metadata": {"name": name}})
    page.write_text(body, encoding="utf-8")
    return executed, page


if __name__ == "__main__":
    main(sys.argv[1:])
