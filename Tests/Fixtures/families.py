"""Every family that Vitrine loads, as its own framework builds it: what the fixtures and `make parity` compare with.

A case is a model, the tensors as its framework saves them, and the modules whose outputs are compared. `SIZES`
holds tiny models (committed as fixtures) and full ones (weights made on the spot, never committed).
"""
import functools, math
import numpy as np, open_clip, timm, torch, torchvision, transformers
from timm.models import mlp_mixer, vision_transformer
from timm.models.deit import VisionTransformerDistilled

import convolutional_families

VERSIONS = {m.__name__: m.__version__ for m in (torch, torchvision, timm, transformers, open_clip)}


class Case:
    """A model, `forward(picture)` returning what its framework's own forward returns, and what a file of it holds."""

    def __init__(self, name, model, size, patch, *, forward=None, tensors=None, config=None, beside=None, heads=None,
                 kind="safetensors", rename=None, features=None, larger=None, wide=None, low=None, layout=None,
                 attention=None, rectangle=None, turn=None, last=None):
        self.name, self.model, self.size, self.patch = name, model, size, patch
        self.forward = forward or model
        self.tensors = tensors or (lambda: model.state_dict())
        self.config = config              # metadata of the file, as Vitrine's own models have it
        self.beside = beside or {}        # JSON files beside the weights
        self.heads, self.kind = heads, kind
        self.rename = rename or (lambda name: name)   # a module's name in the file's own spelling; None: none
        self.features = features          # embedding(picture), where the framework has it
        self.turn = turn or (lambda block, x: x)     # turn(block, [heads, tokens, width]) → queries or keys with rotary positions
        self.wide = wide                  # wide((height, width)) → the same for a picture that is not square
        self.rectangle = rectangle        # (height, width) of a picture that is not square, which the forward takes as well
        self.last = last or (lambda name: False)      # whether a module's output has its channels last, not first
        self.low = low                    # low((height, width)) → the same for one that is lower than a window
        self.long = None                  # the same for a picture that fits windows of 16 pixels
        self.layout = layout              # layout(module's name, output) → tokens × features in the grid's order; None: no layer
        self.attention = attention        # attention(outputs) → queries, keys, values and patterns by address
        self.larger = larger              # larger(size) → a forward for another size, positions stretched by the framework


def randomize(model, seed=0):
    """Weights of the size that trained ones have: outputs neither vanish nor explode."""
    generator = torch.Generator().manual_seed(seed)
    for name, p in model.named_parameters():
        normal = torch.randn(p.shape, generator=generator, dtype=torch.float64)
        if p.ndim > 1 and p.shape[-1] > 1 and "token" not in name and "pos" not in name:
            fan = math.prod(p.shape[1:])
            value = normal * 0.8 / math.sqrt(fan)
        elif p.ndim == 1 and ("norm" in name or "ln_" in name or ".ln" in name or "alpha" in name) and not name.endswith(("bias", "beta")):
            value = 1 + .2 * normal
        else:
            value = .2 * normal
        p.data = value.float().to(p.dtype)
    return model.eval()


def tiny():
    import backbone_families, other_families, pooling_families, rotary_families, whole_families, window_families  # which are built on this module
    builders = BUILDERS + window_families.BUILDERS + pooling_families.BUILDERS + rotary_families.BUILDERS
    builders += other_families.BUILDERS + whole_families.BUILDERS + backbone_families.BUILDERS
    made = [lambda build=build: build(width=16, depth=2, heads=2, mlp=32, size=16, patch=4, classes=5) for build in builders]
    return made + convolutional_families.TINY


SMALL = dict(width=384, depth=12, heads=6, mlp=1536, size=224, patch=16, classes=1000)
BASE = dict(width=768, depth=12, heads=12, mlp=3072, size=224, patch=16, classes=1000)
LARGE = dict(width=1024, depth=24, heads=16, mlp=4096, size=224, patch=16, classes=1000)
HUGE = dict(width=1280, depth=32, heads=16, mlp=5120, size=224, patch=14, classes=1000)


