"""Writes what PyTorch hooks give for interventions, sweeps, lenses, contributions and relevance maps.

    python make_cause_fixtures.py

Made with torch 2.15.0, timm 1.0.31, captum 0.9.0, safetensors 0.8.0, in float64 on a CPU. Two tiny models with random
weights and two made-up photographs, which the tests repeat from `pattern`. Integrated gradients are Captum's own; the
other maps follow the formulas of the papers, and were compared with the authors' code when this was written:
`generate_relevance` of hila-chefer/Transformer-MM-Explainability.
"""
import json, os
import numpy as np, timm, torch
from captum.attr import IntegratedGradients
from safetensors.torch import save_file
from pattern import pattern

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = f"{HERE}/causes"
os.makedirs(FOLDER, exist_ok=True)
torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
MEAN, STD = .5, .25
CLASS = 2


def photograph(seed):
    """16 × 16 pixels as bytes, in the order of an image file, and the model's input."""
    pixels = np.floor((pattern((16, 16, 3), seed).numpy() + 2) / 4 * 255)
    return torch.from_numpy((pixels / 255 - MEAN) / STD).permute(2, 0, 1)[None]


def randomize(model):
    for name, p in model.named_parameters():
        scale = .3 if p.ndim > 1 else .2
        p.data = (torch.randn(p.shape) * scale + (1 if "norm" in name and name.endswith("weight") else 0)).float().double()


def save_model(name, model, config):
    config = dict(config, mean=[MEAN] * 3, std=[STD] * 3, image_size=16, resize=16, classes=list("abcde"))
    save_file({k: v.float().contiguous() for k, v in model.state_dict().items()}, f"{FOLDER}/{name}.safetensors",
              metadata={"config": json.dumps(config)})


vit = timm.models.vision_transformer.VisionTransformer(
    img_size=16, patch_size=4, embed_dim=16, depth=3, num_heads=2, num_classes=5, init_values=1).eval()
mixer = timm.models.mlp_mixer.MlpMixer(img_size=16, patch_size=4, embed_dim=16, num_blocks=2, num_classes=5).eval()
for block in vit.blocks: block.attn.fused_attn = False
randomize(vit); randomize(mixer)
save_model("vit", vit, dict(num_heads=2))
# The key by which the project knows its own configuration; a mixer has no heads.
save_model("mixer", mixer, dict(num_heads=1))
x, other = photograph(1), photograph(2)
out = {}


class Hooks:
    """Hooks for the time of a with statement."""
    def __init__(self, *hooks): self.hooks = hooks
    def __enter__(self): self.handles = [module.register_forward_hook(hook) if kind == "out"
                                         else module.register_forward_pre_hook(hook) for kind, module, hook in self.hooks]
    def __exit__(self, *_): [handle.remove() for handle in self.handles]


def changed_output(change):
    return lambda module, inputs, output: change(output.clone())


def changed_input(change):
    return lambda module, inputs: (change(inputs[0].clone()),)


def setter(index, value):
    def change(t):
        t[index] = value
        return t
    return change


def answer(name, model, *hooks):
    picture = x.clone().requires_grad_()
    with Hooks(*hooks):
        logits = model(picture)
        gradient = torch.autograd.grad(logits[0, CLASS], picture)[0]
    out[f"{name}.logits"], out[f"{name}.gradient"] = logits[0], gradient[0]


def of(module, picture=x, model=vit):
    kept = {}
    with Hooks(("out", module, lambda m, i, o: kept.update(o=o.detach().clone()))): model(picture)
    return kept["o"]


direction = pattern((16,), 5)
head = ("in", vit.blocks[1].attn.proj, changed_input(setter((..., slice(8, 16)), 0)))
steer = ("out", vit.blocks[1], changed_output(lambda t: t + 2 * direction))
answer("plain", vit)
answer("head", vit, head)
answer("neurons", vit, ("out", vit.blocks[1].mlp.act, changed_output(setter((..., [3, 7]), .5))))
answer("patches", vit, ("out", vit.blocks[0], changed_output(
    setter((slice(None), slice(1, 5)), of(vit.blocks[0], other)[:, 1:5]))))
answer("direction", vit, steer)
def half_queries(t):
    t[..., :8] *= .5
    return t
answer("queries", vit, ("out", vit.blocks[0].attn.qkv, changed_output(half_queries)))
def skip(module, inputs, output): return inputs[0]
answer("block", vit, ("out", vit.blocks[1], skip))
answer("both", vit, head, steer)
answer("cls", vit, ("out", vit.blocks[2].mlp, changed_output(setter((slice(None), 0), 0))))
answer("mixer.plain", mixer)
# The hidden layer of token mixing is features × hidden units in timm.
answer("mixer.unit", mixer, ("out", mixer.blocks[0].mlp_tokens.act, changed_output(setter((..., 3), .2))))
answer("mixer.mlp", mixer, ("out", mixer.blocks[1].mlp_channels, changed_output(setter(..., 0))))

