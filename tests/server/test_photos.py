"""« Photo nette »: asked, sent in parts, resumed, cleaned, kept encrypted, seen by its service, erased in time."""

import asyncio
import io
import os
import time

import pytest
from PIL import Image
from yarl import URL

from chevet.actions.keep_house import tidy
from chevet.config import Config, RetentionSettings
from chevet.model.people import Organization, OrganizationKind
from chevet.rooms.uploads import KEPT_S, MAX_ALL_BYTES, MAX_PHOTO_BYTES
from chevet.store import accounts, audit
from tests.server import photo_corpus
from tests.server.product import Product, running
from tests.server.test_socket import both

PART = 64 * 1024


class Phone:
    """The caller's page as far as photos go: it sends parts, by hand."""

    def __init__(self, product: Product, seat_token: str) -> None:
        self.product = product
        self.http = product.browser().http
        self.seat_token = seat_token

    async def put(self, photo_id: str, offset: int, total: int, part: bytes, **headers) -> tuple[int, dict]:
        answer = await self.http.put(
            f"/api/join/photos/{photo_id}?offset={offset}&total={total}",
            data=part,
            headers={"Authorization": f"Bearer {self.seat_token}", **headers},
        )
        async with answer:
            return answer.status, await answer.json(content_type=None)

    async def send(self, photo_id: str, data: bytes) -> tuple[int, dict]:
        """The whole photo; the answer to the last part."""
        status, view = 0, {}
        for offset in range(0, len(data), PART):
            status, view = await self.put(photo_id, offset, len(data), data[offset : offset + PART])
            if status != 200:
                break
        return status, view


async def call(product):
    """Everybody is there: the dispatcher's browser and page, the caller's page and phone."""
    browser = await product.dispatcher()
    invitation = await browser.invite()
    dispatcher = await product.seat(invitation["seatToken"])
    token = await browser.enter(invitation)
    return browser, dispatcher, await product.seat(token), Phone(product, token), invitation


def photos_of(invitation: dict) -> str:
    return f"/api/encounters/{invitation['encounterId']}/photos"


def large_photo(side: int = 900) -> bytes:
    """Noise, so that it has several parts."""
    return photo_corpus.encoded(Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)), "JPEG")


async def until_photo(page, status: str) -> dict:
    while (message := await page.until("photo"))["status"] != status:
        pass
    return message


async def test_from_the_request_to_the_photo(product):
    browser, dispatcher, caller, phone, invitation = await call(product)
    await dispatcher.send("ask-photo", id="1", photoId="p1")
    assert (await caller.until("photo-asked"))["photoId"] == "p1"
    assert (await until_photo(dispatcher, "asked"))["photoId"] == "p1"
    data = large_photo()
    assert len(data) > 5 * PART
    assert await phone.send("p1", data) == (200, {"received": len(data)})
    heard = [await dispatcher.until("photo")]
    while heard[-1]["status"] != "ready":
        heard.append(await dispatcher.until("photo"))
    received = [message["received"] for message in heard]
    assert received == sorted(received)
    assert len(received) > 4
    assert {message["total"] for message in heard} == {len(data)}
    status, view = await browser.get(photos_of(invitation))
    assert status == 200
    assert [(photo["photoId"], photo["width"]) for photo in view["photos"]] == [("p1", 900)]
    steps = (await browser.get("/api/invitations/current"))[1]["invitation"]["timeline"]
    names = [step["step"] for step in steps]
    assert names.index("photo-asked") < names.index("photo-received")


@pytest.mark.proves("A37", "A43", "A50")
async def test_the_image_comes_without_metadata_under_a_neutral_name_and_is_not_kept(product):
    browser, _, _, phone, invitation = await call(product)
    sent = photo_corpus.phone_photo()
    await phone.send("p1", sent)
    async with browser.http.get(f"{photos_of(invitation)}/p1") as answer:
        assert answer.status == 200
        body, headers = await answer.read(), answer.headers
    assert photo_corpus.CANARY not in body
    assert photo_corpus.GPS not in body
    with Image.open(io.BytesIO(body)) as opened:
        assert (opened.format, opened.size) == ("JPEG", (300, 400))
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert "Content-Encoding" not in headers


