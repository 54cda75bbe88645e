"""What a trained vision transformer says of every packed training image, for train.py's --imitate.

    python teach.py packed/twenty deit_tiny_patch16_224.safetensors --model deit_tiny_patch16_224

Written is FOLDER/taught.safetensors, float16: `tokens` [N, side, side, D], the patches after the last norm,
laid out as in the picture, and `readout` [N, D], what its classifier reads (the class token).  Each vector is
brought to mean 0 and variance 1, so that every picture weighs the same.  Each image is seen once, whole: the
places a random crop shows are looked up here, which costs next to nothing, where asking the teacher about each
crop would cost as much as training one more model.
"""
import argparse, json, os
import timm, torch
import torch.nn.functional as F
from concurrent.futures import ProcessPoolExecutor
from safetensors.torch import load_file, save_file
from timm.layers import resample_abs_pos_embed
from images import MEAN, STD, load


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data", help="a folder that pack.py wrote")
    p.add_argument("weights", help="safetensors with timm's keys")
    p.add_argument("--model", default="deit_tiny_patch16_224", help="timm's name")
    p.add_argument("--size", type=int, default=192, help="that the images are brought to")
    p.add_argument("--batch", type=int, default=100)
    a = p.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    weights = {k: v.float() for k, v in load_file(a.weights).items()}
    teacher = timm.create_model(a.model, img_size=a.size, num_classes=0)
    side = a.size // teacher.patch_embed.patch_size[0]
    weights["pos_embed"] = resample_abs_pos_embed(weights["pos_embed"], (side, side), num_prefix_tokens=teacher.num_prefix_tokens)
    teacher.load_state_dict({k: v for k, v in weights.items() if not k.startswith("head")})
    teacher.to(device).eval().requires_grad_(False)
    with ProcessPoolExecutor(os.cpu_count()) as pool: images, _, _ = load(a.data, "train", pool)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, STD))
    width = teacher.embed_dim
    tokens, readout = torch.empty(len(images), side, side, width, dtype=torch.half), torch.empty(len(images), width, dtype=torch.half)
    with torch.no_grad(), torch.autocast(device, torch.bfloat16):
        for i in range(0, len(images), a.batch):
            rows = slice(i, i + a.batch)
            x = F.interpolate(images[rows].float() / 255, (a.size, a.size), mode="bicubic", antialias=True).clamp(0, 1)
            said = F.layer_norm(teacher.forward_features(((x - mean) / std).to(device)).float(), (width,)).half().cpu()
            readout[rows], tokens[rows] = said[:, 0], said[:, teacher.num_prefix_tokens:].unflatten(1, (side, side))
            if i % (50 * a.batch) == 0: print(f"{i} of {len(images)}", flush=True)
    save_file({"tokens": tokens, "readout": readout}, f"{a.data}/taught.part", metadata={"teacher": json.dumps(dict(model=a.model, size=a.size))})
    os.replace(f"{a.data}/taught.part", f"{a.data}/taught.safetensors")


if __name__ == "__main__":
    main()
