"""Train the built-in models on packed images and write them as float16 safetensors.

    python train.py --data packed/twenty --models vit mixer ffmixer --out weights --minutes 600 --resume

`--data` is a folder that pack.py wrote.  The three architectures share the data, the recipe and the
size, so that what differs between their features comes from how they mix patches: `vit` (attention;
timm's VisionTransformer), `mixer` (Tolstikhin et al. 2021; timm's MlpMixer), `ffmixer` (Melas-Kyriazi
2021: an MLP over the embedding first, then one over the tokens, with a class token).  Keys follow
timm; `ffmixer` follows the keys of the published linear_* checkpoints.  `resnet` is the convolutional
network that teaches the others (see --teacher); it is not among the built-in models.

Models that are trained in one run see the same batches, and each moves on by itself.  The learning rate
rises, stays, and falls over the last part of the time that is given; time is what the clock shows, so
one flag fits the recipe to a CPU core or a GPU.  Matrices inside the blocks are moved by Muon, all else
by AdamW.  The running average of the weights is what is tested and written, and it is tested as it is
written: rounded to float16.

With --resume a run goes on from its last save (OUT/NAME.state), also with other settings: to end a long
run early, stop it (SIGTERM saves first) and resume it with --minutes a little beyond what it has used.
"""
import argparse, glob, io, json, math, os, signal, time
from concurrent.futures import ProcessPoolExecutor
import numpy as np, torch, timm
import torch.nn as nn, torch.nn.functional as F
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from timm.layers import DropPath, set_fused_attn

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
LICENSE = ("The weights may be used under the licence of the project they ship with; they were trained on images "
           "from ImageNet, whose terms allow non-commercial research and education.")


# --- the models -----------------------------------------------------------------------------------

