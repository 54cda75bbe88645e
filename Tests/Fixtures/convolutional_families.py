"""The convolutional models that Vitrine loads, for `families.py`: at fixture size with few channels, and as published."""
import functools, importlib, math
import timm, torch, torchvision, transformers
from timm.models import convmixer, convnext, mlp_mixer, resnet

# torchvision's package has functions of these names.
torchvision_convnext, torchvision_googlenet, torchvision_resnet = (
    importlib.import_module(f"torchvision.models.{name}") for name in ("convnext", "googlenet", "resnet"))


def randomize(model, seed=0):
    """Weights of the size that trained ones have, and statistics that a training could have measured."""
    generator = torch.Generator().manual_seed(seed)
    def normal(shape): return torch.randn(shape, generator=generator, dtype=torch.float64)
    for module in model.modules():
        for name, p in module.named_parameters(recurse=False):
            if p.ndim in (2, 4) and p[0].numel() > 1 and "grn" not in name and p.shape[:3] != (1, 1, 1):
                value = normal(p.shape) * 1.2 / math.sqrt(p[0].numel())
            elif name in ("weight", "gamma", "layer_scale", "layer_scale_parameter") and not isinstance(module, torch.nn.Linear):
                value = (.5 if p.ndim > 1 or "norm" not in type(module).__name__.lower() else 1) + .2 * normal(p.shape)
            else:
                value = .2 * normal(p.shape)
            p.data = value.float()
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.copy_(.2 * normal(module.running_mean.shape))
            module.running_var.copy_(.75 + .5 * torch.rand(module.running_var.shape, generator=generator))
        if hasattr(module, "inplace"): module.inplace = False   # so that a hook keeps what a module gave
    return model.eval()


def case(name, model, size, **more):
    from families import Case
    forward = more.pop("forward", None) or model
    pooled = more.pop("features", None)
    # Nothing but a configuration states the size.
    config = None if more.get("beside") else dict(num_heads=1, image_size=size)
    return Case(name, model, size, 4, forward=forward, features=pooled, larger=lambda image: forward, config=config,
                rectangle=more.pop("rectangle", (20, 28)), **more)


class TorchvisionResNet(torchvision_resnet.ResNet):
    """torchvision's class with fewer channels than its constructor allows."""

    def __init__(self, block, layers, channels, classes, groups=1, base_width=64):
        torch.nn.Module.__init__(self)
        self._norm_layer, self.inplanes, self.dilation, self.groups, self.base_width = torch.nn.BatchNorm2d, channels[0], 1, groups, base_width
        self.conv1 = torch.nn.Conv2d(3, channels[0], 7, 2, 3, bias=False)
        self.bn1, self.relu = torch.nn.BatchNorm2d(channels[0]), torch.nn.ReLU()
        self.maxpool = torch.nn.MaxPool2d(3, 2, 1)
        for i, (count, width) in enumerate(zip(layers, channels)):
            setattr(self, f"layer{i + 1}", self._make_layer(block, width, count, stride=1 if i == 0 else 2))
        self.avgpool, self.fc = torch.nn.AdaptiveAvgPool2d(1), torch.nn.Linear(channels[-1] * block.expansion, classes)


def resnet_pooled(model):
    def pooled(x):
        x = model.maxpool(model.relu(model.bn1(model.conv1(x))))
        return model.avgpool(model.layer4(model.layer3(model.layer2(model.layer1(x))))).flatten(1)
    return pooled


def torchvision_resnet_bottleneck():
    model = randomize(TorchvisionResNet(torchvision_resnet.Bottleneck, (1, 2, 1, 1), (3, 4, 4, 5), 5))
    return case("torchvision_resnet", model, 40, features=resnet_pooled(model))


def torchvision_resnext():
    """Blocks with groups, at the least sizes that its constructor allows."""
    model = randomize(TorchvisionResNet(torchvision_resnet.Bottleneck, (1, 1, 1, 1), (4, 4, 4, 4), 5, groups=4, base_width=16))
    return case("torchvision_resnext", model, 40, features=resnet_pooled(model))


def timm_features(model): return lambda x: model.forward_head(model.forward_features(x), pre_logits=True)


def timm_resnet(name, **more):
    def build():
        arguments = dict(block=resnet.BasicBlock, layers=(2, 1, 1, 1), channels=(4, 4, 6, 6), num_classes=5) | more
        model = randomize(resnet.ResNet(**arguments))
        beside = {"config.json": dict(architecture="resnet18", pretrained_cfg=dict(mean=[.5] * 3, std=[.5] * 3, input_size=[3, 16, 16]))}
        return case(name, model, 16, features=timm_features(model), beside=beside)
    return build


