# Everything a person types. Needs make and Python 3.12 or newer, nothing else.

# PORT and BUCKET_PORT of the command line reach what is run; without them `.env` is obeyed.
ARGS ?=

PIPENV_VERSION = 2026.10.3
PYENV_ROOT ?= $(HOME)/.pyenv

# 3.13 first, because that is what production runs (runtime.txt).
CANDIDATES = $(PYTHON) python3.13 $(PYENV_ROOT)/versions/3.13*/bin/python python3 python3.14 python3.12 python \
	$(PYENV_ROOT)/versions/3.*/bin/python
IS_GOOD_PYTHON = import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))

define NO_PYTHON
Signpost needs Python 3.12 or newer (with its venv module), and found none on PATH or under pyenv.
  Debian, Ubuntu:  sudo apt-get install python3.13 python3.13-venv   (or python3.12, python3.12-venv)
  macOS:           brew install python@3.13
  anywhere:        pyenv install 3.13
Or name one yourself:  make run PYTHON=/path/to/python3.13
endef
export NO_PYTHON

.PHONY: run test lint check format bench lock vendor clean

run: .venv/installed
	@.venv/bin/python -m blog.local.run

test: .venv/installed
	@.venv/bin/python -m pytest --numprocesses 3 --dist loadscope $(ARGS)

lint: .venv/installed
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy

check: lint
	.venv/bin/python -m pytest --quiet --numprocesses 3 --ignore=tests/browser $(ARGS)

format: .venv/installed
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: .venv/installed
	@.venv/bin/python -m bench $(ARGS)

# The lock names no package index, so that everybody's own pip settings apply (docs/developers.md).
lock: .pipenv/installed
	PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_VENV_IN_PROJECT=1 .pipenv/bin/pipenv lock
	.pipenv/bin/python -c 'import json, pathlib; path = pathlib.Path("Pipfile.lock"); lock = json.loads(path.read_text()); \
		lock["_meta"]["sources"] = []; \
		[package.pop("index", None) for group in ("default", "develop") for package in lock[group].values()]; \
		path.write_text(json.dumps(lock, indent=4, sort_keys=True) + "\n")'

.venv/installed: Pipfile.lock | .pipenv/installed
	@echo "Installing what Pipfile.lock names into .venv ..."
	@PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_VENV_IN_PROJECT=1 PIPENV_NOSPIN=1 PIPENV_DONT_LOAD_ENV=1 \
		.pipenv/bin/pipenv sync --dev --python "$(CURDIR)/.pipenv/bin/python" >.pipenv/log 2>&1 \
		|| { cat .pipenv/log >&2; exit 1; }
	@touch $@

# Pipenv lives in a folder of its own, so that its dependencies never mix with the project's.
.pipenv/installed: Makefile
	@for candidate in $(CANDIDATES); do \
		if "$$candidate" -c '$(IS_GOOD_PYTHON)' 2>/dev/null; then python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "$$NO_PYTHON" >&2; exit 1; fi; \
	echo "Setting up with $$("$$python" --version) ..."; \
	"$$python" -m venv --clear .pipenv && .pipenv/bin/python -m pip install --quiet pipenv==$(PIPENV_VERSION)
	@touch $@

# The browser's packages, pinned in package-lock.json; needs npm. What is made here is committed.
vendor:
	npm ci --ignore-scripts
	rm -rf static/vendor
	mkdir -p static/vendor/pica static/vendor/hash-wasm static/vendor/jsquash-webp static/vendor/jsquash-avif
	cp node_modules/pica/LICENSE node_modules/pica/dist/pica.min.mjs static/vendor/pica
	cp node_modules/hash-wasm/LICENSE node_modules/hash-wasm/dist/sha256.umd.min.js static/vendor/hash-wasm
	cd node_modules/@jsquash/webp && cp LICENSE meta.js codec/enc/webp_enc_simd.js codec/enc/webp_enc_simd.wasm $(CURDIR)/static/vendor/jsquash-webp
	cd node_modules/@jsquash/avif && cp LICENSE meta.js codec/enc/avif_enc.js codec/enc/avif_enc.wasm $(CURDIR)/static/vendor/jsquash-avif
	chmod -R u=rwX,go=rX static/vendor

clean:
	rm -rf .venv .pipenv .mypy_cache .pytest_cache .ruff_cache
