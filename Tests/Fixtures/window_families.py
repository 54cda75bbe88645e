"""Swin transformers, BEiT and relative positions, as their frameworks build them: cases of `families.py`.

Frameworks compute attention window by window. What their modules return in that order is put back onto the grid here, with the
frameworks' own functions, since every layer of Vitrine has the patches row by row.
"""
import re
import timm, torch, torchvision, transformers
from timm.models import beit, swin_transformer, swin_transformer_v2, swin_transformer_v2_cr, vision_transformer_relpos

from families import Case, last, randomize, saved

TINY = dict(width=8, depths=(2, 2), heads=(2, 4), ratio=2., size=16, patch=2, classes=5)


def sizes(given):
    """A tiny model in stages where the other families are asked for a tiny one without."""
    return TINY if "depth" in given else given


def unfused(model):
    """Attention in single steps, whose pattern goes through a module."""
    for module in model.modules():
        if hasattr(module, "fused_attn"): module.fused_attn = False
    return model


def timm_swin(name, kind, filter_fn, architecture, windows, **more):
    def builder(**given):
        size = sizes(given)
        def make(image):
            return unfused(kind(img_size=image, patch_size=size["patch"], embed_dim=size["width"], depths=size["depths"], num_heads=size["heads"],
                                mlp_ratio=size["ratio"], num_classes=size["classes"], **windows, **more))
        model = randomize(make(size["size"]))
        def larger(image):
            other = make(image)
            other.load_state_dict(filter_fn({k: v.clone() for k, v in model.state_dict().items()}, other))
            return other.eval()
        config = dict(architecture=architecture, model_args=windows,
                      pretrained_cfg=dict(mean=[.5] * 3, std=[.5] * 3, input_size=[3, size["size"], size["size"]]))
        return Case(name, model, size["size"], size["patch"], beside={"config.json": config}, larger=larger, wide=larger, low=larger,
                    features=lambda x: model.forward_head(model.forward_features(x), pre_logits=True),
                    layout=lambda n, v: timm_layout(model, n, v), attention=lambda found: timm_attention(model, found))
    return builder


def timm_block(model, name):
    """The block that a module of an attention belongs to, and how many come before it."""
    stages = "stages" if hasattr(model, "stages") else "layers"
    match = re.match(rf"{stages}\.(\d+)\.blocks\.(\d+)\.attn(\.|$)", name)
    if not match: return None, None
    stage, index = int(match[1]), int(match[2])
    before = sum(len(s.blocks) for s in getattr(model, stages)[:stage])
    return getattr(model, stages)[stage].blocks[index], before + index


