"""Devices that fail in mid-call: what both sides read, how soon, and that the picture comes back by itself."""

import time

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from tests.e2e import people
from tests.e2e.stage import BRITTLE
from tests.e2e.test_camera_trouble import answer

pytestmark = pytest.mark.browser

FEW = 4
"""Frames that prove a moving picture."""

NOTICE_MS = 1_000
PAUSE_MS = 2_000
FROZEN_MS = 5_000
FROZEN_TAB_MS = 20_000
"""Longer than a socket may leave pings unanswered."""
BACK_S = 3.0
REJOIN_S = 8.0


def live(stage, kind="chromium", scripts=()):
    dispatcher = stage.dispatcher()
    caller = stage.caller(kind, scripts=(BRITTLE, *scripts)).open(dispatcher.invite_by_qr()["link"])
    caller.show_camera()
    dispatcher.wait_for_picture()
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=20_000)
    expect(dispatcher.fact("Caméra")).to_be_visible(timeout=10_000)  # what looks after the camera is there
    return dispatcher, caller


def back_within(dispatcher, seconds, since=None):
    """Frames rise at the dispatcher's again, `seconds` after now (or after `since`) at the latest."""
    since = since or time.monotonic()
    start = dispatcher.page.evaluate(people.DECODED)
    dispatcher.page.wait_for_function(
        f"async () => (await ({people.DECODED})()) >= {start + FEW}",
        timeout=max(1.0, seconds - (time.monotonic() - since)) * 1000,
    )


def status(dispatcher, words):
    return dispatcher.page.get_by_role("status").filter(has_text=words).first


@pytest.mark.proves("F29")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_a_camera_that_stands_still_is_opened_anew_by_itself(stage, kind):
    dispatcher, caller = live(stage, kind)
    caller.page.evaluate("window.__camera.freeze()")
    expect(dispatcher.step("Caméra interrompue")).to_be_visible(timeout=FROZEN_MS + NOTICE_MS)
    expect(dispatcher.step("Caméra revenue")).to_be_visible(timeout=BACK_S * 1000)
    back_within(dispatcher, BACK_S)
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible()
    assert caller.page.evaluate("window.__camera.opened") == 2


@pytest.mark.proves("F29")
@pytest.mark.parametrize("way", ["button", "return"])
def test_a_telephone_call_takes_the_camera_and_gives_it_back(stage, way):
    dispatcher, caller = live(stage)
    caller.page.evaluate("window.__camera.isTaken = true")
    expect(caller.button("Réactiver")).to_be_visible(timeout=FROZEN_MS)
    expect(caller.page.get_by_role("heading", name="L’image s’est arrêtée")).to_be_focused()
    expect(status(dispatcher, "Caméra interrompue")).to_be_visible(timeout=NOTICE_MS)
    expect(dispatcher.page.get_by_text("touchez Réactiver").first).to_be_visible()
    expect(dispatcher.page.get_by_text("dernière image il y a")).to_be_visible()

    caller.page.evaluate("window.__camera.isTaken = false")
    if way == "button":
        caller.button("Réactiver").click()
    else:
        caller.page.evaluate("window.__hide(true)")
        caller.page.evaluate("window.__hide(false)")
    back_within(dispatcher, BACK_S)
    expect(dispatcher.step("Caméra revenue")).to_be_visible()
    expect(status(dispatcher, "En direct")).to_be_visible()
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible()


@pytest.mark.proves("F29")
def test_a_camera_that_the_browser_mutes_and_unmutes(stage):
    dispatcher, caller = live(stage)
    caller.page.evaluate("window.__camera.mute()")
    expect(caller.button("Réactiver")).to_be_visible(timeout=FROZEN_MS)
    expect(status(dispatcher, "Caméra interrompue")).to_be_visible(timeout=NOTICE_MS)
    caller.page.evaluate("window.__camera.unmute()")
    back_within(dispatcher, BACK_S)
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible()


