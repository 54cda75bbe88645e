# Everything a person does with this repository. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The processor the build is for, this one unless ARCHITECTURE=x86-64-v3 or another name says otherwise.
ARCHITECTURE ?= $(shell scripts/architecture)
C_FLAGS := $(if $(ARCHITECTURE),-Xcc -march=$(ARCHITECTURE))
SWIFT_FLAGS := -c release $(C_FLAGS)
# The processors that a wheel is for, unless others are named.
WHEEL_ARCHITECTURE = $(if $(filter command% environment%,$(origin ARCHITECTURE)),$(ARCHITECTURE),$(if $(ARCHITECTURE),x86-64-v3))
# Programs that measure are a package of their own.
BENCHMARK := .build/benchmarks/release/benchmark
BUILD_BENCHMARK := swift build --package-path Benchmarks --scratch-path .build/benchmarks $(SWIFT_FLAGS)

VENV := build/venv
PYTHON := $(VENV)/bin/python
# What computes with PyTorch uses the Python that is named, or else the system's.
PYTHON_WITH_TORCH = $(if $(findstring command line,$(origin PYTHON)),$(PYTHON),python3)
EXECUTABLE := .build/release/vitrine
# Tests with Jupyter, two at a time. A file's tests share a kernel, so they stay together; `loadgroup`, which could say more,
# sends them anywhere with this pytest. In the order of their names, in which the longest file comes first.
PYTEST := $(PYTHON) -m pytest -v -n 2 --dist loadfile --no-loadscope-reorder
# The test targets that ThreadSanitizer looks at.
comma := ,
SANITIZED := ComputeTests,JupyterTests
# For how long the kernel is sent forged messages in `make test-all`.
FUZZ_SECONDS ?= 60
# An environment of its own, with the kernels that ours is measured beside.
PEERS := build/peers

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: system
system: ## Install the system packages that are missing
	@scripts/install-system-packages

.PHONY: build
build: system ## Build the kernel: .build/release/vitrine
	@echo "Building vitrine for $(if $(ARCHITECTURE),$(ARCHITECTURE),this processor). The first build takes some minutes."
	swift build $(SWIFT_FLAGS) --product vitrine

.PHONY: demo
demo: build $(VENV)/kernelspec ## Execute notebooks/01-quickstart.ipynb with Jupyter; the results are in build/demo/
	$(PYTHON) scripts/demo.py
	@echo "The program is $(EXECUTABLE); \`pip install .\` puts \`vitrine\` on the path, \`make lab\` opens the notebooks."

.PHONY: lab
lab: build $(VENV)/kernelspec ## Open JupyterLab on notebooks/
	$(VENV)/bin/jupyter lab --notebook-dir notebooks $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: install
install: build ## Install the kernelspec for the user's own Jupyter
	$(EXECUTABLE) install --user
	@echo "For notebooks with parameters: pip install papermill ./kernelspec/papermill"

.PHONY: wheel
wheel: system $(VENV)/jupyter ## Make a wheel that needs nothing, in build/wheel/, for processors with AVX2 or ARCHITECTURE=…
	scripts/wheel-libraries
	@[ -n "$(VITRINE_EXECUTABLE)" ] || swift build --scratch-path .build/wheel -c release \
		$(if $(WHEEL_ARCHITECTURE),-Xcc -march=$(WHEEL_ARCHITECTURE)) --product vitrine
	scripts/pack-wheel $(PYTHON) $(or $(VITRINE_EXECUTABLE),.build/wheel/release/vitrine) build/wheel