def timm_grid(block, windows):
    """What is in the order of the windows, [windows, n, features], in that of the grid: as `_attn` of the block does it."""
    size, shift = block.window_size, block.shift_size
    height, width = getattr(block, "input_resolution", None) or block.feat_size
    padded = [-(-side // window) * window for side, window in zip((height, width), size)]
    x = windows.reshape(-1, *size, windows.shape[-1])
    x = swin_transformer.window_reverse(x, size, *padded)[:, :height, :width]
    return torch.roll(x, shifts=shift, dims=(1, 2)).flatten(1, 2)


def timm_layout(model, name, value):
    if re.search(r"drop(?!\w*sample)|softmax|cpb_mlp|meta_mlp|global_pool|flatten", name.replace("downsample", "merging")): return None
    module = model.get_submodule(name)
    if isinstance(module, torch.nn.Identity): return None
    block, _ = timm_block(model, name)
    if block is not None: return timm_grid(block, value)
    if value.ndim != 4: return value
    channels_first = name == "patch_embed.proj" or hasattr(model, "stages") and re.fullmatch(r"patch_embed|stages(\.\d+)?", name)
    return value.flatten(2).transpose(1, 2) if channels_first else value.flatten(1, 2)


def timm_attention(model, found):
    result = {}
    for name, value in found.items():
        block, number = timm_block(model, name)
        if name.endswith("attn.qkv"):
            for part, x in zip(("queries", "keys", "values"), value.chunk(3, -1)): result[f"blocks.{number}.attn.{part}"] = timm_grid(block, x)
        if name.endswith("attn.attn_drop"):
            result[f"blocks.{number}.attn.pattern"] = value.transpose(0, 1).flatten(1, 2)[None]
    return result


def torchvision_swin(name, second=False, window=3):
    kinds = torchvision.models.swin_transformer
    def builder(**given):
        size = sizes(given)
        model = randomize(kinds.SwinTransformer(
            [size["patch"]] * 2, size["width"], list(size["depths"]), list(size["heads"]), [given.get("window", window)] * 2, size["ratio"],
            num_classes=size["classes"], block=kinds.SwinTransformerBlockV2 if second else kinds.SwinTransformerBlock,
            downsample_layer=kinds.PatchMergingV2 if second else kinds.PatchMerging))
        def layout(name, value):
            if name in ("permute", "avgpool", "flatten") or re.search("dropout|stochastic|cpb_mlp|features.0.1", name): return None
            if value.ndim != 4: return value
            return value.flatten(2).transpose(1, 2) if name == "features.0.0" else value.flatten(1, 2)
        return Case(name, model, size["size"], size["patch"], config=dict(num_heads=2, image_size=size["size"]), larger=lambda image: model,
                    wide=lambda image: model, low=lambda image: model, layout=layout, attention=lambda found: {})
    return builder


def hugging_face_swin(name, kind, config_kind, output=lambda o: o.logits, is_low=False, **more):
    def builder(**given):
        size = sizes(given)
        config = config_kind(image_size=size["size"], patch_size=size["patch"], embed_dim=size["width"], depths=list(size["depths"]),
                             num_heads=list(size["heads"]), mlp_ratio=size["ratio"], num_labels=size["classes"], **more)
        model = randomize(kind(config))
        def larger(image):
            # A model keeps the windows that it has once made smaller.
            other = kind(config)
            other.load_state_dict(model.state_dict())
            other.eval()
            return lambda x: output(other(x))
        def layout(name, value):
            if re.search(r"drop(?!\w*sample)|pooler|relative_position_bias|position_bias_mlp|attention.self.dropout", name.replace("downsample", "merging")):
                return None
            if isinstance(model.get_submodule(name), torch.nn.Identity): return None
            block = re.match(r"(.*\.blocks\.\d+)\.attention(\.|$)", name)
            if block: return hugging_face_grid(model.get_submodule(block[1]), value)
            return value.flatten(2).transpose(1, 2) if value.ndim == 4 else value
        return Case(name, model, size["size"], size["patch"], tensors=saved(model), beside={"config.json": config.to_dict()},
                    forward=lambda x: output(model(x)), larger=larger, wide=larger, low=larger if is_low else None, layout=layout, attention=lambda found: {})
    return builder


def hugging_face_grid(block, windows):
    height, width = block.input_resolution
    side, shift = int(block.window_size), int(block.shift_size)
    rows, columns = -(-height // side), -(-width // side)
    x = windows.reshape(-1, rows, columns, side, side, windows.shape[-1]).transpose(2, 3).reshape(-1, rows * side, columns * side, windows.shape[-1])
    return torch.roll(x, shifts=(shift, shift), dims=(1, 2))[:, :height, :width].flatten(1, 2)


def timm_relative(name, kind, filter_fn, **more):
    """BEiT and the relative positions of timm: transformers in one stage."""
    def builder(width, depth, heads, mlp, size, patch, classes):
        def make(image):
            return unfused(kind(img_size=image, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, mlp_ratio=mlp / width,
                                num_classes=classes, **more))
        model = randomize(make(size))
        def larger(image):
            other = make(image)
            other.load_state_dict(filter_fn({k: v.clone() for k, v in model.state_dict().items()}, other))
            return other.eval()
        return Case(name, model, size, patch, heads=heads, config=dict(num_heads=heads, image_size=size), larger=larger, wide=larger,
                    features=lambda x: model.forward_head(model.forward_features(x), pre_logits=True))
    return builder


def hugging_face_beit(name, kind, output=lambda o: o.logits, **more):
    def builder(width, depth, heads, mlp, size, patch, classes):
        config = transformers.BeitConfig(hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, image_size=size, patch_size=patch,
                                         intermediate_size=mlp, num_labels=classes, **more)
        model = randomize(kind(config))
        return Case(name, model, size, patch, heads=heads, tensors=saved(model), beside={"config.json": config.to_dict()},
                    forward=lambda x: output(model(x)), larger=lambda image: lambda x: output(model(x)),
                    wide=lambda image: lambda x: output(model(x)))
    return builder


SWIN, SECOND, CR = swin_transformer, swin_transformer_v2, swin_transformer_v2_cr

BUILDERS = [
    timm_swin("timm_swin", SWIN.SwinTransformer, SWIN.checkpoint_filter_fn, "swin_tiny_patch4_window7_224", dict(window_size=3)),
    timm_swin("timm_swin_s3", SWIN.SwinTransformer, SWIN.checkpoint_filter_fn, "swin_s3_tiny_224", dict(window_size=((4, 4), (3, 3)))),
    timm_swin("timm_swin_v2", SECOND.SwinTransformerV2, SECOND.checkpoint_filter_fn, "swinv2_tiny_window8_256",
              dict(window_size=3, pretrained_window_sizes=(2, 0))),
    timm_swin("timm_swin_cr", CR.SwinTransformerV2Cr, CR.checkpoint_filter_fn, "swinv2_cr_tiny_ns_224", dict(window_ratio=2),
              extra_norm_stage=True),
    torchvision_swin("torchvision_swin"), torchvision_swin("torchvision_swin_v2", second=True),
    hugging_face_swin("hf_swin", transformers.SwinForImageClassification, transformers.SwinConfig, window_size=3),
    hugging_face_swin("hf_swin_model", transformers.SwinModel, transformers.SwinConfig, output=last, window_size=4),
    hugging_face_swin("hf_swin_v2", transformers.Swinv2ForImageClassification, transformers.Swinv2Config, is_low=True, window_size=3,
                      pretrained_window_sizes=[2, 0]),
    timm_relative("timm_beit", beit.Beit, beit.checkpoint_filter_fn, init_values=.3, use_abs_pos_emb=False, use_rel_pos_bias=True),
    timm_relative("timm_beit_shared", beit.Beit, beit.checkpoint_filter_fn, use_abs_pos_emb=True, use_shared_rel_pos_bias=True, global_pool="token"),
    timm_relative("timm_relpos", vision_transformer_relpos.VisionTransformerRelPos, lambda s, m: s, init_values=.3, fc_norm=True, qkv_bias=False),
    timm_relative("timm_relpos_cls", vision_transformer_relpos.VisionTransformerRelPos, lambda s, m: s, init_values=.3, rel_pos_dim=12,
                  class_token=True, global_pool="token"),
    timm_relative("timm_srelpos", vision_transformer_relpos.VisionTransformerRelPos, lambda s, m: s, init_values=.3, shared_rel_pos=True,
                  rel_pos_type="mlp_swin"),
    timm_relative("timm_relpos_table", vision_transformer_relpos.VisionTransformerRelPos, vision_transformer_relpos.checkpoint_filter_fn,
                  init_values=.3, rel_pos_type="bias", class_token=True, global_pool="token"),
    hugging_face_beit("hf_beit", transformers.BeitForImageClassification, use_relative_position_bias=True),
    hugging_face_beit("hf_beit_shared", transformers.BeitModel, output=last, use_shared_relative_position_bias=True,
                      use_absolute_position_embeddings=True, use_mean_pooling=False, use_mask_token=True),
]

SWIN_B = dict(width=128, depths=(2, 2, 18, 2), heads=(4, 8, 16, 32), ratio=4., size=224, patch=4, classes=1000)
SWIN_T = SWIN_B | dict(width=96, depths=(2, 2, 6, 2), heads=(3, 6, 12, 24))
BEIT_B = dict(width=768, depth=12, heads=12, mlp=3072, size=224, patch=16, classes=1000)

FULL = {
    "timm swin_base_patch4_window7_224": lambda: timm_swin(
        "full", SWIN.SwinTransformer, SWIN.checkpoint_filter_fn, "swin_base_patch4_window7_224", dict(window_size=7))(**SWIN_B),
    "timm swin_s3_tiny_224": lambda: timm_swin(
        "full", SWIN.SwinTransformer, SWIN.checkpoint_filter_fn, "swin_s3_tiny_224", dict(window_size=(7, 7, 14, 7)))(**SWIN_T),
    "timm swinv2_base_window12to16_192to256": lambda: timm_swin(
        "full", SECOND.SwinTransformerV2, SECOND.checkpoint_filter_fn, "swinv2_base_window12to16_192to256",
        dict(window_size=16, pretrained_window_sizes=(12, 12, 12, 6)))(**SWIN_B | dict(size=256)),
    "timm swinv2_cr_small_ns_224": lambda: timm_swin(
        "full", CR.SwinTransformerV2Cr, CR.checkpoint_filter_fn, "swinv2_cr_small_ns_224", {}, extra_norm_stage=True)(
        **SWIN_T | dict(depths=(2, 2, 18, 2))),
    "torchvision swin_t": lambda: torchvision_swin("full", window=7)(**SWIN_T),
    "torchvision swin_v2_t": lambda: torchvision_swin("full", second=True, window=8)(**SWIN_T | dict(size=256)),
    "HF Swin tiny": lambda: hugging_face_swin(
        "full", transformers.SwinForImageClassification, transformers.SwinConfig, window_size=7)(**SWIN_T),
    "HF Swin v2 tiny": lambda: hugging_face_swin(
        "full", transformers.Swinv2ForImageClassification, transformers.Swinv2Config, window_size=8)(**SWIN_T | dict(size=256)),
    "timm beit_base_patch16_224": lambda: timm_relative(
        "full", beit.Beit, beit.checkpoint_filter_fn, init_values=.1, use_abs_pos_emb=False, use_rel_pos_bias=True)(**BEIT_B),
    "timm vit_relpos_base_patch16_clsgap_224": lambda: timm_relative(
        "full", vision_transformer_relpos.VisionTransformerRelPos, lambda s, m: s, qkv_bias=False, fc_norm=True, class_token=True,
        init_values=.1)(**BEIT_B),
    "HF BEiT base": lambda: hugging_face_beit("full", transformers.BeitForImageClassification, use_relative_position_bias=True)(**BEIT_B),
}
