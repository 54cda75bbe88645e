"""Writes one tiny vision transformer as training programs save it: wrapped, prefixed, sharded, in other types.

    python make_wrapped_fixtures.py

Made with PyTorch 2.15.0, timm 1.0.31, safetensors 0.8.0. All files hold the same numbers, which bfloat16 and float16 have too, so the tests
can ask that each gives the same model.
"""
import argparse
import json
import pathlib
import shutil

import open_clip.transformer
import timm
import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent / "wrapped"


def prefixed(tensors, prefix):
    return {prefix + name: tensor for name, tensor in tensors.items()}


def main():
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir()
    torch.manual_seed(0)
    model = timm.models.vision_transformer.VisionTransformer(
        img_size=8, patch_size=4, embed_dim=64, depth=1, num_heads=1, mlp_ratio=0.5, num_classes=5)
    plain = {name: (tensor * 4).bfloat16().half().float() for name, tensor in model.state_dict().items()}
    save_file(plain, HERE / "plain.safetensors")
    torch.save(plain, HERE / "plain-legacy.pth", _use_new_zipfile_serialization=False)
    for name, type in ("float16", torch.float16), ("bfloat16", torch.bfloat16), ("float64", torch.float64):
        torch.save({key: tensor.to(type) for key, tensor in plain.items()}, HERE / f"{name}.bin")
    arguments = argparse.Namespace(lr=0.001, output_dir=pathlib.PurePosixPath("/checkpoints"))
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(2))]).state_dict()
    torch.save({"model": plain, "optimizer": optimizer, "epoch": 3, "args": arguments}, HERE / "deit.pth")
    torch.save({"model": prefixed(plain, "module."), "optimizer": optimizer}, HERE / "module-in-model.pth")
    torch.save({"epoch": 3, "state_dict": prefixed(plain, "module.")}, HERE / "state-dict.pth")
    save_file(prefixed(plain, "model."), HERE / "lightning.safetensors")
    backbone = {name: tensor for name, tensor in plain.items() if not name.startswith("head.")}
    head = {"module.head.mlp.0.weight": torch.zeros(2, 64), "module.head.last_layer.weight_v": torch.zeros(2, 2)}
    torch.save(
        {"student": prefixed({name: tensor + 1 for name, tensor in backbone.items()}, "module.backbone.") | head,
         "teacher": prefixed(backbone, "backbone.") | {"head.mlp.0.weight": torch.zeros(2, 64)}}, HERE / "dino.pth")

    names = sorted(plain)
    shards = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    (HERE / "sharded").mkdir()
    for file, part in shards.items():
        save_file({name: plain[name] for name in part}, HERE / "sharded" / file)
    index = {"metadata": {"total_size": 1}, "weight_map": {name: file for file, part in shards.items() for name in part}}
    (HERE / "sharded" / "model.safetensors.index.json").write_text(json.dumps(index))

    # CLIP as OpenAI publishes it: a TorchScript archive of the whole model, in half precision.
    clip = torch.nn.Module()
    clip.visual = open_clip.transformer.VisionTransformer(
        image_size=8, patch_size=4, width=64, layers=1, heads=1, mlp_ratio=0.5, output_dim=8,
        act_layer=open_clip.transformer.QuickGELU).half().eval()
    clip.logit_scale = torch.nn.Parameter(torch.ones([]))
    clip.token_embedding = torch.nn.Embedding(3, 4)
    clip.forward = lambda picture: picture
    torch.jit.save(torch.jit.trace_module(clip, {"forward": torch.zeros(1)}), HERE / "openai-clip.pt")


main()
