"""Families whose tokens are pooled by attention, and those that differ from others in names and facts only.

`families.py` takes them into its list. `wide` builds a forward for a picture that is not square.
"""
import functools, tempfile
import open_clip, safetensors.torch, timm, torch, transformers
from timm.models import vision_transformer

from families import BASE, Case, LARGE, image_embeds, last, randomize, timm_vit


def saved(model):
    """The tensors as `save_pretrained` writes them."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        return safetensors.torch.load_file(folder + "/model.safetensors")


def seeded(model):
    """Weights of a usual size; queries, which are only read, and the logit scale too."""
    return randomize(model)


def timm_model(name, architecture, arguments=None, **more):
    """A timm vision transformer as `save_for_hf` writes it: the architecture's name says what its tensors do not."""
    def builder(width, depth, heads, mlp, size, patch, classes):
        given = dict(img_size=size, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, mlp_ratio=mlp / width,
                     num_classes=classes) | more
        config = dict(architecture=architecture, num_classes=given["num_classes"], global_pool=given["global_pool"],
                      model_args=dict(num_heads=heads) | (arguments or {}), pretrained_cfg=dict(mean=[.5] * 3, std=[.5] * 3,
                                                                                             input_size=[3, size, size]))
        case = timm_vit(name, config={}, beside={"config.json": config}, **more)(width, depth, heads, mlp, size, patch, classes)
        case.wide = case.larger
        return case
    return builder


TANH = dict(act_layer=functools.partial(torch.nn.GELU, approximate="tanh"))
RMS = functools.partial(timm.layers.RmsNorm, eps=1e-5)
timm_siglip = timm_model("timm_siglip", "vit_so400m_patch16_siglip_256", class_token=False, global_pool="map", num_classes=0, **TANH)
timm_siglip_head = timm_model("timm_siglip_head", "vit_base_patch16_siglip_256", class_token=False, global_pool="map")
timm_map_registers = timm_model("timm_map_registers", "vit_so150m_patch16_reg4_map_256", class_token=False, reg_tokens=4, global_pool="map")
timm_map_all_tokens = timm_model("timm_map_all_tokens", "test_vit3", class_token=False, reg_tokens=1, global_pool="map",
                                 pool_include_prefix=True, init_values=.3)
timm_clip_projection = timm_model(
    "timm_clip_projection", "vit_base_patch16_clip_224", pre_norm=True, global_pool="token",
    norm_layer=functools.partial(timm.layers.LayerNorm, eps=1e-5))
timm_aimv2 = timm_model(
    "timm_aimv2", "aimv2_large_patch14_224", class_token=False, global_pool="avg", fc_norm=False, qkv_bias=False, proj_bias=False,
    num_classes=0, act_layer=torch.nn.SiLU, norm_layer=RMS, embed_norm_layer=RMS, mlp_layer=timm.layers.SwiGLU)


def open_clip_siglip(width, depth, heads, mlp, size, patch, classes):
    """A whole SigLIP of open_clip: timm's trunk, and a text tower that is not used."""
    trunk = vision_transformer.VisionTransformer(
        img_size=size, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, mlp_ratio=mlp / width, num_classes=0,
        class_token=False, global_pool="map")
    model = torch.nn.Module()
    model.visual = torch.nn.Module()
    model.visual.trunk = trunk
    model.text = open_clip.transformer.TextTransformer(context_length=4, vocab_size=9, width=16, heads=2, layers=1, output_dim=width)
    model.logit_scale = torch.nn.Parameter(torch.ones([]))
    model.logit_bias = torch.nn.Parameter(torch.ones([]))
    randomize(model)
    config = dict(model_cfg=dict(embed_dim=width, init_logit_bias=-10, custom_text=True, vision_cfg=dict(
        image_size=size, timm_model_name="vit_base_patch16_siglip_224", timm_model_pretrained=False, timm_pool="map", timm_proj="none"),
        text_cfg=dict(context_length=4)), preprocess_cfg=dict(mean=[.5] * 3, std=[.5] * 3, interpolation="bicubic", resize_mode="squash"))
    def larger(image):
        other = vision_transformer.VisionTransformer(
            img_size=image, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, mlp_ratio=mlp / width, num_classes=0,
            class_token=False, global_pool="map")
        other.load_state_dict(vision_transformer.checkpoint_filter_fn(dict(trunk.state_dict()), other))
        return other.eval()
    # No file of open_clip says how many heads timm's architecture has, one for each 64 features; here it has others.
    return Case("open_clip_siglip", model, size, patch, heads=heads, config=dict(num_heads=heads), forward=trunk, larger=larger, wide=larger, features=trunk,
                beside={"open_clip_config.json": config})


