"""A module imports only what stands below it: the contract of pyproject.toml holds."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "server/chevet"


def test_no_layer_imports_one_above_it():
    linter = Path(sys.executable).with_name("lint-imports")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "server")}
    run = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


def test_every_module_stands_in_a_layer():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (contract,) = (contract for contract in contracts if contract["type"] == "layers")
    layered = {module.strip() for layer in contract["layers"] for module in layer.split("|")}
    modules = {f"chevet.{path.stem}" for path in PACKAGE.glob("*.py") if not path.stem.startswith("__")}
    packages = {f"chevet.{path.parent.name}" for path in PACKAGE.glob("*/__init__.py")}
    assert modules | packages == layered
