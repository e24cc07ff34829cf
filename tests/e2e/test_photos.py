"""« Photo nette », and the last rung: a photo when the page has no camera. Seen by both people, in real browsers."""

import io
import os
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e import people
from tests.e2e.stage import ARTIFACTS, tidy
from tests.server import photo_corpus

pytestmark = pytest.mark.browser

NO_CAMERA = (
    "Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined, configurable: true });"
)
REFUSED = """navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException("Permission denied", "NotAllowedError"));"""
MISSING = """navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException("Requested device not found", "NotFoundError"));"""
TAKES_NO_PHOTO = "delete globalThis.ImageCapture;"
LARGE_SENSOR = """globalThis.ImageCapture = class {
  constructor(track) { this.track = track; }
  async getPhotoCapabilities() { return { imageWidth: { max: 4032 }, imageHeight: { max: 3024 } }; }
  async takePhoto({ imageWidth, imageHeight }) {
    const canvas = Object.assign(document.createElement("canvas"), { width: imageWidth, height: imageHeight });
    const film = document.createElement("video");
    Object.assign(film, { muted: true, srcObject: new MediaStream([this.track]) });
    await film.play();
    canvas.getContext("2d").drawImage(film, 0, 0, imageWidth, imageHeight);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }
};"""
"""As a telephone's: the fake camera of Chromium photographs no larger than it films."""
SHOWN = "(image) => image.complete && image.naturalWidth > 0"


def in_call(stage, kind="chromium", scripts=()):
    dispatcher = stage.dispatcher()
    link = dispatcher.invite_by_qr()["link"]
    caller = stage.caller(kind, scripts=scripts).open(link).show_camera()
    dispatcher.wait_for_picture()
    expect(dispatcher.button("Photo nette")).to_be_visible()
    return dispatcher, caller


def the_photo(dispatcher):
    """The one in the viewer, once it is drawn."""
    image = dispatcher.page.get_by_role("dialog").locator(".photo-frame img")
    expect(image).to_be_visible(timeout=people.PATIENCE_MS)
    dispatcher.page.wait_for_function(SHOWN, arg=image.element_handle())
    return image


def pixels(image):
    return image.evaluate("(image) => [image.naturalWidth, image.naturalHeight]")


def kept_bytes(dispatcher, encounter_id):
    """The one photo of the encounter, as the server gives it."""
    route = f"{dispatcher.base}/api/encounters/{encounter_id}/photos"
    request = dispatcher.page.context.request
    (photo,) = request.get(route).json()["photos"]
    return request.get(f"{route}/{photo['photoId']}").body()


def shoot(page, name):
    """Only when somebody wants to look."""
    if os.environ.get("SCREEN_SHOTS"):
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"{tidy(name)}.png", caret="initial")


def sent_parts(page):
    """The parts that this page puts, as they pass: their bytes."""
    parts = []

    def note(route):
        parts.append(route.request.post_data_buffer or b"")
        route.continue_()

    page.route("**/api/join/photos/**", note)
    return parts


@pytest.mark.proves("A41")
@pytest.mark.parametrize(
    ("kind", "scripts"),
    [("chromium", (LARGE_SENSOR,)), ("chromium", ()), ("chromium", (TAKES_NO_PHOTO,)), ("firefox", ())],
    ids=["sensor", "chromium", "chromium-from-the-film", "firefox"],
)
def test_a_sharp_photo_has_more_pixels_than_the_video(stage, kind, scripts):
    dispatcher, caller = in_call(stage, kind, scripts)
    width, height = dispatcher.picture.evaluate("(video) => [video.videoWidth, video.videoHeight]")
    caller.page.evaluate(
        """() => { window.__said = [];
        new MutationObserver(() => window.__said.push(document.querySelector(".notice")?.textContent))
          .observe(document.body, { subtree: true, childList: true, characterData: true }); }"""
    )
    dispatcher.button("Photo nette").click()
    image = the_photo(dispatcher)
    photo_width, photo_height = pixels(image)
    assert photo_width * photo_height > width * height
    expect(caller.page.locator(".notice")).to_have_text("Photo envoyée. Elle est gardée avec l’appel.")
    said = caller.page.evaluate("window.__said")
    assert "Le SAMU 44 demande une photo nette, ne bougez plus…" in said
    assert any(re.fullmatch(r"La photo part\s: \d+\s%", text) for text in said)
    shoot(dispatcher.page, f"photo-viewer-{kind}")
    shoot(caller.page, f"photo-sent-{kind}")
    dispatcher.button("Fermer").click()
    dispatcher.frames_rise()
    expect(dispatcher.step("Photo reçue")).to_be_visible()