@pytest.mark.proves("F29", "C30")
def test_an_interruption_is_still_known_to_a_dispatcher_who_reloads(stage):
    dispatcher, caller = live(stage)
    caller.page.evaluate("window.__camera.isTaken = true")
    expect(status(dispatcher, "Caméra interrompue")).to_be_visible(timeout=FROZEN_MS + NOTICE_MS)
    dispatcher.page.reload()
    expect(status(dispatcher, "Caméra interrompue")).to_be_visible(timeout=15_000)


@pytest.mark.proves("F28")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_an_unplugged_camera_is_told_and_another_opened(stage, kind):
    dispatcher, caller = live(stage, kind)
    start = time.monotonic()
    caller.page.evaluate("window.__camera.unplug()")
    expect(dispatcher.step("Caméra coupée sur l'appareil")).to_be_visible(timeout=NOTICE_MS)
    back_within(dispatcher, BACK_S, start)
    expect(dispatcher.step("Caméra revenue")).to_be_visible()


@pytest.mark.proves("F28")
def test_no_camera_is_left_until_one_is_plugged_in(stage):
    dispatcher, caller = live(stage)
    caller.page.evaluate("window.__camera.trouble = 'NotFoundError'; window.__camera.unplug()")
    expect(caller.page.get_by_role("heading", name="Aucun appareil photo trouvé")).to_be_visible(
        timeout=NOTICE_MS
    )
    expect(dispatcher.step("Aucune caméra trouvée")).to_be_visible(timeout=NOTICE_MS)
    caller.page.evaluate(
        "window.__camera.trouble = ''; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))"
    )
    back_within(dispatcher, BACK_S)
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible()


@pytest.mark.proves("F32")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_a_page_in_the_background_is_a_pause_and_comes_back(stage, kind):
    dispatcher, caller = live(stage, kind)
    caller.page.evaluate("window.__hide(true)")
    expect(status(dispatcher, "Caméra en pause")).to_be_visible(timeout=PAUSE_MS)
    caller.page.evaluate("window.__hide(false)")
    back_within(dispatcher, BACK_S)
    expect(status(dispatcher, "En direct")).to_be_visible()


@pytest.mark.proves("F33")
def test_the_screen_is_kept_lit_anew_each_time_the_page_is_seen(stage):
    _, caller = live(stage, scripts=(WAKE_LOCK,))
    caller.page.wait_for_function("() => window.__lit === 1")
    for turn in range(2, 7):
        caller.page.evaluate("window.__hide(true)")
        caller.page.evaluate("window.__hide(false)")
        caller.page.wait_for_function(f"() => window.__lit === {turn}")
    caller.button("Arrêter").click()
    caller.page.wait_for_function("() => window.__dark === 1")


WAKE_LOCK = """window.__lit = 0; window.__dark = 0;
Object.defineProperty(Navigator.prototype, "wakeLock", { value: { request: async () => {
  window.__lit += 1;
  return { release: async () => { window.__dark += 1; } };
} } });"""


@pytest.mark.proves("F34")
def test_a_tab_that_the_browser_froze_rejoins(stage):
    dispatcher, caller = live(stage)
    browser = caller.page.context.new_cdp_session(caller.page)
    browser.send("Page.setWebLifecycleState", {"state": "frozen"})
    dispatcher.page.wait_for_timeout(FROZEN_TAB_MS)
    browser.send("Page.setWebLifecycleState", {"state": "active"})
    back_within(dispatcher, REJOIN_S)
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=REJOIN_S * 1000)
    dispatcher.button("Détail").click()  # the socket speaks and listens again
    caller.page.wait_for_function(KEEPS, arg="maintain-resolution", timeout=REJOIN_S * 1000)


KEEPS = """(preference) => window.__connections.some((connection) =>
  connection.connectionState === "connected" && connection.getSenders().some((sender) =>
    sender.track && sender.getParameters().degradationPreference === preference))"""


@pytest.mark.proves("F34")
def test_a_tab_that_crashed_rejoins_when_it_is_loaded_again(stage):
    dispatcher, caller = live(stage)
    browser = caller.page.context.new_cdp_session(caller.page)
    with pytest.raises(PlaywrightError):
        caller.page.goto("chrome://crash", timeout=5_000)
    browser.send("Page.reload")
    dispatcher.wait_for_picture()
    back_within(dispatcher, REJOIN_S)
    expect(status(dispatcher, "En direct")).to_be_visible()


