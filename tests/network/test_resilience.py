"""The short version of the resilience bench: one try of each fault that matters most, against its criterion."""

import pytest

from bench.faults.catalogue import FAULTS
from bench.faults.registry import FAIL, INCONCLUSIVE
from bench.faults.ward import Ward, why_not
from bench.resilience import provoke, told

pytestmark = pytest.mark.browser

SHORT = [fault for fault in FAULTS if fault.quick]


@pytest.fixture(scope="module")
def ward():
    if reason := why_not():
        pytest.skip(reason)
    with Ward() as made:
        yield made


@pytest.mark.proves(
    "F1", "F3", "F6", "F7", "F11", "F12", "F15", "F16", "F17", "F20", "F21", "F23", "F34", "F35"
)
@pytest.mark.parametrize("fault", SHORT, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_costs_no_more_than_promised(ward, fault):
    runs = provoke(ward, fault, fault.quick)
    verdict = fault.verdict(runs, fault.quick)
    seen = "; ".join(told(run) for run in runs)
    if verdict == INCONCLUSIVE:
        pytest.skip(f"inconclusive, the machine was overloaded: {seen}")
    assert verdict != FAIL, f"{fault.criterion}: {seen}"
