"""A wheel of the executable that is built, in an environment that has nothing else, as a person gets it with pip.

It is the wheel that `VITRINE_WHEEL` names; or one that is packed here, with the C libraries of `build/libraries` if they are
there, which `make wheel` makes.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import PIL.Image
import PIL.ImageChops
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from nbformat.v4 import new_code_cell, new_notebook

import cells
from conftest import KERNEL, ROOT

pytestmark = pytest.mark.long

BUILT = pathlib.Path(os.environ.get("VITRINE_EXECUTABLE") or ROOT / ".build" / "release" / "vitrine")
LIBRARIES = ROOT / "build" / "libraries"
#: The programs that pip put beside this Python.
TOOLS = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
#: What every distribution has, by auditwheel's policies: the C and C++ libraries and the loader.
EVERYWHERE = re.compile(r"(ld-linux-x86-64|libc|libm|libgcc_s|libstdc\+\+|libdl|libpthread|librt|libresolv|libnss_\w+)\.so")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel that is given, or what is packed of the executable that is there."""
    if given := os.environ.get("VITRINE_WHEEL"):
        return pathlib.Path(given)
    folder = tmp_path_factory.mktemp("wheel")
    if (LIBRARIES / "complete").exists() and shutil.which("auditwheel", path=TOOLS):
        subprocess.run([ROOT / "scripts/pack-wheel", sys.executable, BUILT, folder], check=True)
    else:
        pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT, VITRINE_EXECUTABLE=str(BUILT))
    [file] = folder.iterdir()
    return file


@pytest.fixture
def portable(wheel):
    """The wheel, if its libraries are inside."""
    if "manylinux" not in wheel.name:
        pytest.skip("The C libraries were not built (scripts/wheel-libraries), or auditwheel is missing: the wheel is for this machine")
    return wheel


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
    platform = r"(linux|manylinux_2_\d+)_" + os.uname().machine
    assert re.fullmatch(rf"vitrine_kernel-{re.escape(version[1])}-py3-none-{platform}\.whl", wheel.name)
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


