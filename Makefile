# Python 3.11 or later is all that is needed; everything else is installed into .venv.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
PIP = .venv/bin/python -m pip --quiet --disable-pip-version-check
SOURCES = pyproject.toml hatch_build.py $(shell find explorer -type f -not -path '*/node_modules/*')

.PHONY: serve check test lint format explorer sdl docs requirements clean

serve: .venv/serves         ## Serve the graph over a demo company, with a PostgreSQL of its own.
	.venv/bin/leadgraph serve --demo $(ARGS)

check: .venv/clients        ## Run everything that CI runs; the tests' files on two processes.
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/pytest --numprocesses 2 --dist loadfile $(ARGS)

test: .venv/clients         ## Run the tests alone: make test ARGS="tests/domain -k window"
	.venv/bin/pytest $(ARGS)

lint: .venv/checks
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

format: .venv/checks
	.venv/bin/ruff check --fix . && .venv/bin/ruff format .

explorer: .venv/made        ## Build the explorer's page, where its sources have changed.
	LEADGRAPH_REQUIRE_EXPLORER=1 $(PIP) install --no-deps --editable .

sdl: .venv/checks           ## Write schema/schema.graphql anew, for the eye of a reviewer.
	.venv/bin/leadgraph schema > .venv/schema.graphql && mv .venv/schema.graphql schema/schema.graphql

docs: .venv/checks          ## Write the pages that are made from the code anew.
	.venv/bin/python -m server.pages

requirements:               ## Pin the dependencies anew, with hashes.
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra embedded pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra embedded --group dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv server/explorer/dist tests/clients/node_modules

.venv/made:
	@test -n "$(PYTHON)" || { echo "Leadgraph needs Python 3.11 or later on the PATH, or PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv .venv || { echo "This Python cannot make environments: install its venv package (python3-venv)." >&2; exit 1; }
	@touch $@

.venv/serves: .venv/made requirements.txt $(SOURCES)
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --editable .
	@touch $@

.venv/checks: .venv/serves requirements-dev.txt
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

.venv/clients: .venv/checks tests/clients/package.json tests/clients/package-lock.json
	.venv/bin/python -m tests.clients.node
	@touch $@
