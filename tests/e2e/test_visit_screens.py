"""Every screen of a visitor by axe, and narrow; with SCREEN_SHOTS=1 photographed at three sizes."""

import pytest
from playwright.sync_api import expect

from chevet.model.appointments import Appointment
from tests.e2e.people import PATIENCE_MS
from tests.e2e.test_accessibility import look
from tests.e2e.test_camera_trouble import REJECT
from tests.e2e.test_equipment import in_store
from tests.e2e.visits import ENTER, MARGIN_S, picture_and_sound_rise, visitor

pytestmark = pytest.mark.browser
DAY_S = 86_400


def move_to_yesterday(tx, appointment_id):
    """The form takes no slot of the past; time makes one."""
    appointment = tx.get(Appointment, appointment_id)
    appointment.start_at -= DAY_S
    appointment.end_at -= DAY_S
    tx.update(appointment)


@pytest.mark.proves("R30")
def test_the_door_and_the_questions(stage, doctor):
    early = visitor(stage).open(doctor.book(in_s=MARGIN_S + 3600)["link"])
    expect(early.page.get_by_role("timer")).to_be_visible(timeout=PATIENCE_MS)
    look(early.page, "visit, early")

    booked = doctor.book()
    in_store(stage.installation, lambda tx: move_to_yesterday(tx, booked["id"]))
    over = visitor(stage).open(booked["link"])
    expect(over.heading("Ce rendez-vous est passé")).to_be_visible(timeout=PATIENCE_MS)
    look(over.page, "visit, over")
    cancelled = doctor.book()
    doctor.post(f"/api/appointments/{cancelled['id']}/cancel")
    gone = visitor(stage).open(cancelled["link"])
    expect(gone.heading("Ce rendez-vous a été annulé")).to_be_visible(timeout=PATIENCE_MS)
    look(gone.page, "visit, cancelled")

    patient = visitor(stage).open(doctor.book()["link"])
    expect(patient.button(ENTER)).to_be_visible(timeout=PATIENCE_MS)
    look(patient.page, "visit, door")
    patient.enter()
    expect(patient.button("Je refuse")).to_be_visible(timeout=PATIENCE_MS)
    look(patient.page, "visit, consent")
    patient.button("Je refuse").click()
    look(patient.page, "visit, refusal")
    patient.button("Revenir").click()
    patient.accept()
    patient.button("Continuer").click()
    look(patient.page, "visit, place missing")
    patient.write("Adresse", "12 rue des Lilas, Nantes")
    look(patient.page, "visit, number")
    patient.write("Numéro de téléphone", "02 40 11 11 11")
    look(patient.page, "visit, company")
    patient.button("Oui, quelqu’un").click()
    look(patient.page, "visit, who")


@pytest.mark.proves("R30")
def test_the_waiting_room_and_the_call(stage, doctor):
    booked = doctor.book()
    patient = visitor(stage).open(booked["link"]).sit_down()
    look(patient.page, "visit, waiting room")
    doctor.join(booked["id"]).let_in()
    patient.is_in()
    picture_and_sound_rise(patient.page)
    look(patient.page, "visit, call")
    patient.page.get_by_role("button", name="Messages").click()
    patient.page.get_by_label("Votre message").fill("Bonjour docteur")
    patient.button("Envoyer").click()
    expect(patient.page.get_by_role("log")).to_contain_text("Bonjour docteur")
    look(patient.page, "visit, call, messages")
    patient.button("Fermer").click()
    patient.button("Micro").click()
    patient.button("Caméra").click()
    look(patient.page, "visit, call, switched off")
    patient.button("Raccrocher").click()
    look(patient.page, "visit, left")


@pytest.mark.proves("R30")
def test_who_is_kept_waiting_who_is_refused_and_the_end(stage, doctor):
    refusing = visitor(stage).open(doctor.book()["link"]).enter()
    refusing.button("Je refuse").click()
    refusing.button("Confirmer le refus").click()
    expect(refusing.heading("La téléconsultation est refusée")).to_be_visible(timeout=PATIENCE_MS)
    look(refusing.page, "visit, consent refused")

    booked = doctor.book(reason="Suivi de plaie")
    patient = visitor(stage).open(booked["link"]).sit_down()
    doctor.join(booked["id"])
    doctor.button("Message").click()
    look(doctor.page, "meeting, a word to who waits")
    doctor.button("Je suis à vous dans quelques minutes.").click()
    expect(patient.page.get_by_text("Je suis à vous dans quelques minutes.")).to_be_visible(
        timeout=PATIENCE_MS
    )
    look(patient.page, "visit, waiting room, a word")
    doctor.button("Refuser").click()
    doctor.page.get_by_label("Explication (facultative)").fill("Une urgence : rappelez demain")
    look(doctor.page, "meeting, refusal")
    doctor.button("Oui, refuser l'entrée").click()
    expect(patient.page.get_by_text("Une urgence : rappelez demain")).to_be_visible(timeout=PATIENCE_MS)
    look(patient.page, "visit, declined")
    look(doctor.page, "meeting, declined")

    doctor.let_in()
    patient.is_in()
    picture_and_sound_rise(doctor.page)
    other = visitor(stage).open(booked["link"]).enter().is_in()
    expect(patient.heading("La consultation continue sur un autre appareil")).to_be_visible(
        timeout=PATIENCE_MS
    )
    look(patient.page, "visit, replaced")
    doctor.button("Non : examen physique nécessaire").click()
    expect(doctor.page.get_by_text("Décision d'arrêt notée")).to_be_visible()
    look(doctor.page, "meeting, unsuitable")
    doctor.hang_up()
    expect(other.heading("La consultation est terminée")).to_be_visible(timeout=PATIENCE_MS)
    look(other.page, "visit, finished")
    look(doctor.page, "agenda, after the call")


@pytest.mark.proves("R30", "S18")
def test_an_immediate_one(stage, doctor):
    phone = "06 39 98 40 12"
    doctor.button("Téléconsultation immédiate").click()
    doctor.page.get_by_label("Téléphone mobile").fill(phone)
    doctor.button("Appeler").click()
    expect(doctor.button("Raccrocher")).to_be_visible(timeout=PATIENCE_MS)
    look(doctor.page, "meeting, immediate")
    patient = visitor(stage).open(doctor.link_sent_to(phone))
    expect(patient.button(ENTER)).to_be_visible(timeout=PATIENCE_MS)
    look(patient.page, "visit, door, immediate")
    doctor.hang_up()


@pytest.mark.proves("R30")
def test_a_refused_device_and_the_test_of_the_equipment(stage, doctor):
    link = doctor.book()["link"]
    refused = visitor(stage, scripts=(REJECT % "NotAllowedError",)).open(link).enter().answer()
    expect(refused.heading("La caméra et le micro ne s’ouvrent pas")).to_be_visible(timeout=PATIENCE_MS)
    look(refused.page, "visit, devices refused")
    refused.button("Continuer sans image ni son").click()
    look(refused.page, "visit, waiting room without devices")

    patient = visitor(stage).open(link)
    patient.button("Tester mon matériel").click()
    look(patient.page, "visit, test, before")
    patient.button("Commencer le test").click()
    expect(patient.button("Écouter encore")).to_be_visible(timeout=PATIENCE_MS)
    look(patient.page, "visit, test, heard")
    patient.button("Non").click()
    expect(patient.button("Recommencer")).to_be_visible(timeout=60_000)
    patient.page.get_by_text("Rapport pour l’informaticien", exact=True).click()
    look(patient.page, "visit, test, report")
