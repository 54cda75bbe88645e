"""Backbones of transformers, and its encoders that differ from others in a few facts.

`families.py` takes them into its list. A backbone answers with maps, [channels, rows, columns]; its last is compared, patch by patch.
"""
import re
import torch, transformers

from families import Case, randomize
from pooling_families import saved
from whole_families import layout
from window_families import hugging_face_swin


def last_map(output): return output.feature_maps[-1].flatten(2).transpose(1, 2)


def described(config, kind):
    """The configuration as `save_pretrained` writes it: with the class, by which a backbone is known."""
    return {"config.json": config.to_dict() | dict(architectures=[kind.__name__])}


def last_tokens(output): return output.last_hidden_state


def encoder(name, kind, config_kind, output=last_tokens, features=None, rename=None, skipped=(), flag=False, given=None, **more):
    """An encoder of transformers with its configuration.

    `flag`: whether its forward asks for a flag to stretch its positions. `given`: the configuration's arguments by the sizes.
    """
    def builder(width, depth, heads, mlp, size, patch, classes):
        sizes = dict(hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, image_size=size, patch_size=patch,
                     intermediate_size=mlp, num_labels=classes)
        arguments = (given(sizes) if given else sizes) | more
        config = config_kind(**arguments)
        model = randomize(kind(config))
        image = arguments.get("image_size", size)
        side = image if isinstance(image, int) else image[0]
        stretched = dict(interpolate_pos_encoding=True) if flag else {}
        case = Case(name, model, side, patch, heads=heads, tensors=lambda: saved(model), beside=described(config, kind),
                    forward=lambda x: output(model(x)), features=features and (lambda x: features(model(x))), rename=rename)
        case.larger = case.wide = lambda image: lambda x: output(model(x, **stretched))
        case.layout = layout(case, skipped=("dropout", "drop_path", "pooler", "position_embedding.", "rope", "rotary", *skipped),
                             channels_last=())
        inner = case.layout
        case.layout = lambda module, value: None if isinstance(model.get_submodule(module), torch.nn.Embedding) else inner(module, value)
        case.attention = lambda found: {}
        return case
    return builder


def pooled(output): return output.pooler_output


def without(*keys): return lambda sizes: {key: value for key, value in sizes.items() if key not in keys}


