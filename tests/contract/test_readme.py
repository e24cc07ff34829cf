"""The README's commands, accounts and links are the real ones; no page of docs/ links into the void."""

import re
from pathlib import Path

import pytest

from chevet import demo

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_two_commands_each_in_a_block_of_its_own():
    install = "python3 -m pip install --target .tools uv rust-just"
    blocks = re.findall(r"^```\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert blocks == [f"{install}\n.tools/bin/just {recipe}\n" for recipe in ("start", "test")]


def test_every_recipe_that_a_page_names_exists():
    recipes = set(re.findall(r"^([a-z][a-z-]*)(?: [^:\n]*)?:", (ROOT / "justfile").read_text(), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"`(?:\.tools/bin/)?just ([a-z][a-z-]+)", page.read_text()))
        assert named <= recipes, page.name


def test_the_demo_accounts_are_those_of_the_demo():
    assert re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE) == [username for username, *_ in demo.PEOPLE]
    assert f"`{demo.PASSWORD}`" in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []
