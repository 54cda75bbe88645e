"""Writes torchvision-weights.json: what torchvision says of the weights of its transformers and convolutional models.

Made with torchvision 0.29.2:  python make_torchvision_weights.py
"""
import json
import pathlib

import torchvision

NAMES = {"ViT_B_16": "vit_b_16", "ViT_B_32": "vit_b_32", "ViT_L_16": "vit_l_16", "ViT_L_32": "vit_l_32",
         "ViT_H_14": "vit_h_14", "Swin_T": "swin_t", "Swin_S": "swin_s", "Swin_B": "swin_b", "Swin_V2_T": "swin_v2_t",
         "Swin_V2_S": "swin_v2_s", "Swin_V2_B": "swin_v2_b", "ResNet18": "resnet18", "ResNet34": "resnet34",
         "ResNet50": "resnet50", "ResNet101": "resnet101", "ResNet152": "resnet152", "ResNeXt50_32X4D": "resnext50_32x4d",
         "Wide_ResNet50_2": "wide_resnet50_2", "GoogLeNet": "googlenet", "ConvNeXt_Tiny": "convnext_tiny",
         "ConvNeXt_Small": "convnext_small", "ConvNeXt_Base": "convnext_base", "ConvNeXt_Large": "convnext_large"}

rows = []
for enumeration, model in NAMES.items():
    kinds = getattr(torchvision.models, f"{enumeration}_Weights")
    # An enumeration's members leave out names for what has a name already, as DEFAULT is.
    for kind in kinds:
        transform = kind.transforms()
        rows.append({
            "model": model,
            "weights": kind.name,
            "isDefault": kind is kinds.DEFAULT,
            "url": kind.url,
            "parameters": kind.meta["num_params"],
            "mebibytes": kind.meta["_file_size"],
            "license": kind.meta.get("license", "https://github.com/pytorch/vision/blob/main/LICENSE"),
            "size": transform.crop_size[0],
            "resize": transform.resize_size[0],
            "interpolation": transform.interpolation.value,
            "mean": transform.mean,
            "std": transform.std,
        })
path = pathlib.Path(__file__).with_name("torchvision-weights.json")
path.write_text(json.dumps({"torchvision": torchvision.__version__.split("+")[0], "rows": rows}, indent=1) + "\n")
