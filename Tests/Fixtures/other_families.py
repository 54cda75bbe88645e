"""Families of other attention than a plain transformer's: parallel parts, class attention, attention among features or in
pixels. `families.py` lists them with the others.
"""
import functools
import timm, torch
from timm.models import cait, tnt, vision_transformer, xcit

import families
from families import Case, randomize


def norm_statistics(model, seed=5):
    """Batch norms as after training: means that are not 0 and variances that are not 1."""
    generator = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.copy_(.2 * torch.randn(module.running_mean.shape, generator=generator))
            module.running_var.copy_(1 + .5 * torch.rand(module.running_var.shape, generator=generator))
    return model


def timm_config(architecture, size, **arguments):
    return {"config.json": dict(architecture=architecture, model_args=arguments, pretrained_cfg=dict(input_size=[3, size, size], mean=[.5] * 3,
                                                                                             std=[.5] * 3))}


def headless_pool(model): return lambda x: model.forward_head(model.forward_features(x), pre_logits=True)


def parallel(name, architecture=None, **more):
    """timm's vision transformers with blocks whose parts are side by side."""
    def builder(width, depth, heads, mlp, size, patch, classes):
        build = families.timm_vit(name, config={}, beside=timm_config(architecture or "vit_tiny_patch16_224", size, num_heads=heads), **more)
        case = build(width, depth, heads, mlp, size, patch, classes)
        def wide(image):
            other = vision_transformer.VisionTransformer(
                img_size=image, patch_size=patch, embed_dim=case.model.embed_dim, depth=depth, num_heads=heads, mlp_ratio=mlp / case.model.embed_dim,
                num_classes=classes, **more)
            other.load_state_dict(vision_transformer.checkpoint_filter_fn(dict(case.model.state_dict()), other))
            return other.eval()
        case.wide, case.attention = wide, patterns
        return case
    return builder


def cait_model(width, depth, heads, mlp, size, patch, classes):
    def make(image):
        return cait.Cait(img_size=image, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, mlp_ratio=mlp / width,
                         mlp_ratio_token_only=mlp / width, num_classes=classes, init_values=.3)
    model = randomize(make(size))
    def stretched(image):
        other, weights = make(image), dict(model.state_dict())
        side = size // patch
        grid = weights["pos_embed"].reshape(1, side, side, width).permute(0, 3, 1, 2)
        grid = torch.nn.functional.interpolate(grid, other.patch_embed.grid_size, mode="bicubic", align_corners=False)
        weights["pos_embed"] = grid.flatten(2).transpose(1, 2)
        other.load_state_dict(weights)
        return other.eval()
    case = Case("timm_cait", model, size, patch, heads=heads, features=headless_pool(model), larger=stretched)
    case.wide, case.attention = stretched, patterns
    return case


def xcit_model(name, classes_norm, patch=8, stored=32):
    def builder(width, depth, heads, mlp, size, patch=patch, classes=5):
        full = size == 224
        side, step = (size, 16) if full else (stored, patch)
        model = norm_statistics(randomize(xcit.Xcit(
            img_size=side, patch_size=step, embed_dim=width, depth=depth, num_heads=heads, mlp_ratio=mlp / width, num_classes=classes, eta=.3,
            tokens_norm=classes_norm)))
        case = Case(name, model, side, step, heads=heads, features=headless_pool(model), larger=lambda image: model,
                    beside=timm_config("xcit_tiny_12_p8_224", side, tokens_norm=classes_norm))
        case.wide, case.attention = lambda image: model, patterns
        return case
    return lambda width, depth, heads, mlp, size, patch, classes: builder(width, depth, heads, mlp, size, 8, classes)


def tnt_model(name, legacy):
    def builder(width, depth, heads, mlp, size, patch, classes):
        step = 16 if size == 224 else 8
        inner = 24 if size == 224 else 8
        def make(image):
            return tnt.TNT(img_size=image, patch_size=step, embed_dim=width, inner_dim=inner, depth=depth, num_heads_outer=heads, mlp_ratio=mlp / width,
                           num_classes=classes, legacy=legacy, num_heads_inner=4)
        side = size if size == 224 else 32
        model = randomize(make(side))
        def stretched(image):
            other = make(image)
            other.load_state_dict(tnt.checkpoint_filter_fn(dict(model.state_dict()), other))
            return other.eval()
        case = Case(name, model, side, step, heads=heads, features=headless_pool(model), larger=stretched,
                    beside=timm_config("tnt_s_patch16_224", side, num_heads_outer=heads))
        case.wide, case.attention = stretched, patterns
        return case
    return builder


def rows_of_picture(value, grid, side):
    """Pixels that lie patch by patch, row by row over the picture."""
    rows, columns = grid
    features = value.shape[-1]
    return value.reshape(rows, columns, side, side, features).permute(0, 2, 1, 3, 4).reshape(1, -1, features)


