"""The architectures that the sweep compares: every transformer and mixer that timm and transformers can make, made small.

An architecture is made with random weights and small where it allows: two blocks, a few patches; widths and heads stay as
they are published.
"""
import collections
import warnings

import torch

import names

warnings.filterwarnings("ignore")

# timm's files whose models mix tokens by attention or by layers over the tokens; hybrids with convolutions are among them.
TIMM = """
    beit cait coat convit convmixer crossvit davit deepseek_vit deit edgenext efficientformer efficientformer_v2
    efficientvit_mit efficientvit_msra eva fastvit focalnet gcvit gemma4_vit hiera hieradet_sam2 levit maxxvit metaformer
    mlp_mixer mobilevit mvitv2 naflexvit nest nextvit pit pvt_v2 qwen3_vit sequencer shvit swiftformer swin_transformer
    swin_transformer_v2 swin_transformer_v2_cr tiny_vit tnt twins vision_transformer vision_transformer_hybrid
    vision_transformer_relpos vision_transformer_sam visformer vitamin volo xcit
""".split()

# A model, what it answers to `picture`, and how its framework saves it into a folder.
Made = collections.namedtuple("Made", "forward picture save model")

# Models of which the tower alone is computed, as their cards say: what it answers is compared.
TOWERS = ["Blip2VisionModelWithProjection"]


def architectures(only, kinds, containing):
    """The sources' names as (kind, name): the first of every kind, the smallest, comes before the second of any."""
    by_kind = {}
    if only in (None, "timm"):
        by_kind |= timm_names()
    if only in (None, "transformers"):
        by_kind |= transformers_names()
    lists = []
    for kind, found in by_kind.items():
        if not kinds or kind.split(" ")[1] in kinds:
            lists.append([(kind, name) for name in smallest_first(found) if containing in name])
    for index in range(max(map(len, lists), default=0)):
        yield from (found[index] for found in lists if index < len(found))


def smallest_first(found):
    """The architectures whose names say that they are small, then the others in their order."""
    words = ["test", "atto", "femto", "pico", "nano", "xxs", "xxtiny", "xxt", "xs", "xtiny", "ti", "tiny", "mini", "wee", "small", "s"]

    def rank(name):
        parts = "".join(" " if not letter.isalpha() else letter for letter in name).split()
        return min((words.index(part) for part in parts if part in words), default=len(words))
    return sorted(found, key=rank)


def make(kind, name, most):
    """The architecture, of at most so many parameters."""
    source, kind = kind.split(" ")
    return timm_model(name, most) if source == "timm" else transformers_model(kind, name, most)


def randomize(model):
    """Random numbers everywhere, batch norms' statistics among them."""
    names.randomize(model)
    generator = torch.Generator().manual_seed(2)
    for module in model.modules():
        if getattr(module, "running_var", None) is not None:
            module.running_mean.copy_(.2 * torch.randn(module.running_mean.shape, generator=generator))
            module.running_var.copy_(1 + .5 * torch.rand(module.running_var.shape, generator=generator))
    return model


# MARK: timm

def timm_names():
    import timm
    by_kind = {kind: [] for kind in TIMM}
    for name in timm.list_models():
        kind = timm.model_entrypoint(name).__module__.split(".")[-1]
        if kind in by_kind:
            by_kind[kind].append(name)
    return {f"timm {kind}": found for kind, found in by_kind.items()}


def timm_model(name, most):
    """The architecture with two blocks on few patches if it can be made so, else as it is."""
    import timm
    from timm.models import _hub
    whole = timm.get_pretrained_cfg(name)
    size = whole.input_size[-1] if whole else 224
    # What is smaller, from the smallest on; the sizes are multiples of 32, of 28 for patches of 14, and of windows.
    depths = [{"depth": 2}, {"num_blocks": 2}, {"depths": (2, 2, 2, 2)}, {"depths": (1, 1, 1, 1)}, {"depths": (2, 2, 2)}, {"layers": (2, 2, 2, 2)}, {}]
    sides = [{"img_size": 64}, {"img_size": 56}, {"img_size": 112}, {"img_size": size}, {}]
    problem = None
    for depth in depths:
        for side in sides:
            try:
                with torch.device("meta"):
                    count = sum(p.numel() for p in timm.create_model(name, num_classes=7, **depth, **side).parameters())
                if count > most:
                    problem = problem or ValueError(f"{count / 1e6:.0f} million parameters")
                    continue
                model = randomize(timm.create_model(name, num_classes=7, **depth, **side))
                x = names.picture(side.get("img_size", size))
                with torch.no_grad():
                    answer = first(model(x))
                if not torch.isfinite(answer).all():
                    raise ValueError("random weights give numbers that are not finite")
            except Exception as error:
                problem = problem or error
                continue

            def save(folder, model=model):
                try:
                    _hub.save_for_hf(model, folder, safe_serialization=True)
                except RuntimeError:   # safetensors refuse modules that share their weights
                    _hub.save_for_hf(model, folder, safe_serialization=False)
            return Made(lambda x, model=model: first(model(x)), x, save, model)
    raise problem or ValueError("it could not be made")


