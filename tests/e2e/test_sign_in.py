"""Sign-in with a code, and the kiosk."""

import pytest
from playwright.sync_api import expect

from tests.e2e import people

pytestmark = pytest.mark.browser


@pytest.mark.proves("S5", "S6", "S10")
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_code_from_the_mailbox_opens_the_kiosk(stage, kind):
    page = stage.visitor(kind)
    people.sign_in(page, stage.installation.url)
    expect(page.get_by_role("link", name="Visiorégulation")).to_be_visible()
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)


@pytest.mark.proves("A4")
def test_wrong_password_and_unknown_name_read_the_same(stage):
    texts = []
    for name, password in (("regulateur", "pas le bon"), ("personne", "pas le bon")):
        page = stage.visitor()
        page.goto(stage.installation.url)
        page.get_by_label("Identifiant").fill(name)
        page.get_by_label("Mot de passe").fill(password)
        page.get_by_role("button", name="Recevoir mon code").click()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("incorrect")
        texts.append(alert.inner_text())
    assert texts[0] == texts[1]


@pytest.mark.proves("S10")
def test_an_account_without_modules_is_told_so(stage):
    page = stage.visitor()
    people.sign_in(page, stage.installation.url, "soignant", tile=None)
    expect(page.get_by_role("link", name="Visiorégulation")).to_have_count(0)
    expect(page.get_by_role("heading", level=2)).to_contain_text("Aucun module")


@pytest.mark.proves("S46", "A5")
def test_session_survives_a_reload_and_signing_out_ends_it(stage):
    page = stage.visitor()
    people.sign_in(page, stage.installation.url)
    page.reload()
    expect(page.get_by_role("link", name="Visiorégulation")).to_be_visible()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_label("Identifiant")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Identifiant")).to_be_visible()
