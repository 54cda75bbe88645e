"""Every transformer and mixer that timm and transformers can make, with random weights: what loads and agrees.

    python scripts/sweep.py EXECUTABLE [--only timm|transformers] [--kinds cait,xcit] [--containing TEXT]
                            [--one-of-each] [--table FILE]

Each architecture is made small where it allows (two blocks, a few patches; widths and heads stay as they are published),
saved as its framework saves it (`timm.models._hub.save_for_hf`, `save_pretrained`), loaded with the built kernel, and its
answer to a picture compared with its framework's: the largest difference over the largest number, as in `names.py`.

The table has a row for each of timm's files and each of transformers' model types, and three columns: agree, differ,
refused and why. `--one-of-each` takes the smallest architecture of each row (some minutes), `--kinds` some rows,
`--containing` names. Everything takes about three quarters of an hour on two cores. An architecture that could not be made,
or that takes more than a picture, is listed below the table. A difference ends with status 1.
"""
import argparse
import collections
import json
import pathlib
import shutil
import sys
import tempfile
import warnings

import numpy as np
import torch

import names

warnings.filterwarnings("ignore")
# Parameters above which an architecture is not made: it would take minutes, and a smaller one of its kind is there.
MOST = 450_000_000

# timm's files whose models mix tokens by attention or by layers over the tokens; hybrids with convolutions are among them.
TIMM = """
    beit cait coat convit convmixer crossvit davit deepseek_vit deit edgenext efficientformer efficientformer_v2
    efficientvit_mit efficientvit_msra eva fastvit focalnet gcvit gemma4_vit hiera hieradet_sam2 levit maxxvit metaformer
    mlp_mixer mobilevit mvitv2 naflexvit nest nextvit pit pvt_v2 qwen3_vit sequencer shvit swiftformer swin_transformer
    swin_transformer_v2 swin_transformer_v2_cr tiny_vit tnt twins vision_transformer vision_transformer_hybrid
    vision_transformer_relpos vision_transformer_sam visformer vitamin volo xcit
""".split()

Made = collections.namedtuple("Made", "kind name forward picture save")


def randomize(model):
    """Random numbers everywhere, batch norms' statistics among them."""
    names.randomize(model)
    generator = torch.Generator().manual_seed(2)
    for module in model.modules():
        if getattr(module, "running_var", None) is not None:
            module.running_mean.copy_(.2 * torch.randn(module.running_mean.shape, generator=generator))
            module.running_var.copy_(1 + .5 * torch.rand(module.running_var.shape, generator=generator))
    return model


# MARK: timm

def timm_models(arguments, unmade):
    import timm
    by_kind = collections.defaultdict(list)
    for name in timm.list_models():
        by_kind[timm.model_entrypoint(name).__module__.split(".")[-1]].append(name)
    for kind in TIMM:
        if arguments.kinds and kind not in arguments.kinds:
            continue
        found = [name for name in by_kind[kind] if arguments.containing in name]
        for name in smallest(found) if arguments.one_of_each else found:
            try:
                yield timm_model(kind, name)
            except Exception as problem:
                unmade.append((f"timm {name}", f"{type(problem).__name__}: {problem}"))


def smallest(found):
    """The architecture whose name says that it is the smallest; the first one where none says so."""
    words = ["test", "atto", "femto", "pico", "nano", "xxs", "xxtiny", "xxt", "xs", "xtiny", "ti", "tiny", "mini", "wee", "small", "s"]

    def rank(name):
        parts = "".join(" " if not letter.isalpha() else letter for letter in name).split()
        return min((words.index(part) for part in parts if part in words), default=len(words))
    return sorted(found, key=rank)[:1]


