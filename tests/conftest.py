"""Fixtures that every suite may use, and which suites may run beside each other."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.postgres"]

SUITES = Path(__file__).parent
ONE_AT_A_TIME = {"e2e", "load", "network"}
"""They start browsers, measure, or hold the machine's network namespaces."""


def pytest_collection_modifyitems(items):
    """Two processes at most: the suites of the browsers in one, all others in the other (pytest-xdist)."""
    for item in items:
        suite = item.path.relative_to(SUITES).parts[0]
        item.add_marker(pytest.mark.xdist_group("browsers" if suite in ONE_AT_A_TIME else "server"))
