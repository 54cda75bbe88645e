"""Writes the reference values that the model tests compare with.

    python make_fixtures.py [folder of training scripts] [folder of models]

Made with torch 2.15.0, timm 1.0.31, safetensors 0.8.0, in float64 on a CPU unless said. Three tiny models with
random weights (width 16, depth 2) are written whole; of the built-in models and of DeiT-Tiny, what they answer
to one made-up picture. The picture and the objective's weights come from `pattern`, which the tests repeat.
"""
import json, os, sys
import numpy as np, timm, torch
from safetensors import safe_open
from safetensors.torch import save_file, load_file

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
TRAINING = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "training")
MODELS = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "..", "shared", "models")
sys.path.insert(0, TRAINING)
from models import FeedForwardMixer, build, read
from pattern import pattern

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def randomize(model):
    for name, p in model.named_parameters():
        scale = .3 if p.ndim > 1 else .2
        p.data = (torch.randn(p.shape) * scale + (1 if "norm" in name and name.endswith("weight") else 0)).float().double()


def run(model, picture, names, transposed=()):
    """Every named module's output, tokens × features, kept in the autograd graph."""
    outputs = {}
    def keep(name):
        def hook(module, inputs, output):
            outputs[name] = output
        return hook
    handles = [model.get_submodule(n).register_forward_hook(keep(n)) for n in names]
    outputs["logits"] = model(picture)
    for handle in handles: handle.remove()
    return {n: o.transpose(1, 2) if n in transposed else o for n, o in outputs.items()}


def tiny(name, model, config, names, seeded, transposed=()):
    model.eval(); randomize(model)
    weights = {k: v.float().contiguous() for k, v in model.state_dict().items()}
    save_file(weights, f"{HERE}/tiny_{name}.safetensors", metadata={"config": json.dumps(config)})
    picture = pattern((2, 3, 16, 16), 1).requires_grad_()
    outputs = run(model, picture, names, transposed)
    reference = {"output." + n: o.detach() for n, o in outputs.items()}
    # One objective over several layers at once, each weighed by a pattern of its own.
    objective = sum((outputs[n] * pattern(tuple(outputs[n].shape), 2 + i)).sum() for i, n in enumerate(seeded))
    reference["gradient.several"] = torch.autograd.grad(objective, picture, retain_graph=True)[0]
    for n in [seeded[1], seeded[-1]]:
        one = (outputs[n] * pattern(tuple(outputs[n].shape), 2)).sum()
        reference["gradient." + n] = torch.autograd.grad(one, picture, retain_graph=True)[0]
    save_file({k: v.float().contiguous() for k, v in reference.items()}, f"{HERE}/tiny_{name}_reference.safetensors",
              metadata={"seeded": json.dumps(seeded)})


def blocks(parts):
    return [f"blocks.{i}{p}" for i in range(2) for p in parts]


def make_tiny():
    tiny("vit", timm.models.vision_transformer.VisionTransformer(
            img_size=16, patch_size=4, embed_dim=16, depth=2, num_heads=2, num_classes=5),
         dict(num_heads=2, classes=list("abcde")),
         ["patch_embed", "norm", "blocks.0.attn.qkv", "blocks.0.mlp.fc1", "blocks.0.norm2", "blocks.0.mlp.act"]
         + blocks(["", ".attn", ".norm1", ".mlp"]),
         ["blocks.0.norm1", "blocks.0.mlp.act", "blocks.1.attn", "blocks.1", "logits"])
    feed_forward = FeedForwardMixer(16, 4, 16, 2, 5)
    tiny("ffmixer", feed_forward, {},
         ["norm"] + blocks([".norm1", ".norm2", ".mlp1", ".mlp2"]) + blocks([""]),
         ["blocks.0.mlp1", "blocks.0.mlp2", "blocks.1.norm2", "blocks.1", "logits"],
         transposed=[f"blocks.{i}.{p}" for i in range(2) for p in ("norm2", "mlp2")])
    tiny("mixer", timm.models.mlp_mixer.MlpMixer(img_size=16, patch_size=4, embed_dim=16, num_blocks=2, num_classes=5),
         {},
         ["stem", "norm"] + blocks(["", ".norm1", ".norm2", ".mlp_tokens", ".mlp_channels", ".mlp_channels.act"]),
         ["blocks.0.mlp_tokens", "blocks.0.mlp_channels.act", "blocks.1.norm2", "blocks.1", "logits"],
         transposed=[f"blocks.{i}.mlp_tokens" for i in range(2)])


def make_trained():
    """Logits, and every 1009th number of the picture's gradient for one neuron over all patches."""
    reference = {}
    def answer(name, model, path, size, layer, neuron, prefix=1):
        model.load_state_dict({k: v.double() for k, v in load_file(path).items()}); model.eval()
        picture = pattern((1, 3, size, size), 1).requires_grad_()
        outputs = run(model, picture, [layer])
        gradient = torch.autograd.grad(outputs[layer][:, prefix:, neuron].mean(), picture)[0]
        reference[f"{name}.logits"] = outputs["logits"].detach()
        reference[f"{name}.gradient"] = gradient.flatten()[::1009]
        reference[f"{name}.gradient_norm"] = gradient.norm().reshape(1)
    resources = f"{ROOT}/Sources/Engine/Resources"
    vit = timm.models.vision_transformer.VisionTransformer
    for name, layer, prefix in (("vit", "mlp", 1), ("mixer", "mlp_channels", 0), ("ffmixer", "mlp1", 1)):
        path = f"{resources}/{name}.safetensors"
        answer(name, build(read(path)[0]), path, 128, f"blocks.5.{layer}", 42, prefix)
    deit = f"{MODELS}/deit_tiny_patch16_224.safetensors"
    if os.path.exists(deit):
        answer("deit", vit(embed_dim=192, depth=12, num_heads=3), deit, 224, "blocks.6.mlp", 101)
    save_file({k: v.float().contiguous() for k, v in reference.items()}, f"{HERE}/trained_reference.safetensors")


if __name__ == "__main__":
    make_tiny()
    make_trained()
