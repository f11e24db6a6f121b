.DEFAULT_GOAL := help
.PHONY: help setup run test test-fast check predict fix config-check templates-check media-days package doctor bench picture screenshots lock

PYTHON := .venv/bin/python
HOST ?= embedded

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## Set up .venv and the emulators; does nothing when they are up to date
	@python="$$(sh dev/find_python.sh)" && "$$python" dev/setup.py

run: setup ## Start the local stack, play a first story and tell what happens; PACKAGE=file, PROVIDER=whatsapp_cloud, VERBOSE=1
	@exec $(PYTHON) -m dev run --host $(HOST) $(if $(PROVIDER),--provider $(PROVIDER)) $(if $(PACKAGE),--package $(PACKAGE)) $(if $(VERBOSE),--verbose)

test: setup ## Run all tests, on every core; ARGS goes to pytest
	@$(PYTHON) -m pytest -n auto $(ARGS)

test-fast: setup ## Run the tests that need no server, in little more than a minute
	@$(PYTHON) -m pytest -n auto tests/unit tests/stored $(ARGS)

check: setup ## Lint, formatting, types, configuration, scripts and infrastructure; counts what fails
	@$(PYTHON) -m dev.check

predict: setup ## Store what each of infra/variants would create, so that the diff can be reviewed; needs bicep
	@$(PYTHON) -m dev.tools.bicep --write

fix: setup ## Mend lint and formatting
	@$(PYTHON) -m ruff check --fix . ; $(PYTHON) -m ruff format .

config-check: setup ## Check contact_center.yaml, or FILE=path; AGAINST=old.yaml (and API=url KEY=key) says what it takes away
	@$(PYTHON) -m dev config-check $(FILE) $(if $(filter true,$(SHORT_DURATIONS)),--short-durations) \
		$(if $(AGAINST),--against $(AGAINST)) $(if $(API),--api $(API)) $(if $(KEY),--key $(KEY)) $(if $(TOKEN),--token $(TOKEN))

templates-check: setup ## Compare the templates of contact_center.yaml (or FILE=path) with WhatsApp's, by API=url KEY=key or make run
	@$(PYTHON) -m dev templates-check $(FILE) $(if $(API),--api $(API)) $(if $(KEY),--key $(KEY)) $(if $(TOKEN),--token $(TOKEN))

media-days: ## Print for how many days copies and uploads of files are kept, as the deployment wants them
	@$(MAKE) --silent setup >&2
	@$(PYTHON) -m dev media-days

package: setup ## Check the configuration and pack the app into dist/, complete, ready to be sent to Azure
	@$(PYTHON) -m dev package

doctor: setup ## Check a deployed environment, named by azd's variables or ARGS="--app … --resource-group …"
	@$(PYTHON) -m dev doctor $(ARGS)

bench: setup ## Measure the message path; JSON=path also writes the figures there
	@$(PYTHON) -m dev bench $(if $(JSON),--json $(JSON))

picture: setup ## Take docs/play.png, the picture of the README, of a running stack; needs Chromium
	@$(PYTHON) -m dev.tools.picture

screenshots: setup ## Draw every state of the desk in both languages and themes into .local/screenshots; needs Chromium
	@SCREENSHOTS=.local/screenshots $(PYTHON) -m pytest -n auto tests/browser/test_scenes.py $(ARGS)

lock: setup ## Write the lock files anew from pyproject.toml and dev/node/package.json
	@$(PYTHON) -m uv pip compile pyproject.toml --output-file requirements.txt --generate-hashes --no-annotate --no-header --quiet
	@$(PYTHON) -m uv pip compile pyproject.toml --group dev --constraint requirements.txt --output-file dev/requirements.txt --generate-hashes --no-annotate --no-header --quiet
	@cd dev/node && PATH="$(CURDIR)/.venv/bin:$$PATH" npm install --package-lock-only --no-audit --no-fund
