"""Writes low-rank adapters as PEFT saves them, and what PyTorch computes with them.

    python make_adapter_fixtures.py

Made with PEFT 0.21.2, PyTorch 2.15.0, timm 1.0.31. `adapters/alone` is what `save_pretrained` writes, to which a test adds the
name of its base, `nested/plain.safetensors`; `adapters/beside` is the whole state of the adapted model. The numbers are
those that float16 holds exactly. `reference.safetensors` has the logits of both, of the input in
`nested/reference.safetensors`.
"""
import pathlib
import shutil

import peft
import torch
from safetensors.torch import load_file, save_file
from timm.models.vision_transformer import VisionTransformer

HERE = pathlib.Path(__file__).parent
FOLDER = HERE / "adapters"


def adapted(**options):
    model = VisionTransformer(img_size=8, patch_size=4, embed_dim=64, depth=2, num_heads=1, mlp_ratio=0.25, num_classes=5)
    model.load_state_dict({name: tensor.float() for name, tensor in load_file(HERE / "nested/plain.safetensors").items()})
    torch.manual_seed(7)
    config = peft.LoraConfig(r=2, target_modules=["qkv", "fc1"], modules_to_save=["head"], **options)
    model = peft.get_peft_model(model, config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name or "modules_to_save" in name:
                parameter.copy_((torch.randn(parameter.shape) * 0.2).half().float())
    return model


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    picture = load_file(HERE / "nested/reference.safetensors")["input"][None]
    reference = {}
    with torch.no_grad():
        model = adapted(lora_alpha=8)
        model.save_pretrained(FOLDER / "alone")
        (FOLDER / "alone/README.md").unlink(missing_ok=True)
        reference["alone"] = model(picture)[0].contiguous()
        model = adapted(lora_alpha=3, use_rslora=True)
        (FOLDER / "beside").mkdir()
        state = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items()}
        save_file(state, FOLDER / "beside/state.safetensors")
        model.peft_config["default"].save_pretrained(FOLDER / "beside")
        reference["beside"] = model(picture)[0].contiguous()
    save_file(reference, FOLDER / "reference.safetensors")


main()
