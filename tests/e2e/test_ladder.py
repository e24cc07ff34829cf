"""The picture without a path for WebRTC: frames over the socket by themselves, and video again when there is one."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.people import PATIENCE_MS

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
NO_PATH = (HERE / "no_path.js").read_text()
NO_ENCODER = (HERE / "no_encoder.js").read_text()
FRAMES_WITHIN_S = 5.0
PAIRS = [
    pytest.param("chromium", "chromium", id="chromium-chromium"),
    pytest.param("firefox", "firefox", id="firefox-firefox"),
    pytest.param("chromium", "firefox", id="dispatcher-chromium-caller-firefox"),
    pytest.param("firefox", "chromium", id="dispatcher-firefox-caller-chromium"),
]
PICTURE = 'canvas[aria-label="Image de l\'appelant"]'
DRAWN = """() => {
  const canvas = document.querySelector("canvas:not([hidden])");
  if (!canvas || canvas.width < 100) return false;
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let brightest = 0;
  for (let at = 0; at < pixels.length; at += 97 * 4) brightest = Math.max(brightest, pixels[at], pixels[at + 1]);
  return brightest > 60;
}"""
MOVES = """async () => {
  const canvas = document.querySelector("canvas:not([hidden])");
  const look = () => canvas.toDataURL("image/jpeg", 0.5);
  const before = look();
  const end = performance.now() + 4000;
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (look() !== before) return true;
  }
  return false;
}"""


HAS_STEP = """async (wanted) => {
  const answer = await fetch("/api/invitations/current");
  return (await answer.json()).invitation.timeline.some(({ step }) => step === wanted);
}"""


def wait_for_step(dispatcher, step: str) -> None:
    """Until the server has this step of the timeline."""
    dispatcher.page.wait_for_function(HAS_STEP, arg=step, timeout=PATIENCE_MS, polling=250)


def seconds_to_frames(dispatcher, caller) -> float:
    """From the tap to a picture on the dispatcher's screen."""
    start = time.monotonic()
    caller.show_camera()
    dispatcher.page.wait_for_function(DRAWN, timeout=PATIENCE_MS)
    return time.monotonic() - start


@pytest.mark.proves("F12", "F14")
@pytest.mark.parametrize(("desk", "phone"), PAIRS)
def test_frames_within_5_s_when_there_is_no_path_and_video_when_there_is(stage, desk, phone):
    dispatcher = stage.dispatcher(desk, scripts=(NO_PATH,))
    caller = stage.caller(phone, scripts=(NO_PATH,)).open(dispatcher.invite_by_qr()["link"])
    took = seconds_to_frames(dispatcher, caller)
    assert took < FRAMES_WITHIN_S
    assert dispatcher.page.evaluate(MOVES)
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=PATIENCE_MS)
    wait_for_step(dispatcher, "frames-started")

    for page in (dispatcher.page, caller.page):
        page.evaluate("window.__openPath()")
        page.evaluate("window.dispatchEvent(new Event('online'))")
    dispatcher.wait_for_picture(40_000)
    expect(dispatcher.page.locator(PICTURE)).to_be_hidden(timeout=PATIENCE_MS)
    wait_for_step(dispatcher, "video-back")


@pytest.mark.proves("F36")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_images_one_by_one_where_the_phone_has_no_encoder(stage, kind):
    dispatcher = stage.dispatcher(kind, scripts=(NO_PATH,))
    caller = stage.caller(kind, scripts=(NO_PATH, NO_ENCODER)).open(dispatcher.invite_by_qr()["link"])
    assert seconds_to_frames(dispatcher, caller) < FRAMES_WITHIN_S
    assert dispatcher.page.evaluate(MOVES)
    wait_for_step(dispatcher, "stills-started")
    expect(caller.page.get_by_text("voit des photos")).to_be_visible(timeout=PATIENCE_MS)


def test_images_one_by_one_for_a_dispatcher_without_a_decoder(stage):
    dispatcher = stage.dispatcher(scripts=(NO_PATH, NO_ENCODER))
    caller = stage.caller(scripts=(NO_PATH,)).open(dispatcher.invite_by_qr()["link"])
    assert seconds_to_frames(dispatcher, caller) < FRAMES_WITHIN_S + 3
    assert dispatcher.page.evaluate(MOVES)
    wait_for_step(dispatcher, "stills-started")
