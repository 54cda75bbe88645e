"""Families of other attention than a plain transformer's: parallel parts, class attention, attention among features or in
pixels. `families.py` lists them with the others.
"""
import functools
import timm, torch
from timm.models import cait, hiera, hieradet_sam2, tnt, vision_transformer, vision_transformer_sam, xcit

import families
from families import Case, randomize


def norm_statistics(model, seed=5):
    """Batch norms as after training: means that are not 0 and variances that are not 1.

    PyTorch's batch norm in evaluation gets a gradient wrong that is stored channels last (2.15; central differences show it), so it
    is stored channels first.
    """
    def keep(module, inputs, output):
        if output.requires_grad: output.register_hook(lambda gradient: gradient.contiguous())
    generator = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.register_forward_hook(keep)
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
        case.wide, case.attention = wide, functools.partial(patterns, case)
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
    case.wide, case.attention = stretched, functools.partial(patterns, case)
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
        case.wide, case.attention = lambda image: model, functools.partial(patterns, case)
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
        case.wide, case.attention = stretched, functools.partial(patterns, case)
        return case
    return builder


def sam_encoder(name, spelled=None, classes_of=None):
    """SAM's image encoder: the first block in windows of 3 × 3 patches, which do not fit 4 × 4; the second among all."""
    def builder(width, depth, heads, mlp, size, patch, classes):
        full = size == 224
        model = vision_transformer_sam.VisionTransformerSAM(
            img_size=1024 if full else size, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, mlp_ratio=mlp / width, use_rel_pos=True,
            window_size=14 if full else 3, global_attn_indexes=(2, 5, 8, 11) if full else (1,), neck_chans=256 if full else 6,
            num_classes=classes if classes_of else 0)
        model = randomize(model)
        forward = model if classes_of else lambda x: model.head(model.forward_features(x))
        case = Case(name, model, 1024 if full else size, patch, heads=heads, forward=forward, larger=lambda image: forward,
                    features=lambda x: model.forward_head(model.forward_features(x), pre_logits=True))
        case.wide, case.attention = lambda image: forward, functools.partial(sam_patterns, case)
        return case
    return builder


def hiera_model(name, window_positions=False, **more):
    """Hiera: the first stage in windows of 4 × 4 patches, the second in windows of 2 × 2, the last among all patches."""
    def builder(width, depth, heads, mlp, size, patch, classes):
        full = size == 224
        sizes = dict(embed_dim=96, stages=(1, 2, 7, 2), num_heads=1) if full else dict(
            embed_dim=8, stages=(1, 2, 2), num_heads=2, q_pool=2, mask_unit_size=(4, 4), mask_unit_attn=(True, True, False), global_pos_size=(3, 3),
            mlp_ratio=2.)
        side = 224 if full else 32
        def make(image):
            image = image if isinstance(image, tuple) else (image, image)
            return hiera.Hiera(img_size=image, num_classes=classes, abs_win_pos_embed=window_positions, **sizes, **more)
        model = randomize(make(side))
        def stretched(image):
            other = make(image)
            weights = dict(model.state_dict())
            if weights["pos_embed"].ndim == 3:   # timm keeps to one size; its own resampling of other models' positions
                weights["pos_embed"] = timm.layers.resample_abs_pos_embed(weights["pos_embed"], other.tokens_spatial_shape, num_prefix_tokens=0)
            other.load_state_dict(weights)
            return other.eval()
        case = Case(name, model, side, 4, heads=heads, features=headless_pool(model),
                    beside=timm_config("hiera_tiny_224", side, num_heads=sizes["num_heads"], **({} if full else dict(mask_unit_size=[4, 4]))))
        case.attention, case.long = functools.partial(no_patterns, case), None if full else stretched
        return case
    return builder


def sam2_encoder(width, depth, heads, mlp, size, patch, classes):
    """SAM 2's Hiera: windows that the grid does not fill, and one block among all patches."""
    full = size == 224
    sizes = dict(embed_dim=96, stages=(1, 2, 7, 2), num_heads=1, global_att_blocks=(5, 7, 9)) if full else dict(
        embed_dim=8, stages=(1, 2, 2), num_heads=2, q_pool=2, window_spec=(4, 4, 2), global_att_blocks=(4,), global_pos_size=(3, 3))
    side = 896 if full else 32
    model = randomize(hieradet_sam2.HieraDet(num_classes=0 if full else classes, **sizes))
    config = timm_config("sam2_hiera_tiny", side, **({} if full else dict(num_heads=2, window_spec=[4, 4, 2], global_att_blocks=[4])))
    case = Case("timm_sam2_hiera", model, side, 4, heads=heads, features=headless_pool(model), beside=config)
    case.attention, case.long = functools.partial(no_patterns, case), None if full else lambda image: model
    # Without classes the head is a container.
    case.rename = lambda module: None if full and module == "head" else module
    return case


