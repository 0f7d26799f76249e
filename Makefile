# Everything a person or a machine does here goes through these words. `make` alone says what there is.

PYTHON ?= python3
BIN := .venv/bin
ENGLISH := app/translations/en/LC_MESSAGES/messages
# Every day of a week, month's ends, and days after the long holidays, when working days lie far back.
DEMO_DAYS := 2026-11-24 2026-11-25 2026-11-26 2026-11-27 2026-11-28 2026-11-29 2026-11-30 2026-10-09 2026-10-20 2026-12-31 \
  2027-01-01 2027-01-04 2027-02-19 2027-02-24 2027-03-10 2027-05-06 2027-06-16 2027-07-01 2027-08-12

.DEFAULT_GOAL := help
.PHONY: help setup run test sweep check format bench lock messages screens samples clean environment environment-dev

help: ## Say what there is
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: environment ## Bring everything that running needs; migrate; load regions, occupations and the example policy
	@$(BIN)/python serve.py --prepare

run: environment ## Serve Sidan on http://127.0.0.1:8000 (PORT and HOST change that); Ctrl-C ends it
	@exec $(BIN)/python serve.py

test: environment-dev check ## Bring what tests need, then check and run every test (ARGS=… for pytest)
	@exec $(BIN)/python -m tools.with_database $(BIN)/pytest $(ARGS)

sweep: environment-dev ## Kill payments 200 times, drive money at random for longer, tell the demo on days of a year (many minutes)
	@SIDAN_KILLS=200 SIDAN_MONEY_EXAMPLES=60 SIDAN_DEMO_DAYS="$(DEMO_DAYS)" \
		$(BIN)/python -m tools.with_database $(BIN)/pytest -n 0 --timeout 0 tests/integration/test_money_killed.py \
		tests/integration/test_money_at_random.py tests/integration/test_demo_days.py $(ARGS)

check: environment-dev ## Lint, format, types and the import contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: environment-dev ## Let ruff put the code into shape
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: environment-dev ## Measure, print the tables and write bench/results.json
	@exec $(BIN)/python -m tools.with_database $(BIN)/python -m bench

lock: environment-dev ## Pin what requirements*.in name (UPGRADE=1: in the newest versions)
	@sh tools/lock.sh $(if $(UPGRADE),--upgrade)

screens: environment-dev ## Take the screens of the main pages again, under docs/screens/
	@SIDAN_SCREENS=docs/screens $(BIN)/python -m pytest -q -n 0 tests/browser

samples: environment ## Draw a picture of every printed paper's sample again, under docs/screens/
	@$(BIN)/flask --app wsgi design samples docs/screens

messages: environment-dev ## Extract all text and bring the English catalog up to date
	@$(BIN)/pybabel -q extract -F app/translations/babel.cfg -k _l -k _lp:1c,2 -k _n:1,2 -k N_ --no-location --sort-output --no-wrap -o var/messages.pot .
	@$(BIN)/pybabel -q update -i var/messages.pot -d app/translations -l en --no-wrap --no-fuzzy-matching --ignore-obsolete

clean: ## Remove what tools leave behind; keeps var/, where the data is
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache test-results
	@find . -name __pycache__ -not -path './.venv/*' -not -path './var/*' -prune -exec rm -rf {} +

environment:
	@$(PYTHON) tools/setup.py
	@$(MAKE) --no-print-directory $(ENGLISH).mo

environment-dev:
	@$(PYTHON) tools/setup.py --dev
	@$(MAKE) --no-print-directory $(ENGLISH).mo

$(ENGLISH).mo: $(ENGLISH).po
	@$(BIN)/pybabel -q compile -i $< -o $@
