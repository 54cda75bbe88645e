"""Executes the first notebook with Jupyter's own client and looks at its pictures."""
import html
import json
import re

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from cells import decoded
from conftest import KERNEL, ROOT

NOTEBOOK = ROOT / "notebooks" / "01-quickstart.ipynb"
#: A cell that calls one of these on a line of its own shows a picture.
SHOWS_PICTURE = re.compile(r"^\s*(?:(?:let|var)\s+\w+\s*=\s*)?(?:render|rerun|dream|reconstruct)\(", re.MULTILINE)


@pytest.fixture(scope="module")
def notebook():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(
        notebook, kernel_name=KERNEL, timeout=900, resources={"metadata": {"path": str(NOTEBOOK.parent)}}
    ).execute()
    nbformat.validate(notebook)
    return notebook


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def picture_outputs(cell):
    return [output for output in cell.outputs if "image/png" in output.get("data", {})]


def test_every_cell_ran_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_nothing_went_to_standard_error(notebook):
    for cell in code_cells(notebook):
        assert [o for o in cell.outputs if o.get("name") == "stderr"] == [], cell.source


def test_every_cell_that_renders_has_its_picture(notebook):
    rendering = [cell for cell in code_cells(notebook) if SHOWS_PICTURE.search(cell.source)]
    assert len(rendering) >= 3
    for cell in rendering:
        assert len(picture_outputs(cell)) == len(SHOWS_PICTURE.findall(cell.source)), cell.source


def test_pictures_are_whole_and_of_the_size_they_say(notebook):
    for cell in code_cells(notebook):
        for output in picture_outputs(cell):
            data = output.data["image/png"]
            assert "\n" not in data.strip()
            image = decoded(data)
            assert image.mode == "RGB"
            shown = output.metadata["image/png"]
            # On the screen a small picture is enlarged, by a whole factor.
            scale = shown["width"] // image.width
            assert scale in (1, 2), cell.source
            assert (shown["width"], shown["height"]) == (scale * image.width, scale * image.height), cell.source
            # Said to those who do not see it, in the page too.
            assert "made to drive" in shown["alt"]
            assert f'alt="{html.escape(shown["alt"])}"' in output.data["text/html"]
            # The built-in models see 128 pixels; sheets are larger.
            assert min(image.size) >= 128, cell.source


def test_pictures_are_not_blank(notebook):
    for cell in code_cells(notebook):
        for output in picture_outputs(cell):
            pixels = np.asarray(decoded(output.data["image/png"])).astype(float)
            assert pixels.std() > 10, f"all of one brightness: {cell.source}"
            assert np.ptp(pixels, axis=2).mean() > 8, f"without color: {cell.source}"
            assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 500, f"few colors: {cell.source}"


def test_two_different_targets_give_two_different_pictures(notebook):
    pictures = [o.data["image/png"] for cell in code_cells(notebook) for o in picture_outputs(cell)]
    assert len(set(pictures)) == len(pictures)


def test_rendered_pictures_carry_their_recipe(notebook):
    for cell in code_cells(notebook):
        if not SHOWS_PICTURE.search(cell.source):
            continue
        for output in picture_outputs(cell):
            inside = decoded(output.data["image/png"]).text.get("vitrine-recipe")
            beside = [value for key, value in output.metadata.items() if "vitrine" in key]
            assert inside, f"no recipe in the PNG: {cell.source}"
            assert beside, f"no recipe in the output's metadata: {cell.source}"
            recipe = json.loads(inside)
            assert "seed" in json.dumps(recipe)
            assert beside[0] in (recipe, inside) or recipe in (beside[0] or {}).values()
