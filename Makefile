# One command for each thing that one does with the academy. `make` alone prints this list.
# Every path here is relative, so that the checkout may lie anywhere, also where a folder's name has a space.

PORT ?= 8000
PARTS ?=
PYTEST_ARGS ?=

# The name of a stamp carries the checksum of what was installed: a changed file installs again, an unchanged one never.
RUNTIME := .venv/.runtime-$(shell cksum < requirements.txt | cut -d' ' -f1)
TOOLS := .venv/.tools-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)
PY := .venv/bin/python

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PORT

.DEFAULT_GOAL := help
.PHONY: help setup run dev test check format bench clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

setup: $(TOOLS) ## install everything into .venv (running needs less, and installs it by itself)

run: $(RUNTIME) ## start the academy; PORT=8000, HOST=127.0.0.1, DATABASE_URL=…
	@exec $(PY) -m academy.server

dev: $(RUNTIME) ## the same, but reloads when a file changes and shows a traceback in the page
	@exec $(PY) -m academy.server --dev

test: $(TOOLS) ## every test; PARTS="unit integration postgresql browser" chooses some
	@$(PY) -m tests.support.suite $(PARTS) -- $(PYTEST_ARGS)

check: $(TOOLS) ## style, types, import rules, translations, migrations
	@$(PY) -m tests.support.checks

format: $(TOOLS) ## let ruff lay out the code and mend what it can
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format --quiet .

bench: $(TOOLS) ## what a page costs, as ratios to a bare page; JSON=file also writes them
	@$(PY) -m benchmarks

clean: ## remove .venv and whatever tools left behind; instance/ (the data) stays
	rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find academy courses tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): | requirements.txt
	@sh deploy/venv.sh requirements.txt '$@'

$(TOOLS): | requirements.txt requirements-dev.txt
	@sh deploy/venv.sh requirements-dev.txt '$@'
	@touch '$(RUNTIME)'
