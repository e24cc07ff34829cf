"""One word for a test of the equipment, and why."""

import pytest
from msgspec import structs

from chevet.echo.session import limited, offered_kinds
from chevet.model.echo import EchoFigures, judge

WELL = EchoFigures(
    picture_offered=True,
    sound_offered=True,
    connected_ms=300,
    flowing_s=20,
    frames=400,
    frames_per_s=20,
    sounds=1000,
    round_trip_ms=80,
)


@pytest.mark.parametrize(
    ("change", "verdict", "reasons"),
    [
        ({}, "ok", []),
        ({"connected_ms": None}, "failed", ["no-connection"]),
        ({"frames": 0}, "failed", ["no-picture"]),
        ({"sounds": 0, "frames": 0}, "failed", ["no-picture", "no-sound"]),
        ({"sounds": 0, "sound_offered": False}, "ok", []),
        ({"frames": 0, "frames_per_s": 0, "picture_offered": False}, "ok", []),
        ({"loss_up": 0.051}, "weak", ["loss"]),
        ({"loss_down": 0.2, "jitter_down_ms": 61}, "weak", ["loss", "jitter"]),
        ({"loss_up": 0.05}, "ok", []),
        ({"round_trip_ms": 601}, "weak", ["delay"]),
        ({"frames_per_s": 7.9}, "weak", ["few-images"]),
        ({"frames_per_s": 2, "loss_up": 0.3, "flowing_s": 3}, "ok", []),
        ({"frames_per_s": 2, "jitter_up_ms": 90, "round_trip_ms": 900, "late_ms": 400}, "ok", []),
        ({"loss_up": 0.3, "late_ms": 400}, "weak", ["loss"]),
    ],
)
def test_each_fault_has_its_verdict(change, verdict, reasons):
    assert judge(structs.replace(WELL, **change)) == (verdict, reasons)


def test_an_offer_has_one_microphone_one_camera_or_both():
    assert offered_kinds("m=audio 9 X 111\r\nm=video 9 X 96\r\nm=application 9 X y\r\n") == ["audio", "video"]
    with pytest.raises(ValueError, match="too many"):
        offered_kinds("m=audio 9 X 111\n" + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\n" * 65)
    for sdp in ("", "m=application 9 X y", "m=video 9 X 96\nm=video 9 X 96", "m=text 9 X 96"):
        with pytest.raises(ValueError, match="one microphone"):
            offered_kinds(sdp)


def test_the_answer_asks_for_a_small_picture():
    sdp = "v=0\r\nm=audio 9 X 0\r\nc=IN IP4 0.0.0.0\r\nm=video 9 X 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n"
    assert limited(sdp).splitlines()[5] == "b=AS:800"
    assert limited("m=audio 9 X 0\r\n") == "m=audio 9 X 0\r\n"
