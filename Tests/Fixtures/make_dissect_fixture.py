"""Scores words for neurons with CLIP-Dissect's own code, on made-up numbers.

    python make_dissect_fixture.py FOLDER      FOLDER is a checkout of Trustworthy-ML-Lab/CLIP-dissect

Made with PyTorch 2.15.
"""
import json, os, sys
import torch

sys.path.insert(0, sys.argv[1])
import similarity

torch.manual_seed(0)
photographs, words, neurons, count = 60, 12, 8, 20
features, texts = torch.randn(photographs, 16), torch.randn(words, 16)
features /= features.norm(dim=-1, keepdim=True)
texts /= texts.norm(dim=-1, keepdim=True)
cosines = (features @ texts.T * 10000).round() / 10000
activations = (torch.randn(photographs, neurons) * 10000).round() / 10000
scores = similarity.soft_wpmi(cosines, activations, top_k=count, device="cpu")
round4 = lambda tensor: [[round(value, 5) for value in row] for row in tensor.tolist()]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "texts", "dissect.json")
json.dump(dict(photographCount=count, cosines=round4(cosines), activations=round4(activations), scores=round4(scores)), open(path, "w"))
