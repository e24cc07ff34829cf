"""Reloads, a killed server, a lost network: the picture stays or comes back by itself, and nothing is lost."""

import signal
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.stage import TWO_LENSES

pytestmark = pytest.mark.browser

FREEZE_MS = 1000
RESUME_S = 10
STEPS = ("Lien ouvert", "Caméra demandée", "Caméra autorisée", "Connexion", "Image reçue")


def live(stage, desk="chromium", phone="chromium"):
    dispatcher = stage.dispatcher(desk)
    caller = stage.caller(phone, scripts=(TWO_LENSES,)).open(dispatcher.invite_by_qr()["link"])
    caller.show_camera()
    dispatcher.wait_for_picture()
    dispatcher.frames_rise()
    expect(dispatcher.fact("Caméra")).to_have_text("arrière", timeout=15_000)
    return dispatcher, caller


@pytest.mark.proves("F34", "F35")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_the_callers_page_reloaded_shows_again_by_itself(stage, kind):
    dispatcher, caller = live(stage, phone=kind)
    caller.page.reload()
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=20_000)
    dispatcher.frames_rise()


@pytest.mark.proves("C30")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_the_dispatchers_page_reloaded_sees_again_by_itself(stage, kind):
    dispatcher, caller = live(stage, desk=kind)
    dispatcher.page.reload()
    dispatcher.wait_for_picture()
    dispatcher.frames_rise()
    for step in STEPS:
        expect(dispatcher.step(step).first).to_be_visible()
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=20_000)


@pytest.mark.proves("F7")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "restart"])
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_the_server_ends_in_mid_call_and_comes_back(stage, kind, how):
    dispatcher, caller = live(stage, kind, kind)
    pages = (dispatcher.page, caller.page)
    counts = [page.evaluate("window.__sockets.length") for page in pages]
    dispatcher.page.evaluate("window.__picture.restart()")

    stage.installation.stop(how)
    stage.installation.start()
    back = time.monotonic()
    for page, count in zip(pages, counts, strict=True):
        page.wait_for_function(REOPENED, arg=count, timeout=RESUME_S * 1000)
    assert time.monotonic() - back <= RESUME_S

    dispatcher.button("Changer de caméra").click()  # both sides speak and listen again
    caller.page.wait_for_function("() => window.__lens === 'user'")
    caller.button("Changer de caméra").click()
    caller.page.wait_for_function("() => window.__lens === 'environment'")
    assert dispatcher.page.evaluate("window.__picture.frames()") > 0
    assert dispatcher.page.evaluate("window.__longestUntilBack") <= FREEZE_MS

    dispatcher.page.reload()
    for step in STEPS:
        expect(dispatcher.step(step).first).to_be_visible()
    dispatcher.wait_for_picture()


REOPENED = """(count) => {
  const last = window.__sockets[window.__sockets.length - 1];
  const isBack = window.__sockets.length > count && last.readyState === 1;
  if (isBack) window.__longestUntilBack ??= window.__picture.longest();
  return isBack;
}"""


@pytest.mark.proves("F4")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_a_part_of_the_page_whose_request_dies_with_its_path_is_asked_for_again(stage, kind):
    dispatcher = stage.dispatcher(kind)
    caller = stage.caller(kind)
    asked = []

    def answer_the_second(route):
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    caller.page.route("**/care.fr-*", answer_the_second)
    caller.open(dispatcher.invite_by_qr()["link"]).show_camera()
    dispatcher.wait_for_picture()
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=15_000)
    assert len(asked) == 2


@pytest.mark.proves("F7", "S58", "S59")
def test_hanging_up_while_the_server_is_away_still_counts(stage):
    dispatcher, _ = live(stage)
    link = dispatcher.page.evaluate("fetch('/api/invitations/current').then((a) => a.json())")["invitation"][
        "link"
    ]
    stage.installation.stop(signal.SIGKILL)
    dispatcher.hang_up()
    expect(dispatcher.phone).to_have_value("")
    with dispatcher.page.expect_response("**/finish", timeout=20_000):
        stage.installation.start()
    later = stage.caller().open(link)
    expect(later.page.get_by_role("heading", name="Cet appel est terminé")).to_be_visible(timeout=20_000)


@pytest.mark.proves("S46")
def test_page_b_keeps_what_was_typed_while_the_server_is_away(stage):
    dispatcher = stage.dispatcher()
    dispatcher.phone.fill("06 39 98 30 01")
    stage.installation.stop(signal.SIGKILL)
    dispatcher.button("Lancer l'invitation").click()
    expect(dispatcher.page.get_by_text("Serveur injoignable").first).to_be_visible(timeout=10_000)
    stage.installation.start()
    expect(dispatcher.page.get_by_text("Serveur injoignable")).to_have_count(0, timeout=20_000)
    expect(dispatcher.phone).to_have_value("06 39 98 30 01")
    with dispatcher.page.expect_response("**/api/invitations") as answered:
        dispatcher.button("Lancer l'invitation").click()
    assert answered.value.ok


@pytest.mark.proves("F31")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_a_part_of_the_page_that_did_not_come_is_fetched_again(stage, kind):
    """A browser remembers for ever that a module did not load: the server was away at that very moment."""
    dispatcher = stage.dispatcher()
    caller = stage.caller(kind, scripts=(TWO_LENSES,))
    blocked = []

    def refuse_once(route):
        if blocked:
            route.continue_()
        else:
            blocked.append(route.request.url)
            route.abort()

    caller.page.route("**/assets/*.js*", refuse_once)
    caller.open(dispatcher.invite_by_qr()["link"]).show_camera()
    dispatcher.wait_for_picture()
    expect(caller.page.get_by_text("Le SAMU 44 vous voit")).to_be_visible(timeout=20_000)
    dispatcher.button("Changer de caméra").click()
    caller.page.wait_for_function("() => window.__lens === 'user'", timeout=10_000)
    assert blocked
