"""Writes what timm's functions set for each vision transformer and its files do not say: `timm-architectures.json`.

    python make_timm_architectures.py

Made with timm 1.0.31. Only of blocks that are computed here: attention, then an MLP.
"""
import json
import pathlib

import timm
import torch
from timm.models.vision_transformer import Block, ResPostBlock

ACTIVATIONS = {"GELU": "gelu", "GELUTanh": "tanhGELU", "QuickGELU": "quickGELU", "SiLU": "silu"}


def main():
    facts = {}
    for name in timm.list_models(module="vision_transformer") + timm.list_models(module="deit"):
        with torch.device("meta"):
            model = timm.create_model(name)
        block = model.blocks[0]
        if type(block) not in (Block, ResPostBlock):
            continue
        # Norms without a bias (AIMv2) and norms inside of the parts (BEiT-3) are not computed here.
        if getattr(block.norm1, "bias", None) is None or not isinstance(block.attn.norm, torch.nn.Identity):
            continue
        facts[name] = {
            "width": model.embed_dim, "heads": block.attn.num_heads, "epsilon": block.norm1.eps,
            "activation": ACTIVATIONS[type(block.mlp.act).__name__], "normsAfter": type(block) is ResPostBlock,
        }
    text = ",\n".join(f"  {json.dumps(name)}: {json.dumps(fact)}" for name, fact in facts.items())
    (pathlib.Path(__file__).parent / "timm-architectures.json").write_text(f"{{\n{text}\n}}\n")


main()
