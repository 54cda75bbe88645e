"""Writes tiny sparse autoencoders in the formats of four projects, and the codes that the projects' own code computes.

    python make_dictionary_fixtures.py SAEV OVERCOMPLETE PRISMA

The arguments are folders from which `saev`, `overcomplete` and `vit_prisma` are imported: sources of OSU-NLP-Group/saev,
KempnerInstitute/overcomplete and Prisma-Multimodal/ViT-Prisma. They need beartype, einops, jaxtyping, line_profiler, orjson and
tyro; an empty `__init__.py` in `overcomplete` and `saev.nn` keeps out what they import besides. visaebench's encoder is written out below (`hub/sae_wrapper.py`: its own class, without other code).

Made with PyTorch 2.15.0. All read 16 features. `reference.safetensors` has the features x, [6, 16], the codes of each file, and
what each decodes them to.
"""
import importlib.util
import json
import pathlib
import shutil
import sys
import types

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent / "dictionaries"
WIDTH, COUNT = 16, 40
reference = {}
torch.manual_seed(0)
x = torch.randn(6, WIDTH) * 1.5 + 0.2
reference["x"] = x


def keep(name, codes, decoded):
    reference[f"{name}.codes"] = codes.detach().float().contiguous()
    reference[f"{name}.decoded"] = decoded.detach().float().contiguous()


def randomize(module):
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.3)


def saev(folder):
    sys.path.insert(0, folder)
    from saev.nn import modeling

    activations = {
        "relu": modeling.Relu(), "topk": modeling.TopK(top_k=5), "batchtopk": modeling.BatchTopK(top_k=5)
    }
    for name, activation in activations.items():
        torch.manual_seed(1)
        sae = modeling.SparseAutoencoder(
            modeling.SparseAutoencoderConfig(d_model=WIDTH, d_sae=COUNT, activation=activation))
        randomize(sae)
        if name == "batchtopk":
            sae.activation.threshold.fill_(0.7)
        path = HERE / f"saev-{name}.pt"
        modeling.dump(path, sae)
        write_header(path, read_header(path) | {"commit": "unknown"})
        sae = modeling.load(path).eval()
        codes = sae.encode(x).f_x
        keep(f"saev-{name}", codes, sae.decode(codes)[:, -1])
    # Schema 1 in its first form, and the form without a schema.
    for name, old, header in [
        ("old-schema", "topk", {"schema": 1, "cls": "TopK", "cfg": {"d_model": WIDTH, "exp_factor": 2.5, "top_k": 5}}),
        ("no-schema", "relu", {"d_vit": WIDTH, "exp_factor": 2, "l1_coeff": 0.1, "seed": 3}),
    ]:
        path = HERE / f"saev-{name}.pt"
        shutil.copy(HERE / f"saev-{old}.pt", path)
        write_header(path, header)


def read_header(path):
    return json.loads(path.read_bytes().split(b"\n", 1)[0])


def write_header(path, header):
    rest = path.read_bytes().split(b"\n", 1)[1]
    path.write_bytes(json.dumps(header).encode() + b"\n" + rest)


def overcomplete(folder):
    sys.path.insert(0, folder)
    from overcomplete.sae import JumpSAE, TopKSAE

    for name, make in {
        "topk": lambda: TopKSAE(WIDTH, COUNT, top_k=5),
        "norm": lambda: TopKSAE(WIDTH, COUNT, top_k=5, encoder_module="mlp_bn_1"),
        "jump": lambda: JumpSAE(WIDTH, COUNT),
        "tied": lambda: TopKSAE(WIDTH, COUNT, top_k=5).tied(bias=True),
    }.items():
        torch.manual_seed(2)
        sae = make()
        randomize(sae)
        for module in sae.modules():
            if isinstance(module, torch.nn.BatchNorm1d):
                module.running_mean.normal_()
                module.running_var.uniform_(0.5, 2)
        state = {key: value.clone() for key, value in sae.state_dict().items()}
        torch.save(state, HERE / f"overcomplete-{name}.pt")
        sae.eval()
        codes = sae.encode(x)[1]
        keep(f"overcomplete-{name}", codes, sae.decode(codes))
    # A whole object, whose class would have to run.
    torch.save(TopKSAE(4, 4, top_k=1), HERE / "overcomplete-object.pt")