def timm_model(kind, name):
    """The architecture with two blocks on few patches if it can be made so, else as it is."""
    import timm
    from timm.models import _hub
    whole = timm.get_pretrained_cfg(name)
    size = whole.input_size[-1] if whole else 224
    # What is smaller, from the smallest on; the sizes are multiples of 32, of 28 for patches of 14, and of windows.
    depths = [{"depth": 2}, {"num_blocks": 2}, {"depths": (2, 2, 2, 2)}, {"depths": (1, 1, 1, 1)}, {"depths": (2, 2, 2)}, {"layers": (2, 2, 2, 2)}, {}]
    sides = [{"img_size": 64}, {"img_size": 56}, {"img_size": 112}, {"img_size": size}, {}]
    problem = None
    for depth in depths:
        for side in sides:
            try:
                with torch.device("meta"):
                    count = sum(p.numel() for p in timm.create_model(name, num_classes=7, **depth, **side).parameters())
                if count > MOST:
                    problem = problem or ValueError(f"{count / 1e6:.0f} million parameters")
                    continue
                model = randomize(timm.create_model(name, num_classes=7, **depth, **side))
                x = names.picture(side.get("img_size", size))
                with torch.no_grad():
                    answer = first(model(x))
                if not torch.isfinite(answer).all():
                    raise ValueError("random weights give numbers that are not finite")
            except Exception as error:
                problem = problem or error
                continue

            def save(folder, model=model):
                try:
                    _hub.save_for_hf(model, folder, safe_serialization=True)
                except RuntimeError:   # safetensors refuse modules that share their weights
                    _hub.save_for_hf(model, folder, safe_serialization=False)
            return Made(f"timm {kind}", name, lambda x, model=model: first(model(x)), x, save)
    raise problem or ValueError("it could not be made")


# MARK: transformers

def transformers_models(arguments, unmade):
    import transformers
    from transformers.models.auto import modeling_auto as auto
    classes = {}
    for table in ("MODEL_FOR_IMAGE_MAPPING_NAMES", "MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES", "MODEL_FOR_BACKBONE_MAPPING_NAMES"):
        for names_of_kind in getattr(auto, table, {}).values():
            for name in names_of_kind if isinstance(names_of_kind, tuple) else (names_of_kind,):
                classes[name] = None
    endings = ("VisionModel", "VisionModelWithProjection", "VisionTransformer")
    classes |= {name: None for name in dir(transformers) if name.endswith(endings)}
    # What has no tokens that are mixed by attention or by layers, or is no encoder of pictures.
    others = ("Detr", "Swin2SR", "Timm", "ResNet", "RegNet", "Bit", "EfficientNet", "MobileNet", "TextNet", "HGNet", "PPLCNet", "UVDoc",
              "ShieldGemma", "Video", "Vivit", "Timesformer", "TableTransformer", "ImageGPT", "Perceiver")
    seen = set()
    for name in sorted(classes):
        kind_class = getattr(transformers, name, None)
        if any(part in name for part in others) or kind_class is None or getattr(kind_class, "config_class", None) is None:
            continue
        kind = kind_class.config_class.model_type or name
        if arguments.kinds and kind not in arguments.kinds or arguments.containing not in name:
            continue
        if arguments.one_of_each and kind in seen:
            continue
        seen.add(kind)
        try:
            yield transformers_model(kind, name, kind_class)
        except Exception as problem:
            unmade.append((f"transformers {name}", f"{type(problem).__name__}: {problem}"))


