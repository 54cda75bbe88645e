"""What a newcomer reads: its cells run, its pictures are of the models that are there, what it names exists."""
import hashlib
import json
import re
import shutil
import subprocess
from decimal import ROUND_HALF_UP, Decimal

import pytest
from jupyter_client.manager import start_new_kernel
from PIL import Image

import cells
from conftest import KERNEL, ROOT
from test_notebooks import with_few_steps

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "training/README.md"] + [
    str(page.relative_to(ROOT)) for page in sorted((ROOT / "docs").rglob("*.md"))]
PICTURES = ROOT / "docs" / "pictures"
RESOURCES = ROOT / "Sources/Engine/Resources"
#: Weights that a cell would download: elsewhere the tests have a server for that.
DOWNLOADS = re.compile(r'\bload\("(?!vit"|mixer"|ffmixer"|\.\./)|^b32')


def table(heading):
    """The rows of the table below a heading: what is wanted, and the cells."""
    section = README.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [(first.strip(), re.findall(r"`([^`]+)`", rest)) for first, rest in rows[1:]]


def gallery():
    """The cells of each row of docs/gallery.md, and what they gave."""
    file = ROOT / "docs/gallery.md"
    page = file.read_text(encoding="utf-8") if file.exists() else ""
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if "<br><br>`" in line]
    return [(re.findall(r"`([^`]+)`", cells), given) for cells, given in rows]


CELLS = [code for _, codes in table("What you want → the cell") for code in codes]
CELLS += [code for codes, _ in gallery() for code in codes]


@pytest.fixture(scope="module")
def run(environment, tmp_path_factory):
    """Runs a cell in a copy of the folder where `make lab` starts, beside the sources."""
    folder = tmp_path_factory.mktemp("readme")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    shutil.copytree(ROOT / "notebooks/photographs", notebooks / "photographs")
    (folder / "Sources").symlink_to(ROOT / "Sources")
    manager, client = start_new_kernel(startup_timeout=60, kernel_name=KERNEL, cwd=str(notebooks))
    yield lambda code, **options: cells.run(client, code, **options)
    client.stop_channels()
    manager.shutdown_kernel()


@pytest.mark.parametrize("code", [code for code in CELLS if not DOWNLOADS.search(code)])
def test_a_cell_of_the_table_runs(code, run):
    """In the table's order, since later cells use what earlier ones define."""
    # Half a second of each picture is enough to know that it is made.
    code = with_few_steps(code).replace('in: "atlas"', 'in: "atlas", neurons: 0..<4')
    cell = run(code, timeout=600)
    assert cell.status == "ok", f"{code}: {cell.evalue}"
    shown = cell.displays or cell.result or cell.stdout or code.startswith(("let ", "save"))
    assert shown or cell.reply["content"]["payload"], code


def test_the_cells_that_would_download_are_known():
    known = (ROOT / "docs/models.md").read_text(encoding="utf-8") + (ROOT / "docs/cells.md").read_text(encoding="utf-8")
    names = {name for code in CELLS if DOWNLOADS.search(code) for name in re.findall(r'load\("([^"]+)"', code)}
    assert len(names) >= 3
    for name in names:
        assert name in known, name


def test_the_gallery_is_of_its_notebook():
    """`make pictures` writes the page from the notebook; each picture has an alternative text."""
    cells = json.loads((PICTURES / "gallery.ipynb").read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]).replace("../../notebooks/", "") for cell in cells if cell["cell_type"] == "code"]
    assert ["\n".join(codes) for codes, _ in gallery()] == sources, "run `make pictures`"
    files = set()
    for codes, given in gallery():
        if picture := re.fullmatch(r"!\[([^\]]+)\]\(pictures/gallery/(\d+\.png)\)", given):
            files.add(picture[2])
            assert len(picture[1]) > 10, codes
        else:
            assert given.startswith("<pre>"), codes
    assert files == {file.name for file in (PICTURES / "gallery").glob("*.png")}
    assert sum(file.stat().st_size for file in (PICTURES / "gallery").iterdir()) < 7_000_000


def record(name):
    """What the training noted of a built-in model, in its file."""
    data = (RESOURCES / f"{name}.safetensors").read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return json.loads(header["__metadata__"]["config"])["training"]


def test_the_pictures_are_of_the_models_that_are_there():
    """Others are trained now and then; `make pictures` makes the pictures again."""
    files = sorted(PICTURES.glob("*.png"))
    assert {f"docs/pictures/{file.name}" for file in files} == set(re.findall(r"\]\((docs/pictures/[^)]+)\)", README))
    classes = sorted((ROOT / "notebooks/pictures").glob("*.png"))
    assert len(classes) == 20
    for file in files + classes:
        with Image.open(file) as picture:
            picture.load()
            recipe = json.loads(picture.text["vitrine-recipe"])
        weights = RESOURCES / f"{recipe['model']}.safetensors"
        if recipe["model"] == "deit_tiny_patch16_224":
            # Not built in: compared where its weights lie beside the project.
            weights = ROOT.parent / "shared/models/deit_tiny_patch16_224.safetensors"
            if not weights.exists():
                continue
        found = hashlib.sha256(weights.read_bytes()).hexdigest()
        assert recipe["weightsHash"] == found, f"{file.name}: run `make pictures`"


