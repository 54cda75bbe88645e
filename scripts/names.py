"""Names of tensors as people have them: how many files of small random weights are loaded and agree with their framework.

    python scripts/names.py EXECUTABLE [--only timm|open_clip|transformers|wrappers] [--containing TEXT] [--table FILE]

Makes one block of every vision transformer and mixer that timm, open_clip and transformers know by name, at its
published width and number of heads and on a few patches, saves it as its framework does with its configuration beside
it ("configured") and as bare weights under a name that says nothing ("bare"), and one small transformer under the
wrappers that training programs put around names. Each is loaded with the built kernel; the largest difference of its
output from PyTorch's over the largest output says whether it agrees: 1e-5, or 1e-4 for outputs that are differences of
large numbers. What is refused says why, what was assumed is said by a note.

A difference without a note is a fault; the script then ends with status 1.

Made with PyTorch 2.15.0, timm 1.0.31, open_clip 3.3.0, transformers 5.23.0.
"""
import argparse
import collections
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import torch

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
WIDEST = 1280


class Kernel:
    """The kernel over lines of JSON."""

    def __init__(self, executable, folder):
        environment = dict(os.environ, HOME=str(folder), VITRINE_CACHE=str(folder / "cache"), VITRINE_HISTORY=":memory:",
                           HF_HUB_OFFLINE="1")
        self.process = subprocess.Popen(
            [executable, "kernel", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, env=environment,
            stderr=subprocess.DEVNULL, text=True)
        self.count = 0

    def run(self, code):
        """The error of a cell or None, and what it wrote to stderr."""
        self.count += 1
        message = {"channel": "shell", "header": {"msg_id": str(self.count), "msg_type": "execute_request"},
                   "content": {"code": code}}
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        notes = ""
        while True:
            line = self.process.stdout.readline()
            if not line:
                return "the kernel ended", notes
            answer = json.loads(line)
            kind = answer["header"]["msg_type"]
            if kind == "stream" and answer["content"]["name"] == "stderr":
                notes += answer["content"]["text"]
            if kind == "execute_reply" and answer["parent_header"].get("msg_id") == str(self.count):
                content = answer["content"]
                return (content.get("evalue") if content["status"] == "error" else None), notes


def randomize(model, seed=0):
    """Numbers that make every part count: LayerScale, biases, positions and classifiers start at zero in places."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            fan = max(parameter[0].numel(), 1) if parameter.ndim > 1 else 1
            if name.endswith("weight") and parameter.ndim == 1:
                parameter.copy_(1 + 0.1 * noise)
            elif parameter.ndim > 1 and "token" not in name and "pos" not in name:
                parameter.copy_(noise * (1.5 / fan) ** 0.5)
            elif parameter.ndim == 0:
                continue
            else:
                parameter.copy_(0.3 * noise)
    return model.eval()


def picture(size):
    height, width = size if isinstance(size, (tuple, list)) else (size, size)
    return torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(1))


# MARK: What there is

def timm_models(containing):
    import timm
    from timm.models import _hub
    from safetensors.torch import save_file
    patterns = ["vit_*", "deit*", "flexivit*", "mixer*", "gmixer*", "resmlp*", "gmlp*", "beit*", "eva*", "test_vit*"]
    for name in timm.list_models(patterns):
        if containing and containing not in name:
            continue
        try:
            whole = timm.create_model(name, pretrained=False, depth=1, num_classes=7) if "mixer" not in name and \
                "mlp" not in name else timm.create_model(name, pretrained=False, num_blocks=1, num_classes=7)
        except Exception:
            continue
        width = getattr(whole, "embed_dim", 0) or whole.num_features
        if width > WIDEST:
            continue
        try:
            patch = whole.patch_embed.patch_size[0] if hasattr(whole, "patch_embed") else whole.stem.patch_size[0]
            options = {"img_size": 4 * patch, "num_classes": 7}
            options["depth" if hasattr(whole, "patch_embed") else "num_blocks"] = 1
            model = randomize(timm.create_model(name, pretrained=False, **options))
        except Exception:
            continue

        def save(folder, model=model, name=name, side=4 * patch):
            weights = {key: value.clone().contiguous() for key, value in model.state_dict().items()}
            save_file(weights, folder / "model.safetensors")
            configuration = dict(model.pretrained_cfg, input_size=(3, side, side), num_classes=7)
            _hub.save_config_for_hf(model, folder / "config.json", model_config={"pretrained_cfg": configuration})

        yield f"timm {name}", model, picture(4 * patch), save


def open_clip_models(containing):
    import open_clip
    from safetensors.torch import save_file
    for name in open_clip.list_models():
        configuration = copy.deepcopy(open_clip.get_model_config(name))
        vision, text = configuration["vision_cfg"], configuration["text_cfg"]
        if containing and containing not in name or "layers" not in vision or isinstance(vision["layers"], list) \
                or "timm_model_name" in vision or "hf_model_name" in text or vision["width"] > WIDEST:
            continue
        vision |= {"layers": 1, "image_size": 4 * vision["patch_size"]}
        text |= {"layers": 1, "vocab_size": 50, "context_length": 8}
        if text.get("tokenizer_kwargs") or text.get("text_mask"):
            continue
        try:
            precise = {key: value for key, value in configuration.items() if key not in ("custom_text",)}
            if configuration.get("custom_text") or "multimodal_cfg" in configuration:
                continue
            model = randomize(open_clip.CLIP(**precise))
        except Exception:
            continue

        def save(folder, model=model, configuration=configuration):
            save_file({key: value.clone().contiguous() for key, value in model.state_dict().items()},
                      folder / "open_clip_model.safetensors")
            (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": configuration, "preprocess_cfg": {}}))

        visual = lambda x, model=model: model.encode_image(x)
        yield f"open_clip {name}", visual, picture(vision["image_size"]), save


def transformers_models(containing):
    import transformers as t
    small = dict(hidden_size=64, num_hidden_layers=1, num_attention_heads=4, intermediate_size=96, image_size=32,
                 patch_size=8)
    text = dict(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48, vocab_size=50,
                max_position_embeddings=8)
    kinds = [
        ("ViTModel", "ViTConfig", {}), ("ViTForImageClassification", "ViTConfig", {"num_labels": 7}),
        ("ViTForMaskedImageModeling", "ViTConfig", {}), ("DeiTModel", "DeiTConfig", {}),
        ("DeiTForImageClassification", "DeiTConfig", {"num_labels": 7}),
        ("DeiTForImageClassificationWithTeacher", "DeiTConfig", {"num_labels": 7}),
        ("Dinov2Model", "Dinov2Config", {}), ("Dinov2ForImageClassification", "Dinov2Config", {"num_labels": 7}),
        ("Dinov2Backbone", "Dinov2Config", {}),
        ("Dinov2WithRegistersModel", "Dinov2WithRegistersConfig", {}),
        ("Dinov2WithRegistersForImageClassification", "Dinov2WithRegistersConfig", {"num_labels": 7}),
        ("DINOv3ViTModel", "DINOv3ViTConfig", {}), ("ViTMAEModel", "ViTMAEConfig", {"mask_ratio": 0.0}),
        ("ViTMSNModel", "ViTMSNConfig", {}), ("ViTMSNForImageClassification", "ViTMSNConfig", {"num_labels": 7}),
        ("IJepaModel", "IJepaConfig", {}), ("IJepaForImageClassification", "IJepaConfig", {"num_labels": 7}),
        ("BeitModel", "BeitConfig", {}), ("BeitForImageClassification", "BeitConfig", {"num_labels": 7}),
        ("Data2VecVisionModel", "Data2VecVisionConfig", {}), ("SiglipVisionModel", "SiglipVisionConfig", {}),
        ("Siglip2VisionModel", "Siglip2VisionConfig", {}), ("CLIPVisionModel", "CLIPVisionConfig", {}),
        ("CLIPVisionModelWithProjection", "CLIPVisionConfig", {"projection_dim": 24}),
        ("AltCLIPVisionModel", "AltCLIPVisionConfig", {}), ("ChineseCLIPVisionModel", "ChineseCLIPVisionConfig", {}),
        ("GitVisionModel", "GitVisionConfig", {}), ("BlipVisionModel", "BlipVisionConfig", {}),
        ("Blip2VisionModel", "Blip2VisionConfig", {}), ("YolosModel", "YolosConfig", {}),
        ("PixioModel", "PixioConfig", {}), ("VitPoseBackbone", "VitPoseBackboneConfig", {}),
        ("ViTHybridModel", "ViTHybridConfig", {}), ("AIMv2VisionModel", "Aimv2VisionConfig", {}),
    ]
    for kind, configuration, options in kinds:
        if containing and containing not in kind or not hasattr(t, kind) or not hasattr(t, configuration):
            continue
        for act in ("", "gelu_new", "relu"):
            # MAE's encoder shuffles its patches by random numbers, also where it keeps them all: in the order of numbers it does not.
            given = {"noise": torch.arange(16.0)[None]} if kind == "ViTMAEModel" else {}
            try:
                settings = small | options | ({"hidden_act": act} if act else {})
                model = randomize(getattr(t, kind)(getattr(t, configuration)(**settings)))
                with torch.no_grad():
                    result(model(picture(32), **given))
            except Exception as problem:
                print(f"(transformers {kind}: not made, {str(problem)[:80]})", file=sys.stderr)
                break
            save = lambda folder, model=model: model.save_pretrained(folder)
            forward = lambda x, model=model, given=given: result(model(x, **given))
            yield f"transformers {kind}{' ' + act if act else ''}", forward, picture(32), save
    if not containing or containing in "CLIPModel":
        model = randomize(t.CLIPModel(t.CLIPConfig(vision_config=small, text_config=text, projection_dim=24)))
        visual = lambda x: model.visual_projection(model.vision_model(x).pooler_output)
        yield "transformers CLIPModel", visual, picture(32), lambda folder: model.save_pretrained(folder)


def result(output):
    """What a model of transformers answers with."""
    for name in ("logits", "image_embeds", "last_hidden_state"):
        if name in output and output[name] is not None:
            return output[name]
    raise ValueError("no output that is known")


def wrapped_models(containing):
    """One transformer of the commonest width under everything that is put around names."""
    import timm
    from safetensors.torch import save_file
    model = randomize(timm.create_model("vit_tiny_patch16_224", depth=2, img_size=64, num_classes=7))
    plain = model.state_dict()
    prefixes = ["module.", "_orig_mod.", "model.", "vit.", "encoder.", "model.encoder.", "base_model.", "backbone.",
                "image_encoder.", "visual.trunk.", "net.0.", "_forward_module.", "model._orig_mod.module.", "x.y.z.",
                "base_model.model.", "student.backbone.", "teacher.module.", "timm_model.", "feature_extractor.vit."]
    inside = ["_orig_mod.", "_checkpoint_wrapped_module.", "_fsdp_wrapped_module.", "module.", "_fpw_module.",
              "_fsdp_wrapped_module._checkpoint_wrapped_module.", "_checkpoint_wrapped_module._orig_mod.", "layer."]
    keys = ["model", "state_dict", "model_state", "model_state_dict", "weights", "net", "network", "params", "ema_model",
            "model_ema", "state_dict_ema", "generator_weights", "best", "checkpoint.model", "teacher"]
    cases = {f"prefix {prefix}": {prefix + name: tensor for name, tensor in plain.items()} for prefix in prefixes}
    for wrapper in inside:
        def wrap(name, wrapper=wrapper):
            parts = name.split(".", 2)
            return f"blocks.{parts[1]}.{wrapper}{parts[2]}" if parts[0] == "blocks" else name
        cases[f"in blocks {wrapper}"] = {wrap(name): tensor for name, tensor in plain.items()}
    for wrapper in inside[:5]:
        cases[f"in attention {wrapper}"] = {
            name.replace(".attn.", f".attn.{wrapper}"): tensor for name, tensor in plain.items()}
    cases["counters"] = plain | {"num_batches_tracked": torch.tensor(3), "position_ids": torch.arange(5)[None],
                                 "epoch": torch.tensor([3])}
    files = {}
    for case, tensors in cases.items():
        files[case] = lambda folder, tensors=tensors: save_file(
            {name: tensor.clone().contiguous() for name, tensor in tensors.items()}, folder / "saved.safetensors")
        files[case + ", PyTorch"] = lambda folder, tensors=tensors: torch.save(tensors, folder / "saved.pth")
    for key in keys:
        def save(folder, key=key, **options):
            nested = plain
            for part in reversed(key.split(".")):
                nested = {part: nested, "epoch": 3}
            nested["optimizer"] = {"state": {0: {"exp_avg": torch.zeros(2)}}, "param_groups": [{"lr": 0.1}]}
            torch.save(nested, folder / "saved.pth", **options)
        files[f"key {key}"] = save
        for protocol in (4, 5):
            files[f"key {key}, old form, protocol {protocol}"] = lambda folder, save=save, protocol=protocol: save(
                folder, pickle_protocol=protocol, _use_new_zipfile_serialization=False)
    for name, save in files.items():
        if not containing or containing in name:
            yield f"wrapper {name}", model, picture(64), save


# MARK: Comparing

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("executable", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--only", choices=["timm", "open_clip", "transformers", "wrappers"])
    parser.add_argument("--containing", default="")
    parser.add_argument("--table", default="build/names.md")
    arguments = parser.parse_args()
    sources = {"timm": timm_models, "open_clip": open_clip_models, "transformers": transformers_models,
               "wrappers": wrapped_models}
    home = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-names."))
    kernel, served = Kernel(arguments.executable, home), 0
    rows = []
    try:
        for source, models in sources.items():
            if arguments.only not in (None, source):
                continue
            for name, model, x, save in models(arguments.containing):
                with torch.no_grad():
                    expected = np.asarray(model(x)[0].float())
                np.save(home / "x.npy", x.numpy())
                folder = home / "model"
                folder.mkdir()
                save(folder)
                ways = {"configured": folder} if source != "wrappers" else {}
                file = max((path for path in folder.iterdir() if path.suffix in (".safetensors", ".pth")),
                           key=lambda path: path.stat().st_size)
                bare = home / f"weights{file.suffix}"
                shutil.copy(file, bare)
                ways["bare"] = bare
                for way, path in ways.items():
                    served += 1
                    if served % 60 == 0 or kernel.process.poll() is not None:
                        kernel.process.kill()
                        kernel = Kernel(arguments.executable, home)
                    rows.append((source, name, way, *compare(kernel, path, home, expected)))
                    print("  ".join(rows[-1][1:]), flush=True)
                bare.unlink()
                shutil.rmtree(folder)
    finally:
        kernel.process.kill()
        shutil.rmtree(home)
    write_table(rows, pathlib.Path(arguments.table))
    sys.exit(any(row[3] in ("differs", "ended") for row in rows))


def compare(kernel, path, home, expected):
    """agrees, noted (agrees, with a note), said (differs, with a note), differs, refused, ended; and why."""
    target = home / "y.npy"
    target.unlink(missing_ok=True)
    error, notes = kernel.run(f'let m = load("{path}")')
    notes = notes.strip().replace("\n", " ")
    if error:
        return ("ended" if "kernel ended" in error else "refused"), error.replace("\n", " ")
    error, _ = kernel.run('m.output(tensor("x.npy")).save("y.npy")')
    if error:
        return ("ended" if "kernel ended" in error else "refused"), error.replace("\n", " ")
    found = np.load(target)
    found = found[0] if found.ndim == expected.ndim + 1 and found.shape[0] == 1 else found
    if found.shape != expected.shape:
        return ("said" if notes else "differs"), f"shape {found.shape}, PyTorch {expected.shape}. {notes}"
    distance = float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-30))
    if distance <= 1e-5 or distance <= 1e-4 and np.abs(expected).max() < 1e-2:
        return ("noted" if notes else "agrees"), f"{distance:.1e} {notes}"
    return ("said" if notes else "differs"), f"{distance:.1e} {notes}"


def write_table(rows, path):
    kinds = ["agrees", "noted", "said", "refused", "differs", "ended"]
    words = ["agree, no note", "agree, with a note", "differ, with a note", "refused", "differ silently", "end the kernel"]
    counts = collections.Counter((source, way, outcome) for source, _, way, outcome, _ in rows)
    lines = ["| names of | | files | " + " | ".join(words) + " |", "|:---|:---|---:|" + "---:|" * len(words)]
    for source, way in sorted({row[0:3:2] for row in rows}):
        numbers = [counts[source, way, kind] for kind in kinds]
        lines.append(f"| {source} | {way} | {sum(numbers)} | " + " | ".join(map(str, numbers)) + " |")
    lines += ["", "| model | | outcome | |", "|:---|:---|:---|:---|"]
    for _, name, way, outcome, why in rows:
        if outcome != "agrees":
            lines.append(f"| {name} | {way} | {outcome} | {why[:220].replace('|', '/')} |")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    print("\n".join(lines[:2 + len({row[0:3:2] for row in rows})]))


if __name__ == "__main__":
    main()