# MARK: transformers

def transformers_names():
    import transformers
    from transformers.models.auto import modeling_auto as auto
    classes = {}
    for table in ("MODEL_FOR_IMAGE_MAPPING_NAMES", "MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES", "MODEL_FOR_BACKBONE_MAPPING_NAMES"):
        for names_of_kind in getattr(auto, table, {}).values():
            for name in names_of_kind if isinstance(names_of_kind, tuple) else (names_of_kind,):
                classes[name] = None
    endings = ("VisionModel", "VisionModelWithProjection", "VisionTransformer")
    classes |= {name: None for name in dir(transformers) if name.endswith(endings)}
    # What has no tokens that are mixed by attention or by layers, or is no encoder of pictures.
    others = ("Detr", "Swin2SR", "Timm", "ResNet", "RegNet", "Bit", "EfficientNet", "MobileNet", "TextNet", "HGNet", "PPLCNet", "UVDoc",
              "ShieldGemma", "Video", "Vivit", "Timesformer", "TableTransformer", "ImageGPT", "Perceiver")
    by_kind = collections.defaultdict(list)
    for name in sorted(classes):
        if any(part in name for part in others):
            continue
        kind_class = getattr(transformers, name, None)
        if getattr(kind_class, "config_class", None) is not None:
            by_kind[f"transformers {kind_class.config_class.model_type or name}"].append(name)
    return by_kind


def transformers_model(kind, name, most):
    """The class with two small layers if its configuration can say so, else with its defaults."""
    import transformers
    kind_class = getattr(transformers, name)
    small = dict(hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96, num_key_value_heads=4, head_dim=16)
    few = dict(num_hidden_layers=2, depth=2, num_layers=2)
    problem = None
    for settings in (small, few, {}):
        for patches in (4, 8, None):
            try:
                configuration = kind_class.config_class()
                part = getattr(configuration, "vision_config", configuration)
                if patches and isinstance(getattr(part, "depths", None), (list, tuple)) and getattr(part, "window_size", 0):
                    continue   # windows of a published size do not fit into the last stage of a small picture
                changed = {key: value for key, value in settings.items() if isinstance(getattr(part, key, None), int)}
                if settings and isinstance(getattr(part, "depths", None), (list, tuple)):
                    changed["depths"] = type(part.depths)([2] * len(part.depths))
                patch = getattr(part, "patch_size", 16)
                side = patch * patches if patches and isinstance(patch, int) else getattr(part, "image_size", 224)
                inner = getattr(getattr(part, "backbone_config", None), "image_size", None)   # of an encoder within a tower
                side = inner or side
                side = side if isinstance(side, int) else side[0] if side[0] == side[-1] else list(side)
                if patches and isinstance(getattr(part, "image_size", None), int):
                    side = changed["image_size"] = max(side, 32)
                if part is configuration:
                    # Made anew: what follows from the numbers, such as the names of stages, follows.
                    configuration = kind_class.config_class(**changed)
                else:
                    for key, value in changed.items():
                        setattr(part, key, value)
                configuration.num_labels = 7
                for key, value in list(vars(configuration).items()):
                    if isinstance(value, tuple):   # as it is read from a file
                        setattr(configuration, key, list(value))
                if kind == "phi4_multimodal_vision":
                    # Otherwise each patch attends to those before it alone: its attention says that it is causal, and PyTorch's own
                    # attention is told so where no mask is left, since none of the patches is empty.
                    configuration._attn_implementation = "eager"
                with torch.device("meta"):
                    count = sum(p.numel() for p in kind_class(configuration).parameters())
                if count > most:
                    raise ValueError(f"{count / 1e6:.0f} million parameters")
                model = randomize(kind_class(configuration))
                x = names.picture(side)
                given = {"noise": torch.arange(float((side // patch) ** 2))[None]} if kind == "vit_mae" else {}
                if given:
                    model.config.mask_ratio = 0.0
                answering = tokens if name in TOWERS else first
                with torch.no_grad():
                    answer = answering(model(x, **given))
                if not torch.isfinite(answer).all():
                    raise ValueError("random weights give numbers that are not finite")
            except Exception as error:
                problem = problem or error
                continue
            return Made(lambda x, model=model, given=given, answering=answering: answering(model(x, **given)), x,
                        lambda folder, model=model: model.save_pretrained(folder), model)
    raise problem or ValueError("it could not be made")


def tokens(output): return output.last_hidden_state


def first(output):
    """What a model answers with: logits, an embedding, its tokens or its last map."""
    if torch.is_tensor(output):
        return output
    for name in ("logits", "image_embeds", "last_hidden_state"):
        if hasattr(output, "get") and output.get(name) is not None:
            return output[name]
    if hasattr(output, "get") and output.get("feature_maps"):
        return output["feature_maps"][-1]
    if isinstance(output, (tuple, list)) and torch.is_tensor(output[0]):
        return output[0]
    raise ValueError("no output that is known")
