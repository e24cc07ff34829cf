"""Fixtures of the stories: one browser of each kind for all of them, one server a file, fresh contexts a story."""

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e import browsers, people
from tests.e2e.installation import ROOT, Installation
from tests.e2e.stage import DESK, Browsers, Stage
from tests.e2e.visits import Practitioner

GENEROUS = {
    "CHEVET_INVITATIONS__PER_ACCOUNT_PER_HOUR": "10000",
    "CHEVET_INVITATIONS__PER_RECIPIENT_PER_HOUR": "10000",
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Remember how the story went, for its fixtures."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@pytest.fixture(scope="package")
def running():
    """The browsers. Closed when the last story is over: a running Playwright and other tests' loops do not mix."""
    if absent := browsers.missing(browsers.CHROMIUM, browsers.FIREFOX):
        pytest.skip(f"browser stories need the Debian packages chromium and firefox-esr; missing: {absent}")
    if not (ROOT / "static" / "build" / "pro" / "index.html").is_file():
        pytest.skip("browser stories need the built pages (`just build`)")
    with sync_playwright() as playwright:
        made = Browsers(playwright)
        yield made
        made.close()


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """A server of its own for each file of stories."""
    with Installation(tmp_path_factory.mktemp("installation"), settings=GENEROUS) as server:
        yield server


@pytest.fixture(scope="module")
def signed_in(running, installation):
    """The state of a browser in which the dispatcher has signed in, once a file."""
    context = running.get("chromium").new_context(locale="fr-FR", **DESK)
    people.sign_in(context.new_page(), installation.url)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="module")
def surgery(running, installation):
    """The state of a browser in which the practitioner has signed in, once a file."""
    context = running.get("chromium").new_context(locale="fr-FR", **DESK)
    people.sign_in(context.new_page(), installation.url, username="medecin", tile="Téléconsultation")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def doctor(stage, surgery, installation):
    """Signed in, on « Mes téléconsultations »."""
    page = stage.page(stage.context("chromium", **DESK, storage_state=surgery))
    return Practitioner(page, installation.url).open()


@pytest.fixture
def stage(request, running, installation, signed_in):
    """The pages of one story; afterwards no page may have raised an error."""
    made = Stage(running, installation, signed_in)
    yield made
    errors = list(made.errors)
    report = getattr(request.node, "report_call", None)
    if report is not None and report.failed:
        made.photograph(request.node.name)
    made.finish_encounter()
    made.close()
    assert errors == []
