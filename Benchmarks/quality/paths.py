"""Does a picture of a neuron go through the model as photographs do that drive the neuron?  In PyTorch, from PNGs.

    paths.py MODEL PHOTOGRAPHS [--pictures build/quality]

Reads the pictures that compare.py left (Lucid's, ours at 256 and at 80 steps). Prints for each kind the medians of

path        path similarity (Geirhos et al. 2024, arXiv:2306.04719): cosine between what the blocks up to the neuron's compute from the
            picture and from the ten photographs that drive the neuron most, each feature (mean over the patches) in deviations
            from its mean over all photographs; mean over these blocks
share       the same, where one of the ten photographs has 1 and any photograph 0
strong      how often the picture is more similar to a strong photograph than to one of the ten weakest, at the neuron's block
            (after Zimmermann, Klindt and Brendel 2024; .5 is chance)

MODEL is timm's deit_tiny_patch16_224 or the built-in `vit`; PHOTOGRAPHS a folder of some hundred.
"""
import argparse
import glob
import os
import statistics

import numpy as np
import torch
import torchvision.transforms.functional as TF
from PIL import Image

from measure import Measured


def seen(measured, path):
    """What the model sees of a file: [3, side, side] in 0...1, the middle."""
    image = Image.open(path).convert("RGB")
    scale = measured.side / min(image.size)
    image = image.resize([max(measured.side, round(v * scale)) for v in image.size], Image.BICUBIC)
    return torch.from_numpy(np.asarray(TF.center_crop(image, measured.side)).copy()).permute(2, 0, 1).float() / 255


@torch.no_grad()
def computed(measured, x):
    """The blocks' outputs and their MLPs', means over the patches: twice [B, blocks, D]."""
    model, outputs, mlps = measured.model, [], []
    t = model._pos_embed(model.patch_embed((x - measured.mean) / measured.std))
    for block in model.blocks:
        t = t + block.attn(block.norm1(t))
        mlp = block.mlp(block.norm2(t))
        t = t + mlp
        outputs.append(t[:, 1:].mean(1))
        mlps.append(mlp[:, 1:].mean(1))
    return torch.stack(outputs, 1), torch.stack(mlps, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model"); parser.add_argument("photographs")
    parser.add_argument("--pictures", default="build/quality")
    a = parser.parse_args()
    measured = Measured(a.model)
    files = sorted(glob.glob(f"{a.photographs}/**/*.[jJ][pP]*", recursive=True))
    parts = [computed(measured, torch.stack([seen(measured, f) for f in files[i:i + 25]])) for i in range(0, len(files), 25)]
    outputs, mlps = (torch.cat(part) for part in zip(*parts))
    mean, deviation = outputs.mean(0), outputs.std(0)
    cosine = torch.nn.functional.cosine_similarity
    photographs = (outputs - mean) / deviation
    for who in ("lucid", "ours80", "ours256"):
        rows = []
        for path in sorted(glob.glob(f"{a.pictures}/{os.path.basename(a.model).split('.')[0]}-{who}-*-*.png")):
            layer, neuron = (int(word) for word in path[:-4].split("-")[-2:])
            order = mlps[:, layer, neuron].argsort(descending=True)
            strong, weak = order[:10], order[-10:]
            along = lambda v, those: cosine(v[:, :layer + 1], photographs[those].mean(0)[None, :layer + 1], dim=-1).mean(1)
            picture = (computed(measured, seen(measured, path)[None])[0] - mean) / deviation
            own, usual = along(picture, strong).item(), along(photographs, strong).mean().item()
            best = statistics.mean(along(photographs[[i]], strong[strong != i]).item() for i in strong.tolist())
            to = lambda those: cosine(picture[0, layer][None], photographs[those, layer])
            rows.append((own, (own - usual) / (best - usual), (to(strong)[:, None] > to(weak)[None]).float().mean().item()))
        if rows: print(who, "path {:.3f}  share {:.2f}  strong {:.2f}".format(*(statistics.median(v) for v in zip(*rows))), len(rows), "pictures")


if __name__ == "__main__":
    main()
