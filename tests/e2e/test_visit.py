"""The first leaflet in real browsers: from the booking to the hang-up, and what may go wrong on the way."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import people
from tests.e2e.people import PATIENCE_MS
from tests.e2e.test_camera_trouble import NO_DEVICES
from tests.e2e.visits import (
    ENTER,
    LIVE_DEVICES,
    MARGIN_S,
    picture_and_sound_rise,
    visitor,
)

pytestmark = pytest.mark.browser
TABLET = {"width": 768, "height": 1024}
# The picture that is sent now keeps lines rather than images.
IN_DETAIL = """() => (window.__connections ?? []).some((pc) =>
  pc.connectionState === "connected" && pc.getSenders().some((sender) => {
    const [encoding] = sender.getParameters().encodings ?? [];
    return sender.track?.contentHint === "detail" && encoding?.maxFramerate <= 15;
  }))"""
BOTH = pytest.mark.parametrize("kind", ["chromium", "firefox"])


def in_a_call(stage, doctor, kind="chromium", **options):
    """Booked for now, in the waiting room, let in; both see and hear each other."""
    booked = doctor.book()
    patient = visitor(stage, kind, **options).open(booked["link"]).sit_down()
    doctor.join(booked["id"]).let_in()
    patient.is_in()
    picture_and_sound_rise(patient.page)
    return patient, booked


@BOTH
@pytest.mark.proves("S1", "S21", "S22", "S23", "S26", "S29", "S31", "S32", "R4", "R6", "R7", "A66", "C11")
def test_from_the_booking_to_the_hang_up(stage, doctor, kind):
    phone = "06 39 98 20 11" if kind == "chromium" else "06 39 98 20 12"
    doctor.book_by_form(phone)
    patient = visitor(stage, kind).open(doctor.link_sent_to(phone))
    expect(patient.heading("Téléconsultation avec le Dr Anaïs Morel")).to_be_visible(timeout=PATIENCE_MS)
    assert patient.page.evaluate("window.__seen.asked") == []
    patient.sit_down()

    expect(doctor.page.get_by_text(re.compile("en salle d'attente")).first).to_be_visible(timeout=PATIENCE_MS)
    assert patient.page.evaluate("window.__connections.length") == 0, "no media before admission"
    doctor.let_in()
    patient.is_in()
    picture_and_sound_rise(patient.page)
    picture_and_sound_rise(doctor.page)

    doctor.hang_up()
    expect(patient.heading("La consultation est terminée")).to_be_visible(timeout=PATIENCE_MS)
    assert patient.page.evaluate(LIVE_DEVICES) == 0, "camera and microphone are off"
    patient.page.reload()
    expect(patient.page.get_by_text("Elle a eu lieu aujourd’hui avec le Dr Anaïs Morel.")).to_be_visible(
        timeout=PATIENCE_MS
    )
    expect(patient.page.get_by_text("Restez au téléphone")).to_have_count(0)


@BOTH
@pytest.mark.proves("S1", "S24", "S28", "R7")
def test_a_resident_with_staff_beside_on_a_tablet(stage, doctor, kind):
    mail = f"infirmerie-{kind}@example.org"
    booked = doctor.book(
        contactRole="professional", contactName="Yann Kerbrat", phone=None, email=mail, channel="email"
    )
    sent = people.wait_for_message(doctor.page, lambda message: message["to"] == mail)
    link = next(link for link in sent["links"] if "/j#" in link)
    assert link == booked["link"]
    patient = visitor(stage, kind, viewport=TABLET).open(link).enter().accept()
    patient.write("Adresse", "Résidence des Chênes, chambre 12")
    patient.write("Numéro de téléphone", "02 40 11 11 11")
    patient.button("Oui, quelqu’un").click()
    patient.write("Son nom, et son lien avec vous", "Yann Kerbrat, infirmier")
    patient.waits()
    doctor.join(booked["id"])
    expect(doctor.page.get_by_text("Yann Kerbrat, infirmier")).to_be_visible(timeout=PATIENCE_MS)
    doctor.let_in()
    patient.is_in()
    picture_and_sound_rise(patient.page)
    picture_and_sound_rise(doctor.page)
    patient.button("Raccrocher").click()
    expect(patient.heading("Vous avez quitté la consultation")).to_be_visible()
    assert patient.page.evaluate(LIVE_DEVICES) == 0


@pytest.mark.proves("S31", "F24")
def test_a_link_before_its_slot_opens_by_itself(stage, doctor):
    booked = doctor.book(in_s=MARGIN_S + 8)
    patient = visitor(stage).open(booked["link"])
    expect(patient.heading("Votre rendez-vous avec le Dr Anaïs Morel est")).to_be_visible(timeout=PATIENCE_MS)
    expect(patient.page.get_by_role("timer")).to_have_text(re.compile(r"^Encore \d+ s$"))
    expect(patient.button(ENTER)).to_have_count(0)
    expect(patient.button(ENTER)).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.proves("R4")
def test_who_refuses_is_asked_why_and_the_visit_is_over(stage, doctor):
    booked = doctor.book()
    patient = visitor(stage).open(booked["link"]).enter()
    doctor.join(booked["id"])
    patient.button("Je refuse").click()
    patient.page.get_by_label("Pourquoi").fill("Je préfère venir")
    patient.button("Confirmer le refus").click()
    expect(patient.heading("La téléconsultation est refusée")).to_be_visible(timeout=PATIENCE_MS)
    expect(doctor.page.get_by_text("n'a pas donné son consentement")).to_be_visible(timeout=PATIENCE_MS)
    assert patient.page.evaluate("window.__seen.asked") == []


@BOTH
@pytest.mark.proves("F35", "F5")
def test_a_reload_loses_neither_the_place_nor_the_call(stage, doctor, kind):
    booked = doctor.book()
    patient = visitor(stage, kind).open(booked["link"]).sit_down()
    patient.page.reload()
    patient.waits()
    doctor.join(booked["id"]).let_in()
    patient.is_in()
    picture_and_sound_rise(patient.page)
    patient.page.reload()
    patient.is_in()
    picture_and_sound_rise(patient.page)
    picture_and_sound_rise(doctor.page)


@pytest.mark.proves("F25", "C13")
def test_without_camera_and_microphone_the_visit_goes_on(stage, doctor):
    booked = doctor.book()
    patient = visitor(stage, scripts=(NO_DEVICES,)).open(booked["link"]).enter().answer()
    patient.button("Continuer sans image ni son").click(timeout=PATIENCE_MS)
    patient.waits()
    doctor.join(booked["id"]).let_in()
    patient.is_in()
    picture_and_sound_rise(patient.page)


@pytest.mark.proves("C14")
def test_who_is_not_let_in_reads_why_and_may_still_come(stage, doctor):
    booked = doctor.book()
    patient = visitor(stage).open(booked["link"]).sit_down()
    doctor.join(booked["id"])
    doctor.button("Refuser").click()
    doctor.page.get_by_label("Explication (facultative)").fill("Une urgence : rappelez demain")
    doctor.button("Oui, refuser l'entrée").click()
    expect(patient.heading("Le Dr Anaïs Morel ne peut pas vous faire entrer")).to_be_visible(
        timeout=PATIENCE_MS
    )
    expect(patient.page.get_by_text("Une urgence : rappelez demain")).to_be_visible()
    assert patient.page.evaluate(LIVE_DEVICES) == 0


@pytest.mark.proves("C14", "A18")
def test_a_second_device_takes_over_and_the_first_lets_go(stage, doctor):
    patient, booked = in_a_call(stage, doctor)
    other = visitor(stage).open(booked["link"]).enter().is_in()
    expect(patient.heading("La consultation continue sur un autre appareil")).to_be_visible(
        timeout=PATIENCE_MS
    )
    assert patient.page.evaluate(LIVE_DEVICES) == 0
    picture_and_sound_rise(other.page)
    picture_and_sound_rise(doctor.page)


@BOTH
def test_the_practitioner_looks_closer_and_the_patient_reads_it(stage, doctor, kind):
    """« Détail »: fewer images, more lines; sound and picture go on; a reload of the patient's page keeps it."""
    patient, _ = in_a_call(stage, doctor, kind)
    sentence = patient.page.get_by_text("Le Dr Anaïs Morel regarde votre image de plus près")
    closer = doctor.page.get_by_role("button", name=re.compile("^Détail"))
    closer.click()
    expect(closer).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)
    expect(sentence).to_be_visible(timeout=PATIENCE_MS)
    patient.page.wait_for_function(IN_DETAIL, timeout=PATIENCE_MS)
    picture_and_sound_rise(doctor.page)
    patient.page.reload()
    expect(sentence).to_be_visible(timeout=PATIENCE_MS)
    closer.click()
    expect(closer).to_have_attribute("aria-pressed", "false", timeout=PATIENCE_MS)
    expect(sentence).to_have_count(0)


def test_words_in_writing_and_the_switches(stage, doctor):
    patient, _ = in_a_call(stage, doctor)
    patient.page.get_by_role("button", name="Messages").click()
    patient.page.get_by_label("Votre message").fill("Je ne vous entends pas bien")
    patient.button("Envoyer").click()
    log = patient.page.get_by_role("log", name="Messages")
    expect(log).to_contain_text("Vous Je ne vous entends pas bien")
    patient.button("Fermer").click()
    patient.button("Caméra").click()
    expect(doctor.page.get_by_text("Caméra coupée").first).to_be_visible(timeout=PATIENCE_MS)
    patient.button("Micro").click()
    expect(doctor.page.get_by_text("micro coupé").first).to_be_visible(timeout=PATIENCE_MS)
    patient.button("Caméra").click()
    patient.button("Micro").click()
    picture_and_sound_rise(doctor.page)
