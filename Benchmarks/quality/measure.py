"""How good is a picture of a neuron?  Measured in PyTorch, from the PNG alone.

    measure.py MODEL LAYER NEURON PICTURE.png [...]          LAYER is the block's number

clean       mean activation of the block's MLP over the patches (CLS left out)
robust      the same, averaged over 48 mild disturbances (rotation ±15°, scale .8–1.2, shift ±24/224 of the side,
            blur σ ≤ 1.5, channel gain e^±.3 and offset ±.1, noise .06): what survives is pattern
high        share of the spectrum's energy above half the Nyquist frequency

MODEL is a safetensors file: timm's deit_tiny_patch16_224, or one of the built-in models. Their own `mlp` is measured: of
`ffmixer` the one over the embedding. Needs torch, torchvision, timm, safetensors, pillow.
"""
import math
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
import torchvision.transforms.functional as TF
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


class Measured:
    """A model with the mean activation of its neurons."""

    def __init__(self, path):
        with safe_open(path, "pt") as file:
            own = "config" in (file.metadata() or {})
        if own:
            from training.models import build, read
            config, weights = read(path)
            self.model, mean, std, self.side = build(config), config["mean"], config["std"], config["image_size"]
        else:
            import timm
            self.model = timm.create_model("deit_tiny_patch16_224")
            weights = {key: value.float() for key, value in load_file(path).items()}
            mean, std, self.side = (.485, .456, .406), (.229, .224, .225), 224
        self.model.load_state_dict(weights)
        self.model.eval().requires_grad_(False)
        self.mean, self.std = (torch.tensor(value).view(1, 3, 1, 1) for value in (mean, std))
        self.depth = len(self.model.blocks)
        self.width = self.model.blocks[0].norm1.normalized_shape[0]

    def module(self, layer):
        block = self.model.blocks[layer]
        return next(getattr(block, name) for name in ("mlp", "mlp1", "mlp_channels") if hasattr(block, name))

    def activation(self, x, layer, neuron):
        """For each picture of `x`, [B, 3, side, side] in 0...1; keeps the gradient."""
        found = {}
        hook = self.module(layer).register_forward_hook(lambda module, given, out: found.update(out=out))
        self.model((x - self.mean) / self.std)
        hook.remove()
        tokens = found["out"].shape[1]
        first = tokens - math.isqrt(tokens) ** 2
        return found["out"][:, first:, neuron].mean(1)

    def seen(self, path):
        """The middle of a file's picture, as the model sees it: [3, side, side] in 0...1."""
        image = Image.open(path).convert("RGB")
        scale = self.side / min(image.size)
        image = TF.center_crop(image.resize([round(v * scale) for v in image.size], Image.BICUBIC), self.side)
        return torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1).float() / 255

    def quality(self, path, layer, neuron):
        image = Image.open(path).convert("RGB")
        x = torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1).float()[None] / 255
        with torch.no_grad():
            clean = self.activation(x, layer, neuron).item()
            robust = self.activation(disturbed(x), layer, neuron).mean().item()
        return dict(clean=clean, robust=robust, high=high(x))


def high(x):
    spectrum = torch.fft.fft2(x[0] - x[0].mean((1, 2), keepdim=True)).abs() ** 2
    f = torch.fft.fftfreq(x.shape[-1]).abs()
    return (spectrum[:, torch.maximum(f[:, None], f[None]) > .25].sum() / spectrum.sum()).item()


def disturbed(x, count=48, seed=3):
    torch.manual_seed(seed)
    size = x.shape[-1]
    x = x.expand(count, -1, -1, -1)
    angle, scale = (torch.rand(count) * 2 - 1) * math.pi / 12, torch.rand(count) * .4 + .8
    tx, ty = ((torch.rand(count) * 2 - 1) * 48 / 224 for _ in range(2))
    theta = torch.stack([torch.stack([torch.cos(angle) * scale, -torch.sin(angle) * scale, tx], 1),
                         torch.stack([torch.sin(angle) * scale, torch.cos(angle) * scale, ty], 1)], 1)
    grid = F.affine_grid(theta, (count, 3, size, size), align_corners=False)
    x = F.grid_sample(x, grid, align_corners=False, padding_mode="reflection")
    sigma = torch.rand(count) * 1.5
    x = torch.cat([TF.gaussian_blur(x[i:i + 1], 7, float(sigma[i])) if sigma[i] > .2 else x[i:i + 1]
                   for i in range(count)])
    x = x * torch.exp((torch.rand(count, 3, 1, 1) * 2 - 1) * .3) + (torch.rand(count, 3, 1, 1) * 2 - 1) * .1
    return (x + .06 * torch.randn_like(x)).clamp(0, 1)


if __name__ == "__main__":
    measured = Measured(sys.argv[1])
    for picture in sys.argv[4:]:
        print(picture, measured.quality(picture, int(sys.argv[2]), int(sys.argv[3])))