# Sweeps: every head set to 0, and every head taken from the other photograph.
zero, patched = [], []
for block in vit.blocks:
    kept = {}
    with Hooks(("in", block.attn.proj, lambda m, i: kept.update(o=i[0].detach().clone()))): vit(other)
    for h in range(2):
        own = (..., slice(8 * h, 8 * h + 8))
        for values, results in ((0, zero), (kept["o"][own], patched)):
            with Hooks(("in", block.attn.proj, changed_input(setter(own, values)))):
                results.append(vit(x)[0, CLASS].detach())
out["sweep.zero"], out["sweep.patched"] = torch.stack(zero), torch.stack(patched)
tokens = []
for token in range(17):
    with Hooks(("out", vit.blocks[1], changed_output(setter((slice(None), token), 0)))):
        tokens.append(vit(x)[0, CLASS].detach())
out["sweep.tokens"] = torch.stack(tokens)

# The lens: norm and head on every token after every block.
out["lens"] = torch.stack([vit.head(vit.norm(of(block)))[0].detach() for block in vit.blocks])
out["lens.mixer"] = torch.stack([mixer.head(mixer.norm(of(block, x, mixer)))[0].detach() for block in mixer.blocks])

# Contributions: the norm's mean and deviation are those of the whole stream.
def contributions():
    stream = of(vit.blocks[2])[0, 0]
    weight = vit.head.weight[CLASS] * vit.norm.weight / (stream.var(unbiased=False) + vit.norm.eps).sqrt()
    def part(v): return (weight * (v - v.mean())).sum().detach()
    heads, mlps = [], []
    for block in vit.blocks:
        kept = {}
        with Hooks(("in", block.attn.proj, lambda m, i: kept.update(o=i[0].detach().clone()))): vit(x)
        for h in range(2):
            own = slice(8 * h, 8 * h + 8)
            heads.append(part(block.ls1.gamma * (block.attn.proj.weight[:, own] @ kept["o"][0, 0, own])))
        mlps.append(part(block.ls2.gamma * (of(block.mlp)[0, 0] - block.mlp.fc2.bias)))
    embedding = part(of(vit.norm_pre)[0, 0])
    return torch.stack(heads), torch.stack(mlps), embedding
out["contributions.heads"], out["contributions.mlps"], embedding = contributions()
out["contributions.embedding"] = embedding.reshape(1)

# Relevance.
def patterns():
    kept, gradients = [], []
    picture = x.clone().requires_grad_()
    def keep(module, inputs):
        inputs[0].retain_grad(); kept.append(inputs[0])
    with Hooks(*[("in", block.attn.attn_drop, keep) for block in vit.blocks]):
        vit(picture)[0, CLASS].backward()
    return [(a.detach()[0], a.grad[0]) for a in kept]
relevance = torch.eye(17)
for attention, gradient in patterns():
    mean = (attention * gradient).clamp(min=0).mean(0)
    relevance = relevance + mean @ relevance
out["relevance.chefer"] = relevance[0, 1:].reshape(4, 4)
attention, gradient = patterns()[-1]
out["relevance.gradientAttention"] = (attention * gradient).clamp(min=0).mean(0)[0, 1:].reshape(4, 4)

def grad_cam(model, module, prefix):
    kept = {}
    def keep(m, i, o):
        o.retain_grad(); kept["o"] = o
    with Hooks(("out", module, keep)): model(x.clone().requires_grad_())[0, CLASS].backward()
    activations, gradients = kept["o"].detach()[0, prefix:], kept["o"].grad[0, prefix:]
    return (activations * gradients.mean(0)).sum(1).clamp(min=0).reshape(4, 4)
out["relevance.gradCAM"] = grad_cam(vit, vit.blocks[2].norm1, 1)
out["relevance.gradCAM.mixer"] = grad_cam(mixer, mixer.blocks[1].norm1, 0)

for name, model in (("vit", vit), ("mixer", mixer)):
    attributions, delta = IntegratedGradients(model).attribute(
        x, torch.zeros_like(x), target=CLASS, n_steps=20, return_convergence_delta=True)
    out[f"integrated.{name}"], out[f"integrated.{name}.delta"] = attributions[0].detach(), delta.detach()

# Deletion and insertion as Xplique computes them, of a map of pixels.
map_ = pattern((16, 16), 9)
order = torch.argsort(map_.flatten(), descending=True)
counts = np.linspace(0, 256, 11, dtype=np.int32)
def masked(indices, start, end):
    flat = start.clone().reshape(1, 3, 256); flat[..., indices] = end.reshape(1, 3, 256)[..., indices]
    return vit(flat.reshape(1, 3, 16, 16))[0, CLASS].detach()
out["deletion"] = torch.stack([masked(order[:n], x, torch.zeros_like(x)) for n in counts])
out["insertion"] = torch.stack([masked(order[:n], torch.zeros_like(x), x) for n in counts])
for curve in ("deletion", "insertion"):
    values = out[curve].numpy()
    out[f"{curve}.area"] = torch.tensor([np.mean(values[:-1] + values[1:]) * .5])

save_file({k: v.float().contiguous() for k, v in out.items()}, f"{FOLDER}/reference.safetensors")
print(sum(os.path.getsize(f"{FOLDER}/{f}") for f in os.listdir(FOLDER)), {k: tuple(v.shape) for k, v in out.items()})