def transformers_model(kind, name, kind_class):
    """The class with two small layers if its configuration can say so, else with its defaults."""
    small = dict(hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96, num_key_value_heads=4, head_dim=16)
    few = dict(num_hidden_layers=2, depth=2, num_layers=2)
    problem = None
    for settings in (small, few, {}):
        for patches in (4, 8, None):
            try:
                configuration = kind_class.config_class()
                part = getattr(configuration, "vision_config", configuration)
                changed = {key: value for key, value in settings.items() if isinstance(getattr(part, key, None), int)}
                if settings and isinstance(getattr(part, "depths", None), (list, tuple)):
                    changed["depths"] = [2] * len(part.depths)
                patch = getattr(part, "patch_size", 16)
                side = patch * patches if patches and isinstance(patch, int) else getattr(part, "image_size", 224)
                side = side if isinstance(side, int) else side[0]
                if patches and isinstance(getattr(part, "image_size", None), int):
                    side = changed["image_size"] = max(side, 32)
                if part is configuration:
                    # Made anew: what follows from the numbers, such as the names of stages, follows.
                    configuration = kind_class.config_class(**changed)
                else:
                    for key, value in changed.items():
                        setattr(part, key, value)
                configuration.num_labels = 7
                with torch.device("meta"):
                    count = sum(p.numel() for p in kind_class(configuration).parameters())
                if count > MOST:
                    raise ValueError(f"{count / 1e6:.0f} million parameters")
                model = randomize(kind_class(configuration))
                x = names.picture(side)
                given = {"noise": torch.arange(float((side // patch) ** 2))[None]} if kind == "vit_mae" else {}
                if given:
                    model.config.mask_ratio = 0.0
                with torch.no_grad():
                    answer = first(model(x, **given))
                if not torch.isfinite(answer).all():
                    raise ValueError("random weights give numbers that are not finite")
            except Exception as error:
                problem = problem or error
                continue
            return Made(
                f"transformers {kind}", name, lambda x, model=model, given=given: first(model(x, **given)), x,
                lambda folder, model=model: model.save_pretrained(folder))
    raise problem or ValueError("it could not be made")


def first(output):
    """What a model answers with: logits, an embedding, its tokens or its last map."""
    if torch.is_tensor(output):
        return output
    for name in ("logits", "image_embeds", "last_hidden_state"):
        if hasattr(output, "get") and output.get(name) is not None:
            return output[name]
    if hasattr(output, "get") and output.get("feature_maps"):
        return output["feature_maps"][-1]
    if isinstance(output, (tuple, list)) and torch.is_tensor(output[0]):
        return output[0]
    raise ValueError("no output that is known")


# MARK: Comparing

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("executable", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--only", choices=["timm", "transformers"])
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=[])
    parser.add_argument("--containing", default="")
    parser.add_argument("--one-of-each", action="store_true")
    parser.add_argument("--table", default="build/sweep.md")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    home = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-sweep."))
    kernel, served, rows, unmade = names.Kernel(arguments.executable, home), 0, [], []
    try:
        for source, models in (("timm", timm_models), ("transformers", transformers_models)):
            if arguments.only not in (None, source):
                continue
            for made in models(arguments, unmade):
                with torch.no_grad():
                    expected = np.asarray(made.forward(made.picture)[0].float())
                np.save(home / "x.npy", made.picture.numpy())
                folder = home / "model"
                folder.mkdir()
                try:
                    made.save(folder)
                except Exception as problem:
                    unmade.append((f"{made.kind} {made.name}", f"not saved: {problem}"))
                    shutil.rmtree(folder)
                    continue
                served += 1
                if served % 40 == 0 or kernel.process.poll() is not None:
                    kernel.process.kill()
                    kernel = names.Kernel(arguments.executable, home)
                outcome, why = names.compare(kernel, folder, home, expected)
                if why.startswith("shape") and expected.ndim == 3:
                    # A map, channels first or last; ours are tokens × features.
                    for tokens in (expected.reshape(len(expected), -1).T, expected.reshape(-1, expected.shape[-1])):
                        if outcome not in ("agrees", "noted"):
                            outcome, why = names.compare(kernel, folder, home, tokens)
                rows.append((made.kind, made.name, outcome, why))
                print("  ".join(rows[-1]), flush=True)
                shutil.rmtree(folder)
    finally:
        kernel.process.kill()
        shutil.rmtree(home)
    write_table(rows, unmade, pathlib.Path(arguments.table))
    sys.exit(any(row[2] in ("differs", "said", "ended") for row in rows))


def write_table(rows, unmade, path):
    """The table as markdown, in a file and on standard output."""
    kinds = collections.defaultdict(lambda: {"agree": [], "differ": [], "refused": collections.defaultdict(list)})
    for kind, name, outcome, why in rows:
        if outcome in ("agrees", "noted"):
            kinds[kind]["agree"].append(name)
        elif outcome == "refused":
            kinds[kind]["refused"][reason(why)].append(name)
        else:
            kinds[kind]["differ"].append(f"{name} ({'ended the kernel' if outcome == 'ended' else why.split(' ')[0]})")
    counts = collections.Counter("agree" if row[2] in ("agrees", "noted") else "refused" if row[2] == "refused" else "differ" for row in rows)
    lines = [f"{len(rows)} architectures: {counts['agree']} agree, {counts['differ']} differ, {counts['refused']} are refused.", "",
             "| | agree | differ | refused and why |", "|:---|:---|:---|:---|"]
    for kind, found in kinds.items():
        refused = "<br>".join(f"{', '.join(names_of_reason)}: {why}" for why, names_of_reason in found["refused"].items())
        lines.append(f"| {kind} | {listed(found['agree'])} | {listed(found['differ'])} | {refused} |")
    if unmade:
        lines += ["", "Not made here, or takes more than a picture:", ""]
        lines += [f"- {name}: {why.splitlines()[0][:160]}" for name, why in unmade]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


def listed(names_of_cell):
    return f"**{len(names_of_cell)}**: {', '.join(names_of_cell)}" if names_of_cell else ""


def reason(why):
    """The first sentences of a refusal, without the path of the file."""
    words = why.replace("|", "/")
    for part in words.split("“"):
        if "vitrine-sweep." in part:
            words = words.replace(f"“{part.split('”')[0]}”", "the file")
    return words[:260] + ("…" if len(words) > 260 else "")


if __name__ == "__main__":
    main()
