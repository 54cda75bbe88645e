"""Our default recipe beside Lucid's defaults in PyTorch, on neurons chosen at random at all depths.

    compare.py BENCHMARK MODEL [--photographs FOLDER] [--count 12] [--seed 1] [--out build/quality]

For each neuron: Lucid's defaults, 256 steps in PyTorch; ours at 256 and at 80 steps, its default; the strongest photograph.
Prints what `measure.py` says of each and the medians of the ratios, with photographs those of `paths.py` too, and writes a
sheet with ours above Lucid's.
"""
import argparse
import glob
import os
import random
import statistics
import subprocess

import numpy as np
import torch
import torch.nn.functional as F
import torchvision.transforms.functional as TF
from PIL import Image

from measure import Measured
from paths import AT_EITHER_END, Photographs

COLOUR = torch.tensor(
    [[.56282854, .19482528, .0432945], [.5844758, 0, -.10823626], [.5844758, -.19482528, .06494176]])


def lucid(measured, layer, neuron, steps=256, seed=0):
    """Lucid's `render_vis` with its default image, transforms and optimizer, at the model's size."""
    torch.manual_seed(seed)
    chance, size = np.random.RandomState(seed), measured.side
    f = torch.sqrt(torch.fft.rfftfreq(size)[None] ** 2 + torch.fft.fftfreq(size)[:, None] ** 2)
    scale = 1 / torch.clamp(f, min=1 / size)
    z = (torch.randn(1, 3, size, size // 2 + 1, 2) * .01).requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=.05)

    def picture():
        x = torch.fft.irfft2(torch.view_as_complex(z) * scale, s=(size, size), norm="ortho") / 4
        return torch.sigmoid(torch.einsum("rc,bchw->brhw", COLOUR, x))

    def jitter(x, pixels):
        top, left = chance.randint(0, pixels + 1), chance.randint(0, pixels + 1)
        return x[:, :, top:top + x.shape[2] - pixels, left:left + x.shape[3] - pixels]

    for _ in range(steps):
        x = jitter(F.pad(picture(), (12,) * 4, value=.5), 8)
        x = F.interpolate(x, scale_factor=1 + (chance.randint(0, 11) - 5) / 50, mode="bilinear", align_corners=False)
        x = TF.rotate(x, float(chance.choice(list(range(-10, 11)) + [0] * 5)), TF.InterpolationMode.BILINEAR)
        x = F.interpolate(jitter(x, 4), size=(size, size), mode="bilinear", align_corners=False)
        optimizer.zero_grad()
        (-measured.activation(x, layer, neuron).sum()).backward()
        optimizer.step()
    values = picture()[0].detach().permute(1, 2, 0).clamp(0, 1) * 255
    return Image.fromarray(values.round().byte().numpy())


def ours(benchmark, model, jobs):
    """Our default recipe, a PNG for each (layer, neuron, steps, path)."""
    lines = "".join(f"{layer} {neuron} {steps} {path}\n" for layer, neuron, steps, path in jobs)
    subprocess.run([benchmark, "--pictures", model], input=lines, text=True, check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark"); parser.add_argument("model")
    parser.add_argument("--photographs"); parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1); parser.add_argument("--out", default="build/quality")
    a = parser.parse_args()
    os.makedirs(a.out, exist_ok=True)
    measured, chance = Measured(a.model), random.Random(a.seed)
    neurons = [(i * measured.depth // a.count, chance.randrange(measured.width)) for i in range(a.count)]
    place = lambda who, n: f"{a.out}/{os.path.basename(a.model).split('.')[0]}-{who}-{n[0]}-{n[1]}.png"
    ours(a.benchmark, a.model, [(*n, s, place(f"ours{s}", n)) for n in neurons for s in (256, 80)])
    photographs = sorted(glob.glob(f"{a.photographs}/**/*.[jJ][pP]*", recursive=True)) if a.photographs else []
    seen = Photographs(measured, photographs) if photographs else None
    rows = []
    for n in neurons:
        best = seen.strongest(*n) if seen else float("nan")
        if not os.path.exists(place("lucid", n)): lucid(measured, *n).save(place("lucid", n))
        row = {who: measured.quality(place(who, n), *n) for who in ("lucid", "ours256", "ours80")}
        rows.append((row, best))
        say = lambda who: " / ".join(f"{row[who][key]:.3f}" for key in ("clean", "robust", "high"))
        print(f"{n[0]:2}, {n[1]:3}   Lucid {say('lucid')}   ours {say('ours256')}   ours at 80 {say('ours80')}"
              f"   photograph {best:.3f}", flush=True)
    # Differences of signs make ratios meaningless: what is below 0 counts as next to nothing.
    median = lambda values: statistics.median(values)
    above = lambda value: max(value, 1e-3)
    print("medians: robust × {:.2f}, high × {:.2f}, robust at 80 steps × {:.2f}, clean × {:.2f} of {} photographs".format(
        median(above(r["ours256"]["robust"]) / above(r["lucid"]["robust"]) for r, _ in rows),
        median(r["ours256"]["high"] / r["lucid"]["high"] for r, _ in rows),
        median(above(r["ours80"]["robust"]) / above(r["lucid"]["robust"]) for r, _ in rows),
        median(r["ours256"]["clean"] / above(b) for r, b in rows), len(photographs)))
    if len(photographs) >= 2 * AT_EITHER_END:
        for who in ("lucid", "ours80", "ours256"):
            followed = [seen.follow(place(who, n), *n) for n in neurons]
            print(f"medians of {who}: " + ", ".join(f"{key} {median(f[key] for f in followed):.3f}" for key in followed[0]))
    sheet = Image.new("RGB", (len(neurons) * 180, 2 * 180), "white")
    for column, n in enumerate(neurons):
        for line, who in enumerate(("ours256", "lucid")):
            sheet.paste(Image.open(place(who, n)).convert("RGB").resize((176, 176)), (column * 180, line * 180))
    sheet.save(f"{a.out}/{os.path.basename(a.model).split('.')[0]}.png")


if __name__ == "__main__":
    main()
