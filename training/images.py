"""Packed images, and the batches that are made of them."""
import glob, io, json, math
from concurrent.futures import ProcessPoolExecutor
import numpy as np, torch
import torch.nn.functional as F
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file
from teacher import Teacher

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Data:
    """What is trained on and tested with, and the batches that are made of it."""
    def __init__(self, device, a):
        self.a, self.device = a, device
        also = round(a.batch * a.also_share) if a.also else 0
        with ProcessPoolExecutor(a.workers) as pool:
            self.sets = [Images(a.data, a.batch - also, 0, a.smallest, device, pool, a)]
            self.classes = self.sets[0].classes
            # Small pictures are not cropped as much: there is less in them.
            if also: self.sets.append(Images(a.also, also, len(self.classes), max(.4, a.smallest), device, pool, a))
            self.test_x, self.test_y, _ = load(a.data, "test", pool)
        if self.test_x is not None: self.test_x, self.test_y = self.test_x.to(device), self.test_y.to(device)
        self.outputs = sum(len(images.classes) for images in self.sets)
        self.mean, self.std = (torch.tensor(v, device=device).view(1, 3, 1, 1) for v in (MEAN, STD))
        self.taught_by, self.teacher = None, None
        # Whether it is asked about each batch; where a model only begins from its weights, it is not.
        self.asks = bool(a.layers or a.soft or a.last or a.apart)
        if a.teacher: self.teacher = Teacher(a.teacher, a.teacher_name, a.size, self.classes, device)
        if self.asks: self.taught_by = a.teacher_name + (", block by block" if a.layers or a.apart else "")
        if a.imitate:
            with safe_open(f"{a.data}/taught.safetensors", "pt") as f: self.taught_by = json.loads(f.metadata()["teacher"])["model"]
            self.sets[0].taught = load_file(f"{a.data}/taught.safetensors")
        # The width of what a teacher says, where a model learns to say it.
        self.spoken = self.sets[0].taught["readout"].shape[1] if a.imitate else self.teacher and self.teacher.model.embed_dim

    def parts(self):
        """Which rows of a batch and which of the classifier's outputs belong to each set."""
        first = 0
        for images in self.sets:
            yield slice(first, first + images.batch), images.places
            first += images.batch

    def batch(self, step):
        """The batch of a step: pictures, labels, the pictures they are mixed with, each one's own share of its label, and what the
        teachers say (or None): of the first set's whole images, patches and readout; of the pictures before noise, the stream
        and the logits. The same for the same step, whenever it is asked for."""
        torch.manual_seed(self.a.seed * 1_000_003 + 500_009 + step)
        picks = [images.pick(step) for images in self.sets]
        x, y, partner, share = (torch.cat(values) for values in list(zip(*picks))[:4])
        for rows, _ in self.parts(): partner[rows] += rows.start
        seen = self.teacher((x - self.mean) / self.std) if self.asks else (None, None)
        x = erase((add_noise(x, self.a.noise) - self.mean) / self.std, self.a.erase).bfloat16()
        return x, y, partner, share, *picks[0][4:], *seen

    def middle(self, u8):
        """Squares larger than the model's input are cropped (144 -> 128), smaller ones are scaled up (64 -> 128)."""
        x, size = u8.float() / 255, self.a.size
        if x.shape[-1] < size: x = F.interpolate(x, (size, size), mode="bicubic", antialias=True).clamp(0, 1)
        m = (x.shape[-1] - size) // 2
        return (x[..., m:m + size, m:m + size] - self.mean) / self.std


