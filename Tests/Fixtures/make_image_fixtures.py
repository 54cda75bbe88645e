"""Writes the picture fixtures: files as Pillow writes them, and what Pillow and torchvision make of them.

    python make_image_fixtures.py

Made with Pillow 13.0.0, torchvision 0.29.2, PyTorch 2.15.0, NumPy 2.4.6. Each `*.rgb` file holds the bytes of
height × width × 3 pixels; its name ends in width x height. Each `*.f32` holds little-endian floats.
"""
import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, PngImagePlugin
from torchvision import transforms
from torchvision.transforms import InterpolationMode

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)


def folder(name):
    path = HERE / f"images-{name}"
    path.mkdir(exist_ok=True)
    for old in path.iterdir():
        old.unlink()
    return path


def smooth(width, height):
    """A picture with edges, ramps and a little noise, so that every kernel has something to get wrong."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    red = 255 * x / max(width - 1, 1)
    green = 255 * y / max(height - 1, 1)
    blue = 127 + 127 * np.sin(x * 0.7) * np.cos(y * 0.4)
    planes = np.stack([red, green, blue], -1) + rng.normal(0, 12, (height, width, 3))
    planes[height // 4: height // 2, width // 4: width // 2] = (255, 0, 255)
    return Image.fromarray(planes.clip(0, 255).astype(np.uint8))


def raw(path, image):
    path.write_bytes(np.asarray(image.convert("RGB")).tobytes())


def over_white(image):
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    rgba = image.convert("RGBA")
    white.paste(rgba, (0, 0), rgba)
    return white.convert("RGB")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(size, depth, color, rows, extra=b"", interlace=0):
    """A PNG by hand, for what Pillow does not write. `rows` are the unfiltered bytes of each row."""
    header = struct.pack(">IIBBBBB", *size, depth, color, 0, 0, interlace)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def pngs():
    out = folder("png")
    color = smooth(13, 9)
    alpha = color.copy()
    alpha.putalpha(Image.fromarray(np.linspace(0, 255, 13 * 9).reshape(9, 13).astype(np.uint8)))
    palette = color.quantize(11)
    transparent = color.quantize(11)
    gray = color.convert("L")
    gray_alpha = alpha.convert("LA")
    bits = gray.point(lambda v: 255 * (v > 127)).convert("1")

    def write(name, image, reference, **options):
        image.save(out / f"{name}.png", **options)
        raw(out / f"{name}-13x9.rgb", reference)

    write("rgb", color, color)
    write("rgba", alpha, over_white(alpha))
    write("palette", palette, palette)
    write("palette-transparent", transparent, over_white(_keyed(transparent, 3)), transparency=3)
    write("gray", gray, gray)
    write("gray-alpha", gray_alpha, over_white(gray_alpha))
    write("one-bit", bits, bits)

    # What a file says of gamma changes nothing.
    rows = [np.asarray(color)[row].tobytes() for row in range(9)]
    (out / "gamma.png").write_bytes(png((13, 9), 8, 2, rows, chunk(b"gAMA", struct.pack(">I", 100000))))
    raw(out / "gamma-13x9.rgb", color)
    # 16 bits: the nearest of 256 levels.
    deep = rng.integers(0, 65536, (9, 13, 3)).astype(">u2")
    (out / "sixteen-bit.png").write_bytes(png((13, 9), 16, 2, [row.tobytes() for row in deep]))
    (out / "sixteen-bit-13x9.rgb").write_bytes(np.rint(deep / 257).astype(np.uint8).tobytes())
    deep = rng.integers(0, 65536, (9, 13)).astype(">u2")
    (out / "sixteen-bit-gray.png").write_bytes(png((13, 9), 16, 0, [row.tobytes() for row in deep]))
    levels = np.rint(deep / 257).astype(np.uint8)
    (out / "sixteen-bit-gray-13x9.rgb").write_bytes(np.repeat(levels[..., None], 3, -1).tobytes())
    (out / "interlaced.png").write_bytes(_interlaced(color))
    raw(out / "interlaced-13x9.rgb", color)

    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("vitrine-recipe", json.dumps({"neuron": 42, "name": "Größe × 3 – 猫"}, ensure_ascii=False))
    texts.add_text("Author", "Pillow")
    texts.add_itxt("Packed", "left out", zip=True)
    color.save(out / "texts.png", pnginfo=texts)
    # Over 400 megapixels in a header of a few bytes.
    (out / "huge.png").write_bytes(png((20000, 20000), 8, 2, [b"\0" * 3]))


def _keyed(image, index):
    rgba = np.asarray(image.convert("RGBA")).copy()
    rgba[np.asarray(image) == index, 3] = 0
    return Image.fromarray(rgba)


def _interlaced(image):
    """Adam7, by hand."""
    pixels = np.asarray(image)
    data = b""
    for x, y, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        part = pixels[y::dy, x::dx]
        if part.size:
            data += b"".join(b"\0" + row.tobytes() for row in part)
    header = struct.pack(">IIBBBBB", *image.size, 8, 2, 0, 0, 1)
    body = chunk(b"IDAT", zlib.compress(data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def jpegs():
    out = folder("jpeg")
    picture = smooth(40, 24)

    def write(name, image, **options):
        image.save(out / f"{name}.jpg", **options)
        with Image.open(out / f"{name}.jpg") as again:
            raw(out / f"{name}-40x24.rgb", again)

    write("color", picture, quality=95, subsampling=0)
    write("subsampled", picture, quality=80, subsampling=2)
    write("progressive", picture, quality=90, progressive=True, subsampling=0)
    write("gray", picture.convert("L"), quality=95)
    write("cmyk", picture.convert("CMYK"), quality=100)

    # One picture, stored in each of the eight ways; all show the same. Saved without loss of position: four
    # plain quadrants, and a mark that tells them apart.
    quadrants = Image.new("RGB", (32, 16), (250, 250, 250))
    for box, color in (((0, 0, 16, 8), (220, 30, 30)), ((16, 0, 32, 8), (30, 200, 30)), ((0, 8, 16, 16), (30, 30, 220))):
        quadrants.paste(color, box)
    undo = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }
    for number, way in undo.items():
        stored = quadrants.transpose(way) if way is not None else quadrants
        exif = Image.Exif()
        exif[0x0112] = number
        stored.save(out / f"orientation-{number}.jpg", quality=95, subsampling=0, exif=exif)


def resampling():
    out = folder("resampling")
    picture = smooth(23, 17)
    raw(out / "source-23x17.rgb", picture)
    ways = {
        "nearest": Image.Resampling.NEAREST, "box": Image.Resampling.BOX, "bilinear": Image.Resampling.BILINEAR, "hamming": Image.Resampling.HAMMING,
        "bicubic": Image.Resampling.BICUBIC, "lanczos": Image.Resampling.LANCZOS,
    }
    for name, way in ways.items():
        for size in ((7, 5), (11, 17), (23, 40), (50, 31), (1, 1), (64, 3)):
            raw(out / f"{name}-{size[0]}x{size[1]}.rgb", picture.resize(size, way))


def preprocessing():
    out = folder("preprocessing")
    cases = []
    ways = {"bilinear": InterpolationMode.BILINEAR, "bicubic": InterpolationMode.BICUBIC}
    half = dict(mean=[0.5] * 3, std=[0.5] * 3)
    imagenet = dict(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
    # width, height, resize, size: wide, tall, odd margins that round to even, padding, none to do, one pixel.
    for index, (width, height, resize, size, way, numbers) in enumerate((
        (61, 40, 36, 32, "bicubic", imagenet), (40, 61, 36, 32, "bilinear", imagenet),
        (37, 30, 29, 24, "bicubic", half), (33, 30, 30, 25, "bilinear", half),
        (20, 30, 16, 27, "bicubic", imagenet), (24, 24, 24, 24, "bicubic", half), (1, 1, 9, 8, "bicubic", imagenet),
        (19, 300, 16, 16, "bilinear", half),
    )):
        picture = smooth(width, height)
        raw(out / f"{index}-{width}x{height}.rgb", picture)
        tensor = transforms.Compose([
            transforms.Resize(resize, ways[way], antialias=True), transforms.CenterCrop(size),
            transforms.ToTensor(), transforms.Normalize(**numbers),
        ])(picture)
        (out / f"{index}.f32").write_bytes(tensor.numpy().astype("<f4").tobytes())
        cases.append(dict(width=width, height=height, preprocessing=dict(
            numbers, size=size, resize=resize, interpolation=way)))
    (out / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


pngs()
jpegs()
resampling()
preprocessing()
