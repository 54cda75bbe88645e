"""The notebooks after the first: as they are committed, and executed again with few steps."""
import pathlib
import re

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from cells import decoded
from conftest import KERNEL, ROOT

FOLDER = ROOT / "notebooks"
NAMES = [
    "02-vit-features", "03-mixer-features", "04-mixing", "05-deep-dream", "06-a-second-attempt",
    "07-across-backbones", "08-words-and-latents", "09-what-causes-what", "10-features-as-pictures",
]
#: What takes `steps:` and shows a picture, with what follows `steps:` in its declaration.
AFTER_STEPS = {
    "render": ["seed", "size", "recipe"],
    "dream": ["octaves", "size", "strength", "seed"],
    "reconstruct": ["seed", "totalVariation", "recipe"],
    "mixing": ["patch", "seed"],
    "consistency": ["seed", "size", "recipe"],
    "strongest": ["seed"],
    "atlas": ["seed", "size", "recipe", "plan"],
    "dictionary": ["batch", "rate", "auxiliary", "deadAfter", "patches", "crops", "to", "seed"],
    "activationAtlas": ["seed", "size", "recipe"],
    "trust": ["seed", "causes", "by"],
    "grid": ["seed", "size"],
    "accentuate": ["strength", "seed"],
}
#: What shows a picture besides.
MAPS = (
    "activations", "attention", "gradient", "lens", "contributions", "importance", "relevance", "faithfulness", "pca",
    "similarity", "matches",
)
CALL = re.compile(r"(?<![\w.])(" + "|".join(AFTER_STEPS) + r")\(")
#: A recipe of several stages takes a step for each at least.
STEPS = 4


