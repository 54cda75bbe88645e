"""The benchmark's render step in PyTorch: the default procedure towards neuron 101 of a layer.

    pytorch_step.py WEIGHTS LAYER

Says "PyTorch …" when it is ready. Then, for every number on standard input, takes so many steps of
each kind and writes a line for each: the kind, and seconds elapsed and on the processor of every step.

Whole: the model as timm makes it, weights frozen, a forward hook on the layer. Cut: the blocks after
the layer are taken out first. Both go from Fourier coefficients to the picture, through shift,
rotation and view as one grid_sample, colour shift and noise into the model, and back to an Adam step.
"""

import json
import math
import sys
import time

try:
    import timm
    import torch
    import torch.nn.functional as F
    from safetensors import safe_open
except ImportError as error:
    sys.exit(f"Without PyTorch: {error}.")

NEURON = 101
COLOUR = torch.tensor(
    [[0.56282854, 0.19482528, 0.0432945], [0.5844758, 0, -0.10823626], [0.5844758, -0.19482528, 0.06494176]])


def load(path):
    """The timm vision transformer of a safetensors file."""
    with safe_open(path, "pt") as file:
        config = json.loads((file.metadata() or {}).get("config", "{}"))
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}
    if "blocks.0.attn.qkv.weight" not in tensors:
        sys.exit("Without PyTorch: timm has no such model.")
    width, _, patch, _ = tensors["patch_embed.proj.weight"].shape
    tokens = tensors["pos_embed"].shape[1]
    model = timm.models.vision_transformer.VisionTransformer(
        img_size=round(math.sqrt(tokens - 1)) * patch, patch_size=patch, embed_dim=width,
        depth=len({name.split(".")[1] for name in tensors if name.startswith("blocks.")}),
        num_heads=config.get("num_heads", width // 64), num_classes=tensors["head.weight"].shape[0])
    model.load_state_dict(tensors)
    return model.eval().requires_grad_(False)


def cut(model, layer):
    """Takes out what comes after the layer's block."""
    model.blocks = model.blocks[: int(layer.split(".")[1]) + 1]
    model.norm = model.head = torch.nn.Identity()
    return model


class Step:
    """One render at work."""

    def __init__(self, model, layer):
        self.model = model
        model.get_submodule(layer).register_forward_hook(self.keep)
        size = self.size = model.patch_embed.img_size[0]
        frequency = torch.hypot(torch.fft.fftfreq(size)[:, None], torch.fft.rfftfreq(size)[None])
        self.scale = frequency.clamp(min=1 / size) ** -1.25 / 4
        self.z = (0.01 * torch.randn(3, size, size // 2 + 1, 2)).requires_grad_()
        self.optimizer = torch.optim.Adam([self.z], lr=0.05)

    def keep(self, module, inputs, output):
        self.output = output

    def disturb(self, picture):
        angle = math.radians((torch.rand(()) * 30 - 15).item())
        part = (0.7 + 0.4 * torch.rand(())).item()
        cosine, sine = part * math.cos(angle), part * math.sin(angle)
        shift = (torch.rand(2) * 2 - 1) * 24 / 112
        matrix = torch.tensor([[cosine, -sine, shift[0]], [sine, cosine, shift[1]]])
        grid = F.affine_grid(matrix[None], (1, 3, self.size, self.size), align_corners=False)
        picture = F.grid_sample(picture[None], grid, padding_mode="reflection", align_corners=False)
        picture = picture * torch.exp(torch.rand(3, 1, 1) - 0.5) + (torch.rand(3, 1, 1) - 0.5)
        return picture + 0.1 * torch.randn_like(picture)

    def run(self):
        self.optimizer.zero_grad()
        spectrum = torch.view_as_complex(self.z) * self.scale
        channels = torch.fft.irfft2(spectrum, s=(self.size, self.size), norm="ortho")
        picture = torch.sigmoid(torch.einsum("rd,dhw->rhw", COLOUR, channels))
        self.model((self.disturb(picture) - 0.5) / 0.5)
        (-self.output[..., NEURON].mean()).backward()
        self.optimizer.step()


def measured(step):
    """Seconds that a step takes, elapsed and on the processor."""
    elapsed, processor = time.perf_counter(), time.process_time()
    step.run()
    return time.perf_counter() - elapsed, time.process_time() - processor


def main(path, layer):
    steps = {"whole": Step(load(path), layer), "cut": Step(cut(load(path), layer), layer)}
    for step in steps.values():
        for _ in range(5):
            step.run()
    print(f"PyTorch {torch.__version__}, timm {timm.__version__}, {torch.get_num_threads()} threads", flush=True)
    for line in sys.stdin:
        for kind, step in steps.items():
            step.run()
            times = [measured(step) for _ in range(int(line))]
            print(kind, *(f"{number:.6f}" for pair in times for number in pair), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
