"""Measure written weights on held-out images, from the original files (not the packed ones).

    python check.py WEIGHTS.safetensors [...] --images FOLDER [FOLDER ...] [--every 1]

Each picture is prepared as the file's configuration says: shorter side to `resize` (bicubic), centre crop of
`image_size`, mean and std.  Prints top-1 accuracy and, per class, how many were right.
"""
import argparse
import numpy as np, torch
from PIL import Image
from pack import NAMES, images
from models import build, read


def prepare(path, c):
    image = Image.open(path).convert("RGB")
    scale = c["resize"] / min(image.size)
    image = image.resize([round(v * scale) for v in image.size], Image.BICUBIC)
    left, top = ((v - c["image_size"]) // 2 for v in image.size)
    image = image.crop((left, top, left + c["image_size"], top + c["image_size"]))
    x = torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255
    return (x - torch.tensor(c["mean"]).view(3, 1, 1)) / torch.tensor(c["std"]).view(3, 1, 1)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("weights", nargs="+"); p.add_argument("--images", nargs="+", required=True)
    p.add_argument("--every", type=int, default=1, help="use one held-out image in so many")
    p.add_argument("--threads", type=int, default=1)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    held = [(f, NAMES.get(i, i)) for d in a.images for f, i, h in images(d.rstrip("/")) if h][::a.every]
    for path in a.weights:
        config, weights = read(path)
        model = build(config).eval(); model.load_state_dict(weights)
        right = {name: [] for name in config["classes"]}
        for i in range(0, len(held), 64):
            some = held[i:i + 64]
            with torch.no_grad(): answers = model(torch.stack([prepare(f, config) for f, _ in some])).argmax(1)
            for (_, name), answer in zip(some, answers): right[name].append(config["classes"][answer] == name)
        every = [v for r in right.values() for v in r]
        print(f"{path}: {np.mean(every):.4f} of {len(every)} (recorded {config['training'].get('test_accuracy')})")
        print("   " + ", ".join(f"{n} {np.mean(r):.2f}" for n, r in right.items() if r), flush=True)


if __name__ == "__main__":
    main()
