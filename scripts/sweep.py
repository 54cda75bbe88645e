"""Every transformer and mixer that timm and transformers can make, with random weights: what loads and agrees.

    python scripts/sweep.py EXECUTABLE [--only timm|transformers] [--kinds cait,xcit] [--containing TEXT] [--one-of-each]
                            [--again refused,differs] [--minutes N] [--results FILE] [--table FILE]

Each architecture is made small (sweep_models.py), saved as its framework saves it (`timm.models._hub.save_for_hf`,
`save_pretrained`), loaded with the built kernel, and its answer to a picture compared with its framework's: the largest
difference over the largest number, as in `names.py`. Where that is above the bound, the framework computes in float64 as well:
random weights in many layers can amplify what float32 rounds off. An answer that is about as near to float64's as the framework's
own in float32 agrees, and both distances are in the table.

Each is made in a process of its own with a limit of time and of memory, and what came out is appended to the file of
results. A sweep that is started again goes on where it stopped; `--again` repeats those with some outcomes, after something
was changed. The first of every kind comes first, so that a part of the sweep is a sample of all kinds; `--minutes` ends it
early, and `--one-of-each` after the first of each kind.

The table has a row for each of timm's files and each of transformers' model types, and three columns: agree, differ,
refused and why. An architecture that could not be made, or that takes more than a picture, is listed below the table. A
difference ends with status 1.
"""
import argparse
import collections
import json
import multiprocessing
import pathlib
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time

import numpy as np
import torch

import names
import sweep_models

