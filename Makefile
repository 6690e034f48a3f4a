.DEFAULT_GOAL := help
BIN := .venv/bin
HEADLESS := $(if $(DISPLAY)$(WAYLAND_DISPLAY),,--headless)

.PHONY: help setup demo test test-long bench lint frozen lock contract clean

help: ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: ## Debian packages, virtual environment, locked requirements
	@deploy/setup

demo: setup ## the whole of Tongban on this machine, with virtual devices
	$(BIN)/kiosk demo $(HEADLESS) $(DEMO)

test: setup ## the tests
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

test-long: setup ## the tests that take long, too
	$(BIN)/python -m pytest -q --long

bench: setup ## figures, each with its baseline from the same run
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.fleet

lint: setup ## ruff, mypy, import rules, QML, service definitions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m ui.lint
	$(BIN)/kiosk services check
	$(BIN)/kiosk services check --region yunling

frozen: setup ## a folder that runs without Python: dist/kiosk
	$(BIN)/pyinstaller --noconfirm --log-level WARN kiosk.spec

lock: setup ## write requirements/ anew from pyproject.toml
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q pyproject.toml --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --universal --upgrade -o requirements/runtime.txt
	$(BIN)/uv pip compile -q pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --universal --upgrade -o requirements/dev.txt

contract: setup ## write the documents anew that are made from the program: openapi, codes, services
	$(BIN)/central openapi | $(BIN)/python -m json.tool --no-ensure-ascii --indent 1 > docs/openapi.json
	$(BIN)/kiosk codes --markdown > docs/codes.md
	$(BIN)/kiosk services schema > docs/service.schema.json
	$(BIN)/kiosk services table --markdown > docs/service-table.md

clean: ## remove what was built
	rm -rf .venv build dist *.egg-info
