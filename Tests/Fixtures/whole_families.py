"""Encoders inside of whole files, and families in their authors' spelling: SAM, SAM 2, EVA-CLIP, Perception Encoder, ViTPose, V-JEPA 2.

`families.py` takes them into its list. What lies beside an encoder in such a file is small and is not used.
"""
import open_clip, timm, torch, transformers

from families import Case, randomize
from pooling_families import saved
from rotary_families import timm_rotary


def layout(case, skipped=(), channels_last=()):
    """Tokens × features of modules of transformers; those whose names contain one of `skipped` are none."""
    def laid(name, value):
        module = case.model.get_submodule(name)
        if isinstance(module, (torch.nn.Identity, torch.nn.Dropout)) or any(part in name for part in skipped): return None
        if value.ndim == 5: return value.flatten(2).transpose(1, 2)
        if value.ndim != 4: return value
        lastly = any(part in name for part in channels_last) and not name.endswith("projection")
        return value.flatten(1, 2) if lastly else value.flatten(2).transpose(1, 2)
    return laid


# MARK: V-JEPA 2

def vjepa2_model(depth, size, patch):
    """Heads of 12 features: thirds of four, in which a pair has two angles."""
    config = transformers.VJEPA2Config(
        crop_size=size, patch_size=patch, hidden_size=24, num_hidden_layers=depth, num_attention_heads=2, mlp_ratio=2, frames_per_clip=4,
        pred_hidden_size=8, pred_num_hidden_layers=1, pred_num_attention_heads=2, pred_num_mask_tokens=1)
    return transformers.VJEPA2Model(config), config


def hf_vjepa2(width, depth, heads, mlp, size, patch, classes):
    """A picture is a video of one frame; its predictor is not used."""
    def make(image): return vjepa2_model(depth, image, patch)
    model, config = make(size)
    randomize(model)
    answer = lambda model: lambda x: model(x[:, None], skip_predictor=True).last_hidden_state
    def larger(image):
        other, _ = make(image)
        other.load_state_dict(model.state_dict())
        return answer(other.eval())
    case = Case("hf_vjepa2", model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=answer(model), larger=larger, rename=lambda name: None if name.startswith("predictor") else name)
    case.layout = layout(case)
    def patterns(found):
        result = {}
        for index, block in enumerate(model.encoder.layer):
            module = block.attention
            split = lambda part: found[f"encoder.layer.{index}.attention.{part}"].unflatten(-1, (heads, -1)).transpose(1, 2)
            places = module.get_position_ids(found[f"encoder.layer.{index}.attention.query"])
            q, k = (module.apply_rotary_embeddings(split(part), places) for part in ("query", "key"))
            result[f"blocks.{index}.attn.pattern"] = (q @ k.transpose(-1, -2) * module.scaling).softmax(-1)
        return result
    case.attention = patterns
    return case


def facebook_vjepa2(**sizes):
    """The names of Meta's files. Source: https://github.com/facebookresearch/vjepa2, `src/models/vision_transformer.py`."""
    case = hf_vjepa2(**sizes)
    def name(key):
        if not key.startswith("encoder."): return None
        key = key.removeprefix("encoder.").replace("embeddings.patch_embeddings", "patch_embed").replace("layernorm", "norm")
        key = key.replace("layer.", "blocks.").replace("attention", "attn").replace("mlp.activation", "mlp.act")
        if key == "embeddings" or key.endswith(("attn.query", "attn.key", "attn.value")): return None
        return key
    def tensors():
        weights, out = case.model.state_dict(), {}
        for key, value in weights.items():
            if not key.startswith("encoder."): continue
            if key.endswith(("query.weight", "query.bias")):
                parts = [weights[key.replace("query", part)] for part in ("query", "key", "value")]
                out[name(key.replace("query", "qkv"))] = torch.cat(parts)
            elif not any(part in key for part in ("attention.key", "attention.value")) and name(key):
                out[name(key)] = value
        return out
    case.name, case.tensors, case.rename, case.beside = "facebook_vjepa2", tensors, name, {}
    case.config = dict(num_heads=case.heads, image_size=case.size)
    return case