def committed(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def pictures(cell):
    return [decoded(output.data["image/png"]) for output in cell.outputs if "image/png" in output.get("data", {})]


def closing(source, opening):
    """Where the parenthesis that opens at `opening` closes: text literals and what they interpolate are passed over."""
    depth, index, inside_text = 0, opening, False
    while index < len(source):
        character = source[index]
        if inside_text and character == "\\":
            index += 2
            continue
        if character == '"':
            inside_text = not inside_text
        elif not inside_text:
            depth += {"(": 1, ")": -1}.get(character, 0)
            if depth == 0:
                return index
        index += 1
    raise ValueError(f"unbalanced: {source}")


def with_few_steps(source):
    """The cell with few `steps:` and `runs:` in every call that takes them."""
    for match in reversed(list(CALL.finditer(source))):
        opening = match.end() - 1
        end = closing(source, opening)
        arguments = re.sub(r",\s*steps: *\d+", "", source[opening + 1 : end])
        arguments = re.sub(r"runs: *\d+", "runs: 2", arguments)
        # Arguments stand in the order of the declaration.
        after = re.search(rf",\s*(?:{'|'.join(AFTER_STEPS[match[1]])}):", arguments)
        place = after.start() if after else len(arguments)
        arguments = f"{arguments[:place]}, steps: {STEPS}{arguments[place:]}"
        source = source[: opening + 1] + arguments + source[end:]
    return source


def shown(cell):
    """How many pictures a cell should show at least."""
    calls = [match[1] for match in CALL.finditer(cell.source)]
    last = cell.source.strip().splitlines()[-1]
    maps = last.startswith(tuple(f"{name}(" for name in MAPS)) or last == "photo"
    return len(calls) + maps


@pytest.fixture(scope="module", params=NAMES)
def executed(request, tmp_path_factory):
    """A notebook, executed in a copy of its folder with few steps."""
    folder = tmp_path_factory.mktemp(request.param)
    for name in ("photographs", "pictures", "models"):
        (folder / name).symlink_to(FOLDER / name)
    notebook = committed(request.param)
    for cell in code_cells(notebook):
        cell.source = with_few_steps(cell.source)
        cell.outputs = []
    NotebookClient(
        notebook, kernel_name=KERNEL, timeout=300, resources={"metadata": {"path": str(folder)}}
    ).execute()
    nbformat.validate(notebook)
    return notebook


def test_few_steps_go_where_the_declaration_wants_them():
    for source, expected in [
        ("render(a.neuron(1))", "render(a.neuron(1), steps: 4)"),
        ("let x = render([a].map { $0.b(1) }, seed: 1)", "let x = render([a].map { $0.b(1) }, steps: 4, seed: 1)"),
        ('render(a.logit("a (b)"), steps: 64, seed: 3)', 'render(a.logit("a (b)"), steps: 4, seed: 3)'),
        ("consistency(a, runs: 4, recipe: .lucid)", "consistency(a, runs: 2, steps: 4, recipe: .lucid)"),
        ("render(found)\nrender(b)", "render(found, steps: 4)\nrender(b, steps: 4)"),
        ("topImages(in: x)", "topImages(in: x)"),
    ]:
        assert with_few_steps(source) == expected


@pytest.mark.long
def test_every_cell_ran_and_nothing_went_to_standard_error(executed):
    cells = code_cells(executed)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        assert [o for o in cell.outputs if o.get("name") == "stderr" or o.output_type == "error"] == [], cell.source


@pytest.mark.long
def test_every_cell_that_should_shows_its_pictures(executed):
    assert sum(shown(cell) for cell in code_cells(executed)) >= 4
    for cell in code_cells(executed):
        assert len(pictures(cell)) >= shown(cell), cell.source


@pytest.mark.parametrize("name", NAMES)
class TestCommitted:
    """The files as they are kept: what a reader of the repository sees."""

    def test_was_executed_in_order(self, name):
        cells = code_cells(committed(name))
        assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
        assert not [o for cell in cells for o in cell.outputs if o.output_type == "error"]

    def test_pictures_are_there_and_not_blank(self, name):
        for cell in code_cells(committed(name)):
            images = pictures(cell)
            assert len(images) >= shown(cell), cell.source
            for image in images:
                pixels = np.asarray(image.convert("RGB")).astype(float)
                assert min(image.size) >= 128 and pixels.std() > 10, cell.source

    def test_every_figure_has_text_before_it(self, name):
        cells = committed(name).cells
        assert cells[0].cell_type == "markdown" and cells[0].source.startswith("# ")
        assert cells[-1].cell_type == "markdown" and "Where to go" in cells[-1].source

    def test_is_small_and_names_no_machine(self, name):
        path = FOLDER / f"{name}.ipynb"
        text = path.read_text(encoding="utf-8")
        assert len(text) <= 9_000_000
        assert str(ROOT) not in text
        assert not re.search(r'(?<![\w"/.:<-])/(?:home|root|tmp|work|Users|usr|var)/\w', text)

    def test_links_lead_somewhere(self, name):
        for cell in committed(name).cells:
            if cell.cell_type != "markdown":
                continue
            files = re.findall(r"\]\((?!https?:)([^)#]+)", cell.source)
            files += re.findall(r"`([\w./-]+\.(?:ipynb|md))`", cell.source)
            for file in files:
                assert not pathlib.PurePath(file).is_absolute(), file
                assert (FOLDER / file).exists(), file

    def test_calls_commands_that_exist(self, name):
        page = (ROOT / "docs" / "cells.md").read_text(encoding="utf-8")
        documented = set(re.findall(r"^## (\w+)$", page, re.MULTILINE))
        cells = code_cells(committed(name))
        own = {defined for cell in cells for defined in re.findall(r"func (\w+)", cell.source)}
        called = {call for cell in cells for call in re.findall(r"(?<![\w.])([a-z]\w*)\(", code_only(cell.source))}
        assert called - own - {"print", "func", "in"} <= documented


def code_only(source):
    """The cell without comments and what stands in text literals."""
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', re.sub(r"//.*", "", source))
