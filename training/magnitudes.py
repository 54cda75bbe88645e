"""How strong each frequency is in photographs, channel by channel of the decorrelated colours.

    python magnitudes.py FOLDER [COUNT]       FOLDER/**/*.JPEG; COUNT photographs of it, 1500 if left out

Prints the table `FrequencyMagnitude.trainingImages`: cycles per pixel, then the mean magnitude of the three channels that
colour and sigmoid make red, green and blue of.  Needs numpy and pillow.
"""
import glob
import random
import sys

import numpy as np
from PIL import Image

SIDE = 224
CENTRES = [.0075, .0125, .025, .04, .06, .085, .11, .16, .21, .26, .31, .41, .5]
COLOUR = np.array([[.56282854, .19482528, .0432945], [.5844758, 0, -.10823626], [.5844758, -.19482528, .06494176]])


def magnitudes(path):
    """|F| of a photograph's middle square, `[3, SIDE, SIDE // 2 + 1]`."""
    image = Image.open(path).convert("RGB")
    scale = SIDE / min(image.size)
    width, height = (max(SIDE, round(length * scale)) for length in image.size)
    image = image.resize((width, height), Image.BICUBIC)
    left, top = (width - SIDE) // 2, (height - SIDE) // 2
    values = np.asarray(image.crop((left, top, left + SIDE, top + SIDE)), float) / 255
    values = np.clip(values, .01, .99)
    channels = np.einsum("cr,hwr->chw", np.linalg.inv(COLOUR), np.log(values / (1 - values)))
    return np.abs(np.fft.rfft2(channels))


def main(folder, count=1500):
    files = sorted(glob.glob(f"{folder}/**/*.JPEG", recursive=True))
    random.Random(1).shuffle(files)
    mean = sum(magnitudes(path) for path in files[:int(count)]) / len(files[:int(count)])
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    for place, centre in enumerate(CENTRES):
        low = (centre * CENTRES[place - 1]) ** .5 if place else 1e-9
        high = (centre * CENTRES[place + 1]) ** .5 if place + 1 < len(CENTRES) else .5
        ring = (frequency > low) & (frequency <= high)
        centre = np.exp(np.log(frequency[ring]).mean())
        print(f"{centre:.4f} ", *(f"{np.exp(np.log(channel[ring]).mean()):.0f}" for channel in mean))


if __name__ == "__main__":
    main(*sys.argv[1:])
