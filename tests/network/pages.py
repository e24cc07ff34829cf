"""Pages of browsers in the lab."""

from playwright.sync_api import Browser, Page

from tests.e2e.stage import SPY


def new_page(browser: Browser, options: dict, *scripts: str) -> Page:
    """A page that trusts the lab's certificate; `SPY` and `scripts` run before everything in it."""
    context = browser.new_context(locale="fr-FR", ignore_https_errors=True, **options)
    for script in (*scripts, SPY):
        context.add_init_script(script)
    return context.new_page()
