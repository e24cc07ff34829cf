"""Every screen by axe (WCAG 2.2 AA and RGAA 4), narrow, and by keyboard alone.

With SCREEN_SHOTS=1 each screen is also photographed at three sizes and at a zoom of 200 % into tests/artifacts.
"""

import os

import pytest
from playwright.sync_api import expect

from tests.e2e import people
from tests.e2e.installation import ROOT
from tests.e2e.stage import ARTIFACTS, BRITTLE, tidy
from tests.e2e.test_camera_trouble import NO_DEVICES, REJECT

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4"]
SIZES = {"phone": (360, 740), "tablet": (768, 1024), "desk": (1440, 900), "desk-200": (720, 450)}
"""The last is the desk's, zoomed to 200 %."""
RUN = """async (tags) => {
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return violations.map(({ id, impact, help, nodes }) => ({
    id, impact, help, where: nodes.map((node) => node.target.join(" ")).slice(0, 5),
  }));
}"""


def look(page, name):
    """Audit the screen as it is, at the width of a phone, and photograph it."""
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 740})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(size)
    if os.environ.get("SCREEN_SHOTS"):
        photograph(page, name, size)
    page.evaluate(AXE.read_text("utf-8") + "; 0")
    found = page.evaluate(RUN, TAGS)
    assert found == [], name
    assert width <= 320, f"{name}: wider than 320 px"


def photograph(page, name, size):
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for kind, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=ARTIFACTS / f"screen-{tidy(name)}-{kind}.png", caret="initial")
    page.set_viewport_size(size)


@pytest.mark.proves("R30")
def test_sign_in_screens(stage):
    page = stage.visitor()
    page.goto(stage.installation.url)
    expect(page.get_by_label("Identifiant")).to_be_visible()
    look(page, "sign-in")
    page.get_by_role("button", name="Recevoir mon code").click()
    look(page, "sign-in, fields missing")
    page.get_by_label("Identifiant").fill("regulateur")
    page.get_by_label("Mot de passe").fill(people.PASSWORD)
    page.get_by_role("button", name="Recevoir mon code").click()
    expect(page.get_by_label("Code reçu")).to_be_visible()
    look(page, "sign-in, code")


@pytest.mark.proves("R30")
def test_screens_around_the_work(stage):
    page = stage.dispatcher().page
    page.goto(stage.installation.url)
    expect(page.get_by_role("link", name="Visiorégulation")).to_be_visible()
    look(page, "kiosk")
    for opener in ("Signaler un incident", "Une question ?"):
        page.get_by_role("button", name=opener).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        look(page, opener)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Accessibilité").click()
    look(page, "accessibility statement")
    page.goto(f"{stage.installation.url}/nowhere")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, "not found")


@pytest.mark.proves("R30")
def test_page_b_and_the_call(stage):
    dispatcher = stage.dispatcher()
    page = dispatcher.page
    look(page, "page B")
    dispatcher.phone.fill("12")
    dispatcher.button("Lancer l'invitation").click()
    expect(dispatcher.phone).to_have_attribute("aria-invalid", "true")
    look(page, "page B, wrong number")
    link = dispatcher.invite(phone="06 39 98 40 01")["link"]
    expect(dispatcher.step("Invitation envoyée")).to_be_visible()
    look(page, "page B, invitation out")
    dispatcher.button("Afficher un QR code").click()
    look(page, "page B, QR code")
    page.keyboard.press("Escape")
    dispatcher.button("Annuler").click()
    look(page, "page B, cancel")
    page.keyboard.press("Escape")

    caller = stage.caller().open(link)
    expect(caller.button(people.SHOW_CAMERA)).to_be_visible()
    look(caller.page, "caller, ready")
    caller.show_camera()
    dispatcher.wait_for_picture()
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=15_000)
    look(caller.page, "caller, live")
    look(page, "call")
    dispatcher.button("Figer").click()
    dispatcher.button("Activer ma caméra").click()
    expect(caller.page.get_by_label("La personne qui vous parle")).to_be_visible(timeout=15_000)
    look(page, "call, frozen, own camera")
    look(caller.page, "caller, live, sees the dispatcher")
    dispatcher.hang_up()
    expect(caller.page.get_by_role("heading", name="C’est terminé")).to_be_visible()
    look(caller.page, "caller, finished")