# What one architecture may take: of a processor's time to make it, and, beside other work, of time to make it and to compute.
PROCESSOR_SECONDS = 180
SECONDS = 900
BYTES = 9 << 30
# The largest relative difference. An answer that is further from float64's agrees if the framework's own in float32 is nearly as
# far: a handful of logits, of which the largest difference counts, vary by such a factor.
BOUND, RATIO, FURTHEST = 1e-5, 4, 1e-4
# A difference that no rounding makes, for which nothing is computed again.
LARGEST = 1e-3
# Parameters above which an architecture is not made: it would take minutes, and a smaller one of its kind is there.
MOST = 450_000_000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("executable", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--only", choices=["timm", "transformers"])
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=[])
    parser.add_argument("--containing", default="")
    parser.add_argument("--one-of-each", action="store_true")
    parser.add_argument("--again", type=lambda text: text.split(","), default=[])
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--most", type=int, default=MOST, help="parameters")
    parser.add_argument("--results", type=pathlib.Path, default="build/sweep.jsonl")
    parser.add_argument("--table", type=pathlib.Path, default="build/sweep.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows = read(arguments.results)
    arguments.results.parent.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + 60 * arguments.minutes
    found = list(sweep_models.architectures(arguments.only, arguments.kinds, arguments.containing))
    if arguments.one_of_each:
        found = list({kind: (kind, name) for kind, name in reversed(found)}.values())[::-1]
    home = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-sweep."))
    comparison = Comparison(arguments.executable, home)
    try:
        for kind, name in found:
            known = rows.get((kind, name))
            if known and known[0] not in arguments.again or time.monotonic() > end:
                continue
            rows[kind, name] = outcome, why = compared(kind, name, comparison, home, arguments.most)
            with arguments.results.open("a") as file:
                file.write(json.dumps(dict(kind=kind, name=name, outcome=outcome, why=why)) + "\n")
            print(f"{kind}  {name}  {outcome}  {why[:300]}", flush=True)
    finally:
        comparison.end()
        shutil.rmtree(home)
    left = sum((kind, name) not in rows for kind, name in found)
    write_table(rows, left, arguments.table)
    sys.exit(any(outcome in ("differs", "said", "ended") for outcome, _ in rows.values()))


def read(path):
    """What earlier runs found, the last of each architecture: {(kind, name): (outcome, why)}."""
    rows = {}
    if path.exists():
        for line in path.read_text().splitlines():
            row = json.loads(line)
            rows[row["kind"], row["name"]] = row["outcome"], row["why"]
    return rows


def compared(kind, name, comparison, home, most):
    """The outcome of an architecture, and why."""
    folder = home / "model"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (home / "problem").unlink(missing_ok=True)
    # Forked: the frameworks are imported once. This process computes nothing itself, so no threads are lost.
    making = multiprocessing.get_context("fork").Process(target=make, args=(kind, name, home, folder, most))
    making.start()
    making.join(SECONDS)
    if making.is_alive():
        making.kill()
        making.join()
        return "unmade", f"takes longer than {SECONDS} seconds to make"
    if (home / "problem").exists():
        return "unmade", (home / "problem").read_text()
    if making.exitcode == -signal.SIGXCPU:
        return "unmade", f"takes longer than {PROCESSOR_SECONDS} seconds of a processor to make"
    if making.exitcode != 0:
        return "unmade", f"its making ended with status {making.exitcode}"
    expected = np.load(home / "expected.npy")
    outcome, why = comparison.compare(folder, expected)
    if outcome in ("differs", "said") and not why.startswith("shape") and float(why.split(" ")[0]) <= LARGEST:
        # Again in float64, in a process of its own.
        making = multiprocessing.get_context("fork").Process(target=make, args=(kind, name, home, folder, most, True))
        making.start()
        making.join(SECONDS)
        if making.is_alive():
            making.kill()
        elif making.exitcode == 0 and not (home / "problem").exists():
            return comparison.beside(expected, np.load(home / "precise.npy"), outcome, why)
    return outcome, why


def make(kind, name, home, folder, most, precisely=False):
    """Writes the model, a picture and the framework's answer; a sentence in `problem` where that is not possible.

    `precisely`: the answer alone, in float64.
    """
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    try:
        made = sweep_models.make(kind, name, most)
        if precisely:
            made.model.double()
            with torch.no_grad():
                np.save(home / "precise.npy", np.asarray(made.forward(made.picture.double())[0].double()))
            return
        with torch.no_grad():
            np.save(home / "expected.npy", np.asarray(made.forward(made.picture)[0].float()))
        np.save(home / "x.npy", made.picture.numpy())
        try:
            made.save(folder)
        except Exception as problem:
            raise RuntimeError(f"not saved: {problem}") from problem
    except BaseException as problem:
        (home / "problem").write_text(f"{type(problem).__name__}: {problem}")


class Comparison:
    """The kernel, started anew now and then, when it ended, and when it takes too long."""

    def __init__(self, executable, home):
        self.executable, self.home, self.kernel, self.served = executable, home, None, 0

    def compare(self, folder, expected):
        outcome, why = self.timed(folder, expected)
        if why.startswith("shape") and expected.ndim == 3:
            # A map, channels first or last; ours are tokens × features.
            for tokens in (expected.reshape(len(expected), -1).T, expected.reshape(-1, expected.shape[-1])):
                if outcome not in ("agrees", "noted"):
                    outcome, why = self.timed(folder, tokens)
                if outcome not in ("agrees", "noted"):
                    outcome, why = self.without_special_tokens(tokens, outcome, why)
        elif why.startswith("shape") and expected.ndim == 2:
            outcome, why = self.after_pooled(expected, outcome, why)
        return outcome, why.replace(str(self.home), "")

    def found(self):
        """What the kernel saved, of the one picture."""
        target = self.home / "y.npy"
        found = np.load(target) if target.exists() else np.zeros((0, 0))
        return found[0] if len(found) == 1 and found.ndim > 2 else found

    def after_pooled(self, expected, outcome, why):
        """The pooled features come first in some models' tokens; here they are `embedding`."""
        found = self.found()
        if found.ndim != 2 or found.shape[1:] != expected.shape[1:] or len(found) + 1 != len(expected):
            return outcome, why
        error, _ = self.kernel.run('m.embedding(tensor("x.npy")).save("first.npy")')
        if error:
            return outcome, why
        rows = np.concatenate([np.load(self.home / "first.npy").reshape(1, -1), found])
        distance = apart(rows, expected)
        return ("agrees", f"{distance:.1e} with the pooled features first") if distance <= BOUND else ("differs", f"{distance:.1e}")

    def beside(self, expected, precise, outcome, why):
        """How far our answer and the framework's own in float32 are from its answer in float64."""
        found = self.found()
        layouts = [precise, precise.reshape(len(precise), -1).T, precise.reshape(-1, precise.shape[-1])]
        fitting = [layout for layout in layouts if layout.size == found.size]
        if not fitting:
            return outcome, why
        ours = min(apart(found.reshape(layout.shape), layout) for layout in fitting)
        theirs = apart(expected, precise)
        words = f"{ours:.1e} from float64, the framework's float32 {theirs:.1e}"
        agrees = ours <= BOUND or ours <= RATIO * theirs and ours <= FURTHEST
        return ("agrees" if agrees else outcome), words

    def without_special_tokens(self, expected, outcome, why):
        """A map has no row for a class token or registers, which come first in ours; one of features pooled comes first in some."""
        found = self.found()
        rows = min(len(found), len(expected))
        if rows == 0 or found.ndim != 2 or found.shape[1:] != expected.shape[1:] or len(found) == len(expected):
            return outcome, why
        distance = apart(found[-rows:], expected[-rows:])
        return ("agrees", f"{distance:.1e} of the patches") if distance <= BOUND else (outcome, why)

    def timed(self, folder, expected):
        self.served += 1
        if self.kernel is None or self.served % 40 == 0 or self.kernel.process.poll() is not None:
            self.end()
            self.kernel = names.Kernel(self.executable, self.home)
        late = threading.Event()

        def stop(kernel=self.kernel):
            late.set()
            kernel.process.kill()
        timer = threading.Timer(SECONDS, stop)
        timer.start()
        try:
            outcome, why = names.compare(self.kernel, folder, self.home, expected)
        except (OSError, ValueError) as problem:   # the kernel's pipe is closed
            outcome, why = "ended", f"the kernel ended ({problem})"
        timer.cancel()
        return ("unmade", f"takes longer than {SECONDS} seconds to load and compute") if late.is_set() else (outcome, why)

    def end(self):
        if self.kernel is not None:
            self.kernel.process.kill()
            self.kernel.process.wait()


def apart(found, expected):
    """The largest difference over the largest number."""
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-30))


