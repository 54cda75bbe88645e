"""Families with rotary positions or made for pictures of any number of patches: timm's `eva.py` and `naflexvit.py`, DINOv3.

`families.py` takes them into its list.
"""
import timm, torch, transformers
from timm.layers import apply_rot_embed_cat

from families import BASE, Case, HUGE, LARGE, SMALL, last, randomize
from pooling_families import saved


def turn(model):
    """Turns queries or keys as timm's attention does it."""
    def turned(block, x):
        if model.rope is None: return x
        shape = model.patch_embed.grid_size
        table = model.rope.get_embed(shape) if hasattr(model.rope, "freqs") or "Cat" not in type(model.rope).__name__ else model.rope.get_embed()
        if hasattr(model.rope, "freqs"): table = table[block]
        first, attention = model.num_prefix_tokens, model.blocks[block].attn
        return torch.cat([x[:, :, :first], apply_rot_embed_cat(x[:, :, first:], table, half=attention.rotate_half)], 2)
    return turned


def timm_rotary(name, architecture, stated=None, **more):
    """One of timm's architectures at another size, as `save_for_hf` writes it: its name says what its tensors do not.

    `stated`: how `config.json` states the arguments; without it they are as given. None for no file.
    """
    def builder(width, depth, heads, mlp, size, patch, classes):
        def make(image):
            given = dict(img_size=image, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, num_classes=classes) | more
            # Flexible models have a grid of positions of their own, and make no difference between sizes.
            if architecture.startswith("naflex"): del given["img_size"]
            return timm.create_model(architecture, **given)
        model = randomize(make(size))
        def larger(image):
            other = make(image)
            if not architecture.startswith("naflex"):
                # Positions are stretched as when a model of another size is loaded.
                same = make(size)
                same.load_state_dict(model.state_dict())
                same.set_input_size(img_size=image)
                other.load_state_dict(same.state_dict())
            else:
                other.load_state_dict(model.state_dict())
            return other.eval()
        arguments = dict(num_heads=heads, img_size=size) | {k: v for k, v in more.items()}
        config = dict(architecture=architecture, num_classes=model.num_classes, global_pool=model.global_pool, model_args=arguments,
                      pretrained_cfg=dict(mean=[.5] * 3, std=[.5] * 3, input_size=[3, size, size]))
        if architecture.startswith("naflex"): del arguments["img_size"]
        if stated is not None: config["model_args"] = stated
        return Case(name, model, size, patch, heads=heads, beside={"config.json": config}, larger=larger, wide=larger, turn=turn(model),
                    features=lambda x: model.forward_head(model.forward_features(x), pre_logits=True))
    return builder


