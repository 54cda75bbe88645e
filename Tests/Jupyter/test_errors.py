"""What a mistake gets, word for word, through real Jupyter. A row is a cell, the error's kind and its message."""
import re

import pytest

import bad_files

#: (cell, ename, evalue). `PREPARATION` has run before; @ is a folder of bad files; a memory size is "n GB".
TABLE = [
    # Models
    (
        'load("vti")',
        "Error",
        "There is no model “vti”. Did you mean “vit”? `models()` lists what can be loaded; load a file by its path.",
    ),
    (
        'load("no such model")',
        "Error",
        "There is no model “no such model”. `models()` lists what can be loaded; load a file by its path.",
    ),
    (
        'load("nowhere/deit.safetensors")',
        "Error",
        "There is no file at “nowhere/deit.safetensors”. Paths are relative to the notebook's folder.",
    ),
    (
        'load("Sources")',
        "Error",
        "The folder “Sources” holds no weights. Looked for: model.safetensors, pytorch_model.bin, their indices, "
        "open_clip_model.safetensors, open_clip_pytorch_model.bin, or one file of weights of any name.",
    ),
    (
        'load("@/empty.safetensors")',
        "Error",
        "“@/empty.safetensors” is empty. Copy or download it again.",
    ),
    (
        'load("@/notes.safetensors")',
        "Error",
        "“@/notes.safetensors” is in no known format for weights. Known are safetensors files, PyTorch's .pth, "
        ".pt and .bin files, and NumPy's .npz files.",
    ),
    (
        'load("@/cut.safetensors")',
        "Error",
        f"“@/cut.safetensors” is cut short: it should hold {bad_files.WEIGHTS.stat().st_size} bytes but holds 100000. "
        "Copy or download it again.",
    ),
    (
        'load("@/lacking.safetensors")',
        "Error",
        "“@/lacking.safetensors” lacks 1 tensor that its family needs: blocks.3.mlp.fc1.weight "
        "(there is blocks.3.mlp.fc1.weird_).",
    ),
    (
        'load("@/other.safetensors")',
        "Error",
        "The tensors of “@/other.safetensors” match no known family. No family is recognized by such names. "
        "Found: head.weight, stem.conv.weight. docs/models.md lists the families, "
        '`models("all")` the models that a name downloads.',
    ),
    (
        'load("vit", classes: "@/two.txt")',
        "Error",
        "The number of class names is 2; it must be 20, as many as the model has logits.",
    ),
    # Parts of a model
    (
        'vit["blocks.5.mpl"]',
        "Error",
        "vit has no layer “blocks.5.mpl”. Did you mean “blocks.5.mlp”, “blocks.0.mlp” or “blocks.1.mlp”? "
        "Its `.layers` lists every address.",
    ),
    ("vit.blocks[12]", "Error", "There is no block 12 in vit: blocks go from 0 to 11."),
    ("vit.block[5]", "Unknown member", "A model has no `block`. Did you mean `blocks`?"),
    (
        "vit.blocks.5",
        "Unknown member",
        "A list of blocks takes a number in brackets: write `[5]` for `.5`.",
    ),
    (
        "vit.blocks[5].mlp.neuron(192)",
        "Error",
        "There is no neuron 192 in blocks.5.mlp of vit: neurons go from 0 to 191.",
    ),
    (
        "vit.blocks[5].mlp.neuron[3]",
        "Wrong type",
        "`neuron` is a function: call it, as in `neuron(3)`.",
    ),
    (
        "vit.blocks[5].mlp.neuron(3).patch(64)",
        "Error",
        "There is no patch 64 in blocks.5.mlp of vit: patches go from 0 to 63.",
    ),
    (
        "vit.blocks[5].mlp.patch(row: 8, column: 0)",
        "Error",
        "There is no row 8 in blocks.5.mlp of vit: rows go from 0 to 7.",
    ),
    (
        'vit.logit("golf bal")',
        "Error",
        "vit has no class “golf bal”. Did you mean “golf ball”? It also has “tench”, “Shih-Tzu”, "
        "“Rhodesian ridgeback”, “beagle”, “English foxhound”, “Border terrier”, “Australian terrier”, "
        "“golden retriever”, “English springer”, “Old English sheepdog”, “Samoyed”, “dingo”, "
        "“cassette player”, “chain saw”, “church”, “French horn”, “garbage truck”, “gas pump”, “parachute”.",
    ),
    ("vit.logit(20)", "Error", "There is no class 20 in logits of vit: classes go from 0 to 19."),
    # Rendering
    (
        "render(vit)",
        "Wrong argument",
        "`objective` must be an objective or a list of objectives, but this is a model. "
        "For example: `render(vit.blocks[5].mlp.neuron(42), steps: 512, seed: 1)`.",
    ),
    (
        "render(vit.logit(0), size: 100000)",
        "Error",
        "A picture of 100000 × 100000 pixels would need 1.5 TB and n GB are free. "
        "Choose a smaller size or fewer pictures at once.",
    ),
    (
        "render(vit.logit(0), size: 0)",
        "Error",
        "The picture's size is 0 × 0 px; it must be at least 2 × 2 px.",
    ),
    (
        "render(vit.logit(0), steps: 0)",
        "Error",
        "The number of steps is 0; it must be a whole number from 1 to 100000.",
    ),
    ("render(vit.logit(0), 64)", "Wrong argument", "`render` needs the label `steps:` before this value: `steps: 64`."),
    ("render(vit.logit(0), step: 64)", "Wrong argument", "`render` has no argument `step`. Did you mean `steps`?"),
    (
        "render(vit.logit(0), recipe: .lucidd)",
        "Wrong argument",
        "`recipe` has no choice `.lucidd`. Did you mean `.lucid`? It takes `.vitrine`, `.article`, `.faithfulArticle`, "
        "`.firstAttempt`, `.lucid`, `.maco`, `.vitVisualization`, `.plugIn`, `.vital` or a list of choices.",
    ),
    # Pictures
    (
        'image("no/such picture.png")',
        "Error",
        "There is no file at “no/such picture.png”. Paths are relative to the notebook's folder.",
    ),
    ('image("Sources")', "Error", "“Sources” could not be opened: it is a folder; name a picture in it."),
    (
        'image("@/notes.png")',
        "Error",
        "“@/notes.png” is not an image that can be read: it looks like text. PNG and JPEG can be read.",
    ),
    (
        'image("@/empty.png")',
        "Error",
        "“@/empty.png” is not an image that can be read: it looks like an empty file. PNG and JPEG can be read.",
    ),
    (
        'image("@/film.gif")',
        "Error",
        "“@/film.gif” is not an image that can be read: it looks like a GIF image. PNG and JPEG can be read.",
    ),
    (
        'image("@/cut.png")',
        "Error",
        "“@/cut.png” could not be opened: it is a PNG that ends too early; copy or download it again.",
    ),
    (
        'vit.classify("holiday.jpg")',
        "Wrong argument",
        '`photo` must be an image, but this is text ("holiday.jpg"). For example: `vit.classify(image("holiday.jpg"))`.',
    ),
    (
        'save(logo, "@/none/logo.png")',
        "Error",
        "“@/none/logo.png” could not be written: there is no folder “@/none”.",
    ),
    (
        'save(logo, "logo.jpg")',
        "Wrong argument",
        "Pictures are saved as PNG, which can carry their recipe: call it “logo.png”.",
    ),
    (
        'rerun("kernelspec/logo-64x64.png")',
        "Error",
        "“kernelspec/logo-64x64.png” carries no recipe: Vitrine did not render it, or another program saved it again.",
    ),
    # The language
    ("rendr(vit)", "Unknown name", "There is no `rendr`. Did you mean `render`?"),
    ("x = 3", "Unknown name", "There is no variable `x` yet. Declare it: `let x = 3`, or `var` if it will change."),
    ("let = 3", "Syntax error", "Expected a name in variable"),
    ("1 / 0", "Arithmetic error", "1 / 0: a whole number cannot be divided by zero."),
    ("[1, 2, 3][3]", "Out of range", "There is no element 3: they go from 0 to 2."),
    ("class Point { }", "Not in cells", "Cells do not have `class`. A `struct` holds values together, with methods."),
    ('ask("name? ")', "Failure", "This front-end cannot be asked for input."),
    # Python habits
    ("render(vit.logit(0), steps=256)", "Syntax error", "Swift labels arguments with a colon: `steps: 256`"),
    ("vit.classify(image('a.png'))", "Syntax error", 'Swift puts text in double quotes: `"a.png"`'),
    ("for i in range(3):\n    print(i)", "Syntax error", "Swift puts the body in braces: `for i in 0..<3 { … }`"),
    ("def twice(x):\n    return 2 * x", "Syntax error", "Swift declares functions with `func`: `func twice(x: Int) -> Int { … }`"),
    ("import numpy as np", "Syntax error", "Cells need no imports: every command is already available, so leave this line out"),
    ("# a comment", "Syntax error", "Swift comments start with `//`: `// a comment`"),
    ("len([1])", "Unknown name", "There is no `len` in Swift. Write `x.count`."),
    ("[2 * x for x in [1, 2]]", "Syntax error", "Swift has no list comprehensions: `[1, 2].map { x in 2 * x }`"),
    ("%matplotlib inline", "Not in cells", "Cells have no `%matplotlib`. Leave the line out: pictures show themselves."),
]