def ratio(sizes): return without("intermediate_size")(sizes) | dict(mlp_ratio=sizes["intermediate_size"] // sizes["hidden_size"])


def pair(sizes): return sizes | dict(image_size=[sizes["image_size"]] * 2, patch_size=[sizes["patch_size"]] * 2)


# MARK: Backbones whose blocks are all alike

# Not the last stage, and registers, which are no patches.
hf_dinov2_backbone = encoder("hf_dinov2_backbone", transformers.Dinov2WithRegistersBackbone, transformers.Dinov2WithRegistersConfig, last_map,
                             given=without("intermediate_size"), num_register_tokens=3, out_indices=[1], skipped=("layernorm",))
hf_dinov3_backbone = encoder("hf_dinov3_backbone", transformers.DINOv3ViTBackbone, transformers.DINOv3ViTConfig, last_map,
                             num_register_tokens=2, apply_layernorm=False)
# All tokens, since its maps are not made grids.
hf_beit_backbone = encoder("hf_beit_backbone", transformers.BeitBackbone, transformers.BeitConfig, lambda o: o.feature_maps[-1],
                           rename=lambda name: name.removeprefix("beit."), use_relative_position_bias=True, reshape_hidden_states=False,
                           skipped=("relative_position",))
hf_pixio_backbone = encoder("hf_pixio_backbone", transformers.PixioBackbone, transformers.PixioConfig, last_map,
                            rename=lambda name: name if name == "layernorm" else "encoder." + name.removeprefix("pixio."),
                            given=ratio, n_cls_tokens=3, skipped=("pixio.layernorm",))
hf_data2vec = encoder("hf_data2vec", transformers.Data2VecVisionModel, transformers.Data2VecVisionConfig, use_relative_position_bias=True,
                      # A layer's `output` is that of its last linear layer, which is named.
                      rename=lambda name: None if re.search(r"layer\.\d+\.output$", name) else name, skipped=("relative_position",))


# MARK: Encoders

hf_owlvit = encoder("hf_owlvit", transformers.OwlViTVisionModel, transformers.OwlViTVisionConfig, features=pooled, flag=True)
hf_mlcd = encoder("hf_mlcd", transformers.MLCDVisionModel, transformers.MLCDVisionConfig, features=pooled)
hf_internvl = encoder("hf_internvl", transformers.InternVLVisionModel, transformers.InternVLVisionConfig, given=pair)
hf_internvl_normed = encoder("hf_internvl_normed", transformers.InternVLVisionModel, transformers.InternVLVisionConfig, given=pair, use_qk_norm=True,
                             norm_type="rms_norm", use_mean_pooling=False, attention_bias=True)
# Its pooler normalizes a token once more.
hf_janus = encoder("hf_janus", transformers.JanusVisionModel, transformers.JanusVisionConfig, given=without("intermediate_size"), mlp_ratio=2,
                   flag=True, skipped=("post_layernorm",))
hf_pixio = encoder("hf_pixio", transformers.PixioModel, transformers.PixioConfig, features=pooled, given=ratio,
                   n_cls_tokens=2)


def tips_name(name):
    """A module's name in TIPSv2's files."""
    if name.endswith(("q_proj", "k_proj", "v_proj")): return None
    if name == "embeddings": return "tokens"
    for theirs, ours in (("encoder.layer.", "blocks."), ("embeddings.patch_embeddings.projection", "patch_embed.proj"),
                         ("embeddings.patch_embeddings", "patch_embed"), ("attention.o_proj", "attn.proj"), ("attention", "attn"),
                         ("layer_scale", "ls"), ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj"), ("mlp.activation_fn", "mlp.act"),
                         ("layernorm", "norm")):
        name = name.replace(theirs, ours)
    return name


hf_tipsv2 = encoder("hf_tipsv2", transformers.Tipsv2VisionModel, transformers.Tipsv2VisionConfig, features=pooled, rename=tips_name,
                    given=without("intermediate_size"), mlp_ratio=2, num_register_tokens=1, skipped=("activation_fn",))


def sapiens_name(name):
    """A module's name in Sapiens2's files; in the second block two heads share their keys, which are twice there here."""
    if name.startswith("model.layer.1.attention.") and name.endswith(("k_proj", "v_proj", "k_norm")): return None
    if name.endswith(("gate_proj", "up_proj", "embeddings")) or name == "model": return None
    for theirs, ours in (("model.layer.", "blocks."), ("embeddings.patch_embeddings", "patch_embed.projection"), ("attention.o_proj", "attn.proj"),
                         ("attention.q_proj", "attn.wq"), ("attention.k_proj", "attn.wk"), ("attention.v_proj", "attn.wv"), ("attention", "attn"),
                         ("layer_scale1", "attn.gamma"), ("mlp.down_proj", "ffn.w3"), ("mlp.act_fn", "ffn.act"), ("mlp", "ffn"), ("norm1", "ln1"),
                         ("norm2", "ln2")):
        name = name.replace(theirs, ours)
    return "ln1" if name == "norm" else name


def hf_sapiens2(**sizes):
    case = encoder("hf_sapiens2", transformers.Sapiens2Backbone, transformers.Sapiens2Config, last_map, rename=sapiens_name, num_register_tokens=3,
                   num_key_value_heads_per_layer=[sizes["heads"], sizes["heads"] // 2], skipped=("layer_scale2",))(**sizes)
    inner = case.layout
    # Norms of heads: [heads, tokens, features].
    case.layout = lambda name, value: value.transpose(1, 2).flatten(2) if name.endswith(("q_norm", "k_norm")) else inner(name, value)
    return case


def step_name(name):
    """A module's name in Step3-VL's files, which are those of Perception Encoder."""
    if name.endswith(("q_proj", "k_proj", "v_proj", "patch_embedding", "embeddings")): return None
    for theirs, ours in (("layers.", "transformer.resblocks."), ("layernorm_before", "ln_1"), ("layernorm_after", "ln_2"), ("self_attn", "attn"),
                         ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj"), ("mlp.activation_fn", "mlp.gelu"), ("pre_layernorm", "ln_pre"),
                         ("downsampler", "vit_downsampler")):
        name = name.replace(theirs, ours)
    return name


hf_step = encoder("hf_step", transformers.Step3p7VisionModel, transformers.Step3p7VisionConfig, rename=step_name,
                  given=lambda sizes: sizes | dict(image_size=2 * sizes["image_size"]))


# MARK: ViTDet

def hf_vitdet(width, depth, heads, mlp, size, patch, classes):
    """The first block in windows that the grid does not fill, the second among all patches; positions of another grid."""
    config = transformers.VitDetConfig(
        hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, mlp_ratio=mlp // width, image_size=size, patch_size=patch,
        pretrain_image_size=size - patch, use_relative_position_embeddings=True, window_size=3, window_block_indices=[0])
    model = randomize(transformers.VitDetModel(config))
    forward = lambda x: model(x).last_hidden_state.flatten(2).transpose(1, 2)
    case = Case("hf_vitdet", model, size, patch, heads=heads, tensors=lambda: saved(model), beside=described(config, transformers.VitDetModel),
                forward=forward, larger=lambda image: forward, wide=lambda image: forward)
    case.layout = layout(case, skipped=("drop", "layer.0.attention", "attention.qkv"), channels_last=(".norm", ".mlp", ".attention"))
    inner = case.layout
    def laid(name, value):   # `attention.proj` has the channels last, the patches' projection first
        if name.endswith("layer.1.attention.proj"): return value.flatten(1, 2)
        return inner(name, value)
    case.layout, case.attention = laid, lambda found: {}
    return case


# MARK: Backbones in stages

def convnext_backbone(name, kind, config_kind, **more):
    def builder(width, depth, heads, mlp, size, patch, classes):
        config = config_kind(hidden_sizes=[8, 12, 16], depths=[1, 2, 1], image_size=32, **more)
        model = randomize(kind(config))
        forward = lambda x: last_map(model(x))
        case = Case(name, model, 32, 4, tensors=lambda: saved(model), beside=described(config, kind), forward=forward,
                    larger=lambda image: forward, rename=lambda name: name.removeprefix("model."))
        case.layout = layout(case, skipped=("pool", "downsample_layers", "downsampling_layer", "embeddings", "encoder.stages.", "drop")
                             if "dinov3" not in name else ("pool", "downsample_layers"),
                             channels_last=(".layer_norm", "pointwise", "activation_fn"))
        return case
    return builder


hf_dinov3_convnext_backbone = convnext_backbone("hf_dinov3_convnext_backbone", transformers.DINOv3ConvNextBackbone, transformers.DINOv3ConvNextConfig,
                                                out_features=["stage2"])


def hf_convnext_backbone(**sizes):
    case = convnext_backbone("hf_convnext_backbone", transformers.ConvNextV2Backbone, transformers.ConvNextV2Config, num_stages=3,
                             out_features=["stage2", "stage3"])(**sizes)
    def laid(name, value):
        module = case.model.get_submodule(name)
        if isinstance(module, torch.nn.Identity) or "stage2" in name or "downsampling" in name: return None
        if value.ndim != 4: return value
        lastly = re.search(r"layers\.\d+\.(layernorm|pwconv|act|grn)", name)
        return value.flatten(1, 2) if lastly else value.flatten(2).transpose(1, 2)
    case.layout = laid
    return case


def swin_backbone(name, kind, config_kind, prefix, skipped, **more):
    def builder(**given):
        case = hugging_face_swin(name, kind, config_kind, output=last_map, is_low=True, window_size=4, **more)(**given)
        inner = case.layout
        case.layout = lambda module, value: None if any(re.search(part, module) for part in skipped) else inner(module, value)
        case.rename = lambda module: module.removeprefix(prefix)
        case.beside = {"config.json": case.beside["config.json"] | dict(architectures=[kind.__name__])}
        return case
    return builder


# Its windows are shifted where they are as large as the grid, too. One of its norms belongs to a map that is not the last.
hf_swin_backbone = swin_backbone("hf_swin_backbone", transformers.SwinBackbone, transformers.SwinConfig, "swin.", [r"^swin\.layernorm", "stage1"],
                                 out_features=["stage1", "stage2"])


def hf_hiera(width, depth, heads, mlp, size, patch, classes, classifier=False):
    """The first stage in windows of 4 × 4 patches, the second in windows of 2 × 2, the last among all patches."""
    full = size == 224
    sizes = dict() if full else dict(
        embed_dim=8, depths=[1, 2, 2], num_heads=[2, 4, 8], image_size=[32, 32], masked_unit_size=[4, 4], masked_unit_attention=[True, True, False],
        num_query_pool=2, mlp_ratio=2.)
    config = transformers.HieraConfig(num_labels=classes, **sizes)
    kind = transformers.HieraForImageClassification if classifier else transformers.HieraModel
    model = randomize(kind(config))
    inner = model.hiera if classifier else model
    answer = (lambda o: o.logits) if classifier else last_tokens
    case = Case("hf_hiera_classifier" if classifier else "hf_hiera", model, 224 if full else 32, 4, tensors=lambda: saved(model),
                beside=described(config, kind), forward=lambda x: answer(model(x)), features=lambda x: pooled(inner(x)))
    case.long = None if full else lambda image: lambda x: answer(model(x, interpolate_pos_encoding=True))
    def laid(name, value):
        if any(part in name for part in ("pooler", "attn.", "drop")) or isinstance(model.get_submodule(name), torch.nn.Identity): return None
        if value.ndim == 4: return value.flatten(2).transpose(1, 2)
        place = re.search(r"encoder\.stages\.(\d+)(\.layers\.0\.(layernorm_before|proj)$)?", name)
        if not place: return value
        # Tokens lie quarter by quarter; before the first block of a stage, as in the stage before.
        return inner.encoder.reroll(value, max(int(place[1]) - bool(place[2]), 0)).flatten(1, 2)
    case.layout, case.attention = laid, lambda found: {}
    return case


def hf_hiera_classifier(**sizes): return hf_hiera(**sizes, classifier=True)


BASE = dict(width=768, depth=12, heads=12, mlp=3072, size=224, patch=16, classes=1000)
FULL = {
    "HF DINOv2 B/14 backbone": lambda: hf_dinov2_backbone(**BASE | dict(patch=14)),
    "HF OWL-ViT B/32": lambda: hf_owlvit(**BASE | dict(size=768, patch=32)),
    "HF MLCD B/32": lambda: hf_mlcd(**BASE | dict(patch=32)),
    "HF InternVL 300M, 6 blocks": lambda: hf_internvl(**BASE | dict(width=1024, heads=16, mlp=4096, size=448, patch=14, depth=6)),
    "HF Pixio B/16": lambda: hf_pixio(**BASE),
    "HF Sapiens2 0.4b, 2 blocks": lambda: hf_sapiens2(**BASE | dict(width=1024, heads=16, mlp=4096, depth=2)),
    "HF Hiera tiny": lambda: hf_hiera(**BASE),
}

BUILDERS = [
    hf_dinov2_backbone, hf_dinov3_backbone, hf_beit_backbone, hf_pixio_backbone, hf_data2vec, hf_owlvit, hf_mlcd, hf_internvl, hf_internvl_normed,
    hf_janus, hf_pixio, hf_tipsv2, hf_sapiens2, hf_step, hf_vitdet, hf_dinov3_convnext_backbone, hf_convnext_backbone, hf_swin_backbone, hf_hiera,
    hf_hiera_classifier,
]
