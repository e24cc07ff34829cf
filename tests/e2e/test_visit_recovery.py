"""The server is killed in mid-consultation: picture and sound go on, and what was written meanwhile arrives."""

import signal

import pytest
from playwright.sync_api import expect

from tests.e2e.people import PATIENCE_MS
from tests.e2e.test_visit import in_a_call
from tests.e2e.visits import picture_and_sound_rise

pytestmark = pytest.mark.browser


@pytest.mark.proves("F7")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_the_server_killed_in_mid_consultation_cuts_nothing(stage, doctor, kind):
    patient, _ = in_a_call(stage, doctor, kind)
    picture_and_sound_rise(doctor.page)
    pages = (doctor.page, patient.page)
    connections = [page.evaluate("window.__connections.length") for page in pages]

    stage.installation.stop(signal.SIGKILL)
    away = doctor.page.get_by_text("Serveur injoignable : l'appel continue")
    expect(away).to_be_visible(timeout=PATIENCE_MS)
    for page in pages:
        picture_and_sound_rise(page)
    patient.page.get_by_role("button", name="Messages").click()
    patient.page.get_by_label("Votre message").fill("Vous m’entendez toujours ?")
    patient.button("Envoyer").click()

    stage.installation.start()
    doctor.page.get_by_role("button", name="Discussion").click()
    heard = doctor.page.get_by_role("log")
    expect(heard).to_contain_text("Vous m’entendez toujours ?", timeout=PATIENCE_MS)
    doctor.page.get_by_label("Écrire à tous").fill("Très bien")
    doctor.button("Envoyer").click()
    expect(patient.page.get_by_role("log", name="Messages")).to_contain_text("Très bien", timeout=PATIENCE_MS)
    expect(away).to_have_count(0)
    for page in pages:
        picture_and_sound_rise(page)
    assert [page.evaluate("window.__connections.length") for page in pages] == connections, (
        "none was made anew"
    )