def full():
    """The families at the sizes that are published; weights are made on the spot."""
    named = {
        "torchvision vit_b_32": lambda: torchvision_vit(**BASE | dict(patch=32)),
        "torchvision vit_b_16": lambda: torchvision_vit(**BASE),
        "torchvision vit_b_16 at 384": lambda: torchvision_vit(**BASE | dict(size=384)),
        "torchvision vit_l_16": lambda: torchvision_vit(**LARGE),
        "torchvision vit_h_14": lambda: torchvision_vit(**HUGE),
        "timm vit_base_patch16_224": lambda: timm_vit("timm", config={})(**BASE),
        "timm deit_small_distilled": lambda: timm_vit("timm", kind=VisionTransformerDistilled, config={})(**SMALL),
        "timm deit3 with LayerScale": lambda: timm_vit("timm", config={}, init_values=1e-1, no_embed_class=True)(**SMALL),
        "timm dinov2 with registers, 518": lambda: timm_vit("timm", config={}, init_values=.1, reg_tokens=4, num_classes=0)(
            **SMALL | dict(size=518, patch=14)),
        "Facebook dinov2_vitg14, 6 blocks": lambda: timm_vit(
            "facebook", config={}, init_values=.1, num_classes=0, mlp_layer=timm.layers.SwiGLUPacked, act_layer=torch.nn.SiLU,
            tensors=facebook_dinov2, rename=lambda n: n.replace("mlp.fc1", "mlp.w12").replace("mlp.fc2", "mlp.w3"))(
            **LARGE | dict(width=1536, heads=24, mlp=8192, depth=6, patch=14)),
        "HF ViT base": lambda: hugging_face("hf_vit", transformers.ViTForImageClassification, transformers.ViTConfig)(**BASE),
        "HF DeiT distilled base": lambda: hugging_face("hf_deit", transformers.DeiTForImageClassification, transformers.DeiTConfig)(**BASE),
        "HF DINOv2 base": lambda: hugging_face("hf_dinov2", transformers.Dinov2Model, transformers.Dinov2Config, output=last, interpolates=False)(
            **BASE | dict(patch=14)),
        "HF DINOv2 registers small": lambda: hugging_face(
            "hf_dinov2", transformers.Dinov2WithRegistersModel, transformers.Dinov2WithRegistersConfig, output=last, interpolates=False)(
            **SMALL | dict(patch=14)),
        "HF CLIP B/32": lambda: hugging_face("clip", transformers.CLIPVisionModelWithProjection, transformers.CLIPVisionConfig,
                                             output=image_embeds, projection_dim=512)(**BASE | dict(patch=32)),
        "HF CLIP L/14": lambda: hugging_face("clip", transformers.CLIPVisionModelWithProjection, transformers.CLIPVisionConfig,
                                             output=image_embeds, projection_dim=768)(**LARGE | dict(patch=14)),
        "open_clip B/16": lambda: open_clip_tower(**BASE | dict(classes=512)),
        "mixer_b16": lambda: mixer("mixer", mlp_mixer.MixerBlock)(**BASE),
        "mixer_b32": lambda: mixer("mixer", mlp_mixer.MixerBlock)(**BASE | dict(patch=32)),
        "mixer_l16": lambda: mixer("mixer", mlp_mixer.MixerBlock)(**LARGE),
        "resmlp_24": lambda: mixer("resmlp", mlp_mixer.ResBlock, mlp_ratio=4, norm_layer=mlp_mixer.Affine)(**SMALL | dict(depth=24)),
        "gmlp_s16": lambda: mixer("gmlp", mlp_mixer.SpatialGatingBlock, mlp_ratio=6, mlp_layer=timm.layers.GatedMlp)(
            **SMALL | dict(width=256, depth=30)),
        "linear_tiny": lambda: feed_forward_only(**SMALL | dict(width=192, mlp=768)),
        "linear_base": lambda: feed_forward_only(**BASE),
        "linear_large": lambda: feed_forward_only(**LARGE | dict(patch=32)),
        "JAX ViT-B/16": lambda: jax_vit(**BASE),
        "JAX Mixer-B/16": lambda: jax_mixer(**BASE),
    }
    import backbone_families, other_families, pooling_families, rotary_families, window_families
    named |= backbone_families.FULL
    named |= window_families.FULL | pooling_families.FULL | rotary_families.FULL | other_families.FULL
    def rename(name, build):
        def made():
            case = build()
            case.name, case.larger, case.wide, case.low, case.rectangle = name.replace("/", "-"), None, None, None, None
            return case
        return made
    return {name: rename(name, build) for name, build in (named | convolutional_families.FULL).items()}


