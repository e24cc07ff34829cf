"""The alphabet of SMS, GSM 03.38 (3GPP TS 23.038): one letter outside it halves a message (C35)."""

import unicodedata

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"
"""Each takes two places."""

SINGLE, PART = 160, 153
"""Places in a message alone, and in each part of a longer one."""
SINGLE_UNICODE, PART_UNICODE = 70, 67

_BASIC = frozenset(BASIC)
_EXTENSION = frozenset(EXTENSION)
_REPLACED = str.maketrans("’‘‚ʼ`´“”„«»‹›–—‑−•·\t", '\'\'\'\'\'\'"""""""------ ')
_REPLACED |= str.maketrans(
    {"…": "...", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "°": "o", "ẞ": "ß"}
)


def is_gsm7(text: str) -> bool:
    return all(c in _BASIC or c in _EXTENSION for c in text)


def places(text: str) -> int:
    """Septets that a GSM-7 text takes."""
    return sum(2 if c in _EXTENSION else 1 for c in text)


def segments(text: str) -> int:
    """How many SMS the text takes, in the alphabet that it forces."""
    if not is_gsm7(text):
        units = len(text.encode("utf-16-be")) // 2
        return 1 if units <= SINGLE_UNICODE else -(-units // PART_UNICODE)
    if places(text) <= SINGLE:
        return 1
    count, room = 1, PART
    for c in text:
        width = 2 if c in _EXTENSION else 1
        if width > room:  # an escape and its letter stay together
            count, room = count + 1, PART
        room -= width
    return count


def to_gsm7(text: str) -> str:
    """The same text in the alphabet of SMS: ’ → ', ê → e, … → ... ; what has no likeness becomes « ? »."""
    return "".join(_spell(c) for c in unicodedata.normalize("NFC", text.translate(_REPLACED)))


def _spell(c: str) -> str:
    if c in _BASIC or c in _EXTENSION:
        return c
    bare = [d for d in unicodedata.normalize("NFKD", c).translate(_REPLACED) if not unicodedata.combining(d)]
    if bare and all(d in _BASIC or d in _EXTENSION for d in bare):
        return "".join(bare)
    return " " if c.isspace() else "" if unicodedata.category(c) in {"Cf", "Mn", "Cc"} else "?"