async def test_after_a_cut_the_page_asks_how_far_it_is_and_goes_on(product):
    browser, dispatcher, _, phone, invitation = await call(product)
    data = large_photo()
    assert await phone.put("p1", 0, len(data), data[:PART]) == (200, {"received": PART})
    assert await phone.put("p1", PART, len(data), data[PART : 2 * PART]) == (200, {"received": 2 * PART})
    assert await phone.put("p1", 0, len(data), b"") == (200, {"received": 2 * PART})
    assert await phone.put("p1", 3 * PART, len(data), data[:PART]) == (409, {"received": 2 * PART})
    assert await phone.put("p1", PART, len(data), data[PART : 2 * PART]) == (409, {"received": 2 * PART})
    for offset in range(2 * PART, len(data), PART):
        status, view = await phone.put("p1", offset, len(data), data[offset : offset + PART])
        assert status == 200
    assert view == {"received": len(data)}
    await until_photo(dispatcher, "ready")
    assert len((await browser.get(photos_of(invitation)))[1]["photos"]) == 1


async def test_the_last_part_sent_twice_keeps_one_photo(product):
    """Its first answer was lost: also while the photo is still being cleaned."""
    browser, _, _, phone, invitation = await call(product)
    data = photo_corpus.phone_photo()
    answers = await asyncio.gather(*(phone.put("p1", 0, len(data), data) for _ in range(3)))
    assert answers == [(200, {"received": len(data)})] * 3
    assert await phone.put("p1", 0, len(data), data) == (200, {"received": len(data)})
    assert await phone.put("p1", 0, len(data), b"") == (200, {"received": len(data)})
    assert len((await browser.get(photos_of(invitation)))[1]["photos"]) == 1


async def test_a_page_that_was_loaded_again_starts_the_same_photo_anew(product):
    """Its photo is another one, perhaps as long: nothing of the first is mixed into it."""
    browser, dispatcher, _, phone, invitation = await call(product)
    first, second = large_photo(), large_photo()
    total = min(len(first), len(second))
    await phone.put("p1", 0, total, first[:PART])
    await phone.put("p1", PART, total, first[PART : 2 * PART])
    assert await phone.put("p1", 0, total, second[:PART]) == (200, {"received": PART})
    assert (await phone.send("p1", second))[0] == 200
    await until_photo(dispatcher, "ready")
    assert len((await browser.get(photos_of(invitation)))[1]["photos"]) == 1


async def test_a_caller_whose_page_is_new_hears_of_the_photo_that_it_owes(product):
    _, dispatcher, caller, phone, _ = await call(product)
    await dispatcher.send("ask-photo", id="1", photoId="p1")
    await caller.until("photo-asked")
    again = await product.seat(phone.seat_token)
    assert (await again.until("photo-asked"))["photoId"] == "p1"


async def test_a_dispatcher_whose_page_is_new_hears_how_far_it_is_and_finds_the_photos(product):
    browser, dispatcher, _, phone, invitation = await call(product)
    await phone.send("p1", photo_corpus.phone_photo())
    await until_photo(dispatcher, "ready")
    data = large_photo()
    await phone.put("p2", 0, len(data), data[:PART])
    again = await product.seat(invitation["seatToken"])
    photo = await again.until("photo")
    assert (photo["photoId"], photo["status"], photo["received"]) == ("p2", "receiving", PART)
    assert [photo["photoId"] for photo in (await browser.get(photos_of(invitation)))[1]["photos"]] == ["p1"]


async def test_a_restart_of_the_server_costs_the_parts_and_no_photo(tmp_path):
    async with running(tmp_path) as product:
        browser, dispatcher, _, phone, invitation = await call(product)
        kept, cut = photo_corpus.phone_photo(), large_photo()
        await phone.send("p1", kept)
        await until_photo(dispatcher, "ready")
        await phone.put("p2", 0, len(cut), cut[:PART])
        cookies = list(browser.http.cookie_jar)
        token = phone.seat_token
    async with running(tmp_path) as product:
        phone = Phone(product, token)
        assert await phone.put("p2", PART, len(cut), cut[PART : 2 * PART]) == (409, {"received": 0})
        assert (await phone.send("p2", cut))[0] == 200
        browser = product.browser()
        browser.http.cookie_jar.update_cookies({cookie.key: cookie.value for cookie in cookies})
        view = (await browser.get(photos_of(invitation)))[1]
        assert [photo["photoId"] for photo in view["photos"]] == ["p1", "p2"]
        async with browser.http.get(f"{photos_of(invitation)}/p1") as answer:
            assert answer.status == 200