class GoogLeNet(torchvision_googlenet.GoogLeNet):
    """torchvision's class with fewer channels than its constructor allows."""

    def __init__(self, classes, transform_input, aux):
        torch.nn.Module.__init__(self)
        conv, module = torchvision_googlenet.BasicConv2d, torchvision_googlenet.Inception
        self.aux_logits, self.transform_input = aux, transform_input
        self.conv1, self.conv2, self.conv3 = conv(3, 4, kernel_size=7, stride=2, padding=3), conv(4, 4, kernel_size=1), conv(4, 6, kernel_size=3, padding=1)
        for i in (1, 2, 3): setattr(self, f"maxpool{i}", torch.nn.MaxPool2d(3, 2, ceil_mode=True))
        self.maxpool4 = torch.nn.MaxPool2d(2, 2, ceil_mode=True)
        inputs = 6
        for i, at in enumerate(("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")):
            widths = [2 + i % 2, 2, 3, 2, 2 + i % 3, 1 + i % 2]
            setattr(self, f"inception{at}", module(inputs, *widths))
            inputs = widths[0] + widths[2] + widths[4] + widths[5]
            if at == "4a": auxiliary = inputs
        self.aux1 = self.aux2 = None
        if aux: self.aux1 = torchvision_googlenet.InceptionAux(auxiliary, classes)
        if aux:   # only the names matter: nothing is computed with them
            self.aux1.conv, self.aux1.fc1, self.aux1.fc2 = conv(auxiliary, 2, kernel_size=1), torch.nn.Linear(32, 2), torch.nn.Linear(2, classes)
        self.avgpool, self.dropout = torch.nn.AdaptiveAvgPool2d(1), torch.nn.Dropout(.2)
        self.fc = torch.nn.Linear(inputs, classes)


def googlenet(name, transform_input):
    def build():
        model = randomize(GoogLeNet(5, transform_input, aux=not transform_input))
        return case(name, model, 40, rectangle=(44, 52))
    return build


def timm_convnext(name, **more):
    def build():
        arguments = dict(depths=(1, 1, 2, 1), dims=(8, 8, 12, 12), num_classes=5) | more
        model = randomize(convnext.ConvNeXt(**arguments))
        nhwc = not arguments.get("conv_mlp")
        built = case(name, model, 32, rectangle=(36, 40), features=timm_features(model),
                     last=lambda n: nhwc and ".blocks." in n and (".norm" in n or ".mlp" in n))
        built.larger = None      # 24 pixels are too few for four stages
        return built
    return build


def torchvision_convnext_tiny():
    settings = [torchvision_convnext.CNBlockConfig(8, 12, 1), torchvision_convnext.CNBlockConfig(12, None, 1)]
    model = randomize(torchvision_convnext.ConvNeXt(settings, num_classes=5))
    return case("torchvision_convnext", model, 24, last=lambda n: n.split(".")[-2:-1] == ["block"] and n[-1] in "12345",
                features=lambda x: model.classifier[0](model.avgpool(model.features(x))).flatten(1))


def hugging_face_convnext(name, kind, config_kind, output):
    def build():
        config = config_kind(hidden_sizes=[8, 12], depths=[1, 2], num_stages=2, num_labels=5, image_size=16, patch_size=2)
        model = randomize(kind(config))
        inside = getattr(model, model.base_model_prefix, model)
        return case(name, model, 16, beside={"config.json": config.to_dict()}, forward=lambda x: output(model(x)),
                    last=lambda n: ".layers." in n and n.split(".")[-1] in ("layernorm", "pwconv1", "pwconv2", "act", "grn"),
                    features=lambda x: inside(x).pooler_output)
    return build


def facebook_names(model):
    """timm's own renaming of Facebook's tensors, backwards."""
    out = {}
    for key, value in model.state_dict().items():
        if key.startswith("stem."): key = "downsample_layers.0." + key[5:]
        if ".downsample." in key: key = "downsample_layers." + key.split(".")[1] + key.split(".downsample")[1]
        key = key.replace(".blocks.", ".").replace("conv_dw", "dwconv").replace("mlp.fc1", "pwconv1").replace("mlp.fc2", "pwconv2")
        key = key.replace("mlp.grn.weight", "grn.gamma").replace("mlp.grn.bias", "grn.beta").replace("head.fc", "head").replace("head.norm", "norm")
        out[key] = value.reshape(1, 1, 1, -1) if ".grn." in key else value
    return out