@pytest.mark.proves("R30")
def test_a_call_in_trouble(stage):
    dispatcher = stage.dispatcher()
    caller = stage.caller(scripts=(BRITTLE,)).open(dispatcher.invite_by_qr()["link"]).show_camera()
    dispatcher.wait_for_picture()
    expect(dispatcher.fact("Caméra")).to_have_text("arrière", timeout=15_000)
    dispatcher.button("Détail").click()
    dispatcher.page.evaluate("window.scrollTo(0, 0)")
    look(dispatcher.page, "call, detail")
    caller.page.evaluate("window.__camera.isTaken = true")
    expect(caller.button("Réactiver")).to_be_visible()
    look(caller.page, "caller, camera taken")
    expect(dispatcher.page.get_by_text("dernière image il y a")).to_be_visible()
    look(dispatcher.page, "call, camera interrupted")
    caller.page.evaluate("window.__camera.isTaken = false")
    caller.button("Réactiver").click()
    dispatcher.frames_rise()
    caller.page.evaluate("window.__hide(true)")
    expect(dispatcher.page.get_by_text("Caméra en pause").first).to_be_visible()
    look(dispatcher.page, "call, camera paused")


@pytest.mark.proves("R30")
@pytest.mark.parametrize(
    ("message", "name"), [("Permission dismissed", "dismissed"), ("denied by system", "system")]
)
def test_the_callers_refusals(stage, message, name):
    dispatcher = stage.dispatcher()
    caller = stage.caller(scripts=(BRITTLE,)).open(dispatcher.invite_by_qr()["link"])
    caller.page.evaluate(
        "(message) => Object.assign(__camera, { trouble: 'NotAllowedError', message })", message
    )
    caller.show_camera()
    expect(caller.button("Réessayer")).to_be_visible()
    look(caller.page, f"caller, refused, {name}")


@pytest.mark.proves("R30")
@pytest.mark.parametrize(
    ("script", "heading"),
    [
        (REJECT % "NotAllowedError", "L’appareil photo est bloqué"),
        (REJECT % "NotReadableError", "L’appareil photo est déjà pris"),
        (REJECT % "NotFoundError", "Aucun appareil photo trouvé"),
        (NO_DEVICES, "Ouvrez le lien dans votre navigateur"),
        ("if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = () => new Promise(() => {});",
         "Touchez « Autoriser »"),
    ],
    ids=["refused", "busy", "missing", "in-app", "asking"],
)  # fmt: skip
def test_the_callers_troubles(stage, script, heading):
    dispatcher = stage.dispatcher()
    caller = stage.caller(scripts=(script,)).open(dispatcher.invite_by_qr()["link"]).show_camera()
    expect(caller.page.get_by_role("heading", name=heading)).to_be_visible()
    caller.page.wait_for_load_state("networkidle")
    look(caller.page, f"caller, {heading}")


@pytest.mark.proves("R30")
def test_the_callers_closed_doors(stage):
    caller = stage.caller().open(f"{stage.installation.url}/j")
    expect(caller.page.get_by_label("Code à six caractères")).to_be_visible()
    look(caller.page, "caller, code")
    unknown = stage.caller().open(f"{stage.installation.url}/j#{'2' * 27}")
    expect(unknown.page.get_by_role("heading", name="Ce lien n’est pas reconnu")).to_be_visible()
    look(unknown.page, "caller, unknown link")


@pytest.mark.proves("R30")
def test_page_b_by_keyboard_alone(stage):
    dispatcher = stage.dispatcher()
    page = dispatcher.page
    press = page.keyboard.press
    page.bring_to_front()
    expect(dispatcher.phone).to_be_focused()
    page.keyboard.type("06 39 98 40 02")
    press("Enter")
    expect(dispatcher.button("Renvoyer")).to_be_visible()

    tab_to(page, "Afficher un QR code")
    press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(dispatcher.button("Afficher un QR code")).to_be_focused()

    tab_to(page, "Annuler")
    press("Enter")
    tab_to(page, "Oui, annuler l'invitation")
    press("Enter")
    expect(dispatcher.button("Lancer l'invitation")).to_be_visible()
    expect(dispatcher.phone).to_be_focused()
    expect(dispatcher.phone).to_have_value("")


@pytest.mark.proves("R30", "S58")
def test_a_call_is_hung_up_by_its_key(stage):
    dispatcher = stage.dispatcher()
    stage.caller().open(dispatcher.invite_by_qr()["link"]).show_camera()
    dispatcher.wait_for_picture()
    expect(dispatcher.button("Raccrocher")).to_be_visible()
    dispatcher.page.bring_to_front()
    dispatcher.page.keyboard.press("Alt+KeyR")
    expect(dispatcher.phone).to_be_focused()


def tab_to(page, name, most=40):
    """Press Tab until the focus is on that button, which must then be outlined."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            outline = page.evaluate(
                "(({ outlineStyle, boxShadow }) => [outlineStyle, boxShadow])(getComputedStyle(document.activeElement))"
            )
            assert outline != ["none", "none"]
            return
    pytest.fail(f"{name} cannot be reached with Tab")
