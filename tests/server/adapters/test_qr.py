"""QR codes, read back by another program."""

import re
import subprocess

import pytest

from chevet.adapters.qr import qr_png, qr_svg

LINKS = [
    "https://visio.samu44.example/j#" + "23456789abcdefghjkmnpqrstuv",
    "http://localhost:8000/j#" + "z" * 27,
    "https://visioregulation.groupement-hospitalier-universitaire.sante.example/j#" + "2" * 27,
]


def read_back(path):
    return subprocess.run(
        ["zbarimg", "-q", "--raw", path], capture_output=True, text=True, check=True
    ).stdout.strip()


def rasterise(svg, scale=6):
    """Paint the runs of the path onto a portable gray map."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    pixels = [bytearray(b"\xff" * side * scale) for _ in range(side * scale)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg):
        for row in pixels[int(y) * scale : (int(y) + 1) * scale]:
            row[int(x) * scale : (int(x) + int(width)) * scale] = b"\0" * int(width) * scale
    return f"P5 {side * scale} {side * scale} 255\n".encode() + b"".join(pixels), side


@pytest.mark.proves("S48")
@pytest.mark.parametrize("link", LINKS)
def test_the_png_reads_back_as_the_link(link, tmp_path):
    path = tmp_path / "qr.png"
    path.write_bytes(qr_png(link))
    assert read_back(path) == link
    assert len(path.read_bytes()) < 4000


@pytest.mark.proves("S48")
@pytest.mark.parametrize("link", LINKS)
def test_the_svg_reads_back_as_the_link(link, tmp_path):
    picture, _ = rasterise(qr_svg(link))
    path = tmp_path / "qr.pgm"
    path.write_bytes(picture)
    assert read_back(path) == link


def test_the_svg_stands_alone_with_a_white_border():
    svg = qr_svg(LINKS[0])
    _, side = rasterise(svg)
    assert f'fill="#fff" d="M0 0h{side}v{side}H0z"' in svg, "a white ground, on a dark page too"
    starts = [int(x) for x in re.findall(r"M(\d+) \d+h\d+v1", svg)]
    assert min(starts) == 4
    assert not re.search(r"href|style|<script|on\w+=|url\(", svg)
    assert len(svg) < 8000
