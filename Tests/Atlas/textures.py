"""Atlases of colored textures, for what needs many pictures rather than real ones.

    textures.py FOLDER [--layers 10] [--neurons 1000]
"""
import argparse

import numpy

from atlas_folder import TILE, AtlasFolder

STAGE = {"width": 128, "height": 128, "steps": 128,
         "procedure": {"optimizer": {"adam": {"rate": {"start": 0.05, "end": 0.005, "shape": "cosine"}}},
                       "parameterization": {"fourier": {"decay": 1.25}}, "transforms": [{"shift": {"pixels": 7}}]}}
RECIPE = {"version": 2, "model": "textures", "weightsHash": "5f" * 32, "stages": [STAGE]}
#: As version 1 spelled it, with a stage before the last.
OLD_RECIPE = {"version": 1, "model": "textures", "weightsHash": "5f" * 32,
              "earlierStages": [{**STAGE, "width": 64, "height": 64, "steps": 32}], **STAGE}
#: Pictures in full size; neurons share them, since only the small ones have to differ.
FULL = 48


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--layers", type=int, default=10)
    parser.add_argument("--neurons", type=int, default=1000)
    options = parser.parse_args()
    write(options.folder, options.layers, options.neurons)


def write(folder, layers=10, neurons=1000, models=("textures",), classes=(), lists_numbers=True):
    """An atlas with as many pictures in each layer, and a layer of logits if there are classes; always the same."""
    random = numpy.random.default_rng(0)
    atlas = AtlasFolder(folder, title="Atlas of textures", lists_numbers=lists_numbers)
    full = [atlas.picture(f"pictures/{number:02x}/{number:064x}.png", texture(random, 128)) for number in range(FULL)]
    for model in models:
        key = atlas.add_model(f"{model}-5f5f5f5f", model, family="textures", parameters="none", input="128 × 128 px")
        for layer in range(layers):
            target = f"blocks[{layer}].mlp"
            entries = [entry(random, model, target, number, neurons, full) for number in range(neurons)]
            atlas.add_layer(key, f"blocks.{layer}.mlp", entries, small(random, neurons),
                            words="64 tokens × 128 features", recipe=RECIPE)
        if classes:
            entries = [entry(random, model, "logits", number, len(classes), full) for number in range(len(classes))]
            atlas.add_layer(key, "logits", entries, small(random, len(classes)), words=f"{len(classes)} features",
                            recipe=OLD_RECIPE, names=list(classes))
    return atlas.close()


def entry(random, model, target, number, neurons, full):
    """A neuron with everything that the format has."""
    others = lambda: [[int(other), round(float(value), 3)] for other, value in
                      zip(random.integers(0, neurons, 8), numpy.sort(random.uniform(0, 1, 8))[::-1])]
    end = random.uniform(.5, 6)
    history = end * (1 - numpy.exp(-numpy.arange(64) / 14)) + random.normal(0, .06, 64)
    return {
        "neuron": number, "picture": full[number % FULL],
        "cell": f'render(load("{model}").{target}.neuron({number}))',
        "activation": round(float(end), 3), "history": [round(float(value), 3) for value in history],
        "agreement": round(float(random.uniform(.2, 1)), 2), "other": [full[(number + 1) % FULL]],
        "similar": {kind: {"most": others(), "least": others()} for kind in ("weights", "picture")},
    }


def small(random, count):
    """Small pictures: a few textures, each moved and turned round differently, which is quicker than so many."""
    some = [texture(random, TILE) for _ in range(min(count, 64))]
    return [numpy.roll(some[number % 64], number // 64 * 7, (0, 2)) for number in range(count)]


def texture(random, side):
    """Waves in two directions in two colors."""
    row, column = numpy.mgrid[0:side, 0:side] / side
    frequencies = random.uniform(-9, 9, (2, 2))
    waves = [numpy.sin(6.283 * (a * row + b * column) + random.uniform(0, 6.283)) for a, b in frequencies]
    colors = random.uniform(-80, 80, (2, 3))
    color = sum(wave[..., None] * color for wave, color in zip(waves, colors))
    return numpy.clip(128 + color, 0, 255).astype(numpy.uint8)


if __name__ == "__main__":
    main()
