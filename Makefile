# `make help` lists the targets. Everything lives in .venv and under DATA; nothing is installed system-wide.

PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?= var
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The code blocks of Markdown files are laid out for their readers.
PYTHON_FILES := app benchmarks migrations tests

# What failed is tried once more, alone: a time limit can break where the machine is busy, a defect breaks twice.
# Tests of one file share a process; more processes than this would wait for one another. In their order, the journeys,
# which take longest, begin early.
JOBS := $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) / 2 + 1 )))
ARGS ?= --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help serve test fuzz check lint types layers lessons format words bench screenshots constraints vendor clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.run: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Receptive needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make serve PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Receptive needs into $(VENV) (the first time, PyTorch makes this a big download)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[lab]'
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[lab,dev]'
	@touch $@

node_modules/.ready: package.json package-lock.json
	@command -v npm > /dev/null || { echo "Checking the scripts and styles needs npm (Node.js 20 or newer); install it, then run this again."; exit 1; }
	@npm ci --silent --no-audit --no-fund
	@touch $@

serve: $(VENV)/.run ## Start Receptive (PORT=8000, DATA=var)
	@RECEPTIVE_DATA='$(DATA)' RECEPTIVE_WARM="$${RECEPTIVE_WARM:-1}" exec $(BIN)/receptive serve --host '$(HOST)' --port '$(PORT)'

test: $(VENV)/.dev ## Run every test, the browser's included
	@CHROMIUM=$$(sh scripts/browser.sh $(BIN)) && export CHROMIUM && { $(BIN)/python -m pytest $(ARGS) \
		|| { [ $$? = 1 ] && echo "Trying what failed once more, alone" && $(BIN)/python -m pytest --last-failed --last-failed-no-failures none --maxfail 3; }; }

fuzz: $(VENV)/.dev ## Try made-up programs on the lab and on torch (FUZZ=100000)
	@FUZZ=$${FUZZ:-100000} FUZZ_SEED=$${FUZZ_SEED:-$$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')} \
		$(BIN)/python -m pytest --verbose --timeout 7200 --numprocesses $(JOBS) tests/lab/test_generated.py tests/lab/test_attacks.py -k 'agree or changed'

check: lint types layers lessons test ## Everything CI runs

lint: $(VENV)/.dev node_modules/.ready ## ruff, djlint and biome
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet $(PYTHON_FILES)
	@$(BIN)/djlint --quiet --lint templates
	@node_modules/.bin/biome ci --colors=off .

types: $(VENV)/.dev ## mypy --strict
	@$(BIN)/mypy

layers: $(VENV)/.dev ## The import rules between layers
	@$(BIN)/lint-imports

lessons: $(VENV)/.run ## Check the lessons, with the lab: what a claim measures is run where it is not stored in DATA
	@RECEPTIVE_DATA='$(DATA)' $(BIN)/receptive check --lab lessons

format: $(VENV)/.dev node_modules/.ready ## Put the code into its standard form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet $(PYTHON_FILES)
	@node_modules/.bin/biome check --write --colors=off .

words: $(VENV)/.dev ## Find the strings to translate and bring app/locale up to date (docs/translating.md)
	@$(BIN)/python -m scripts.words

bench: $(VENV)/.dev ## Measure the goals; results go to benchmarks/results/
	@CHROMIUM=$$(sh scripts/browser.sh $(BIN)) && export CHROMIUM && $(BIN)/python -m benchmarks

constraints: $(VENV)/.dev ## Write down the versions that are installed now
	@$(BIN)/python -m pip freeze --exclude-editable | grep -viE '^(torch|triton|nvidia|cuda|pip|setuptools)\b|^(nvidia|cuda)[-_]' > constraints.txt

vendor: ## Renew the vendored browser libraries and fonts from their locked versions
	@sh scripts/vendor.sh

clean: ## Remove what was installed and built; DATA stays
	@rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
