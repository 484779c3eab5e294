# The one entry point. `make help` lists the targets.
BUILD := build
SETUP ?= yes
SAMPLE := data/sample/books-fr.jsonl data/sample/books-en.jsonl data/sample/readers.jsonl

.DEFAULT_GOAL := help
.PHONY: help setup setup-test build run test test-long bench bench-gorse lint format clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the packages that building needs
	@[ "$(SETUP)" = no ] || scripts/setup.sh run

setup-test:
	@[ "$(SETUP)" = no ] || scripts/setup.sh test

build: setup ## build the release program, build/bookreco
	@scripts/build.sh release bookreco

run: ## install, build, load the sample, fit and serve at http://localhost:8000
	@SETUP=$(SETUP) scripts/run.sh $(SAMPLE)

test: setup-test ## every test that fits in 30 minutes
	@scripts/test.sh short

test-long: setup-test ## the rest: sanitizers on everything, long faults, fuzzing, the whole tree linted
	@scripts/test.sh long

bench: setup-test ## measure speed and memory, beside peers
	@scripts/bench.sh

bench-gorse: build ## Gorse beside ours on goodbooks-10k of BOOKRECO_TEST_DATA, in half an hour; needs Go
	@python3 -m venv build/recommenders-venv
	@build/recommenders-venv/bin/pip install --quiet --disable-pip-version-check -r bench/peers/requirements-recommenders.txt
	@build/recommenders-venv/bin/python bench/peers/gorse_peers.py --json build/bench/gorse.json \
	  --ratings "$(BOOKRECO_TEST_DATA)/goodbooks-10k/ratings-kaggle-v1.csv.xz" --books "$(BOOKRECO_TEST_DATA)/goodbooks-10k/books.csv.xz"

lint: setup-test ## layers, format, clang-tidy on changed files
	@scripts/lint.sh changed

format: ## format the sources
	@git ls-files '*.cc' '*.h' | xargs clang-format-19 -i

clean: ## remove what was built (never data)
	@rm -rf $(BUILD)
