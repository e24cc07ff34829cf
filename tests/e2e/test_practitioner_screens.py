"""The practitioner's screens: agenda, appointment, waiting room and call, by axe, narrow, and in a real browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import people
from tests.e2e.stage import SMALL_CAMERA, Stage
from tests.e2e.test_accessibility import look
from tests.e2e.visits import (
    DECODED_OF_EACH,
    Patient,
    Practitioner,
    every_pair_rises,
    picture_and_sound_rise,
    pictures_move,
    visitor,
)

pytestmark = pytest.mark.browser

PATIENCE_MS = 30_000
IDENTITY = {
    "Nom de naissance": "DURAND",
    "Prénoms de naissance": "JEANNE MARIE",
    "Date de naissance": "12/03/1948",
    "Lieu de naissance (code INSEE)": "44109",
}


def practitioner(stage: Stage, kind: str = "chromium", **options: Any) -> Page:
    """Signed in, in front of « Mes téléconsultations »."""
    page = stage.visitor(kind, **options)
    people.sign_in(page, stage.installation.url, "medecin", "Téléconsultation")
    page.get_by_role("link", name="Téléconsultation").click()
    expect(page.get_by_role("heading", name="Mes téléconsultations")).to_be_visible()
    return page


def identify(page: Page) -> None:
    for label, value in IDENTITY.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Féminin").check()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def close_dialog(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.proves("R30", "S21", "S22", "S23", "S26", "S30", "S32")
def test_from_an_empty_agenda_to_an_appointment(stage):
    page = practitioner(stage)
    expect(page.get_by_text("Votre agenda est vide")).to_be_visible()
    look(page, "agenda, empty")
    press(page, "Téléconsultation immédiate")
    expect(page.get_by_text("l'envoi d'ordonnance et le paiement ne sont pas disponibles")).to_be_visible()
    look(page, "agenda, immediate")
    close_dialog(page)
    page.get_by_role("link", name="Nouveau rendez-vous").click()
    press(page, "Créer le rendez-vous")
    expect(page.get_by_label("Nom de naissance", exact=True)).to_be_focused()
    look(page, "appointment, fields missing")
    identify(page)
    page.get_by_label("Motif").fill("Suivi de plaie")
    page.get_by_label("Téléphone mobile").fill("06 39 98 40 11")
    page.get_by_label("SMS").check()
    press(page, "Maintenant")
    look(page, "appointment, filled")
    press(page, "Créer le rendez-vous")
    expect(page.get_by_text("Rendez-vous créé")).to_be_visible(timeout=PATIENCE_MS)
    press(page, "Voir le lien et le code")
    expect(page.get_by_role("dialog").get_by_text("SMS parti au 06 39 98 40 11")).to_be_visible(
        timeout=PATIENCE_MS
    )
    look(page, "appointment, details")
    press(page, "Annuler le rendez-vous")
    look(page, "appointment, cancel")
    press(page, "Non, le garder")
    close_dialog(page)
    line = page.get_by_role("article")
    expect(line).to_contain_text("Invitation envoyée")
    look(page, "agenda")
    line.get_by_role("button", name="Rejoindre").click()
    expect(page.get_by_text("En attente du patient")).to_be_visible(timeout=PATIENCE_MS)
    look(page, "meeting, alone")
    press(page, "Raccrocher")
    expect(page.get_by_text("Le rendez-vous reste ouvert")).to_be_visible()


def invite(page: Page, name: str, role: str) -> str:
    """« Inviter un participant »: the link that was made."""
    press(page, "Inviter un participant")
    page.get_by_role("radio", name=role).check()
    page.get_by_label("Nom", exact=True).fill(name)
    with page.expect_response("**/participants") as answer:
        press(page, "Inviter")
    expect(page.get_by_text("Invitation prête")).to_be_visible()
    return answer.value.json()["link"]


def tiles_move(page: Page, count: int) -> None:
    """As many tiles, and new pictures in each."""
    expect(page.locator(".meeting-tile")).to_have_count(count, timeout=PATIENCE_MS)
    pictures_move(page, ".meeting-tile video")


def leaves_and_returns(page: Page, guest: Patient, link: str, others: tuple[Page, ...]) -> None:
    """« Raccrocher »: one tile less for each, the others move on; and back by the same link, through the same door."""
    guest.button("Raccrocher").click()
    expect(guest.heading("Vous avez quitté la consultation")).to_be_visible()
    expect(page.locator(".meeting-tile")).to_have_count(2)
    for other in others:
        expect(other.locator(".tile")).to_have_count(2)
    every_pair_rises(page, *others)
    guest.page.goto("about:blank")
    guest.open(link).enter().waits()
    assert guest.page.evaluate(DECODED_OF_EACH) == {}, "no media before admission"
    press(page, "Faire entrer")
    guest.is_in()


@pytest.mark.proves("R30", "A66", "C11")
@pytest.mark.parametrize(("kind", "at_home"), [("chromium", "firefox"), ("firefox", "chromium")])
def test_four_in_one_call_and_one_who_leaves_and_returns(stage, kind, at_home):
    page = practitioner(stage, kind, scripts=(SMALL_CAMERA,))
    doctor = Practitioner(page, stage.installation.url)
    booked = doctor.book(reason="Suivi de plaie")
    press(page, "Téléconsultation immédiate")
    patient = visitor(stage, at_home, scripts=(SMALL_CAMERA,)).open(booked["link"]).sit_down()
    arrival = page.get_by_role("dialog").get_by_text("PETIT : en salle d'attente")
    expect(arrival).to_be_visible(timeout=PATIENCE_MS)
    look(page, f"agenda, somebody comes behind a dialog, {kind}")
    close_dialog(page)
    expect(page.get_by_text("PETIT : en salle d'attente")).to_be_visible(timeout=PATIENCE_MS)
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    look(page, f"agenda, somebody waits, {kind}")
    press(page, "Voir")
    waiting = page.get_by_role("region", name="En salle d'attente")
    expect(waiting.get_by_role("button", name="Faire entrer")).to_be_visible(timeout=PATIENCE_MS)
    look(page, f"meeting, somebody waits, {kind}")
    press(page, "Faire entrer")
    patient.is_in()
    every_pair_rises(page, patient.page)
    look(page, f"meeting, two, {kind}")
    page.get_by_role("button", name=re.compile("^Détail")).click()
    look(page, f"meeting, two, detail, {kind}")

    guests, links = [], []
    for name, role in (("Luc Petit", "Un proche"), ("Paul Martin", "Un soignant")):
        links.append(invite(page, name, role))
        guest = visitor(stage, scripts=(SMALL_CAMERA,)).open(links[-1])
        look(page, f"meeting, invited, {kind}")
        close_dialog(page)
        guest.enter()
        press(page, "Faire entrer")
        guests.append(guest.is_in())
    relative, staff = guests
    every_pair_rises(page, patient.page, relative.page, staff.page)
    expect(page.get_by_text("En cours, 4 participants")).to_be_visible()
    tiles_move(page, 3)
    look(page, f"meeting, four, {kind}")
    look(patient.page, f"visit, call of four, {at_home}")

    leaves_and_returns(page, relative, links[0], (patient.page, staff.page))
    every_pair_rises(page, patient.page, relative.page, staff.page)
    press(page, "Micro")
    expect(page.get_by_text("Votre micro est coupé.")).to_be_visible()
    press(page, "Discussion")
    page.get_by_label("Écrire à tous").fill("Bonjour à tous")
    press(page, "Envoyer")
    expect(page.get_by_role("log")).to_contain_text("Bonjour à tous")
    look(page, f"meeting, chat, {kind}")
    press(page, "Son et image")
    look(page, f"meeting, devices, {kind}")
    close_dialog(page)
    page.reload()
    tiles_move(page, 3)
    press(page, "Raccrocher")
    expect(page.get_by_text("La téléconsultation est terminée.")).to_be_visible()
    expect(patient.heading("La consultation est terminée")).to_be_visible(timeout=PATIENCE_MS)


def test_training_with_a_virtual_patient(stage):
    page = practitioner(stage)
    press(page, "S'entraîner avec un patient fictif")
    waiting = page.get_by_role("region", name="En salle d'attente")
    expect(waiting.get_by_text("Patient fictif")).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate(DECODED_OF_EACH) == {}, "no media before admission"
    look(page, "training, at the door")
    press(page, "Faire entrer")
    picture_and_sound_rise(page)
    look(page, "training, call")
    press(page, "Raccrocher")
    expect(page.get_by_text("La téléconsultation est terminée.")).to_be_visible()