def hidden(model): return lambda x: model(x).last_hidden_state


def torchvision_vit(width, depth, heads, mlp, size, patch, classes, **more):
    def make(image):
        return torchvision.models.VisionTransformer(image, patch, depth, heads, width, mlp, num_classes=classes, **more)
    model = randomize(make(size))
    def larger(image):
        other = make(image)
        weights = torchvision.models.vision_transformer.interpolate_embeddings(image, patch, dict(model.state_dict()))
        other.load_state_dict(weights)
        return other.eval()
    return Case("torchvision_vit" if not more else "torchvision_pre_logits", model, size, patch, heads=heads,
                config=dict(num_heads=heads), larger=larger)   # heads of 8 features, which no published model has


def torchvision_pre_logits(**sizes): return torchvision_vit(**sizes, representation_size=12)


def timm_vit(name, kind=vision_transformer.VisionTransformer, config=None, beside=None, rename=None, tensors=None, **more):
    def builder(width, depth, heads, mlp, size, patch, classes):
        def make(image):
            arguments = dict(img_size=image, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, mlp_ratio=mlp / width,
                             num_classes=classes) | more
            return kind(**arguments)
        model = randomize(make(size))
        def larger(image):
            other = make(image)
            other.load_state_dict(vision_transformer.checkpoint_filter_fn(dict(model.state_dict()), other))
            return other.eval()
        if tensors is facebook_dinov2: larger = facebook_larger(model, patch)
        return Case(name, model, size, patch, heads=heads, config=config if config is not None else dict(num_heads=heads), beside=beside,
                    rename=rename, tensors=tensors and (lambda: tensors(model)), larger=larger,
                    features=lambda x: model.forward_head(model.forward_features(x), pre_logits=True))
    return builder


def facebook_dinov2(model):
    """timm's own renaming of Facebook's tensors, backwards."""
    out = {"mask_token": torch.zeros(1, model.embed_dim)}
    for key, value in model.state_dict().items():
        out[key.replace("mlp.fc1", "mlp.w12").replace("mlp.fc2", "mlp.w3")] = value
    return out


def facebook_larger(model, patch):
    """DINOv2's own stretching of positions: by a factor of (size + 0.1) / size.

    Source: https://github.com/facebookresearch/dinov2, `interpolate_pos_encoding` of `models/vision_transformer.py`.
    """
    def larger(image):
        def forward(x):
            positions, count = model.pos_embed, image // patch
            side = int(math.sqrt(positions.shape[1] - 1))
            grid = positions[:, 1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
            factor = float(count + .1) / side
            grid = torch.nn.functional.interpolate(grid, mode="bicubic", antialias=False, scale_factor=(factor, factor))
            stretched = torch.cat([positions[:, :1], grid.permute(0, 2, 3, 1).flatten(1, 2)], 1)
            x = torch.nn.functional.conv2d(x, model.patch_embed.proj.weight, model.patch_embed.proj.bias, stride=patch)
            x = torch.cat([model.cls_token, x.flatten(2).transpose(1, 2)], 1) + stretched
            return model.norm(model.blocks(x))[:, 0]
        return forward
    return larger


class OldPreLogits(torch.nn.Module):
    """timm's vision transformer as it was before 2022: a layer and a tanh before the head."""

    def __init__(self, width, classes, **arguments):
        super().__init__()
        model = vision_transformer.VisionTransformer(embed_dim=width, num_classes=0, **arguments)
        for name, child in list(model.named_children()): setattr(self, name, child)
        self.cls_token, self.pos_embed = model.cls_token, model.pos_embed
        self.pre_logits = torch.nn.Sequential()
        self.pre_logits.add_module("fc", torch.nn.Linear(width, 12))
        self.pre_logits.add_module("act", torch.nn.Tanh())
        self.head = torch.nn.Linear(12, classes)

    def forward(self, x):
        x = self.patch_embed(x)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.pos_embed
        return self.head(self.pre_logits(self.norm(self.blocks(x))[:, 0]))


def timm_pre_logits(width, depth, heads, mlp, size, patch, classes):
    model = randomize(OldPreLogits(width, classes, img_size=size, patch_size=patch, depth=depth, num_heads=heads, mlp_ratio=mlp / width))
    return Case("timm_pre_logits", model, size, patch, heads=heads, config=dict(num_heads=heads))


def hugging_face(name, kind, config_kind, output=lambda o: o.logits, interpolates=True, features=None, old_names=(), **more):
    def builder(width, depth, heads, mlp, size, patch, classes):
        config = config_kind(hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, image_size=size, patch_size=patch,
                             num_labels=classes, **({} if "dinov2" in name else dict(intermediate_size=mlp)), **more)
        model = randomize(kind(config))
        flag = dict(interpolate_pos_encoding=True) if interpolates else {}
        return Case(name, model, size, patch, heads=heads, tensors=saved(model), beside={"config.json": config.to_dict()},
                    forward=lambda x: output(model(x)), larger=lambda image: lambda x: output(model(x, **flag)),
                    features=features and (lambda x: features(model, x)))
    return builder


def saved(model):
    """Returns what gives the tensors of a model of transformers as it saves them, under the names of its files."""
    def tensors():
        import tempfile, safetensors.torch
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder)
            return safetensors.torch.load_file(folder + "/model.safetensors")
    return tensors


def clip_model(width, depth, heads, mlp, size, patch, classes):
    """A whole CLIP: the text tower is there and is not used."""
    vision = dict(hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, image_size=size, patch_size=patch,
                  intermediate_size=mlp, hidden_act="gelu")
    text = dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, vocab_size=9, bos_token_id=0, eos_token_id=1,
                max_position_embeddings=4)
    config = transformers.CLIPConfig(vision_config=vision, text_config=text, projection_dim=classes)
    model = randomize(transformers.CLIPModel(config))
    embed = lambda x: model.visual_projection(model.vision_model(x).pooler_output)
    return Case("clip_model", model, size, patch, heads=heads, beside={"config.json": config.to_dict()}, forward=embed, features=embed,
                larger=lambda image: lambda x: model.visual_projection(model.vision_model(x, interpolate_pos_encoding=True).pooler_output))


def open_clip_tower(width, depth, heads, mlp, size, patch, classes):
    model = randomize(open_clip.transformer.VisionTransformer(
        image_size=size, patch_size=patch, width=width, layers=depth, heads=heads, mlp_ratio=mlp / width, output_dim=classes))
    config = dict(model_cfg=dict(embed_dim=classes, vision_cfg=dict(image_size=size, layers=depth, width=width, head_width=width // heads,
                                                                   patch_size=patch)))
    def larger(image):
        other = open_clip.transformer.VisionTransformer(
            image_size=image, patch_size=patch, width=width, layers=depth, heads=heads, mlp_ratio=mlp / width, output_dim=classes)
        weights = {"visual." + k: v for k, v in model.state_dict().items()}
        holder = torch.nn.Module(); holder.visual = other
        open_clip.model.resize_pos_embed(weights, holder)
        holder.load_state_dict(weights)
        return other.eval()
    return Case("open_clip", model, size, patch, heads=heads, larger=larger, beside={"open_clip_config.json": config}, features=model,
                tensors=lambda: {"visual." + k: v for k, v in model.state_dict().items()}, rename=lambda n: "visual." + n)