# MARK: ViTPose

def hf_vitpose(width, depth, heads, mlp, size, patch, classes):
    """The backbone in a file that computes poses, whose patches are cut from a picture with an edge of two empty pixels."""
    # As large as the edge, patches of 4 pixels would be one more in each row.
    size, patch = 2 * size, 2 * patch
    config = transformers.VitPoseConfig(
        backbone_config=transformers.VitPoseBackboneConfig(
            hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, mlp_ratio=mlp // width, image_size=[size, size],
            patch_size=[patch, patch], out_indices=[depth]),
        num_labels=3, use_simple_decoder=True)
    model = randomize(transformers.VitPoseForPoseEstimation(config))
    case = Case("hf_vitpose", model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=lambda x: model.backbone(x).feature_maps[-1],
                rename=lambda name: name.removeprefix("backbone.") if name.startswith("backbone.") else None)
    case.layout = layout(case)
    return case


# MARK: Towers of open_clip

def open_clip_trunk(name, architecture, **more):
    """A whole model of open_clip with a trunk of timm's `eva.py`, and a text tower that is not used."""
    def builder(width, depth, heads, mlp, size, patch, classes):
        case = timm_rotary(name, architecture, **more)(width, depth, heads, mlp, size, patch, classes)
        text = randomize(open_clip.transformer.TextTransformer(context_length=4, vocab_size=9, width=16, heads=2, layers=1, output_dim=classes))
        config = dict(model_cfg=dict(embed_dim=classes, custom_text=True, vision_cfg=dict(
            image_size=size, timm_model_name=architecture, timm_model_pretrained=False, timm_pool=case.model.global_pool, timm_proj=None),
            text_cfg=dict(context_length=4)), preprocess_cfg=dict(mean=[.5] * 3, std=[.5] * 3))
        case.tensors = lambda: {"visual.trunk." + k: v for k, v in case.model.state_dict().items()} | {
            "text." + k: v for k, v in text.state_dict().items()} | {"logit_scale": torch.ones([])}
        case.rename = lambda module: "visual.trunk." + module
        case.beside, case.features = {"open_clip_config.json": config}, case.model
        if "pe_core" in name: case.attention = lambda found: {}   # the pooling has 8 heads, the blocks others
        # Heads are of 64 features in a file of open_clip; here they are not.
        case.config = dict(num_heads=heads, image_size=size)
        return case
    return builder


open_clip_eva02 = open_clip_trunk("open_clip_eva02", "eva02_base_patch16_clip_224", mlp_ratio=2)
open_clip_pe_core = open_clip_trunk("open_clip_pe_core", "vit_pe_core_base_patch16_224", mlp_ratio=2, attn_pool_mlp_ratio=2, ref_feat_shape=(4, 4))


# MARK: Perception Encoder and RoPE-ViT as their authors store them