def prisma(folder):
    # The package's own imports need its whole environment; the autoencoder needs two of its classes.
    class HookPoint(torch.nn.Identity):
        pass

    class HookedRootModule(torch.nn.Module):
        def setup(self):
            pass

    class Config:
        pass

    modules = {
        "vit_prisma.prisma_tools.hook_point": {"HookPoint": HookPoint},
        "vit_prisma.prisma_tools.hooked_root_module": {"HookedRootModule": HookedRootModule},
        "vit_prisma.sae.config": {"VisionModelSAERunnerConfig": Config},
        "vit_prisma.sae.training.geometric_median": {"compute_geometric_median": None},
        "line_profiler": {"profile": lambda function: function},
    }
    for name in ["vit_prisma", "vit_prisma.prisma_tools", "vit_prisma.sae", "vit_prisma.sae.training"]:
        sys.modules[name] = types.ModuleType(name)
    for name, contents in modules.items():
        module = types.ModuleType(name)
        module.__dict__.update(contents)
        sys.modules[name] = module
    Config.__module__, Config.__qualname__ = "vit_prisma.sae.config", "VisionModelSAERunnerConfig"
    Config.__name__ = "VisionModelSAERunnerConfig"
    spec = importlib.util.spec_from_file_location("prisma_sae", pathlib.Path(folder) / "vit_prisma/sae/sae.py")
    code = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(code)
    for name, activation, arguments, normalization, is_legacy in [
        ("relu", "relu", {}, "layer_norm", False),
        ("topk", "topk", {"k": 5}, "constant_norm_rescale", True),
        ("plain", "tanh-relu", {}, "none", True),
    ]:
        torch.manual_seed(3)
        settings = {
            "d_in": WIDTH, "d_sae": COUNT, "architecture": "standard", "is_transcoder": False,
            "activation_fn_str": activation, "activation_fn_kwargs": arguments,
            "normalize_activations": normalization, "initialization_method": "independent",
        }
        config = Config()
        config.__dict__.update(
            settings | {"dtype": torch.float32, "device": "cpu", "l1_coefficient": 0.1, "lp_norm": 1})
        sae = code.StandardSparseAutoencoder(config)
        randomize(sae)
        sae.eval()
        folder = HERE / f"prisma-{name}"
        folder.mkdir(exist_ok=True)
        if is_legacy:
            torch.save({"cfg": config, "state_dict": sae.state_dict()}, folder / "weights.pt")
        else:
            torch.save(sae.state_dict(), folder / "weights.pt")
            (folder / "config.json").write_text(json.dumps(settings, indent=2) + "\n")
        codes = sae.encode(x)[1]
        keep(f"prisma-{name}", codes, sae.decode(codes))


def visaebench():
    for name, settings in {
        "batchtopk": {"activation": "batchtopk", "k": 5, "threshold": 0.4},
        "jumprelu": {"activation": "jumprelu"},
        "topk": {"sae_type": "topk", "k": 5},
    }.items():
        torch.manual_seed(4)
        state = {
            "encoder.weight": torch.randn(COUNT, WIDTH) * 0.3, "encoder.bias": torch.randn(COUNT) * 0.3,
            "decoder.weight": torch.randn(COUNT, WIDTH), "decoder.bias": torch.randn(WIDTH),
            "jump_thresholds": torch.rand(COUNT),
        }
        codes = torch.relu(x @ state["encoder.weight"].T + state["encoder.bias"])
        if name == "batchtopk":
            codes = codes * (codes >= settings["threshold"])
        elif name == "jumprelu":
            codes = codes * (codes > state["jump_thresholds"])
        else:
            values, places = codes.topk(5, dim=-1)
            codes = torch.zeros_like(codes).scatter_(-1, places, values)
        if name != "jumprelu":
            del state["jump_thresholds"]
        folder = HERE / f"visaebench-{name}"
        folder.mkdir(exist_ok=True)
        torch.save(state, folder / "sae.pt")
        (folder / "config.json").write_text(json.dumps(settings) + "\n")
        keep(f"visaebench-{name}", codes, codes @ state["decoder.weight"] + state["decoder.bias"])


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    saev(sys.argv[1])
    overcomplete(sys.argv[2])
    prisma(sys.argv[3])
    visaebench()
    save_file(reference, HERE / "reference.safetensors")