class Mlp(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class FeedForwardBlock(nn.Module):
    """mlp1 over the embedding, then mlp2 over the tokens; each pre-normed and residual."""
    def __init__(self, dim, tokens, drop, ratio=4):
        super().__init__()
        self.norm1, self.mlp1 = nn.LayerNorm(dim, eps=1e-6), Mlp(dim, dim * ratio)
        self.norm2, self.mlp2 = nn.LayerNorm(tokens, eps=1e-6), Mlp(tokens, tokens * ratio)
        self.drop = DropPath(drop) if drop else nn.Identity()

    def forward(self, x):
        x = x + self.drop(self.mlp1(self.norm1(x)))
        x = x.transpose(1, 2)
        x = x + self.drop(self.mlp2(self.norm2(x)))
        return x.transpose(1, 2)


class PatchEmbed(nn.Module):
    def __init__(self, patch, dim):
        super().__init__()
        self.proj = nn.Conv2d(3, dim, patch, patch)


class PositionalEncoding(nn.Module):
    def __init__(self, side, dim):
        super().__init__()
        self.pos_embed = nn.Parameter(torch.randn(1, dim, side, side) * .02)
        self.cls_pos_embed = nn.Parameter(torch.randn(1, 1, dim) * .02)


class FeedForwardMixer(nn.Module):
    def __init__(self, size, patch, dim, depth, classes, drop=0.):
        super().__init__()
        side = size // patch
        self.patch_embed, self.pos_encoding = PatchEmbed(patch, dim), PositionalEncoding(side, dim)
        self.cls_token = nn.Parameter(torch.randn(1, 1, dim) * .02)
        self.blocks = nn.ModuleList([FeedForwardBlock(dim, 1 + side * side, drop * i / max(1, depth - 1)) for i in range(depth)])
        self.norm, self.head = nn.LayerNorm(dim, eps=1e-6), nn.Linear(dim, classes)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.trunc_normal_(m.weight, std=.02); nn.init.zeros_(m.bias)

    def forward(self, x):
        x = self.patch_embed.proj(x).flatten(2).transpose(1, 2)
        x = x + self.pos_encoding.pos_embed.flatten(2).transpose(1, 2)
        cls = (self.cls_token + self.pos_encoding.cls_pos_embed).expand(len(x), -1, -1)
        x = torch.cat([cls, x], 1)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


def build(config, drop=0.):
    c = config
    if c["architecture"] == "vit":
        return timm.models.vision_transformer.VisionTransformer(
            img_size=c["image_size"], patch_size=c["patch_size"], embed_dim=c["embed_dim"], depth=c["depth"],
            num_heads=c["num_heads"], num_classes=c["num_classes"], drop_path_rate=drop)
    if c["architecture"] == "mixer":
        return timm.models.mlp_mixer.MlpMixer(
            img_size=c["image_size"], patch_size=c["patch_size"], embed_dim=c["embed_dim"], num_blocks=c["depth"],
            num_classes=c["num_classes"], drop_path_rate=drop)
    if c["architecture"] == "ffmixer":
        return FeedForwardMixer(c["image_size"], c["patch_size"], c["embed_dim"], c["depth"], c["num_classes"], drop)
    return timm.create_model("resnet26d", num_classes=c["num_classes"], zero_init_last=False)


def read(path):
    """(configuration, weights) of a file that this script wrote."""
    with safe_open(path, "pt") as f:
        config = json.loads(f.metadata()["config"])
    return config, {k: v.float() if v.is_floating_point() else v for k, v in load_file(path).items()}


# --- the images -----------------------------------------------------------------------------------

def decode(blob):
    return np.asarray(Image.open(io.BytesIO(blob)).convert("RGB"))


def load(folder, split, pool):
    """uint8 [N, 3, side, side], labels and class names of one split."""
    images, labels, classes = [], [], []
    for path in sorted(glob.glob(f"{folder}/{split}-*.safetensors")):
        with safe_open(path, "numpy") as f:
            classes = json.loads(f.metadata()["classes"])
            data, ends, y = f.get_tensor("data").tobytes(), f.get_tensor("ends"), f.get_tensor("labels")
        blobs = [data[a:b] for a, b in zip([0, *ends[:-1]], ends)]
        images.append(np.stack(list(pool.map(decode, blobs, chunksize=256)))); labels.append(y)
    if not images: return None, None, classes
    return (torch.from_numpy(np.concatenate(images)).permute(0, 3, 1, 2).contiguous(),
            torch.from_numpy(np.concatenate(labels)).long(), classes)


def augment(x, size, smallest):
    """Random resized crop (area `smallest`...1), flip, brightness, contrast, saturation and hue, and for
    some grey, for some blur.  x: [B, 3, side, side] in 0...1, in random order."""
    b = len(x)
    rand = lambda lo, hi: lo + (hi - lo) * torch.rand(b, device=x.device)
    scale, aspect = rand(smallest, 1).sqrt(), rand(math.log(3 / 4), math.log(4 / 3)).exp().sqrt()
    sx, sy = (scale * aspect).clamp(max=1), (scale / aspect).clamp(max=1)
    flip = torch.where(torch.rand(b, device=x.device) < .5, -1., 1.)
    zero = torch.zeros_like(sx)
    theta = torch.stack([torch.stack([sx * flip, zero, rand(-1, 1) * (1 - sx)], 1),
                         torch.stack([zero, sy, rand(-1, 1) * (1 - sy)], 1)], 1)
    x = F.grid_sample(x, F.affine_grid(theta, (b, 3, size, size), align_corners=False), align_corners=False, padding_mode="reflection")
    gain = lambda s, c=1: 1 + s * (2 * torch.rand(b, c, 1, 1, device=x.device) - 1)
    x = x * gain(.3) * gain(.06, 3)
    mean = x.mean((1, 2, 3), keepdim=True); x = (x - mean) * gain(.3) + mean
    grey = x.mean(1, keepdim=True)
    colour = torch.where(torch.rand(b, 1, 1, 1, device=x.device) < .05, 0., gain(.4))
    x = ((x - grey) * colour + grey).clamp(0, 1)
    n = b // 8  # one in eight is blurred, all of a step by the same amount
    t = torch.arange(-4, 5, device=x.device, dtype=x.dtype)
    kernel = torch.softmax(-t * t / (2 * (.3 + 1.5 * torch.rand(1, device=x.device)) ** 2), 0)
    soft = F.conv2d(F.pad(x[:n], (4, 4, 4, 4), mode="reflect"), kernel.view(1, 1, 1, 9).expand(3, 1, 1, 9), groups=3)
    soft = F.conv2d(soft, kernel.view(1, 1, 9, 1).expand(3, 1, 9, 1), groups=3)
    return torch.cat([soft, x[n:]])


def mix(x, share):
    """Mixup for half of the pictures and cutmix for the other half, each with the picture next to it, for
    `share` of the batch.  Returns the pictures, the partners' order and each picture's own share of the label."""
    b, _, h, w = x.shape
    rand = lambda *s: torch.rand(*s, device=x.device)
    partner = torch.arange(b, device=x.device).roll(b // 2 + 1)
    keep, cut = rand(b), rand(b) < .5
    # mixup, lambda ~ Beta(.8, .8), near enough: a uniform number pushed outwards
    lam = (.5 - .5 * torch.cos(math.pi * keep)).where(~cut, keep)
    side = (1 - lam).sqrt()
    cx, cy = rand(b), rand(b)
    ys, xs = (torch.arange(h, device=x.device) + .5) / h, (torch.arange(w, device=x.device) + .5) / w
    inside = (((ys[None] - cy[:, None]).abs() < side[:, None] / 2)[:, :, None] & ((xs[None] - cx[:, None]).abs() < side[:, None] / 2)[:, None, :])
    own = torch.where(cut[:, None, None], 1 - inside.to(x.dtype), lam[:, None, None].expand(b, h, w))
    own = torch.where((rand(b) < share)[:, None, None], own, 1.)
    own = own[:, None]
    return own * x + (1 - own) * x[partner], partner, own.mean((1, 2, 3))


def erase(x, share):
    """A random rectangle of `share` of the pictures becomes noise (x is normalised)."""
    b, _, h, w = x.shape
    rand = lambda *s: torch.rand(*s, device=x.device)
    area, aspect = .02 + .28 * rand(b), torch.exp((2 * rand(b) - 1) * math.log(2.5))
    hh, ww = (area * aspect).sqrt() / 2, (area / aspect).sqrt() / 2
    ys, xs = (torch.arange(h, device=x.device) + .5) / h, (torch.arange(w, device=x.device) + .5) / w
    inside = (((ys[None] - rand(b)[:, None]).abs() < hh[:, None])[:, :, None] & ((xs[None] - rand(b)[:, None]).abs() < ww[:, None])[:, None, :])
    inside = inside & (rand(b) < share)[:, None, None]
    return torch.where(inside[:, None], torch.randn_like(x), x)


# --- the run --------------------------------------------------------------------------------------

class Run:
    """One model on its way: weights, running average, optimizers, record."""
    def __init__(self, name, classes, resize, side, device, a):
        self.a, self.name, self.device, self.side = a, name, device, side
        self.path = f"{a.out}/{name}.safetensors"
        self.config = dict(architecture=name, image_size=a.size, patch_size=a.patch, embed_dim=a.dim, depth=a.depth, num_heads=a.heads,
                           mlp_ratio=4, num_classes=len(classes), classes=classes, mean=MEAN, std=STD, resize=resize,
                           interpolation="bicubic", license=LICENSE)
        self.model = build(self.config, a.drop_path).to(device)
        self.record, self.step, self.images, self.seconds, self.accuracy = None, 0, 0, 0., None
        if a.init:
            config, weights = read(f"{a.init}/{name}.safetensors"); self.record = config["training"]
            own = self.model.state_dict()
            self.model.load_state_dict({k: v for k, v in weights.items() if own[k].shape == v.shape}, strict=False)
        self.average, self.rounded = build(self.config).to(device).eval(), build(self.config).to(device).eval()
        self.average.load_state_dict(self.model.state_dict())
        matrices = [q for k, q in self.model.named_parameters() if a.muon and q.ndim == 2 and k.startswith("blocks.")]
        ours = {id(q) for q in matrices}
        other = [q for q in self.model.parameters() if id(q) not in ours]
        self.optimizers = [torch.optim.AdamW([{"params": [q for q in other if q.ndim > 1], "weight_decay": a.wd},
                                              {"params": [q for q in other if q.ndim <= 1], "weight_decay": 0}], lr=a.lr, betas=(.9, .99))]
        if matrices:
            self.optimizers.append(torch.optim.Muon(matrices, lr=a.lr, weight_decay=a.wd, adjust_lr_fn="match_rms_adamw"))
        if a.resume and os.path.exists(self.path + ".state"):
            s = torch.load(self.path + ".state", map_location=device)
            self.model.load_state_dict(s["model"]); self.average.load_state_dict(s["average"])
            for opt, o in zip(self.optimizers, s["optimizers"]): opt.load_state_dict(o)
            self.step, self.images, self.seconds = s["step"], s["images"], s["seconds"]
        self.net = torch.compile(self.model) if a.compile else self.model
        floating = lambda m: [t for t in m.state_dict().values() if t.is_floating_point()]
        self.pair = floating(self.average), floating(self.model)
        self.loss, self.losses = torch.zeros((), device=device), 0
        self.model.train()

    def move(self, x, y, partner, share, told, lr):
        """One step. `told`: what the teacher answered for these pictures, or None."""
        for opt in self.optimizers:
            for g in opt.param_groups: g["lr"] = lr * min(1, (self.step + 1) / self.a.warmup)
            opt.zero_grad(set_to_none=True)
        with torch.autocast(self.device, torch.bfloat16): out = self.net(x)
        out = out.float()
        loss = (share * F.cross_entropy(out, y, label_smoothing=self.a.smoothing, reduction="none")
                + (1 - share) * F.cross_entropy(out, y[partner], label_smoothing=self.a.smoothing, reduction="none")).mean()
        if told is not None:
            loss = (1 - self.a.imitate) * loss - self.a.imitate * (told * out.log_softmax(1)).sum(1).mean()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.)
        for opt in self.optimizers: opt.step()
        self.step += 1; self.images += len(x)
        with torch.no_grad():
            torch._foreach_lerp_(*self.pair, 1 - min(self.a.ema, (1 + self.step) / (10 + self.step)))
            self.loss += loss.detach(); self.losses += 1

    def evaluate(self, test_x, test_y, normalise):
        """Top-1 accuracy of the averaged weights, rounded to float16."""
        self.rounded.load_state_dict({k: v.half().float() if v.is_floating_point() else v for k, v in self.average.state_dict().items()})
        hits = 0
        with torch.no_grad():
            for i in range(0, len(test_x), 250):
                hits += (self.rounded(normalise(test_x[i:i + 250])).argmax(1) == test_y[i:i + 250]).sum().item()
        self.accuracy = hits / len(test_x)

    def save(self, images, test_images, device_name, teacher, tested):
        if self.a.resume:
            torch.save(dict(model=self.model.state_dict(), average=self.average.state_dict(), optimizers=[o.state_dict() for o in self.optimizers],
                            step=self.step, images=self.images, seconds=self.seconds), self.path + ".state.part")
            os.replace(self.path + ".state.part", self.path + ".state")
        if not tested: return
        record = dict(data=self.a.name, images=images, epochs=round(self.images / images, 1), steps=self.step, batch=self.a.batch,
                      seconds=round(self.seconds), trained_together=len(self.a.models), device=device_name, seed=self.a.seed,
                      test_images=test_images, test_accuracy=self.accuracy and round(self.accuracy, 4), teacher=teacher, pretraining=self.record)
        config = {**self.config, "training": {k: v for k, v in record.items() if v is not None}}
        save_file({k: (v.detach().half() if v.is_floating_point() else v).cpu().contiguous() for k, v in self.average.state_dict().items()},
                  self.path + ".part", metadata={"format": "pt", "config": json.dumps(config)})
        os.replace(self.path + ".part", self.path)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True, help="a folder that pack.py wrote")
    p.add_argument("--name", default="imagenette + imagewoof", help="data set name for the record")
    p.add_argument("--models", nargs="+", choices=["vit", "mixer", "ffmixer", "resnet"], required=True)
    p.add_argument("--out", required=True, help="folder for NAME.safetensors")
    p.add_argument("--init", help="folder with weights to start from; the classifier starts anew where the classes differ")
    p.add_argument("--teacher", help="a trained model whose answers for the same pictures are imitated as well")
    p.add_argument("--imitate", type=float, default=.5, help="the teacher's share of the loss")
    p.add_argument("--minutes", type=float, default=60)
    p.add_argument("--fall", type=float, default=.3, help="part of the time over which the learning rate falls")
    p.add_argument("--size", type=int, default=128); p.add_argument("--patch", type=int, default=16)
    p.add_argument("--dim", type=int, default=192); p.add_argument("--depth", type=int, default=12)
    p.add_argument("--heads", type=int, default=3); p.add_argument("--batch", type=int, default=128)
    p.add_argument("--lr", type=float, default=2e-3); p.add_argument("--wd", type=float, default=.05)
    p.add_argument("--muon", type=int, default=1, help="0: AdamW for everything")
    p.add_argument("--warmup", type=int, default=200, help="steps")
    p.add_argument("--mix", type=float, default=.3, help="share of pictures under mixup or cutmix; .8 for hundreds of epochs")
    p.add_argument("--erase", type=float, default=.1); p.add_argument("--smallest", type=float, default=.25, help="area of a crop")
    p.add_argument("--drop-path", type=float, default=.05); p.add_argument("--smoothing", type=float, default=.1)
    p.add_argument("--ema", type=float, default=.998); p.add_argument("--save-minutes", type=float, default=20)
    p.add_argument("--workers", type=int, default=1, help="processes that decode"); p.add_argument("--threads", type=int, default=1)
    p.add_argument("--compile", action="store_true"); p.add_argument("--resume", action="store_true")
    p.add_argument("--seed", type=int, default=0)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.set_float32_matmul_precision("high")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    device_name = torch.cuda.get_device_name() if device == "cuda" else "CPU"
    if device == "cpu": set_fused_attn(False)  # plain products are faster there
    os.makedirs(a.out, exist_ok=True)
    with ProcessPoolExecutor(a.workers) as pool:
        train_x, train_y, classes = load(a.data, "train", pool)
        test_x, test_y, _ = load(a.data, "test", pool)
    train_x, train_y = train_x.to(device), train_y.to(device)
    if test_x is not None: test_x, test_y = test_x.to(device), test_y.to(device)
    side = train_x.shape[-1]
    mean, std = (torch.tensor(v, device=device).view(1, 3, 1, 1) for v in (MEAN, STD))

    torch.manual_seed(a.seed)
    # Squares larger than the model's input are cropped (144 -> 128), smaller ones are scaled up (64 -> 128).
    runs = [Run(name, classes, max(side, a.size), side, device, a) for name in a.models]
    torch.manual_seed(a.seed + runs[0].step)
    teacher = told_by = None
    if a.teacher:
        config, weights = read(a.teacher)
        assert config["classes"] == classes
        teacher = build(config).to(device).eval().requires_grad_(False)
        teacher.load_state_dict(weights)
        told_by = dict(architecture=config["architecture"], **config["training"])

    def prepare(x):
        x, partner, share = mix(augment(x.float() / 255, a.size, a.smallest), a.mix)
        return erase((x - mean) / std, a.erase), partner, share

    if a.compile: prepare = torch.compile(prepare)

    def normalise(u8):
        x = u8.float() / 255
        if side < a.size: x = F.interpolate(x, (a.size, a.size), mode="bicubic", antialias=True).clamp(0, 1)
        m = (x.shape[-1] - a.size) // 2
        return (x[..., m:m + a.size, m:m + a.size] - mean) / std

    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    start, saved, since = time.time() - runs[0].seconds, time.time(), runs[0].seconds
    order, at = None, 0
    while True:
        seconds = time.time() - start
        left = 1 - seconds / (a.minutes * 60)
        if order is None or at + a.batch > len(order): order, at = torch.randperm(len(train_x)).to(device), 0
        pick = order[at:at + a.batch]; at += a.batch
        y, (x, partner, share) = train_y[pick], prepare(train_x[pick])
        told = None
        if teacher is not None:
            with torch.no_grad(), torch.autocast(device, torch.bfloat16): told = teacher(x).float().softmax(1)
        for r in runs:
            r.seconds = seconds
            r.move(x, y, partner, share, told, a.lr * min(1, max(.002, left / a.fall)))
        if device == "cuda" and runs[0].step % 20 == 0: torch.cuda.synchronize()
        if stop or left <= 0 or time.time() - saved > a.save_minutes * 60:
            for r in runs:
                if test_x is not None and not stop: r.evaluate(test_x, test_y, normalise)
                r.seconds = time.time() - start
                r.save(len(train_x), 0 if test_x is None else len(test_x), device_name, told_by, tested=not stop)
                print(f"{r.name} step {r.step} epoch {r.images / len(train_x):.2f} loss {r.loss.item() / r.losses:.3f} accuracy {r.accuracy} {r.seconds:.0f}s", flush=True)
                r.loss.zero_(); r.losses = 0
            saved = time.time()
            if stop or left <= 0: break


if __name__ == "__main__":
    main()