def test_the_accuracies_are_those_of_the_models_that_are_there():
    [sentence] = re.findall(r"^- Built in, offline: .*$", README, re.MULTILINE)
    names = sorted(file.stem for file in RESOURCES.glob("*.safetensors"))
    told = dict(zip(re.findall(r"`(\w+)`", sentence), re.findall(r"[\d.]+(?= %)", sentence)))
    assert sorted(told) == names
    training = (ROOT / "training/README.md").read_text(encoding="utf-8")
    for name in names:
        # As the card says it, which rounds halves up.
        percent = (100 * Decimal(str(record(name)["test_accuracy"]))).quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert told[name] == str(percent)
        assert re.search(rf"^\| `{name}` \| {percent} % ", training, re.MULTILINE), name


def test_the_cell_with_its_picture_is_the_one_that_made_it():
    sources = [cell["source"] for cell in json.loads((PICTURES / "pictures.ipynb").read_text())["cells"]]
    [shown] = re.findall(r"```swift\n(.*?)```\n\n!\[[^]]*\]\(docs/pictures/class.png\)", README, re.DOTALL)
    assert shown.strip() in ["".join(source).strip() for source in sources]


def test_the_numbers_beside_others_are_those_that_were_measured():
    measured = "".join((ROOT / "docs" / f"{name}.md").read_text() for name in ["performance", "kernel-performance"])
    numbers = set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", measured))
    rows = README.split("<!-- compared -->")[1].split("<!-- end -->")[0].splitlines()[2:]
    assert len(rows) >= 4
    for row in rows:
        values = re.findall(r"(?<= )\d+(?:\.\d+)?(?=[ ,]|$)", " |".join(row.split("|")[2:]))
        assert len(values) >= 3 and set(values) <= numbers, f"not in docs/*performance.md: {row}"


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_exists(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    # "make up" and the like are words: a target stands in code.
    for code in re.findall(r"`([^`\n]+)`", prose) + re.findall(r"^\s*make .*$", text, re.MULTILINE):
        for words in re.findall(r"(?:^|&& |\s)make ((?:[a-z-]+ ?)+)(?=$|[A-Z#=`\s])", code.split("#")[0].strip()):
            for target in words.split():
                assert target in targets, f"make {target}"
    folder = (ROOT / page).parent
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", prose):
        assert (folder / link).exists(), link
    # A path begins with a folder of the repository or of its sources, so that what a build leaves is not meant.
    for path in re.findall(r"`([\w.-]+/[\w./+-]*)`", prose):
        for top in [ROOT, ROOT / "Sources"]:
            if (top / path.split("/")[0]).is_dir() and not path.startswith(("build/", ".build/")):
                assert (top / path).exists(), path


class TestBinder:
    """Docker builds the image elsewhere; here is checked that it finds what it asks for."""

    DOCKERFILE = (ROOT / ".binder/Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")

    def test_what_it_copies_and_calls_exists(self):
        for sources in re.findall(r"^COPY (?!--from)(?:--\S+ )*(.+) \S+$", self.DOCKERFILE, re.MULTILINE):
            for source in sources.split():
                assert (ROOT / source).exists(), source
        scripts = re.findall(r"\bscripts/[\w-]+", self.DOCKERFILE)
        assert scripts
        for script in scripts:
            assert (ROOT / script).stat().st_mode & 0o111, script
        assert (ROOT / "pyproject.toml").exists()

    def test_it_installs_what_the_launcher_may_miss(self):
        [installed] = re.findall(r"apt-get install (.*?)&&", self.DOCKERFILE)
        launcher = (ROOT / "kernelspec/launch.sh").read_text(encoding="utf-8")
        needed = set(re.findall(r"package=(\w[\w.+-]*)", launcher)) - {"libstdc++6"}
        assert needed and needed < set(installed.split())
        # What is opened when it is needed says itself which package it is in.
        errors = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "Sources/Engine").rglob("*Library.swift"))
        opened = set(re.findall(r'package: "(lib[\w-]+)"', errors))
        assert opened == {"libopenblas0", "libcurl4"} and opened < set(installed.split())

    def test_it_has_the_toolchain_that_is_asked_for(self):
        [version] = re.findall(r"^FROM swift:([\d.]+)-", self.DOCKERFILE, re.MULTILINE)
        assert f"Swift {version} toolchain" in README
        assert f"Swift {version} toolchain" in (ROOT / "scripts/install-system-packages").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("docc"), reason="DocC is not in this toolchain: the reference was not written")
def test_the_reference_of_the_library_is_written():
    result = subprocess.run([ROOT / "scripts/reference"], capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stdout + result.stderr
    pages = ROOT / "build" / "reference" / "data" / "documentation"
    first = json.loads((pages / "vitrineengine.json").read_text(encoding="utf-8"))
    assert "Swift programs can do all that" in json.dumps(first, ensure_ascii=False)
    model = json.loads((pages / "vitrineengine" / "model.json").read_text(encoding="utf-8"))
    assert model["metadata"]["symbolKind"] == "class" and model["topicSections"]
