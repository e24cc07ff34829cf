"""The one-page guides say what the screens say."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
GUIDES = ("guide-regulateur", "guide-appelant", "guide-praticien", "guide-patient")
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
WORDS_ON_A_PAGE = 450


def guide(name):
    return (ROOT / f"docs/fr/{name}.md").read_text()


def screens():
    found = set()
    for family in ("pro", "caller"):
        found |= set(json.loads((ROOT / f"static/locales/{family}.fr.json").read_text()).values())
    return " ¶ ".join(plain(text) for text in found)


def plain(text):
    """One kind of apostrophe and of space."""
    return re.sub(r"\s", " ", text.replace("’", "'"))


@pytest.mark.proves("S66")
@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_one_page_dated_and_versioned(name):
    text = guide(name)
    day, month, year = re.search(r"· (\d+) (\w+) (\d{4}) · page 1/1$", text, re.MULTILINE).groups()
    assert date(int(year), MONTHS.index(month) + 1, int(day))
    assert f"version {VERSION} " in text
    assert len(text.split()) <= WORDS_ON_A_PAGE


@pytest.mark.proves("S66")
@pytest.mark.parametrize("name", GUIDES)
def test_the_words_between_quotation_marks_are_on_the_screens(name):
    said = [plain(words) for words in re.findall(r"« ([^»]+?) »", guide(name))]
    assert len(said) > 5
    known = screens()
    assert [words for words in said if words not in known] == []