@pytest.mark.proves("F35")
def test_reloaded_again_and_again_the_seat_is_one_and_the_picture_returns(stage):
    dispatcher, caller = live(stage)
    for _ in range(RELOADS):
        caller.page.reload()
        expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=10_000)
    back_within(dispatcher, BACK_S)
    expect(status(dispatcher, "En direct")).to_be_visible()
    alive = "() => window.__connections.filter((one) => one.connectionState === 'connected').length"
    assert dispatcher.page.evaluate(alive) == 1


RELOADS = 20


@pytest.mark.proves("F25")
@pytest.mark.parametrize(
    ("message", "heading", "step"),
    [
        ("Permission dismissed", "La question s’est fermée", "Question fermée sans réponse"),
        ("Permission denied by system", "L’appareil photo est bloqué", "Caméra refusée par l'appareil"),
        ("Permission denied", "L’appareil photo est bloqué", "Caméra refusée"),
    ],
    ids=["dismissed", "system", "blocked"],
)
def test_a_refusal_is_told_by_who_refused(stage, message, heading, step):
    dispatcher = stage.dispatcher()
    caller = stage.caller(scripts=(BRITTLE,)).open(dispatcher.invite_by_qr()["link"])
    caller.page.evaluate(
        "(message) => Object.assign(__camera, { trouble: 'NotAllowedError', message })", message
    )
    caller.show_camera()
    expect(caller.page.get_by_role("heading", name=heading)).to_be_visible(timeout=NOTICE_MS)
    expect(dispatcher.step(step)).to_be_visible()
    caller.page.evaluate("window.__camera.trouble = ''; window.__hide(true)")  # away, in the settings
    caller.page.evaluate("window.__hide(false)")
    dispatcher.wait_for_picture()


@pytest.mark.proves("F25")
def test_a_permission_given_in_the_settings_opens_the_camera_by_itself(stage):
    dispatcher = stage.dispatcher()
    caller = stage.caller("asking").open(dispatcher.invite_by_qr()["link"])
    denied = answer(stage, caller.page, "denied")
    caller.show_camera()
    expect(caller.page.get_by_role("heading", name="L’appareil photo est bloqué")).to_be_visible()
    granted = time.monotonic()
    denied.detach()
    answer(stage, caller.page, "granted")
    expect(caller.page.get_by_label("Ce que montre votre caméra")).to_be_visible(timeout=GRANTED_MS)
    assert time.monotonic() - granted <= GRANTED_MS / 1000
    dispatcher.wait_for_picture()


GRANTED_MS = 2_000


@pytest.mark.proves("F25", "F26")
def test_a_camera_in_use_elsewhere_opens_when_the_person_is_back_from_there(stage):
    dispatcher = stage.dispatcher()
    caller = stage.caller(scripts=(BRITTLE,)).open(dispatcher.invite_by_qr()["link"])
    caller.page.evaluate("window.__camera.trouble = 'NotReadableError'")
    caller.show_camera()
    expect(caller.page.get_by_role("heading", name="L’appareil photo est déjà pris")).to_be_visible()
    caller.page.evaluate("window.__hide(true)")
    caller.page.evaluate("window.__camera.trouble = ''; window.__hide(false)")
    dispatcher.wait_for_picture()


@pytest.mark.proves("F27")
def test_wishes_are_lowered_until_a_picture_comes_in_three_tries(stage):
    dispatcher = stage.dispatcher()
    caller = stage.caller(scripts=(BRITTLE,)).open(dispatcher.invite_by_qr()["link"])
    caller.page.evaluate("window.__camera.trouble = ['OverconstrainedError', 'OverconstrainedError']")
    caller.show_camera()
    dispatcher.wait_for_picture()
    asked = caller.page.evaluate("window.__camera.asked")
    assert len(asked) == 3
    assert "exact" not in str(asked)


