"""Writes atlases in the format that the site reads: of textures, as many as are asked for, or of real renders."""
import json
import pathlib
import shutil

import numpy
from PIL import Image

SITE = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "Engine" / "Resources" / "atlas"
TILE, COLUMNS, ROWS = 64, 16, 16


class AtlasFolder:
    """An atlas that is written model by model, layer by layer."""

    def __init__(self, folder, title="Atlas", lists_numbers=True):
        """`lists_numbers`: whether data/atlas.js says which neurons a layer has, which is optional."""
        self.folder, self.lists_numbers = pathlib.Path(folder), lists_numbers
        self.contents = {"version": 1, "title": title, "made": "vitrine 0.0", "models": []}
        shutil.copytree(SITE, self.folder, dirs_exist_ok=True)

    def add_model(self, key, name, weights="5f" * 32, **facts):
        card = [list(fact) for fact in facts.items()]
        self.contents["models"].append({"key": key, "name": name, "weights": weights, "card": card, "layers": []})
        return key

    def add_layer(self, model, address, neurons, thumbnails, words="", of=None, recipe=None, names=None):
        """`neurons`: entries in the order of `thumbnails`, arrays of 64 × 64 × 3; each is given its tile."""
        for tile, entry in enumerate(neurons):
            entry.setdefault("tile", tile)
        files = self._write_sheets(model, address, thumbnails)
        sheets = {"tile": TILE, "columns": COLUMNS, "rows": ROWS, "files": files}
        data = f"data/{model}/{address}.js"
        self._write(data, "vitrineLayer", {
            "model": model, "layer": address, "recipe": recipe or {}, "sheets": sheets, "neurons": neurons})
        entry = {"address": address, "words": words, "neurons": of or len(neurons), "made": len(neurons), "data": data}
        if names:
            entry["names"] = names
        if self.lists_numbers:
            entry |= {"sheets": sheets, "numbers": ranges([neuron["neuron"] for neuron in neurons])}
        next(known for known in self.contents["models"] if known["key"] == model)["layers"].append(entry)

    def close(self):
        self._write("data/atlas.js", "vitrineAtlas", self.contents)
        return self.folder

    def picture(self, path, image):
        """Writes a picture, or copies it when `image` is a file, and says where it is."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(image, (str, pathlib.Path)):
            shutil.copyfile(image, target)
        else:
            Image.fromarray(image).save(target)
        return path

    def _write_sheets(self, model, address, thumbnails):
        files, size = [], COLUMNS * ROWS
        for number, begin in enumerate(range(0, len(thumbnails), size)):
            part = thumbnails[begin:begin + size]
            rows = -(-len(part) // COLUMNS)
            sheet = numpy.zeros((rows * TILE, COLUMNS * TILE, 3), numpy.uint8)
            for tile, thumbnail in enumerate(part):
                top, left = tile // COLUMNS * TILE, tile % COLUMNS * TILE
                sheet[top:top + TILE, left:left + TILE] = thumbnail
            files.append(f"sheets/{model}/{address}-{number}.jpg")
            (self.folder / files[-1]).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(sheet).save(self.folder / files[-1], quality=85)
        return files

    def _write(self, path, function, contents):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"{function}({json.dumps(contents, separators=(',', ':'), ensure_ascii=False)});\n")


def ranges(numbers):
    """[0, 1, 2, 7] as [[0, 2], [7, 7]]."""
    found = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found
