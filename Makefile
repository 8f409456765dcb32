# newsroom-kg: `make demo` shows it, `make test` proves it.
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
KG := $(VENV)/bin/kg
JOBS ?= 2
QUICK := $(addprefix tests/,test_layers.py test_tests.py settings links files front_matter parse map report/test_gate.py report/test_fingerprint.py)

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(VENV)/.demo: pyproject.toml
	python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -e .
	$(PY) -m compileall -q kg  # where PYTHONDONTWRITEBYTECODE is set, every `kg` would compile them anew
	@touch $@

$(VENV)/.test: pyproject.toml
	python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -e '.[test]'
	$(PY) -m compileall -q kg
	@touch $@ $(VENV)/.demo

$(VENV)/.check: $(VENV)/.test
	$(PY) -m pip install --quiet --disable-pip-version-check -e '.[test,check]'
	@touch $@

demo: $(VENV)/.demo  ## install into .venv and build the example wiki
	$(KG) build examples/open-source-ai
	@echo; echo "kg is in $(VENV)/bin: type 'source $(VENV)/bin/activate' to have it on your path"

quick: $(VENV)/.test  ## the first to run: the rooms without a store, and the gate
	$(PY) -m pytest -n $(JOBS) -m 'not full and not nightly' $(QUICK)

test: $(VENV)/.test  ## install and run the tests (100 cases a property)
	$(PY) -m pytest -n $(JOBS) -m 'not full and not nightly'

# Only what does more than in `make test`: properties, and tests marked `full` or `tiered`. CI runs both.
test-full: $(VENV)/.test  ## what CI adds: costly tests, 500 cases a property, more corpora
	KG_TIER=full $(PY) -m pytest -n $(JOBS) -m 'not nightly' --tiered

nightly: $(VENV)/.test  ## everything, 10,000 cases
	KG_TIER=nightly $(PY) -m pytest -n $(JOBS)

check: $(VENV)/.check  ## ruff and mypy
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

rules: $(VENV)/.test  ## write docs/rules anew from the shapes and their cases
	$(KG) rules --write docs/rules

new-rule: $(VENV)/.test  ## begin a rule: make new-rule NAME=claim-dated
	$(KG) dev new-rule "$(NAME)"

docs: $(VENV)/.test  ## run every console block of the README and docs/
	$(PY) -m pytest tests/whole/test_docs.py

bench: $(VENV)/.test  ## measure the promises, into build/bench (at most 10 minutes)
	$(PY) bench/run.py

bench-full: $(VENV)/.test  ## the same with 10,000 pages and the slow references (hours)
	$(PY) bench/run.py --full

findings:  ## run every script of findings/: surprises of other people's software, outside CI
	@for script in findings/[a-z]*.sh; do echo "== $$script"; bash "$$script" || exit 1; done

clean:  ## remove what was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis examples/*/.kg

.PHONY: help demo quick test test-full nightly check rules new-rule docs bench bench-full findings clean
