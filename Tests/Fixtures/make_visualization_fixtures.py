"""Write the reference values of Visualization's tests: numpy's FFT, PyTorch's resampling, blur and Adam.

    python make_visualization_fixtures.py

The versions that made it are written into the file.
"""
import json, math, pathlib
import numpy as np, torch, torch.nn.functional as F, torchvision
import torchvision.transforms.functional as TF

HERE = pathlib.Path(__file__).parent


def numbers(values):
    return [float(f"{v:.7g}") for v in np.asarray(values, dtype=np.float64).ravel()]


def fourier(height, width):
    """irfft2 of a random spectrum. The spectrum is given as [height, 3, 2, bins], real before imaginary."""
    random = np.random.default_rng(7)
    spectrum = random.standard_normal((height, 3, 2, width // 2 + 1)).astype(np.float32)
    planes = (spectrum[:, :, 0] + 1j * spectrum[:, :, 1]).transpose(1, 0, 2)
    picture = np.fft.irfft2(planes.astype(np.complex128), s=(height, width), norm="ortho")
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    return dict(height=height, width=width, spectrum=numbers(spectrum), picture=numbers(picture),
                frequencies=numbers(np.sqrt(fx ** 2 + fy ** 2)))


def picture(height, width, seed=3):
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def resampling(height, width, map, padding):
    """`map` takes target pixels to source pixels, both from the center: [[a, b, x], [c, d, y]]."""
    (a, b, x), (c, d, y) = map
    theta = torch.tensor([[[a, b * height / width, 2 * x / width], [c * width / height, d, 2 * y / height]]])
    source = picture(height, width).requires_grad_(True)
    grid = F.affine_grid(theta, (1, 3, height, width), align_corners=False)
    out = F.grid_sample(source, grid, align_corners=False, padding_mode=padding)
    weights = picture(height, width, seed=4)
    (out * weights).sum().backward()
    return dict(height=height, width=width, map=[a, b, x, c, d, y], padding=padding, input=numbers(source.detach()),
                output=numbers(out.detach()), weights=numbers(weights), gradient=numbers(source.grad))


def blur(height, width, size, sigma):
    source = picture(height, width).requires_grad_(True)
    out = TF.gaussian_blur(source, size, sigma)
    weights = picture(height, width, seed=4)
    (out * weights).sum().backward()
    return dict(height=height, width=width, size=size, sigma=sigma, input=numbers(source.detach()),
                output=numbers(out.detach()), weights=numbers(weights), gradient=numbers(source.grad))


def fit(source, target):
    x = picture(*source)
    out = F.interpolate(x, size=target, mode="bilinear", antialias=True)
    return dict(source=source, target=target, input=numbers(x), output=numbers(out))


def ten_steps(make):
    """Ten steps up −½(p − c)²."""
    p, c = torch.tensor([0.3, -1.0, 2.0], requires_grad=True), torch.tensor([1.0, 0.5, 2.0])
    optimizer = make([p])
    for _ in range(10):
        optimizer.zero_grad()
        (-0.5 * (p - c) ** 2).sum().backward()
        optimizer.step()
    return dict(start=[0.3, -1.0, 2.0], center=numbers(c), end=numbers(p.detach()))


def main():
    turn = math.radians(11)
    turned = [[.8 * math.cos(turn), -.8 * math.sin(turn), 1.3], [.8 * math.sin(turn), .8 * math.cos(turn), -2.1]]
    wide = [[1.7, .2, 4.], [-.3, 2.1, 3.]]
    fixtures = dict(
        made=dict(numpy=np.__version__, torch=torch.__version__, torchvision=torchvision.__version__),
        fourier=[fourier(6, 8), fourier(7, 5), fourier(4, 9), fourier(2, 2), fourier(5, 3)],
        resampling=[resampling(9, 7, m, p) for m in (turned, wide) for p in ("reflection", "zeros")],
        blur=[blur(9, 7, 5, 1.3), blur(6, 8, 3, .4)],
        fit=[fit([12, 10], [5, 4]), fit([5, 6], [11, 8])],
        adam=ten_steps(lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.9, 0.99), eps=1e-8, maximize=True)),
        nadam=ten_steps(lambda p: torch.optim.NAdam(p, lr=0.1, betas=(0.9, 0.99), eps=1e-8, maximize=True)),
        momentum=ten_steps(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.7, maximize=True)))
    path = HERE / "visualization-reference.json"
    path.write_text(json.dumps(fixtures, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)


main()
