"""Writes `notebooks/models/untrained-swin/`: a small Swin with random weights, for the notebook across backbones.

Two stages of two blocks on 64 × 64 pixels, windows of 4 × 4 patches, of which every second block shifts its own. Written with
PyTorch 2.15.0 and timm 1.0.31.
"""
import json, os
import timm, torch
from safetensors.torch import save_file

from families import randomize

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../notebooks/models/untrained-swin")
SIZES = dict(img_size=64, window_size=4, embed_dim=16, depths=[2, 2], num_heads=[2, 4], num_classes=2)

model = randomize(timm.create_model("swin_tiny_patch4_window7_224", **SIZES))
os.makedirs(FOLDER, exist_ok=True)
save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, f"{FOLDER}/model.safetensors")
config = dict(architecture="swin_tiny_patch4_window7_224", num_classes=2, global_pool="avg", model_args=SIZES, pretrained_cfg=dict(
    input_size=[3, 64, 64], mean=[.5] * 3, std=[.5] * 3, crop_pct=1., label_names=["one", "another"]))
with open(f"{FOLDER}/config.json", "w") as file: json.dump(config, file, indent=1)
