"""The texts that people read, by language: `static/locales/<family>.<language>.json`."""

from functools import cache
from pathlib import Path
from typing import Literal, get_args

import msgspec

PACKAGE = Path(__file__).resolve().parents[1]
FOLDERS = (PACKAGE / "static" / "locales", PACKAGE.parents[1] / "static" / "locales")
"""In an installed wheel, then in a source tree."""

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The first one is for whoever asks for another."""


@cache
def texts(family: str, language: str) -> dict[str, str]:
    """All texts of a family in a language."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    for folder in FOLDERS:
        path = folder / f"{family}.{known}.json"
        if path.is_file():
            return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    raise FileNotFoundError(f"{family}.{known}.json in none of: {', '.join(map(str, FOLDERS))}")
