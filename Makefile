# What one does with cimplan. `make` alone lists it.

PYTHON ?= python3
PORT ?= 8000
CIMPLAN_TODAY ?= 2003-02-20
ARGS ?=
MINUTES ?= 30

bin := .venv/bin
manage := $(bin)/python manage.py
# A database of its own, so that the checks neither need nor touch the one in use.
manage_apart := env -u CIMPLAN_TODAY CIMPLAN_LOCAL=1 DATABASE_URL=sqlite://:memory: $(manage)

.DEFAULT_GOAL := help
.PHONY: help run install install-dev data serve password test test-postgres check lint types \
	contracts migrations translations templates deploy audit html bench bench-postgres faults \
	faults-postgres load lock

help: ## This list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' Makefile

# --- Use it ---------------------------------------------------------------------------------

run: data ## Install, load the 2003 plan where it is absent, and serve on 127.0.0.1 (PORT=8000).
	@$(manage) serve_local --port $(PORT)

serve: install ## Serve only.
	@$(manage) serve_local --port $(PORT)

data: install ## Bring the database up to date; load the plan and the fixtures where absent.
	@$(manage) migrate --verbosity 0
	@$(manage) import_plan fixtures/work-plan-2003.txt --fixtures fixtures --if-absent

password: install ## Give the staff log-in a new password.
	@$(manage) changepassword secretariat

run serve data password: export CIMPLAN_LOCAL := 1
run serve data password: export CIMPLAN_TODAY := $(CIMPLAN_TODAY)

# --- Install: a stamp beside the packages says which requirements they follow ---------------

install: .venv/.installed ## Install into .venv what running needs, and nothing else.

install-dev: .venv/.installed-dev ## Install what the tests and checks need.

no_network = { echo "The packages could not be installed; the reason is above. The first" \
	"start, and the first after an upgrade, needs the network (the Python package index)." >&2; \
	exit 1; }
pip_install = $(bin)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes

.venv/.installed: requirements.txt .venv/bin/python
	@echo "Installing packages into .venv (about half a minute, this once) ..."
	@$(pip_install) -r requirements.txt || $(no_network)
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@echo "Installing the packages of the tests and checks into .venv ..."
	@$(pip_install) -r requirements-dev.txt || $(no_network)
	@touch $@

.venv/bin/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
				echo "$$python has no venv module. On Debian or Ubuntu, as root:" \
					"apt-get install python3-venv" >&2; \
				exit 1; \
			fi; \
			exec $$python -m venv --clear .venv; \
		fi; \
	done; \
	echo "cimplan needs Python 3.11 or newer; $(PYTHON) is" \
		"$$($(PYTHON) --version 2>/dev/null || echo not there). Name one: make PYTHON=/path/to/python3" >&2; \
	exit 1

# --- Test it --------------------------------------------------------------------------------

test: install-dev ## The tests, on SQLite, on every core. Pass more with ARGS="-k dates".
	env -u DATABASE_URL $(bin)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

test-postgres: install-dev ## The same tests on PostgreSQL: DATABASE_URL's, or one of their own.
	$(bin)/python tests/with_postgres.py $(bin)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint types contracts migrations translations templates deploy audit ## All checks below.

lint: install-dev ## Ruff: faults and format.
	$(bin)/ruff check .
	$(bin)/ruff format --check .

types: install-dev ## Mypy, on the plain modules.
	$(bin)/mypy

contracts: install-dev ## Who may import whom (pyproject.toml, [tool.importlinter]).
	$(bin)/lint-imports --no-logo

migrations: install-dev ## No model changed without its migration.
	$(manage_apart) makemigrations --check --dry-run

translations: install-dev ## Every text a user sees is marked for translation.
	$(bin)/python -m pytest -q tests/test_translation_marks.py

templates: install-dev ## Djlint.
	$(bin)/djlint --lint --quiet templates

deploy: install-dev ## Django's checks of a production installation.
	env -u CIMPLAN_LOCAL -u CIMPLAN_DEBUG -u CIMPLAN_TODAY CIMPLAN_ALLOWED_HOSTS=plan.example.org \
		CIMPLAN_SECRET_KEY=$$($(bin)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		DATABASE_URL=postgres://cimplan@db.example.org/cimplan \
		$(manage) check --deploy --fail-level WARNING

audit: install-dev ## Known weaknesses in the packages we install.
	$(bin)/python tests/audit.py requirements.txt requirements-dev.txt

html: install-dev .venv/vnu.jar ## Valid HTML: the public pages of the 2003 plan. Needs Java, and npm once.
	$(bin)/python -m pytest -q tests/test_html.py

# The Nu Html Checker, the one the W3C runs, from its npm package (the jar alone).
.venv/vnu.jar: .venv/bin/python
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		npm pack --silent --pack-destination "$$folder" vnu-jar@26.9.27 >/dev/null && \
		tar -xzf "$$folder"/vnu-jar-*.tgz -C "$$folder" package/build/dist/vnu.jar && \
		mv "$$folder/package/build/dist/vnu.jar" $@ || \
		{ echo "The HTML checker could not be fetched; it needs npm and the network." >&2; exit 1; }
	@touch $@

# --- Break and measure it (bench/) ----------------------------------------------------------

faults: install-dev ## Workers and imports are killed twenty times, on SQLite; what is lost is counted.
	$(bin)/python -m bench.faults kills

faults-postgres: install-dev ## The same on a PostgreSQL of its own; it is stopped and started; two machines share it.
	$(bin)/python tests/with_postgres.py $(bin)/python -m bench.faults kills
	$(bin)/python tests/with_postgres.py $(bin)/python -m bench.faults database
	$(bin)/python tests/with_postgres.py $(bin)/python -m bench.faults machines

bench: install-dev ## What pages cost as the plan grows, against two floors, on SQLite. ARGS="--sizes 0,80000".
	$(bin)/python -m bench.scale var/bench $(ARGS)

bench-postgres: install-dev ## The same on PostgreSQL.
	$(bin)/python -m bench.scale var/bench --postgres $(ARGS)

load: install-dev ## Readers and editors at once, on PostgreSQL, for MINUTES=30.
	$(bin)/python tests/with_postgres.py $(bin)/python -m bench.faults load $(MINUTES)

lock: install-dev ## Write both requirements files anew from pyproject.toml.
	$(bin)/uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url pyproject.toml -o requirements.txt
	$(bin)/uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --extra dev -c requirements.txt pyproject.toml \
		-o requirements-dev.txt
