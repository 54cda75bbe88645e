"""Forward passes and input gradients in PyTorch, a turn at a time: what `benchmark --steps` measures of our model.

Standard input has a line for each wish, and each is answered by a line:

    open WEIGHTS BLOCK BATCH    → what is the quickest way of the best: "eager" or "compiled"
    run whole SECONDS           → the seconds of each step, at least one
    run best SECONDS            → likewise

Whole: as Lucid's ports do it. The model runs to its end, its weights frozen, and a hook keeps the output of the block's MLP.
Best: what comes after the MLP is taken out of the model, and its blocks are compiled where that is quicker.
WEIGHTS are one of `models.py`. A batch is a sheet of as many neurons, from the 101st on.
"""
import os
import sys
import time

import torch
from safetensors.torch import load_file

from models import blocks, build


class UpToMLP(torch.nn.Module):
    """A block that ends with its MLP's output."""

    def __init__(self, block, rope=None):
        super().__init__()
        self.block, self.rope = block, rope

    def forward(self, x):
        block = self.block
        if hasattr(block, "gamma_1"):
            return block.mlp(block.norm2(x + block.gamma_1 * block.attn(block.norm1(x), rope=self.rope)))
        if hasattr(block, "window_size"):
            return block.mlp(block.norm2(x + block._attn(block.norm1(x))))
        if hasattr(block, "mlp_channels"):
            x = x + block.mlp_tokens(block.norm1(x).transpose(1, 2)).transpose(1, 2)
            return block.mlp_channels(block.norm2(x))
        y = block.ln_1(x)
        return block.mlp(block.ln_2(x + block.self_attention(y, y, y, need_weights=False)[0]))


class Rotated(torch.nn.Module):
    """A block with rotary positions."""

    def __init__(self, block, rope):
        super().__init__()
        self.block, self.rope = block, rope

    def forward(self, x): return self.block(x, rope=self.rope)


class Whole:
    """A step of the whole model."""

    def __init__(self, model, place, batch):
        self.model, self.place = model, place
        side = getattr(model, "image_size", 224)
        self.picture = torch.randn(batch, 3, side, side).requires_grad_()

    def forward(self):
        found, (listed, name) = {}, blocks(self.model)
        layer = getattr(listed[self.place], name)
        hook = layer.register_forward_hook(lambda module, inputs, output: found.update(output=output))
        self.model(self.picture)
        hook.remove()
        return found["output"]

    def run(self):
        """Seconds of a step."""
        start = time.perf_counter()
        self.picture.grad = None
        output = self.forward()
        sum(output[i, ..., 101 + i].mean() for i in range(len(output))).backward()
        return time.perf_counter() - start


class Cut(Whole):
    """A step of the model up to the MLP."""

    def __init__(self, model, place, batch, compiles):
        super().__init__(model, place, batch)
        listed, rope = blocks(model)[0], None
        kept = [*listed[:place], UpToMLP(listed[place])]
        if hasattr(model, "rope"):
            with torch.no_grad():
                rope = model._pos_embed(model.patch_embed(self.picture))[1]
            kept = [*(Rotated(block, rope) for block in listed[:place]), UpToMLP(listed[place], rope)]
        elif hasattr(model, "layers"):
            # What joins the patches between two stages comes before the blocks of the second.
            kept = []
            for stage in model.layers:
                kept += [stage.downsample, *stage.blocks]
                if listed[place] in stage.blocks: break
            kept = [*kept[:kept.index(listed[place])], UpToMLP(listed[place])]
        if compiles:
            # Block by block: they share one compilation, and nothing would be fused across them.
            kept = [torch.compile(block, dynamic=False) for block in kept]
        self.kept = torch.nn.Sequential(*kept)

    def forward(self):
        model, x = self.model, self.picture
        if hasattr(model, "stem"):
            return self.kept(model.stem(x))
        if hasattr(model, "rope"):
            return self.kept(model._pos_embed(model.patch_embed(x))[0])
        if hasattr(model, "layers"):
            return self.kept(model.patch_embed(x))
        tokens = model._process_input(x)
        tokens = torch.cat([model.class_token.expand(len(x), -1, -1), tokens], 1)
        return self.kept(tokens + model.encoder.pos_embedding)


def best(model, place, batch):
    """The quicker of the two ways, and its name."""
    ways = {"eager": Cut(model, place, batch, False), "compiled": Cut(model, place, batch, True)}
    times = {}
    for name, way in ways.items():
        try:
            # A first step compiles, or finds caches empty, which tells only in short ones.
            first = way.run()
            times[name] = first if name == "eager" and first > 1 else min(turn(way, .3))
        except Exception as error:
            print(f"Without torch.compile: {error}", file=sys.stderr)
    name = min(times, key=times.get)
    return ways[name], name


def turn(step, seconds):
    """The seconds of each step, at least one."""
    end, times = time.perf_counter() + seconds, []
    while not times or time.perf_counter() < end:
        times.append(step.run())
    return times


def main():
    models, steps = {}, {}
    torch._dynamo.config.recompile_limit = 1000
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
    for line in sys.stdin:
        wish, *words = line.split()
        if wish == "open":
            path, place, batch = words[0], int(words[1]), int(words[2])
            if path not in models:
                models.clear()
                models[path] = build(os.path.basename(path).removesuffix(".safetensors"))
                models[path].load_state_dict(load_file(path))
            steps["whole"] = Whole(models[path], place, batch)
            steps["best"], name = best(models[path], place, batch)
            print(name, flush=True)
        else:
            print(*turn(steps[words[0]], float(words[1])), flush=True)


if __name__ == "__main__":
    main()
