"""A small atlas of real renders with everything that the site can show, for screenshots and for looking at.

    exhibition.py FOLDER RENDERS

RENDERS is what `renders.py` wrote. How alike pictures are and which photographs are strongest is worked out from the
pixels here: the site shows such numbers whatever they mean.
"""
import hashlib
import json
import pathlib
import sys

import numpy
from PIL import Image

import renders
from atlas_folder import TILE, AtlasFolder

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLASSES = ("tench", "Shih-Tzu", "Rhodesian ridgeback", "beagle", "English foxhound", "Border terrier",
           "Australian terrier", "golden retriever", "English springer", "Old English sheepdog", "Samoyed", "dingo",
           "cassette player", "chain saw", "church", "French horn", "garbage truck", "gas pump", "golf ball",
           "parachute")
CARDS = {
    "vit": {"family": "vision transformer, 12 blocks", "parameters": "5,502,932",
            "input": "128 × 128 px, patches of 16 px",
            "classes": "20: tench, Shih-Tzu, Rhodesian ridgeback, beagle …",
            "origin": "built in, 11 MB"},
    "ffmixer": {"family": "feed-forward mixer, 12 blocks", "input": "128 × 128 px, patches of 16 px",
                "classes": "20: tench, Shih-Tzu, Rhodesian ridgeback, beagle …", "origin": "built in"},
}


def main():
    folder, source = map(pathlib.Path, sys.argv[1:])
    write(folder, source, renders.render(source))


def write(folder, source, entries):
    atlas = AtlasFolder(folder, title="Two small models")
    photographs = copied_photographs(atlas)
    for model in dict.fromkeys(entry["model"] for entry in entries):
        of_model = [entry for entry in entries if entry["model"] == model]
        atlas.add_model(key(source, of_model), model, recipe_in(file_of(source, of_model[0]))["weightsHash"], **CARDS[model])
        thumbnails = {(entry["layer"], entry["neuron"]): thumbnail(source, entry)
                      for entry in of_model if entry["seed"] == 0}
        for layer in dict.fromkeys(entry["layer"] for entry in of_model):
            add_layer(atlas, source, model, layer, of_model, thumbnails, photographs)
    return atlas.close()


def add_layer(atlas, source, model, layer, entries, thumbnails, photographs):
    mine = [entry for entry in entries if entry["layer"] == layer and entry["seed"] == 0]
    others = {entry["neuron"]: entry for entry in entries if entry["layer"] == layer and entry["seed"] == 1}
    recipe = recipe_in(file_of(source, mine[0]))
    is_classes = layer == "logits"
    neurons = []
    for entry in mine:
        number = entry["neuron"]
        other = others.get(number)
        target = f'logit("{CLASSES[number]}")' if is_classes else f"{subscripted(layer)}.neuron({number})"
        neurons.append({
            "neuron": number, "picture": copied(atlas, source, entry), "cell": f"render({model}.{target})",
            "activation": entry["activation"], "history": thinned(entry["history"]),
            **({"name": CLASSES[number]} if is_classes else {}),
            **(seen_again(atlas, source, entry, other) if other else {}),
            "similar": {"weights": like(thumbnails, layer, number, within=True),
                        "picture": like(thumbnails, layer, number)},
            "photographs": strongest(photographs, thumbnails[layer, number]),
        })
    words = "20 features" if is_classes else "65 tokens (CLS and 8 × 8 patches) × 192 features"
    atlas.add_layer(key(source, entries), layer, neurons, [thumbnails[layer, entry["neuron"]] for entry in mine], words=words,
                    of=20 if is_classes else 192, recipe=recipe, names=list(CLASSES) if is_classes else None)


def key(source, entries):
    """What an atlas calls a model: its name and the beginning of its weights' hash."""
    return f"{entries[0]['model']}-{recipe_in(file_of(source, entries[0]))['weightsHash'][:8]}"


def file_of(source, entry):
    return source / entry["model"] / entry["layer"] / f"{entry['neuron']}-{entry['seed']}.png"


def copied(atlas, source, entry):
    file = file_of(source, entry)
    name = hashlib.sha256(file.read_bytes()).hexdigest()
    return atlas.picture(f"pictures/{name[:2]}/{name}.png", file)


def thumbnail(source, entry):
    image = Image.open(file_of(source, entry)).convert("RGB")
    return numpy.asarray(image.resize((TILE, TILE), Image.Resampling.LANCZOS))


def recipe_in(file):
    """What the layer's pictures have in common."""
    recipe = json.loads(Image.open(file).info["vitrine-recipe"])
    recipe.pop("objectives")
    return recipe


def subscripted(layer):
    """blocks.5.mlp as a cell spells it: blocks[5].mlp."""
    return "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in layer.split("."))[1:]


def thinned(history):
    picked = numpy.linspace(0, len(history) - 1, min(64, len(history))).round().astype(int)
    return [round(history[index], 4) for index in picked]


def look(pixels):
    """What is compared: the picture in 16 × 16, less its mean."""
    small = numpy.asarray(Image.fromarray(pixels).resize((16, 16), Image.Resampling.BOX), float)
    return (small - small.mean()).ravel()


def cosine(one, other):
    return float(one @ other / (numpy.linalg.norm(one) * numpy.linalg.norm(other) + 1e-9))


def seen_again(atlas, source, entry, other):
    agreement = cosine(look(thumbnail(source, entry)), look(thumbnail(source, other)))
    return {"other": [copied(atlas, source, other)], "agreement": round(max(0, agreement), 2)}


def like(thumbnails, layer, number, within=False):
    """Entries of the format: within a layer `[neuron, value]`, otherwise `[layer, neuron, value]`."""
    own = look(thumbnails[layer, number])
    found = sorted(((cosine(own, look(pixels)), key) for key, pixels in thumbnails.items()
                    if key != (layer, number) and (key[0] == layer or not within)), reverse=True)
    entries = [[neuron, round(value, 3)] if within else [address, neuron, round(value, 3)]
               for value, (address, neuron) in found]
    return {"most": entries[:8], "least": entries[:-9:-1]}


def copied_photographs(atlas):
    """The photographs that are at hand, cut into pieces so that there are some to choose from."""
    folders = [ROOT / "notebooks" / "photographs", ROOT.parent / "shared" / "photos"]
    files = sorted(file for folder in folders if folder.is_dir() for file in folder.glob("*.[jp][pn]g"))
    pieces = []
    for file in files:
        image = Image.open(file).convert("RGB")
        side = min(image.size)
        for number, left in enumerate(numpy.linspace(0, image.width - side, 3).astype(int)):
            piece = numpy.asarray(image.crop((left, 0, left + side, side)).resize((160, 160)))
            name = f"{file.stem} {number + 1}.jpg"
            pieces.append((atlas.picture(f"photographs/{name}", piece), name, look(piece)))
    return pieces


def strongest(photographs, pixels):
    own = look(pixels)
    found = sorted(((cosine(own, seen), path, name) for path, name, seen in photographs), reverse=True)
    return [{"picture": path, "name": name, "activation": round(value, 3)} for value, path, name in found[:6]]


if __name__ == "__main__":
    main()
