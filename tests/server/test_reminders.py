"""Reminders: each exactly once at the recipient's, none after a cancellation or a move."""

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from chevet.config import Config, VisitSettings
from chevet.demo import Mailbox, MailboxMail, MailboxSms
from chevet.errors import TransientFailure
from chevet.model.records import Job
from tests.server.product import Clock, running
from tests.server.sms_gateway import BODY, ID_PATH, Gateway, open_gateway
from tests.server.visits import HOUR_S, asked_again, booked, pass_time, practitioner, put, quiet

DAY_S = 24 * HOUR_S
PHONE = "+33639981234"


def reminders(messages) -> list[str]:
    return [message.text for message in messages if "rappel" in message.text]


async def remembered(product) -> list[Job]:
    queued = await product.parts.store.read(lambda tx: tx.find(Job, order="run_at"))
    return [job for job in queued if is_reminder(job)]


@pytest.mark.proves("S30")
async def test_a_day_and_ten_minutes_before(product):
    browser = await practitioner(product)
    appointment = await booked(browser, start_s=3 * DAY_S, phone=PHONE)
    assert reminders(await pass_time(product, 2 * DAY_S - 1)) == []
    assert len(reminders(await pass_time(product, 1))) == 1
    assert len(reminders(await pass_time(product, DAY_S - 601))) == 1
    said = reminders(await pass_time(product, 1))
    assert len(said) == 2
    assert all(appointment["link"] in text and "18/01 à 9 h 00" in text for text in said)
    assert len(reminders(await pass_time(product, HOUR_S))) == 2


async def test_reminders_take_the_preferred_channel(product):
    browser = await practitioner(product)
    await booked(browser, start_s=2 * DAY_S, phone=PHONE, email="a@famille.example", channel="email")
    messages = await pass_time(product, DAY_S)
    assert [(message.channel, message.to) for message in messages] == [("email", "a@famille.example")] * 2
    assert "rappelle" in messages[1].subject


async def test_no_reminder_just_after_the_booking(product):
    """Eleven minutes before the start: the booking itself says it."""
    browser = await practitioner(product)
    await booked(browser, start_s=660, phone=PHONE)
    assert len(await pass_time(product, 650)) == 1


async def test_none_after_a_cancellation(product):
    browser = await practitioner(product)
    appointment = await booked(browser, start_s=2 * DAY_S, phone=PHONE)
    await browser.post(f"/api/appointments/{appointment['id']}/cancel")
    assert reminders(await pass_time(product, 2 * DAY_S - 60)) == []


async def test_after_a_move_only_those_of_the_new_time(product):
    browser = await practitioner(product)
    appointment = await booked(browser, start_s=2 * DAY_S, phone=PHONE)
    week = 7 * DAY_S * 1000
    later = asked_again(appointment, startAt=appointment["startAt"] + week, endAt=appointment["endAt"] + week)
    assert (await put(browser, f"/api/appointments/{appointment['id']}", later))[0] == 200
    assert reminders(await pass_time(product, 2 * DAY_S)) == []
    said = reminders(await pass_time(product, 6 * DAY_S))
    assert len(said) == 1
    assert "24/01 à 9 h 00" in said[0]


async def test_there_and_back_leaves_one_of_each(product):
    """Moved away and to the same time again: the reminders of the first time stay silent."""
    browser = await practitioner(product)
    first = await booked(browser, start_s=2 * DAY_S, phone=PHONE)
    path, hour = f"/api/appointments/{first['id']}", 3_600_000
    _, moved = await put(
        browser, path, asked_again(first, startAt=first["startAt"] + hour, endAt=first["endAt"] + hour)
    )
    back = asked_again(moved, startAt=first["startAt"], endAt=first["endAt"])
    assert (await put(browser, path, back))[0] == 200
    await pass_time(product, DAY_S)
    assert len(reminders(await pass_time(product, DAY_S - 300))) == 2


async def test_after_an_outage_only_the_nearest_is_sent(tmp_path):
    async with running(tmp_path) as product:
        browser = await practitioner(product)
        await booked(browser, start_s=2 * DAY_S, phone=PHONE)
        await quiet(product)
        then = product.clock.now
    async with running(tmp_path) as product:
        product.clock.now = then + 2 * DAY_S - 300
        assert len(reminders(await quiet(product))) == 1


async def test_who_is_there_already_needs_none(product):
    browser = await practitioner(product)
    appointment = await booked(browser, start_s=1200, phone=PHONE)
    await pass_time(product, 500)
    token = appointment["link"].partition("#")[2]
    assert (await product.browser().post("/api/join/enter", {"token": token}))[0] == 200
    assert reminders(await pass_time(product, 200)) == []