def no_patterns(case, found): return {}


def hiera_layout(case, name, value):
    """Tokens row by row: Hiera's own lie quarter by quarter, SAM 2's in windows."""
    model, leaf = case.model, name.split(".")[-1]
    if any(part in name for part in ("unroll", "reroll", "pool", "attn.qkv", "attn.proj", "head.pre_logits", "head.global")): return None
    if not name.startswith("blocks."):
        if value.ndim == 4: return value.flatten(1, 2) if value.shape[-1] == model.patch_embed.proj.out_channels and name == "patch_embed" else value.flatten(2).transpose(1, 2)
        return value
    index = int(name.split(".")[1])
    block = model.blocks[index]
    if isinstance(model, hiera.Hiera):
        before = leaf in ("norm1", "proj") and ".attn" not in name and ".mlp" not in name
        return model.reroll(value, max(index - before, 0)).flatten(1, 2)
    if leaf == "attn" or name.endswith("attn"):
        if block.is_windowed:
            ratio = 2 if block.q_stride else 1
            side = [edge // ratio for edge in block.window_size]
            stage = sum(b.q_stride is not None for b in model.blocks[:index + 1])
            grid = (case.size // 4 >> stage,) * 2
            padded = [-(-edge // window) * window for edge, window in zip(grid, side)]
            value = hieradet_sam2.window_unpartition(value, side, padded)[:, :grid[0], :grid[1]]
    return value.flatten(1, 2)


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
        # A block returns its pixels first, then its patches.
        if name.startswith("blocks.") and leaf.isdigit(): return None
        if any(part in name for part in ("attn_in.", "mlp_in.fc", "pixel_embed.")) or name.endswith("attn_out.qk"): return None
        if leaf == "norm1_proj" and value.shape[-1] != model.norm1_proj.normalized_shape[0]: return None
        if any(part in name for part in ("_in", "pixel_embed")):
            return rows_of_picture(value, model.pixel_embed.grid_size, model.pixel_embed.new_patch_size[0])
    if isinstance(model, (hiera.Hiera, hieradet_sam2.HieraDet)): return hiera_layout(case, name, value)
    if isinstance(model, vision_transformer_sam.VisionTransformerSAM):
        if name == "head" and not model.num_classes: return None   # the pooled features once more
        if any(part in name for part in ("attn.qkv", "attn.proj", "head.global_pool", "head.drop", "head.flatten")): return None
        if name.endswith("attn"): value = unwindowed(case, name, value)
        if name.startswith("neck") or name == "patch_embed.proj": return value.flatten(2).transpose(1, 2)
        return value.flatten(1, 2) if value.ndim == 4 else value
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


def unwindowed(case, name, value):
    """What a block of SAM computes in windows, for every patch."""
    size, block = case.size // case.patch, case.model.get_submodule(name.split(".attn")[0])
    side = block.window_size
    if not side: return value
    padded = -(-size // side) * side
    return vision_transformer_sam.window_unpartition(value, side, (size, size), (padded, padded))


def sam_patterns(case, found):
    result = {}
    for name, value in found.items():
        if not name.endswith("attn.qkv"): continue
        address = name.removesuffix(".qkv")
        side = case.model.get_submodule(address.removesuffix(".attn")).window_size or case.size // case.patch
        for part, third in zip(("queries", "keys", "values"), value.chunk(3, -1)):
            third = third.unflatten(1, (side, side)) if third.ndim == 3 else third
            result[f"{address}.{part}"] = unwindowed(case, name, third).flatten(1, 2)
    return result


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
    sam_encoder("timm_sam"), sam_encoder("timm_sam_classifier", classes_of=True),
    hiera_model("timm_hiera"), hiera_model("timm_hiera_windows", True, use_expand_proj=False, init_values=.3), sam2_encoder,
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
    "timm samvit_base_patch16, 1024, 3 blocks": lambda: sam_encoder("timm_sam")(**BASE | dict(depth=3)),
    "timm hiera_tiny_224": lambda: hiera_model("timm_hiera")(**SMALL),
    "timm sam2_hiera_tiny, 896": lambda: sam2_encoder(**SMALL),
    "timm tnt_s_legacy_patch16_224": lambda: tnt_model("timm_tnt", True)(**SMALL),
}
