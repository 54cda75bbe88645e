"""Writes tiny models with the settings that lie beside them, and what their frameworks compute with both: `settings/`.

    python make_setting_fixtures.py

Made with torch 2.15.0, timm 1.0.31, transformers 5.24.0, open_clip 3.3.0 and Pillow 13, in float64. `settings/NAME.safetensors` are
the weights; `cases.json` says for each case which weights, which files lie beside them, which arguments `load` is given, and either
under which name `reference.safetensors` has the framework's own output, or what the refusal names, or what the card says. One file of
weights serves many cases: only its settings differ. The input is `pattern`, seed 1.
"""
import functools, json, os, sys, tempfile
import numpy as np, timm, torch, transformers, open_clip
from PIL import Image as Pillow
from safetensors.torch import load_file, save_file
from timm.models import mlp_mixer, vision_transformer
from timm.models.deit import VisionTransformerDistilled

import families
from families import randomize
from pattern import pattern

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "settings")
WIDTH, HEADS, DEPTH = 16, 2, 1
weights, cases, reference = {}, [], {}


def keep(name, tensors):
    weights[name] = {k: v.detach().float().contiguous().clone() for k, v in tensors.items()}


def case(name, file, *, beside=None, arguments=None, model=None, forward=None, size=(16, 16), refused=None, said=None, ask=None):
    """`arguments`: what `load` is given besides the path; `ask`: the size it is given."""
    entry = dict(name=name, weights=file, height=size[0], width=size[1])
    if beside: entry["beside"] = {k: json.dumps(v) for k, v in beside.items()}
    if arguments: entry["arguments"] = arguments
    if ask: entry["ask"] = ask
    if refused: entry["refused"] = refused
    if said: entry["said"] = said
    if model is not None:
        model = model.eval().double()
        picture = pattern((1, 3, *size), 1).double().requires_grad_()
        output = (forward or (lambda x: model(x)))(picture)
        reference[name] = output[0].detach().float().contiguous().clone()
        if size[0] != size[1]:
            # The picture's gradient of the output, weighed by a pattern.
            weighed = (output * pattern(output.shape, 2).double()).sum()
            reference[f"{name}, gradient"] = torch.autograd.grad(weighed, picture)[0][0].float().contiguous().clone()
    cases.append(entry)


# timm

def timm_vit(img=16, patch=4, kind=vision_transformer.VisionTransformer, **more):
    arguments = dict(img_size=img, patch_size=patch, embed_dim=WIDTH, depth=DEPTH, num_heads=HEADS, mlp_ratio=2, num_classes=5) | more
    return kind(**arguments)


def timm_config(size=(16, 16), architecture="vit_tiny_patch16_224", cfg=None, pool="token", **arguments):
    return {"config.json": dict(architecture=architecture, num_classes=5, global_pool=pool,
                                pretrained_cfg=dict(input_size=[3, *size]) | (cfg or {}), model_args=dict(num_heads=HEADS) | arguments)}


def with_weights(file, model, strict=True):
    model.load_state_dict(weights[file], strict=strict)
    return model


