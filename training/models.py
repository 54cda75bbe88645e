"""The three models, and how a file of weights is read.

Keys follow timm; `ffmixer` follows the keys of the published linear_* checkpoints.
"""
import json, re
import timm, torch
import torch.nn as nn, torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file
from timm.layers import DropPath, build_sincos2d_pos_embed


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

    def embedded(self, x):
        """What the first block sees: [B, 1 + patches, dim]."""
        x = self.patch_embed.proj(x).flatten(2).transpose(1, 2)
        x = x + self.pos_encoding.pos_embed.flatten(2).transpose(1, 2)
        cls = (self.cls_token + self.pos_encoding.cls_pos_embed).expand(len(x), -1, -1)
        return torch.cat([cls, x], 1)

    def forward_features(self, x):
        x = self.embedded(x)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)

    def forward_head(self, x):
        return self.head(x[:, 0])

    def forward(self, x):
        return self.forward_head(self.forward_features(x))


def build(config, drop=0.):
    c = config
    if c["architecture"] == "vit":
        model = timm.models.vision_transformer.VisionTransformer(
            img_size=c["image_size"], patch_size=c["patch_size"], embed_dim=c["embed_dim"], depth=c["depth"],
            num_heads=c["num_heads"], num_classes=c["num_classes"], drop_path_rate=drop)
        # Where a patch lies is known from the start, as it is to a mixer's weights (Beyer et al. 2022).
        side = c["image_size"] // c["patch_size"]
        model.pos_embed.data[0, 1:] = .5 * build_sincos2d_pos_embed([side, side], c["embed_dim"])
        return model
    if c["architecture"] == "mixer":
        return timm.models.mlp_mixer.MlpMixer(
            img_size=c["image_size"], patch_size=c["patch_size"], embed_dim=c["embed_dim"], num_blocks=c["depth"],
            num_classes=c["num_classes"], drop_path_rate=drop)
    if c["architecture"] == "ffmixer":
        return FeedForwardMixer(c["image_size"], c["patch_size"], c["embed_dim"], c["depth"], c["num_classes"], drop)
    raise ValueError(f"{c['architecture']} is none of vit, mixer and ffmixer")


def embedded(model, x):
    """The stream before a model's first block: [B, tokens, D]."""
    if isinstance(model, timm.models.mlp_mixer.MlpMixer): return model.stem(x)
    if isinstance(model, timm.models.vision_transformer.VisionTransformer): return model._pos_embed(model.patch_embed(x))
    return model.embedded(x)


def stream(model, x):
    """The stream before a model's first block and after each one."""
    states = [embedded(model, x)]
    for block in model.blocks: states.append(block(states[-1]))
    return states


def inherited(architecture, teacher):
    """The weights of a teacher (`Teacher`, a transformer) under the names that a model has for the same thing."""
    weights = dict(teacher.model.state_dict())
    for name in ("head.weight", "head.bias"): weights[name] = weights[name][teacher.classes]
    if architecture == "vit": return weights
    side = teacher.model.patch_embed.grid_size
    rules = {"mixer": [(r"^patch_embed\.", "stem."), (r"\.mlp\.", ".mlp_channels.")],
             # An MLP over the embedding comes first in its blocks, with the norm that a transformer has before it.
             "ffmixer": [(r"\.norm1\.", ".attn."), (r"\.norm2\.", ".norm1."), (r"\.mlp\.", ".mlp1.")]}[architecture]
    places = weights.pop("pos_embed")
    token = weights.pop("cls_token")
    for pattern, name in rules: weights = {re.sub(pattern, name, k): v for k, v in weights.items()}
    if architecture == "ffmixer":
        weights |= {"cls_token": token, "pos_encoding.cls_pos_embed": places[:, :1],
                    "pos_encoding.pos_embed": places[:, 1:].transpose(1, 2).unflatten(2, side)}
    return {k: v for k, v in weights.items() if ".attn." not in k}


class Pupil(nn.Module):
    """What a model says in a teacher's terms: a linear map of its patches and one of what its classifier reads."""
    def __init__(self, dim, teacher_dim, reads=False):
        """`reads`: whether it says only what the classifier reads, of which each channel is then given mean 0 and variance 1 in a batch:
        a mixer's means of patches point nearly the same way for all pictures."""
        super().__init__()
        self.even = nn.BatchNorm1d(dim, affine=False, track_running_stats=False) if reads else nn.Identity()
        self.tokens, self.readout = None if reads else nn.Linear(dim, teacher_dim), nn.Linear(dim, teacher_dim)

    def forward(self, model, said):
        """Patches (or None) and readout as the teacher would say them, of what `model` says after its last norm."""
        mean = isinstance(model, timm.models.mlp_mixer.MlpMixer)
        readout, patches = (said.mean(1), said) if mean else (said[:, 0], said[:, 1:])
        return self.tokens and self.tokens(patches), self.readout(self.even(readout))


def read(path):
    """(configuration, weights) of a file that this script wrote."""
    with safe_open(path, "pt") as f:
        config = json.loads(f.metadata()["config"])
    return config, {k: v.float() if v.is_floating_point() else v for k, v in load_file(path).items()}
