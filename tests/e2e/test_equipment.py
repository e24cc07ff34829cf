"""« Tester mon matériel » in real browsers: picture and sound go through the server's echo and come back."""

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chevet.config import master_key
from chevet.model.appointments import Participant
from chevet.model.keys import Keys
from chevet.store.engines import open_store
from tests.e2e.visits import picture_and_sound_rise, pictures_move
from tests.server.fictional_visit import visit

pytestmark = [pytest.mark.browser]

ECHO_S = 20
ECHO_VIDEO = "section.echo video"
LEVEL = """async () => {
    const context = new AudioContext();
    const stream = document.querySelector('section.echo video').srcObject;
    const meter = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(meter);
    await context.resume();
    const heights = new Float32Array(meter.fftSize);
    let loudest = 0;
    for (let look = 0; look < 60; look++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        meter.getFloatTimeDomainData(heights);
        loudest = Math.max(loudest, ...heights.map(Math.abs));
    }
    return loudest;
}"""


def in_store(installation, fn):
    """Run `fn(tx)` on the store of the running server, beside Playwright's own loop."""

    async def work():
        store = open_store("sqlite", installation.data)
        await store.open()
        try:
            return await store.run(fn)
        finally:
            await store.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work()).result()


def booked(installation, in_s=3600):
    """A link and the patient's participant id."""
    token, participant_id, records = visit(Keys(master_key(installation.data)), time.time(), in_s)

    def write(tx):
        for record in records:
            tx.insert(record)

    in_store(installation, write)
    return f"{installation.url}/j#{token}", participant_id


@pytest.mark.proves("F43", "C17")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_one_sees_and_hears_oneself_through_the_network_and_the_verdict_is_kept(stage, installation, kind):
    link, participant_id = booked(installation)
    page = stage.caller(kind).page
    page.goto(link)
    page.get_by_role("button", name="Tester mon matériel").click()
    page.get_by_role("button", name="Commencer le test").click()
    page.get_by_role("button", name="Oui").click(timeout=40_000)
    page.locator(ECHO_VIDEO).wait_for(timeout=30_000)
    pictures_move(page, ECHO_VIDEO, 20)
    picture_and_sound_rise(page)
    if kind == "chromium":
        assert page.evaluate(LEVEL) > 0.01
    echo = page.get_by_role("row", name=re.compile("Essai d’appel"))
    echo.get_by_text("Marche", exact=True).wait_for(timeout=(ECHO_S + 15) * 1000)
    kept = in_store(installation, lambda tx: tx.get(Participant, participant_id))
    assert kept.precall == "ok"


SWITCHED_OFF = """(() => {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    if (!wanted.audio) return open(wanted);
    const stream = wanted.video ? await open({ ...wanted, audio: false }) : new MediaStream();
    const [silence] = new AudioContext().createMediaStreamDestination().stream.getTracks();
    stream.addTrack(silence);
    return stream;
  };
})();"""
"""The microphone of a headset whose switch is off: it is there, live, and gives nothing."""
DEAD_MS = 5_000


@pytest.mark.proves("F42")
def test_a_microphone_that_gives_no_sound_is_told_within_five_seconds(stage, installation):
    link, _ = booked(installation)
    page = stage.caller(scripts=(SWITCHED_OFF,)).page
    page.goto(link)
    page.get_by_role("button", name="Tester mon matériel").click()
    page.get_by_role("button", name="Commencer le test").click()
    page.get_by_label("Ce que montre votre caméra").wait_for()
    page.get_by_text("Votre micro ne donne aucun son").first.wait_for(timeout=DEAD_MS)
    row = page.get_by_role("row", name=re.compile("^Micro"))
    row.get_by_text("Votre micro ne donne aucun son").wait_for(timeout=30_000)
