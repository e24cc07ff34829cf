"""Run as a program of its own by image.py: a photo from somebody's telephone on standard input, a clean JPEG out.

Whatever the bytes do to the decoder, they do it here: little memory, little time, no new file, no network.
It imports nothing of Chevet. Exit 0: width and height as two big-endian uint32, then the JPEG.
Exit 3: a problem code as text.
"""

import io
import os
import resource
import sys
import warnings
from typing import NoReturn

from PIL import Image, ImageCms, ImageOps

MAX_PIXELS = 40_000_000
MAX_SIDE = 4096
"""Of what is kept: a telephone's 12 megapixels pass whole."""
QUALITY = 88
MEMORY_BYTES = 1 << 30
CPU_S = 10
REFUSED = 3

HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}


def refuse(code: str) -> NoReturn:
    sys.stdout.write(code)
    sys.stdout.flush()
    sys.exit(REFUSED)


def limit_ourselves() -> None:
    """From here on no file and no socket can be opened; calls go before us."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def kind_of(data: bytes) -> str:
    """By content, never by name or by what was declared."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    refuse("photo-heic" if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS else "photo-type")


def check_webp(data: bytes) -> None:
    """Opening a WebP image takes the memory for it: its size is read from the header before."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        size = 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    elif chunk == b"VP8L":
        packed = int.from_bytes(data[21:25], "little")
        size = 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    else:
        size = (
            int.from_bytes(data[26:28], "little") & 0x3FFF,
            int.from_bytes(data[28:30], "little") & 0x3FFF,
        )
    check_size(size)


def check_size(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        refuse("photo-too-many-pixels")


def open_image(data: bytes) -> Image.Image:
    """The header only. Raises what the decoder raises."""
    kind = kind_of(data)
    if kind == "WEBP":
        check_webp(data)
    image = Image.open(io.BytesIO(data), formats=[kind])
    check_size(image.size)
    # telephones hide a second image behind a JPEG; the first is the photo
    if kind != "JPEG" and getattr(image, "n_frames", 1) > 1:
        refuse("photo-animated")
    return image


def clean(image: Image.Image) -> Image.Image:
    """Upright, at most MAX_SIDE, in sRGB, and nothing but pixels."""
    profile = image.info.get("icc_profile")
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    image = ImageOps.exif_transpose(image)
    if image.mode in {"RGBA", "LA", "PA", "P"}:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    elif profile and image.mode == "RGB":
        image = in_srgb(image, profile)
    image = image.convert("RGB")
    pixels = Image.new("RGB", image.size)
    pixels.paste(image)
    return pixels


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The colour of a skin should be that of the skin; a profile that cannot be used is left out."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def main() -> None:
    warnings.simplefilter("ignore")
    Image.preinit()
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # ours is checked instead
    data = sys.stdin.buffer.read()
    limit_ourselves()
    try:
        photo = clean(open_image(data))
        out = io.BytesIO()
        photo.save(out, "JPEG", quality=QUALITY)
    except Exception:  # noqa: BLE001 - decoders raise whatever they like for bytes made to hurt them
        refuse("photo-damaged")
    sizes = b"".join(side.to_bytes(4, "big") for side in photo.size)
    sys.stdout.buffer.write(sizes + out.getvalue())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