async def test_an_installation_may_remind_otherwise_or_never(tmp_path):
    config = Config(visits=VisitSettings(reminders_before_s=()))
    async with running(tmp_path, config) as product:
        await booked(await practitioner(product), start_s=2 * DAY_S, phone=PHONE)
        assert await remembered(product) == []


class Operator(MailboxSms):
    """Takes a message unless it is away; the same name twice is one message at the recipient's."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(mailbox)
        self.taken: dict[str, str] = {}
        self.is_away = False

    async def send(self, to, text, *, job_id):
        if to != PHONE:
            return await super().send(to, text, job_id=job_id)
        if self.is_away:
            raise TransientFailure("gateway-unreachable")
        self.taken[job_id] = text
        return job_id


@pytest.fixture
def operator():
    return Operator(Mailbox("Europe/Paris"))


def installation(tmp_path, operator):
    senders = (operator, MailboxMail(operator._mailbox))
    return running(tmp_path, senders=senders)


@pytest.fixture
async def gateway():
    """It takes each message, and at first never says so."""
    async with open_gateway() as double:
        double.delay_s = 3600
        yield double


def server_process(folder, gateway: Gateway) -> subprocess.Popen:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    declared = json.dumps({"url": gateway.url, "body": BODY, "id_path": ID_PATH})
    settings = {
        "CHEVET_DATA_DIR": str(folder),
        "CHEVET_PUBLIC_URL": f"http://localhost:{port}",
        "CHEVET_LISTEN__PORT": str(port),
        "CHEVET_SMS__PROVIDER": "custom",
        "CHEVET_SMS__GATEWAY": declared,
    }
    command = [sys.executable, "-m", "chevet", "serve"]
    environment = os.environ | settings | {"PYTHONPATH": "server"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def end_leases(folder) -> None:
    """As the passing of 25 s would."""
    with closing(sqlite3.connect(folder / "chevet.db")) as db, db:
        db.execute("update job set locked_until = 0 where locked_until is not null")


@pytest.mark.proves("F50")
async def test_a_server_killed_after_the_operator_took_it_reminds_once(tmp_path, gateway):
    """The operator has the message, nobody wrote it down: the next process says it again, under the same name."""
    past = Clock()
    past.now = time.time() - DAY_S
    async with running(tmp_path, clock=past) as product:
        await booked(await practitioner(product), start_s=2 * DAY_S, phone=PHONE)
        await quiet(product)
    server = server_process(tmp_path, gateway)
    try:
        await gateway.has(1)
        server.kill()
        server.wait()
        end_leases(tmp_path)
        gateway.delay_s = 0
        server = server_process(tmp_path, gateway)
        await gateway.has(2)
        await asyncio.sleep(2)
    finally:
        server.kill()
        server.wait()
    assert len(gateway.requests) == 2
    assert len({request["ref"] for request in gateway.requests}) == 1
    assert "rappel" in gateway.requests[0]["text"]


@pytest.mark.proves("F50")
async def test_a_worker_killed_between_the_reminder_and_its_end_reminds_once(product):
    """The job is done again from its start, as after a lost lease."""
    browser = await practitioner(product)
    await booked(browser, start_s=2 * DAY_S, phone=PHONE)
    assert len(reminders(await pass_time(product, DAY_S))) == 1

    def forget(tx):
        for job in [job for job in tx.find(Job, order="run_at") if job.done_at and is_reminder(job)]:
            tx.query(
                "update job set done_at = null, payload = ? where id = ?",
                payload_of(job.dedup),
                job.id,
            )

    await product.parts.store.run(forget)
    assert len(reminders(await pass_time(product, 1))) == 1


def is_reminder(job: Job) -> bool:
    return job.kind == "remind_visit"


def payload_of(dedup: str) -> str:
    _, appointment_id, sequence, before_s = dedup.split(":")
    return f'{{"appointment_id": "{appointment_id}", "sequence": {sequence}, "before_s": {before_s}}}'


@pytest.mark.proves("F60")
async def test_an_operator_that_is_away_for_minutes_is_tried_again_later(tmp_path, operator):
    operator.is_away = True
    async with installation(tmp_path, operator) as product:
        product.mailbox = operator._mailbox
        browser = await practitioner(product)
        appointment = await booked(browser, phone=PHONE)
        for _ in range(4):
            await pass_time(product, 30)
        _, view = await browser.get(f"/api/appointments/{appointment['id']}")
        assert [(each["status"], each["reason"]) for each in view["deliveries"]] == [
            ("waiting", "gateway-unreachable")
        ]
        operator.is_away = False
        await pass_time(product, 300)
        assert len(operator.taken) == 1
        _, view = await browser.get(f"/api/appointments/{appointment['id']}")
        assert [each["status"] for each in view["deliveries"]] == ["sent"]
