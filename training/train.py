"""Train the built-in models on packed images and write them as float16 safetensors.

    python train.py --data packed/twenty --models vit mixer ffmixer --out weights
    python train.py --data packed/twenty --models vit mixer ffmixer --out finished --cooldown .2 --from weights

`--data` is a folder that pack.py wrote.  The three architectures share the data, the recipe and the
size, so that what differs between their features comes from how they mix patches: `vit` (attention;
timm's VisionTransformer), `mixer` (Tolstikhin et al. 2021; timm's MlpMixer), `ffmixer` (Melas-Kyriazi
2021: an MLP over the embedding first, then one over the tokens, with a class token).  Keys follow
timm; `ffmixer` follows the keys of the published linear_* checkpoints.  With --imitate they learn, beside
the labels, what a trained transformer says of each patch (see teach.py).

The learning rate rises, then stays; nobody needs to know beforehand how long a run will be.  What is
tested and written all along is the running average of the weights, as it is written: rounded to float16.
`--cooldown` goes on from any state of a run with the rate falling to nothing, in another folder, so that
the run itself can go on: that is what makes the weights that are worth keeping.

Everything is counted in steps, and everything random follows from the seed and the step alone: the order
of the images, their augmentation, the blocks that are skipped.  A run that was stopped, however, goes
on from OUT/NAME.state as if nothing had been; SIGTERM saves first.  On a CPU each model is trained by a
process of its own with one thread; they see the same batches and wait for each other.
"""
import argparse, json, os, re, signal, sys, time
import torch
import torch.nn as nn, torch.nn.functional as F
from safetensors.torch import save_file
from timm.layers import set_fused_attn
from images import MEAN, STD, Data
from models import Pupil, build, embedded, inherited, read, stream
from teacher import unlike

LICENCE = ("No license has been chosen for these weights. They were trained on images from ImageNet, whose terms allow "
           "non-commercial research and education.")
INHERITED = " They begin from the weights of DeiT-Tiny (Touvron et al. 2021), which are under the Apache License 2.0."


class Run:
    """One model on its way: weights, running average, optimizers, record."""
    def __init__(self, name, data, device, a):
        self.a, self.name, self.device, self.data = a, name, device, data
        self.path = f"{a.out}/{name}.safetensors"
        self.top = a.lr[a.models.index(name) if len(a.lr) > 1 else 0]  # the highest learning rate
        self.config = dict(architecture=name, image_size=a.size, patch_size=a.patch, embed_dim=a.dim, depth=a.depth, num_heads=a.heads,
                           mlp_ratio=4, num_classes=data.outputs, mean=MEAN, std=STD, resize=max(data.sets[0].side, a.size),
                           interpolation="bicubic", licence=LICENCE)
        torch.manual_seed(a.seed)
        self.model = build(self.config, a.drop_path).to(device)
        self.step, self.seconds, self.falls, self.seen, self.grown, self.inherits = 0, 0., None, [0, 0], None, None
        self.noise, self.noisy = a.noise, None  # the strongest so far; steps under it, where there were others too
        self.average, self.rounded = build(self.config).to(device).eval(), build(self.config).to(device).eval()
        self.average.load_state_dict(self.model.state_dict())
        self.pupil = Pupil(a.dim, data.spoken, reads=a.last > 0).to(device) if a.imitate or a.last else None
        matrices = [q for k, q in self.model.named_parameters() if a.muon and q.ndim == 2 and k.startswith("blocks.")]
        ours = {id(q) for q in matrices}
        other = [q for m in (self.model, self.pupil) if m for q in m.parameters() if id(q) not in ours]
        self.optimizers = [torch.optim.AdamW([{"params": [q for q in other if q.ndim > 1], "weight_decay": a.wd},
                                              {"params": [q for q in other if q.ndim <= 1], "weight_decay": 0}], lr=self.top, betas=(.9, .99))]
        if matrices:
            self.optimizers.append(torch.optim.Muon(matrices, lr=self.top, weight_decay=a.wd, adjust_lr_fn="match_rms_adamw"))
        state = next((p for p in (f"{d}/{name}.state" for d in (a.out, a.go_on_from) if d) if os.path.exists(p)), None)
        if not state and a.grow: self.grow(torch.load(f"{a.grow}/{name}.state", map_location=device))
        if not state and a.start: self.start(f"{a.start}/{name}.safetensors")
        if (a.layers or a.apart or a.inherit) and (a.dim, a.depth) != (data.teacher.model.embed_dim, len(data.teacher.model.blocks)):
            sys.exit("--layers, --apart and --inherit want a model of the teacher's width and depth: see --dim and --depth")
        if not state and a.inherit: self.inherit(data.teacher)
        if state:
            self.load(torch.load(state, map_location=device))
        elif a.start and a.cooldown and a.cooldown < 1:
            sys.exit(f"--cooldown {a.cooldown:g} is a part of the steps before, and --start begins at step 0: give a number of steps")
        elif a.cooldown and not a.start:
            sys.exit(f"--cooldown needs a state to start from: there is no {name}.state in --from or --out")
        if a.cooldown and not self.falls: self.falls = self.step, max(1, round(a.cooldown * (self.step if a.cooldown < 1 else 1)))
        self.last = sum(self.falls) if self.falls else a.steps
        self.net = torch.compile(self.said) if a.compile else self.said
        floating = lambda m: [t for t in m.state_dict().values() if t.is_floating_point()]
        self.pair = floating(self.average), floating(self.model)
        self.loss, self.far, self.losses, self.clock = torch.zeros((), device=device), torch.zeros((), device=device), 0, None
        self.tokens = (a.size // a.patch) ** 2 + (name != "mixer")
        self.model.train()

    def load(self, state):
        """Goes on from what `save` wrote. A classifier that had the classes of --also as well is cut to those that are left."""
        own = self.model.state_dict()
        for model, weights in ((self.model, state["model"]), (self.average, state["average"])):
            model.load_state_dict({k: v if v.shape == own[k].shape else v[:len(own[k])] for k, v in weights.items()})
        if self.pupil: self.pupil.load_state_dict(state["pupil"])
        for optimizer, moments in zip(self.optimizers, state["optimizers"]):
            optimizer.load_state_dict(moments)
            for weight, values in optimizer.state.items():
                values.update({k: v[:len(weight)].clone() for k, v in values.items() if v.ndim and v.shape != weight.shape})
        self.step, self.seconds, self.falls, self.seen, self.grown = (state[k] for k in ("step", "seconds", "falls", "seen", "grown"))
        self.inherits = state.get("inherits")
        self.count_noise(state.get("noise", self.a.noise), state.get("noisy"), self.step)

    def grow(self, state):
        """Starts from a run of fewer blocks: they are stacked upon themselves until there are enough (Gong et al. 2019).
        What a copy adds to its input is halved, with which the accuracy hardly suffers."""
        depth = 1 + max(int(k.split(".")[1]) for k in state["model"] if k.startswith("blocks."))
        source = lambda k: re.sub(r"(?<=^blocks\.)\d+", lambda number: str(int(number[0]) % depth), k)
        for model, weights in ((self.model, state["model"]), (self.average, state["average"])):
            model.load_state_dict({k: weights[source(k)] * (.5 if source(k) != k and re.search(r"\b(fc2|proj)\b", k) else 1)
                                   for k in model.state_dict()})
        if self.pupil: self.pupil.load_state_dict(state["pupil"])
        self.inherits = state.get("inherits")
        self.count_noise(state.get("noise", self.a.noise), state.get("noisy"), state["step"])
        self.seconds, self.seen, self.grown = state["seconds"], state["seen"], f"{depth} blocks after {state['step']} steps"

    def start(self, path):
        """Starts from finished weights, whose epochs, seconds and steps under noise count on. Classes of --also, which such
        weights do not have, are learned from the beginning."""
        config, weights = read(path)
        own = self.model.state_dict()
        for key in ("head.weight", "head.bias"):
            if len(weights[key]) == len(self.data.classes) and weights[key].shape[1:] == own[key].shape[1:]:
                weights[key] = torch.cat([weights[key], own[key][len(weights[key]):]])
        if not all(k in weights and weights[k].shape == v.shape for k, v in own.items()):
            sys.exit(f"{path} has other tensors than the {self.name} that is trained: see --size, --dim and --depth")
        for model in (self.model, self.average): model.load_state_dict(weights)
        record = config.get("training", {})
        self.seconds, self.seen = record.get("seconds", 0), [round(record.get("epochs", 0) * self.data.sets[0].count), 0]
        self.inherits = record.get("begins_from")
        self.count_noise(record.get("noise", 0), record.get("noise_steps"), round(self.seen[0] / self.a.batch))
        self.grown = f"weights of {100 * record.get('test_accuracy', 0):.1f} % after {record.get('epochs', 0)} epochs"

    def count_noise(self, strongest, noisy, steps):
        """Takes over the strongest noise so far and the steps under it (None: all that there were, or none). From where a run goes
        on otherwise they are counted: `steps` says how many there were, of finished weights in batches of this run's."""
        self.noise = max(self.a.noise, strongest)
        self.noisy = (steps if strongest else 0) if noisy is None and (strongest > 0) != (self.a.noise > 0) else noisy

    def inherit(self, teacher):
        """Starts from the teacher's weights, as far as both have such: the embedding of patches, places, MLPs over the embedding with
        their norms, the answers for the classes that are learned, and a transformer's attention. What mixes the tokens of a mixer
        adds nothing at the start."""
        theirs, own = inherited(self.config["architecture"], teacher), self.model.state_dict()
        own = {k: torch.zeros_like(v) if re.search(r"(mlp_tokens|mlp2)\.fc2", k) else v for k, v in own.items()}
        for model in (self.model, self.average): model.load_state_dict({**own, **theirs})
        self.inherits = teacher.name

    def rate(self):
        """The learning rate of the step to come: it rises, stays and, in a cooldown, falls linearly."""
        fall = (self.last - self.step) / self.falls[1] if self.falls else 1
        return self.top * min(1, (self.step + 1) / self.a.warmup) * fall

    def move(self, batch):
        """One step on a batch of `Data.batch`."""
        x, y, partner, share, *told, states, logits = batch
        if self.a.adversarial: x = self.worse(x, y, partner, share)
        clock = time.process_time() if self.device == "cpu" else time.time()
        self.seconds += clock - (self.clock or clock); self.clock = clock
        torch.manual_seed(self.a.seed * 1_000_003 + self.step)
        for opt in self.optimizers:
            for g in opt.param_groups: g["lr"] = self.rate()
            opt.zero_grad(set_to_none=True)
        loss = self.lost(x, y, partner, share, told, states, logits)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.)
        for opt in self.optimizers: opt.step()
        self.step += 1
        if self.noisy is not None and self.a.noise: self.noisy += 1
        for i, images in enumerate(self.data.sets): self.seen[i] += images.batch
        with torch.no_grad():
            torch._foreach_lerp_(*self.pair, 1 - min(self.a.ema, (1 + self.step) / (10 + self.step)))
            self.loss += loss.detach(); self.losses += 1
        finished = self.step >= self.last
        if finished or self.step % self.a.save_every == 0: self.save()
        if finished or self.step % self.a.test_every == 0: self.write()

    def said(self, x):
        """(answers of the classifier, the stream from block to block, patches and readout in the terms of the teacher of whole images)"""
        states = stream(self.model, x)
        last = self.model.norm(states[-1])
        return self.model.forward_head(last), states, self.pupil(self.model, last) if self.pupil else None

    def lost(self, x, y, partner, share, told, states, logits):
        """The loss of a batch: the labels, and what the teachers say as far as it is asked for."""
        a = self.a
        if self.step < a.apart: return self.apart(x, states)
        with torch.autocast(self.device, torch.bfloat16): out, mine, said = self.net(x)
        loss = self.distance(out.float(), y, partner, share)
        if a.imitate: loss = loss + a.imitate * self.likeness(said, told, share)
        if a.last: loss = loss + a.last * self.unlike_last(said, states[:, -1])
        if a.soft:
            rows, classes = next(self.data.parts())
            answers, asked = (v[rows].log_softmax(-1) for v in (out[:, classes].float(), logits))
            loss = loss + a.soft * F.kl_div(answers, asked, log_target=True, reduction="batchmean")
        if a.layers:
            far = sum(unlike(m.float(), self.of(t)) for m, t in zip(mine, states.unbind(1))) / len(mine)
            self.far += far.detach()
            loss = loss + a.layers * far
        return loss

    def apart(self, x, states):
        """Each block by itself: from what the teacher's block was given to what it added. What those before it still get wrong
        is no hindrance, so that a few hundred steps teach what takes thousands from end to end."""
        states = [self.of(t) for t in states.unbind(1)]
        with torch.autocast(self.device, torch.bfloat16):
            far = unlike(embedded(self.model, x).float(), states[0])
            for block, before, after in zip(self.model.blocks, states, states[1:]):
                far = far + unlike(block(before).float(), after, spread=after - before)
        self.far += far.detach() / len(states)
        return far

    def of(self, state):
        """A state of the teacher's stream as this model has one: a mixer without class token has patches only."""
        return state[:, state.shape[1] - self.tokens:].float()

    def worse(self, x, y, partner, share):
        """The batch, each value moved by up to --adversarial to where the answers are worse: one step of the gradient's sign from
        a random place (Wong et al. 2020, arXiv:2001.03994, algorithm 3, with its 1.25 of the reach as the step)."""
        torch.manual_seed(self.a.seed * 1_000_003 + 250_007 + self.step)
        reach = self.a.adversarial / self.data.std
        moved = ((2 * torch.rand_like(x, dtype=torch.float) - 1) * reach).requires_grad_()
        with torch.autocast(self.device, torch.bfloat16): out = self.model((x.float() + moved).bfloat16())
        slope, = torch.autograd.grad(self.distance(out.float(), y, partner, share), moved)
        moved = torch.maximum(torch.minimum(moved.detach() + 1.25 * reach * slope.sign(), reach), -reach)
        return (x.float() + moved).to(x.dtype)

    def likeness(self, said, told, share):
        """How far the model's patches and readout are from the teacher's, where pictures are not mixed (1: knows nothing of it)."""
        alone = (share[:len(told[0])] == 1).float()
        far = sum((mine[:len(his)].float() - his.float()).square().flatten(1).mean(1) for mine, his in zip(said, told))
        return (far * alone).sum() / alone.sum().clamp(min=1) / 2

    def unlike_last(self, said, last):
        """How far what the model's classifier reads is from what the teacher's does, after a linear map, and the answers that the
        teacher's classifier gives of the one from those of the other, for all its classes (Chen et al. 2022, arXiv:2203.14001)."""
        teacher = self.data.teacher.model
        his, mine = teacher.norm(last[:, 0].float()), said[1].float()
        far = unlike(mine[:, None], his[:, None])
        self.far += far.detach()
        answers, asked = (teacher.head(v).log_softmax(-1) for v in (mine, his))
        return far + F.kl_div(answers, asked, log_target=True, reduction="batchmean")

    def distance(self, out, y, partner, share):
        """The loss of a batch: each set's pictures are told apart among that set's classes only."""
        loss = 0
        for rows, classes in self.data.parts():
            of = lambda labels: F.cross_entropy(out[rows, classes], labels, label_smoothing=self.a.smoothing, reduction="none")
            wrong = share[rows] * of(y[rows]) + (1 - share[rows]) * of(y[partner[rows]])
            loss = loss + wrong.sum()
        return loss / len(out)

    def accuracy(self):
        """Top-1 accuracy of the averaged weights, rounded to float16, on the held-out images."""
        test_x, test_y, classes = self.data.test_x, self.data.test_y, len(self.data.classes)
        if test_x is None: return None
        self.rounded.load_state_dict({k: v.half().float() if v.is_floating_point() else v for k, v in self.average.state_dict().items()})
        hits = 0
        with torch.no_grad():
            for i in range(0, len(test_x), 250):
                answers = self.rounded(self.data.middle(test_x[i:i + 250]))[:, :classes].argmax(1)
                hits += (answers == test_y[i:i + 250]).sum().item()
        return round(hits / len(test_x), 4)

    def save(self):
        """What the run goes on from, written whole or not at all."""
        torch.save(dict(model=self.model.state_dict(), average=self.average.state_dict(), optimizers=[o.state_dict() for o in self.optimizers],
                        pupil=self.pupil and self.pupil.state_dict(),
                        step=self.step, seconds=self.seconds, falls=self.falls, seen=self.seen, grown=self.grown, inherits=self.inherits, noise=self.noise, noisy=self.noisy), f"{self.a.out}/{self.name}.part")
        os.replace(f"{self.a.out}/{self.name}.part", f"{self.a.out}/{self.name}.state")

    def write(self):
        """The weights as they are worth to the project, with all that is to know of them."""
        a, data, accuracy = self.a, self.data, self.accuracy()
        epochs = self.seen[0] / data.sets[0].count
        record = dict(data=a.name, images=data.sets[0].count, epochs=round(epochs, 1), steps=self.step, batch=a.batch,
                      beside=f"{self.seen[1]} pictures of {a.also_name}" if self.seen[1] else None, teacher=data.taught_by,
                      begins_from=self.inherits, grown_from=self.grown, noise=self.noise or None, noise_steps=self.noisy or None, adversarial=a.adversarial or None, cooldown_steps=self.falls and self.falls[1], seconds=round(self.seconds),
                      device=torch.cuda.get_device_name() if self.device == "cuda" else "one core of a CPU", seed=a.seed,
                      test_images=None if data.test_x is None else len(data.test_x), test_accuracy=accuracy)
        config = {**self.config, "licence": LICENCE + (INHERITED if self.inherits else ""), "num_classes": len(data.classes), "classes": data.classes,
                  "training": {k: v for k, v in record.items() if v is not None}}
        weights = {k: v[:len(data.classes)] if k.startswith(("head.", "fc.")) else v for k, v in self.average.state_dict().items()}
        save_file({k: (v.detach().half() if v.is_floating_point() else v).cpu().contiguous() for k, v in weights.items()},
                  self.path + ".part", metadata={"format": "pt", "config": json.dumps(config)})
        os.replace(self.path + ".part", self.path)
        print(f"{self.name} step {self.step} epoch {epochs:.2f} loss {self.loss.item() / max(1, self.losses):.3f} unlike {self.far.item() / max(1, self.losses):.3f} "
              f"accuracy {accuracy} {self.seconds:.0f} s", flush=True)
        self.loss.zero_(); self.far.zero_(); self.losses = 0


