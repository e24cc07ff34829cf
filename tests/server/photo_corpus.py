"""Photos, and what is no photo: made here, so that each says what is wrong with it."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

GPS = b"GPS-48.8566N-2.3522E"
CANARY = b"canary-of-the-camera-owner"


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Red above, blue below, so that turning it shows."""
    image = Image.new(mode, (width, height), "blue")
    image.paste("red", (0, 0, width, height // 2))
    return image


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    """With a place, a name, and a thumbnail."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = CANARY.decode()
    tags[0x013B] = CANARY.decode()
    tags.get_ifd(0x8825).update(
        {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 8.0), 29: GPS.decode()}
    )
    return tags.tobytes()


def phone_photo(width: int = 400, height: int = 300, orientation: int = 6) -> bytes:
    """As a telephone writes it: turned by a tag, with a place, XMP and a comment."""
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + CANARY + b"</x:xmpmeta>"
    return encoded(
        picture(width, height), "JPEG", quality=90, exif=exif(orientation), xmp=xmp, comment=CANARY
    )


def png_header(width: int, height: int) -> bytes:
    """A few bytes that claim to be an enormous image."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    data = zlib.compress(b"\0" * 100)
    idat = b"IDAT" + data
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk
        + struct.pack(">I", len(data))
        + idat
        + struct.pack(">I", zlib.crc32(idat))
        + b"\0\0\0\0IEND\xaeB`\x82"
    )


def text_bomb() -> bytes:
    """A compressed comment of 200 MB inside a small PNG."""
    info = PngInfo()
    info.add_text("Comment", "x" * 200_000_000, zip=True)
    return encoded(picture(), "PNG", pnginfo=info)


def webp_header(width: int, height: int) -> bytes:
    vp8x = b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + vp8x
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_of_size(width: int, height: int) -> bytes:
    """A real JPEG whose header claims other dimensions."""
    data = bytearray(encoded(picture(), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (16, 16), (n, 0, 0)) for n in range(30)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


def polyglot() -> bytes:
    """A JPEG that is a web page as well."""
    return phone_photo() + b"<script>alert(document.cookie)</script><!--"


GOOD = {
    "jpeg-of-a-telephone": phone_photo,
    "jpeg-grey": lambda: encoded(picture(mode="L"), "JPEG"),
    "jpeg-cmyk": lambda: encoded(picture(mode="CMYK"), "JPEG"),
    "jpeg-progressive": lambda: encoded(picture(), "JPEG", progressive=True),
    "jpeg-and-page": polyglot,
    "jpeg-with-a-second-image": lambda: encoded(picture(), "MPO", save_all=True, append_images=[picture()]),
    "png": lambda: encoded(picture(), "PNG"),
    "png-transparent": lambda: encoded(picture(mode="RGBA"), "PNG"),
    "png-palette": lambda: encoded(picture().quantize(8), "PNG"),
    "png-sixteen-bits": lambda: encoded(Image.new("I;16", (20, 20), 30_000), "PNG"),
    "webp": lambda: encoded(picture(), "WEBP"),
    "webp-lossless": lambda: encoded(picture(mode="RGBA"), "WEBP", lossless=True),
    "one-pixel": lambda: encoded(picture(1, 1), "JPEG"),
}
"""Name -> a photo that must come out as a clean JPEG."""

BAD = {
    "empty-jpeg": (lambda: b"\xff\xd8\xff", "photo-damaged"),
    "truncated-jpeg": (lambda: phone_photo()[:3000], "photo-damaged"),
    "noise-after-a-jpeg-mark": (lambda: b"\xff\xd8\xff" + bytes(range(256)) * 20, "photo-damaged"),
    "jpeg-of-65000-pixels-a-side": (lambda: jpeg_of_size(65_000, 65_000), "photo-too-many-pixels"),
    "png-of-50000-pixels-a-side": (lambda: png_header(50_000, 50_000), "photo-too-many-pixels"),
    "png-just-above-the-bound": (lambda: png_header(8000, 5001), "photo-too-many-pixels"),
    "png-that-is-only-a-header": (lambda: png_header(4000, 4000), "photo-damaged"),
    "png-with-a-text-bomb": (text_bomb, "photo-damaged"),
    "png-animated": (lambda: animated("PNG"), "photo-animated"),
    "webp-of-16000-pixels-a-side": (lambda: webp_header(16_000, 16_000), "photo-too-many-pixels"),
    "webp-animated": (lambda: animated("WEBP"), "photo-animated"),
    "gif": (lambda: animated("GIF"), "photo-type"),
    "tiff": (lambda: encoded(picture(), "TIFF"), "photo-type"),
    "bmp": (lambda: encoded(picture(), "BMP"), "photo-type"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo-type"),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", "photo-type"),
    "pdf": (lambda: b"%PDF-1.7\n1 0 obj<</OpenAction 2 0 R>>endobj", "photo-type"),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd)(r)file", "photo-type"),
    "heic": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500), "photo-heic"),
    "avif": (lambda: b"\0\0\0\x1cftypavif\0\0\0\0" + bytes(500), "photo-heic"),
    "video": (lambda: b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(500), "photo-type"),
    "zip": (lambda: b"PK\x03\x04" + bytes(500), "photo-type"),
    "nothing-but-zeros": (lambda: bytes(5000), "photo-type"),
    "four-bytes": (lambda: b"\xff\xd8\xfe\0", "photo-type"),
}
"""Name -> (bytes, the code of the refusal)."""
