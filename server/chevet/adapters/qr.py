"""QR codes of links: SVG for screens, PNG for e-mails. The library makes the matrix, the drawing is ours."""

import struct
import zlib
from itertools import groupby

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET_ZONE = 4
"""Modules of white on each side (ISO/IEC 18004)."""


def _matrix(link: str) -> list[list[bool]]:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(link)
    code.make(fit=True)
    return code.get_matrix()


def qr_svg(link: str) -> str:
    """One self-contained `<svg>` without a size of its own: dark runs of modules on a white ground."""
    rows = _matrix(link)
    size = len(rows)
    path = "".join(_runs(y, row) for y, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )


def _runs(y: int, row: list[bool]) -> str:
    x, path = 0, ""
    for dark, modules in groupby(row):
        width = len(list(modules))
        path += f"M{x} {y}h{width}v1h-{width}z" if dark else ""
        x += width
    return path


def qr_png(link: str, *, scale: int = 8) -> bytes:
    """A gray PNG, `scale` pixels a module."""
    rows = [b"".join((b"\0" if dark else b"\xff") * scale for dark in row) for row in _matrix(link)]
    size = len(rows) * scale
    pixels = b"".join((b"\0" + row) * scale for row in rows)
    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(pixels, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    """PNG, third edition, section 5.3: length, type, content, checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