def facebook_convnext():
    built = timm_convnext("facebook_convnextv2", use_grn=True, ls_init_value=None)()
    built.tensors = lambda: facebook_names(built.model)
    def rename(name):
        if name in ("stem", "stem.0", "stem.1"): return "downsample_layers.0" + name[4:]
        if name in ("head.drop", "head.flatten", "head", "stages") or name.startswith("head.global_pool") or name.endswith((".mlp", ".blocks", ".mlp.act", ".mlp.grn")): return None
        if ".downsample" in name: return "downsample_layers." + name.split(".")[1] + name.split(".downsample")[1]
        return (name.replace(".blocks.", ".").replace("conv_dw", "dwconv").replace("mlp.fc1", "pwconv1").replace("mlp.fc2", "pwconv2")
                .replace("head.fc", "head").replace("head.norm", "norm"))
    built.rename = rename
    return built


def timm_convmixer():
    model = randomize(convmixer.ConvMixer(dim=12, depth=2, kernel_size=5, patch_size=3, num_classes=5))
    return case("timm_convmixer", model, 16, features=timm_features(model))


def timm_gmixer():
    from families import Case, randomize
    model = randomize(mlp_mixer.MlpMixer(img_size=16, patch_size=4, num_blocks=2, embed_dim=16, num_classes=5, mlp_ratio=(1., 2.),
                                         mlp_layer=timm.layers.GluMlp, act_layer=torch.nn.SiLU))
    return Case("timm_gmixer", model, 16, 4, features=timm_features(model))


TINY = [
    torchvision_resnet_bottleneck, torchvision_resnext,
    timm_resnet("timm_resnet", num_classes=0),
    timm_resnet("timm_resnet_d", block=resnet.Bottleneck, layers=(1, 1, 1, 1), channels=(2, 2, 3, 3), stem_type="deep", stem_width=4, avg_down=True),
    googlenet("torchvision_googlenet", True), googlenet("torchvision_googlenet_untransformed", False),
    timm_convnext("timm_convnext"), timm_convnext("timm_convnext_v2", use_grn=True, ls_init_value=None, conv_mlp=True),
    timm_convnext("timm_convnext_overlapping", stem_type="overlap_tiered", head_norm_first=True, conv_mlp=True),
    torchvision_convnext_tiny,
    hugging_face_convnext("hf_convnext", transformers.ConvNextForImageClassification, transformers.ConvNextConfig, lambda o: o.logits),
    hugging_face_convnext("hf_convnextv2_model", transformers.ConvNextV2Model, transformers.ConvNextV2Config,
                          lambda o: o.last_hidden_state.flatten(2).transpose(1, 2)),
    facebook_convnext, timm_convmixer, timm_gmixer,
]


def published(build, size=224, **more):
    return lambda: case("", randomize(build()), size, **more)


def hugging_face_published(kind, config):
    def build():
        model = randomize(kind(config))
        return case("", model, 224, forward=lambda x: model(x).logits, beside={"config.json": config.to_dict()},
                    last=lambda n: ".layers." in n and n.split(".")[-1] in ("layernorm", "pwconv1", "pwconv2", "act", "grn"))
    return build


def timm_published(name, size=224):
    def build():
        model = randomize(timm.create_model(name))
        return case("", model, size, last=lambda n: ".blocks." in n and (".norm" in n or ".mlp" in n) and "convnext" in name,
                    beside={"config.json": dict(architecture=name, pretrained_cfg=dict(input_size=[3, size, size]))})
    return build


FULL = {
    "torchvision resnet18": published(torchvision.models.resnet18),
    "torchvision resnet50": published(torchvision.models.resnet50),
    "torchvision resnext50_32x4d": published(torchvision.models.resnext50_32x4d),
    "torchvision googlenet": published(functools.partial(torchvision.models.googlenet, init_weights=False, aux_logits=False, transform_input=True)),
    "torchvision convnext_tiny": published(torchvision.models.convnext_tiny, last=lambda n: n.split(".")[-2:-1] == ["block"] and n[-1] in "12345"),
    "timm resnet50d": timm_published("resnet50d"),
    "timm convnext_base": timm_published("convnext_base"),
    "timm convnextv2_tiny": timm_published("convnextv2_tiny"),
    "timm convmixer_768_32": timm_published("convmixer_768_32"),
    "timm gmixer_24_224": timm_published("gmixer_24_224"),
    "HF ConvNeXt tiny": hugging_face_published(transformers.ConvNextForImageClassification, transformers.ConvNextConfig(num_labels=1000)),
    "HF ConvNeXt V2 tiny": hugging_face_published(transformers.ConvNextV2ForImageClassification, transformers.ConvNextV2Config(num_labels=1000)),
}
