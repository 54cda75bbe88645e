"""nbconvert: an executed notebook as a page and as a script, and what the kernel says of its language."""
import json
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from conftest import KERNEL, ROOT

CELLS = ['let vit = load("vit")\nprint("1 < 2")', "render(vit.logit(0), steps: 3)\nrender(vit.logit(1), steps: 3)", "vit"]


def jupyter(*arguments):
    """What a command of Jupyter prints."""
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", *arguments], capture_output=True, text=True, timeout=180, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def executed(environment, tmp_path_factory):
    """A notebook that nbconvert has executed."""
    folder = tmp_path_factory.mktemp("converted")
    spec = {"name": KERNEL, "display_name": "Vitrine", "language": "swift"}
    cells = [new_markdown_cell("# Two classes"), *map(new_code_cell, CELLS)]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": spec}), folder / "given.ipynb")
    jupyter("nbconvert", "--to", "notebook", "--execute", "--output", "executed", str(folder / "given.ipynb"))
    return folder / "executed.ipynb"


def test_the_page_holds_pictures_tables_and_colors(executed):
    jupyter("nbconvert", "--to", "html", str(executed))
    page = executed.with_suffix(".html").read_text()
    pictures = [output.data["image/png"].strip() for output in nbformat.read(executed, 4).cells[2].outputs]
    assert len(pictures) == 2
    for picture in pictures:
        assert f"data:image/png;base64,{picture}" in page
    assert "vision transformer, 12 blocks" in page, "the card"
    assert "1 &lt; 2" in page
    assert re.search(r'<span class="k[d]?">let</span>', page), "cells are colored as Swift"


def test_the_script_is_swift_with_the_cells_in_order(executed):
    jupyter("nbconvert", "--to", "script", str(executed))
    script = executed.with_suffix(".swift").read_text()
    assert re.sub(r"\n+", "\n", script).strip() == "\n".join(CELLS)


def test_the_notebook_says_which_language_it_is_in(executed):
    info = nbformat.read(executed, 4).metadata["language_info"]
    assert (info["name"], info["file_extension"], info["mimetype"]) == ("swift", ".swift", "text/x-swift")


def test_the_kernelspec_is_listed_with_its_files(environment):
    assert re.search(rf"^\s*{KERNEL}\s+\S+/{KERNEL}\s*$", jupyter("kernelspec", "list"), re.MULTILINE)
    found = json.loads(jupyter("kernelspec", "list", "--json"))["kernelspecs"][KERNEL]
    assert found["spec"]["display_name"] == "Vitrine" and found["spec"]["language"] == "swift"
    assert found["spec"]["interrupt_mode"] == "message"
