"""Writes pictures as people have them: CMYK with Adobe's marker and without, EXIF orientation in PNG and as LONG.

    python make_picture_fixtures.py

Made with Pillow 13.0.0, NumPy 2.4.6. Each `*.rgb` file holds the pixels that Pillow shows, turned by
`ImageOps.exif_transpose`; its name ends in width x height.
"""
import pathlib
import struct

import numpy as np
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent / "images-people"


def ramps(width, height):
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.stack(
        [x * 255 // (width - 1), y * 255 // (height - 1), (x + y) * 255 // (width + height - 2)], -1).astype(np.uint8))


def remember(path):
    with Image.open(path) as picture:
        shown = ImageOps.exif_transpose(picture).convert("RGB")
    (HERE / f"{path.stem}-{shown.width}x{shown.height}.rgb").write_bytes(np.asarray(shown).tobytes())


def segments(data):
    """A JPEG's segments before its pixels, and the rest."""
    place, parts = 2, []
    while data[place + 1] != 0xDA:
        length = struct.unpack(">H", data[place + 2:place + 4])[0]
        parts.append(data[place:place + 2 + length])
        place += 2 + length
    return parts, data[place:]


def exif(orientation, order, type):
    """A TIFF directory with one entry: the orientation as SHORT (3) or LONG (4)."""
    mark = {"<": b"II", ">": b"MM"}[order]
    value = struct.pack(order + ("HH" if type == 3 else "I"), *((orientation, 0) if type == 3 else (orientation,)))
    return (mark + struct.pack(order + "HIH", 42, 8, 1) + struct.pack(order + "HHI", 0x0112, type, 1) + value
            + struct.pack(order + "I", 0))


def main():
    HERE.mkdir(exist_ok=True)
    for old in HERE.iterdir():
        old.unlink()
    picture = ramps(40, 24)
    # Black of its own, so that all four inks count.
    inks = np.asarray(picture.convert("CMYK")).copy()
    inks[..., 3] = np.asarray(picture)[..., 2] // 3
    picture.convert("CMYK")
    Image.fromarray(inks, "CMYK").save(HERE / "cmyk-adobe-0.jpg", quality=100, subsampling=0)
    data = (HERE / "cmyk-adobe-0.jpg").read_bytes()
    parts, pixels = segments(data)
    adobe = next(part for part in parts if part[1] == 0xEE)
    assert adobe[4:9] == b"Adobe" and adobe[-1] == 0
    # The same inks with the transform that says YCCK: other colors, in every program the same ones.
    ycck = [part[:-1] + b"\2" if part is adobe else part for part in parts]
    (HERE / "ycck-adobe-2.jpg").write_bytes(b"\xff\xd8" + b"".join(ycck) + pixels)
    plain = [part for part in parts if part is not adobe]
    (HERE / "cmyk-plain.jpg").write_bytes(b"\xff\xd8" + b"".join(plain) + pixels)
    for name in "cmyk-adobe-0", "ycck-adobe-2", "cmyk-plain":
        remember(HERE / f"{name}.jpg")

    small = ramps(12, 7)
    for orientation in range(1, 9):
        small.save(HERE / f"oriented-{orientation}.png", exif=exif(orientation, ">", 3))
    for order, name in (("<", "little"), (">", "big")):
        small.save(HERE / f"long-{name}.png", exif=exif(6, order, 4))
        small.save(HERE / f"long-{name}.jpg", quality=100, subsampling=0, exif=b"Exif\0\0" + exif(6, order, 4))
    for path in sorted([*HERE.glob("oriented-*.png"), *HERE.glob("long-*.*g")]):
        if path.suffix == ".jpg":
            continue
        remember(path)
    for path in HERE.glob("long-*.jpg"):
        with Image.open(path) as shown:
            shown = ImageOps.exif_transpose(shown).convert("RGB")
        (HERE / f"{path.stem}-jpeg-{shown.width}x{shown.height}.rgb").write_bytes(np.asarray(shown).tobytes())


main()