class TestItNeedsNothing:
    """The wheel that is released brings its libraries along."""

    def test_auditwheel_finds_nothing_outside(self, portable):
        words = [sys.executable, "-m", "auditwheel", "show", portable]
        result = subprocess.run(words, env={**os.environ, "PATH": TOOLS}, capture_output=True, text=True, timeout=600)
        said = " ".join(result.stdout.split())
        assert "external shared libraries are required" not in said, result.stdout + result.stderr
        [platform] = re.findall(r'following platform tag: "(manylinux_2_\d+_x86_64)"', said)
        # Debian 12 has glibc 2.36.
        assert int(platform.split("_")[2]) <= 36 and portable.name.endswith(f"-{platform}.whl")

    def test_it_is_not_large(self, portable):
        assert portable.stat().st_size < 60_000_000

    def test_the_licenses_of_what_is_inside_are_inside(self, portable):
        with zipfile.ZipFile(portable) as archive:
            names = archive.namelist()
            folder = next(name for name in names if name.endswith("lib/vitrine/licenses/libzmq5.txt")).rpartition("/")[0]
            texts = {name.rpartition("/")[2]: archive.read(name).decode() for name in names if name.startswith(folder + "/") and name.endswith(".txt")}
        libraries = {name.rpartition("/")[2].split(".so")[0] for name in names if "/lib/vitrine/libs/" in name and ".so" in name}
        of = {"libcrypto": "libssl", "libz": "zlib", "libpng16": "libpng16"}
        for library in libraries:
            assert any(name.startswith(of.get(library, library)) for name in texts), library
        for package in ["swift", "swift-syntax", "swift-crypto", "swift-log", "swift-argument-parser"]:
            assert "Apache License" in texts[f"{package}.txt"], package
        assert all(len(text) > 200 for text in texts.values())
        # What a license says by naming a file of Debian's is inside, too.
        for text in list(texts.values()):
            for name in re.findall(r"/usr/share/common-licenses/([A-Za-z0-9]+-[0-9.]*[0-9])", text):
                assert f"{name}.txt" in texts, name
        assert "GNU GENERAL PUBLIC LICENSE" in texts["GPL-3.txt"]  # to which the LGPL of ZeroMQ adds

    def test_it_uses_no_other_library_of_the_system(self, portable, prefix, tmp_path):
        """Neither where libraries of the same name are on the way, nor for a download."""
        cell = new_code_cell('let vit = load("vit")\nlet church = image("church.jpg")\nlet found = vit.classify(church)\ndoctor()')
        shutil.copy(ROOT / "notebooks/photographs/church.jpg", tmp_path)
        nbformat.write(new_notebook(cells=[cell]), tmp_path / "given.ipynb")
        astray = tmp_path / "astray"
        astray.mkdir()
        for name in ["libzmq.so.5", "libcurl.so.4", "libpng16.so.16"]:
            (astray / name).write_text("no library")
        words = [prefix / "bin" / "vitrine", "run", tmp_path / "given.ipynb", "--output", tmp_path / "done.ipynb"]
        for path in ["", str(astray)]:
            environment = {**alone(prefix), "LD_LIBRARY_PATH": path}
            result = subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=600)
            assert result.returncode == 0, result.stderr
        # `doctor()` has opened libcurl; what is mapped is in its table.
        [output] = [output for output in nbformat.read(tmp_path / "done.ipynb", as_version=4).cells[0].outputs
                    if output.output_type == "display_data"]
        lines = output.data["text/plain"].split("Libraries\n")[1].split("\n\n")[0].splitlines()
        origins = dict(line.split(maxsplit=1) for line in lines)
        assert {"libzmq", "libcurl", "libcrypto", "libpng16", "libturbojpeg", "libsqlite3"} <= set(origins)
        for name, origin in origins.items():
            if name.startswith("lib") and not EVERYWHERE.match(f"{name}.so"):
                assert origin == "came with Vitrine", f"{name}: {origin}"

    def test_a_processor_without_avx2_is_told(self, portable, prefix):
        emulator = shutil.which("qemu-x86_64") or shutil.which("qemu-x86_64-static")
        if not emulator:
            pytest.skip("qemu-user is missing: a processor without AVX2 was not tried")
        words = [emulator, "-cpu", "Nehalem", (prefix / "lib/vitrine/vitrine").resolve(), "--version"]
        result = subprocess.run(words, env=alone(prefix), capture_output=True, text=True, timeout=600)
        assert result.returncode == 1
        assert "needs a processor with AVX, AVX2" in result.stderr and "This one lacks: AVX AVX2 FMA" in result.stderr

    @pytest.mark.skipif(not os.environ.get("VITRINE_ROOTS"), reason="VITRINE_ROOTS names no bare systems: the wheel was tried on this one alone")
    @pytest.mark.parametrize("root", os.environ.get("VITRINE_ROOTS", "").split(":"))
    def test_a_bare_system_shows_a_picture(self, portable, root, client, tmp_path):
        """`scripts/try-wheel` in a folder that debootstrap made, with Python and pip alone: the picture that is made here."""
        result = subprocess.run(
            [ROOT / "scripts/try-wheel", portable, root], env={**os.environ, "VITRINE_PICTURE": str(tmp_path / "bare.png")},
            capture_output=True, text=True, timeout=1800)
        print(result.stdout + result.stderr)
        assert result.returncode == 0, result.stdout + result.stderr
        assert "Nothing is wrong." in result.stdout and "user 65534" in result.stdout
        [picture] = cells.run(client, 'let vit = load("vit")\nrender(vit.logit("church"))', timeout=900).pictures
        bare = PIL.Image.open(tmp_path / "bare.png")
        assert bare.size == picture.size
        # The systems' mathematical functions may differ in their last bit.
        differences = PIL.ImageChops.difference(bare.convert("RGB"), picture.convert("RGB"))
        assert max(high for _, high in differences.getextrema()) <= 2


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
