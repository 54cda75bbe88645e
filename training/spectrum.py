"""The mean Fourier magnitude of the training images by frequency, as a small table (for MACO's fixed magnitude).

    python spectrum.py OUT.json FOLDER [FOLDER ...] [--side 128] [--every 1]

Pictures are squares of `--side` pixels with values in 0...1.  `frequency` is in cycles per pixel; bin i holds the
coefficients whose distance from the origin rounds to i / side, the corners beyond .5 included.  `rgb` is the mean of
|FFT| (no normalisation) per channel; `decorrelated` the same after the colours were decorrelated, that is for
x' = inverse(colour) x, where `colour` takes decorrelated values to RGB (the square root of the colours' covariance
over ImageNet, divided by its largest column norm, as published with Lucid).  For another size n, multiply by
(n / side)^2 and interpolate in log frequency; MACO standardises the picture afterwards, so only the shape matters.
"""
import argparse, json
import numpy as np
from pack import images, square

COLOUR = np.array([[.26, .09, .02], [.27, .00, -.05], [.27, -.09, .03]])
COLOUR = COLOUR / np.linalg.norm(COLOUR, axis=0).max()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out"); p.add_argument("folders", nargs="+")
    p.add_argument("--side", type=int, default=128); p.add_argument("--every", type=int, default=1, help="use one image in so many")
    a = p.parse_args()
    paths = [f for d in a.folders for f, _, held in images(d.rstrip("/")) if not held][::a.every]
    f = np.fft.fftfreq(a.side)
    radius = np.rint(np.hypot(f[:, None], f[None]) * a.side).astype(int)
    count = np.bincount(radius.ravel())
    sums = np.zeros((2, 3, a.side, a.side))
    for path in paths:
        x = np.asarray(square(path, a.side)).transpose(2, 0, 1) / 255
        z = np.fft.fft2(x)
        sums[0] += np.abs(z); sums[1] += np.abs(np.tensordot(np.linalg.inv(COLOUR), z, 1))
    table = lambda s: [[float(f"{v:.5g}") for v in np.bincount(radius.ravel(), c.ravel()) / count] for c in s / len(paths)]
    json.dump(dict(side=a.side, images=len(paths), frequency=[round(i / a.side, 6) for i in range(len(count))],
                   colour=[[float(f"{v:.6g}") for v in row] for row in COLOUR], decorrelated=table(sums[1]), rgb=table(sums[0])), open(a.out, "w"))


if __name__ == "__main__":
    main()