GRID = dict(ref_feat_shape=(3, 5))   # neither the model's grid nor a square
timm_dinov3 = timm_rotary("timm_dinov3", "vit_small_patch16_dinov3", num_classes=0)
timm_dinov3_gated = timm_rotary("timm_dinov3_gated", "vit_small_plus_patch16_dinov3_qkvb", global_pool="token")
timm_eva = timm_rotary("timm_eva", "eva_giant_patch14_224", mlp_ratio=2)
timm_eva_after = timm_rotary("timm_eva_norms_after", "eva02_enormous_patch14_clip_224", mlp_ratio=2)
timm_eva02 = timm_rotary("timm_eva02", "eva02_tiny_patch14_224")
timm_eva02_clip = timm_rotary("timm_eva02_clip", "eva02_base_patch16_clip_224", **GRID)
timm_pe_core = timm_rotary("timm_pe_core", "vit_pe_core_base_patch16_224", mlp_ratio=2, attn_pool_num_heads=2, attn_pool_mlp_ratio=2, ref_feat_shape=(4, 4))
timm_pe_lang = timm_rotary("timm_pe_lang", "vit_pe_lang_large_patch14_448", num_classes=0, mlp_ratio=2, **GRID)
timm_pe_spatial = timm_rotary("timm_pe_spatial", "vit_pe_spatial_gigantic_patch14_448", mlp_ratio=2, **GRID)
timm_rope = timm_rotary("timm_rope", "vit_small_patch16_rope_224", mlp_ratio=2)
timm_rope_positions = timm_rotary("timm_rope_positions", "vit_small_patch16_rope_ape_224", mlp_ratio=2)
timm_rope_mixed = timm_rotary("timm_rope_mixed", "vit_small_patch16_rope_mixed_224", mlp_ratio=2)
timm_rope_mixed_positions = timm_rotary("timm_rope_mixed_positions", "vit_small_patch16_rope_mixed_ape_224", mlp_ratio=2)
timm_rope_registers = timm_rotary("timm_rope_registers", "vit_mediumd_patch16_rope_reg1_gap_256", mlp_ratio=2)
timm_flexible = timm_rotary("timm_flexible", "naflexvit_base_patch16_gap", mlp_ratio=2, pos_embed_grid_size=(4, 4))
timm_flexible_factorized = timm_rotary("timm_flexible_factorized", "naflexvit_base_patch16_parfac_gap", mlp_ratio=2, pos_embed_grid_size=(3, 5))
timm_flexible_map = timm_rotary("timm_flexible_map", "naflexvit_base_patch16_siglip", mlp_ratio=2, num_classes=0, pos_embed_grid_size=(5, 3))
timm_flexible_radio = timm_rotary("timm_flexible_radio", "naflexvit_base_patch16_radio_v3", mlp_ratio=2, num_classes=0, pos_embed_grid_size=(8, 8))


def facebook_dinov3(width, depth, heads, mlp, size, patch, classes):
    """DINOv3 as its authors store it: periods in bfloat16, a bias of keys that a mask cancels, a gate of its own.

    Source: https://github.com/facebookresearch/dinov3, `dinov3/layers/attention.py`, `ffn_layers.py`, `rope_position_encoding.py`;
    timm's own renaming of these tensors (`eva.py`, `checkpoint_filter_fn`), backwards.
    """
    case = timm_rotary("facebook_dinov3", "vit_small_plus_patch16_dinov3_qkvb", num_classes=0, global_pool="token")(
        width, depth, heads, mlp, size, patch, classes)
    model = case.model
    rounded = model.rope.periods.bfloat16()
    model.rope.periods.copy_(rounded.float())
    def name(key):
        for ours, theirs in (("gamma_1", "ls1.gamma"), ("gamma_2", "ls2.gamma"), ("reg_token", "storage_tokens"), ("mlp.fc1_g", "mlp.w1"),
                             ("mlp.fc1_x", "mlp.w2"), ("mlp.fc2", "mlp.w3")):
            key = key.replace(ours, theirs)
        return key
    def tensors():
        out = {"mask_token": torch.zeros(1, width), "rope_embed.periods": rounded}
        for key, value in model.state_dict().items():
            if key.endswith("q_bias"):
                start = key.removesuffix("q_bias") + "qkv."
                out[start + "bias"] = torch.cat([value, torch.full_like(value, 7), model.state_dict()[key.replace("q_bias", "v_bias")]])
                out[start + "bias_mask"] = torch.cat([torch.ones(width), torch.zeros(width), torch.ones(width)])
            elif not key.endswith("v_bias"):
                out[name(key)] = value
        return out
    def larger(image):
        # Its positions are computed for every picture.
        model.rope.periods.copy_(rounded.float())
        return model
    # No configuration of a framework: whose code it is must be seen in the tensors.
    case.config = dict(num_heads=heads, image_size=size)
    case.beside, case.tensors, case.rename, case.larger, case.wide = {}, tensors, name, larger, larger
    return case