def test_the_picture_is_as_it_was_after_a_photo(stage):
    """From the film: the camera's size is put back."""
    dispatcher, caller = in_call(stage, scripts=(TAKES_NO_PHOTO,))
    size = "() => document.querySelector('main video').srcObject.getVideoTracks()[0].getSettings().width"
    before = caller.page.evaluate(size)
    dispatcher.button("Photo nette").click()
    the_photo(dispatcher)
    caller.page.wait_for_function(f"(before) => ({size})() === before", arg=before)
    dispatcher.button("Fermer").click()
    dispatcher.frames_rise()


def test_an_upload_cut_in_the_middle_goes_on_where_it_was(stage):
    dispatcher, caller = in_call(stage)
    arrived, aborted = [], []

    def cut(route):
        """The third part and the tries after it find no network."""
        request = route.request
        if len(arrived) == 2 and len(aborted) < 4:
            aborted.append(request.url)
            route.abort("internetdisconnected")
        else:
            arrived.append((request.url, len(request.post_data_buffer or b"")))
            route.continue_()

    caller.page.route("**/api/join/photos/**", cut)
    dispatcher.button("Photo nette").click()
    expect(dispatcher.page.get_by_text(re.compile(r"Photo nette\s: \d+\s%"))).to_be_visible()
    shoot(dispatcher.page, "photo-under-way")
    shoot(caller.page, "photo-under-way-caller")
    the_photo(dispatcher)
    assert len(aborted) == 4
    offsets = [int(re.search(r"offset=(\d+)", url)[1]) for url, size in arrived if size]
    assert offsets == sorted(set(offsets)), "no part was sent twice"
    total = int(re.search(r"total=(\d+)", arrived[0][0])[1])
    assert sum(size for _, size in arrived) == total


@pytest.mark.proves("F21", "A41")
@pytest.mark.parametrize(
    ("script", "heading"),
    [
        (REFUSED, "L’appareil photo est bloqué"),
        (MISSING, "Aucun appareil photo trouvé"),
        (NO_CAMERA, "Ouvrez le lien dans votre navigateur"),
    ],
    ids=["refused", "missing", "no-api"],
)
def test_without_a_camera_in_the_page_the_phones_own_takes_the_photo(stage, tmp_path, script, heading):
    """A telephone's photo, with its place in it, by the file field."""
    dispatcher = stage.dispatcher()
    invitation = dispatcher.invite_by_qr()
    caller = stage.caller(scripts=(script,)).open(invitation["link"]).show_camera()
    expect(caller.page.get_by_role("heading", name=heading)).to_be_visible()
    expect(dispatcher.step("Photo proposée à l'appelant")).to_be_visible()
    photo = tmp_path / "IMG_0001.jpg"
    photo.write_bytes(photo_corpus.phone_photo(3000, 2000, orientation=6))
    field = caller.page.get_by_label("Prendre une photo")
    assert field.get_attribute("capture") == "environment"
    assert field.get_attribute("accept") == "image/*"
    shoot(caller.page, f"photo-offered-{tidy(heading)}")
    parts = sent_parts(caller.page)
    field.set_input_files(photo)
    expect(caller.page.get_by_text("Photo envoyée")).to_be_visible(timeout=people.PATIENCE_MS)
    image = the_photo(dispatcher)
    assert pixels(image) == [1365, 2048]  # upright, and light
    sent, kept = b"".join(parts), kept_bytes(dispatcher, invitation["encounterId"])
    assert len(sent) > 1000
    for trace in (photo_corpus.GPS, photo_corpus.CANARY, b"Exif\0"):
        assert trace not in sent
        assert trace not in kept
    with Image.open(io.BytesIO(kept)) as opened:
        assert opened.getpixel((1200, 1000))[0] > 180  # the red half, turned to the right
    shoot(dispatcher.page, f"photo-without-camera-{tidy(heading)}")


