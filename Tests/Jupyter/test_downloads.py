"""One cache for two programs: Python's huggingface_hub finds what `vitrine download` fetched, and the other way round."""
import json
import os
import pathlib
import random
import subprocess
import sys

import pytest
from jupyter_client.kernelspec import KernelSpecManager

import hub as hubs
from conftest import KERNEL

NAME = "somebody/vit-tiny"
FILES = {
    "config.json": json.dumps({"model_type": "vit", "hidden_size": 16}).encode(),
    "preprocessor_config.json": b"{}",
    "model.safetensors": random.Random(1).randbytes(300_000),
    "README.md": b"---\nlicense: mit\n---\n",
}


@pytest.fixture
def serve(request):
    """Starts a hub with `FILES`."""
    def start(**options):
        hub = hubs.Hub(NAME, FILES, large=["model.safetensors"], **options)
        request.addfinalizer(hub.close)
        return hub

    return start


@pytest.fixture
def environment_of(tmp_path):
    """The environment of a program that knows the hub and a cache of the test's own."""
    def variables(hub, **more):
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "TRANSFORMERS_"))
                and not key.lower().endswith("_proxy")}
        return kept | {"HF_HOME": str(tmp_path / "huggingface"), "HF_ENDPOINT": hub.url} | more

    return variables


@pytest.fixture
def snapshot(tmp_path):
    return tmp_path / "huggingface" / "hub" / "models--somebody--vit-tiny" / "snapshots" / hubs.COMMIT


def vitrine(*arguments):
    """The command line of `vitrine download`."""
    argv = KernelSpecManager().get_kernel_spec(KERNEL).argv
    executable = argv[argv.index("kernel") - 1]
    return [executable, "download", *arguments]


def python(code):
    """The command line of a Python that has imported huggingface_hub's functions and prints `code`'s value."""
    return [sys.executable, "-c", f"""if True:
        import json
        from huggingface_hub import hf_hub_download, scan_cache_dir, snapshot_download, try_to_load_from_cache
        from huggingface_hub import _CACHED_NO_EXIST
        print(json.dumps({code}))"""]


def output(command, environment):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_python_finds_what_vitrine_fetched(serve, environment_of, snapshot):
    hub = serve()
    assert output(vitrine(NAME), environment_of(hub)) == str(snapshot)
    assert hub.fetched("model.safetensors") == 1
    offline = environment_of(hub, HF_HUB_OFFLINE="1")
    for file in ("config.json", "preprocessor_config.json", "model.safetensors"):
        path = json.loads(output(python(f"hf_hub_download({NAME!r}, {file!r})"), offline))
        assert path == str(snapshot / file)
        assert pathlib.Path(path).read_bytes() == FILES[file]
    # Also that there is no such file is in the cache.
    lacks = python(f"try_to_load_from_cache({NAME!r}, 'open_clip_config.json') is _CACHED_NO_EXIST")
    assert output(lacks, offline) == "true"
    # With a network, Python asks whether it is still the newest, and fetches nothing.
    before = len(hub.requests)
    path = json.loads(output(python(f"hf_hub_download({NAME!r}, 'model.safetensors')"), environment_of(hub)))
    assert path == str(snapshot / "model.safetensors")
    assert hub.requests[before:] == [("HEAD", "model.safetensors")]


def test_pythons_own_survey_of_the_cache_has_no_complaints(serve, environment_of):
    hub = serve()
    output(vitrine(NAME), environment_of(hub))
    code = """[[str(warning) for warning in scan_cache_dir().warnings],
        [(repo.repo_id, repo.repo_type, sorted(repo.refs), sorted(file.file_name for revision in repo.revisions
          for file in revision.files)) for repo in scan_cache_dir().repos]]"""
    complaints, repositories = json.loads(output(python(code), environment_of(hub)))
    assert complaints == []
    assert repositories == [
        [NAME, "model", ["main"], ["config.json", "model.safetensors", "preprocessor_config.json"]]
    ]


@pytest.mark.parametrize("offline", [False, True])
def test_vitrine_finds_what_python_fetched(serve, environment_of, snapshot, offline):
    hub = serve()
    files = ["config.json", "preprocessor_config.json", "model.safetensors"]
    for file in files:
        output(python(f"hf_hub_download({NAME!r}, {file!r})"), environment_of(hub))
    before = len(hub.requests)
    environment = environment_of(hub, HF_HUB_OFFLINE="1") if offline else environment_of(hub)
    assert output(vitrine(NAME), environment) == str(snapshot)
    assert len(hub.requests) == before


def test_vitrine_adds_what_python_did_not_need(serve, environment_of, snapshot):
    hub = serve()
    output(python(f"hf_hub_download({NAME!r}, 'model.safetensors')"), environment_of(hub))
    assert output(vitrine(NAME), environment_of(hub)) == str(snapshot)
    assert hub.fetched("model.safetensors") == 1 and hub.fetched("config.json") == 1
    assert (snapshot / "config.json").read_bytes() == FILES["config.json"]


@pytest.mark.parametrize("first", ["python", "vitrine"])
def test_both_at_once_fetch_it_once(serve, environment_of, snapshot, first):
    hub = serve(slow=0.2)
    commands = [python(f"hf_hub_download({NAME!r}, 'model.safetensors')"), vitrine(NAME)]
    if first == "vitrine":
        commands.reverse()
    running = []
    for command in commands:
        running.append(subprocess.Popen(
            command, env=environment_of(hub), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        while not running[1:] and not hub.fetched("model.safetensors"):
            assert running[0].poll() is None, running[0].communicate()
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    assert hub.fetched("model.safetensors") == 1
    assert (snapshot / "model.safetensors").read_bytes() == FILES["model.safetensors"]


def test_errors_are_words_and_a_status(serve, environment_of):
    hub = serve()
    done = subprocess.run(vitrine("somebody/else"), env=environment_of(hub), capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "“somebody/else” could not be downloaded: there is no such repository" in done.stderr


def test_interrupt_keeps_what_came(serve, environment_of, snapshot):
    hub = serve(slow=0.3)
    process = subprocess.Popen(vitrine(NAME), env=environment_of(hub), stderr=subprocess.PIPE, text=True)
    weights = FILES["model.safetensors"]
    partial = snapshot.parents[1] / "blobs" / f"{hubs.tag(weights, True)}.incomplete"
    while not (partial.exists() and partial.stat().st_size):
        assert process.poll() is None, process.communicate()
    process.send_signal(2)
    _, errors = process.communicate(timeout=60)
    assert process.returncode != 0 and "Interrupted." in errors
    assert 0 < partial.stat().st_size < len(weights)
    hub.slow = 0
    assert output(vitrine(NAME), environment_of(hub)) == str(snapshot)
    assert (snapshot / "model.safetensors").read_bytes() == weights
    assert not partial.exists()