@pytest.mark.proves("A37", "A40")
@pytest.mark.parametrize("name", ["heic", "svg", "truncated-jpeg", "png-of-50000-pixels-a-side"])
async def test_what_is_no_photo_is_refused_and_the_dispatcher_is_told_why(product, name):
    browser, dispatcher, _, phone, invitation = await call(product)
    make, code = photo_corpus.BAD[name]
    data = make()
    status, problem = await phone.send("p1", data)
    assert (status, problem["code"]) == (400, code)
    failed = await until_photo(dispatcher, "failed")
    assert (failed["photoId"], failed["reason"]) == ("p1", code)
    assert (await phone.put("p1", 0, len(data), b""))[1]["code"] == code  # its answer stays the same
    steps = (await browser.get("/api/invitations/current"))[1]["invitation"]["timeline"]
    assert (steps[-1]["step"], steps[-1]["detail"]) == ("photo-failed", code)
    assert (await browser.get(photos_of(invitation)))[1] == {"photos": []}
    assert (await phone.send("p2", photo_corpus.phone_photo()))[0] == 200  # and the next one passes


@pytest.mark.proves("A44", "A45")
@pytest.mark.parametrize(
    ("offset", "total", "size", "code"),
    [
        (0, MAX_PHOTO_BYTES + 1, 10, "photo-too-big"),
        (0, 0, 0, "photo-too-big"),
        (0, -1, 0, "photo-too-big"),
        (0, 10**30, 10, "photo-too-big"),
        (0, 200_000, PART + 1, "photo-part"),
        (0, 10, 11, "photo-part"),
        (-5, 100, 5, None),
    ],
)
async def test_a_part_out_of_bounds_is_refused(product, offset, total, size, code):
    *_, phone, _ = await call(product)
    status, problem = await phone.put("p1", offset, total, b"x" * size)
    assert status in {400, 409}
    assert code is None or problem["code"] == code
    kept = product.parts.uploads.of(next(iter(product.parts.rooms._rooms)))
    assert kept is None or not kept.data


@pytest.mark.proves("A45")
async def test_an_endless_part_is_cut_early(product):
    *_, phone, _ = await call(product)

    async def endless():
        for _ in range(100):
            yield b"x" * 100_000

    answer = await phone.http.put(
        "/api/join/photos/p1?offset=0&total=1000000",
        data=endless(),
        headers={"Authorization": f"Bearer {phone.seat_token}"},
    )
    assert answer.status == 413


@pytest.mark.proves("A43")
@pytest.mark.parametrize(
    "name", ["..%2f..%2fetc", "%00", "a%0d%0ab", "p" * 65, "é", "%e2%80%aegpj", "a b", "."]
)
async def test_a_name_is_a_plain_word_or_nothing(product, name):
    *_, phone, _ = await call(product)
    answer = await phone.http.put(
        URL(f"{product.url}/api/join/photos/{name}?offset=0&total=10", encoded=True),
        data=b"x" * 10,
        headers={"Authorization": f"Bearer {phone.seat_token}"},
    )
    assert answer.status in {400, 404, 405}


@pytest.mark.proves("A44")
async def test_an_encounter_has_twenty_photos_at_most(product):
    browser, dispatcher, _, phone, invitation = await call(product)
    data = photo_corpus.encoded(photo_corpus.picture(8, 8), "JPEG")
    await asyncio.sleep(0)
    for n in range(20):
        assert (await phone.send(f"p{n}", data))[0] == 200
    status, problem = await phone.send("p20", data)
    assert (status, problem["code"]) == (400, "photo-too-many")
    await dispatcher.send("ask-photo", id="1", photoId="p21")
    assert (await until_photo(dispatcher, "failed"))["reason"] == "photo-too-many"
    assert await phone.send("p3", data) == (200, {"received": len(data)})  # it is there already
    assert len((await browser.get(photos_of(invitation)))[1]["photos"]) == 20


@pytest.mark.proves("A44")
async def test_one_photo_at_a_time_is_on_its_way(product):
    _, dispatcher, _, phone, invitation = await call(product)
    data = large_photo()
    for n in range(5):
        await phone.put(f"p{n}", 0, len(data), data[:PART])
    failed = [await until_photo(dispatcher, "failed") for _ in range(4)]
    assert [(each["photoId"], each["reason"]) for each in failed] == [
        (f"p{n}", "photo-replaced") for n in range(4)
    ]
    assert len(product.parts.uploads.of(invitation["encounterId"]).data) == PART