def layout(case, name, value):
    """The output as heads × tokens × tokens or tokens × features; None for what is no layer; NotImplemented for the usual."""
    leaf = name.split(".")[-1]
    model = case.model
    if isinstance(model, tnt.TNT):
        if any(part in name for part in ("attn_in.", "mlp_in.fc", "pixel_embed.")) or name.endswith("attn_out.qk"): return None
        if leaf == "norm1_proj" and value.shape[-1] != model.norm1_proj.normalized_shape[0]: return None
        if any(part in name for part in ("_in", "pixel_embed")):
            return rows_of_picture(value, model.pixel_embed.grid_size, model.pixel_embed.new_patch_size[0])
    if leaf in ("proj_l", "proj_w"): return value.permute(0, 3, 1, 2)
    if leaf in ("q_norm", "k_norm", "sub_norm") and value.ndim == 4:
        parent = model.get_submodule(name.rsplit(".", 1)[0])
        flat = isinstance(parent, vision_transformer.ParallelScalingBlock)
        return value.flatten(2) if flat else value.transpose(1, 2).flatten(2)
    if isinstance(model, xcit.Xcit) and name.startswith("pos_embed"): return None
    if isinstance(model, xcit.Xcit) and name.startswith("patch_embed.proj."):
        # Ours has the folded batch norm's output only.
        return None if name.endswith(".0") else value.flatten(2).transpose(1, 2)
    return NotImplemented


def patterns(case, found):
    """Queries, keys, values and patterns of attention that is not a plain transformer's, by address."""
    split = lambda x, heads: x.unflatten(-1, (heads, -1)).transpose(1, 2)
    def softmax(q, k, heads): return (split(q, heads) @ split(k, heads).transpose(-1, -2) * (q.shape[-1] // heads) ** -.5).softmax(-1)
    result, model = {}, case.model
    for name, value in found.items():
        if name.endswith("attn.qkv"):
            address = name.removesuffix(".qkv")
            q, k, v = value.chunk(3, -1)
            result |= {f"{address}.queries": q, f"{address}.keys": k, f"{address}.values": v}
            attention = model.get_submodule(address)
            if hasattr(attention, "proj_l"):
                result[f"{address}.pattern"] = found[f"{address}.proj_l"].permute(0, 3, 1, 2).softmax(-1)
            elif hasattr(attention, "lambda_q1"):
                result[f"{address}.pattern"] = softmax(q, k, 2 * case.heads)
            elif not isinstance(model, xcit.Xcit):
                result[f"{address}.pattern"] = softmax(q, k, case.heads)
        if name.endswith("attn.q"):
            address = name.removesuffix(".q").replace("blocks_token_only", "class_blocks").replace("cls_attn_blocks", "class_blocks")
            key = found[name.removesuffix(".q") + ".k"]
            result[f"{address}.pattern"] = softmax(value[:, None], key, case.heads)[:, :, 0]
        if name.endswith("attn_out.qk"):
            address = name.removesuffix("_out.qk")
            q, k = value.chunk(2, -1)
            result |= {f"{address}.queries": q, f"{address}.keys": k, f"{address}.pattern": softmax(q, k, case.heads)}
    return result


things = dict(block_fn=vision_transformer.ParallelThingsBlock, init_values=.3)
scaling = dict(block_fn=vision_transformer.ParallelScalingBlock, init_values=.3, class_token=False, no_embed_class=True, reg_tokens=1, global_pool="avg")
normed = dict(block_fn=vision_transformer.ParallelScalingBlock, pre_norm=True, no_embed_class=True, norm_layer=timm.layers.RmsNorm, qkv_bias=False,
              qk_norm=True)
differential = dict(attn_layer="diff", init_values=.3, class_token=False, no_embed_class=True, reg_tokens=1, global_pool="avg")
differential_scaling = scaling | dict(block_fn=vision_transformer.DiffParallelScalingBlock)

BUILDERS = [
    parallel("timm_parallel_things", **things), parallel("timm_parallel_scaling", **scaling),
    parallel("timm_parallel_normed", "vit_tiny_patch16_xp_224", **normed),
    parallel("timm_differential", "vit_dwee_patch16_reg1_gap_256", **differential),
    parallel("timm_differential_parallel", "vit_dpwee_patch16_reg1_gap_256", **differential_scaling),
    cait_model, xcit_model("timm_xcit", True), xcit_model("timm_xcit_nano", False),
    tnt_model("timm_tnt", False), tnt_model("timm_tnt_legacy", True),
]

SMALL, BASE = families.SMALL, families.BASE
FULL = {
    "timm vit_small_patch16_18x2_224": lambda: parallel("timm", **things)(**SMALL | dict(depth=18)),
    "timm vit_pwee_patch16_reg1_gap_256": lambda: parallel("timm", **scaling)(**SMALL | dict(width=256, heads=4, depth=16, mlp=1280, size=256)),
    "timm vit_base_patch16_xp_224": lambda: parallel("timm", "vit_base_patch16_xp_224", **normed)(**BASE),
    "timm vit_dwee_patch16_reg1_gap_256": lambda: parallel("timm", "vit_dwee_patch16_reg1_gap_256", **differential)(
        **SMALL | dict(width=256, heads=4, depth=14, mlp=1280, size=256)),
    "timm cait_xxs24_224": lambda: cait_model(**SMALL | dict(width=192, heads=4, depth=24, mlp=768)),
    "timm cait_s24_224": lambda: cait_model(**SMALL | dict(heads=8, depth=24)),
    "timm xcit_small_12_p16_224": lambda: xcit_model("timm_xcit", True)(**SMALL | dict(heads=8)),
    "timm tnt_s_patch16_224": lambda: tnt_model("timm_tnt", False)(**SMALL),
    "timm tnt_s_legacy_patch16_224": lambda: tnt_model("timm_tnt", True)(**SMALL),
}
