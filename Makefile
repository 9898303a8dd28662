# Everything goes into .venv; `make help` lists the targets.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
APT := $(shell [ "$$(id -u)" = 0 ] && echo apt-get || echo sudo apt-get)

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev browser servers postgresql s3 lint test bench prove lock

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: setup ## crawl, read, track and serve: the demonstration base on the embedded engines
	$(BIN)/disputed run

test: setup-dev browser servers postgresql s3 lint ## all tests, with the real servers and a real browser
	$(BIN)/pytest -n 2 --dist loadgroup

lint: setup-dev ## ruff, mypy and import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup-dev ## measure speed and quality beside a peer, as ratios
	@for b in benchmarks/*.py; do echo "== $$b"; $(BIN)/python $$b || exit 1; done

prove: setup-dev servers postgresql s3 ## hold what is promised at full size: long, and not part of `make test`
	DISPUTED_TEST_REPORTS=1000 $(BIN)/pytest -n 0 tests/pipeline/test_spread.py
	DISPUTED_TEST_SEARCHES=1000 $(BIN)/pytest -n 0 tests/kb/test_elasticsearch.py
	DISPUTED_TEST_REPORTS=1000 $(BIN)/pytest -n 0 tests/kb/test_elasticsearch_nodes.py tests/commands/test_killed.py
	DISPUTED_TEST_KILLS=20 $(BIN)/pytest -n 0 tests/crawler/test_killed_crawl.py
	$(BIN)/python benchmarks/crawl.py --pages 50000
	$(BIN)/python benchmarks/search.py --documents 100000 --elasticsearch
	$(BIN)/python benchmarks/tracking.py --bases 1000 10000 100000
	$(BIN)/python benchmarks/copies.py --bases 1000 10000 100000
	@for p in benchmarks/prove/*.py; do echo "== $$p"; $(BIN)/python $$p || exit 1; done

setup: .venv/installed ## what `disputed` needs

setup-dev: .venv/installed-dev ## what its tests need as well

.venv/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "Disputed needs Python 3.11, 3.12 or 3.13: install one or say make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	touch $@

browser: ## Chromium, for the browser tests
	@command -v chromium >/dev/null || { $(APT) update -qq && $(APT) install -y -qq chromium >/dev/null; } \
		|| { echo "no Chromium and no way to install it: install the package chromium"; exit 1; }

servers: setup-dev ## Elasticsearch, with Maven to bring it and Java to run it, for the tests of the engines
	@command -v mvn >/dev/null || { $(APT) update -qq && $(APT) install -y -qq maven >/dev/null; } \
		|| { echo "no Maven and no way to install it: install the package maven"; exit 1; }
	@$(BIN)/python -m tests.servers.elasticsearch --has-java \
		|| { $(APT) update -qq; for version in 25 21; do \
			$(APT) install -y -qq openjdk-$$version-jdk-headless >/dev/null 2>&1 && break; done; true; }
	$(BIN)/python -m tests.servers.elasticsearch

postgresql: ## PostgreSQL's programs, for the tests that start a server of their own
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null \
		|| { $(APT) update -qq && $(APT) install -y -qq postgresql >/dev/null; } \
		|| { echo "no PostgreSQL and no way to install it: install the package postgresql"; exit 1; }

s3: setup-dev ## a server of Amazon's S3 protocol, with Maven to bring it, for the tests of captures in an object store
	@command -v mvn >/dev/null || { $(APT) update -qq && $(APT) install -y -qq maven >/dev/null; } \
		|| { echo "no Maven and no way to install it: install the package maven"; exit 1; }
	$(BIN)/python -m tests.servers.s3

lock: setup-dev ## pin the dependencies anew, with hashes and without addresses
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --output-file requirements.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --constraint requirements.txt --output-file requirements-dev.txt
