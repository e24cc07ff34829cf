"""Fixtures that every suite may use, and which suites may run beside each other."""

from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.postgres"]

ONE_AT_A_TIME = ("tests/e2e/", "tests/load/", "tests/network/")
"""They start browsers, measure, or hold the machine's network namespaces."""


class TwoProcesses(LoadScopeScheduling):
    """The suites of the browsers in one process, all others in the other."""

    def _split_scope(self, nodeid):
        return "browsers" if nodeid.startswith(ONE_AT_A_TIME) else "server"


def pytest_xdist_make_scheduler(config, log):
    return TwoProcesses(config, log)