PREPARATION = 'let vit = load("vit")\nlet logo = image("kernelspec/logo-64x64.png")'


@pytest.fixture(scope="module", autouse=True)
def prepared(client):
    reply = client.execute_interactive(PREPARATION, timeout=60, output_hook=lambda message: None)
    assert reply["content"]["status"] == "ok"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad files")
    bad_files.write(folder)
    return folder


@pytest.mark.parametrize("code, ename, evalue", TABLE, ids=[row[0] for row in TABLE])
def test_says_word_for_word(run, folder, code, ename, evalue):
    cell = run(code.replace("@", str(folder)))
    assert cell.status == "error"
    said = re.sub(r"[\d.]+ GB are free", "n GB are free", cell.evalue).replace(str(folder), "@")
    assert (cell.ename, said) == (ename, evalue)
    assert (cell.reply["content"]["ename"], cell.reply["content"]["evalue"]) == (cell.ename, cell.evalue)
    assert cell.stderr == ""
    shown = "\n".join(cell.traceback)
    assert shown.startswith(f"error: {cell.evalue}")
    for word in ("EngineError", "CellError", "Engine.", "Optional(", "Fatal error"):
        assert word not in shown
    assert run("6 * 7").text == "42", "the kernel goes on"


@pytest.mark.parametrize(
    "code, line, place",
    [
        ("let a = 1\nprint(unknownName)", "  print(unknownName)", "unknownName"),
        ("render(vit.logit(0), stepps: 3)", "  render(vit.logit(0), stepps: 3)", "stepps"),
        ("let b = [1, 2\nprint(3)", "  let b = [1, 2", None),
        ('print("👩‍🔬"); vit.blocks[99]', '  print("👩‍🔬"); vit.blocks[99]', None),
    ],
)
def test_a_caret_stands_under_the_place(run, code, line, place):
    shown = "\n".join(run(code).traceback).split("\n")
    caret = shown[shown.index(line) + 1]
    assert caret.strip() == "^"
    if place:
        assert caret.index("^") == line.index(place)


def test_what_a_function_calls_is_noted(run):
    shown = "\n".join(run("func part(_ i: Int) { print(vit.blocks[i]) }\npart(12)").traceback)
    assert shown.startswith("error: There is no block 12 in vit: blocks go from 0 to 11. (line 1, column")
    assert "note: called here (line 2, column 1)" in shown


def test_the_kernel_goes_on_with_all_that_was_defined(run):
    assert run("let kept = 41").status == "ok"
    for code in ["load(", "kept.nothing", 'load("no such model")', "1 / 0", "kept = 3"]:
        assert run(code).status == "error", code
    assert run("kept + 1").text == "42"


def test_what_a_cell_did_before_its_error_stays(run):
    cell = run('let early = 5\nprint("before")\nload("no such model")\nlet late = 6')
    assert (cell.status, cell.stdout) == ("error", "before\n")
    assert run("early").text == "5"
    assert run("late").ename == "Unknown name"
