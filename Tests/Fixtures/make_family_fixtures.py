"""Writes one tiny model of each family as its framework saves it, and what its framework computes with it.

    python make_family_fixtures.py [NAME…]                      the committed fixtures, or some of them
    python make_family_fixtures.py --full NAME --to FOLDER      one model of published size, for `make parity`
    python make_family_fixtures.py --list

`families/NAME/` gets `model.safetensors` (or `model.npz`), the JSON files that the framework puts beside it, and
`reference.safetensors`, computed in float64: `output.MODULE` for every module whose output is a tensor, under the
module's own name; `output.ADDRESS` for queries, keys, values and attention patterns; `gradient.NAME`, the picture's
gradient of that output weighed by a pattern; `larger.*`, the framework's answer to a picture of another size; `wide.*`, that to
a picture which is not square; `low.*`, that to one which is lower than a window; `rectangle.*`,
that to one of a size of its own.
"""
import argparse, json, os, shutil
import numpy as np, torch
from safetensors.torch import save_file

import families
from pattern import pattern

HERE = os.path.dirname(os.path.abspath(__file__))
LARGER = 24
WIDE = (16, 24)     # height and width
LOW = (8, 24)


def outputs(case, picture):
    """Every module's output, under its name in the file's spelling, kept in the autograd graph."""
    found = {}
    def keep(name):
        def hook(module, inputs, output):
            if isinstance(output, tuple): output = output[0]
            # A copy: what comes next may write over it.
            if torch.is_tensor(output): found[name] = output.clone()
        return hook
    handles = [m.register_forward_hook(keep(n)) for n, m in case.model.named_modules() if n]
    answer = case.forward(picture)
    for handle in handles: handle.remove()
    width = found_width(case)
    result = {}
    for name, value in found.items():
        spelt = case.rename(name)
        kept = case.layout(name, value) if case.layout else layout(case, name, value, width)
        if spelt and kept is not None: result[spelt] = kept
    result |= case.attention(found) if case.attention else attention(case, found)
    result["output"] = answer
    if case.features: result["embedding"] = case.features(picture)
    return result


def found_width(case):
    return next(p.shape[0] for n, p in case.model.named_parameters() if p.ndim == 4)


def layout(case, name, value, width):
    """The output as tokens × features; None for what is no layer (dropouts, containers, maps of pixels)."""
    leaf = name.split(".")[-1]
    if any(part in name for part in ("drop", "text_model", "pooler", "ls_", "patch_drop", "pos_drop", "rel_pos", "position_bias")): return None
    if leaf in ("fc_norm", "norm_pre", "pre_logits", "attn_drop", "q_norm", "k_norm") and not case.model.get_submodule(name).state_dict(): return None
    module = case.model.get_submodule(name)
    if isinstance(module, torch.nn.Identity) or isinstance(module, torch.nn.Embedding): return None
    if value.ndim == 4: value = value.flatten(1, 2) if case.last(name) else value.flatten(2).transpose(1, 2)
    if isinstance(case.model, families.FeedForwardOnly) and leaf == "norm2": value = value.transpose(1, 2)
    if any(p in name for p in ("mlp_tokens", "linear_tokens", "gate.proj", "mlp2")) and value.ndim == 3: value = value.transpose(1, 2)
    return value


def attention(case, found):
    """Queries, keys, values and patterns under Vitrine's addresses, for the frameworks whose modules do not show them."""
    result = {}
    for name, value in found.items():
        # Where attention is computed in single steps, a module returns the pattern.
        if name.endswith("attn.attn_drop"): result[name.removesuffix("attn_drop") + "pattern"] = value
        if not name.endswith("attn.qkv"): continue
        address = name.removesuffix(".qkv")
        q, k, v = value.chunk(3, -1)
        split = lambda x: x.unflatten(-1, (case.heads, -1)).transpose(1, 2)
        pattern = (split(q) @ split(k).transpose(-1, -2) / split(q).shape[-1] ** .5).softmax(-1)
        pattern = found.get(f"{address}.attn_drop", pattern)
        if case.rename(name) == name or case.kind == "npz":
            result |= {f"{address}.queries": q, f"{address}.keys": k, f"{address}.values": v, f"{address}.pattern": pattern}
    return result


def write(case, to):
    folder = f"{to}/{case.name}"
    shutil.rmtree(folder, ignore_errors=True); os.makedirs(folder)
    tensors = {k: v.detach().float().contiguous() for k, v in case.tensors().items() if v.is_floating_point()}
    if case.kind == "npz":
        np.savez(f"{folder}/model.npz", **{k: v.numpy() for k, v in tensors.items()})
    else:
        save_file(tensors, f"{folder}/model.safetensors", metadata={"config": json.dumps(case.config)} if case.config else None)
    for name, value in case.beside.items():
        with open(f"{folder}/{name}", "w") as f: json.dump(value, f, indent=1, default=str)

    case.model.double()
    picture = pattern((1, 3, case.size, case.size), 1).requires_grad_()
    values = outputs(case, picture)
    for parameter in case.model.parameters(): parameter.requires_grad_(False)
    reference = {"output." + n: v.detach() for n, v in values.items()}
    middle = next((n for n in reversed(values) if n.endswith((".mlp", "mlp_channels", ".norm2", "layer_norm2", "gate.norm", "layernorm_after", "ln_2", "LayerNorm_2", "LayerNorm_1"))), list(values)[len(values) // 2])
    for name in {"output", middle} | {n for n in values if n.endswith("0.attn.queries") or n.endswith("0.attn.pattern")}:
        seeded = (values[name] * pattern(tuple(values[name].shape), 2)).sum()
        reference["gradient." + name] = torch.autograd.grad(seeded, picture, retain_graph=True)[0]
    if case.larger:
        # In float32: a framework stretches positions in the weights' own precision.
        case.model.float()
        forward = case.larger(LARGER)
        reference["larger.output"] = forward(pattern((1, 3, LARGER, LARGER), 1).float()).detach()
    if case.wide:
        case.model.float()
        reference["wide.output"] = case.wide(WIDE)(pattern((1, 3, *WIDE), 1).float()).detach()
    if case.low:
        reference["low.output"] = case.low(LOW)(pattern((1, 3, *LOW), 1).float()).detach()
    if case.rectangle:
        case.model.double()
        reference["rectangle.size"] = torch.tensor(case.rectangle)
        reference["rectangle.output"] = case.forward(pattern((1, 3, *case.rectangle), 1)).detach()
    save_file({k: v.detach().float().contiguous() for k, v in reference.items()}, f"{folder}/reference.safetensors",
              metadata={k: str(v) for k, v in families.VERSIONS.items()})
    print(case.name, len(reference), "values")


parser = argparse.ArgumentParser()
parser.add_argument("names", nargs="*"); parser.add_argument("--full"); parser.add_argument("--to", default=f"{HERE}/families"); parser.add_argument("--list", action="store_true")
arguments = parser.parse_args()
if arguments.list:
    print("\n".join(families.full()))
elif arguments.full:
    write(families.full()[arguments.full](), arguments.to)
else:
    for build in families.tiny():
        case = build()
        if not arguments.names or case.name in arguments.names: write(case, arguments.to)
