"""Writes relevance maps of models whose attention is in windows, in a pooling head, or beside words.

    python make_relevance_fixtures.py

Made with torch 2.15.0, timm 1.0.31, transformers 5.24.0, safetensors 0.8.0, in float64 on a CPU. The rule is that of
`generate_relevance` of hila-chefer/Transformer-MM-Explainability, R <- R + mean((grad * attention)+) R, with whole matrices;
its extensions are those that `AttentionRelevance` states. The tiny models have random weights; those with words are of `texts/`.
"""
import json, os
import timm, torch
from safetensors.torch import load_file, save_file
from timm.models import cait, swin_transformer, vision_transformer
from transformers import AutoModel
from pattern import pattern

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = f"{HERE}/causes/relevance"
torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
CLASS = 2
out = {}


def photograph(size, seed=1, mean=.5, std=.25):
    pixels = torch.floor((pattern((size, size, 3), seed).double() + 2) / 4 * 255)
    return ((pixels / 255 - mean) / std).permute(2, 0, 1)[None]


def save(name, model, size, **args):
    for parameter_name, p in model.named_parameters():
        norm = "norm" in parameter_name and parameter_name.endswith("weight")
        p.data = (torch.randn(p.shape) * (.3 if p.ndim > 1 else .2) + norm).float().double()
    for module in model.modules():
        if hasattr(module, "fused_attn"): module.fused_attn = False
    os.makedirs(f"{FOLDER}/{name}", exist_ok=True)
    save_file({k: v.float().contiguous() for k, v in model.state_dict().items()}, f"{FOLDER}/{name}/model.safetensors")
    config = dict(architecture=name, model_args=args,
                  pretrained_cfg=dict(mean=[.5] * 3, std=[.25] * 3, input_size=[3, size, size], crop_pct=1.0))
    json.dump(config, open(f"{FOLDER}/{name}/config.json", "w"))
    return model.eval()


def patterns(run):
    """Every attention of a run as the mean over its heads of (gradient * attention)+, in the order of computation."""
    kept, softmax = [], torch.Tensor.softmax
    def keep(self, *args, **kwargs):
        result = softmax(self, *args, **kwargs)
        result.retain_grad()
        kept.append(result)
        return result
    torch.Tensor.softmax = keep
    try: value = run()
    finally: torch.Tensor.softmax = softmax
    value.backward()
    return value.detach(), [(a.detach() * a.grad).double().clamp(min=0) for a in kept]


def swin_map(model, x):
    value, found = patterns(lambda: model(x)[0, CLASS])
    relevance, grid = torch.eye(64), 8
    for stage, layer in enumerate(model.layers):
        if stage:
            # A merged patch passes its relevance to its four in equal parts.
            merge = torch.zeros(grid // 2 * (grid // 2), grid * grid)
            for row in range(grid):
                for column in range(grid): merge[row // 2 * (grid // 2) + column // 2, row * grid + column] = .25
            relevance, grid = merge @ relevance, grid // 2
        for block in layer.blocks:
            places = torch.arange(grid * grid).reshape(1, grid, grid, 1)
            if block.shift_size[0]: places = torch.roll(places, (-block.shift_size[0], -block.shift_size[1]), (1, 2))
            places = swin_transformer.window_partition(places, block.window_size).reshape(-1, block.window_area)
            mean = torch.zeros(grid * grid, grid * grid)
            for window, own in enumerate(found.pop(0)): mean[places[window][:, None], places[window]] = own.mean(0)
            relevance = relevance + mean @ relevance
    return value, relevance.mean(0).reshape(8, 8)


def pooled_map(found, tokens):
    """Blocks, then a learned query."""
    relevance = torch.eye(tokens)
    for own in found[:-1]: relevance = relevance + own[0].mean(0) @ relevance
    return found[-1].reshape(-1, tokens).mean(0) @ relevance


def cait_map(model, x):
    value, found = patterns(lambda: model(x)[0, CLASS])
    count = len(model.blocks)
    relevance = torch.eye(16)
    for own in found[:count]: relevance = relevance + own[0].mean(0) @ relevance
    both = torch.block_diag(torch.ones(1, 1), relevance)
    for own in found[count:]: both[:1] = both[:1] + own[0].mean(0) @ both
    return value, both[0, 1:].reshape(4, 4)


args = dict(depths=(2, 1), num_heads=(2, 2), window_size=4)
swin = save("swin", swin_transformer.SwinTransformer(img_size=32, patch_size=4, embed_dim=16, num_classes=5, **args), 32, **args)
out["swin.value"], out["swin.map"] = swin_map(swin, photograph(32))

pool = save("pool", vision_transformer.VisionTransformer(
    img_size=16, patch_size=4, embed_dim=16, depth=2, num_heads=2, num_classes=5, class_token=False, global_pool="map"), 16,
    num_heads=2, class_token=False, global_pool="map")
out["pool.value"], found = patterns(lambda: pool(photograph(16))[0, CLASS])
out["pool.map"] = pooled_map(found, 16).reshape(4, 4)
out["pool.last"] = found[-1].reshape(-1, 16).mean(0).reshape(4, 4)

tall = save("cait", cait.Cait(img_size=16, patch_size=4, embed_dim=16, depth=2, num_heads=2, num_classes=5), 16)
out["cait.value"], out["cait.map"] = cait_map(tall, photograph(16))

for name in "clip", "siglip":
    model = AutoModel.from_pretrained(f"{HERE}/texts/{name}", attn_implementation="eager").double().eval()
    mean, std = ((.48145466, .4578275, .40821073), (.26862954, .26130258, .27577711)) if name == "clip" else ((.5,) * 3, (.5,) * 3)
    x = photograph(model.config.vision_config.image_size, 1, torch.tensor(mean), torch.tensor(std))
    # The features of the first of the texts there.
    text = load_file(f"{HERE}/texts/{name}/reference.safetensors")["features"][0].double()
    def features(found): return found if torch.is_tensor(found) else found.pooler_output
    value, found = patterns(lambda: torch.cosine_similarity(features(model.get_image_features(pixel_values=x))[0], text, 0))
    if name == "siglip":
        tokens = found[-1].shape[-1]
        map_ = pooled_map(found, tokens)
    else:
        relevance = torch.eye(found[0].shape[-1])
        for own in found: relevance = relevance + own[0].mean(0) @ relevance
        map_ = relevance[0, 1:]
    side = int(len(map_) ** .5)
    out[f"{name}.value"], out[f"{name}.map"] = value, map_.reshape(side, side)

save_file({k: v.detach().float().reshape(v.shape or (1,)).contiguous() for k, v in out.items()}, f"{FOLDER}/reference.safetensors")
print({k: (tuple(v.shape), float(v.mean())) for k, v in out.items()})