@pytest.mark.proves("A44")
async def test_all_photos_on_their_way_have_one_bound(product):
    *_, phone, _ = await call(product)
    other, _ = product.parts.uploads.begin("another", "p", MAX_PHOTO_BYTES)
    other.data.extend(bytes(MAX_ALL_BYTES - 100))
    status, problem = await phone.put("p1", 0, 5000, b"x" * 101)
    assert (status, problem["code"]) == (503, "photo-busy")
    assert (await phone.put("p1", 0, 5000, b"x" * 100))[0] == 200


@pytest.mark.proves("A44")
async def test_parts_have_a_rate(product):
    *_, phone, invitation = await call(product)
    assert (await phone.put("p1", 0, 1000, b""))[0] == 200
    product.parts.limits.photo_part.spend(invitation["encounterId"], amount=599)
    status, problem = await phone.put("p1", 0, 1000, b"")
    assert (status, problem["code"]) == (429, "photo-too-fast")
    assert problem["retryAfterS"] == 1
    product.clock.now += 1
    assert (await phone.put("p1", 0, 1000, b""))[0] == 200


async def test_a_photo_that_does_not_go_on_is_forgotten_after_ten_minutes(product):
    _, dispatcher, _, phone, invitation = await call(product)
    data = large_photo()
    await phone.put("p1", 0, len(data), data[:PART])
    product.clock.now += KEPT_S - 1
    await tidy(product.parts, is_purge_due=False)
    assert product.parts.uploads.of(invitation["encounterId"]) is not None
    product.clock.now += 1
    await tidy(product.parts, is_purge_due=False)
    assert product.parts.uploads.of(invitation["encounterId"]) is None
    assert (await until_photo(dispatcher, "failed"))["reason"] == "photo-late"


async def test_a_phone_that_cannot_take_it_says_so(product):
    _, dispatcher, caller, _, _ = await call(product)
    await dispatcher.send("ask-photo", id="1", photoId="p1")
    await caller.until("photo-asked")
    await caller.send("report-step", id="2", step="photo-failed", detail="photo-not-taken")
    failed = await until_photo(dispatcher, "failed")
    assert (failed["photoId"], failed["reason"]) == ("p1", "photo-not-taken")


@pytest.mark.proves("A20")
async def test_only_the_callers_seat_sends_photos(product):
    _, _, _, phone, invitation = await call(product)
    phone.seat_token = invitation["seatToken"]
    status, problem = await phone.put("p1", 0, 10, b"x" * 10)
    assert (status, problem["code"]) == (403, "message-not-yours")


@pytest.mark.proves("A14")
@pytest.mark.parametrize("token", ["", "x", "x.y"])
async def test_without_a_seat_nothing_is_taken(product, token):
    *_, phone, _ = await call(product)
    phone.seat_token = token
    assert (await phone.put("p1", 0, 10, b"x" * 10))[0] == 401


async def test_an_older_device_and_an_encounter_that_is_over_send_nothing(product):
    browser, _, _, phone, invitation = await call(product)
    newer = Phone(product, await browser.enter(invitation))
    assert (await phone.put("p1", 0, 10, b"x" * 10))[0] == 410
    assert (await newer.put("p1", 0, 1000, b"x" * 10))[0] == 200
    await browser.post(f"/api/encounters/{invitation['encounterId']}/finish")
    assert (await newer.put("p1", 10, 1000, b"x" * 10))[0] == 410
    assert product.parts.uploads.of(invitation["encounterId"]) is None


@pytest.mark.proves("A49")
async def test_a_part_from_another_site_is_refused(product):
    *_, phone, _ = await call(product)
    assert (await phone.put("p1", 0, 10, b"x" * 10, Origin="https://evil.example"))[0] == 403


async def another_organization(product) -> str:
    """An account of a service that has nothing to do with this one; its password is the demo's."""

    def write(tx):
        samu = Organization(
            id="other",
            kind=OrganizationKind.SAMU,
            name="SAMU 29",
            caller_name="Le SAMU 29",
            referents=[],
        )
        tx.insert(samu)
        account = accounts.by_username(tx, "regulateur")
        account.id, account.username, account.organization_id = "a-other", "voisin", "other"
        tx.insert(account)

    await product.parts.store.run(write)
    return "voisin"


