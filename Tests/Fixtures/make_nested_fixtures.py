"""Writes tiny vision transformers as training programs leave them: under other keys, in wrappers, two encoders in one
file; and what PyTorch computes with them.

    python make_nested_fixtures.py

Made with PyTorch 2.15.0, timm 1.0.31, safetensors 0.8.0. Weights are kept as float16, which holds them exactly.
`reference.safetensors` has the input, and for each set of weights the tokens after the last norm ("plain.tokens") and
the logits where there is a head ("plain.logits").
"""
import pathlib
import shutil
from collections import OrderedDict

import torch
from safetensors.torch import save_file
from timm.models.vision_transformer import VisionTransformer

from pattern import pattern

HERE = pathlib.Path(__file__).parent / "nested"
PICTURE = pattern(3 * 8 * 8, 1).float().reshape(1, 3, 8, 8)
reference = {"input": PICTURE[0].contiguous()}


def transformer(seed, **options):
    torch.manual_seed(seed)
    model = VisionTransformer(
        img_size=8, patch_size=4, embed_dim=64, depth=2, num_heads=1, mlp_ratio=0.25,
        **({"num_classes": 5} | options)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_((parameter * 4).half().float())
    return model


def remember(name, model):
    with torch.no_grad():
        reference[f"{name}.tokens"] = model.forward_features(PICTURE)[0].contiguous()
        if model.num_classes:
            reference[f"{name}.logits"] = model(PICTURE)[0].contiguous()


def weights(model, prefix=""):
    return OrderedDict((prefix + name, tensor.half() if tensor.is_floating_point() else tensor)
                       for name, tensor in model.state_dict().items())


def numbers():
    """What stands beside weights without being any."""
    return {"epoch": torch.tensor(3), "global_step": torch.tensor([20000]), "rng_state": torch.zeros(16, dtype=torch.uint8)}


def main():
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir()
    model = transformer(0)
    remember("plain", model)
    average = transformer(1)
    remember("average", average)
    plain = weights(model)

    # One dictionary under a key that nobody else uses, beside an optimizer's and numbers.
    torch.save({"model_state": plain, "optimizer": {"state": {0: {"exp_avg": torch.zeros(2)}}, "param_groups": []},
                **numbers()}, HERE / "model-state.pth")
    torch.save({"outer": {"weights": plain, "epoch": 3}, "settings": {"lr": 0.1}}, HERE / "nested-keys.pth")
    # Two: an average beside the model, neither under a usual key.
    torch.save({"ema_model": weights(average), "net_weights": plain, "optimizer": {"param_groups": []}},
               HERE / "two-keys.pth")
    # Blocks compiled one by one, and in data parallel: PyTorch's own wrappers.
    wrapped = transformer(0)
    wrapped.blocks[0] = torch.compile(wrapped.blocks[0])
    wrapped.blocks[1] = torch.nn.DataParallel(wrapped.blocks[1])
    wrapped.patch_embed = torch.compile(wrapped.patch_embed)
    torch.save(weights(torch.nn.DataParallel(wrapped)), HERE / "compiled-blocks.pth")
    # torch.save of the old form, in the oldest protocol that it can be read back in and in those of today.
    torch.save(plain, HERE / "old-1.pth", pickle_protocol=1, _use_new_zipfile_serialization=False)
    for protocol in (4, 5):
        torch.save(plain | {"frozen": frozenset([1]), "sets": set(), "raw": bytearray(b"abc")}, HERE / f"old-{protocol}.pth",
                   pickle_protocol=protocol, _use_new_zipfile_serialization=False)

    # MoCo-v3: github.com/facebookresearch/moco-v3, `moco/builder.py`.
    projector = OrderedDict()
    for place, shape in ((0, (8, 64)), (3, (4, 8))):
        projector[f"head.{place}.weight"] = torch.zeros(shape, dtype=torch.float16)
    for name in ("weight", "bias", "running_mean", "running_var"):
        projector[f"head.1.{name}"] = torch.ones(8, dtype=torch.float16)
    projector["head.1.num_batches_tracked"] = torch.tensor(7)
    moco = OrderedDict()
    for encoder, seed in (("base_encoder", 2), ("momentum_encoder", 3)):
        encoder_model = transformer(seed, num_classes=0)
        remember(encoder, encoder_model)
        for name, tensor in (weights(encoder_model) | projector).items():
            moco[f"module.{encoder}.{name}"] = tensor
    moco["module.predictor.0.weight"] = torch.zeros(4, 4, dtype=torch.float16)
    moco["module.predictor.1.num_batches_tracked"] = torch.tensor(7)
    torch.save({"epoch": 300, "arch": "vit_small", "state_dict": moco, "optimizer": {"param_groups": []}},
               HERE / "moco-v3.pth.tar")
    save_file({name: tensor.clone() for name, tensor in moco.items()}, HERE / "moco-v3.safetensors")

    # I-JEPA: github.com/facebookresearch/ijepa, `src/train.py` save_checkpoint.
    context, target = (transformer(seed, num_classes=0, class_token=False, global_pool="avg", fc_norm=False)
                       for seed in (4, 5))
    remember("encoder", context)
    remember("target_encoder", target)
    predictor = OrderedDict([
        ("module.mask_token", torch.zeros(1, 1, 8, dtype=torch.float16)),
        ("module.predictor_pos_embed", torch.zeros(1, 4, 8, dtype=torch.float16)),
        ("module.predictor_embed.weight", torch.zeros(8, 64, dtype=torch.float16)),
        ("module.predictor_blocks.0.norm1.weight", torch.zeros(8, dtype=torch.float16)),
        ("module.predictor_norm.weight", torch.zeros(8, dtype=torch.float16)),
        ("module.predictor_proj.weight", torch.zeros(64, 8, dtype=torch.float16))])
    torch.save({"encoder": weights(context, "module."), "predictor": predictor,
                "target_encoder": weights(target, "module."),
                "opt": {"state": {0: {"exp_avg": torch.zeros(2)}}, "param_groups": []},
                "scaler": {"scale": 65536.0}, "epoch": 300, "loss": 0.1, "lr": 0.001}, HERE / "ijepa.pth.tar")

    # MAE: github.com/facebookresearch/mae, `models_mae.py`.
    encoder = transformer(6, num_classes=0)
    remember("mae", encoder)
    mae = weights(encoder)
    for name, shape in (("mask_token", (1, 1, 8)), ("decoder_embed.weight", (8, 64)), ("decoder_embed.bias", (8,)),
                        ("decoder_pos_embed", (1, 5, 8)), ("decoder_blocks.0.norm1.weight", (8,)),
                        ("decoder_norm.weight", (8,)), ("decoder_pred.weight", (48, 8))):
        mae[name] = torch.zeros(shape, dtype=torch.float16)
    torch.save({"model": mae}, HERE / "mae.pth")

    save_file(plain, HERE / "plain.safetensors")
    save_file(reference, HERE / "reference.safetensors")


main()