def hf_dinov3(width, depth, heads, mlp, size, patch, classes, name="hf_dinov3", **more):
    config = transformers.DINOv3ViTConfig(
        hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, image_size=size, patch_size=patch, intermediate_size=mlp,
        num_register_tokens=4, **more)
    model = randomize(transformers.DINOv3ViTModel(config))
    forward = lambda x: model(x).last_hidden_state
    return Case(name, model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=forward, features=lambda x: model(x).pooler_output, larger=lambda image: forward, wide=lambda image: forward)


def hf_dinov3_gated(**sizes): return hf_dinov3(**sizes, name="hf_dinov3_gated", use_gated_mlp=True, hidden_act="silu", rope_theta=50.)


BUILDERS = [
    timm_dinov3, timm_dinov3_gated, timm_eva, timm_eva_after, timm_eva02, timm_eva02_clip, timm_pe_core, timm_pe_lang, timm_pe_spatial,
    timm_rope, timm_rope_positions, timm_rope_mixed, timm_rope_mixed_positions, timm_rope_registers, timm_flexible,
    timm_flexible_factorized, timm_flexible_map, timm_flexible_radio, facebook_dinov3, hf_dinov3, hf_dinov3_gated,
]

PLUS = SMALL | dict(mlp=1536, size=256)
FULL = {
    "timm vit_base_patch16_dinov3": lambda: timm_rotary("", "vit_base_patch16_dinov3", num_classes=0)(**BASE | dict(size=256)),
    "timm vit_small_plus_patch16_dinov3": lambda: timm_rotary("", "vit_small_plus_patch16_dinov3", num_classes=0)(**PLUS),
    "timm vit_huge_plus_patch16_dinov3, 8 blocks": lambda: timm_rotary("", "vit_huge_plus_patch16_dinov3", num_classes=0)(
        **HUGE | dict(heads=20, depth=8, patch=16, size=256)),
    "timm vit_7b_patch16_dinov3, 2 blocks": lambda: timm_rotary("", "vit_7b_patch16_dinov3", num_classes=0)(
        **LARGE | dict(width=4096, heads=32, depth=2, size=256)),
    "Facebook dinov3_vits16plus": lambda: facebook_dinov3(**PLUS),
    "HF DINOv3 B/16": lambda: hf_dinov3(**BASE),
    "HF DINOv3 L/16": lambda: hf_dinov3(**LARGE),
    "timm eva_giant_patch14_224, 6 blocks": lambda: timm_rotary("", "eva_giant_patch14_224")(
        **LARGE | dict(width=1408, heads=16, depth=6, patch=14)),
    "timm eva02_base_patch14_448": lambda: timm_rotary("", "eva02_base_patch14_448")(**BASE | dict(patch=14, size=448)),
    "timm eva02_large_patch14_clip_336": lambda: timm_rotary("", "eva02_large_patch14_clip_336")(**LARGE | dict(patch=14, size=336)),
    "timm vit_pe_core_base_patch16_224": lambda: timm_rotary("", "vit_pe_core_base_patch16_224")(**BASE),
    "timm vit_pe_spatial_base_patch16_512": lambda: timm_rotary("", "vit_pe_spatial_base_patch16_512", num_classes=0)(**BASE | dict(size=512)),
    "timm vit_base_patch16_rope_reg1_gap_256": lambda: timm_rotary("", "vit_base_patch16_rope_reg1_gap_256")(**BASE | dict(size=256)),
    "timm vit_base_patch16_rope_224": lambda: timm_rotary("", "vit_base_patch16_rope_224")(**BASE),
    "timm vit_base_patch16_rope_mixed_224": lambda: timm_rotary("", "vit_base_patch16_rope_mixed_224")(**BASE),
    "timm naflexvit_base_patch16_gap": lambda: timm_rotary("", "naflexvit_base_patch16_gap")(**BASE | dict(size=384)),
    "timm naflexvit_base_patch16_siglip": lambda: timm_rotary("", "naflexvit_base_patch16_siglip", num_classes=0)(**BASE | dict(size=384)),
}
