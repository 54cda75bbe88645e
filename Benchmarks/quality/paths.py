"""Does a picture of a neuron go through the model as photographs do that drive the neuron?

path        path similarity (Geirhos et al. 2024, arXiv:2306.04719): cosine between what the blocks up to the neuron's compute from
            the picture and from the ten photographs that drive the neuron most, each feature (mean over the patches) in
            deviations from its mean over all photographs; mean over these blocks
share       the same, where one of the ten photographs has 1 and any photograph 0
strong      how often the picture is more similar to a strong photograph than to one of the ten weakest, at the neuron's block
            (after Zimmermann, Klindt and Brendel 2024; .5 is chance)
"""
import math
import statistics

import torch
from torch.nn.functional import cosine_similarity

AT_EITHER_END = 10


class Photographs:
    """What a model computes from photographs, each of which goes through it once."""

    def __init__(self, measured, paths):
        self.measured = measured
        parts = [self.computed(paths[i:i + 25]) for i in range(0, len(paths), 25)]
        outputs, self.activations = (torch.cat(part) for part in zip(*parts))
        self.mean, self.deviation = outputs.mean(0), outputs.std(0)
        self.outputs = (outputs - self.mean) / self.deviation

    @torch.no_grad()
    def computed(self, paths):
        """The blocks' outputs and their MLPs', means over the patches: twice [files, blocks, D]."""
        outputs, mlps = [], []
        def keeping(found):
            def keep(module, given, out):
                first = out.shape[1] - math.isqrt(out.shape[1]) ** 2
                found.append(out[:, first:].mean(1))
            return keep
        model = self.measured.model
        hooks = [block.register_forward_hook(keeping(outputs)) for block in model.blocks]
        hooks += [self.measured.module(i).register_forward_hook(keeping(mlps)) for i in range(len(model.blocks))]
        model((torch.stack([self.measured.seen(path) for path in paths]) - self.measured.mean) / self.measured.std)
        for hook in hooks: hook.remove()
        return torch.stack(outputs, 1), torch.stack(mlps, 1)

    def strongest(self, layer, neuron):
        """The largest activation of a neuron on any photograph."""
        return self.activations[:, layer, neuron].max().item()

    def follow(self, path, layer, neuron):
        """How much like strong photographs the picture in a file goes through the model; see above. Wants twenty photographs."""
        order = self.activations[:, layer, neuron].argsort(descending=True)
        strong, weak = order[:AT_EITHER_END], order[-AT_EITHER_END:]
        along = lambda outputs, those: cosine_similarity(
            outputs[:, :layer + 1], self.outputs[those].mean(0)[None, :layer + 1], dim=-1).mean(1)
        picture = (self.computed([path])[0] - self.mean) / self.deviation
        own, usual = along(picture, strong).item(), along(self.outputs, strong).mean().item()
        best = statistics.mean(along(self.outputs[[i]], strong[strong != i]).item() for i in strong.tolist())
        to = lambda those: cosine_similarity(picture[0, layer][None], self.outputs[those, layer])
        return dict(path=own, share=(own - usual) / (best - usual),
                    strong=(to(strong)[:, None] > to(weak)[None]).float().mean().item())
