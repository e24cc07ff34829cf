"""What is written from the code, so that it cannot drift from it (`chevet types`, checked by a test)."""

from pathlib import Path

from chevet import typescript
from chevet.reference import configuration_page, protocol_page

ROOT = Path(__file__).parents[2]

FILES = {
    "pwa/protocol.ts": typescript.render,
    "docs/protocol.md": protocol_page,
    "docs/configuration.md": configuration_page,
}


def out_of_date() -> list[str]:
    """The generated files that are not what the code now says."""
    return [name for name, render in FILES.items() if _read(name) != render()]


def write_all() -> None:
    for name, render in FILES.items():
        path = ROOT / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(render(), "utf-8")


def _read(name: str) -> str:
    path = ROOT / name
    return path.read_text("utf-8") if path.is_file() else ""
