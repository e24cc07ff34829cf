"""docs/requirements.md says no more and no less than the tests."""

import re

import pytest

from tests.contract.requirements import PAGE, STATES, _python, _typescript, filled_in, proofs, rows

PROOFS = proofs()
ROWS = rows(PAGE.read_text())


def test_each_marker_names_a_known_number():
    assert {number: tests for number, tests in PROOFS.items() if number not in ROWS} == {}


def test_the_page_lists_the_tests_that_the_markers_name():
    page = PAGE.read_text()
    assert filled_in(page, PROOFS) == page, "just requirements"


def test_each_line_has_a_state_and_a_proved_one_has_a_test():
    for number, row in ROWS.items():
        assert row.state in STATES, number
        if row.state == "proved":
            assert PROOFS.get(number), f"{number} is proved by no test"
        if PROOFS.get(number):
            assert row.state != "planned", f"{number} has tests: built, or proved"


def test_every_need_has_a_line():
    assert {number for number in ROWS if number.startswith("S")} == {f"S{n}" for n in range(1, 68)}


def test_no_line_of_the_page_is_overlooked():
    lines = [line for line in PAGE.read_text().splitlines() if re.match(r"\| *[SFACR]\d", line)]
    assert len(lines) == len(ROWS)


def test_markers_are_found_wherever_pytest_takes_them():
    source = """
pytestmark = pytest.mark.proves("S1")

@pytest.mark.proves("S2", "F3")
async def test_one(): ...

@pytest.mark.proves("A4")
class TestGroup:
    @pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.proves("C5"))])
    def test_two(self): ...

def helper(): ...
"""
    assert list(_python(source)) == [
        ("S1", "test_one"),
        ("S2", "test_one"),
        ("F3", "test_one"),
        ("S1", "TestGroup::test_two"),
        ("A4", "TestGroup::test_two"),
        ("C5", "TestGroup::test_two"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('it("comes back [F4]", () => {})', [("F4", "comes back")]),
        ('it("both [S5 F6]", f)', [("S5", "both"), ("F6", "both")]),
        ("test.each(rows)(\n  'is said [S1, S2]', f)", [("S1", "is said"), ("S2", "is said")]),
        ('it("an index [0] of [S]", f)', []),
    ],
)
def test_numbers_in_titles_are_found(source, expected):
    assert list(_typescript(source)) == expected