class Images:
    """One packed set, and the pictures of it that a step sees."""
    def __init__(self, folder, batch, first_class, smallest, device, pool, a):
        self.x, self.y, self.classes = load(folder, "train", pool)
        self.x, self.y = self.x.to(device), self.y.to(device)
        self.count, self.side, self.batch, self.smallest, self.a = len(self.x), self.x.shape[-1], batch, smallest, a
        self.taught = None
        self.places, self.order = slice(first_class, first_class + len(self.classes)), (None, None)

    def pick(self, step):
        """Pictures in 0...1, mixed, their labels, partners, each one's own share of its label, the teacher's patches and readout."""
        epoch, at = divmod(step, self.count // self.batch)
        if self.order[0] != epoch:
            self.order = epoch, torch.randperm(self.count, generator=torch.Generator().manual_seed(self.a.seed * 1_000_003 + epoch)).to(self.x.device)
        pick = self.order[1][at * self.batch:(at + 1) * self.batch]
        x, theta = augment(self.x[pick].float() / 255, self.a.size, self.smallest)
        x, partner, share = mix(x, self.a.mix)
        return x, self.y[pick], partner, share, *self.told(pick, theta)

    def told(self, pick, theta):
        """What the teacher says of whole images, at the places that the crops `theta` show: [B, patches, D] and [B, D]."""
        if self.taught is None: return None, None
        pick, side = pick.cpu(), self.a.size // self.a.patch
        tokens, readout = (self.taught[k][pick].to(theta.device).float() for k in ("tokens", "readout"))
        tokens = show(tokens.permute(0, 3, 1, 2), theta, side).flatten(2).transpose(1, 2)
        return tokens.bfloat16(), readout.bfloat16()


def load(folder, split, pool):
    """uint8 [N, 3, side, side], labels and class names of one split; no images where the split is empty."""
    blobs, labels, classes = [], [], []
    for path in sorted(glob.glob(f"{folder}/{split}-*.safetensors")):
        with safe_open(path, "numpy") as f:
            classes, side = json.loads(f.metadata()["classes"]), int(f.metadata()["side"])
            data, ends = f.get_tensor("data").tobytes(), f.get_tensor("ends")
            labels.extend(f.get_tensor("labels").tolist())
        blobs += [data[a:b] for a, b in zip([0, *ends[:-1]], ends)]
    if not blobs: return None, None, classes
    images = np.empty((len(blobs), 3, side, side), np.uint8)
    for place, image in zip(images, pool.map(decode, blobs, chunksize=256)): place[:] = image.transpose(2, 0, 1)
    return torch.from_numpy(images), torch.tensor(labels), classes


def decode(blob):
    return np.asarray(Image.open(io.BytesIO(blob)).convert("RGB"))


def augment(x, size, smallest):
    """Random resized crop (area `smallest`...1), flip, brightness, contrast, saturation and hue, and for
    some grey, for some blur.  x: [B, 3, side, side] in 0...1, in random order.  Returns the crops too."""
    b = len(x)
    rand = lambda lo, hi: lo + (hi - lo) * torch.rand(b, device=x.device)
    scale, aspect = rand(smallest, 1).sqrt(), rand(math.log(3 / 4), math.log(4 / 3)).exp().sqrt()
    sx, sy = (scale * aspect).clamp(max=1), (scale / aspect).clamp(max=1)
    flip = torch.where(torch.rand(b, device=x.device) < .5, -1., 1.)
    zero = torch.zeros_like(sx)
    theta = torch.stack([torch.stack([sx * flip, zero, rand(-1, 1) * (1 - sx)], 1),
                         torch.stack([zero, sy, rand(-1, 1) * (1 - sy)], 1)], 1)
    x = show(x, theta, size)
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
    return torch.cat([soft, x[n:]]), theta


def show(x, theta, side):
    """x [B, C, *, *] through the crops theta [B, 2, 3], at side x side places."""
    places = F.affine_grid(theta, (*x.shape[:2], side, side), align_corners=False)
    return F.grid_sample(x, places, align_corners=False, padding_mode="reflection")


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


def add_noise(x, strongest):
    """Gaussian noise on each picture, its deviation drawn from 0...`strongest`. A network that bears noise has gradients in
    which a person sees something (Kaur, Cohen, Lipton 2019, arXiv:1910.08640)."""
    return x + strongest * torch.rand(len(x), 1, 1, 1, device=x.device) * torch.randn_like(x)


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
