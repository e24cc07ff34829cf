"""The camera does not come: what the caller reads, what the dispatcher reads, and the way on without a reload."""

import pytest
from playwright.sync_api import expect

from tests.e2e import people

pytestmark = pytest.mark.browser

REJECT = """if (navigator.mediaDevices) {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.__trouble = "%s";
  navigator.mediaDevices.getUserMedia = (constraints) =>
    window.__trouble ? Promise.reject(new DOMException("Permission denied", window.__trouble)) : open(constraints);
}"""
NO_DEVICES = (
    "Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined, configurable: true });"
)
IN_APP = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 7 Build/UQ1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/156.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/450.0;]"
)
TAP_AND_TIME = """(wanted) => new Promise((resolve) => {
  const start = performance.now();
  const look = () => {
    if (document.querySelector("h1")?.textContent === wanted) resolve(performance.now() - start);
    else setTimeout(look, 10);
  };
  [...document.querySelectorAll("button")].find((button) => button.textContent.includes("Montrer")).click();
  look();
})"""
GUIDANCE_MS = 1000


def tap_and_time(caller, heading):
    """Milliseconds from the tap to the guidance."""
    expect(caller.button(people.SHOW_CAMERA)).to_be_visible()
    return caller.page.evaluate(TAP_AND_TIME, heading)


@pytest.mark.proves("F25", "C12")
def test_refused_then_granted_without_a_reload(stage):
    dispatcher = stage.dispatcher()
    link = dispatcher.invite_by_qr()["link"]
    caller = stage.caller("asking").open(link)
    denied = answer(stage, caller.page, "denied")
    assert tap_and_time(caller, "L’appareil photo est bloqué") <= GUIDANCE_MS
    expect(dispatcher.step("Caméra refusée")).to_be_visible()
    expect(dispatcher.page.get_by_text("La page vous montre comment autoriser la caméra")).to_be_visible()

    caller.page.evaluate("window.__sameDocument = true")
    denied.detach()
    answer(stage, caller.page, "granted")
    dispatcher.wait_for_picture()
    dispatcher.frames_rise()
    assert caller.page.evaluate("window.__sameDocument")


def answer(stage, page, setting):
    """What the person answers to the browser's question, while the returned session lives."""
    control = stage.running.get("asking").new_browser_cdp_session()
    target = page.context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]
    control.send(
        "Browser.setPermission",
        {
            "permission": {"name": "camera"},
            "setting": setting,
            "origin": stage.installation.url,
            "browserContextId": target["browserContextId"],
        },
    )
    return control


TROUBLES = [
    pytest.param("NotReadableError", "L’appareil photo est déjà pris", "busy", id="busy"),
    pytest.param("NotFoundError", "Aucun appareil photo trouvé", "missing", id="missing"),
    pytest.param("NotAllowedError", "L’appareil photo est bloqué", "refused", id="refused"),
]
STEPS = {
    "busy": "Caméra déjà utilisée",
    "missing": "Aucune caméra trouvée",
    "refused": "Caméra refusée",
    "in-app": "Navigateur sans caméra",
}


@pytest.mark.proves("F25", "C12", "C13")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
@pytest.mark.parametrize(("name", "heading", "trouble"), TROUBLES)
def test_guidance_at_once_and_the_way_back(stage, kind, name, heading, trouble):
    dispatcher = stage.dispatcher()
    caller = stage.caller(kind, scripts=(REJECT % name,)).open(dispatcher.invite_by_qr()["link"])
    assert tap_and_time(caller, heading) <= GUIDANCE_MS
    expect(dispatcher.step(STEPS[trouble])).to_be_visible()
    caller.page.evaluate("window.__trouble = ''")
    caller.button("Réessayer").click()
    dispatcher.wait_for_picture()
    dispatcher.frames_rise()


@pytest.mark.proves("C1", "F36")
def test_an_in_app_browser_is_led_to_a_real_one(stage):
    dispatcher = stage.dispatcher()
    caller = stage.caller(scripts=(NO_DEVICES,), user_agent=IN_APP).open(dispatcher.invite_by_qr()["link"])
    assert tap_and_time(caller, "Ouvrez le lien dans votre navigateur") <= GUIDANCE_MS
    expect(dispatcher.step(STEPS["in-app"])).to_be_visible()
