"""docs/requirements.md and the tests that speak of it.

The page owns each number's wording and state; its last column is filled in from the tests: the marker
`proves("S5")` in Python, `[S5]` in a title of tests/pwa. `python -m tests.contract.requirements --write` does it.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/requirements.md"
STATES = ("proved", "built", "planned")

NUMBER = re.compile(r"[SFACR]\d+")
TITLE = re.compile(r"""\(\s*(["'`])((?:(?!\1).)*?\[[SFACR]\d+(?:[\s,]+[SFACR]\d+)*\](?:(?!\1).)*)\1""")
ROW = re.compile(
    r"^\| (?P<number>[SFACR]\d+) \| (?P<wording>.+?) \| (?P<state>\w+) \|(?: (?P<tests>.*))? \|$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Row:
    """One line of the page. `tests` are names like `server/test_links.py::test_a_link_waits`."""

    wording: str
    state: str
    tests: tuple[str, ...]


def proofs(folder: Path = ROOT / "tests") -> dict[str, list[str]]:
    """Number -> the tests that say that they prove it, in the order of their files."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted([*folder.rglob("*.py"), *folder.glob("pwa/**/*.test.ts*")]):
        pairs = _python(path.read_text()) if path.suffix == ".py" else _typescript(path.read_text())
        for number, name in pairs:
            test = f"{path.relative_to(folder)}::{name}"
            if test not in found[number]:
                found[number].append(test)
    return dict(found)


def _python(source: str) -> Iterator[tuple[str, str]]:
    if "proves(" not in source:
        return
    tree = ast.parse(source)
    whole = [n for node in tree.body if _assigns_pytestmark(node) for n in _numbers(ast.walk(node))]
    yield from _definitions(tree.body, "", whole)


def _definitions(body: list[ast.stmt], prefix: str, inherited: list[str]) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _definitions(node.body, f"{node.name}::", [*inherited, *_numbers(node.decorator_list)])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            decorators = [inner for decorator in node.decorator_list for inner in ast.walk(decorator)]
            for number in [*inherited, *_numbers(decorators)]:
                yield number, prefix + node.name


def _numbers(nodes) -> Iterator[str]:
    """What the calls `….proves(…)` among `nodes` name."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "proves":
            yield from (argument.value for argument in node.args if isinstance(argument, ast.Constant))


def _assigns_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets
    )


def _typescript(source: str) -> Iterator[tuple[str, str]]:
    for match in TITLE.finditer(source):
        title = match[2]
        for bracket in re.findall(r"\[([SFACR]\d+(?:[\s,]+[SFACR]\d+)*)\]", title):
            for number in NUMBER.findall(bracket):
                yield number, title.partition(" [")[0].replace("|", "/")


def rows(page: str) -> dict[str, Row]:
    """Number -> its line of the page. Raises ValueError when a number has two lines."""
    found: dict[str, Row] = {}
    for match in ROW.finditer(page):
        if match["number"] in found:
            raise ValueError(f"{match['number']} has two lines")
        tests = tuple(re.findall(r"`([^`]+)`", match["tests"] or ""))
        found[match["number"]] = Row(match["wording"], match["state"], tests)
    return found


def filled_in(page: str, proven: dict[str, list[str]]) -> str:
    """`page` with its last column made anew."""

    def line(match: re.Match[str]) -> str:
        tests = "<br>".join(f"`{test}`" for test in proven.get(match["number"], ()))
        return f"| {match['number']} | {match['wording']} | {match['state']} | {tests} |"

    return ROW.sub(line, page)


def main() -> int:
    page = PAGE.read_text()
    new = filled_in(page, proofs())
    if "--write" in sys.argv[1:]:
        PAGE.write_text(new)
        return 0
    print("up to date" if new == page else "out of date: python -m tests.contract.requirements --write")
    return int(new != page)


if __name__ == "__main__":
    raise SystemExit(main())