# MARK: The table

def write_table(rows, left, path):
    """The table as markdown, in a file; its counts on standard output."""
    kinds = collections.defaultdict(lambda: {"agree": [], "differ": [], "refused": collections.defaultdict(list)})
    unmade = []
    for (kind, name), (outcome, why) in sorted(rows.items()):
        if outcome == "unmade":
            unmade.append((f"{kind.split(' ')[0]} {name}", why))
        elif outcome in ("agrees", "noted"):
            kinds[kind]["agree"].append(name)
        elif outcome == "refused":
            kinds[kind]["refused"][reason(why)].append(name)
        else:
            kinds[kind]["differ"].append(f"{name} ({'ended the kernel' if outcome == 'ended' else why.split(' ')[0]})")
    lines = ["| | compared | agree | differ | refused | not made |", "|:---|---:|---:|---:|---:|---:|"]
    for source in ("timm", "transformers"):
        counts = collections.Counter(
            "agree" if outcome in ("agrees", "noted") else outcome if outcome in ("refused", "unmade") else "differ"
            for (kind, _), (outcome, _) in rows.items() if kind.startswith(source + " "))
        compared = counts["agree"] + counts["differ"] + counts["refused"]
        lines.append(f"| {source} | {compared} | {counts['agree']} | {counts['differ']} | {counts['refused']} | {counts['unmade']} |")
    if left:
        lines += ["", f"{left} more were not reached."]
    rounded = [f"{name} ({why})" for (kind, name), (outcome, why) in sorted(rows.items()) if outcome == "agrees" and "from float64" in why]
    if rounded:
        lines += ["", f"Above {BOUND:.0e} because of float32's rounding, which the framework's own answer shows as well: {'; '.join(rounded)}."]
    print("\n".join(lines))
    lines += ["", "<details><summary>Every architecture</summary>", "", "| | agree | differ | refused and why |", "|:---|:---|:---|:---|"]
    for kind, found in kinds.items():
        refused = "<br>".join(f"{', '.join(names_of_reason)}: {why}" for why, names_of_reason in found["refused"].items())
        lines.append(f"| {kind} | {listed(found['agree'])} | {listed(found['differ'])} | {refused} |")
    lines += ["", "</details>"]
    if unmade:
        lines += ["", "<details><summary>Not made here, or takes more than a picture</summary>", ""]
        lines += [f"- {name}: {why.splitlines()[0][:160]}" for name, why in unmade]
        lines += ["", "</details>"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def listed(names_of_cell):
    return f"**{len(names_of_cell)}**: {', '.join(names_of_cell)}" if names_of_cell else ""


def reason(why):
    """The first sentences of a refusal."""
    words = why.replace("|", "/").replace("“/model/model.safetensors”", "the file").replace("“/model”", "the file")
    return words[:260] + ("…" if len(words) > 260 else "")


if __name__ == "__main__":
    main()