def siglip_sizes(width, depth, heads, mlp, size, patch):
    return dict(hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, image_size=size, patch_size=patch,
                intermediate_size=mlp)


def text_sizes(width):
    return dict(hidden_size=width, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, vocab_size=9,
                max_position_embeddings=4, bos_token_id=0, eos_token_id=1, pad_token_id=1)


def hf_siglip(width, depth, heads, mlp, size, patch, classes):
    config = transformers.SiglipConfig(vision_config=siglip_sizes(width, depth, heads, mlp, size, patch), text_config=text_sizes(width))
    model = randomize(transformers.SiglipModel(config))
    embed = lambda x, **flags: model.vision_model(x, **flags).pooler_output
    stretched = lambda image: lambda x: embed(x, interpolate_pos_encoding=True)
    return Case("hf_siglip", model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=embed, features=embed, larger=stretched, wide=stretched)


def hf_siglip_tower(width, depth, heads, mlp, size, patch, classes):
    config = transformers.SiglipVisionConfig(**siglip_sizes(width, depth, heads, mlp, size, patch))
    model = randomize(transformers.SiglipVisionModel(config))
    return Case("hf_siglip_tower", model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=lambda x: model(x).last_hidden_state, features=lambda x: model(x).pooler_output,
                larger=lambda image: lambda x: model(x, interpolate_pos_encoding=True).last_hidden_state)


def hf_siglip_classifier(width, depth, heads, mlp, size, patch, classes):
    config = transformers.SiglipConfig(vision_config=siglip_sizes(width, depth, heads, mlp, size, patch), text_config=text_sizes(width),
                                       num_labels=classes)
    model = randomize(transformers.SiglipForImageClassification(config))
    return Case("hf_siglip_classifier", model, size, patch, heads=heads, tensors=lambda: saved(model),
                beside={"config.json": config.to_dict()}, forward=lambda x: model(x).logits,
                larger=lambda image: lambda x: model(x, interpolate_pos_encoding=True).logits)


def flattened(x, patch):
    """A picture's patches in a row each, as transformers' `convert_image_to_patches` makes them, and how many there are."""
    batch, colors, height, width = x.shape
    rows, columns = height // patch, width // patch
    cut = x.reshape(batch, colors, rows, patch, columns, patch).permute(0, 2, 4, 3, 5, 1)
    return cut.reshape(batch, rows * columns, -1), torch.tensor([[rows, columns]])


