"""The source distribution: whether what the build asks for is in it, without building it for a quarter of an hour."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

import pytest

from conftest import ROOT

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sdist")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    [archive] = folder.glob("vitrine_kernel-*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    [place] = [path for path in folder.iterdir() if path.is_dir()]
    return place


def test_the_package_finds_its_targets(unpacked):
    if not shutil.which("swift"):
        pytest.skip("There is no Swift here: the package's manifest was not read")
    result = subprocess.run(["swift", "package", "dump-package"], cwd=unpacked, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stderr
    package = json.loads(result.stdout)
    for target in package["targets"]:
        folder = "Tests" if target["type"] == "test" else "Sources"
        place = unpacked / (target.get("path") or f"{folder}/{target['name']}")
        assert place.is_dir(), target["name"]
        if target["type"] == "system":
            assert (place / "module.modulemap").exists()
        for resource in target["resources"]:
            assert (place / resource["path"]).exists(), resource["path"]


def test_every_source_is_there(unpacked):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "Sources", "scripts", "Examples"],
        cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("This is no git repository: what should be in it is not known")
    missing = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file() and not (unpacked / name).exists()]
    assert missing == []
    assert not any((unpacked / name).exists() for name in ["notebooks", "docs", "training", "Benchmarks"])
    for name in ["README.md", "pyproject.toml", "Package.swift", "PKG-INFO"]:
        assert (unpacked / name).exists(), name
    for name in ["scripts/install-system-packages", "scripts/architecture"]:
        assert os.access(unpacked / name, os.X_OK), name


def test_a_wheel_is_made_of_it(unpacked, tmp_path):
    """With an executable that is built, since a build takes a quarter of an hour."""
    built = pathlib.Path(os.environ.get("VITRINE_EXECUTABLE") or ROOT / ".build" / "release" / "vitrine")
    words = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, unpacked]
    result = subprocess.run(words, env={**os.environ, "VITRINE_EXECUTABLE": str(built)}, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    [wheel] = tmp_path.iterdir()
    assert wheel.name.startswith("vitrine_kernel-")
