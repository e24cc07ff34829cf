"""What a virtual patient shows and says: a drawing that says what it is, and a tone that rises and falls like a voice.

Both are encoded once and sent in a loop: a patient costs 3 % of a core instead of 15.
"""

import array
import asyncio
import math
import time
from fractions import Fraction
from typing import NamedTuple

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from PIL import Image, ImageDraw, ImageFont

LOOP_S = 4
WIDTH, HEIGHT = 640, 480
FRAMES_PER_S = 12
PICTURE_BITS = 350_000
HERTZ = 48_000
SAMPLES = 960
"""In a packet: 20 ms."""
PITCH_HZ = 120
VOWELS = ((700, 1200), (300, 2300), (450, 850))
"""First two formants of « a », « i », « o », in Hz: enough to sound like a voice, and like nobody's."""

SKY, SKIN, HAIR, COAT, INK, BAND = "#dfe8ee", "#e8b894", "#5a4637", "#4d7ea8", "#1d2a35", "#7a3e00"


class Loop(NamedTuple):
    """Encoded packets in their order; `ticks` is what each lasts, in `base`."""

    kind: str
    packets: list[bytes]
    ticks: int
    base: Fraction


class LoopTrack(MediaStreamTrack):
    """A loop without end, each packet at its time."""

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self.kind = loop.kind
        self._content = loop
        self._sent = 0
        self._began = time.monotonic()

    async def recv(self) -> av.Packet:
        if self.readyState != "live":
            raise MediaStreamError
        due = self._began + float(self._sent * self._content.ticks * self._content.base)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        packet = av.Packet(self._content.packets[self._sent % len(self._content.packets)])
        packet.pts = self._sent * self._content.ticks
        packet.time_base = self._content.base
        self._sent += 1
        return packet


def picture(
    title: str, subtitle: str, *, width: int = WIDTH, height: int = HEIGHT, frames_per_s: int = FRAMES_PER_S
) -> Loop:
    """The patient, drawn, under a band that says that he is fictional.

    A key frame each second: who joins, or lost something, waits no longer; nobody is asked for one.
    """
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.bit_rate, codec.gop_size = PICTURE_BITS, frames_per_s
    codec.time_base = Fraction(1, frames_per_s)
    codec.options = {"deadline": "realtime", "cpu-used": "-6", "lag-in-frames": "0"}
    packets = []
    for number in range(LOOP_S * frames_per_s):
        image = draw(number / frames_per_s, title, subtitle).resize((width, height))
        frame = av.VideoFrame.from_image(image)
        frame.pts = number
        packets += [bytes(packet) for packet in codec.encode(frame)]
    packets += [bytes(packet) for packet in codec.encode(None)]
    return Loop("video", packets, 1, Fraction(1, frames_per_s))


def draw(at_s: float, title: str, subtitle: str) -> Image.Image:
    """One image of the loop; `at_s` from 0 to LOOP_S. Breathing, blinking and speaking all close the loop."""
    image = Image.new("RGB", (WIDTH, HEIGHT), SKY)
    pen = ImageDraw.Draw(image)
    sway = 6 * math.sin(2 * math.pi * at_s / LOOP_S)
    x, y = WIDTH / 2 + sway, 235 + sway / 3
    pen.ellipse((x - 190, y + 120, x + 190, y + 420), fill=COAT)
    pen.rectangle((x - 34, y + 70, x + 34, y + 150), fill=SKIN)
    pen.ellipse((x - 96, y - 128, x + 96, y + 40), fill=HAIR)
    pen.ellipse((x - 88, y - 100, x + 88, y + 112), fill=SKIN)
    is_blinking = at_s % 2 < 0.16
    for side in (-1, 1):
        height = 2 if is_blinking else 10
        pen.ellipse((x + side * 34 - 9, y - 14 - height, x + side * 34 + 9, y - 14 + height), fill=INK)
    mouth = 3 + 11 * loudness(at_s)
    pen.ellipse((x - 24, y + 56 - mouth, x + 24, y + 56 + mouth), fill=INK)
    pen.rectangle((0, 0, WIDTH, 84), fill=BAND)
    for text, height, size in ((title, 30, 34), (subtitle, 64, 20)):
        pen.text((WIDTH / 2, height), text, fill="white", font=ImageFont.load_default(size), anchor="mm")
    pen.arc((20, 400, 80, 460), -90, -90 + 360 * at_s / LOOP_S, fill=BAND, width=8)
    return image


def loudness(at_s: float) -> float:
    """0 to 1: four syllables a second for three seconds, then a second of silence to breathe."""
    if at_s % LOOP_S >= LOOP_S - 1:
        return 0.0
    return math.sin(math.pi * (4 * at_s % 1)) ** 2


def voice() -> Loop:
    """Vowels one after the other, at PITCH_HZ."""
    codec = av.CodecContext.create("libopus", "w")
    codec.format, codec.layout, codec.sample_rate = "s16", "mono", HERTZ
    codec.bit_rate, codec.options = 24_000, {"application": "voip"}
    samples = spoken()
    packets = []
    for start in range(0, len(samples), SAMPLES):
        frame = av.AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        frame.planes[0].update(samples[start : start + SAMPLES].tobytes())
        frame.sample_rate, frame.pts = HERTZ, start
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return Loop("audio", packets, SAMPLES, Fraction(1, HERTZ))


def spoken() -> "array.array[int]":
    """LOOP_S of 16-bit samples."""
    tables = [period(formants) for formants in VOWELS]
    length = len(tables[0])
    samples = array.array("h")
    for number in range(LOOP_S * HERTZ):
        at_s = number / HERTZ
        table = tables[int(4 * at_s) % len(tables)]
        samples.append(int(9000 * loudness(at_s) * table[number % length]))
    return samples


def period(formants: tuple[int, int]) -> list[float]:
    """One period of a vowel, -1 to 1: harmonics of the pitch, louder near its formants."""
    length = HERTZ // PITCH_HZ
    weights = [
        sum(math.exp(-(((harmonic * PITCH_HZ - formant) / 150) ** 2)) for formant in formants) + 0.15
        for harmonic in range(1, 24)
    ]
    wave = [
        sum(
            weight * math.sin(2 * math.pi * (harmonic + 1) * place / length) / (harmonic + 1) ** 0.5
            for harmonic, weight in enumerate(weights)
        )
        for place in range(length)
    ]
    peak = max(abs(value) for value in wave)
    return [value / peak for value in wave]