def train_in_turn(runs, data, stop):
    """One step of each model after the other: for a GPU, or a single model."""
    while not stop and any(r.step < r.last for r in runs):
        step = min(r.step for r in runs)
        batch = data.batch(step)
        for r in runs:
            if r.step == step < r.last: r.move(batch)
        if data.device == "cuda" and step % 20 == 0: torch.cuda.synchronize()
    for r in runs: r.save()


SLOTS = 4  # batches that are ready or in use


def train_beside(runs, data, stop):
    """Each model in a process of its own, the batches in memory that they share: for a CPU. This process makes them."""
    made, stopped = torch.tensor(min(r.step for r in runs)).share_memory_(), torch.tensor(False).share_memory_()
    done = torch.tensor([r.step for r in runs]).share_memory_()
    slots = [[None if t is None else torch.empty_like(t).share_memory_() for t in data.batch(0)] for _ in range(SLOTS)]

    def follow(i):
        for name in (signal.SIGTERM, signal.SIGINT): signal.signal(name, signal.SIG_IGN)
        run = runs[i]
        while run.step < run.last and not stopped and os.getppid() == parent:
            if made > run.step:
                run.move(slots[run.step % SLOTS]); done[i] = run.step
            else: time.sleep(.002)
        run.save()

    parent = os.getpid()
    processes = [torch.multiprocessing.get_context("fork").Process(target=follow, args=(i,)) for i in range(len(runs))]
    for process in processes: process.start()
    last = max(r.last for r in runs)
    while not stop and made < last and all(process.exitcode in (None, 0) for process in processes):
        if made - done.min() < SLOTS:
            for slot, value in zip(slots[int(made) % SLOTS], data.batch(int(made))):
                if slot is not None: slot.copy_(value)
            made += 1
        else: time.sleep(.002)
    if stop or made < last: stopped.fill_(True)
    for process in processes: process.join()
    sys.exit(max(abs(process.exitcode) for process in processes))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True, help="a folder that pack.py wrote")
    p.add_argument("--name", default="imagenette + imagewoof", help="data set name for the record")
    p.add_argument("--models", nargs="+", choices=["vit", "mixer", "ffmixer"], required=True)
    p.add_argument("--out", required=True, help="folder for NAME.safetensors, and NAME.state to go on from")
    p.add_argument("--steps", type=int, default=10**9, help="stop after so many")
    p.add_argument("--minutes", type=float, help="stop, as SIGTERM does, after so long")
    p.add_argument("--cooldown", type=float, help="steps over which the learning rate falls to nothing; below 1: that part of those before")
    p.add_argument("--from", dest="go_on_from", help="folder with the states to start from, where --out has none yet")
    p.add_argument("--also", help="a folder that pack.py wrote, with other classes to learn beside; they are left out of what is written")
    p.add_argument("--also-name", default="Tiny-ImageNet"); p.add_argument("--also-share", type=float, default=.5, help="of a batch")
    p.add_argument("--grow", help="folder with the states of a run of a smaller --depth to start from, where there are no others")
    p.add_argument("--start", help="folder with NAME.safetensors to start from, where there is no state")
    p.add_argument("--noise", type=float, default=.5, help="largest deviation of the noise on a picture, in values of 0...1")
    p.add_argument("--adversarial", type=float, default=0,
                   help="reach of single-step adversarial training, in values of 0...1 (Wong et al. 2020); about twice the time")
    p.add_argument("--imitate", type=float, default=0, help="weight of being like the teacher that teach.py asked, in the loss")
    p.add_argument("--teacher", help="safetensors of a transformer that is asked about each batch, for --layers, --soft and --last")
    p.add_argument("--teacher-name", default="deit_tiny_patch16_224", help="timm's name")
    p.add_argument("--layers", type=float, default=0, help="weight of being like it after each block, in the loss")
    p.add_argument("--soft", type=float, default=0, help="weight of its answers for the classes, in the loss")
    p.add_argument("--last", type=float, default=0,
                   help="weight of being like it in what its classifier reads, and in what that says of all its classes, in the loss")
    p.add_argument("--inherit", action="store_true", help="start from the teacher's weights, as far as the models have such")
    p.add_argument("--apart", type=int, default=0, help="steps at the start in which each block learns by itself, from what the teacher's was given")
    p.add_argument("--size", type=int, default=128); p.add_argument("--patch", type=int, default=16)
    p.add_argument("--dim", type=int, default=192); p.add_argument("--depth", type=int, default=12)
    p.add_argument("--heads", type=int, default=3); p.add_argument("--batch", type=int, default=128)
    p.add_argument("--lr", type=float, nargs="+", default=[2e-3], help="one, or one for each of --models"); p.add_argument("--wd", type=float, default=.05)
    p.add_argument("--muon", type=int, default=1, help="0: AdamW for everything")
    p.add_argument("--warmup", type=int, default=200, help="steps")
    p.add_argument("--mix", type=float, default=.5, help="share of pictures under mixup or cutmix; .8 for hundreds of epochs")
    p.add_argument("--erase", type=float, default=.1); p.add_argument("--smallest", type=float, default=.25, help="area of a crop")
    p.add_argument("--drop-path", type=float, default=.05); p.add_argument("--smoothing", type=float, default=.1)
    p.add_argument("--ema", type=float, default=.999)
    p.add_argument("--save-every", type=int, default=100, help="steps"); p.add_argument("--test-every", type=int, default=500, help="steps")
    p.add_argument("--workers", type=int, default=os.cpu_count(), help="processes that decode, at the start")
    p.add_argument("--compile", action="store_true"); p.add_argument("--seed", type=int, default=0)
    a = p.parse_args()
    if (a.layers or a.soft or a.last or a.apart or a.inherit) and not a.teacher:
        p.error("--layers, --soft, --last, --apart and --inherit need a --teacher to learn from")
    if len(a.lr) not in (1, len(a.models)): p.error(f"--lr wants one rate, or {len(a.models)}: one for each of --models")
    if a.imitate and a.last: p.error("--imitate and --last are two ways to learn the same: give one of them")
    torch.set_num_threads(1)
    torch.set_float32_matmul_precision("high")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu": set_fused_attn(False)  # plain products are faster there
    os.makedirs(a.out, exist_ok=True)
    data = Data(device, a)
    runs = [Run(name, data, device, a) for name in a.models]
    stop = []
    for name in (signal.SIGTERM, signal.SIGALRM): signal.signal(name, lambda *_: stop.append(1))
    if a.minutes: signal.alarm(round(a.minutes * 60))
    if device == "cpu" and len(runs) > 1: train_beside(runs, data, stop)
    else: train_in_turn(runs, data, stop)


if __name__ == "__main__":
    main()
