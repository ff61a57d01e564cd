# Everything that the README tells people to run; each sets up what it needs.
PYTHON ?= python3
PORT ?= 5006
BIN := .venv/bin
# More than there are cores: most tests wait for a server or for a process.
PARALLEL := --numprocesses=3 --dist=worksteal
# pyenv puts one version on the PATH; tox wants all of them.
PYENV_PATHS = $(shell ls -d "$$(pyenv root 2>/dev/null)"/versions/3.1*/bin 2>/dev/null | tr '\n' ':')

.PHONY: demo test test-services test-long test-matrix lint docs dist bench clean

demo: .venv/demo  ## the example project, released and served on http://127.0.0.1:$(PORT)/
	@PORT=$(PORT) $(BIN)/python example_project/demo.py

test: .venv/dev  ## the whole suite, with a real Postgres, and the coverage gate
	$(BIN)/python -m pytest --ignore=tests/services -m "not services and not long" $(PARALLEL) --cov --cov-report=term-missing

test-services: .venv/dev .services/heroku .services/debian  ## what needs programs that pip cannot install
	$(BIN)/python -m pytest -m services

test-long: .venv/dev  ## soaks and full trial counts
	$(BIN)/python -m pytest -m long --timeout=1800

test-matrix: .venv/dev  ## every Python and Django that is supported and found here
	PATH="$(PYENV_PATHS)$$PATH" $(BIN)/tox run $(TOX_ARGS)

lint: .venv/dev  ## formatting, rules, types, and which module may import which
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/dev  ## the page of the doctor's rules, out of their docstrings, and the site, in site/
	$(BIN)/python -m tests.manifests.pages
	$(BIN)/python -m sphinx --quiet --fresh-env --fail-on-warning --nitpicky docs site

dist: .venv/dev  ## what is uploaded to PyPI, in dist/, and looked over
	rm -rf build dist
	$(BIN)/python -m build --quiet
	$(BIN)/python -m twine check --strict dist/*

bench: .venv-bench/ready  ## what it costs, beside the peers
	.venv-bench/bin/python -m pip install --quiet --force-reinstall --no-deps .
	rm -rf build
	.venv-bench/bin/python benchmarks/settings.py
	.venv-bench/bin/python benchmarks/release.py
	.venv-bench/bin/python benchmarks/metrics.py
	.venv-bench/bin/python benchmarks/health.py
	.venv-bench/bin/python benchmarks/servers.py
	.venv-bench/bin/python benchmarks/formation.py
	.venv-bench/bin/python benchmarks/doctor.py

clean:  ## remove what the others set up
	rm -rf .venv .venv-bench .services .tox .demo build dist site

.venv/demo: setup.cfg example_project/requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[celery,postgres]'
	touch $@

.venv/dev: setup.cfg tests/servers/install.py
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	$(BIN)/python tests/servers/install.py
	touch $@

.venv-bench/ready: setup.cfg benchmarks/requirements.txt benchmarks/requirements-no-deps.txt tests/servers/install.py
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --requirement benchmarks/requirements.txt
	.venv-bench/bin/python -m pip install --quiet --no-deps --requirement benchmarks/requirements-no-deps.txt
	.venv-bench/bin/python tests/servers/install.py
	touch $@

# Debian starts the servers among these; the tests start their own, on ports of their own.
DEBIAN := chromium mariadb-server memcached pgbouncer postgresql-postgis prometheus rabbitmq-server redis-server sasl2-bin
SUDO := $(if $(filter-out 0,$(shell id -u)),sudo)

.services/debian: Makefile
	mkdir -p .services
	$(SUDO) apt-get update -qq
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $(DEBIAN)
	touch $@

.services/heroku:
	npm install --silent --no-save --fetch-timeout=60000 --fetch-retries=5 --prefix .services heroku@11 @heroku/mcp-server@1
	touch $@
