"""`vitrine atlas` in a shell: what is killed, full, damaged or done twice."""
import os
import pathlib
import signal
import subprocess
import time

import pytest

from conftest import ROOT

VITRINE = ROOT / ".build" / "release" / "vitrine"
FEW = ["vit", "--layers", "blocks.*.mlp", "--neurons", "0..<2", "--steps", "6", "--size", "48"]
# Some seconds of work, in several sheets; of an early layer, which needs two blocks and not twelve.
MORE = ["vit", "--layers", "blocks.1.mlp", "--neurons", "0..<96", "--steps", "64"]


def command(*arguments):
    return [VITRINE, "atlas", *map(str, arguments)]


def atlas(*arguments, **environment):
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=600, env={**os.environ, **environment})


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] != "claims"}


def pictures(folder):
    return sorted(folder.glob("pictures/*/*.png"))


@pytest.fixture(scope="module")
def whole(environment, tmp_path_factory):
    """A small atlas, made in one go by one thread."""
    folder = tmp_path_factory.mktemp("whole") / "atlas"
    done = atlas(*FEW, "--out", folder, VITRINE_THREADS="1")
    assert done.returncode == 0, done.stderr
    return folder


def test_it_is_made_and_checked(whole):
    check = atlas("--check", whole)
    assert check.returncode == 0 and check.stdout == "24 of 24 pictures are there.\n"
    assert len(pictures(whole)) == 24 and (whole / "data" / "atlas.js").exists()
    assert not list(whole.rglob("*.part")) and not (whole / "claims").exists()


def test_threads_and_parts_make_no_difference(whole, tmp_path):
    folder = tmp_path / "atlas"
    for part in (2, 0, 1):
        done = atlas(*FEW, "--out", folder, "--shard", f"{part}/3", VITRINE_THREADS="2")
        assert done.returncode == 0, done.stderr
        assert not (folder / "data").exists()
    assert atlas("--merge", folder).returncode == 0
    assert files(folder) == files(whole)


def test_the_environment_names_the_part(whole, tmp_path):
    folder = tmp_path / "atlas"
    for part in range(2):
        done = atlas(*FEW, "--out", folder, JOB_COMPLETION_INDEX=str(part), VITRINE_SHARDS="2")
        assert done.returncode == 0 and f"(part {part}/2)" in done.stderr, done.stderr
    assert len(pictures(folder)) == 24


def test_the_plan_changes_nothing(tmp_path):
    done = atlas(*FEW, "--out", tmp_path / "atlas", "--plan")
    assert done.returncode == 0 and done.stdout.startswith("24 pictures. They take about ")
    assert not (tmp_path / "atlas").exists()


def test_a_killed_run_goes_on(tmp_path):
    """Killed again and again, at any moment: no picture is ever half there, and in the end all are."""
    folder = tmp_path / "atlas"
    for turn in range(40):
        process = subprocess.Popen(command(*MORE, "--out", folder), stderr=subprocess.DEVNULL)
        try:
            status = process.wait(0.7 + 0.11 * turn)
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if (folder / "plans").exists():
            check = atlas("--check", folder)
            # Killed after its last picture, it has made all of them.
            assert check.returncode == 0 or "0 broken, 0 foreign, 0 that" in check.stdout, check.stdout
    else:
        status = subprocess.run(command(*MORE, "--out", folder), timeout=600).returncode
    assert status == 0
    assert atlas("--check", folder).returncode == 0
    assert not (folder / "claims").exists()


def test_an_interrupt_is_said(tmp_path):
    process = subprocess.Popen(command(*MORE, "--out", tmp_path / "atlas"), stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while not list(tmp_path.glob("atlas/claims/*")) and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=120)[1]
    assert process.returncode == 130 and "the same command continues from there" in errors
    assert not (tmp_path / "atlas" / "claims").exists()


def test_two_runs_share_the_work(tmp_path):
    folder = tmp_path / "atlas"
    runs = [subprocess.Popen(command(*MORE, "--out", folder), stderr=subprocess.PIPE, text=True) for _ in range(2)]
    errors = [run.communicate(timeout=600)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], errors
    made = [int(text.split(" of them new")[0].split()[-1]) for text in errors]
    assert sum(made) == 96, made
    assert atlas("--check", folder).returncode == 0


def test_damage_is_found_and_mended(whole, tmp_path):
    subprocess.run(["cp", "-r", whole, tmp_path / "atlas"], check=True)
    folder = tmp_path / "atlas"
    broken, foreign, gone = pictures(folder)[:3]
    broken.write_bytes(broken.read_bytes()[:-40])
    foreign.write_text("notes")
    gone.unlink()
    check = atlas("--check", folder)
    assert check.returncode == 1
    assert "21 of 24 pictures are there; 1 missing, 1 broken, 1 foreign, 0 that belong to no plan." in check.stdout
    assert broken.name in check.stdout and foreign.name in check.stdout
    done = atlas(*FEW, "--out", folder)
    assert done.returncode == 0 and "3 of them new" in done.stderr
    kept = {path.name: path for path in (folder / "aside").iterdir()}
    assert len(kept) == 2 and any(path.read_bytes() == b"notes" for path in kept.values())
    mended = {name: bytes for name, bytes in files(folder).items() if not name.startswith("aside/")}
    assert mended == files(whole)


@pytest.fixture
def small_disk(tmp_path):
    """A disk with room for some pictures only."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "none", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk may be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_said_and_nothing_is_lost(small_disk, whole):
    folder = small_disk / "atlas"
    done = atlas(*FEW, "--out", folder)
    assert done.returncode == 2 and "the disk is full" in done.stderr, done.stderr
    check = atlas("--check", folder)
    assert check.returncode == 1 and "0 broken, 0 foreign" in check.stdout
    assert not list(folder.rglob("*.part"))
    subprocess.run(["mount", "-o", "remount,size=4m", small_disk], check=True)
    assert atlas(*FEW, "--out", folder).returncode == 0
    assert files(folder) == files(whole)


def test_a_disk_for_reading_only_is_said(small_disk, whole):
    subprocess.run(["mount", "-o", "remount,size=4m", small_disk], check=True)
    subprocess.run(["cp", "-r", whole, small_disk / "atlas"], check=True)
    pictures(small_disk / "atlas")[0].unlink()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    done = atlas(*FEW, "--out", small_disk / "atlas")
    assert done.returncode == 2 and "read-only" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and "Error" not in done.stderr
    assert atlas("--check", small_disk / "atlas").returncode == 1


def test_mistakes_are_said(tmp_path, whole):
    def errors(*arguments):
        done = atlas(*arguments)
        assert done.returncode not in (0, 1), done.stderr
        return done.stderr

    out = ("--out", tmp_path / "atlas")
    assert "Did you mean “blocks.*.mlp”" in errors("vit", "--layers", "blocks.*.mpl", *out)
    assert "their neurons are 0 to 191" in errors("vit", "--layers", "blocks.1.mlp", "--neurons", "500..<600", *out)
    assert "a range such as 0..<64" in errors("vit", "--neurons", "5..<2", *out)
    assert "Parts are counted from 0" in errors("vit", "--shard", "3/3", *out)
    assert "There is no atlas in" in errors("--check", tmp_path)
    assert "“vti”" in errors("vti", *out)
    assert "with another recipe" in errors(*FEW, "--steps", "7", "--out", whole)
    (tmp_path / "thesis.txt").touch()
    assert "something other than an atlas: “thesis.txt”" in errors(*FEW, "--out", tmp_path)
