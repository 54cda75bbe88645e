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

import families, other_families
from pattern import pattern

HERE = os.path.dirname(os.path.abspath(__file__))
LARGER = 24
LONG = (16, 48)
WIDE = (16, 24)     # height and width
LOW = (8, 24)


def outputs(case, picture):
    """Every module's output, under its name in the file's spelling, kept in the autograd graph."""
    found = {}
    def keep(name):
        def hook(module, inputs, output):
            if isinstance(output, tuple): output = output[0]
            # PyTorch 2.15's batch norm returns a wrong input gradient for a gradient that is stored channels last.
            if torch.is_tensor(output) and output.requires_grad: output.register_hook(lambda gradient: gradient.contiguous())
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
    return next((p.shape[0] for n, p in case.model.named_parameters() if p.ndim == 4), None)


def layout(case, name, value, width):
    """The output as tokens × features; None for what is no layer (dropouts, containers, maps of pixels)."""
    leaf = name.split(".")[-1]
    if "rope" in name: return None
    if name.endswith("attn_pool.q"): return None   # the query is no layer: it is the same for every picture
    if any(part in name for part in ("drop", "text_model", "pooler", "ls_", "patch_drop", "pos_drop", "rel_pos", "position_bias")): return None
    if leaf in ("fc_norm", "norm_pre", "pre_logits", "attn_drop", "q_norm", "k_norm") and not case.model.get_submodule(name).state_dict(): return None
    module = case.model.get_submodule(name)
    if isinstance(module, (torch.nn.Identity, torch.nn.Embedding, torch.nn.Dropout, torch.nn.Softmax)): return None
    other = other_families.layout(case, name, value)
    if other is not NotImplemented: return other
    if value.ndim == 4:
        # Maps of features; timm's embedding for pictures of any size has the features last.
        lastly = case.last(name) or name == "patch_embed" and value.shape[-1] == width
        value = value.flatten(1, 2) if lastly else value.flatten(2).transpose(1, 2)
    if isinstance(case.model, families.FeedForwardOnly) and leaf == "norm2": value = value.transpose(1, 2)
    if any(p in name for p in ("mlp_tokens", "linear_tokens", "gate.proj", "mlp2")) and value.ndim == 3: value = value.transpose(1, 2)
    return value


def attention(case, found):
    """Queries, keys, values and patterns under Vitrine's addresses, for the frameworks whose modules do not show them."""
    result = {}
    for name, value in found.items():
        # Where attention is computed in single steps, a module returns the pattern.
        if name.endswith("attn.attn_drop"): result[name.removesuffix("attn_drop") + "pattern"] = value
        if name.endswith("attn_pool.kv"):
            # A pooling can have another number of heads than the blocks: Perception Encoder's core B has 8 and 12.
            heads = case.model.get_submodule(name.removesuffix(".kv")).num_heads
            keys = value.chunk(2, -1)[0].unflatten(-1, (heads, -1)).transpose(1, 2)
            query = found[name.removesuffix("kv") + "q"][:, -1:].unflatten(-1, (heads, -1)).transpose(1, 2)
            pattern = (query @ keys.transpose(-1, -2) / query.shape[-1] ** .5).softmax(-1)[:, :, 0]
            # Special tokens that the query does not attend to get 0.
            missing = next(v for n, v in found.items() if n.endswith("blocks.1")).shape[1] - pattern.shape[-1]
            result["attn_pool.pattern"] = torch.nn.functional.pad(pattern, (missing, 0))
        if not name.endswith(("attn.qkv", "attn.q_proj")): continue
        address = name.rsplit(".", 1)[0]
        q, k, v = value.chunk(3, -1) if name.endswith("qkv") else [found[f"{address}.{part}_proj"] for part in "qkv"]
        block = int(address.split(".")[-2])
        split = lambda x: x.unflatten(-1, (case.heads, -1)).transpose(1, 2)
        turned, keys = case.turn(block, split(q)), case.turn(block, split(k))
        pattern = (turned @ keys.transpose(-1, -2) / split(q).shape[-1] ** .5).softmax(-1)
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
    middle = next((n for n in reversed(values) if n.endswith((".mlp", ".ffn", "mlp_channels", ".norm2", "layer_norm2", "gate.norm", "layernorm_after", "ln_2", ".1.net.0", "LayerNorm_2", "LayerNorm_1", "out_proj"))), list(values)[len(values) // 2])
    for name in {"output", middle} | {n for n in values if n.endswith("0.attn.queries") or n.endswith(("0.attn.pattern", "attn_pool.pattern"))}:
        seeded = (values[name] * pattern(tuple(values[name].shape), 2)).sum()
        reference["gradient." + name] = torch.autograd.grad(seeded, picture, retain_graph=True)[0]
    if case.larger:
        # In float32: a framework stretches positions in the weights' own precision.
        case.model.float()
        forward = case.larger(LARGER)
        reference["larger.output"] = forward(pattern((1, 3, LARGER, LARGER), 1).float()).detach()
    if case.long:
        case.model.float()
        reference["long.output"] = case.long(LONG)(pattern((1, 3, *LONG), 1).float()).detach()
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


if __name__ == "__main__":
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