def test_a_photo_asked_for_while_there_is_no_camera_is_for_the_person_to_take(stage, tmp_path):
    """The picture was there, then the camera is taken away: the same button of the dispatcher leads to a photo."""
    dispatcher, caller = in_call(stage)
    caller.page.evaluate(
        """() => {
        navigator.mediaDevices.getUserMedia = () =>
          Promise.reject(new DOMException("Requested device not found", "NotFoundError"));
        const track = document.querySelector("main video").srcObject.getVideoTracks()[0];
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }"""
    )
    field = caller.page.get_by_label("Prendre une photo")
    expect(field).to_be_attached(timeout=people.PATIENCE_MS)
    dispatcher.button("Photo nette").click()
    expect(dispatcher.page.get_by_text("Photo nette demandée, le téléphone la prend")).to_be_visible()
    photo = tmp_path / "IMG_0002.jpg"
    photo.write_bytes(photo_corpus.phone_photo(640, 480, orientation=1))
    field.set_input_files(photo)
    assert pixels(the_photo(dispatcher)) == [640, 480]
    expect(dispatcher.page.get_by_text("Photo nette demandée, le téléphone la prend")).to_be_hidden()


def test_what_is_no_photo_is_said_on_both_sides(stage, tmp_path):
    dispatcher = stage.dispatcher()
    link = dispatcher.invite_by_qr()["link"]
    caller = stage.caller(scripts=(REFUSED,)).open(link).show_camera()
    file = tmp_path / "IMG_0003.jpg"
    file.write_bytes(photo_corpus.BAD["heic"][0]())
    caller.page.get_by_label("Prendre une photo").set_input_files(file)
    expect(caller.page.get_by_text("La photo n’est pas partie")).to_be_visible(timeout=people.PATIENCE_MS)
    expect(dispatcher.page.get_by_text("format de photo illisible")).to_be_visible()


def test_photos_are_looked_at_larger_kept_through_a_reload_and_saved(stage):
    dispatcher, _ = in_call(stage)
    for _ in range(2):
        dispatcher.button("Photo nette").click()
        image = the_photo(dispatcher)
        dispatcher.button("Fermer").click()
    dispatcher.page.reload()
    dispatcher.button("Voir les 2 photos").click()
    image = the_photo(dispatcher)
    expect(
        dispatcher.page.get_by_role("list", name="Toutes les photos de cet appel").get_by_role("button")
    ).to_have_count(2)
    shown = image.bounding_box()["width"]
    dispatcher.button("Agrandir").click()
    dispatcher.button("Agrandir").click()
    assert image.bounding_box()["width"] == pytest.approx(2 * shown, rel=0.05)
    shoot(dispatcher.page, "photo-zoomed")
    dispatcher.page.set_viewport_size({"width": 360, "height": 740})
    shoot(dispatcher.page, "photo-zoomed-small")
    dispatcher.page.set_viewport_size({"width": 1440, "height": 900})
    dispatcher.button("Image entière").click()
    assert image.bounding_box()["width"] == pytest.approx(shown, rel=0.05)
    with dispatcher.page.expect_download() as saving:
        dispatcher.page.get_by_role("link", name="Enregistrer sur mon poste").click()
    assert re.fullmatch(r"photo-\d\d-\d\d-\d\d\.jpg", saving.value.suggested_filename)
    dispatcher.page.keyboard.press("Escape")
    expect(dispatcher.page.get_by_role("dialog")).to_be_hidden()


def test_without_anybody_connected_no_photo_can_be_asked_for(stage):
    dispatcher, caller = in_call(stage)
    caller.page.close()
    button = dispatcher.button("Photo nette")
    expect(button).to_have_attribute("aria-disabled", "true", timeout=people.PATIENCE_MS)
    expect(button).to_have_accessible_description(re.compile("personne n'est connecté"))
