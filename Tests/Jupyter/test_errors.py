"""What a mistake gets, word for word. A row is a cell, the error's kind and its message."""
import pytest

#: (cell, ename, evalue). The kernel has run `PREPARATION` before.
TABLE = [
    (
        'image("no/such picture.png")',
        "Error",
        "There is no file at “no/such picture.png”. Paths are relative to the notebook's folder.",
    ),
    (
        'image("Package.swift")',
        "Error",
        "“Package.swift” is not an image that can be read: it looks like text. PNG and JPEG are taken.",
    ),
    (
        'image("Sources")',
        "Error",
        "“Sources” could not be opened: it is a folder; name a picture in it.",
    ),
]

PREPARATION = 'let vit = load("vit")'


@pytest.fixture(scope="module", autouse=True)
def prepared(client):
    reply = client.execute_interactive(PREPARATION, timeout=60, output_hook=lambda message: None)
    assert reply["content"]["status"] == "ok"


@pytest.mark.parametrize("code, ename, evalue", TABLE, ids=[row[0] for row in TABLE])
def test_says_word_for_word(run, code, ename, evalue):
    cell = run(code)
    assert (cell.ename, cell.evalue) == (ename, evalue)
    assert cell.reply["content"]["ename"] == ename
    assert cell.reply["content"]["evalue"] == evalue
    assert cell.stderr == ""
    assert any(evalue in line for line in "\n".join(cell.traceback).split("\n") + ["\n".join(cell.traceback)])


def test_a_caret_stands_under_the_place(run):
    traceback = "\n".join(run("let a = 1\nprint(unknownName)").traceback).split("\n")
    line = next(number for number, text in enumerate(traceback) if "print(unknownName)" in text)
    assert traceback[line + 1].index("^") == traceback[line].index("unknownName")


def test_the_kernel_goes_on_with_all_that_was_defined(run):
    assert run("let kept = 41").status == "ok"
    for code in ["load(", "kept.nothing", 'load("no such model")', "1 / 0"]:
        assert run(code).status == "error", code
    assert run("kept + 1").text == "42"


def test_no_message_shows_a_type_of_the_implementation(run):
    for code, _, _ in TABLE:
        shown = "\n".join(run(code).traceback)
        for word in ("EngineError", "CellError", "Optional(", "Swift.", "Fatal error", "fatalError"):
            assert word not in shown, code