@pytest.mark.proves("A19")
async def test_another_service_finds_nothing(product):
    _, dispatcher, _, phone, invitation = await call(product)
    await phone.send("p1", photo_corpus.phone_photo())
    await until_photo(dispatcher, "ready")
    neighbour = product.browser()
    await neighbour.sign_in(await another_organization(product))
    for path in (photos_of(invitation), f"{photos_of(invitation)}/p1", "/api/encounters/nothing/photos"):
        status, problem = await neighbour.get(path)
        assert (status, problem["code"]) == (404, "not-found")
    stranger = product.browser()
    for path in (photos_of(invitation), f"{photos_of(invitation)}/p1"):
        assert (await stranger.get(path))[0] == 401


async def test_receiving_and_each_viewing_are_in_the_audit_trail(product):
    browser, _, _, phone, invitation = await call(product)
    await phone.send("p1", photo_corpus.phone_photo())
    for _ in range(2):
        async with browser.http.get(f"{photos_of(invitation)}/p1") as answer:
            assert answer.status == 200
    assert (await browser.get(f"{photos_of(invitation)}/none"))[0] == 404
    rows = await product.parts.store.read(
        lambda tx: tx.query("select actor, action, object from audit_record order by seq")
    )
    seen = [(row["actor"], row["action"]) for row in rows if row["action"].startswith("photo")]
    assert seen == [("caller", "photo.received"), *[("regulateur", "photo.viewed")] * 2]
    assert rows[-1]["object"] == invitation["encounterId"]
    verdict = await product.parts.store.read(lambda tx: audit.verify(tx, product.parts.keys))
    assert verdict.bad_seq is None


@pytest.mark.proves("A58")
async def test_no_file_holds_a_photo_in_clear(product, tmp_path):
    """Neither the one that was sent nor the one that is kept, nor the parts of one on its way."""
    browser, _, _, phone, invitation = await call(product)
    data = large_photo()
    await phone.send("p1", data)
    await phone.put("p2", 0, len(data), data[:PART])
    async with browser.http.get(f"{photos_of(invitation)}/p1") as answer:
        kept = await answer.read()
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(map(len, files)) > len(kept)
    for pixels in (data, kept):
        for at in (700, len(pixels) // 2):
            assert not any(pixels[at : at + 24] in content for content in files)


@pytest.mark.proves("A59")
async def test_photos_are_erased_so_many_days_after_the_end(tmp_path):
    config = Config(retention=RetentionSettings(photos_days=7))
    async with running(tmp_path, config) as product:
        browser, _, _, phone, invitation = await call(product)
        await phone.send("p1", photo_corpus.phone_photo())
        await browser.post(f"/api/encounters/{invitation['encounterId']}/finish")
        product.clock.now += 6 * 86_400
        await tidy(product.parts, is_purge_due=True)
        browser = await product.dispatcher()
        assert len((await browser.get(photos_of(invitation)))[1]["photos"]) == 1
        product.clock.now += 86_400 + 1
        await tidy(product.parts, is_purge_due=True)
        browser = await product.dispatcher()
        assert (await browser.get(photos_of(invitation)))[1]["photos"] == []
        assert (await browser.get(f"{photos_of(invitation)}/p1"))[0] == 404
        rows = await product.parts.store.read(
            lambda tx: tx.query("select detail from audit_record where action = 'photos.erased'")
        )
        assert [row["detail"] for row in rows] == ['{"photos":1}']


async def test_a_photo_on_postgresql(tmp_path, postgres_url):
    async with running(tmp_path, Config(database=postgres_url)) as product:
        browser, dispatcher, _, phone, invitation = await call(product)
        await phone.send("p1", large_photo())
        await until_photo(dispatcher, "ready")
        async with browser.http.get(f"{photos_of(invitation)}/p1") as answer:
            assert (await answer.read()).startswith(b"\xff\xd8\xff")


@pytest.mark.proves("F48")
async def test_a_call_does_not_feel_a_photo_being_cleaned(product):
    """Forty megapixels are decoded, and the server's own thread never works long without a pause for messages.

    Its own work is counted, not the time on the clock: a busy machine changes nothing.
    """
    dispatcher, _, _, token = await both(product)
    phone = Phone(product, token)
    data = photo_corpus.encoded(photo_corpus.picture(8000, 5000), "PNG")
    sending = asyncio.create_task(phone.send("p1", data))
    longest, heard = 0.0, 0
    while not sending.done():
        product.clock.now += 0.02  # as many messages as a page may send
        worked = time.thread_time()
        await dispatcher.send("ping")
        await dispatcher.until("pong")
        await asyncio.sleep(0.01)
        longest = max(longest, time.thread_time() - worked)
        heard += 1
    assert (await sending)[0] == 200
    assert heard > 10
    assert longest < 0.1
