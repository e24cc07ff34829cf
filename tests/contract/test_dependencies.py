"""Every dependency has its line in docs/dependencies.md, and no line outlives its dependency."""

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGE = json.loads((ROOT / "package.json").read_text())

# Accepted beside or under the EUPL-1.2 for what is linked or served, and for tools that are only run.
LICENCES = {
    "Apache-2.0",
    "Apache-2.0 AND MIT",
    "Apache-2.0 OR BSD-3-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "LGPL-3.0-only",
    "MIT",
    "MIT-CMU",
    "MIT OR Apache-2.0",
    "MPL-2.0",
    "OFL-1.1",
}


def tables():
    """Section title -> {name: (what for, why, licence)}."""
    found = {}
    for section in (ROOT / "docs/dependencies.md").read_text().split("\n## ")[1:]:
        title, _, text = section.partition("\n")
        rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in text.splitlines() if line.startswith("|")]
        if rows:
            found[title] = {name: (use, why, licence) for name, use, why, licence in rows[2:]}
    return found


def names(requirements):
    return {re.match(r"[A-Za-z0-9._-]+", requirement)[0] for requirement in requirements}


DECLARED = {
    "Server": names(PROJECT["project"]["dependencies"]),
    "Server, on request": {
        name for extra in PROJECT["project"]["optional-dependencies"].values() for name in names(extra)
    },
    "Building the package": names(PROJECT["build-system"]["requires"]),
    "Server, development": names(PROJECT["dependency-groups"]["dev"]),
    "Pages": set(PACKAGE["dependencies"]),
    "Pages, development": set(PACKAGE["devDependencies"]),
}


@pytest.mark.parametrize("title", DECLARED)
def test_each_dependency_is_explained_and_each_explanation_has_its_dependency(title):
    assert set(tables()[title]) == DECLARED[title]


def test_no_other_table_of_dependencies_exists():
    assert set(tables()) == set(DECLARED)


def test_each_line_is_complete_and_its_licence_accepted():
    for rows in tables().values():
        assert list(rows) == sorted(rows), "in alphabetical order"
        for name, (use, why, licence) in rows.items():
            assert use, name
            assert why, name
            assert licence in LICENCES, name


def test_licences_are_those_that_the_packages_declare():
    for title in ("Server", "Server, development"):
        for name, (_, _, licence) in tables()[title].items():
            declared = metadata.metadata(name)["License-Expression"]
            assert declared in (None, licence), name


def test_the_pages_packages_declare_the_same_licence():
    for title in ("Pages", "Pages, development"):
        for name, (_, _, licence) in tables()[title].items():
            installed = ROOT / "node_modules" / name / "package.json"
            if installed.is_file():
                assert json.loads(installed.read_text())["license"] == licence, name


def test_chevet_itself_is_under_the_eupl():
    assert PROJECT["project"]["license"] == PACKAGE["license"] == "EUPL-1.2"
    assert (ROOT / "LICENSE").read_text().startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
