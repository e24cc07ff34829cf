"""One invitation, four doors; what may not open them; and what a closed door says."""

import re
import shutil
import sqlite3
import subprocess
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from tests.e2e import people

pytestmark = pytest.mark.browser


NOBODY_ANSWERS = """if (navigator.mediaDevices) {
  navigator.mediaDevices.getUserMedia = () => new Promise(() => {});
}"""


def message_to(dispatcher, recipient):
    return people.wait_for_message(dispatcher.page, lambda message: message["to"] == recipient)


def live(dispatcher, caller):
    caller.show_camera()
    dispatcher.wait_for_picture()
    dispatcher.frames_rise()


@pytest.mark.proves("S14", "S47", "S48", "C35")
def test_by_sms(stage):
    dispatcher = stage.dispatcher()
    dispatcher.invite(phone="06 39 98 20 01")
    message = message_to(dispatcher, "+33639982001")
    assert message["channel"] == "sms"
    assert len(message["text"]) <= 160
    assert len(message["links"]) == 1
    live(dispatcher, stage.caller().open(message["links"][0]))


@pytest.mark.proves("S14", "S47", "S48")
def test_by_email(stage):
    dispatcher = stage.dispatcher()
    dispatcher.invite(email="appelant@exemple.fr")
    message = message_to(dispatcher, "appelant@exemple.fr")
    assert message["channel"] == "email"
    live(dispatcher, stage.caller("firefox").open(message["links"][0]))


@pytest.mark.proves("S48")
def test_by_qr_code(stage, tmp_path):
    if not shutil.which("zbarimg"):
        pytest.skip("reading the QR code needs the Debian package zbar-tools")
    dispatcher = stage.dispatcher()
    invitation = dispatcher.invite_by_qr()
    dispatcher.page.get_by_role("img", name="QR code du lien d'invitation").screenshot(
        path=tmp_path / "qr.png", caret="initial"
    )
    read = subprocess.check_output(["zbarimg", "-q", "--raw", tmp_path / "qr.png"], text=True).strip()
    assert read == invitation["link"]
    live(dispatcher, stage.caller().open(read))


@pytest.mark.proves("S48", "C16")
def test_by_typed_code(stage):
    dispatcher = stage.dispatcher()
    code = dispatcher.invite(phone="06 39 98 20 02")["code"]
    expect(dispatcher.page.get_by_text(code, exact=True)).to_be_visible()
    caller = stage.caller().open(f"{stage.installation.url}/j")
    caller.page.get_by_label("Code à six caractères").fill(f"{code[:3]} {code[3:]}".lower())
    caller.button("Continuer").click()
    live(dispatcher, caller)


@pytest.mark.proves("C16")
def test_a_wrong_code_says_so_and_lets_try_again(stage):
    caller = stage.caller().open(f"{stage.installation.url}/j")
    field = caller.page.get_by_label("Code à six caractères")
    field.fill("ABC")
    caller.button("Continuer").click()
    expect(caller.page.get_by_role("alert")).to_have_text("Le code a six caractères.")
    field.fill("ZZZZZZ")
    caller.button("Continuer").click()
    expect(caller.page.get_by_role("alert")).to_contain_text("n’est pas reconnu")
    expect(field).to_be_editable()


@pytest.mark.proves("A15", "C5")
def test_robots_neither_consume_nor_expire_the_link(stage):
    dispatcher = stage.dispatcher()
    link = dispatcher.invite(phone="06 39 98 20 03")["link"]

    def visit(_):
        with urllib.request.urlopen(link.split("#")[0]) as answer:
            return answer.status

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(visit, range(20))) == [200] * 20

    robot = stage.caller(scripts=(NOBODY_ANSWERS,)).open(
        link
    )  # a scanner of links that runs scripts and clicks
    robot.show_camera()
    expect(dispatcher.step("Caméra demandée")).to_be_visible()
    robot.page.close()

    live(dispatcher, stage.caller().open(link))


@pytest.mark.proves("A18", "C6", "F35")
def test_a_second_phone_takes_the_seat(stage):
    dispatcher = stage.dispatcher()
    link = dispatcher.invite_by_qr()["link"]
    first = stage.caller().open(link)
    live(dispatcher, first)
    second = stage.caller("firefox").open(link).show_camera()
    expect(first.page.get_by_role("heading", name="L’image passe par un autre appareil")).to_be_visible()
    expect(dispatcher.step("Un autre appareil a pris la suite")).to_be_visible()
    expect(second.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=20_000)
    dispatcher.frames_rise()
    first.button("Continuer sur cet appareil").click()
    expect(second.page.get_by_role("heading", name="L’image passe par un autre appareil")).to_be_visible()
    expect(first.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=20_000)


@pytest.mark.proves("A17", "F24")
def test_an_expired_link_is_refused_politely(stage):
    dispatcher = stage.dispatcher()
    invitation = dispatcher.invite_by_qr()
    with sqlite3.connect(next(stage.installation.data.glob("*.db"))) as database:
        database.execute("update invitation set expires_at = 1 where id = ?", (invitation["id"],))
    database.close()
    refused(stage, invitation["link"], "Ce lien n’est plus valable")


@pytest.mark.proves("A17")
def test_a_cancelled_link_is_refused_politely(stage):
    dispatcher = stage.dispatcher()
    link = dispatcher.invite(phone="06 39 98 20 04")["link"]
    dispatcher.button("Annuler").click()
    dispatcher.button("Oui, annuler l'invitation").click()
    expect(dispatcher.button("Lancer l'invitation")).to_be_visible()
    expect(dispatcher.phone).to_have_value("")
    refused(stage, link, "Ce lien a été annulé")


@pytest.mark.proves("A17")
def test_a_finished_and_an_unknown_link_are_refused_politely(stage):
    dispatcher = stage.dispatcher()
    link = dispatcher.invite_by_qr()["link"]
    live(dispatcher, stage.caller().open(link))
    dispatcher.hang_up()
    refused(stage, link, "Cet appel est terminé")
    refused(stage, link[:-3] + "222", "Ce lien n’est pas reconnu")


def refused(stage, link, heading):
    caller = stage.caller().open(link)
    expect(caller.page.get_by_role("heading", name=heading)).to_be_visible()
    expect(caller.page.get_by_text("Restez au téléphone et demandez un nouveau lien.")).to_be_visible()
    expect(caller.button(people.SHOW_CAMERA)).to_have_count(0)


@pytest.mark.proves("S47", "S48")
def test_resending_sends_the_same_link_to_a_corrected_number(stage):
    dispatcher = stage.dispatcher()
    dispatcher.invite(phone="06 39 98 20 05")
    first = message_to(dispatcher, "+33639982005")
    dispatcher.phone.fill("06 39 98 20 06")
    dispatcher.button("Renvoyer").click()
    assert message_to(dispatcher, "+33639982006")["links"] == first["links"]


@pytest.mark.proves("A3")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("08 99 12 34 56", "surtaxés"),
        ("+44 7911 123456", "pays"),
        ("02 40 12 34 56", "fixe"),
        ("06 12 34 56", "valable"),
    ],
)
def test_a_number_that_cannot_be_used_is_explained_beside_the_field(stage, typed, said):
    dispatcher = stage.dispatcher()
    dispatcher.phone.fill(typed)
    dispatcher.button("Lancer l'invitation").click()
    expect(dispatcher.phone).to_have_attribute("aria-invalid", "true")
    expect(dispatcher.page.get_by_text(re.compile(said))).to_be_visible()
    expect(dispatcher.phone).to_have_value(typed)