def mixer(name, block, **more):
    def builder(width, depth, heads, mlp, size, patch, classes):
        model = randomize(mlp_mixer.MlpMixer(img_size=size, patch_size=patch, num_blocks=depth, embed_dim=width, num_classes=classes,
                                             block_layer=block, **(dict(mlp_ratio=(.5, mlp / width)) | more)))
        return Case(name, model, size, patch, features=lambda x: model.forward_head(model.forward_features(x), pre_logits=True))
    return builder


class FeedForwardOnly(torch.nn.Module):
    """Melas-Kyriazi's model: timm's vision transformer with an MLP over the tokens where attention was.

    Source: https://github.com/lukemelas/do-you-even-need-attention, `linear_transformer.py`: positions are kept for 14 × 14
    patches and shrunk bilinearly.
    """

    def __init__(self, size, patch, width, depth, ratio, classes, grid):
        super().__init__()
        tokens = (size // patch) ** 2 + 1
        self.patch_embed = timm.layers.PatchEmbed(size, patch, 3, width)
        self.cls_token = torch.nn.Parameter(torch.zeros(1, 1, width))
        self.pos_encoding = FeedForwardPositions(width, grid, size // patch)
        self.blocks = torch.nn.ModuleList([FeedForwardBlock(width, tokens, ratio) for _ in range(depth)])
        self.norm = torch.nn.LayerNorm(width, eps=1e-6)
        self.head = torch.nn.Linear(width, classes)

    def forward_features(self, x):
        x = self.patch_embed(x)
        x = self.pos_encoding(torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1))
        for block in self.blocks: x = block(x)
        return self.norm(x)[:, 0]

    def forward(self, x): return self.head(self.forward_features(x))


class FeedForwardPositions(torch.nn.Module):
    def __init__(self, width, grid, side):
        super().__init__()
        self.side = side
        self.pos_embed = torch.nn.Parameter(torch.zeros(1, width, grid, grid))
        self.cls_pos_embed = torch.nn.Parameter(torch.zeros(1, 1, width))

    def forward(self, x):
        positions = self.pos_embed
        if positions.shape[-1] != self.side:
            positions = torch.nn.functional.interpolate(positions, (self.side, self.side), mode="bilinear", align_corners=False)
        return x + torch.cat([self.cls_pos_embed, positions.flatten(2).transpose(1, 2)], 1)


class FeedForwardBlock(torch.nn.Module):
    def __init__(self, width, tokens, ratio):
        super().__init__()
        self.norm1, self.norm2 = torch.nn.LayerNorm(width, eps=1e-6), torch.nn.LayerNorm(tokens, eps=1e-6)
        self.mlp1, self.mlp2 = timm.layers.Mlp(width, int(width * ratio)), timm.layers.Mlp(tokens, int(tokens * ratio))

    def forward(self, x):
        x = x + self.mlp1(self.norm1(x))
        x = x.transpose(1, 2)
        return (x + self.mlp2(self.norm2(x))).transpose(1, 2)


def feed_forward_only(width, depth, heads, mlp, size, patch, classes):
    # As in linear_large, whose positions are kept for twice as many rows as it has.
    grid = 14 if size == 224 else 2 * size // patch
    model = randomize(FeedForwardOnly(size, patch, width, depth, 4 if size == 224 else mlp / width, classes, grid))
    return Case("feed_forward_only", model, size, patch, features=model.forward_features)


def to_jax(prefix=""):
    """A timm vision transformer's tensors as Google's JAX keeps them."""
    def convert(model):
        out, heads = {}, model.blocks[0].attn.num_heads
        def dense(name, layer): out[name + "/kernel"], out[name + "/bias"] = layer.weight.T, layer.bias
        def norm(name, layer): out[name + "/scale"], out[name + "/bias"] = layer.weight, layer.bias
        out["embedding/kernel"] = model.patch_embed.proj.weight.permute(2, 3, 1, 0)
        out["embedding/bias"] = model.patch_embed.proj.bias
        out["cls"], out["Transformer/posembed_input/pos_embedding"] = model.cls_token, model.pos_embed
        norm("Transformer/encoder_norm", model.norm)
        dense("head", model.head)
        for i, block in enumerate(model.blocks):
            at = f"Transformer/encoderblock_{i}/"
            norm(at + "LayerNorm_0", block.norm1); norm(at + "LayerNorm_2", block.norm2)
            dense(at + "MlpBlock_3/Dense_0", block.mlp.fc1); dense(at + "MlpBlock_3/Dense_1", block.mlp.fc2)
            attention = at + "MultiHeadDotProductAttention_1/"
            width = block.attn.proj.weight.shape[0]
            for n, w, b in zip(("query", "key", "value"), block.attn.qkv.weight.chunk(3), block.attn.qkv.bias.chunk(3)):
                out[f"{attention}{n}/kernel"] = w.T.reshape(width, heads, -1)
                out[f"{attention}{n}/bias"] = b.reshape(heads, -1)
            out[attention + "out/kernel"] = block.attn.proj.weight.T.reshape(heads, -1, width)
            out[attention + "out/bias"] = block.attn.proj.bias
        return {prefix + k: v for k, v in out.items()}
    return convert


def mixer_to_jax(model):
    out = {}
    def dense(name, layer): out[name + "/kernel"], out[name + "/bias"] = layer.weight.T, layer.bias
    def norm(name, layer): out[name + "/scale"], out[name + "/bias"] = layer.weight, layer.bias
    out["stem/kernel"], out["stem/bias"] = model.stem.proj.weight.permute(2, 3, 1, 0), model.stem.proj.bias
    norm("pre_head_layer_norm", model.norm); dense("head", model.head)
    for i, block in enumerate(model.blocks):
        at = f"MixerBlock_{i}/"
        norm(at + "LayerNorm_0", block.norm1); norm(at + "LayerNorm_1", block.norm2)
        dense(at + "token_mixing/Dense_0", block.mlp_tokens.fc1); dense(at + "token_mixing/Dense_1", block.mlp_tokens.fc2)
        dense(at + "channel_mixing/Dense_0", block.mlp_channels.fc1); dense(at + "channel_mixing/Dense_1", block.mlp_channels.fc2)
    return out


def tanh_gelu(): return torch.nn.GELU(approximate="tanh")


def jax_vit(**sizes):
    def rename(name):
        if name.startswith("blocks."):
            _, i, *rest = name.split(".")
            table = {"": "", "norm1": "/LayerNorm_0", "attn": "/MultiHeadDotProductAttention_1", "norm2": "/LayerNorm_2", "mlp": "/MlpBlock_3",
                     "mlp.fc1": "/MlpBlock_3/Dense_0"}
            rest = ".".join(rest)
            return f"Transformer/encoderblock_{i}{table[rest]}" if rest in table else None
        return {"norm": "Transformer/encoder_norm", "head": "head"}.get(name)
    case = timm_vit("jax_vit", act_layer=tanh_gelu, rename=rename, tensors=to_jax("opt/target/"), config={})(**sizes)
    case.kind, case.config, case.larger, case.features = "npz", None, None, None
    return case


def jax_mixer(width, depth, heads, mlp, size, patch, classes):
    model = randomize(mlp_mixer.MlpMixer(img_size=size, patch_size=patch, num_blocks=depth, embed_dim=width, num_classes=classes,
                                         mlp_ratio=(.5, mlp / width), act_layer=tanh_gelu))
    def rename(name):
        if name.startswith("blocks."):
            _, i, *rest = name.split(".")
            table = {"": "", "norm1": "/LayerNorm_0", "norm2": "/LayerNorm_1", "mlp_tokens": "/token_mixing", "mlp_channels": "/channel_mixing"}
            rest = ".".join(rest)
            return f"MixerBlock_{i}{table[rest]}" if rest in table else None
        return {"norm": "pre_head_layer_norm", "head": "head"}.get(name)
    return Case("jax_mixer", model, size, patch, kind="npz", rename=rename, tensors=lambda: mixer_to_jax(model))


def image_embeds(output): return output.image_embeds
def last(output): return output.last_hidden_state


BUILDERS = [
    torchvision_vit, torchvision_pre_logits,
    timm_vit("timm_vit"),
    timm_vit("timm_mean_pooled", class_token=False, global_pool="avg", qkv_bias=False),
    timm_vit("timm_mean_without_fc_norm", class_token=False, global_pool="avg", fc_norm=False),
    timm_vit("timm_layer_scale_registers", init_values=.3, reg_tokens=3, no_embed_class=True),
    timm_vit("timm_distilled", kind=VisionTransformerDistilled),
    timm_vit("timm_clip", pre_norm=True, act_layer=timm.layers.QuickGELU, norm_layer=functools.partial(timm.layers.LayerNorm, eps=1e-5),
             beside={"config.json": dict(architecture="vit_tiny_clip_quickgelu", pretrained_cfg=dict(mean=[.5] * 3, std=[.5] * 3, input_size=[3, 16, 16]),
                                         model_args=dict(num_heads=2), global_pool="token")}, config={}),
    timm_vit("timm_norms_after", block_fn=vision_transformer.ResPostBlock, class_token=False, global_pool="avg", config={},
             beside={"config.json": dict(architecture="vit_tiny_rpn_16", model_args=dict(num_heads=2), global_pool="avg")}),
    timm_vit("timm_swiglu", init_values=.3, mlp_layer=timm.layers.SwiGLUPacked, act_layer=torch.nn.SiLU, mlp_ratio=3.),
    timm_vit("timm_headless", num_classes=0),
    timm_vit("facebook_dinov2_giant", init_values=.3, num_classes=0, mlp_layer=timm.layers.SwiGLUPacked, act_layer=torch.nn.SiLU, mlp_ratio=3.,
             tensors=facebook_dinov2, rename=lambda n: n.replace("mlp.fc1", "mlp.w12").replace("mlp.fc2", "mlp.w3")),
    timm_pre_logits,
    hugging_face("hf_vit", transformers.ViTForImageClassification, transformers.ViTConfig),
    hugging_face("hf_vit_model", transformers.ViTModel, transformers.ViTConfig, output=last),
    hugging_face("hf_deit", transformers.DeiTForImageClassification, transformers.DeiTConfig, interpolates=True),
    hugging_face("hf_deit_teacher", transformers.DeiTForImageClassificationWithTeacher, transformers.DeiTConfig),
    hugging_face("hf_dinov2", transformers.Dinov2Model, transformers.Dinov2Config, output=last, interpolates=False),
    hugging_face("hf_dinov2_giant_classifier", transformers.Dinov2ForImageClassification, transformers.Dinov2Config, interpolates=False,
                 use_swiglu_ffn=True),
    hugging_face("hf_dinov2_registers", transformers.Dinov2WithRegistersModel, transformers.Dinov2WithRegistersConfig, output=last,
                 interpolates=False, num_register_tokens=3),
    hugging_face("clip_projection", transformers.CLIPVisionModelWithProjection, transformers.CLIPVisionConfig, output=image_embeds,
                 projection_dim=6),
    hugging_face("clip_tower", transformers.CLIPVisionModel, transformers.CLIPVisionConfig, output=last,
                 features=lambda m, x: m(x).pooler_output),
    clip_model, open_clip_tower,
    mixer("timm_mixer", mlp_mixer.MixerBlock), mixer("timm_resmlp", mlp_mixer.ResBlock, mlp_ratio=2, norm_layer=mlp_mixer.Affine),
    mixer("timm_gmlp", mlp_mixer.SpatialGatingBlock, mlp_ratio=4, mlp_layer=timm.layers.GatedMlp),
    feed_forward_only, jax_vit, jax_mixer,
]
