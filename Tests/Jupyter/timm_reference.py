"""What PyTorch and timm say of photographs: {file: [[class index, probability], …]}, the five best, as JSON.

    python timm_reference.py WEIGHTS PHOTOGRAPH [...]

Run by test_deit.py with a Python that has torch, torchvision, timm, safetensors and pillow.
"""
import json
import sys

import timm
import torch
from PIL import Image
from safetensors.torch import load_file
from torchvision import transforms


def main(weights, paths):
    model = timm.create_model("deit_tiny_patch16_224")
    model.load_state_dict({key: value.float() for key, value in load_file(weights).items()})
    model.eval()
    prepare = transforms.Compose([
        transforms.Resize(256, transforms.InterpolationMode.BICUBIC), transforms.CenterCrop(224),
        transforms.ToTensor(), transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ])
    found = {}
    for path in paths:
        with torch.no_grad():
            probabilities = model(prepare(Image.open(path).convert("RGB"))[None])[0].softmax(0)
        values, indices = probabilities.topk(5)
        found[path] = list(zip(indices.tolist(), values.tolist()))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
