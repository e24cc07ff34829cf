"""« Ajouter une caméra »: staff scan a code on their own screen, and their phone shows closely, without sound."""

import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from tests.e2e.people import PATIENCE_MS, SHOW_CAMERA
from tests.e2e.stage import SMALL_CAMERA
from tests.e2e.test_accessibility import look
from tests.e2e.test_visit import TABLET
from tests.e2e.visits import DECODED_OF_EACH, LIVE_DEVICES, every_pair_rises, visitor

pytestmark = pytest.mark.browser

SOUND_THAT_LEFT = """async () => {
  const voices = [];
  let packets = 0;
  for (const pc of window.__connections) {
    for (const { sender } of pc.getTransceivers()) if (sender.track?.kind === "audio") voices.push(sender.track.label);
    for (const row of (await pc.getStats()).values())
      if (row.type === "outbound-rtp" && row.kind === "audio") packets += row.packetsSent;
  }
  return { voices, packets };
}"""
SENT = """async (wanted) => {
  let connections = 0;
  for (const pc of window.__connections)
    for (const row of (await pc.getStats()).values())
      if (row.type === "outbound-rtp" && row.kind === "video" && row.framesSent > 10) connections += 1;
  return connections === wanted;
}"""


def scanned(panel, tmp_path):
    """What another telephone reads from the code on this screen."""
    code = panel.get_by_role("img", name="Code à viser avec l’autre téléphone")
    expect(code).to_be_visible(timeout=PATIENCE_MS)
    code.screenshot(path=tmp_path / "qr.png", caret="initial")
    return subprocess.check_output(["zbarimg", "-q", "--raw", tmp_path / "qr.png"], text=True).strip()


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_a_second_phone_shows_without_sound(stage, doctor, tmp_path, kind):
    if not shutil.which("zbarimg"):
        pytest.skip("reading the QR code needs the Debian package zbar-tools")
    booked = doctor.book(contactRole="professional", contactName="Yann Kerbrat")
    small = {"scripts": (SMALL_CAMERA,)}
    tablet = visitor(stage, viewport=TABLET, **small).open(booked["link"]).sit_down()
    doctor.join(booked["id"]).let_in()
    tablet.is_in()
    tablet.button("Ajouter une caméra").click()
    panel = tablet.page.get_by_role("region", name="Ajouter une caméra")
    link = scanned(panel, tmp_path)
    look(tablet.page, "visit, call, second camera")
    panel.get_by_role("button", name="Fermer").click()

    phone = visitor(stage, kind, **small).open(link)
    expect(phone.heading("Votre appareil devient une deuxième caméra")).to_be_visible(timeout=PATIENCE_MS)
    look(phone.page, f"second camera, door, {kind}")
    phone.button(SHOW_CAMERA).click()
    phone.waits()
    look(phone.page, f"second camera, waiting, {kind}")
    doctor.let_in()
    expect(phone.page.get_by_text("voit cette image. Le son reste coupé.")).to_be_visible(timeout=PATIENCE_MS)
    expect(doctor.page.locator(".meeting-tile")).to_have_count(2)
    expect(tablet.page.get_by_text("Deuxième caméra")).to_be_visible()
    look(phone.page, f"second camera, showing, {kind}")
    look(doctor.page, f"meeting, second camera, {kind}")

    every_pair_rises(doctor.page, tablet.page, connections=2)
    phone.page.wait_for_function(SENT, arg=2, timeout=PATIENCE_MS)
    assert all(not wanted.get("audio") for wanted in phone.page.evaluate("window.__seen.asked"))
    opened = phone.page.evaluate("window.__opened.map(({ kind }) => kind)")
    assert set(opened) == {"video"}
    assert phone.page.evaluate(SOUND_THAT_LEFT) == {"voices": [], "packets": 0}
    assert set(phone.page.evaluate(DECODED_OF_EACH).values()) == {0}, "nothing is sent to it"

    phone.button("Arrêter").click()
    expect(doctor.page.locator(".meeting-tile")).to_have_count(1)
    every_pair_rises(doctor.page, tablet.page)
    assert phone.page.evaluate(LIVE_DEVICES) == 0
