"""A trained vision transformer that looks at the same crops and says what it makes of them, block by block.

Asked about each batch, at the size of the models that learn from it, on the pictures without their noise: a third of
what a step of one model costs, shared by all that are trained beside each other.
"""
import timm, torch
from safetensors.torch import load_file
from timm.data import ImageNetInfo
from timm.layers import resample_abs_pos_embed
from models import stream
from pack import NAMES


class Teacher:
    """What is said of a batch: the stream before the first block and after each one, and the logits of the classes that are learned."""
    def __init__(self, path, name, size, classes, device):
        weights = {k: v.float() for k, v in load_file(path).items()}
        model = timm.create_model(name, img_size=size)
        side = size // model.patch_embed.patch_size[0]
        weights["pos_embed"] = resample_abs_pos_embed(weights["pos_embed"], (side, side), num_prefix_tokens=model.num_prefix_tokens)
        model.load_state_dict(weights)
        self.model, self.name, self.device = model.to(device).eval().requires_grad_(False), name, device
        synsets, ids = ImageNetInfo().label_names(), {name: i for i, name in NAMES.items()}
        self.classes = torch.tensor([synsets.index(ids[c]) for c in classes], device=device)

    @torch.no_grad()
    def __call__(self, x):
        """([B, blocks + 1, 1 + patches, D], [B, classes]) of normalised pictures."""
        with torch.autocast(self.device, torch.bfloat16):
            states = stream(self.model, x)
            logits = self.model.head(self.model.norm(states[-1])[:, 0])
        return torch.stack(states, 1).bfloat16(), logits[:, self.classes].float()


def unlike(mine, his, spread=None):
    """How much of the teacher's variance is missed, of each place of the stream and channel alike (1: knows nothing of it).
    `spread`: what varies, where that is not `his` itself."""
    variance = (his if spread is None else spread).var((0, 1), keepdim=True) + 1e-6
    return ((mine - his).square() / variance).mean()
