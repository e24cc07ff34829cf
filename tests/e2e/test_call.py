"""From the link to the picture and back to an empty page B, in both browsers and across them."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.stage import TWO_LENSES

pytestmark = pytest.mark.browser

# The dispatcher's page too is given named lenses: Firefox hides its fake camera while another page has it.
PAIRS = [
    pytest.param("chromium", "chromium", id="chromium-chromium"),
    pytest.param("firefox", "firefox", id="firefox-firefox"),
    pytest.param("chromium", "firefox", id="dispatcher-chromium-caller-firefox"),
    pytest.param("firefox", "chromium", id="dispatcher-firefox-caller-chromium"),
]
VIDEOS = """() => [...document.querySelectorAll("video")].map(
  (video) => [video.muted, video.playsInline || video.hasAttribute("playsinline") || !("playsInline" in video)])"""


@pytest.mark.proves("S45", "S52", "S53", "S54", "S58", "S59", "S65", "C18")
@pytest.mark.parametrize(("desk", "phone"), PAIRS)
def test_a_whole_call(stage, desk, phone):
    dispatcher = stage.dispatcher(desk, scripts=(TWO_LENSES,))
    invitation = dispatcher.invite(phone="06 39 98 12 34")
    expect(dispatcher.step("Invitation envoyée")).to_be_visible()

    caller = stage.caller(phone, scripts=(TWO_LENSES,)).open(invitation["link"])
    expect(caller.page.get_by_role("heading", level=1)).to_contain_text("Le SAMU 44 vous demande de montrer")
    expect(dispatcher.step("Lien ouvert")).to_be_visible()
    caller.show_camera()
    dispatcher.wait_for_picture()
    dispatcher.frames_rise()
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=15_000)

    expect(caller.page.locator("html")).to_have_js_property("lang", "fr")
    expect(dispatcher.fact("Caméra")).to_have_text("arrière")
    dispatcher.button("Changer de caméra").click()
    expect(caller.page.get_by_text("Le SAMU 44 a demandé l’autre caméra")).to_be_visible()
    caller.page.wait_for_function("() => window.__lens === 'user'")
    expect(dispatcher.page.get_by_text("Caméra avant du téléphone.")).to_be_visible()
    caller.button("Changer de caméra").click()
    caller.page.wait_for_function("() => window.__lens === 'environment'")
    dispatcher.frames_rise()

    dispatcher.button("Figer").click()
    expect(dispatcher.page.get_by_role("img", name="Image figée de l'appelant")).to_be_visible()
    dispatcher.button("Reprendre").click()
    expect(dispatcher.page.get_by_role("img", name="Image figée de l'appelant")).to_be_hidden()

    dispatcher.button("Activer ma caméra").click()
    expect(dispatcher.button("Couper ma caméra")).to_be_visible()
    theirs = caller.page.get_by_label("La personne qui vous parle")
    expect(theirs).to_be_visible(timeout=15_000)
    caller.page.wait_for_function("() => document.querySelector('video.theirs').currentTime > 0")

    dispatcher.page.bring_to_front()  # Firefox gives the focus to one window only
    dispatcher.hang_up()
    expect(dispatcher.phone).to_have_value("")
    expect(dispatcher.email).to_have_value("")
    expect(dispatcher.phone).to_be_focused()
    expect(caller.page.get_by_role("heading", name="C’est terminé")).to_be_visible()


@pytest.mark.proves("F30", "S55", "S56")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_no_sound_on_the_wire_and_every_video_muted_and_inline(stage, kind):
    dispatcher = stage.dispatcher(kind, scripts=(TWO_LENSES,))
    caller = stage.caller(kind).open(dispatcher.invite_by_qr()["link"]).show_camera()
    dispatcher.wait_for_picture()
    dispatcher.button("Activer ma caméra").click()
    expect(caller.page.get_by_label("La personne qui vous parle")).to_be_visible(timeout=15_000)
    for page in (dispatcher.page, caller.page):
        seen = page.evaluate("window.__seen")
        assert seen["sdp"]
        assert not [sdp for sdp in seen["sdp"] if "m=audio" in sdp]
        assert [sdp for sdp in seen["sdp"] if "m=video" in sdp]
        assert seen["frames"]
        assert not [frame for frame in seen["frames"] if "m=audio" in frame]
        assert seen["asked"]
        assert not [asked for asked in seen["asked"] if asked.get("audio")]
        videos = page.evaluate(VIDEOS)
        assert videos
        assert all(all(video) for video in videos)
        assert page.locator("audio").count() == 0


@pytest.mark.proves("C18", "F26")
def test_a_lens_that_does_not_open_gives_the_former_back(stage):
    dispatcher = stage.dispatcher()
    caller = stage.caller(scripts=(TWO_LENSES,)).open(dispatcher.invite_by_qr()["link"]).show_camera()
    dispatcher.wait_for_picture()
    expect(dispatcher.fact("Caméra")).to_have_text("arrière")
    caller.page.evaluate("window.__brokenLens = 'user'")
    dispatcher.button("Changer de caméra").click()
    expect(dispatcher.page.get_by_text("la précédente est remise")).to_be_visible(timeout=15_000)
    expect(caller.page.get_by_text("L’autre caméra ne s’ouvre pas")).to_be_visible()
    assert caller.page.evaluate("window.__lens") == "environment"
    dispatcher.frames_rise()


@pytest.mark.proves("C14")
@pytest.mark.parametrize("leave", ["stop", "close"])
def test_leaving_turns_the_camera_off_and_the_dispatcher_knows(stage, leave):
    dispatcher = stage.dispatcher()
    caller = stage.caller(scripts=(TRACKS,)).open(dispatcher.invite_by_qr()["link"]).show_camera()
    dispatcher.wait_for_picture()
    if leave == "stop":
        caller.button("Arrêter").click()
        expect(caller.page.get_by_role("heading", name="Votre caméra est éteinte")).to_be_visible()
        assert caller.page.evaluate("window.__tracks.map((track) => track.readyState)") == ["ended"]
    else:
        caller.page.close()
    expect(dispatcher.page.get_by_text("L'appelant a arrêté sa caméra.")).to_be_visible(timeout=15_000)


TRACKS = """if (navigator.mediaDevices) {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.__tracks = [];
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await open(constraints);
    window.__tracks.push(...stream.getTracks());
    return stream;
  };
}"""


@pytest.mark.proves("F39")
def test_video_codec_that_every_browser_has_comes_first(stage):
    dispatcher = stage.dispatcher()
    stage.caller().open(dispatcher.invite_by_qr()["link"]).show_camera()
    dispatcher.wait_for_picture()
    offers = [json.loads(f) for f in dispatcher.page.evaluate("window.__seen.frames") if '"put-offer"' in f]
    line = re.search(r"m=video \d+ \S+ (\d+)", offers[0]["sdp"])
    assert f"a=rtpmap:{line[1]} VP8/90000" in offers[0]["sdp"]
