"""The built pages: headers, languages, caching, nothing that runs on its own."""

import base64
import hashlib
import re

import pytest


async def fetch(browser, path, **headers):
    async with browser.http.get(path, headers=headers) as answer:
        return answer, await answer.read()


@pytest.mark.proves("A41", "A50", "A16", "F41")
@pytest.mark.parametrize("path", ["/", "/dispatch", "/j", "/api/instance", "/api/nothing", "/demo/messages"])
async def test_every_answer_carries_the_protective_headers(product, path):
    answer, _ = await fetch(product.browser(), path)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    if answer.content_type == "text/html":
        assert "camera=(self)" in answer.headers["Permissions-Policy"]
        opener = answer.headers["Cross-Origin-Opener-Policy"]
        assert opener == ("unsafe-none" if path == "/j" else "same-origin")
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


@pytest.mark.proves("R29", "A48")
async def test_the_callers_page_runs_only_its_own_script(product):
    """The policy names the hash of the one inline script; nothing comes from another origin."""
    answer, body = await fetch(product.browser(), "/j")
    scripts = re.findall(rb"<script[^>]*>(.*?)</script>", body, re.DOTALL)
    policy = answer.headers["Content-Security-Policy"]
    for script in scripts:
        assert base64.b64encode(hashlib.sha256(script).digest()).decode() in policy
    assert b"//" not in re.sub(
        rb"http://www\.w3\.org/[^\"' ]*", b"", re.sub(rb"<script.*?</script>", b"", body, flags=re.DOTALL)
    )


@pytest.mark.parametrize(
    ("path", "header", "language"),
    [
        ("/j", "fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("/j", "en-GB,en;q=0.9", "en"),
        ("/j", "de,en;q=0.3,fr;q=0.2", "en"),
        ("/j", "zh", "fr"),
        ("/j", "", "fr"),
        ("/j", "fr;q=x,en", "en"),
        ("/j?lang=en", "fr", "en"),
        ("/j?lang=xx", "en", "en"),
    ],
)
async def test_the_phone_chooses_the_language_and_the_person_may_change_it(product, path, header, language):
    answer, body = await fetch(product.browser(), path, **{"Accept-Language": header})
    assert answer.headers["Content-Language"] == language
    assert f'lang="{language}"'.encode() in body or f"lang={language}".encode() in body


async def test_the_page_is_the_same_for_everybody_and_asked_for_again(product):
    first, _ = await fetch(product.browser(), "/j")
    again, body = await fetch(product.browser(), "/j", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, body) == (304, b"")
    assert "Set-Cookie" not in first.headers


async def test_hashed_files_are_kept_for_ever_and_paths_stay_inside(product):
    browser = product.browser()
    _, page = await fetch(browser, "/")
    script = re.search(rb'src="(/assets/[^"]+\.js)"', page)[1].decode()
    answer, _ = await fetch(browser, script)
    assert "immutable" in answer.headers["Cache-Control"]
    for path in (
        "/assets/../csp.json",
        "/assets/%2e%2e/csp.json",
        "/assets/..%2f..%2f..%2fetc/passwd",
        "/assets/none.js",
    ):
        answer, _ = await fetch(browser, path)
        assert answer.status == 404, path


@pytest.mark.proves("A62")
@pytest.mark.parametrize(
    "path", ["/schema", "/schema/openapi.json", "/api/", "/api/nothing", "/health/", "/hooks/sms/x", "/.env"]
)
async def test_what_is_not_there_says_so_and_nothing_more(product, path):
    answer, body = await fetch(product.browser(), path)
    assert answer.status in {404, 405} or b'<div id="app"' in body or b"<title>" in body
    assert b"Traceback" not in body
    assert "server" not in answer.headers


@pytest.mark.proves("A62")
@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH"])
async def test_methods_that_we_do_not_serve_are_refused(product, method):
    async with product.browser().http.request(method, "/api/session") as answer:
        assert answer.status == 405


@pytest.mark.proves("A45")
async def test_an_endless_body_is_cut(product):
    async with product.browser().http.post("/api/sign-in", data=b"x" * 1_000_000) as answer:
        assert answer.status in {400, 413}


@pytest.mark.proves("A24", "A21")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"username":1}',
        b'{"username":"a","password":"b","x":1}',
        b"[" * 50_000,
    ],
)
async def test_a_body_that_cannot_be_read_gets_a_clear_answer(product, body):
    headers = {"Content-Type": "application/json"}
    async with product.browser().http.post("/api/sign-in", data=body, headers=headers) as answer:
        problem = await answer.json(content_type=None)
        assert answer.status == 400
        assert problem["code"] == "bad-request"
        assert answer.content_type == "application/problem+json"


@pytest.mark.proves("F47")
async def test_health_tells_life_from_readiness(product):
    browser = product.browser()
    assert (await browser.get("/health/live"))[0] == 200
    _, ready = await browser.get("/health/ready")
    assert (ready["status"], ready["store"]) == ("ready", "ok")
    await product.parts.store.close()
    assert (await browser.get("/health/live"))[0] == 200
    assert (await browser.get("/health/ready"))[0] == 503
    await product.parts.store.open()
