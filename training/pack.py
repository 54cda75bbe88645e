"""Pack folders of labelled images into the few small files that train.py reads.

    python pack.py OUT FOLDER [FOLDER ...] [--side 144] [--quality 85] [--without FOLDER ...]

Two layouts are read: FOLDER/{train,val}/CLASS/*.JPEG (imagenette, imagewoof) and Tiny-ImageNet's
FOLDER/train/CLASS/images/*.JPEG with FOLDER/val/val_annotations.txt.

Held out for the test: in the first layout, of every image in `val` the one in four whose digits, read
as one number, divide by four; the rest joins train.  Tiny-ImageNet is for pre-training only, so all of
it is train.  `--without` leaves out classes that other folders have, so that no held-out picture can be
met during pre-training.  Classes are numbered in the order of their ImageNet ids.

Each OUT/{train,test}-N.safetensors holds `data` (the images, encoded as WebP, one after the other),
`ends` (where each stops), `labels`, and the class names in its metadata.  The images are squares of
`--side` pixels (bicubic); test images are kept at quality 95.
"""
import argparse, glob, io, json, os, random
from concurrent.futures import ProcessPoolExecutor
from functools import partial
import numpy as np
from PIL import Image
from safetensors.numpy import save_file

NAMES = {  # ImageNet ids of imagenette and imagewoof
    "n01440764": "tench", "n02102040": "English springer", "n02979186": "cassette player", "n03000684": "chain saw",
    "n03028079": "church", "n03394916": "French horn", "n03417042": "garbage truck", "n03425413": "gas pump",
    "n03445777": "golf ball", "n03888257": "parachute", "n02086240": "Shih-Tzu", "n02087394": "Rhodesian ridgeback",
    "n02088364": "beagle", "n02089973": "English foxhound", "n02093754": "Border terrier", "n02096294": "Australian terrier",
    "n02099601": "golden retriever", "n02105641": "Old English sheepdog", "n02111889": "Samoyed", "n02115641": "dingo"}


def images(folder):
    """(path, ImageNet id, held out?) of every labelled image of a folder, in a fixed order."""
    notes = f"{folder}/val/val_annotations.txt"
    if os.path.exists(notes):
        for f in sorted(glob.glob(f"{folder}/train/*/images/*.JPEG")):
            yield f, f.split("/")[-3], False
        for line in open(notes):
            name, label = line.split()[:2]
            yield f"{folder}/val/images/{name}", label, False
    else:
        for f in sorted(glob.glob(f"{folder}/*/*/*.JPEG")):
            split, label, name = f.split("/")[-3:]
            yield f, label, split == "val" and int("".join(filter(str.isdigit, name)) or 0) % 4 == 0


def square(path, side):
    """The picture as an RGB square of `side` pixels; also what check.py and a viewer should do."""
    image = Image.open(path).convert("RGB")
    return image if image.size == (side, side) else image.resize((side, side), Image.BICUBIC)


def encode(side, quality, path):
    out = io.BytesIO()
    square(path, side).save(out, "WEBP", quality=quality)
    return out.getvalue()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out"); p.add_argument("folders", nargs="+")
    p.add_argument("--side", type=int, default=144); p.add_argument("--quality", type=int, default=85)
    p.add_argument("--without", nargs="*", default=[], help="folders whose classes are left out")
    p.add_argument("--megabytes", type=float, default=50, help="size of one file")
    p.add_argument("--workers", type=int, default=os.cpu_count())
    a = p.parse_args()
    unwanted = {label for d in a.without for _, label, _ in images(d.rstrip("/"))}
    every = [i for d in a.folders for i in images(d.rstrip("/")) if i[1] not in unwanted]
    ids = sorted({label for _, label, _ in every})
    random.Random(0).shuffle(every)  # so that any one file is a fair sample
    os.makedirs(a.out, exist_ok=True)
    with ProcessPoolExecutor(a.workers) as pool:
        for split, quality in (("test", 95), ("train", a.quality)):
            picked = [(f, label) for f, label, held in every if held == (split == "test")]
            blobs, labels, files = [], [], 0

            def flush():
                nonlocal blobs, labels, files
                save_file({"data": np.frombuffer(b"".join(blobs), np.uint8), "ends": np.cumsum([len(b) for b in blobs]),
                           "labels": np.array(labels, np.uint8)}, f"{a.out}/{split}-{files}.safetensors",
                          metadata={"classes": json.dumps([NAMES.get(i, i) for i in ids]), "side": str(a.side)})
                blobs, labels, files = [], [], files + 1

            encoded = pool.map(partial(encode, a.side, quality), [f for f, _ in picked], chunksize=200)
            size = 0
            for blob, (_, label) in zip(encoded, picked):
                if size + len(blob) > a.megabytes * 1e6:
                    flush(); size = 0
                blobs.append(blob); labels.append(ids.index(label)); size += len(blob)
            if blobs: flush()
            print(split, len(picked), "images,", len(ids), "classes,", files, "files", flush=True)


if __name__ == "__main__":
    main()
