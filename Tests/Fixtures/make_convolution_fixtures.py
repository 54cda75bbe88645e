"""Writes what PyTorch computes for the convolutions and pools of `ComputeTests/Operations/ConvolutionCases.swift`.

    python make_convolution_fixtures.py

`convolutions.safetensors` gets `NAME.output` and `NAME.gradient` in float64 rounded once, with tokens row by row and the
channels last. Inputs, weights, factors and biases are patterns that Swift repeats.
"""
import os
import torch
from safetensors.torch import save_file

from pattern import pattern

HERE = os.path.dirname(os.path.abspath(__file__))
F = torch.nn.functional


def convolution(inputs, outputs, grid, kernel, stride=1, padding=0, groups=1):
    weight = pattern((outputs, inputs // groups, *kernel), 4) * pattern((outputs,), 2)[:, None, None, None]
    return inputs, grid, lambda x: F.conv2d(x, weight, pattern((outputs,), 3), stride, padding, 1, groups)


def depthwise(channels, grid, kernel, stride=1, padding=0):
    return convolution(channels, channels, grid, kernel, stride, padding, channels)


CASES = {
    "convolution": convolution(3, 5, (4, 6), (3, 2)),
    "convolution with strides": convolution(3, 5, (5, 6), (3, 3), 2, 1),
    "convolution of rows": convolution(4, 3, (5, 7), (1, 5), 1, (0, 2)),
    "pointwise convolution": convolution(11, 5, (2, 3), (1, 1)),
    "pointwise convolution with strides": convolution(11, 5, (4, 5), (1, 1), 2),
    "grouped convolution": convolution(6, 9, (4, 5), (3, 3), 2, 1, 3),
    "grouped pointwise convolution": convolution(6, 4, (3, 3), (1, 1), groups=2),
    "depthwise convolution": depthwise(11, (5, 9), (3, 5), 1, (1, 2)),
    "depthwise convolution without padding": depthwise(19, (4, 8), (2, 3)),
    "depthwise convolution with strides": depthwise(11, (5, 6), (3, 3), 2, 1),
    "maximum pool": (2, (5, 6), lambda x: F.max_pool2d(x, 3, 2, 1)),
    "maximum pool rounded up": (3, (5, 5), lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True)),
    "maximum pool of each": (2, (5, 3), lambda x: F.max_pool2d(x, 3, 1, 1)),
    "average pool": (11, (4, 5), lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=True)),
    "average pool rounded up": (11, (5, 7), lambda x: F.avg_pool2d(x, 2, 2, ceil_mode=True, count_include_pad=False)),
    "average pool with counted padding, rounded up": (
        11, (5, 6), lambda x: F.avg_pool2d(x, 3, 2, 1, ceil_mode=True, count_include_pad=True)),
}


def tokens(x): return x.flatten(2).transpose(1, 2)


out = {}
for name, (channels, grid, operation) in CASES.items():
    x = pattern((2, *grid, channels), 10).permute(0, 3, 1, 2).requires_grad_()
    y = tokens(operation(x))
    gradient, = torch.autograd.grad((y * pattern(tuple(y.shape), 5)).sum(), x)
    out |= {f"{name}.output": y.detach(), f"{name}.gradient": tokens(gradient)}
save_file({k: v.float().contiguous() for k, v in out.items()}, f"{HERE}/convolutions.safetensors", metadata={"torch": torch.__version__})
