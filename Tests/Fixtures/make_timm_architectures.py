"""Writes what timm's functions set for each vision transformer and its files do not say: `timm-architectures.json`.

    python make_timm_architectures.py

Made with timm 1.0.31. Only of blocks that are computed here: attention, then an MLP.
"""
import json
import pathlib

import timm
import torch
from timm.layers.pos_embed_sincos import RotaryEmbeddingDinoV3, RotaryEmbeddingMixed
from timm.models.eva import Eva, EvaBlock, EvaBlockPostNorm
from timm.models.vision_transformer import Block, ResPostBlock

ACTIVATIONS = {"GELU": "gelu", "GELUTanh": "tanhGELU", "QuickGELU": "quickGELU", "SiLU": "silu"}


def rotary(model):
    """Rotary positions in the words of `TimmArchitectureTests`. A reference that is the grid of the positions is called so."""
    rope, grid = model.rope, tuple(model.patch_embed.grid_size)
    kind = {RotaryEmbeddingMixed: "learned", RotaryEmbeddingDinoV3: "centered"}.get(type(rope), "counted")
    facts = {"kind": kind, "columnsFirst": rope.grid_indexing == "xy", "halves": model.blocks[0].attn.rotate_half}
    if kind != "learned": facts["temperature"] = rope.temperature
    if kind == "counted":
        reference = rope.ref_feat_shape and tuple(rope.ref_feat_shape)
        facts |= {"offset": rope.grid_offset, "reference": reference, "isOwnGrid": reference == grid}
    return facts


def main():
    facts = {}
    names = [name for module in ("vision_transformer", "deit", "eva") for name in timm.list_models(module=module)]
    for name in names:
        with torch.device("meta"):
            model = timm.create_model(name)
        block = model.blocks[0]
        if type(block) not in (Block, ResPostBlock, EvaBlock, EvaBlockPostNorm) or "sapiens2" in name:
            continue
        # Norms without a bias (AIMv2) and norms inside of the parts (BEiT-3) are not computed here.
        is_eva = type(model) is Eva
        if getattr(block.norm1, "bias", None) is None or not (is_eva or isinstance(block.attn.norm, torch.nn.Identity)):
            continue
        facts[name] = {
            "width": model.embed_dim, "heads": block.attn.num_heads, "epsilon": block.norm1.eps,
            "activation": ACTIVATIONS[type(block.mlp.act).__name__], "normsAfter": type(block) in (ResPostBlock, EvaBlockPostNorm),
        }
        if is_eva:
            facts[name]["pooling"] = model.global_pool
            facts[name]["hasClassToken"] = model.cls_token is not None
            if model.rope is not None: facts[name]["rotary"] = rotary(model)
    text = ",\n".join(f"  {json.dumps(name)}: {json.dumps(fact)}" for name, fact in facts.items())
    (pathlib.Path(__file__).parent / "timm-architectures.json").write_text(f"{{\n{text}\n}}\n")


main()
