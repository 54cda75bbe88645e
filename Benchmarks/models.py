"""Models of published size with random weights, as their frameworks save them.

    models.py FOLDER [NAME …]        writes NAME.safetensors for each name that is not there yet

Speed does not depend on what was learned, but numbers must neither vanish nor explode: weights are as large as trained ones.
"""
import math
import os
import sys

BASE = dict(num_layers=12, num_heads=12, hidden_dim=768, mlp_dim=3072)
LARGE = dict(num_layers=24, num_heads=16, hidden_dim=1024, mlp_dim=4096)
VISION_TRANSFORMERS = {
    "vit_b_32": dict(image_size=224, patch_size=32, **BASE),
    "vit_b_16": dict(image_size=224, patch_size=16, **BASE),
    "vit_l_16": dict(image_size=224, patch_size=16, **LARGE),
    "vit_l_16_swag": dict(image_size=512, patch_size=16, **LARGE),
}
MIXERS = {"mixer_b16": "mixer_b16_224"}
#: Transformers of timm, at 224 pixels. Their heads and windows follow from their widths and tensors.
OTHERS = {"dinov3_b16": ("vit_base_patch16_dinov3", dict(img_size=224, num_classes=0)),
          "swin_b": ("swin_base_patch4_window7_224", {})}


def build(name):
    """The framework's own model of a name, to be used and not trained."""
    if name in MIXERS:
        import timm
        model = timm.create_model(MIXERS[name])
    elif name in OTHERS:
        import timm
        architecture, arguments = OTHERS[name]
        model = timm.create_model(architecture, **arguments)
    else:
        import torchvision
        model = torchvision.models.VisionTransformer(**VISION_TRANSFORMERS[name])
    return model.eval().requires_grad_(False)


def blocks(model):
    """The model's blocks in order, those of all stages, and the name of their last MLP: neurons are its features."""
    if hasattr(model, "encoder"): return model.encoder.layers, "mlp"
    listed = model.blocks if hasattr(model, "blocks") else [block for stage in model.layers for block in stage.blocks]
    return listed, "mlp_channels" if hasattr(listed[0], "mlp_channels") else "mlp"


def path(folder, name):
    return os.path.join(folder, name + ".safetensors")


def write(folder, name):
    import torch
    from safetensors.torch import save_file
    chance, model = torch.Generator().manual_seed(0), build(name)
    for key, values in model.named_parameters():
        values.normal_(generator=chance)
        if values.ndim > 1 and "token" not in key and "pos" not in key:
            values *= .8 / math.sqrt(math.prod(values.shape[1:]))
        elif ("ln" in key or "norm" in key) and key.endswith("weight"):
            values.mul_(.2).add_(1)
        else:
            values *= .2
    os.makedirs(folder, exist_ok=True)
    save_file(model.state_dict(), path(folder, name) + ".part")
    os.rename(path(folder, name) + ".part", path(folder, name))


def ready(folder, names):
    """Their files' paths, made where they are missing."""
    for name in names:
        if not os.path.exists(path(folder, name)):
            print(f"Making {name} with random weights in {folder}", file=sys.stderr, flush=True)
            write(folder, name)
    return [path(folder, name) for name in names]


if __name__ == "__main__":
    ready(sys.argv[1], sys.argv[2:] or [*VISION_TRANSFORMERS, *MIXERS, *OTHERS])
