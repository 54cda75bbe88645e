"""Pictures made on the spot, models of two blocks, a few steps: pack.py, train.py and check.py from end to end.

    python -m pytest training                what it needs: README.md, and pytest
"""
import json
import os
import pathlib
import subprocess
import sys
from types import SimpleNamespace

import pytest

torch = pytest.importorskip("torch")
timm = pytest.importorskip("timm")
numpy = pytest.importorskip("numpy")
Image = pytest.importorskip("PIL.Image")
safetensors = pytest.importorskip("safetensors")
pytest.importorskip("safetensors.torch")

HERE = pathlib.Path(__file__).parent
CLASSES = {"n01440764": "tench", "n02088364": "beagle"}
SMALL = ["--size", "32", "--dim", "24", "--depth", "2", "--batch", "4", "--save-every", "1", "--test-every", "1000", "--workers", "1"]


KEYS = {
    "vit": {"cls_token": [1, 1, 24], "pos_embed": [1, 5, 24], "patch_embed.proj.weight": [24, 3, 16, 16],
            "blocks.1.attn.qkv.weight": [72, 24], "blocks.1.mlp.fc2.weight": [24, 96], "norm.weight": [24], "head.weight": [2, 24]},
    "mixer": {"stem.proj.weight": [24, 3, 16, 16], "blocks.1.mlp_tokens.fc1.weight": [12, 4],
              "blocks.1.mlp_channels.fc1.weight": [96, 24], "norm.weight": [24], "head.weight": [2, 24]},
    "ffmixer": {"cls_token": [1, 1, 24], "pos_encoding.pos_embed": [1, 24, 2, 2], "pos_encoding.cls_pos_embed": [1, 1, 24],
                "patch_embed.proj.weight": [24, 3, 16, 16], "blocks.1.mlp1.fc1.weight": [96, 24], "blocks.1.mlp2.fc1.weight": [20, 5],
                "norm.weight": [24], "head.weight": [2, 24]},
}


def run(script, *arguments):
    out = subprocess.run([sys.executable, HERE / script, *map(str, arguments)], capture_output=True, text=True)
    assert out.returncode == 0, out.stderr
    return out.stdout


def train(packed, out, *arguments, models=("vit", "mixer", "ffmixer")):
    return run("train.py", "--data", packed, "--out", out, "--models", *models, *SMALL, *arguments)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Ten photographs of noise of each of two classes in `train`, four in `val`, two of those held out."""
    folder = tmp_path_factory.mktemp("images")
    noise = numpy.random.default_rng(0)
    for split, count in (("train", 10), ("val", 4)):
        for label in CLASSES:
            (folder / split / label).mkdir(parents=True)
            for i in range(count):
                pixels = noise.integers(0, 255, (40, 50, 3)).astype("uint8")
                Image.fromarray(pixels).save(folder / split / label / f"picture_{2 * i}.JPEG")
    return folder


@pytest.fixture(scope="module")
def packed(folder):
    run("pack.py", folder / "packed", folder, "--side", "36", "--workers", "1")
    return folder / "packed"


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """Three more classes in the other layout, two of them new; smaller pictures."""
    folder = tmp_path_factory.mktemp("others")
    noise = numpy.random.default_rng(1)
    (folder / "val/images").mkdir(parents=True)
    labels = ["n01440764", "n00000001", "n00000002"]
    for label in labels:
        (folder / "train" / label / "images").mkdir(parents=True)
        for i in range(6):
            pixels = noise.integers(0, 255, (16, 16, 3)).astype("uint8")
            Image.fromarray(pixels).save(folder / "train" / label / "images" / f"{label}_{i}.JPEG")
            if i == 0:
                Image.fromarray(pixels).save(folder / "val/images" / f"val_{label}.JPEG")
    (folder / "val/val_annotations.txt").write_text("".join(f"val_{label}.JPEG\t{label}\t0\t0\t9\t9\n" for label in labels))
    return folder


@pytest.fixture(scope="module")
def also(folder, others):
    run("pack.py", others / "packed", others, "--without", folder, "--side", "16", "--workers", "1")
    return others / "packed"


@pytest.fixture(scope="module")
def four_steps(packed, also, tmp_path_factory):
    """What three models are after four steps in one go."""
    out = tmp_path_factory.mktemp("whole")
    train(packed, out, "--also", also, "--steps", 4)
    return out


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    """A file of random weights of the teacher's shape."""
    torch.manual_seed(3)
    weights = tmp_path_factory.mktemp("teacher") / "teacher.safetensors"
    model = timm.create_model("deit_tiny_patch16_224")
    safetensors.torch.save_file({key: values.half() for key, values in model.state_dict().items()}, weights)
    return weights


