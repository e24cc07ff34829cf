"""What comes of a photo: pixels, upright, and nothing else; or a refusal, in time and within bounds."""

import asyncio
import io
import sys
import time

import psutil
import pytest
from PIL import Image, ImageCms

from chevet.adapters import image
from chevet.adapters.image import PhotoCleaner
from chevet.errors import InvalidInput
from tests.server import photo_corpus


@pytest.fixture
def cleaner():
    return PhotoCleaner()


@pytest.mark.proves("A37")
@pytest.mark.parametrize("name", photo_corpus.GOOD)
async def test_a_photo_becomes_a_plain_jpeg(cleaner, name):
    clean = await cleaner.clean(photo_corpus.GOOD[name]())
    with Image.open(io.BytesIO(clean.jpeg)) as opened:
        opened.load()
        assert (opened.format, opened.mode) == ("JPEG", "RGB")
        assert opened.size == (clean.width, clean.height)
        assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.proves("A37", "A40")
@pytest.mark.parametrize("name", photo_corpus.BAD)
async def test_what_is_no_photo_is_refused_with_its_reason(cleaner, name):
    make, code = photo_corpus.BAD[name]
    data = make()
    started = time.monotonic()
    with pytest.raises(InvalidInput) as refused:
        await cleaner.clean(data)
    assert refused.value.code == code
    assert time.monotonic() - started < 15


def test_the_corpus_has_more_than_25_files():
    assert len(photo_corpus.GOOD) + len(photo_corpus.BAD) > 25


@pytest.mark.proves("A41")
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_metadata_go_and_the_photo_stands_upright(cleaner, orientation):
    sent = photo_corpus.phone_photo(orientation=orientation)
    assert photo_corpus.GPS in sent
    assert photo_corpus.CANARY in sent
    with Image.open(io.BytesIO(sent)) as opened:
        assert opened.getexif().get_ifd(0x8825)
    clean = await cleaner.clean(sent)
    for trace in (photo_corpus.GPS, photo_corpus.CANARY, b"Exif", b"http://ns.adobe.com", b"ICC_PROFILE"):
        assert trace not in clean.jpeg
    assert (clean.width, clean.height) == ((400, 300) if orientation < 5 else (300, 400))
    with Image.open(io.BytesIO(clean.jpeg)) as opened:
        assert not opened.getexif()
        middle = {1: (200, 20), 3: (200, 280), 6: (280, 200), 8: (20, 200)}.get(orientation)
        if middle:
            red, _, blue = opened.getpixel(middle)
            assert red > 200 > blue


async def test_the_script_behind_a_photo_is_gone(cleaner):
    clean = await cleaner.clean(photo_corpus.polyglot())
    assert b"script" not in clean.jpeg


async def test_a_profile_of_colours_is_used_or_left_out(cleaner):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = Image.new("RGB", (32, 32), (200, 60, 40))
    clean = await cleaner.clean(photo_corpus.encoded(plain, "JPEG", quality=95, icc_profile=profile))
    with Image.open(io.BytesIO(clean.jpeg)) as opened:
        assert all(abs(a - b) < 6 for a, b in zip(opened.getpixel((16, 16)), (200, 60, 40), strict=True))
    broken = photo_corpus.encoded(plain, "JPEG", quality=95, icc_profile=b"no profile at all")
    assert (await cleaner.clean(broken)).width == 32


async def test_a_photo_of_twelve_megapixels_stays_whole_and_a_larger_one_is_made_smaller(cleaner):
    whole = await cleaner.clean(photo_corpus.encoded(photo_corpus.picture(4032, 3024), "JPEG"))
    assert (whole.width, whole.height) == (4032, 3024)
    larger = await cleaner.clean(photo_corpus.encoded(photo_corpus.picture(8000, 5000), "JPEG"))
    assert (larger.width, larger.height) == (4096, 2560)


@pytest.mark.proves("A40")
async def test_a_decoder_that_does_not_end_is_ended(cleaner, monkeypatch, tmp_path):
    """With a child that hangs: killed, and no process is left."""
    child = tmp_path / "child.py"
    child.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(image, "CHILD", child)
    monkeypatch.setattr(image, "TIMEOUT_S", 0.5)
    started = time.monotonic()
    with pytest.raises(InvalidInput) as refused:
        await cleaner.clean(photo_corpus.phone_photo())
    assert refused.value.code == "photo-damaged"
    assert time.monotonic() - started < 5
    assert not [each for each in psutil.Process().children() if str(child) in each.cmdline()]


async def run_in_the_limits(tmp_path, code):
    """What a piece of Python can do once the child has limited itself."""
    script = tmp_path / "attempt.py"
    script.write_text(
        f"import sys, socket, os\nsys.path.insert(0, {str(image.CHILD.parent)!r})\n"
        f"import image_child\nimage_child.limit_ourselves()\n{code}\n"
    )
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-B", str(script)), stderr=asyncio.subprocess.PIPE
    )
    _, said = await child.communicate()
    return child.returncode, said.decode()


@pytest.mark.proves("A37")
@pytest.mark.parametrize(
    ("attempt", "why"),
    [
        ("open('/etc/passwd')", "Too many open files"),
        ("socket.create_connection(('127.0.0.1', 9))", "Too many open files"),
        ("bytearray(1 << 30)", "MemoryError"),
    ],
)
async def test_a_decoder_that_was_taken_over_reaches_no_file_no_network_no_memory(tmp_path, attempt, why):
    code, said = await run_in_the_limits(tmp_path, attempt)
    assert code != 0
    assert why in said


async def test_several_photos_at_once_take_turns(cleaner):
    results = await asyncio.gather(*(cleaner.clean(photo_corpus.phone_photo()) for _ in range(6)))
    assert len(results) == 6