.PHONY: release
release: wheel ## Make what is released, in build/release/: wheel, source distribution and checksums, and test the wheel
	$(or $(VITRINE_EXECUTABLE),.build/wheel/release/vitrine) install --prefix $(VENV)
	VITRINE_WHEEL=$$(ls $(CURDIR)/build/wheel/*.whl) \
		VITRINE_EXECUTABLE=$(abspath $(or $(VITRINE_EXECUTABLE),.build/wheel/release/vitrine)) \
		$(PYTHON) -m pytest -v Tests/Jupyter/test_wheel.py Tests/Jupyter/test_sdist.py
	scripts/release $(PYTHON) build/wheel/*.whl

# Tests are in tiers by what they need: Swift's say it with `.needs(…)`, Python's with markers (Tests/Jupyter/pytest.ini).

.PHONY: build-tests
build-tests: system ## Build the kernel and the Swift tests, in one go
	swift build $(SWIFT_FLAGS) --build-tests

.PHONY: check
check: lint build-tests ## Lint, and the unit tests that need no trained model and no browser: minutes
	VITRINE_WITHOUT=trained-model,time VITRINE_FUZZ=6 VITRINE_FUZZ_SECONDS=1 scripts/test-swift

.PHONY: test
test: test-swift test-jupyter ## Run what must hold before a change lands: a quarter of an hour

.PHONY: test-all
test-all: test test-long test-browser test-slurm ## Run every test: fuzz, notebooks, a wheel, load, browsers, Slurm

.PHONY: test-swift
test-swift: build-tests ## Run the tests of the Swift modules
	VITRINE_FUZZ_SECONDS=5 scripts/test-swift

.PHONY: test-jupyter
test-jupyter: build-tests $(VENV)/kernelspec ## Run the tests with real Jupyter that need neither a browser nor minutes
	$(PYTEST) Tests/Jupyter -m "not browser and not long"

.PHONY: test-long
test-long: build-tests $(VENV)/kernelspec ## Run the tests that take minutes: forged messages, notebooks, a wheel, load
	VITRINE_FUZZ_SECONDS=$(FUZZ_SECONDS) FILTER=ForgeryTests scripts/test-swift JupyterTests
	$(PYTEST) Tests/Jupyter -m "long and not browser"

# One after the other: a page that waits for its turn of the processors is not what a person sees.
.PHONY: test-browser
test-browser: build-tests $(VENV)/kernelspec browser ## Run the tests in Chromium; screenshots are kept in build/lab/ and build/atlas/
	$(PYTHON) -m pytest -v Tests/Jupyter -m browser
	$(PYTHON) -m pytest -v Tests/Atlas

.PHONY: test-slurm
test-slurm: build-tests $(VENV)/jupyter ## Run atlases on a Slurm cluster of two nodes on this machine; wants root, skipped where it cannot be installed
	@scripts/install-system-packages slurm || echo "There will be no tests of Slurm." >&2
	$(PYTHON) -m pytest -v Tests/Slurm

.PHONY: test-atlas
test-atlas: $(VENV)/jupyter browser ## Run the tests of the atlas's pages in Chromium; screenshots are kept in build/atlas/
	$(PYTHON) -m pytest -v Tests/Atlas

.PHONY: sanitize
sanitize: system ## Run the tests of Compute and Jupyter under ThreadSanitizer, in a build of its own
	VITRINE_OPTIMIZE_ARITHMETIC=1 VITRINE_TESTS=$(SANITIZED) swift build --scratch-path .build/sanitize \
		--disable-automatic-resolution $(C_FLAGS) --sanitize=thread --product vitrinePackageTests
	VITRINE_WITHOUT=time VITRINE_FUZZ_SECONDS=2 VITRINE_THREADS=2 \
		TESTS=.build/sanitize/debug/vitrinePackageTests.xctest scripts/test-swift $(subst $(comma), ,$(SANITIZED))

.PHONY: loop
loop: system ## Build what the tests of one target need, for debugging, and run them: TESTS=CellsTests, FILTER=… narrows
	@[ -n "$(TESTS)" ] || { echo "Say which: make loop TESTS=CellsTests FILTER=ExpressionTests" >&2; exit 1; }
	VITRINE_OPTIMIZE_ARITHMETIC=1 VITRINE_TESTS=$(TESTS) swift build --scratch-path .build/loop \
		--disable-automatic-resolution $(C_FLAGS) --product vitrinePackageTests
	TESTS=.build/loop/debug/vitrinePackageTests.xctest scripts/test-swift $(TESTS)

.PHONY: run
run: system $(VENV)/jupyter ## Build the kernel for debugging, all but the arithmetic, as "Vitrine (debug)", and open a console on it
	VITRINE_OPTIMIZE_ARITHMETIC=1 swift build --scratch-path .build/run --disable-automatic-resolution $(C_FLAGS) \
		--product vitrine
	.build/run/debug/vitrine install --prefix $(VENV) --name vitrine-debug
	sed -i 's/"display_name": *"[^"]*"/"display_name": "Vitrine (debug)"/' \
		$(VENV)/share/jupyter/kernels/vitrine-debug/kernel.json
	@echo "It is “Vitrine (debug)” in JupyterLab, too: \`make lab\`."
	@if [ -t 0 ]; then $(VENV)/bin/jupyter console --kernel vitrine-debug; fi

.PHONY: browser
browser: ## Install the browser in which JupyterLab is tested; its tests are skipped where that cannot be done
	@scripts/install-system-packages browser || echo "There will be no tests in a browser." >&2

.PHONY: parity
parity: build-tests ## Compare models of published size with their frameworks; PYTHON=… names a Python with torch, timm, transformers
	scripts/parity $(PYTHON_WITH_TORCH)

.PHONY: fuzz
fuzz: build-tests ## Damage files of weights, configurations and arguments in thousands of ways; an hour
	VITRINE_FUZZ=3000 swift test $(SWIFT_FLAGS) --skip-build --filter 'DamagedFileTests|ConfigurationFuzzTests|ArgumentFuzzTests'

.PHONY: names
names: build ## Count which names of tensors, wrapped in what trainings put around them, load and agree; PYTHON=… as for parity
	$(PYTHON_WITH_TORCH) scripts/names.py $(EXECUTABLE)

.PHONY: sweep
sweep: build ## Compare every transformer and mixer of timm and transformers with random weights; PYTHON=… as for parity, SWEEP=--one-of-each
	scripts/sweep $(PYTHON_WITH_TORCH) $(EXECUTABLE) $(SWEEP)

.PHONY: bench
bench: system ## Measure render steps beside PyTorch's; PYTHON=… names a Python with torch, torchvision, timm, ONLY=… models
	$(BUILD_BENCHMARK)
	$(PYTHON_WITH_TORCH) Benchmarks/steps.py $(BENCHMARK) $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS))

.PHONY: bench-features
bench-features: system ## Measure features of photographs and principal components beside PyTorch's; PYTHON=… as for bench, with scikit-learn
	$(BUILD_BENCHMARK)
	$(PYTHON_WITH_TORCH) Benchmarks/features.py $(BENCHMARK) $(if $(PHOTOGRAPHS),--photographs $(PHOTOGRAPHS))

.PHONY: quality
quality: system ## Measure our pictures beside Lucid's; PYTHON=… as for bench, MODEL=… a model's file, PHOTOGRAPHS=… a folder
	$(BUILD_BENCHMARK)
	$(PYTHON_WITH_TORCH) Benchmarks/quality/compare.py $(BENCHMARK) $(MODEL) \
		$(if $(PHOTOGRAPHS),--photographs $(PHOTOGRAPHS))

.PHONY: bench-picture
bench-picture: system ## Measure the time to a picture like Lucid's; PYTHON=… and MODEL=… as for quality
	$(BUILD_BENCHMARK)
	$(PYTHON_WITH_TORCH) Benchmarks/quality/time_to_picture.py $(BENCHMARK) $(MODEL)

.PHONY: bench-render
bench-render: system ## Measure what of a render is not its model's, sheets and memory; PYTHON=… as for bench
	$(BUILD_BENCHMARK)
	$(PYTHON_WITH_TORCH) Benchmarks/render.py $(BENCHMARK)

.PHONY: bench-busy
bench-busy: system ## Measure steps on a machine that does something else
	$(BUILD_BENCHMARK)
	python3 Benchmarks/busy.py $(BENCHMARK)

.PHONY: bench-growth
bench-growth: system ## Measure how time grows with batch, size, depth and steps; PYTHON=… as for bench
	$(BUILD_BENCHMARK)
	$(PYTHON_WITH_TORCH) Benchmarks/growth.py $(BENCHMARK)

.PHONY: bench-load
bench-load: system ## Measure loading ViT-L/16; PYTHON=… as for bench
	$(BUILD_BENCHMARK)
	$(PYTHON_WITH_TORCH) Benchmarks/load_times.py $(BENCHMARK)

.PHONY: bench-live
bench-live: build $(PEERS)/ready ## Measure what the kernel adds to a render, and two at once; after bench
	$(BUILD_BENCHMARK)
	$(PEERS)/bin/python Benchmarks/kernel/renders.py $(BENCHMARK) build/benchmarks/models/vit_b_32.safetensors

.PHONY: bench-atlas
bench-atlas: build $(VENV)/jupyter browser ## Measure first paint and scrolling of 10,000 pictures in Chromium, sheets, and two Slurm tasks
	$(PYTHON) Benchmarks/atlas/site.py
	$(PYTHON) Benchmarks/atlas/throughput.py

.PHONY: performance
performance: bench bench-features bench-picture bench-render bench-busy bench-growth bench-load bench-live ## Measure all of docs/performance.md
	python3 Benchmarks/document.py docs/performance.md build/benchmarks
	cp build/benchmarks/growth.png docs/growth.png

.PHONY: bench-kernel
bench-kernel: build $(PEERS)/ready ## Measure the kernel beside ipykernel and xeus-python
	$(PEERS)/bin/python Benchmarks/kernel/bench_kernel.py

.PHONY: soak-kernel
soak-kernel: build $(PEERS)/ready ## Have the kernel run 100,000 cells, 10,000 comm messages, 1,000 interrupted renders
	$(PEERS)/bin/python Benchmarks/kernel/soak.py

.PHONY: lint
lint: ## Check the format of the sources and the layers of the house
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks Examples
	scripts/check-layers

.PHONY: docs
docs: build ## Write docs/cells.md from the commands' own declarations
	$(EXECUTABLE) document > docs/cells.md

.PHONY: reference
reference: build ## Write the reference of the Engine as a Swift library, pages for a browser: build/reference/
	scripts/reference

.PHONY: pictures
pictures: build ## Make the pictures of README.md, of docs/gallery.md and of help() again
	@mkdir -p build docs/pictures/gallery
	$(EXECUTABLE) run docs/pictures/pictures.ipynb --output build/pictures.ipynb
	$(EXECUTABLE) run docs/pictures/gallery.ipynb --output build/gallery.ipynb
	scripts/gallery build/gallery.ipynb

.PHONY: format
format: ## Format the sources
	swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks Examples

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf .build build

# The Python environment in which Jupyter runs. Each file is the mark of a finished step, so that a
# second run is quick; the kernelspec names the executable by its path and is written again when it changes.

$(VENV)/bin/python: scripts/install-system-packages
	@scripts/install-system-packages
	@echo "Making a Python environment in $(VENV)"
	python3 -m venv --clear $(VENV)
	@touch $@

$(VENV)/jupyter: $(VENV)/bin/python Tests/Jupyter/requirements.txt
	@echo "Installing JupyterLab, nbclient, nbconvert and what the tests need from PyPI"
	$(PYTHON) -m pip install --disable-pip-version-check --progress-bar on -r Tests/Jupyter/requirements.txt
	@touch $@

$(VENV)/kernelspec: $(VENV)/jupyter $(VENV)/papermill $(EXECUTABLE)
	$(EXECUTABLE) install --prefix $(VENV)
	@touch $@

$(PEERS)/ready: scripts/install-system-packages Benchmarks/kernel/requirements.txt
	@scripts/install-system-packages
	@echo "Making a Python environment in $(PEERS), with ipykernel and xeus-python from PyPI"
	python3 -m venv --clear $(PEERS)
	$(PEERS)/bin/python -m pip install --disable-pip-version-check --quiet -r Benchmarks/kernel/requirements.txt
	@touch $@

$(VENV)/papermill: $(VENV)/jupyter $(shell find kernelspec/papermill -name '*.py' -o -name pyproject.toml)
	@echo "Installing the package that lets papermill give parameters to Swift notebooks"
	$(PYTHON) -m pip install --disable-pip-version-check --quiet --force-reinstall --no-deps ./kernelspec/papermill
	@touch $@

$(EXECUTABLE):
	@$(MAKE) --no-print-directory build
