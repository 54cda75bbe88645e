"""A wheel of the executable that is built, in an environment that has nothing else, as a person gets it with pip."""
import json
import os
import pathlib
import re
import subprocess
import sys
import zipfile

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from nbformat.v4 import new_code_cell, new_notebook

import cells
from conftest import KERNEL, ROOT

pytestmark = pytest.mark.long

BUILT = ROOT / ".build" / "release" / "vitrine"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """What `pip wheel .` makes of the executable that is there."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT, VITRINE_EXECUTABLE=str(BUILT))
    [file] = folder.iterdir()
    return file


@pytest.fixture(scope="module")
def prefix(wheel, tmp_path_factory):
    """A clean environment with the wheel in it, and a home where nothing is."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    (folder / "home").mkdir()
    pip("--python", folder / "venv", "install", "--no-index", wheel)
    return folder / "venv"


def pip(*arguments, **environment):
    words = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    result = subprocess.run(
        words, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert result.returncode == 0, result.stdout


def alone(prefix):
    """What a program in that environment knows of this machine."""
    return {"PATH": f"{prefix}/bin:/usr/bin:/bin", "HOME": str(prefix.parent / "home"), "LANG": "C.UTF-8"}


def run(prefix, *arguments):
    words = [prefix / "bin" / "vitrine", *arguments]
    return subprocess.run(words, env=alone(prefix), cwd=prefix.parent, capture_output=True, text=True, timeout=600)


def test_it_says_what_it_is_for(wheel, prefix):
    version = re.fullmatch(r"([\d.]+), built for (\S+)\n", run(prefix, "--version").stdout)
    assert version, "vitrine --version"
    assert wheel.name == f"vitrine_kernel-{version[1]}-py3-none-linux_{os.uname().machine}.whl"
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"vitrine_kernel-{version[1]}.dist-info/METADATA").decode()
    assert re.search(rf"^Summary: .*\(Linux, {re.escape(version[2])}\)$", metadata, re.MULTILINE)
    assert "\nRequires-Dist:" not in metadata


def test_it_lies_where_jupyter_looks_and_names_no_machine(prefix):
    folder = prefix / "share" / "jupyter" / "kernels" / KERNEL
    text = (folder / "kernel.json").read_text(encoding="utf-8")
    argv = json.loads(text)["argv"]
    assert argv[2].startswith("{resource_dir}/")
    executable = pathlib.Path(argv[2].replace("{resource_dir}", str(folder))).resolve()
    assert executable == (prefix / "lib" / "vitrine" / "vitrine").resolve()
    assert os.access(executable, os.X_OK)
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        file.name for file in (ROOT / "kernelspec").iterdir() if file.is_file())


def test_a_cell_runs_through_it(prefix, monkeypatch):
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in alone(prefix).items():
        monkeypatch.setenv(name, value)
    specs = KernelSpecManager(kernel_dirs=[str(prefix / "share" / "jupyter" / "kernels")])
    manager = KernelManager(kernel_name=KERNEL, kernel_spec_manager=specs)
    manager.start_kernel(cwd=str(prefix.parent))
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=120)
        cell = cells.run(client, 'let vit = load("vit")\nrender(vit.blocks[2].mlp.neuron(3), steps: 4)', timeout=600)
        assert cell.status == "ok", cell.traceback
        assert len(cell.pictures) == 1
        # Its models are those that came with it, not those of the folder where it was built.
        maps = pathlib.Path(f"/proc/{manager.provisioner.pid}/maps").read_text()
        weights = {line.split()[-1] for line in maps.splitlines() if line.endswith(".safetensors")}
        assert weights == {str((prefix / "lib/vitrine/vitrine_Resources.resources/vit.safetensors").resolve())}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_the_command_runs_a_notebook_from_anywhere(prefix, tmp_path):
    """Also through a link to it, as tools that keep an environment for a command put one on the PATH."""
    (tmp_path / "vitrine").symlink_to(prefix / "bin" / "vitrine")
    nbformat.write(new_notebook(cells=[new_code_cell("6 * 7")]), tmp_path / "given.ipynb")
    words = [tmp_path / "vitrine", "run", tmp_path / "given.ipynb", "--output", tmp_path / "done.ipynb"]
    result = subprocess.run(words, env=alone(prefix), cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stderr
    [output] = nbformat.read(tmp_path / "done.ipynb", as_version=4).cells[0].outputs
    assert output.data["text/plain"] == "42"


def test_a_jupyter_elsewhere_can_be_told_of_it(prefix):
    result = run(prefix, "install", "--user")
    assert result.returncode == 0, result.stderr
    folder = prefix.parent / "home" / ".local" / "share" / "jupyter" / "kernels" / KERNEL
    argv = json.loads((folder / "kernel.json").read_text(encoding="utf-8"))["argv"]
    assert argv[2] == str((prefix / "lib" / "vitrine" / "vitrine").resolve())


def test_it_can_be_taken_away_again(wheel, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    before = files(tmp_path)
    pip("--python", tmp_path / "venv", "install", "--no-index", wheel)
    assert files(tmp_path) != before
    pip("--python", tmp_path / "venv", "uninstall", "--yes", "vitrine-kernel")
    assert files(tmp_path) == before


def files(folder):
    return {file for file in folder.rglob("*") if file.is_file() or file.is_symlink()}


@pytest.mark.parametrize(("environment", "words"), [
    ({"VITRINE_EXECUTABLE": "/nowhere/vitrine"}, "VITRINE_EXECUTABLE names /nowhere/vitrine"),
    ({"VITRINE_EXECUTABLE": "", "PATH": ""}, "Vitrine needs a Swift 6.3 toolchain"),
    ({"VITRINE_EXECUTABLE": "", "PKG_CONFIG_LIBDIR": "/nowhere", "PKG_CONFIG_PATH": ""}, "sudo apt-get install libzmq3-dev"),
])
def test_what_is_missing_is_said(environment, words, tmp_path):
    if "PATH" in environment:
        environment = {**environment, "PATH": str(without_swift(tmp_path))}
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, ROOT]
    result = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=600)
    assert result.returncode != 0
    assert words in result.stdout + result.stderr


def without_swift(folder):
    """A folder of everything that the system's programs are but Swift."""
    programs = folder / "programs"
    programs.mkdir()
    for place in ["/bin", "/usr/bin"]:
        for program in pathlib.Path(place).iterdir():
            if not program.name.startswith("swift") and not (programs / program.name).exists():
                (programs / program.name).symlink_to(program)
    return programs
