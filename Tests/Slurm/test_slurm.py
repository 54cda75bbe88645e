"""Atlases on a real Slurm cluster of two nodes on this machine, compared byte for byte with one made without Slurm."""
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
VITRINE = ROOT / ".build" / "release" / "vitrine"
CLUSTER = pathlib.Path(__file__).with_name("cluster.sh")
WANTED = ["vit", "--layers", "blocks.*.mlp", "--neurons", "0..<4", "--steps", "60", "--size", "48"]
ACTIVATIONS = [
    "vit", "--layers", "blocks.8", "--activations", ROOT / "notebooks" / "photographs", "--side", "4", "--steps", "8", "--size", "48"]
# Fewer than a task could make in a second would leave no time to disturb it.
SLOW = ["vit", "--layers", "blocks.7.mlp", "--neurons", "0..<64", "--steps", "128"]

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="a cluster of one's own wants root"),
    pytest.mark.skipif(not shutil.which("slurmctld"), reason="Slurm is not installed: scripts/install-system-packages slurm"),
]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slurm")
    subprocess.run([CLUSTER, "start", folder], check=True, timeout=120)
    os.environ["SLURM_CONF"] = str(folder / "slurm.conf")
    os.environ["VITRINE_CACHE"] = "off"
    yield folder
    subprocess.run([CLUSTER, "stop", folder], check=False)


def vitrine(*arguments, **options):
    return subprocess.run(
        [VITRINE, "atlas", *map(str, arguments)], capture_output=True, text=True, timeout=900, **options)


def begin(*arguments):
    return subprocess.Popen([VITRINE, "atlas", *map(str, arguments)], stderr=subprocess.PIPE, text=True)


def files(folder):
    """What an atlas consists of, whoever made it."""
    kept = ("pictures", "data", "sheets", "index.html")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] in kept}


@pytest.fixture(scope="session")
def alone(tmp_path_factory):
    """The same atlas, made without Slurm, by two threads."""
    folder = tmp_path_factory.mktemp("alone") / "atlas"
    done = vitrine(*WANTED, "--out", folder, env={**os.environ, "VITRINE_THREADS": "2"})
    assert done.returncode == 0, done.stderr
    return folder


def wait(what, condition, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come about in {seconds} seconds")


def tasks_at_work(atlas):
    """The processes that render for an atlas."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if len(words) > 1 and words[1] == b"atlas" and str(atlas).encode() in words and b"--slurm" not in words:
            found.append(int(process.name))
    return found


def test_the_atlas_is_that_of_one_machine(cluster, alone, tmp_path):
    done = vitrine(*WANTED, "--out", tmp_path / "atlas", "--slurm", "--shards", 5)
    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "atlas") == files(alone)
    assert vitrine("--check", tmp_path / "atlas").returncode == 0
    assert "Slurm's job" in done.stderr


def test_an_activation_atlas_is_that_of_one_machine(cluster, tmp_path):
    done = vitrine(*ACTIVATIONS, "--out", tmp_path / "alone")
    assert done.returncode == 0, done.stderr
    done = vitrine(*ACTIVATIONS, "--out", tmp_path / "atlas", "--slurm", "--shards", 3)
    assert done.returncode == 0, done.stderr
    assert "Slurm's job" in done.stderr
    assert files(tmp_path / "atlas") == files(tmp_path / "alone") != {}
    assert vitrine("--check", tmp_path / "atlas").returncode == 0


def test_a_second_order_has_nothing_to_do(cluster, alone, tmp_path):
    shutil.copytree(alone, tmp_path / "atlas")
    done = vitrine(*WANTED, "--out", tmp_path / "atlas", "--slurm", "--shards", 2)
    assert done.returncode == 0, done.stderr
    assert "all of them there already" in done.stderr
    assert files(tmp_path / "atlas") == files(alone)


def test_a_killed_task_is_tried_again(cluster, tmp_path):
    atlas = tmp_path / "atlas"
    order = begin(*SLOW, "--out", atlas, "--slurm", "--shards", 2)
    victim = wait("a task", lambda: tasks_at_work(atlas))[0]
    wait("a claim", lambda: list(atlas.glob("claims/*.run")))
    os.kill(victim, signal.SIGKILL)
    errors = order.communicate(timeout=900)[1]
    assert order.returncode == 0, errors
    assert "submitted again" in errors and "Tasks failed on n" in errors
    assert vitrine("--check", atlas).returncode == 0


def test_a_drained_node_is_done_without(cluster, tmp_path):
    atlas = tmp_path / "atlas"
    order = begin(*SLOW, "--out", atlas, "--slurm", "--shards", 6)
    wait("a task", lambda: tasks_at_work(atlas))
    try:
        subprocess.run(["scontrol", "update", "nodename=n2", "state=drain", "reason=test"], check=True)
        errors = order.communicate(timeout=900)[1]
        assert order.returncode == 0, errors
        assert vitrine("--check", atlas).returncode == 0
        nodes = [path.read_text().split()[1] for path in atlas.glob("slurm/*_*.ended")]
        assert nodes.count("n1") > nodes.count("n2")
    finally:
        subprocess.run(["scontrol", "update", "nodename=n2", "state=resume"], check=True)


def test_a_part_that_always_fails_is_given_up(cluster, alone, tmp_path):
    atlas = tmp_path / "atlas"
    # A folder in the place of a picture, which no picture can replace.
    picture = next(path for path in sorted(files(alone)) if path.startswith("pictures/"))
    (atlas / picture).mkdir(parents=True)
    (atlas / picture / "in the way").touch()
    shutil.copy(alone / "vitrine-atlas.json", atlas)
    done = vitrine(*WANTED, "--out", atlas, "--slurm", "--shards", 4, "--tries", 2)
    assert done.returncode == 1, done.stderr
    assert "was tried 2 times and ended with status 2" in done.stderr
    assert "Tasks failed on n" in done.stderr
    # The others are there, and the pages show them.
    check = vitrine("--check", atlas)
    assert check.returncode == 1 and "1 missing" in check.stdout
    assert (atlas / "data" / "atlas.js").exists()


def test_an_interrupted_order_leaves_its_jobs(cluster, tmp_path):
    atlas = tmp_path / "atlas"
    order = begin(*WANTED, "--out", atlas, "--slurm", "--shards", 2)
    wait("the jobs", lambda: list(atlas.glob("slurm/pages.sh")))
    time.sleep(2)
    order.send_signal(signal.SIGINT)
    assert order.wait(60) == 130
    wait("the pages", lambda: (atlas / "data" / "atlas.js").exists())
    assert vitrine("--check", atlas).returncode == 0


def test_without_slurm_it_says_what_to_do(tmp_path):
    done = vitrine(*WANTED, "--out", tmp_path / "atlas", "--slurm", env={**os.environ, "PATH": "/nowhere"})
    assert done.returncode == 2 and "sbatch" in done.stderr and "slurm-client" in done.stderr
    assert not (tmp_path / "atlas").exists()