@pytest.mark.proves("F38")
def test_a_browser_that_plays_nothing_without_a_touch_asks_for_one(stage):
    """Power saving: the dispatcher's page offers a button, and the caller's own page too."""
    dispatcher = stage.dispatcher(scripts=(NO_AUTOPLAY,))
    caller = stage.caller(scripts=(BRITTLE, NO_AUTOPLAY)).open(dispatcher.invite_by_qr()["link"])
    caller.show_camera()
    offer = dispatcher.button("Afficher l'image")
    expect(offer).to_be_visible(timeout=20_000)
    assert dispatcher.page.evaluate("performance.now() - window.__refusedAt") <= NOTICE_MS + OVERHEAD_MS
    dispatcher.page.evaluate("window.__mayPlay = true")
    offer.click()
    dispatcher.wait_for_picture()
    expect(offer).to_be_hidden()

    touch = caller.button("Toucher pour voir l’image")
    expect(touch).to_be_visible(timeout=20_000)
    caller.page.evaluate("window.__mayPlay = true")
    touch.click()
    caller.page.wait_for_function("() => !document.querySelector('main video').paused")
    expect(touch).to_be_hidden()


OVERHEAD_MS = 1_000
"""What the driver takes to look, on a busy machine."""
NO_AUTOPLAY = """(() => {
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (window.__mayPlay) return play.call(this);
    window.__refusedAt = performance.now();
    this.pause();
    return Promise.reject(new DOMException("a gesture is needed", "NotAllowedError"));
  };
  Object.defineProperty(HTMLMediaElement.prototype, "autoplay", { set() {}, get: () => false });
})();"""


@pytest.mark.proves("F24")
@pytest.mark.parametrize("hours", [-24, 24])
@pytest.mark.parametrize("whose", ["caller", "dispatcher"])
def test_a_clock_that_is_a_day_off_changes_nothing(stage, whose, hours):
    wrong = WRONG_CLOCK % (hours * 3_600_000)
    dispatcher = stage.dispatcher(scripts=(wrong,) if whose == "dispatcher" else ())
    scripts = (wrong,) if whose == "caller" else ()
    stage.caller(scripts=scripts).open(dispatcher.invite_by_qr()["link"]).show_camera()
    dispatcher.wait_for_picture()
    back_within(dispatcher, BACK_S)
    expect(status(dispatcher, "En direct")).to_be_visible()
    since = dispatcher.page.get_by_text("image depuis")
    expect(since).to_be_visible()
    assert "h" not in since.inner_text().removeprefix("image depuis")


WRONG_CLOCK = """(() => {
  const shift = %d;
  const Right = Date;
  window.Date = class extends Right {
    constructor(...given) {
      if (given.length) super(...given);
      else super(Right.now() + shift);
    }
    static now() { return Right.now() + shift; }
  };
})();"""


@pytest.mark.proves("F21")
def test_detail_is_chosen_by_the_dispatcher_and_kept_through_reloads(stage):
    dispatcher, caller = live(stage)
    expect(dispatcher.button("Mouvement")).to_have_attribute("aria-pressed", "true")
    dispatcher.button("Détail").click()
    expect(dispatcher.button("Détail")).to_have_attribute("aria-pressed", "true")
    caller.page.wait_for_function(KEEPS, arg="maintain-resolution")
    assert caller.page.evaluate(HINT) == "detail"

    caller.page.reload()
    dispatcher.wait_for_picture()
    caller.page.wait_for_function(KEEPS, arg="maintain-resolution")

    dispatcher.page.reload()
    expect(dispatcher.button("Détail")).to_have_attribute("aria-pressed", "true", timeout=20_000)
    dispatcher.wait_for_picture()
    caller.page.wait_for_function(KEEPS, arg="maintain-resolution")

    dispatcher.button("Mouvement").click()
    caller.page.wait_for_function(KEEPS, arg="maintain-framerate")
    assert caller.page.evaluate(HINT) == "motion"


HINT = """() => document.querySelector("main video").srcObject.getTracks()[0].contentHint"""
