# The project's commands. `make` alone lists them.
#
# Everything runs in .venv, made from pyproject.toml and constraints.txt. Without an NVIDIA driver
# the CPU build of PyTorch is taken from PyTorch's own index where that answers; the plain package
# would bring gigabytes of CUDA. Set TORCH="torch==2.6.0" or so to decide yourself.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
TORCH ?= $(shell sed -n 's/^\(torch==.*\)$$/\1/p' constraints.txt)
DATA ?=
FOLDER ?=
OUT ?= demo-output


.PHONY: help install demo test check format bench evaluate protos vendor map editors faults measure-gimp translations plugin-zip clean

help:
	@echo "make demo                   color and restore photographs, through a real server"
	@echo "make test                   every test that needs no editor and no GPU"
	@echo "make check                  lint, formatting and types"
	@echo "make format                 let ruff format and sort"
	@echo "make faults                 the guarantees under faults, the slow ones included"
	@echo "make editors                the tests in the real GIMP, built in a private root"
	@echo "make measure-gimp           what the plug-in costs in GIMP: start, windows, 24 megapixels"
	@echo "make evaluate DATA=FOLDER   quality tables; without DATA on the samples"
	@echo "make evaluate FOLDER=MINE   the same for your own pictures, see docs/evaluation.md"
	@echo "make bench                  speed and memory, as ratios"
	@echo "make protos                 regenerate the gRPC stubs"
	@echo "make map                    rewrite the map of modules in docs/architecture.md"
	@echo "make vendor                 rebuild the client's vendored packages"
	@echo "make translations           bring the plug-in's catalogs up to date with its texts"
	@echo "make plugin-zip             pack the GIMP plug-in for people who install by hand"
	@echo "make train-NAME DATA=FOLDER MINUTES=60 [DEVICE=cuda]   NAME as in training/configs"

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt tools/install_torch.sh
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	@sh tools/install_torch.sh $(BIN)/python "$(TORCH)"
	@$(BIN)/pip install --quiet -c constraints.txt -e ".[dev]"
	@touch $@

# The generator that old runtimes accept, apart from everything else because it pins its protobuf.
.venv-protos/.installed: tools/protos-requirements.txt
	@test -x .venv-protos/bin/python || $(PYTHON) -m venv .venv-protos || python3 -m venv .venv-protos
	@.venv-protos/bin/pip install --quiet -r tools/protos-requirements.txt
	@touch $@

demo: install
	@OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m evaluation.demo --samples samples -o $(OUT)

test: install .venv-protos/.installed
	@OMP_WAIT_POLICY=PASSIVE OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not slow" $(TESTS)

# The guarantees under kills, cancels, limits and damaged messages, named in tests/faults.
faults: install
	@OMP_WAIT_POLICY=PASSIVE OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/faults tests/service \
		tests/client/test_faults.py tests/client/test_tls.py tests/cli/test_disk_full.py \
		tests/engines/test_colorize.py

check: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: install
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# GIMP 3.0 gates; 3.2 comes from a moving release and is reported.
editors: install
	@tools/editors/editor-root build gimp-3.0
	@OMP_NUM_THREADS=1 EDITORS_GIMP=3.0 EDITORS_ARTIFACTS=.work/editors/gimp-3.0 $(BIN)/python -m pytest tests/editors
	@tools/editors/editor-root build --if-possible gimp-3.2
	@OMP_NUM_THREADS=1 EDITORS_GIMP=3.2 EDITORS_ARTIFACTS=.work/editors/gimp-3.2 $(BIN)/python -m pytest tests/editors || echo "GIMP 3.2 failed: reported, not gating"

measure-gimp: install
	@tools/editors/editor-root build gimp-3.0
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.editors.measure_gimp

evaluate: install
	@OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m evaluation $(if $(DATA),--data $(DATA)) $(if $(FOLDER),--folder $(FOLDER))

bench: install
	@OMP_WAIT_POLICY=PASSIVE OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks

protos: .venv-protos/.installed
	@.venv-protos/bin/python tools/generate_protos.py

map: install
	@$(BIN)/python tools/module_map.py

vendor: install
	@$(BIN)/python tools/vendor.py

translations: install
	@$(BIN)/python tools/translations.py

plugin-zip: install
	@$(BIN)/python tools/plugin_zip.py dist

MINUTES ?= 60
DEVICE ?= cpu
train-%: install
	@$(BIN)/python training/train.py training/configs/$*.toml --data $(DATA) --minutes $(MINUTES) --device $(DEVICE) --resume

clean:
	rm -rf $(VENV) .venv-protos build dist .pytest_cache .ruff_cache .mypy_cache