@pytest.fixture(scope="module")
def taught(packed, teacher):
    run("teach.py", packed, teacher, "--size", "48")
    return packed


def state(folder, name):
    return torch.load(folder / f"{name}.state")


def same(one, other):
    """Whether two states are equal to the last bit, the seconds left aside."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one if k != "seconds")
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def test_one_picture_in_four_of_val_is_held_out(packed):
    counts = {}
    for split in ("train", "test"):
        with safetensors.safe_open(packed / f"{split}-0.safetensors", "numpy") as file:
            counts[split] = len(file.get_tensor("labels"))
            assert json.loads(file.metadata()["classes"]) == list(CLASSES.values())
    assert counts == {"train": 24, "test": 4}


def test_classes_of_another_set_are_left_out_when_packing(also):
    with safetensors.safe_open(also / "train-0.safetensors", "numpy") as file:
        assert json.loads(file.metadata()["classes"]) == ["n00000001", "n00000002"]
        assert sorted(file.get_tensor("labels").tolist()) == [0] * 7 + [1] * 7
    assert not (also / "test-0.safetensors").exists()


def test_a_run_that_was_stopped_ends_as_one_that_was_not(packed, also, four_steps, tmp_path):
    train(packed, tmp_path, "--also", also, "--steps", 2)
    halfway = {name: state(tmp_path, name) for name in KEYS}
    train(packed, tmp_path, "--also", also, "--steps", 4)
    for name in KEYS:
        assert halfway[name]["step"] == 2 and state(tmp_path, name)["step"] == 4
        assert same(state(tmp_path, name), state(four_steps, name))
        assert not same(halfway[name]["model"], state(four_steps, name)["model"])


def test_a_teacher_is_asked_about_every_picture_once(taught):
    said = safetensors.torch.load_file(taught / "taught.safetensors")
    assert {key: list(values.shape) for key, values in said.items()} == {"tokens": [24, 3, 3, 192], "readout": [24, 192]}
    for values in said.values():
        assert values.float().mean(-1).abs().max() < 1e-3 and (values.float().var(-1, correction=0) - 1).abs().max() < 1e-2


def test_a_crop_learns_what_the_teacher_says_of_its_place():
    from images import show
    rows = torch.arange(16.).view(1, 1, 4, 4)
    whole, flipped, corner = (torch.tensor([crop]) for crop in (
        [[1., 0, 0], [0, 1, 0]], [[-1., 0, 0], [0, 1, 0]], [[.5, 0, -.5], [0, .5, .5]]))
    assert torch.equal(show(rows, whole, 4), rows)
    assert torch.equal(show(rows, flipped, 4), rows.flip(-1))
    assert torch.equal(show(rows, corner, 2), rows[..., 2:, :2]), "the lower left quarter"


def test_imitation_is_learned_and_goes_on_after_a_stop(taught, tmp_path):
    models = ["vit", "mixer", "ffmixer"]
    train(taught, tmp_path / "whole", "--imitate", 2, "--steps", 4)
    train(taught, tmp_path / "parts", "--imitate", 2, "--steps", 2)
    before = {name: state(tmp_path / "parts", name)["pupil"] for name in models}
    train(taught, tmp_path / "parts", "--imitate", 2, "--steps", 4)
    for name in models:
        whole = state(tmp_path / "whole", name)
        assert same(state(tmp_path / "parts", name), whole) and not same(before[name], whole["pupil"])
        with safetensors.safe_open(tmp_path / f"whole/{name}.safetensors", "pt") as file:
            assert json.loads(file.metadata()["config"])["training"]["teacher"] == "deit_tiny_patch16_224"
            assert {key: file.get_slice(key).get_shape() for key in KEYS[name]} == KEYS[name], "the pupil's maps are not written"


def test_the_stream_is_what_the_models_compute():
    sys.path.insert(0, str(HERE))
    from models import build, stream
    for name in KEYS:
        model = build(dict(architecture=name, image_size=32, patch_size=16, embed_dim=24, depth=2, num_heads=3, num_classes=2)).eval()
        x = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
        states = stream(model, x)
        assert len(states) == 3
        assert torch.allclose(model.forward_head(model.norm(states[-1])), model(x), atol=1e-6)


def test_the_teacher_of_crops_is_the_published_model_at_another_size(teacher):
    sys.path.insert(0, str(HERE))
    from teacher import Teacher, unlike
    asked = Teacher(teacher, "deit_tiny_patch16_224", 224, ["tench", "beagle"], "cpu")
    model = timm.create_model("deit_tiny_patch16_224").eval()
    model.load_state_dict({key: values.float() for key, values in safetensors.torch.load_file(teacher).items()})
    x = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    states, logits = asked(x)
    with torch.no_grad():
        expected = model(x)[:, [0, 162]]  # tench, beagle
    assert states.shape == (1, 13, 197, 192)
    assert (logits - expected).abs().max() < .03 * expected.abs().max() + .01  # bfloat16
    small, _ = Teacher(teacher, "deit_tiny_patch16_224", 32, ["tench"], "cpu")(x[..., :32, :32])
    assert small.shape == (1, 13, 5, 192)
    one, two = torch.randn(2, 4, 5, 6, generator=torch.Generator().manual_seed(2))
    assert unlike(one, one) == 0
    assert abs(unlike(torch.zeros_like(two) + two.mean((0, 1)), two).item() - 1) < .06  # 19 of 20 degrees of freedom


def test_blocks_learn_apart_and_then_together(packed, teacher, tmp_path):
    options = ("--teacher", teacher, "--dim", 192, "--depth", 12, "--lr", ".001", "--warmup", 1, "--noise", 0, "--mix", 0)
    learned = {}
    for weights in ("1", "0"):
        out = train(packed, tmp_path / weights, *options, "--layers", weights, "--soft", 1, "--apart", 5 if weights == "1" else 0,
                    "--steps", 8, "--test-every", 1)
        learned[weights] = [float(line.split("unlike ")[1].split()[0]) for line in out.splitlines() if line.startswith("vit ")]
    assert learned["1"][4] < learned["1"][0]
    assert learned["0"] == [0] * 8
    assert state(tmp_path / "1", "mixer")["step"] == 8


def test_what_a_teacher_says_last_is_learned_and_goes_on_after_a_stop(packed, teacher, tmp_path):
    options = ("--teacher", teacher, "--last", 1, "--batch", 12, "--lr", ".003", "--warmup", 1, "--noise", 0, "--mix", 0)
    out = train(packed, tmp_path / "whole", *options, "--steps", 16, "--test-every", 1)
    train(packed, tmp_path / "parts", *options, "--steps", 5)
    train(packed, tmp_path / "parts", *options, "--steps", 16)
    for name in KEYS:
        missed = [float(line.split("unlike ")[1].split()[0]) for line in out.splitlines() if line.startswith(name + " ")]
        assert sum(missed[-4:]) < sum(missed[:4]), name
        assert same(state(tmp_path / "parts", name), state(tmp_path / "whole", name)), name
        with safetensors.safe_open(tmp_path / f"whole/{name}.safetensors", "pt") as file:
            assert json.loads(file.metadata()["config"])["training"]["teacher"] == "deit_tiny_patch16_224"
            assert {key: file.get_slice(key).get_shape() for key in KEYS[name]} == KEYS[name], "the pupil's maps are not written"


def test_one_who_says_what_the_teacher_says_is_not_unlike_it(packed, teacher):
    from teacher import Teacher
    from train import Run
    asked = Teacher(teacher, "deit_tiny_patch16_224", 32, list(CLASSES.values()), "cpu")
    states, logits = asked(torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(1)))
    run = Run.__new__(Run)
    run.data, run.far = SimpleNamespace(teacher=asked), torch.zeros(())
    his = asked.model.norm(states[:, -1, 0].float())
    assert run.unlike_last((None, his), states[:, -1]).item() == 0 and run.far == 0
    assert (asked.model.head(his)[:, asked.classes] - logits).abs().max() < .1  # bfloat16
    # The mean of what is said misses the whole variance (three quarters of its estimate from four), and answers as that mean does.
    mean = his.mean(0, keepdim=True).expand_as(his)
    answers, asked = (asked.model.head(v).log_softmax(-1) for v in (mean, his))
    expected = (asked.exp() * (asked - answers)).sum(-1).mean()
    assert torch.allclose(run.unlike_last((None, mean), states[:, -1]), run.far + expected, rtol=1e-4)
    assert abs(run.far - .75) < .01


def test_models_inherit_what_a_teacher_has(packed, teacher, tmp_path):
    from teacher import Teacher
    small = ("--teacher", teacher, "--dim", 192, "--depth", 12, "--inherit")
    train(packed, tmp_path, *small, "--steps", 0, models=["vit", "mixer", "ffmixer"])
    asked = Teacher(teacher, "deit_tiny_patch16_224", 32, list(CLASSES.values()), "cpu")
    x = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    begun = {name: state(tmp_path, name)["model"] for name in ("vit", "mixer", "ffmixer")}
    model = timm.models.vision_transformer.VisionTransformer(img_size=32, embed_dim=192, depth=12, num_heads=3, num_classes=2).eval()
    model.load_state_dict(begun["vit"])
    with torch.no_grad():
        expected = asked.model(x)[:, asked.classes]
        assert torch.allclose(model(x), expected, atol=1e-5)  # the same network, with the answers for fewer classes
    theirs = asked.model.state_dict()
    assert torch.equal(begun["mixer"]["blocks.3.mlp_channels.fc1.weight"], theirs["blocks.3.mlp.fc1.weight"])
    assert torch.equal(begun["ffmixer"]["blocks.3.norm1.weight"], theirs["blocks.3.norm2.weight"])
    assert begun["mixer"]["blocks.3.mlp_tokens.fc2.weight"].count_nonzero() == begun["ffmixer"]["blocks.3.mlp2.fc2.weight"].count_nonzero() == 0
    train(packed, tmp_path, *small, "--steps", 1, models=["vit"])
    with safetensors.safe_open(tmp_path / "vit.safetensors", "pt") as file:
        config = json.loads(file.metadata()["config"])
    assert config["training"]["begins_from"] == "deit_tiny_patch16_224" and "Apache" in config["licence"]
    assert "teacher" not in config["training"]  # it was not asked about a picture
    # What goes on from these weights still begins from the teacher's.
    train(packed, tmp_path / "on", "--dim", 192, "--depth", 12, "--start", tmp_path, "--steps", 1, models=["vit"])
    with safetensors.safe_open(tmp_path / "on" / "vit.safetensors", "pt") as file:
        config = json.loads(file.metadata()["config"])
    assert config["training"]["begins_from"] == "deit_tiny_patch16_224" and "Apache" in config["licence"]


def test_a_teacher_of_another_width_is_refused(packed, teacher, tmp_path):
    for options, words in ((("--layers", 1), "need a --teacher"), (("--last", 1), "need a --teacher"),
                           (("--last", 1, "--imitate", 1, "--teacher", teacher), "give one of them"), (("--layers", 1, "--teacher", teacher), "width and depth"),
                           (("--inherit", "--teacher", teacher), "width and depth")):
        out = subprocess.run([sys.executable, HERE / "train.py", "--data", packed, "--out", tmp_path, "--models", "vit", *SMALL,
                              *map(str, options)], capture_output=True, text=True)
        assert out.returncode != 0 and words in out.stderr, out.stderr


def test_a_shallow_run_is_stacked_upon_itself(packed, tmp_path):
    shallow = ["--depth", "1", "--steps", "2"]
    train(packed, tmp_path / "one", *shallow, models=["vit"])
    train(packed, tmp_path / "two", "--grow", tmp_path / "one", "--steps", "0", models=["vit"])
    one, two = (state(tmp_path / folder, "vit") for folder in ("one", "two"))
    assert two["step"] == 0 and two["seen"] == one["seen"] and two["grown"] == "1 blocks after 2 steps"
    for key, values in two["model"].items():
        added = key.startswith("blocks.1.") and key.split(".")[-2] in ("fc2", "proj")
        assert torch.equal(values, one["model"][key.replace("blocks.1.", "blocks.0.")] * (.5 if added else 1)), key


def test_finished_weights_are_a_start(packed, four_steps, tmp_path):
    train(packed, tmp_path, "--start", four_steps, "--steps", "0", models=["vit"])
    weights = safetensors.torch.load_file(four_steps / "vit.safetensors")
    start = state(tmp_path, "vit")
    assert start["step"] == 0 and start["seen"][0] == 7, "a third of an epoch"
    assert all(torch.equal(values, weights[key].float()) for key, values in start["model"].items())
    assert start["grown"].startswith("weights of ") and start["grown"].endswith(" % after 0.3 epochs")


def test_a_start_learns_classes_besides(packed, also, four_steps, tmp_path):
    train(packed, tmp_path, "--start", four_steps, "--also", also, "--steps", 0)
    for name in KEYS:
        finished, start = safetensors.torch.load_file(four_steps / f"{name}.safetensors"), state(tmp_path, name)["model"]
        assert len(finished["head.weight"]) == 2 and len(start["head.weight"]) == len(start["head.bias"]) == 4
        assert all(torch.equal(start[key][:2], finished[key].float()) for key in ("head.weight", "head.bias"))


def test_steps_under_noise_count_on_from_the_weights_that_a_run_starts_from(packed, tmp_path):
    def record(out, *arguments):
        train(packed, tmp_path / out, *arguments, models=["mixer"])
        with safetensors.safe_open(tmp_path / out / "mixer.safetensors", "pt") as file:
            return json.loads(file.metadata()["config"])["training"]
    assert "noise_steps" not in record("calm", "--steps", 2, "--noise", 0)
    assert record("noisy", "--start", tmp_path / "calm", "--steps", 3)["noise_steps"] == 3
    # A cooldown may begin from finished weights, too.
    cooled = record("cooled", "--start", tmp_path / "noisy", "--cooldown", 2)
    assert cooled["noise_steps"] == 5 and cooled["cooldown_steps"] == 2 and cooled["epochs"] > 1
    # Where every step was under noise there is nothing to tell apart.
    assert "noise_steps" not in record("all", "--steps", 1)
    assert "noise_steps" not in record("on", "--start", tmp_path / "all", "--steps", 1)
    # Noise is not forgotten by a run without it, nor are the steps without it counted.
    for begun, strongest, steps in (("noisy", .5, 3), ("all", .5, 1)):
        later = record(f"{begun} later", "--start", tmp_path / begun, "--noise", 0, "--steps", 2)
        assert later["noise"] == strongest and later["noise_steps"] == steps
        again = record(f"{begun} later", "--noise", 0, "--steps", 3)
        assert again["noise"] == strongest and again["noise_steps"] == steps
    assert "noise" not in record("calm again", "--start", tmp_path / "calm", "--noise", 0, "--steps", 1)
    # A calm run that goes on from its own state under noise was not under it all along.
    assert record("calm again", "--steps", 4)["noise_steps"] == 3


def test_weights_of_another_size_are_no_start(packed, four_steps, tmp_path):
    out = subprocess.run([sys.executable, HERE / "train.py", "--data", packed, "--out", tmp_path, "--models", "vit", *SMALL, "--depth", "1",
                          "--dim", "12", "--start", four_steps], capture_output=True, text=True)
    assert out.returncode != 0 and "other tensors" in out.stderr


def test_noise_differs_from_picture_to_picture_and_has_the_strength_that_was_asked_for():
    from images import add_noise
    torch.manual_seed(0)
    noise = add_noise(torch.full((400, 3, 16, 16), .5), .4) - .5
    deviations = noise.flatten(1).std(1)
    assert deviations.max() < .43 and deviations.min() < .02 and abs(deviations.mean() - .2) < .02 and abs(noise.mean()) < .01
    assert torch.equal(add_noise(torch.ones(2, 3, 4, 4), 0), torch.ones(2, 3, 4, 4))


def test_adversarial_pictures_are_worse_and_near(packed, tmp_path):
    """The loss on what is learned from is higher than on the batch itself, and no value is moved farther than asked for."""
    train(packed, tmp_path / "plain", "--steps", 2, models=["vit"])
    train(packed, tmp_path / "harder", "--steps", 2, "--adversarial", .02, models=["vit"])
    assert not same(state(tmp_path / "plain", "vit")["model"], state(tmp_path / "harder", "vit")["model"])
    with safetensors.safe_open(tmp_path / "harder/vit.safetensors", "pt") as file:
        assert json.loads(file.metadata()["config"])["training"]["adversarial"] == .02

    from types import SimpleNamespace
    from train import Run
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * 8 * 8, 2))
    std = torch.tensor([.229, .224, .225]).view(1, 3, 1, 1)
    data = SimpleNamespace(std=std, parts=lambda: [(slice(0, 4), slice(0, 2))])
    run = SimpleNamespace(a=SimpleNamespace(seed=0, adversarial=.02, smoothing=0), step=0, data=data, device="cpu", model=model)
    run.distance = lambda *given: Run.distance(run, *given)
    x, y, partner, share = torch.randn(4, 3, 8, 8), torch.tensor([0, 1, 0, 1]), torch.arange(4), torch.ones(4)
    worse = Run.worse(run, x, y, partner, share)
    assert ((worse - x).abs() <= .02 / std * 1.001).all()
    with torch.no_grad(): assert run.distance(model(worse), y, partner, share) > run.distance(model(x), y, partner, share)


def test_a_model_alone_learns_what_it_learns_beside_others(packed, also, four_steps, tmp_path):
    train(packed, tmp_path, "--also", also, "--steps", 4, models=["ffmixer"])
    assert same(state(tmp_path, "ffmixer"), state(four_steps, "ffmixer"))


def test_a_cooldown_ends_elsewhere_and_leaves_the_run_as_it_was(packed, four_steps, tmp_path):
    before = {name: state(four_steps, name) for name in ("vit", "mixer")}
    train(packed, tmp_path, "--cooldown", .75, "--from", four_steps, models=before)
    for name in before:
        assert same(before[name], state(four_steps, name))
        end = state(tmp_path, name)
        assert (end["step"], end["falls"], end["seen"]) == (7, (4, 3), [4 * 2 + 3 * 4, 4 * 2])
        assert before[name]["model"]["head.weight"].shape[0] == 4 and end["model"]["head.weight"].shape[0] == 2
        rates = {group["lr"] for optimizer in end["optimizers"] for group in optimizer["param_groups"]}
        assert len(rates) == 1 and rates.pop() == pytest.approx(2e-3 * 7 / 200 / 3), "a third of what the rise had come to"


def test_each_model_has_the_rate_that_was_asked_for_it(packed, tmp_path):
    out = train(packed, tmp_path, "--lr", ".001", ".004", "--warmup", 1, "--steps", 1, models=["vit", "mixer"])
    assert "step 1 " in out
    for name, rate in (("vit", .001), ("mixer", .004)):
        assert {group["lr"] for optimizer in state(tmp_path, name)["optimizers"] for group in optimizer["param_groups"]} == {rate}
    out = subprocess.run([sys.executable, HERE / "train.py", "--data", packed, "--out", tmp_path, "--models", "vit", *SMALL, "--lr", ".001", ".004"],
                         capture_output=True, text=True)
    assert out.returncode != 0 and "one for each of --models" in out.stderr


def test_nothing_to_cool_down_is_said(packed, tmp_path):
    out = subprocess.run([sys.executable, HERE / "train.py", "--data", packed, "--out", tmp_path, "--models", "vit", *SMALL, "--cooldown", "3"],
                         capture_output=True, text=True)
    assert out.returncode != 0 and "there is no vit.state" in out.stderr


@pytest.mark.parametrize("name", KEYS)
def test_written_weights(four_steps, name):
    with safetensors.safe_open(four_steps / f"{name}.safetensors", "pt") as file:
        assert {key: file.get_slice(key).get_shape() for key in KEYS[name]} == KEYS[name]
        assert all(file.get_slice(key).get_dtype() == "F16" for key in file.keys())
        config = json.loads(file.metadata()["config"])
    assert config["architecture"] == name and config["classes"] == list(CLASSES.values())
    numbers = ("image_size", "patch_size", "embed_dim", "depth", "num_heads", "mlp_ratio", "num_classes", "resize")
    assert [config[key] for key in numbers] == [32, 16, 24, 2, 3, 4, 2, 36]
    assert len(config["mean"]) == len(config["std"]) == 3 and config["interpolation"] == "bicubic" and "ImageNet" in config["licence"]
    record = config["training"]
    assert (record["steps"], record["images"], record["test_images"], record["seed"]) == (4, 24, 4, 0)
    assert record["beside"] == "8 pictures of Tiny-ImageNet" and "cooldown_steps" not in record and 0 <= record["test_accuracy"] <= 1


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_those_of_the_built_in_model(four_steps, name):
    shipped = HERE.parent / "Sources/Engine/Resources" / f"{name}.safetensors"
    places = []
    for path in (shipped, four_steps / f"{name}.safetensors"):
        with safetensors.safe_open(path, "pt") as file:
            places.append({key for key in file.keys() if not key.startswith("blocks.") or key.startswith("blocks.1.")})
    assert places[0] == places[1]


def test_check_measures_what_was_recorded(folder, four_steps):
    report = run("check.py", four_steps / "vit.safetensors", "--images", folder)
    assert " of 4 (recorded " in report and "tench" in report


def test_magnitudes_fall_where_there_is_no_detail(tmp_path):
    across = numpy.linspace(0, 255, 300).astype("uint8")
    smooth = numpy.broadcast_to(across[None, :, None], (300, 300, 3)).copy()
    for i in range(2):
        Image.fromarray(smooth if i else smooth.transpose(1, 0, 2)).save(tmp_path / f"{i}.JPEG")
    rows = [list(map(float, line.split())) for line in run("magnitudes.py", tmp_path, 2).splitlines()]
    frequencies, brightness = [row[0] for row in rows], [row[1] for row in rows]
    assert frequencies == sorted(frequencies) and all(len(row) == 4 for row in rows)
    assert brightness[0] > 20 * brightness[-1]


def test_the_recipe_for_a_gpu_runs_through(packed, also, teacher, tmp_path):
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed/twenty").symlink_to(packed), (tmp_path / "packed/tiny").symlink_to(also)
    settings = {"DATA": tmp_path / "packed", "OUT": tmp_path / "weights", "PYTHON": sys.executable, "FLAGS": " ".join(SMALL),
                "TEACHER": teacher, "MAIN": "0.03"}
    out = subprocess.run(["sh", HERE / "recipe.sh"], capture_output=True, text=True, env={**os.environ, **{k: str(v) for k, v in settings.items()}})
    assert out.returncode == 0, out.stderr
    for name in KEYS:
        with safetensors.safe_open(tmp_path / f"weights/{name}.safetensors", "pt") as file:
            record = json.loads(file.metadata()["config"])["training"]
        assert record["teacher"] == "deit_tiny_patch16_224" and record["cooldown_steps"] >= 1 and record["beside"].endswith("of Tiny-ImageNet")
