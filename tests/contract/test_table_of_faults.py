"""docs/resilience.md says of each fault what the bench provokes and promises."""

import re

import pytest

from bench.faults import elsewhere, table
from bench.faults.catalogue import FAULTS
from tests.contract.requirements import proofs

LINES = [line for line in table.PAGE.read_text().splitlines() if re.match(r"\| \*\*F\d+\*\*", line)]
CELLS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in LINES]


def row(name):
    found = [cells for cells in CELLS if cells[0].startswith(name)]
    assert len(found) == 1, f"{name}: {len(found)} rows; `python -m bench.resilience --redraw`"
    return found[0]


@pytest.mark.parametrize("number", table.NUMBERS)
def test_each_fault_has_a_row(number):
    assert any(cells[0].startswith(f"**{number}**") for cells in CELLS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_row_promises_what_the_bench_asks(fault):
    name, criterion = table.promised(fault)
    cells = row(name)
    assert cells[1] == fault.how
    assert cells[2] == criterion


@pytest.mark.parametrize("number", elsewhere.ROWS)
def test_a_row_without_the_lab_names_tests_that_exist_or_what_to_look_at(number):
    told = elsewhere.ROWS[number]
    cells = row(f"**{number}** ")
    named = re.findall(r"`([^`]+)`", cells[3])
    assert set(named) <= set(proofs().get(number, ()))
    assert named or (told.by_hand and "not provoked" in told.by_hand)
    assert told.by_hand in cells[1]


def test_a_result_is_one_of_the_words():
    words = {"pass", "FAIL", "inconclusive", "by hand", table.NOT_RUN}
    assert {cells[4].removesuffix(" (beside)") for cells in CELLS} <= words


def test_no_fault_is_provoked_and_told_elsewhere_at_once():
    assert not {fault.number for fault in FAULTS} & set(elsewhere.ROWS)
    assert {fault.number for fault in FAULTS} | set(elsewhere.ROWS) == set(table.NUMBERS)
