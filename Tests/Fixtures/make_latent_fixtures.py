"""Writes what PyTorch makes of a few steps of training a sparse autoencoder, scores of neurons in NumPy, and a SentencePiece model.

    python make_latent_fixtures.py

Made with PyTorch 2.15.0, NumPy 2.4.6 and sentencepiece 0.2.3.

`latents/training.safetensors`: an autoencoder of 24 latents of 8 features before and after six steps on batches of 16 rows, the
batches, and each step's loss. The loss is written out here and differentiated by autograd; the steps are
`torch.optim.Adam`'s. Everything is float64, so that the difference is that of our float32.

`latents/monosemanticity.json`: activations of neurons on photographs, features of the photographs, and the scores by the
definition of Pach et al. 2025, pair by pair.

`texts/pieces/spiece.model` and `texts/pieces/lines.json`: a tiny unigram model, and what sentencepiece makes of some lines.
"""
import json
import pathlib
import random

import numpy as np
import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
WIDTH, COUNT, ACTIVE, ROWS, STEPS = 8, 24, 3, 16, 6
RATE, ALPHA, DEAD_AFTER = 0.01, 1 / 32, 24


def training():
    generator = torch.Generator().manual_seed(0)

    def normal(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64).float().double()

    decoder = normal(COUNT, WIDTH)
    decoder = (decoder / decoder.norm(dim=1, keepdim=True)).float().double()
    start = {"encoder": decoder.clone(), "bias": normal(COUNT) * 0.1, "decoder": decoder, "offset": normal(WIDTH) * 0.1}
    start["bias"] = start["bias"].float().double()
    start["offset"] = start["offset"].float().double()
    # Some latents begin so low that they are dead soon.
    start["bias"][:9] -= 3
    parameters = {name: torch.nn.Parameter(value.clone()) for name, value in start.items()}
    optimizer = torch.optim.Adam(parameters.values(), lr=RATE, eps=6.25e-10)
    idle = torch.zeros(COUNT, dtype=torch.long)
    batches, losses, auxiliary, dead_counts, gradients = [], [], [], [], None
    for step in range(STEPS):
        x = normal(ROWS, WIDTH)
        batches.append(x)
        before = (x - parameters["offset"]) @ parameters["encoder"].T + parameters["bias"]
        values, indices = before.topk(ACTIVE, dim=1)
        codes = torch.zeros_like(before).scatter(1, indices, values.relu())
        decoded = codes @ parameters["decoder"] + parameters["offset"]
        variance = ((x - x.mean(0)) ** 2).sum()
        loss = ((x - decoded) ** 2).sum() / variance
        losses.append(loss.item())
        idle += ROWS
        idle[(codes > 0).any(0)] = 0
        dead = (idle >= DEAD_AFTER).nonzero().flatten()
        dead_counts.append(len(dead))
        second = torch.zeros((), dtype=torch.float64)
        if len(dead):
            kept = min(WIDTH // 2, len(dead))
            values, places = before[:, dead].topk(kept, dim=1)
            own = torch.zeros_like(before).scatter(1, dead[places], values.relu())
            missing = (x - decoded).detach()
            second = kept / (WIDTH // 2) * ((missing - own @ parameters["decoder"]) ** 2).sum() / variance
        auxiliary.append(second.item())
        optimizer.zero_grad()
        (loss + ALPHA * second).backward()
        gradients = {f"gradient.{name}": value.grad.clone() for name, value in parameters.items()}
        with torch.no_grad():
            rows = parameters["decoder"]
            rows.grad -= (rows.grad * rows).sum(1, keepdim=True) * rows
        optimizer.step()
        with torch.no_grad():
            rows /= rows.norm(dim=1, keepdim=True)
    assert 0 in dead_counts and max(dead_counts) > 4 and min(auxiliary[2:]) > 0, (dead_counts, auxiliary)
    tensors = {f"start.{name}": value for name, value in start.items()}
    tensors |= {f"end.{name}": value.detach() for name, value in parameters.items()}
    tensors |= gradients
    tensors |= {
        "batches": torch.stack(batches), "losses": torch.tensor(losses, dtype=torch.float64),
        "auxiliary": torch.tensor(auxiliary, dtype=torch.float64),
        "deadCounts": torch.tensor(dead_counts, dtype=torch.float64),
    }
    tensors = {name: value.float().contiguous() for name, value in tensors.items()}
    save_file(tensors, HERE / "latents" / "training.safetensors")


def monosemanticity():
    generator = np.random.default_rng(0)
    photographs, neurons, width = 70, 5, 6
    activations = generator.normal(size=(photographs, neurons)).astype(np.float32)
    activations[:, 1] = np.maximum(activations[:, 1], 0)
    features = generator.normal(size=(photographs, width)) + 0.7
    # The last neuron likes what is alike.
    activations[:, 4] = features[:, 0] * 2
    features = features.astype(np.float32)
    activations = activations.astype(np.float32)
    unit = features.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    scores = []
    for neuron in range(neurons):
        a = activations[:, neuron].astype(np.float64)
        a = (a - a.min()) / (a.max() - a.min())
        top = bottom = 0.0
        for i in range(photographs):
            for j in range(i + 1, photographs):
                top += a[i] * a[j] * (unit[i] @ unit[j])
                bottom += a[i] * a[j]
        scores.append(top / bottom)
    cosines = unit @ unit.T
    baseline = (cosines.sum() - photographs) / (photographs * (photographs - 1))
    (HERE / "latents" / "monosemanticity.json").write_text(json.dumps({
        "activations": activations.tolist(), "features": features.tolist(), "scores": scores, "baseline": baseline}))


def pieces():
    import sentencepiece

    folder = HERE / "texts" / "pieces"
    folder.mkdir(exist_ok=True)
    random.seed(0)
    words = "a photo of the red bicycle cat dog bowl on grass in sky white house tower church ball café naïve über".split()
    text = [" ".join(random.choices(words, k=random.randint(2, 9))) for _ in range(600)]
    (folder / "text.txt").write_text("\n".join(text))
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "text.txt"), model_prefix=str(folder / "spiece"), vocab_size=48, model_type="unigram",
        pad_id=-1, bos_id=-1, eos_id=1, unk_id=0, normalization_rule_name="nmt_nfkc_cf")
    (folder / "text.txt").unlink()
    (folder / "spiece.vocab").unlink()
    processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / "spiece.model"))
    lines = text[:40] + [
        "A Photo of the RED bicycle", "  two   spaces ", "", "zebra quokka", "ﬁne ①②", "cafe\u0301", "собака", "a\tb", "</s> <unk>"]
    (folder / "lines.json").write_text(
        json.dumps([{"text": line, "tokens": processor.encode(line) + [1]} for line in lines], ensure_ascii=False))


(HERE / "latents").mkdir(exist_ok=True)
training()
monosemanticity()
pieces()
