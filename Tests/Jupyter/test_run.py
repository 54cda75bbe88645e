"""`vitrine run`: a notebook executed without Python is the one that Jupyter's own client makes."""
import base64
import copy
import json
import os
import pty
import re
import signal
import subprocess
import time

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from conftest import KERNEL, ROOT

#: How long a picture took, which its words say.
DURATION = re.compile(r"\d+(\.\d)? s\b")
EXECUTABLE = ROOT / ".build" / "release" / "vitrine"
SPEC = {"name": KERNEL, "display_name": "Vitrine", "language": "swift"}


@pytest.fixture
def write(tmp_path):
    """Writes a notebook of these cells, or of code in strings, and returns its path."""

    def write(*cells, name="given.ipynb", **metadata):
        cells = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        path = tmp_path / name
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": SPEC, **metadata}), path)
        return path

    return write


def run(*arguments, **options):
    done = subprocess.run(
        [EXECUTABLE, "run", *map(str, arguments)], capture_output=True, text=True, timeout=300, **options)
    assert done.stdout == ""
    return done


def read(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def executed(path):
    return read(path.with_name(path.stem + ".executed.ipynb"))


def text(cell):
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def plain(cells):
    """Cells without what differs from run to run: times, and how a stream was cut into messages."""
    cells = copy.deepcopy(cells)
    for cell in cells:
        cell.metadata.pop("execution", None)
        outputs = []
        for output in cell.get("outputs", []):
            output = nbformat.from_dict(json.loads(DURATION.sub("a while", json.dumps(output, ensure_ascii=False))))
            before = outputs[-1] if outputs else {}
            if output.output_type == "stream" and before.get("name") == output.name:
                before.text += output.text
            else:
                outputs.append(output)
        cell["outputs"] = outputs
    return cells


def test_it_gives_what_nbclient_gives(write):
    path = write(
        new_markdown_cell("# Title\n\ntext"),
        'for i in 0..<3 { print("line", i) }\nprint("ünïcödé 🙂 \\u{2028} \\t end", terminator: "")',
        'let place = display("one")\nprint("between")\ndisplay("other")',
        'place.update("two")',
        'print("gone")\nclearOutput(wait: true)\nprint("stays")\nclearOutput(wait: true)',
        new_code_cell("undefined", metadata={"tags": ["raises-exception"]}),
        new_code_cell('print("never")', metadata={"tags": ["skip-execution"]}),
        "  \n",
        'let vit = load("vit")\nlet picture = render(vit.logit(0), steps: 3, seed: 1)\npicture',
        "models()", "vit", "vit.layers", "picture.recipe", "render?",
        metadata_of_ours={"number": 1.5, "list": [None, {}]},
    )
    theirs = read(path)
    NotebookClient(theirs, kernel_name=KERNEL, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    done = run(path)
    assert done.returncode == 0, done.stderr
    ours = executed(path)
    for one, other in zip(plain(ours.cells), plain(theirs.cells), strict=True):
        assert one == other
    assert ours.metadata == theirs.metadata
    assert [set(cell.metadata.get("execution", {})) for cell in ours.cells] == [
        set(cell.metadata.get("execution", {})) for cell in theirs.cells]


def test_the_file_is_written_as_nbformat_writes_it(write, tmp_path):
    path = write("print(1)", 'load("vit")', new_markdown_cell("a\nb"))
    before = path.read_bytes()
    run(path)
    assert path.read_bytes() == before, "the notebook itself stays"
    result = path.with_name("given.executed.ipynb")
    again = tmp_path / "again.ipynb"
    nbformat.write(nbformat.read(result, as_version=4), again)
    assert result.read_text() == again.read_text()


def test_the_quickstart_runs_with_few_steps(tmp_path):
    notebook = nbformat.read(ROOT / "notebooks" / "01-quickstart.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("steps: 192", "steps: 2").replace("seed: 1)", "steps: 2, seed: 1)")
        cell.source = cell.source.replace("neuron(42))", "neuron(42), steps: 2)").replace("patch(27))", "patch(27), steps: 2)")
    path = tmp_path / "quick.ipynb"
    nbformat.write(notebook, path)
    done = run(path)
    assert done.returncode == 0, done.stderr
    cells = [cell for cell in executed(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    pictures = [o.data["image/png"] for cell in cells for o in cell.outputs if "image/png" in o.get("data", {})]
    assert len(pictures) >= 8
    for picture in pictures:
        assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert (tmp_path / "parachute.png").is_file(), "cells run in the notebook's folder"
    assert f"[{len(cells)}/{len(cells)}]" in done.stderr


def test_parameters_are_set_where_papermill_sets_them(write, tmp_path):
    declared = new_code_cell('let steps = 256\nvar name = "nobody"', metadata={"tags": ["parameters"]})
    path = write("print(0)", declared, 'name += "!"\nprint(steps, name)')
    out = tmp_path / "out.ipynb"
    done = run(path, "--set", "steps=3", "--set", 'name=Ada "L." \\(x)', "--output", out)
    assert done.returncode == 0 and "vitrine:" not in done.stderr
    result = read(out)
    assert [text(cell) for cell in result.cells] == ["0\n", "", "", '3 Ada "L." \\(x)!\n']
    assert result.cells[2].metadata.tags == ["injected-parameters"]
    # Once more, of the result and in its own place.
    done = run(out, "--set", "steps=[1, 2]", "-o", out)
    assert done.returncode == 0
    assert [text(cell) for cell in read(out).cells] == ["0\n", "", "", "[1, 2] nobody!\n"]
    assert "stepz” is not among the notebook's parameters, which are steps, name" in run(path, "-s", "stepz=1").stderr
    assert "No cell is tagged “parameters”" in run(write("print(x)"), "-s", "x=1").stderr


def test_a_failing_cell_ends_the_run_and_the_notebook_is_written(write):
    path = write("print(1)", "let steps = 2\nprint(stepz)", "print(3)")
    done = run(path)
    assert done.returncode == 1
    assert "Cell 2 failed" in done.stderr and "There is no `stepz`. Did you mean `steps`?" in done.stderr
    first, second, third = executed(path).cells
    assert text(first) == "1\n" and third.outputs == [] and third.execution_count is None
    assert second.outputs[0].output_type == "error" and "stepz" in second.outputs[0].evalue
    assert run(path, "--allow-errors").returncode == 0
    assert text(executed(path).cells[2]) == "3\n"


def test_a_cell_that_asks_fails_at_once(write):
    done = run(write("let name = readLine()"), stdin=subprocess.PIPE)
    assert done.returncode == 1 and "This front-end cannot be asked for input" in done.stderr


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_cell_keeps_its_picture(write, number, status):
    path = write("print(1)", 'print(2)\nrender(load("vit").logit(0), steps: 100_000)', "print(3)")
    process = subprocess.Popen([EXECUTABLE, "run", path], stderr=subprocess.PIPE, text=True)
    assert "[1/3]" in process.stderr.readline()
    time.sleep(2)
    process.send_signal(number)
    errors = process.communicate(timeout=60)[1]
    assert process.returncode == status and "Interrupted in cell 2" in errors
    first, second, third = executed(path).cells
    kinds = [output.output_type for output in second.outputs]
    assert text(first) == "1\n" and kinds == ["stream", "display_data", "error"]
    assert base64.b64decode(second.outputs[1].data["image/png"]).startswith(b"\x89PNG")
    assert third.outputs == [] and third.execution_count is None


def test_what_there_is_outlives_a_kill(write):
    path = write("print(1)", "sleep(100)")
    process = subprocess.Popen([EXECUTABLE, "run", path], stderr=subprocess.PIPE, text=True)
    assert "[1/2]" in process.stderr.readline()
    deadline = time.monotonic() + 30
    while not path.with_name("given.executed.ipynb").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.communicate()
    assert text(executed(path).cells[0]) == "1\n"


def test_on_a_terminal_the_line_says_what_the_cell_shows(write):
    path = write('print("\\u{1B}[31mred"); sleep(0.5)', 'render(load("vit").logit(0), steps: 60)')
    ours, theirs = pty.openpty()
    process = subprocess.Popen([EXECUTABLE, "run", path], stderr=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    assert process.wait() == 0
    lines = shown.decode().replace("\x1b[K", "").split("\r")
    assert any(line.startswith("[2/2] ") and "of 60" in line for line in lines), lines
    assert "\x1b" not in "".join(lines), "what a cell prints cannot steer the terminal"


def bad_notebooks(folder):
    def file(name, content):
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
        return folder / name

    python = {"cells": [], "metadata": {"kernelspec": {"name": "python3", "language": "python"}}, "nbformat": 4}
    return {
        "cannot be read: no such file": [folder / "none.ipynb"],
        "cannot be read: it is a folder": [folder],
        "is not a notebook: it is not JSON": [file("broken.ipynb", '{"cells": [')],
        "does not state its format": [file("object.ipynb", {})],
        "jupyter nbconvert --to notebook --nbformat 4": [file("old.ipynb", {"nbformat": 3, "worksheets": []})],
        "in python, but only notebooks in Swift": [file("python.ipynb", python)],
        "cannot be written: no such file or directory": [
            file("good.ipynb", {**python, "metadata": {}}), "--output", folder / "none" / "out.ipynb"],
        "cannot be written: it is not a file": [folder / "good.ipynb", "--output", folder],
    }


def test_what_cannot_be_run_is_said_and_nothing_is_lost(tmp_path):
    for message, arguments in bad_notebooks(tmp_path).items():
        before = {path: path.read_bytes() for path in tmp_path.iterdir()}
        done = run(*arguments)
        assert done.returncode == 2 and message in done.stderr, (message, done.stderr)
        assert done.stderr.startswith("vitrine: “") and done.stderr.count("\n") == 1
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("assignment, words", [
    ("steps", "give a name and a value"), ("=1", "not a valid name of a variable"),
    ("1a=1", "not a valid name of a variable"), ("a b=1", "not a valid name of a variable")])
def test_what_sets_nothing_is_said(write, assignment, words):
    done = run(write("1"), "--set", assignment)
    assert done.returncode == 64 and words in done.stderr


def test_widgets_are_kept_as_nbclient_keeps_them(write):
    """The page of an executed notebook shows the panel as it was."""
    path = write('let panel = explore(load("vit"), steps: 6)\npanel.wait()\npanel')
    assert run(path).returncode == 0
    notebook = executed(path)
    kept = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]
    view = notebook.cells[0].outputs[-1].data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] in kept["state"] and kept["version_major"] == 2
    (picture,) = [state for state in kept["state"].values() if state["model_name"] == "ImageModel"]
    assert picture["state"]["format"] == "png" and picture["buffers"][0]["path"] == ["value"]