def timm_cases():
    keep("timm", randomize(timm_vit()).state_dict())
    headless = {k: v for k, v in weights["timm"].items() if not k.startswith("head.")}
    keep("timm_headless", headless)
    keep("timm_fc_norm", {k.replace("norm.", "fc_norm.") if k.startswith("norm.") else k: v for k, v in weights["timm"].items()})
    for name in ["relu", "relu6", "leaky_relu", "elu", "celu", "selu", "gelu", "gelu_tanh", "quick_gelu", "silu", "mish", "sigmoid", "tanh",
                 "hard_sigmoid", "hard_swish", "hard_mish", "identity"]:
        case(f"timm {name}", "timm", beside=timm_config(act_layer=name), model=with_weights("timm", timm_vit(act_layer=name)))
    case("timm prelu", "timm", beside=timm_config(act_layer="prelu"), refused="act_layer")
    for pool in ["token", "avg", "max", "avgmax"]:
        case(f"timm {pool}", "timm", beside=timm_config(pool=pool), model=with_weights("timm", timm_vit(global_pool=pool, fc_norm=False)))
        case(f"timm {pool} in arguments", "timm", beside=timm_config(pool="token", global_pool=pool),
             model=with_weights("timm", timm_vit(global_pool=pool, fc_norm=False)))
        if pool != "token":
            case(f"timm {pool} and its norm", "timm_fc_norm", beside=timm_config(pool=pool), model=with_weights("timm_fc_norm", timm_vit(global_pool=pool)))
        case(f"timm {pool} without head", "timm_headless", beside=timm_config(pool=pool),
             model=with_weights("timm_headless", timm_vit(global_pool=pool, fc_norm=False, num_classes=0)))
    case("timm all tokens", "timm_headless", beside=timm_config(pool=""), model=with_weights("timm_headless", timm_vit(global_pool="", num_classes=0)))
    case("timm map", "timm", beside=timm_config(pool="map"), refused="attention pooling")
    case("timm heads", "timm", beside=timm_config(num_heads=4), model=with_weights("timm", timm_vit(num_heads=4)))
    for key, value in [("norm_layer", "rmsnorm"), ("qk_norm", True), ("block_fn", "ParallelThingsBlock"), ("pos_embed", "none"), ("in_chans", 1),
                       ("final_norm", False), ("pool_include_prefix", True), ("attn_layer", "diff"), ("act_layer", 3), ("num_heads", "two")]:
        case(f"timm {key}", "timm", beside=timm_config(**{key: value}), refused=key)
    for name in ["vit_base_patch16_sapiens2"]:
        case(f"timm {name}", "timm", beside=timm_config(architecture=name), refused=name)
    keep("timm_no_biases", randomize(timm_vit(proj_bias=False, qkv_bias=False)).state_dict())
    for name, arguments in [("configured", dict(beside=timm_config(proj_bias=False, qkv_bias=False))), ("bare", dict(arguments=dict(heads=HEADS)))]:
        case(f"timm without biases, {name}", "timm_no_biases", **arguments, model=with_weights("timm_no_biases", timm_vit(proj_bias=False, qkv_bias=False)))
    case("timm unknown argument", "timm", beside=timm_config(foo_layer="bar"), said="foo_layer", model=with_weights("timm", timm_vit()))
    case("timm unknown architecture", "timm", beside=timm_config(architecture="my_own_net"), said="my_own_net", model=with_weights("timm", timm_vit()))

    # Bare files: nobody says it but the person.
    heads, known = dict(heads=2), dict(heads=2, activation="gelu", epsilon=1e-6, norms="before", pooling="classToken")
    case("bare", "timm", arguments=heads, model=with_weights("timm", timm_vit()), said="activation: .gelu, epsilon: 1e-06, norms: .before, pooling: .classToken")
    case("bare and nothing assumed", "timm", arguments=known, model=with_weights("timm", timm_vit()), said="nothing")
    case("bare, 4 heads", "timm", arguments=dict(heads=4), model=with_weights("timm", timm_vit(num_heads=4)))
    case("bare, QuickGELU", "timm", arguments=heads | dict(activation="quickGELU"), model=with_weights("timm", timm_vit(act_layer="quick_gelu")))
    epsilon = functools.partial(torch.nn.LayerNorm, eps=1e-2)
    case("bare, epsilon", "timm", arguments=heads | dict(epsilon=1e-2), model=with_weights("timm", timm_vit(norm_layer=epsilon)))
    case("bare, norms after", "timm", arguments=heads | dict(norms="after"),
         model=with_weights("timm", timm_vit(block_fn=vision_transformer.ResPostBlock)))
    for name, pool in [("mean", "avg"), ("max", "max"), ("meanAndMax", "avgmax")]:
        case(f"bare, {name}", "timm", arguments=heads | dict(pooling=name), model=with_weights("timm", timm_vit(global_pool=pool, fc_norm=False)))
    case("bare, headless", "timm_headless", arguments=heads, model=with_weights("timm_headless", timm_vit(num_classes=0)))
    case("arguments before the file", "timm", beside=timm_config(act_layer="relu"), arguments=dict(activation="silu"),
         model=with_weights("timm", timm_vit(act_layer="silu")))
    distilled = randomize(timm_vit(kind=VisionTransformerDistilled))
    keep("timm_distilled_headless", {k: v for k, v in distilled.state_dict().items() if not k.startswith("head")})
    case("distilled without heads", "timm_distilled_headless", arguments=heads,
         model=with_weights("timm_distilled_headless", timm_vit(kind=VisionTransformerDistilled, num_classes=0)))
    keep("timm_mixer", randomize(mlp_mixer.MlpMixer(img_size=16, patch_size=4, num_blocks=1, embed_dim=WIDTH, num_classes=0)).state_dict())
    case("mixer without head", "timm_mixer", model=with_weights("timm_mixer", mlp_mixer.MlpMixer(img_size=16, patch_size=4, num_blocks=1, embed_dim=WIDTH, num_classes=0)))
    case("mixer, ReLU", "timm_mixer", arguments=dict(activation="relu"), model=with_weights("timm_mixer", mlp_mixer.MlpMixer(
        img_size=16, patch_size=4, num_blocks=1, embed_dim=WIDTH, num_classes=0, act_layer=torch.nn.ReLU)))
    case("mixer with heads", "timm_mixer", arguments=dict(heads=2), refused="heads")