def hf_siglip2_flexible(width, depth, heads, mlp, size, patch, classes):
    """SigLIP 2 for pictures of any number of patches (NaFlex): a linear layer on patches that its processor cuts."""
    sizes = siglip_sizes(width, depth, heads, mlp, size, patch)
    sizes["num_patches"] = (size // sizes["patch_size"]) ** 2
    del sizes["image_size"]
    config = transformers.Siglip2VisionConfig(**sizes)
    model = randomize(transformers.Siglip2VisionModel(config))
    def run(x):
        patches, shape = flattened(x, patch)
        return model(patches, torch.ones(patches.shape[:2], dtype=torch.long), shape)
    tokens = lambda image=None: lambda x: run(x).last_hidden_state
    return Case("hf_siglip2_flexible", model, size, patch, heads=heads, tensors=lambda: saved(model),
                beside={"config.json": config.to_dict()}, forward=tokens(), features=lambda x: run(x).pooler_output, larger=tokens,
                wide=tokens)


def aimv2_sizes(**sizes): return siglip_sizes(**sizes) | dict(rms_norm_eps=1e-5)


def hf_aimv2(width, depth, heads, mlp, size, patch, classes):
    """A whole AIMv2 with its text tower and projections (the "lit" models)."""
    vision = aimv2_sizes(width=width, depth=depth, heads=heads, mlp=mlp, size=size, patch=patch)
    text = {k: v for k, v in text_sizes(16).items() if k not in ("bos_token_id", "pad_token_id")}
    config = transformers.Aimv2Config(vision_config=vision, text_config=text, projection_dim=classes)
    model = randomize(transformers.Aimv2Model(config))
    embed = lambda x: model.visual_projection(model.vision_model(x).pooler_output)
    return Case("hf_aimv2", model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=embed, features=embed)


def hf_aimv2_tower(width, depth, heads, mlp, size, patch, classes, name="hf_aimv2_tower", **more):
    config = transformers.Aimv2VisionConfig(**aimv2_sizes(width=width, depth=depth, heads=heads, mlp=mlp, size=size, patch=patch), **more)
    model = randomize(transformers.Aimv2VisionModel(config))
    forward = lambda x: model(x).last_hidden_state
    native = (lambda image: forward) if config.is_native else None
    return Case(name, model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=forward, features=(lambda x: model(x).pooler_output) if config.use_head else None, larger=native, wide=native)


def hf_aimv2_native(**sizes): return hf_aimv2_tower(**sizes, name="hf_aimv2_native", use_head=False, is_native=True)


BUILDERS = [
    timm_siglip, timm_siglip_head, timm_map_registers, timm_map_all_tokens, timm_clip_projection, open_clip_siglip, hf_siglip,
    hf_siglip_tower, hf_siglip_classifier, hf_siglip2_flexible, timm_aimv2, hf_aimv2, hf_aimv2_tower, hf_aimv2_native,
]

SO400M = dict(width=1152, depth=27, heads=16, mlp=4304, size=224, patch=14, classes=1000)
AIM_LARGE = dict(width=1024, depth=24, heads=8, mlp=2816, size=224, patch=14, classes=512)
FULL = {
    "timm vit_base_patch16_siglip_224": lambda: timm_siglip_head(**BASE),
    "timm vit_so400m_patch14_siglip_224": lambda: timm_siglip(**SO400M),
    "open_clip ViT-B-16-SigLIP": lambda: open_clip_siglip(**BASE),
    "HF SigLIP B/16": lambda: hf_siglip(**BASE),
    "HF SigLIP so400m/14": lambda: hf_siglip_tower(**SO400M),
    "HF SigLIP 2 B/16, any number of patches": lambda: hf_siglip2_flexible(**BASE | dict(size=256)),
    "HF AIMv2 L/14": lambda: hf_aimv2_tower(**AIM_LARGE),
    "timm aimv2_large_patch14_224": lambda: timm_aimv2(**AIM_LARGE),
}


def hf_classes(width, depth, heads, mlp, size, patch):
    return dict(hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, image_size=size, patch_size=patch,
                intermediate_size=mlp)


def stretching(run):
    """A forward that stretches positions, for any size."""
    return lambda image: lambda x: run(x, interpolate_pos_encoding=True)


def hf_mae(width, depth, heads, mlp, size, patch, classes):
    """A masked autoencoder before its training is over: the decoder is there and is not used. Nothing is masked here."""
    config = transformers.ViTMAEConfig(**hf_classes(width, depth, heads, mlp, size, patch), decoder_hidden_size=8,
                                       decoder_num_hidden_layers=1, decoder_num_attention_heads=2, decoder_intermediate_size=8)
    model = randomize(transformers.ViTMAEForPreTraining(config))
    beside = {"config.json": config.to_dict()}
    model.vit.embeddings.config.mask_ratio = 0.0
    def run(x, **flags):
        order = torch.arange((x.shape[-2] // patch) * (x.shape[-1] // patch))[None].to(x.dtype)
        return model.vit(x, noise=order, **flags).last_hidden_state
    return Case("hf_mae", model, size, patch, heads=heads, tensors=lambda: saved(model), beside=beside, forward=run,
                larger=stretching(run), wide=stretching(run))


def hf_ijepa(width, depth, heads, mlp, size, patch, classes):
    config = transformers.IJepaConfig(**hf_classes(width, depth, heads, mlp, size, patch), num_labels=classes)
    model = randomize(transformers.IJepaForImageClassification(config))
    run = lambda x, **flags: model(x, **flags).logits
    return Case("hf_ijepa", model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=run, larger=stretching(run), wide=stretching(run))


def hf_msn(width, depth, heads, mlp, size, patch, classes):
    config = transformers.ViTMSNConfig(**hf_classes(width, depth, heads, mlp, size, patch), num_labels=classes)
    model = randomize(transformers.ViTMSNForImageClassification(config))
    run = lambda x, **flags: model(x, **flags).logits
    return Case("hf_msn", model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=run, larger=stretching(run), wide=stretching(run))


def hf_dpt(width, depth, heads, mlp, size, patch, classes):
    """A model of depth: its backbone is used, its neck and head are not."""
    config = transformers.DPTConfig(**hf_classes(width, depth, heads, mlp, size, patch), backbone_out_indices=[0, 0, 1, 1],
                                    neck_hidden_sizes=[2] * 4, fusion_hidden_size=2)
    model = randomize(transformers.DPTForDepthEstimation(config))
    run = lambda x: model.dpt(x).last_hidden_state
    return Case("hf_dpt", model, size, patch, heads=heads, tensors=lambda: saved(model), beside={"config.json": config.to_dict()},
                forward=run, larger=lambda image: run, wide=lambda image: run)


def hf_depth_anything(width, depth, heads, mlp, size, patch, classes):
    sizes = hf_classes(width, depth, heads, mlp, size, patch)
    del sizes["intermediate_size"]
    backbone = transformers.Dinov2Config(**sizes, out_indices=[1, 2], reshape_hidden_states=False)
    config = transformers.DepthAnythingConfig(backbone_config=backbone, reassemble_hidden_size=width, neck_hidden_sizes=[2, 2],
                                              fusion_hidden_size=2, reassemble_factors=[1, 1])
    model = randomize(transformers.DepthAnythingForDepthEstimation(config))
    run = lambda x: model.backbone(x).feature_maps[-1]
    return Case("hf_depth_anything", model, size, patch, heads=heads, tensors=lambda: saved(model),
                beside={"config.json": config.to_dict()}, forward=run, larger=lambda image: run, wide=lambda image: run)


def pytorch_vit(name, kind):
    """vit-pytorch's own models, of which no file says anything but the tensors: pip install vit-pytorch."""
    def builder(width, depth, heads, mlp, size, patch, classes):
        import importlib
        module = importlib.import_module("vit_pytorch." + ("simple_vit" if kind == "SimpleViT" else "vit"))
        # Heads of 64 features, which is the default, in tokens of fewer.
        heads, patch = 1, 8
        make = lambda image: getattr(module, kind)(image_size=image, patch_size=patch, num_classes=classes, dim=width, depth=depth,
                                                   heads=heads, mlp_dim=mlp)
        model = randomize(make(size))
        def other(image):
            larger = make(image)
            weights = dict(model.state_dict())
            if "pos_embedding" in weights:
                # vit-pytorch does not stretch positions; timm's way, as in its other models.
                weights["pos_embedding"] = timm.layers.resample_abs_pos_embed(
                    weights["pos_embedding"][None], [image // patch] * 2, num_prefix_tokens=1)[0]
            larger.load_state_dict(weights)
            return larger.eval()
        # SimpleViT computes its positions, so no tensor says for which size it was made.
        config = dict(num_heads=heads, image_size=size) if kind == "SimpleViT" else None
        return Case(name, model, size, patch, heads=heads, config=config, larger=other)
    return builder


BUILDERS += [
    hf_mae, hf_ijepa, hf_msn, hf_dpt, hf_depth_anything, pytorch_vit("vit_pytorch", "ViT"),
    pytorch_vit("vit_pytorch_simple", "SimpleViT"),
]
HUGE_IJEPA = dict(width=1280, depth=32, heads=16, mlp=5120, size=224, patch=14, classes=1000)
FULL |= {
    "HF ViT-MAE base": lambda: hf_mae(**BASE),
    "HF ViTMSN small": lambda: hf_msn(**BASE | dict(width=384, heads=6, mlp=1536)),
    "HF I-JEPA H/14": lambda: hf_ijepa(**HUGE_IJEPA),
}
