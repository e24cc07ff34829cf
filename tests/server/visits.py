"""What a practitioner does with her agenda, and what is said to the people concerned."""

import asyncio

import msgspec

from chevet.actions.book_visit import new_appointment, open_visit
from chevet.model.people import Account
from chevet.store import Tx
from tests.server.product import Browser, Product

PRACTITIONER = "medecin"
HOUR_S = 3600
PATIENT = {
    "birthName": "LE GOFF",
    "birthFirstNames": "Jeanne Marie",
    "birthDate": "1941-03-12",
    "sex": "female",
    "birthPlaceCode": "44109",
}


def wanted(product: Product, *, start_s: float = HOUR_S, lasts_s: float = 1800, **changes) -> dict:
    """The body of « Nouveau rendez-vous », `start_s` from now."""
    start_at = round((product.clock.now + start_s) * 1000)
    fields = {"patient": PATIENT, "startAt": start_at, "endAt": start_at + round(lasts_s * 1000)}
    return fields | changes


async def practitioner(product: Product, username: str = PRACTITIONER) -> Browser:
    browser = product.browser()
    await browser.sign_in(username)
    product.mailbox.messages.clear()
    return browser


async def booked(browser: Browser, **changes) -> dict:
    status, appointment = await browser.post("/api/appointments", wanted(browser.product, **changes))
    assert status == 201, appointment
    return appointment


async def many_booked(product: Product, count: int) -> list[str]:
    """As many appointments, an hour apart; too many to be booked one by one. Their ids, the first first."""
    parts = product.parts

    def write(tx: Tx) -> list[str]:
        (account,) = tx.find(Account, username=PRACTITIONER)
        ids = []
        for hour in range(1, count + 1):
            start_at = parts.clock() + hour * HOUR_S
            appointment = new_appointment(parts, account, start_at, start_at + HOUR_S)
            open_visit(tx, parts, account, appointment, None)
            ids.append(appointment.id)
        return ids

    return await parts.store.run(write)


async def put(browser: Browser, path: str, body: dict) -> tuple[int, dict]:
    async with browser.http.put(path, json=body) as answer:
        return answer.status, msgspec.json.decode(await answer.read() or b"{}")


def asked_again(appointment: dict, **changes) -> dict:
    """The request that would leave everything as it is."""
    same = ("startAt", "endAt", "reason", "contactRole", "contactName", "phone", "email", "channel")
    fields = {name: appointment[name] for name in same}
    return (
        fields | {"patient": appointment["patient"] or PATIENT, "version": appointment["version"]} | changes
    )


async def agenda(browser: Browser, **query) -> list[dict]:
    status, view = await browser.get("/api/appointments", params=query)
    assert status == 200, view
    return view["appointments"]


async def quiet(product: Product, seconds: float = 5) -> list:
    """Wait until every due job is done; the messages that have left."""
    async with asyncio.timeout(seconds):
        while await product.parts.store.read(
            lambda tx: tx.query(
                "select id from job where done_at is null and failed_at is null and run_at <= ?",
                product.clock.now,
            )
        ):
            product.parts.outbox.wake()
            await asyncio.sleep(0.01)
    return product.mailbox.messages


async def pass_time(product: Product, seconds: float) -> list:
    """The clock goes on; what had to leave until then has left."""
    product.clock.now += seconds
    return await quiet(product)