def facebook_pe(name, architecture, **more):
    """timm's own renaming of Meta's tensors (`eva.py`, `_convert_pe`), backwards.

    For another size Meta's code stretches learned positions bilinearly and goes on counting for rotary ones.
    Source: https://github.com/facebookresearch/perception_models, `core/vision_encoder/pe.py`, `rope.py`.
    """
    def builder(width, depth, heads, mlp, size, patch, classes):
        def make(image):
            given = dict(img_size=image, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, mlp_ratio=2, num_classes=classes)
            # As many as there are: timm stretches to this grid, Meta does not stretch.
            grid = tuple(side // patch for side in (image if isinstance(image, tuple) else (image, image)))
            return timm.create_model(architecture, **given | dict(ref_feat_shape=grid) | more)
        model = randomize(make(size))
        isCore = model.num_classes > 0
        if isCore: model.head.bias.data.zero_()
        def names(key):
            # A module of a block's attention has its part's name here.
            for ours, theirs in (("patch_embed.proj", "conv1"), ("pos_embed", "positional_embedding"), ("blocks.", "transformer.resblocks."),
                                 ("cls_token", "class_embedding"), ("norm_pre", "ln_pre"), (".norm1", ".ln_1"), (".norm2", ".ln_2"),
                                 ("gamma_", "ls_"), ("mlp.fc1", "mlp.c_fc"), ("mlp.act", "mlp.gelu"), ("mlp.fc2", "mlp.c_proj"),
                                 ("attn_pool.norm", "attn_pool.layernorm"), ("attn_pool.proj", "attn_pool.attn.out_proj"),
                                 ("attn_pool.latent", "attn_pool.probe"), (".attn.proj", ".attn.out_proj")):
                key = key.replace(ours, theirs)
            return "visual." + ("ln_post" + key.removeprefix("norm") if key.startswith("norm") else key)
        def tensors():
            weights, out = model.state_dict(), {}
            for key, value in weights.items():
                if key == "head.weight": out["visual.proj"] = value.T
                elif key in ("cls_token", "pos_embed"): out[names(key)] = value[0, 0] if key == "cls_token" else value[0]
                elif key.startswith("attn_pool.q."):
                    leaf = key.rsplit(".", 1)[1]
                    out[f"visual.attn_pool.attn.in_proj_{leaf}"] = torch.cat([value, weights[f"attn_pool.kv.{leaf}"]])
                elif ".attn.qkv." in key: out[names(key).replace("qkv.", "in_proj_")] = value
                elif "gamma_" in key: out[names(key) + ".gamma"] = value
                elif key not in ("head.bias",) and "attn_pool.kv" not in key and "rope" not in key: out[names(key)] = value
            if isCore:
                text = randomize(open_clip.transformer.TextTransformer(context_length=4, vocab_size=9, width=16, heads=2, layers=1, output_dim=classes))
                out |= dict(text.state_dict()) | {"logit_scale": torch.ones([])}
            return out
        def renamed(module):
            if module.startswith(("patch_embed", "attn_pool.kv", "attn_pool.q", "head", "rope")) or module.endswith((".qkv", "attn.norm")): return None
            if module == "attn_pool": return "visual.attn_pool"
            return names(module)
        def stretched(image):
            other, weights = make(image), dict(model.state_dict())
            first, side = model.num_prefix_tokens, size // patch
            grid = weights["pos_embed"][:, first:].unflatten(1, (side, side)).permute(0, 3, 1, 2)
            grid = torch.nn.functional.interpolate(grid, other.patch_embed.grid_size, mode="bilinear", align_corners=False)
            weights["pos_embed"] = torch.cat([weights["pos_embed"][:, :first], grid.flatten(2).transpose(1, 2)], 1)
            other.load_state_dict(weights, strict=False)
            return answer(other.eval())
        answer = lambda model: model if isCore else model.forward_features
        case = Case(name, model, size, patch, heads=heads, config=dict(num_heads=heads), forward=answer(model), tensors=tensors, rename=renamed,
                    larger=stretched, wide=stretched, features=model if isCore else None)
        case.attention = lambda found: {}
        return case
    return builder


facebook_pe_core = facebook_pe("facebook_pe_core", "vit_pe_core_base_patch16_224", attn_pool_mlp_ratio=2)
facebook_pe_spatial = facebook_pe("facebook_pe_spatial", "vit_pe_spatial_base_patch16_512", num_classes=0, init_values=.3)


def naver_rope_mixed(**sizes):
    """RoPE-ViT as its authors store it: the frequencies of all heads in a row, and the places of the patches.

    Source: https://github.com/naver-ai/rope-vit, `models/vit_rope.py`.
    """
    case = timm_rotary("naver_rope_mixed", "vit_small_patch16_rope_mixed_224", mlp_ratio=2)(**sizes)
    def tensors():
        out = {k: v for k, v in case.model.state_dict().items() if not k.startswith("rope")}
        count = (case.size // case.patch) ** 2
        return out | {"freqs": case.model.rope.freqs.flatten(2), "freqs_t_x": torch.arange(float(count)), "freqs_t_y": torch.arange(float(count))}
    case.tensors, case.beside, case.config = tensors, {}, dict(num_heads=case.heads, image_size=case.size)
    return case


# MARK: BLIP, a classifier on CLIP, DINOv3's ConvNeXt

def hf_blip(width, depth, heads, mlp, size, patch, classes):
    config = transformers.BlipVisionConfig(hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, image_size=size, patch_size=patch,
                                           intermediate_size=mlp)
    model = randomize(transformers.BlipVisionModel(config))
    stretched = lambda image: lambda x: model(x, interpolate_pos_encoding=True).last_hidden_state
    case = Case("hf_blip", model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=lambda x: model(x).last_hidden_state, larger=stretched)
    case.layout = layout(case, skipped=("post_layernorm",))   # it normalizes the tokens, then the class token once more
    case.attention = lambda found: {}
    return case


def hf_clip_classifier(width, depth, heads, mlp, size, patch, classes):
    """A classifier on the mean of CLIP's patches, beside a text tower that is not there."""
    vision = dict(hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, image_size=size, patch_size=patch, intermediate_size=mlp)
    config = transformers.CLIPConfig(vision_config=vision, num_labels=classes)
    model = randomize(transformers.CLIPForImageClassification(config))
    case = Case("hf_clip_classifier", model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=lambda x: model(x).logits)
    case.layout = layout(case, skipped=("post_layernorm", "position_embedding"))
    case.attention = lambda found: {}
    return case


def hf_dinov3_convnext(width, depth, heads, mlp, size, patch, classes):
    config = transformers.DINOv3ConvNextConfig(hidden_sizes=[8, 12, 16], depths=[1, 2, 1], image_size=32)
    model = randomize(transformers.DINOv3ConvNextModel(config))
    # The first row is the pooled features.
    case = Case("hf_dinov3_convnext", model, 32, 4, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=lambda x: model(x).last_hidden_state[:, 1:], features=lambda x: model(x).pooler_output,
                rename=lambda name: name.removeprefix("model.") if name.startswith("model.") else None)
    case.layout = layout(case, skipped=("pool", "downsample_layers"), channels_last=(".layer_norm", "pointwise", "activation_fn"))
    return case


# MARK: SAM and SAM 2

def hf_sam(width, depth, heads, mlp, size, patch, classes):
    """A whole SAM: the first block in windows of 3 × 3 patches, the second among all."""
    config = transformers.SamConfig(
        vision_config=dict(hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, image_size=size, patch_size=patch, mlp_dim=mlp,
                           window_size=3, global_attn_indexes=[1], output_channels=8),
        prompt_encoder_config=dict(hidden_size=8, image_size=size, patch_size=patch, mask_input_channels=4),
        mask_decoder_config=dict(hidden_size=8, mlp_dim=8, num_hidden_layers=1, num_attention_heads=2, iou_head_hidden_dim=8, iou_head_depth=2))
    model = randomize(transformers.SamModel(config))
    case = Case("hf_sam", model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=lambda x: model.vision_encoder(x).last_hidden_state.flatten(2).transpose(1, 2),
                rename=lambda name: name if name.startswith("vision_encoder.") and name != "vision_encoder.neck" else None)
    case.layout = layout(case, skipped=(".attn",), channels_last=("patch_embed", ".layers."))
    case.attention = lambda found: {}
    return case


def facebook_sam(**sizes):
    """The names of Meta's files. Source: https://github.com/facebookresearch/segment-anything, `modeling/image_encoder.py`."""
    case = hf_sam(**sizes)
    def name(key):
        if not key.startswith("vision_encoder."): return key if key.startswith(("mask_decoder", "prompt_encoder")) else None
        key = key.removeprefix("vision_encoder.").replace("layers.", "blocks.").replace("patch_embed.projection", "patch_embed.proj")
        for theirs, ours in (("neck.conv1", "neck.0"), ("neck.layer_norm1", "neck.1"), ("neck.conv2", "neck.2"), ("neck.layer_norm2", "neck.3"),
                             ("layer_norm", "norm")):
            key = key.replace(theirs, ours)
        return "image_encoder." + key
    inner = case.rename
    case.name, case.beside = "facebook_sam", {}
    case.tensors = lambda: {name(k): v for k, v in case.model.state_dict().items() if name(k)}
    case.rename = lambda module: name(module) if inner(module) else None
    return case


def sam2_model(windows, everywhere):
    config = transformers.Sam2Config(
        vision_config=dict(
            backbone_config=dict(model_type="sam2_hiera_det_model", hidden_size=8, num_attention_heads=2, image_size=[32, 32],
                                 blocks_per_stage=[1, 2, 2], embed_dim_per_stage=[8, 16, 32], num_attention_heads_per_stage=[2, 4, 8],
                                 window_size_per_stage=windows, global_attention_blocks=everywhere, num_query_pool_stages=2, mlp_ratio=2.,
                                 window_positional_embedding_background_size=[3, 3]),
            backbone_channel_list=[32, 16, 8], backbone_feature_sizes=[[8, 8], [4, 4], [2, 2]], fpn_hidden_size=8, fpn_top_down_levels=[1, 2],
            num_feature_levels=3),
        prompt_encoder_config=dict(hidden_size=8, image_size=32, patch_size=16, mask_input_channels=4),
        mask_decoder_config=dict(hidden_size=8, mlp_dim=8, num_hidden_layers=1, num_attention_heads=2, iou_head_hidden_dim=8, iou_head_depth=2))
    return transformers.Sam2Model(config), config


def hf_sam2(width, depth, heads, mlp, size, patch, classes, windows=[4, 4, 2], everywhere=[4]):
    """A whole SAM 2, whose encoder is a Hiera."""
    model, config = sam2_model(windows, everywhere)
    randomize(model)
    start = "vision_encoder.backbone."
    case = Case("hf_sam2", model, 32, 4, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=lambda x: model.vision_encoder.backbone(x).last_hidden_state.flatten(1, 2),
                rename=lambda name: name if name.startswith(start) else None)
    case.layout = layout(case, skipped=(".attn", ".pool", "query_stride"), channels_last=("patch_embed", ".blocks."))
    case.attention = lambda found: {}
    return case


def facebook_sam2(**sizes):
    """The names of Meta's files, which do not say how their windows are: those of the published models, none among all patches.

    Source: https://github.com/facebookresearch/sam2, `sam2/modeling/backbones/hieradet.py`.
    """
    case = hf_sam2(**sizes, windows=[8, 4, 14], everywhere=[])
    def name(key):
        if key.startswith(("mask_decoder", "prompt_encoder")): return "sam_" + key
        if key.startswith("vision_encoder.neck"): return key.replace("vision_encoder", "image_encoder")
        if not key.startswith("vision_encoder.backbone."): return None
        key = key.removeprefix("vision_encoder.backbone.").replace("patch_embed.projection", "patch_embed.proj")
        return "image_encoder.trunk." + key.replace("layer_norm", "norm").replace("proj_in", "layers.0").replace("proj_out", "layers.1").replace("activation", "act")
    inner = case.rename
    case.name, case.beside, case.config = "facebook_sam2", {}, dict(num_heads=2, image_size=32)
    case.tensors = lambda: {name(k): v for k, v in case.model.state_dict().items() if name(k)}
    case.rename = lambda module: name(module) if inner(module) else None
    return case


BUILDERS = [
    hf_vjepa2, facebook_vjepa2, hf_vitpose, open_clip_eva02, open_clip_pe_core, facebook_pe_core, facebook_pe_spatial, naver_rope_mixed, hf_sam,
    facebook_sam, hf_sam2, facebook_sam2, hf_blip, hf_clip_classifier, hf_dinov3_convnext,
]
