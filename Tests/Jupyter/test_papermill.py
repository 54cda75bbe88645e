"""papermill with parameters, found by itself once the package is installed."""
import json
import math
import subprocess
import sys

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from papermill.translators import papermill_translators

from conftest import KERNEL, ROOT

VALUES = {
    "whole": 42,
    "negative": -7,
    "number": 0.1,
    "small": 1e-05,
    "yes": True,
    "no": False,
    "nothing": None,
    "text": 'quotes " and \\ and \\(no interpolation) and $ and ünïcödé 🙂',
    "lines": "one\ntwo\tthree\r\x07\u2028end",
    "list": [1, 2.5, "three", None, [True, [4]]],
    "dictionary": {"a": 1, "b c": {"d": [None, "e\"f"]}},
    "empty": "",
    "noElements": [],
    "noMembers": {},
    "infinite": math.inf,
}


@pytest.fixture
def swift():
    return papermill_translators.find_translator(KERNEL, "swift")


@pytest.fixture
def notebook(tmp_path):
    def make(*sources):
        cells = [new_code_cell(source) for source in sources]
        cells[0].metadata["tags"] = ["parameters"]
        spec = {"name": KERNEL, "display_name": "Vitrine", "language": "swift"}
        path = tmp_path / "given.ipynb"
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": spec}), path)
        return path

    return make


def text(cell):
    return "".join(output.get("text", "") for output in cell.outputs if output.output_type == "stream")


@pytest.mark.parametrize("name", VALUES)
def test_each_kind_of_value_arrives(name, notebook, tmp_path, swift):
    """What arrives is compared inside the cell with the same value written by the translator's rules, by hand."""
    expected = {
        "whole": "42", "negative": "0 - 7", "number": "1 / 10.0", "small": "1 / 100000.0", "yes": "(1 == 1)",
        "no": "(1 == 2)", "text": '#"quotes " and \\ and \\(no interpolation) and $ and ünïcödé 🙂"#',
        "lines": '"one" + "\\n" + "two" + "\\t" + "three" + "\\r" + "\\u{7}" + "\\u{2028}" + "end"',
        "empty": 'String("x".dropLast())', "noElements": "[1].filter { $0 > 1 }", "infinite": "1e308 * 10",
    }
    path = notebook(f"let {name} = 0", {
        "nothing": "print(nothing == nil)",
        "list": 'print(list.count == 5, list[2] == "three", list[3] == nil, list[4][1][0] == 4)',
        "dictionary": 'print(dictionary["a"] == 1, dictionary["b c"]["d"][0] == nil, dictionary["b c"]["d"][1] == "e\\"f")',
        "noMembers": "print(noMembers.count == 0)",
    }.get(name) or f"print({name} == {expected[name]})")
    result = papermill.execute_notebook(
        path, tmp_path / "done.ipynb", parameters={name: VALUES[name]}, cwd=str(ROOT), progress_bar=False)
    assert set(text(result.cells[-1]).split()) == {"true"}


def test_parameters_replace_the_defaults_and_the_rest_stays(notebook, tmp_path):
    path = notebook("let steps = 256\nvar seed = 1", "seed += 1\nprint(steps, seed)")
    result = papermill.execute_notebook(path, tmp_path / "o.ipynb", {"seed": 7}, cwd=str(ROOT), progress_bar=False)
    assert text(result.cells[-1]) == "256 8\n"
    result = papermill.execute_notebook(path, tmp_path / "o.ipynb", {"steps": 3}, cwd=str(ROOT), progress_bar=False)
    assert text(result.cells[-1]) == "3 2\n"
    assert result.cells[1].source == "// Parameters\nvar steps = 3\n"


def test_the_command_line_finds_it_by_itself(notebook, tmp_path):
    path = notebook("let name = \"nobody\"", "print(\"I am \\(name)\")")
    done = tmp_path / "done.ipynb"
    subprocess.run(
        [sys.executable, "-m", "papermill", str(path), str(done), "-y", json.dumps({"name": "Ada \"L.\""}),
         "--cwd", str(ROOT), "--no-progress-bar"], check=True, timeout=120)
    assert text(nbformat.read(done, 4).cells[-1]) == 'I am Ada "L."\n'


def test_a_notebook_tells_its_parameters(notebook):
    path = notebook(
        "let steps: Int = 256  // how many\nvar name = \"a = b\"\n// let none = 1\nprint(steps)", "print(name)")
    found = papermill.inspect_notebook(path)
    assert found["steps"] == {"name": "steps", "inferred_type_name": "Int", "default": "256", "help": "how many"}
    assert found["name"]["default"] == '"a = b"'
    assert set(found) == {"steps", "name"}


def test_a_failing_cell_is_an_error_with_its_words(notebook, tmp_path):
    path = notebook("let steps = 1", "print(stepps)")
    with pytest.raises(papermill.PapermillExecutionError, match="stepps"):
        papermill.execute_notebook(path, tmp_path / "o.ipynb", {"steps": 2}, cwd=str(ROOT), progress_bar=False)