# Pictures that are no squares

def shapes():
    both = [(32, 16), (16, 32)]
    keep("timm_rectangle", randomize(timm_vit((32, 16))).state_dict())
    for size in both:
        label = f"{size[0]} x {size[1]}"
        model = lambda size=size: with_weights("timm_rectangle", timm_vit(size))
        case(f"timm {label}", "timm_rectangle", beside=timm_config(size), model=model(), size=size)
        case(f"timm {label} by arguments", "timm_rectangle", beside=timm_config(size, cfg=dict(input_size=[3, 16, 16]), img_size=list(size)),
             model=model(), size=size)
        case(f"bare {label}", "timm_rectangle", arguments=dict(heads=2), ask=list(size), model=model(), size=size)
        # A square model, its positions stretched.
        stretched = timm_vit(size)
        stretched.load_state_dict(vision_transformer.checkpoint_filter_fn(dict(weights["timm"]), stretched))
        case(f"timm stretched to {label}", "timm", beside=timm_config(), ask=list(size), model=stretched, size=size)
        case(f"timm stretched to {label} by its configuration", "timm", beside=timm_config(size), model=stretched, size=size)
    case("bare rectangle", "timm_rectangle", arguments=dict(heads=2), refused="[32, 16]")
    # 3 × 5 patches and a class token are as many positions as 4 × 4 patches without one.
    keep("timm_15", randomize(timm_vit((12, 20))).state_dict())
    for size in [(12, 20), (20, 12)]:
        case(f"timm {size[0]} x {size[1]}", "timm_15", beside=timm_config(size), model=with_weights("timm_15", timm_vit(size)), size=size)
        case(f"bare {size[0]} x {size[1]}", "timm_15", arguments=dict(heads=2), ask=list(size), model=with_weights("timm_15", timm_vit(size)), size=size)
    case("bare 4 x 4 or 3 x 5", "timm_15", arguments=dict(heads=2), said="load(path, size: [20, 12])")
    # Patches that are no squares.
    keep("timm_flat_patch", randomize(timm_vit((16, 24), patch=(4, 8))).state_dict())
    case("timm flat patches", "timm_flat_patch", beside=timm_config((16, 24), patch_size=[4, 8]), size=(16, 24),
         model=with_weights("timm_flat_patch", timm_vit((16, 24), patch=(4, 8))))
    case("timm other patches", "timm_flat_patch", beside=timm_config((16, 24), patch_size=[8, 4]), refused="patch_size")
    # A picture that its patches do not fill: 16 pixels are three patches of 5.
    keep("timm_patch_5", randomize(timm_vit(16, patch=5)).state_dict())
    case("timm patches that leave pixels over", "timm_patch_5", beside=timm_config(), model=with_weights("timm_patch_5", timm_vit(16, patch=5)))
    case("bare patches that leave pixels over", "timm_patch_5", arguments=dict(heads=2), ask=[16, 16], model=with_weights("timm_patch_5", timm_vit(16, patch=5)))

    for name, block, more in [("mixer", mlp_mixer.MixerBlock, {}), ("resmlp", mlp_mixer.ResBlock, dict(norm_layer=mlp_mixer.Affine)),
                              ("gmlp", mlp_mixer.SpatialGatingBlock, dict(mlp_layer=timm.layers.GatedMlp))]:
        ratio = (.5, 2) if name == "mixer" else 2
        make = lambda size, block=block, ratio=ratio, more=more, **other: mlp_mixer.MlpMixer(
            img_size=size, patch_size=4, num_blocks=1, embed_dim=WIDTH, num_classes=5, block_layer=block, mlp_ratio=ratio, **more, **other)
        keep(f"{name}_rectangle", randomize(make((32, 16))).state_dict())
        for size in both:
            architecture = dict(mixer="mixer_s16_224", resmlp="resmlp_12_224", gmlp="gmlp_ti16_224")[name]
            config = {"config.json": dict(architecture=architecture, global_pool="avg", pretrained_cfg=dict(input_size=[3, *size]))}
            case(f"{name} {size[0]} x {size[1]}", f"{name}_rectangle", beside=config, model=with_weights(f"{name}_rectangle", make(size)), size=size)
            case(f"bare {name} {size[0]} x {size[1]}", f"{name}_rectangle", ask=list(size), model=with_weights(f"{name}_rectangle", make(size)), size=size)
        if name != "mixer":
            case(f"{name}, ReLU", f"{name}_rectangle", ask=[32, 16], arguments=dict(activation="relu"), size=(32, 16),
                 model=with_weights(f"{name}_rectangle", make((32, 16), act_layer=torch.nn.ReLU)))

    for name, kind, config_kind, output, more in [
        ("hf", transformers.ViTForImageClassification, transformers.ViTConfig, lambda o: o.logits, dict(num_labels=5, intermediate_size=32)),
        ("dinov2", transformers.Dinov2Model, transformers.Dinov2Config, lambda o: o.last_hidden_state, dict(mlp_ratio=2)),
        ("clip", transformers.CLIPVisionModelWithProjection, transformers.CLIPVisionConfig, lambda o: o.image_embeds, dict(intermediate_size=32, projection_dim=6)),
    ]:
        def make(size):
            image = list(size) if isinstance(size, tuple) else size
            config = config_kind(hidden_size=WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS, image_size=image, patch_size=4, **more)
            return kind(config), config.to_dict()
        if name in ("clip", "dinov2"):   # their embeddings know squares alone, and stretch those
            model, config = make(16)
            keep(name, randomize(model).state_dict())
            flag = dict(interpolate_pos_encoding=True) if name == "clip" else {}
            for size in both:
                case(f"{name} stretched to {size[0]} x {size[1]}", name, beside={"config.json": config}, ask=list(size), model=model,
                     forward=lambda x: output(model(x, **flag)), size=size)
            continue
        model, config = make((32, 16))
        keep(f"{name}_rectangle", randomize(model).state_dict())
        for size in both:
            model, config = make(size)
            with_weights(f"{name}_rectangle", model)
            case(f"{name} {size[0]} x {size[1]}", f"{name}_rectangle", beside={"config.json": config}, model=model,
                 forward=lambda x: output(model(x)), size=size)
        config = make(16)[1]
        case(f"{name} with another picture in its configuration", f"{name}_rectangle", beside={"config.json": config}, refused="image_size")

    tower = lambda size: open_clip.transformer.VisionTransformer(
        image_size=size, patch_size=4, width=WIDTH, layers=DEPTH, heads=HEADS, mlp_ratio=2, output_dim=6)
    keep("open_clip_rectangle", {"visual." + k: v for k, v in randomize(tower((32, 16))).state_dict().items()})
    for size in both:
        model = tower(size)
        model.load_state_dict({k.removeprefix("visual."): v for k, v in weights["open_clip_rectangle"].items()})
        vision = dict(image_size=list(size), layers=DEPTH, width=WIDTH, head_width=WIDTH // HEADS, patch_size=4)
        beside = {"open_clip_config.json": dict(model_cfg=dict(embed_dim=6, vision_cfg=vision))}
        case(f"open_clip {size[0]} x {size[1]}", "open_clip_rectangle", beside=beside, model=model, size=size)
    # A tower that timm makes, its pooling as open_clip says it.
    timm_tower = lambda **more: {"open_clip_config.json": dict(model_cfg=dict(embed_dim=6, vision_cfg=dict(image_size=16) | more))}
    for label, pool, made in [("token", dict(timm_pool="token"), "token"), ("avg", dict(timm_pool="avg"), "avg"), ("nothing", {}, "avg"), ("its own", dict(timm_pool=""), "token")]:
        case(f"open_clip timm {label}", "timm_headless", beside=timm_tower(timm_model_name="vit_tiny_patch16_224", **pool), arguments=dict(heads=HEADS), said="nothing",
             model=with_weights("timm_headless", timm_vit(global_pool=made, fc_norm=False, num_classes=0)))
    case("open_clip timm map", "timm_headless", beside=timm_tower(timm_model_name="vit_tiny_patch16_224", timm_pool="map"), arguments=dict(heads=HEADS), refused="attention pooling")
    case("open_clip timm grouped queries", "timm_headless", beside=timm_tower(timm_model_name="vit_base_patch16_sapiens2"), arguments=dict(heads=HEADS), refused="timm_model_name")
    for key, value in [("pool_type", "avg"), ("attentional_pool", True), ("norm_kwargs", dict(eps=1e-6)), ("pos_embed_type", "sin_cos_2d"),
                       ("final_ln_after_pool", True), ("qk_norm", True), ("head_width", 0)]:
        beside = {"open_clip_config.json": dict(model_cfg=dict(embed_dim=6, vision_cfg=vision | {key: value}))}
        case(f"open_clip {key}", "open_clip_rectangle", beside=beside, refused=key)


# Hugging Face

def hugging_face():
    def make(kind=transformers.ViTForImageClassification, config_kind=transformers.ViTConfig, **more):
        config = config_kind(**(dict(hidden_size=WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS, image_size=16, patch_size=4, intermediate_size=32) | more))
        return kind(config), config.to_dict()
    model, plain = make(num_labels=5)
    keep("hf", randomize(model).state_dict())
    for name in ["gelu", "gelu_new", "gelu_fast", "gelu_python", "gelu_pytorch_tanh", "gelu_accurate", "quick_gelu", "relu", "relu2", "relu6", "leaky_relu",
                 "sigmoid", "silu", "swish", "tanh", "mish", "hardswish", "linear"]:
        model, config = make(num_labels=5, hidden_act=name)
        with_weights("hf", model)
        case(f"hf {name}", "hf", beside={"config.json": config}, model=model, forward=lambda x: model(x).logits)
    for name in ["laplace", "gelu_10", "xielu", "prelu", "sqrtsoftplus", "nothing"]:
        case(f"hf {name}", "hf", beside={"config.json": plain | dict(hidden_act=name)}, refused="hidden_act")
    model, config = make(num_labels=5, layer_norm_eps=1e-2, num_attention_heads=4)
    with_weights("hf", model)
    case("hf epsilon and heads", "hf", beside={"config.json": config}, model=model, forward=lambda x: model(x).logits)
    for key, value in [("num_channels", 4), ("layer_norm_eps", "small"), ("num_attention_heads", 2.5), ("hidden_act", 7), ("patch_size", 8)]:
        case(f"hf {key}", "hf", beside={"config.json": plain | {key: value}}, refused=key)
    case("hf unknown key", "hf", beside={"config.json": plain | dict(rope_theta=100)}, said="rope_theta")
    case("hf known keys", "hf", beside={"config.json": plain | dict(torch_dtype="float32")}, said="nothing")
    case("hf unknown kind", "hf", beside={"config.json": plain | dict(model_type="my_vit")}, said="my_vit")

    # A classifier of no classes hands on what it would classify.
    model, config = make(num_labels=0)
    keep("hf_headless", randomize(model).state_dict())
    case("hf without classes", "hf_headless", beside={"config.json": config | dict(architectures=["ViTForImageClassification"])}, model=model,
         forward=lambda x: model(x).logits)
    # As transformers writes it: embeddings below "vit.", blocks not.
    model, config = make(transformers.ViTMSNForImageClassification, transformers.ViTMSNConfig, num_labels=5)
    randomize(model)
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        keep("msn", load_file(f"{folder}/model.safetensors"))
    case("msn", "msn", beside={"config.json": config}, model=model, forward=lambda x: model(x).logits)
    # No registers are a tensor without numbers.
    model, config = make(transformers.Dinov2WithRegistersModel, transformers.Dinov2WithRegistersConfig, num_register_tokens=0, mlp_ratio=2)
    keep("dinov2_no_registers", randomize(model).state_dict())
    case("dinov2 without registers", "dinov2_no_registers", beside={"config.json": config}, model=model, forward=lambda x: model(x).last_hidden_state)
    # Of a tower that is there twice, transformers takes the second.
    vision = dict(hidden_size=WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS, image_size=16, patch_size=4, intermediate_size=32)
    text = dict(hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, vocab_size=9, max_position_embeddings=4)
    second = vision | dict(num_attention_heads=4, hidden_act="relu")
    model = transformers.CLIPModel(transformers.CLIPConfig(vision_config=second, text_config=text, projection_dim=6))
    keep("clip_whole", randomize(model).state_dict())
    case("clip with two towers", "clip_whole", beside={"config.json": dict(model_type="clip", vision_config=vision, vision_config_dict=second)}, model=model,
         forward=lambda x: model.visual_projection(model.vision_model(x).pooler_output))

    # GIT's tower normalizes what CLIP's returns as it is.
    model, config = make(transformers.GitVisionModel, transformers.GitVisionConfig)
    keep("git", randomize(model).state_dict())
    case("git", "git", beside={"config.json": config}, model=model, forward=lambda x: model(x).last_hidden_state)
    model, config = make(transformers.CLIPVisionModel, transformers.CLIPVisionConfig)
    model.load_state_dict({k.removeprefix("vision_model."): v for k, v in weights["git"].items()})
    case("clip with the same weights", "git", beside={"config.json": config}, model=model, forward=lambda x: model(x).last_hidden_state)


# Photographs

def photographs():
    """What each pipeline makes of two pictures: a wide and a tall one, larger than the model's input, and a small one."""
    pictures = []
    for index, (width, height) in enumerate([(61, 40), (40, 61), (11, 9)]):
        values = ((pattern((height, width, 3), 5 + index) + 2) * 63.9).numpy().astype(np.uint8)
        # Neighbors alike, as in a photograph: otherwise a resize leaves nothing of them.
        smooth = np.asarray(Pillow.fromarray(values).resize((width // 3, height // 3), Pillow.BOX).resize((width, height), Pillow.BICUBIC))
        pictures.append((f"picture {width} x {height}", Pillow.fromarray(smooth)))
        reference[pictures[-1][0]] = torch.from_numpy(smooth.copy()).float()
    entries = []

    def entry(name, file, beside, pipeline):
        # A picture that is not resized and already as large as the input comes out as it is.
        for picture, image in pictures:
            reference[f"{name}, {picture}"] = pipeline(image).float().contiguous().clone()
        entries.append(dict(name=name, weights=file, beside={k: json.dumps(v) for k, v in beside.items()}, pictures=[p for p, _ in pictures]))

    plain = dict(mean=[.4, .5, .6], std=[.2, .25, .3])
    for size, file in [((16, 16), "timm"), ((32, 16), "timm_rectangle"), ((16, 32), "timm_rectangle")]:
        for mode in ["center", "squash", "border"]:
            for interpolation in ["nearest", "bilinear", "hamming", "bicubic", "box", "lanczos"]:
                if interpolation not in ("bicubic", "nearest") and (mode != "center" or size != (16, 16)): continue
                for ratio in [.875, 1.]:
                    if ratio == 1 and mode == "center" and interpolation != "bicubic": continue
                    cfg = plain | dict(crop_mode=mode, interpolation=interpolation, crop_pct=ratio)
                    pipeline = timm.data.create_transform(input_size=(3, *size), is_training=False, **cfg)
                    entry(f"timm {mode} {interpolation} {ratio} {size}", file, timm_config(size, cfg=cfg), pipeline)
    entry("timm defaults", "timm", timm_config(), timm.data.create_transform(**timm.data.resolve_data_config({}, pretrained_cfg=dict(input_size=(3, 16, 16)))))
    entry("timm without a crop", "timm", timm_config(cfg=dict(crop_pct=0)), timm.data.create_transform(
        **timm.data.resolve_data_config({}, pretrained_cfg=dict(input_size=(3, 16, 16), crop_pct=0))))

    from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
    from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
    config = json.loads(next(c for c in cases if c["name"] == "hf gelu")["beside"]["config.json"])
    tall = json.loads(next(c for c in cases if c["name"] == "hf 32 x 16")["beside"]["config.json"])

    def processor(name, kind, file="hf", config=config, type_name=None, written_as={}, **settings):
        made = kind(**settings)
        written = settings | written_as | dict(image_processor_type=type_name or kind.__name__.removesuffix("Pil"))
        entry(name, file, {"config.json": config, "preprocessor_config.json": written},
              lambda image: torch.from_numpy(np.asarray(made(image, return_tensors="np")["pixel_values"][0])))

    square = dict(height=16, width=16)
    for number in range(6):
        processor(f"hf resample {number}", ViTImageProcessorPil, size=square, resample=number, image_mean=[.4, .5, .6], image_std=[.2, .25, .3])
    usual = dict(size=square, resample=2, image_mean=[.4, .5, .6], image_std=[.2, .25, .3])
    processor("hf defaults", ViTImageProcessorPil, size=square)
    processor("hf without normalising", ViTImageProcessorPil, **usual | dict(do_normalize=False))
    processor("hf without rescaling", ViTImageProcessorPil, **usual | dict(do_rescale=False))
    processor("hf another factor", ViTImageProcessorPil, **usual | dict(rescale_factor=1 / 127.5))
    processor("hf neither", ViTImageProcessorPil, **usual | dict(do_rescale=False, do_normalize=False))
    processor("hf tall", ViTImageProcessorPil, "hf_rectangle", tall, **usual | dict(size=dict(height=32, width=16)))
    processor("hf tall crop", CLIPImageProcessorPil, "hf_rectangle", tall, size=dict(height=36, width=20), crop_size=dict(height=32, width=16), resample=3,
              image_mean=[.4, .5, .6], image_std=[.2, .25, .3])
    processor("hf shortest edge, tall crop", CLIPImageProcessorPil, "hf_rectangle", tall, size=dict(shortest_edge=33), crop_size=dict(height=32, width=16), resample=3,
              image_mean=[.4, .5, .6], image_std=[.2, .25, .3])
    processor("hf without resizing", transformers.CLIPImageProcessor, do_resize=False, crop_size=square, image_mean=[.4, .5, .6], image_std=[.2, .25, .3])
    processor("hf CLIP by its defaults", CLIPImageProcessorPil, size=dict(shortest_edge=18), crop_size=square)
    processor("hf DeiT by its defaults", DeiTImageProcessorPil, size=dict(height=18, width=18), crop_size=square)

    # What is left out, a number in place of sides, null: as the processor that is named has it.
    from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil
    from transformers.models.beit.image_processing_pil_beit import BeitImageProcessorPil
    from transformers.models.chinese_clip.image_processing_pil_chinese_clip import ChineseCLIPImageProcessorPil
    from transformers.models.mobilenet_v2.image_processing_pil_mobilenet_v2 import MobileNetV2ImageProcessorPil
    from transformers.models.pvt.image_processing_pil_pvt import PvtImageProcessorPil
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
    values = dict(image_mean=[.4, .5, .6], image_std=[.2, .25, .3])
    for kind in [CLIPImageProcessorPil, BitImageProcessorPil, ChineseCLIPImageProcessorPil, MobileNetV2ImageProcessorPil, DeiTImageProcessorPil]:
        name = kind.__name__.removesuffix("ImageProcessorPil")
        for label, settings in [("two numbers", dict(size=20, crop_size=16)), ("equal numbers", dict(size=16, crop_size=16) | values),
                                ("a crop alone", dict(crop_size=16)), ("square", dict(size=20, crop_size=16, default_to_square=True)),
                                ("no crop", dict(do_center_crop=None, size=square))]:
            processor(f"hf {name}, {label}", kind, **settings)
    processor("hf CLIP, older", CLIPImageProcessorPil, type_name="CLIPFeatureExtractor", size=18, crop_size=16, do_center_crop=True)
    processor("hf CLIP, fast", CLIPImageProcessorPil, type_name="CLIPImageProcessorFast", size=18, crop_size=16)
    for kind in [BlipImageProcessorPil, BeitImageProcessorPil, PvtImageProcessorPil, SiglipImageProcessorPil]:
        processor(f"hf {kind.__name__.removesuffix('ImageProcessorPil')}", kind, size=square)
    processor("hf null for no", ViTImageProcessorPil, size=square, do_normalize=None, do_rescale=None)
    # By name the processor of tensors does as by number; that of Pillow passes a name over.
    processor("hf filter by name", ViTImageProcessorPil, written_as=dict(resample="bicubic"), size=square, resample=3)
    for kind in ["ConvNextImageProcessor", "PoolFormerImageProcessor", "MyImageProcessor"]:
        cases.append(dict(name=f"hf {kind}", weights="hf", height=16, width=16, said=kind, beside={
            "config.json": json.dumps(config), "preprocessor_config.json": json.dumps(dict(size=square, image_processor_type=kind))}))
    for key, value in [("image_mean", [.5]), ("image_mean", [.5] * 4), ("image_std", [.2, 0, .2]), ("image_std", 0)]:
        cases.append(dict(name=f"hf {key} {value}", weights="hf", height=16, width=16, refused=f"“{key}” in preprocessor_config.json", beside={
            "config.json": json.dumps(config), "preprocessor_config.json": json.dumps({"size": square, key: value})}))

    tower = json.loads(next(c for c in cases if c["name"] == "open_clip 32 x 16")["beside"]["open_clip_config.json"])
    for mode in ["shortest", "longest", "squash"]:
        cfg = dict(size=[32, 16], mean=[.4, .5, .6], std=[.2, .25, .3], interpolation="bicubic", resize_mode=mode, fill_color=100)
        made = open_clip.transform.image_transform((32, 16), is_train=False, mean=(.4, .5, .6), std=(.2, .25, .3), interpolation="bicubic", resize_mode=mode, fill_color=100)
        entry(f"open_clip {mode}", "open_clip_rectangle", {"open_clip_config.json": tower | dict(preprocess_cfg=cfg)}, made)

    for key, value in [("do_pad", True), ("crop_pct", .9), ("resample", 9), ("size", dict(longest_edge=16)), ("rescale_factor", 0), ("do_normalize", "no")]:
        cases.append(dict(name=f"hf {key}", weights="hf", height=16, width=16, refused=key, beside={
            "config.json": json.dumps(config), "preprocessor_config.json": json.dumps(dict(size=square) | {key: value})}))
    for key, value in [("crop_mode", "sideways"), ("interpolation", "random"), ("crop_pct", "half"), ("input_size", [1, 16, 16]), ("crop_pct", 1e-300), ("mean", "grey")]:
        cases.append(dict(name=f"timm {key} {value}", weights="timm", height=16, width=16, refused=key, beside={
            k: json.dumps(v) for k, v in timm_config(cfg={key: value}).items()}))
    return entries


def activations():
    """Each activation's values and derivatives, under the name that a configuration has for it."""
    table = {}
    names = {name: timm.layers.create_act.get_act_layer(name)() for name in [
        "relu", "relu6", "leaky_relu", "elu", "celu", "selu", "gelu", "gelu_tanh", "quick_gelu", "silu", "mish", "sigmoid", "tanh",
        "hard_sigmoid", "hard_swish", "hard_mish", "identity"]}
    names |= {name: transformers.activations.ACT2FN[name] for name in ["relu2", "gelu_new", "gelu_accurate", "hardswish", "linear"]}
    x = torch.cat([torch.linspace(-9, 9, 73), torch.tensor([-88., -30, -1e-3, -1e-6, 1e-6, 1e-3, 30, 88])]).float()
    for name, function in names.items():
        # Corners, where derivatives are a matter of taste, are left out.
        places = x[[all(abs(v - c) > 1e-9 for c in (-3, -2, 0, 3, 6)) for v in x.tolist()]].double().requires_grad_()
        y = function(places)
        table[name] = [places.tolist(), y.tolist(), torch.autograd.grad(y.sum(), places)[0].tolist()]
    return table


def main():
    torch.manual_seed(0)
    timm_cases(); shapes(); hugging_face()
    entries = photographs()
    os.makedirs(FOLDER, exist_ok=True)
    for name, tensors in weights.items(): save_file(tensors, f"{FOLDER}/{name}.safetensors")
    save_file(reference, f"{FOLDER}/reference.safetensors")
    with open(f"{FOLDER}/activations.json", "w") as file: json.dump(activations(), file)
    for file in os.listdir(FOLDER): os.chmod(os.path.join(FOLDER, file), 0o644)
    lines = lambda items: ",\n".join("  " + json.dumps(item) for item in items)
    with open(f"{FOLDER}/cases.json", "w") as file: file.write(f'{{"models": [\n{lines(cases)}\n], "photographs": [\n{lines(entries)}\n]}}\n')
    print(len(cases), "models,", len(entries), "photographs,", {m.__name__: m.__version__ for m in (torch, timm, transformers, open_clip)})


main()
