"""From the outbox to a real SMTP server and a real HTTP gateway, and what the dispatcher sees of it."""

import asyncio
import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from chevet.adapters.mail import MailSender
from chevet.adapters.sms import SmsSender
from chevet.config import Config, MailSettings, SmsGateway, SmsReceiptRule, SmsSettings
from chevet.demo import Mailbox, MailboxSms
from tests.server.product import running
from tests.server.sms_gateway import BODY, ID_PATH, open_gateway
from tests.server.visit import booked, doctors_browser, roster, seen

SECRET = "a-receipt-secret-of-ours"


@pytest.fixture
async def gateway():
    async with open_gateway() as double:
        yield double


def sms_settings(url: str) -> SmsSettings:
    declared = SmsGateway(
        url=url,
        body=BODY,
        id_path=ID_PATH,
        receipt=SmsReceiptRule(
            id_path="id", status_path="status", delivered=["ok"], failed={"ko": "number-unreachable"}
        ),
    )
    return SmsSettings(provider="custom", gateway=declared, receipt_secret=SECRET)


class Smtp:
    """Keeps what it takes; refuses one recipient."""

    def __init__(self) -> None:
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def smtp():
    handler = Smtp()
    with socket.create_server(("127.0.0.1", 0)) as free:
        handler.port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
async def product(tmp_path, gateway, smtp):
    """Codes go to a mailbox, as people who sign in have a mobile; invitations through the real adapters."""
    mailbox = Mailbox("Europe/Paris")
    settings = sms_settings(gateway.url)
    operator = SmsSender(settings)

    class CodesByMailbox(MailboxSms):
        async def send(self, to, text, *, job_id):
            if to.startswith("+3363998000"):
                return await super().send(to, text, job_id=job_id)
            return await operator.send(to, text, job_id=job_id)

        async def close(self):
            await operator.close()

    mail = MailSender(
        MailSettings(host="127.0.0.1", port=smtp.port, security="none", sender="chevet@samu.example")
    )
    async with running(tmp_path, Config(sms=settings), senders=(CodesByMailbox(mailbox), mail)) as product:
        product.mailbox = mailbox
        yield product


async def invited(product, **request):
    browser = await product.dispatcher()
    invitation = await browser.invite(**request)
    return await product.seat(invitation["seatToken"]), browser, invitation


async def delivery(page, status: str) -> dict:
    """The first delivery that is in this state, in the snapshot or later."""
    while True:
        message = await page.receive()
        known = [*message.get("deliveries", ()), *([message["delivery"]] if "delivery" in message else ())]
        for one in known:
            if one["status"] == status and (status != "waiting" or one["reason"]):
                return one


@pytest.mark.proves("S48", "S14")
async def test_sms_and_mail_leave_and_the_timeline_says_so(product, gateway, smtp):
    _, browser, invitation = await invited(product, phone="0639981234", email="temoin@example.org")
    async with asyncio.timeout(5):
        while not (gateway.requests and smtp.mails):
            await asyncio.sleep(0.01)
    assert gateway.requests[0]["to"] == "+33639981234"
    assert invitation["link"] in gateway.requests[0]["text"]
    mail = smtp.mails[0]
    assert mail["To"] == "temoin@example.org"
    kinds = {part.get_content_type() for part in mail.walk()}
    assert {"text/plain", "text/html", "image/png"} <= kinds
    async with asyncio.timeout(5):
        while True:
            view = (await browser.get("/api/invitations/current"))[1]["invitation"]
            if {one["status"] for one in view["deliveries"]} == {"sent"}:
                break
            await asyncio.sleep(0.02)
    assert [step["step"] for step in view["timeline"]].count("invitation-sent") == 2


@pytest.mark.proves("F60")
async def test_a_refused_number_is_shown_at_once(product, gateway):
    gateway.status = 400
    page, *_ = await invited(product, phone="0639981234")
    async with asyncio.timeout(5):
        failed = await delivery(page, "failed")
    assert failed["reason"] == "sms-refused"


@pytest.mark.proves("F60")
async def test_a_refused_mailbox_is_shown_at_once(product):
    page, *_ = await invited(product, email="nobody@example.org")
    async with asyncio.timeout(5):
        failed = await delivery(page, "failed")
    assert failed["channel"] == "email"
    assert failed["reason"]


@pytest.mark.proves("F60")
async def test_a_gateway_in_trouble_is_shown_within_five_seconds_and_tried_again(product, gateway):
    gateway.status = 500
    page, *_ = await invited(product, phone="0639981234")
    async with asyncio.timeout(5):
        waiting = await delivery(page, "waiting")
    assert waiting["reason"]
    gateway.status = 200
    product.clock.now += 2
    async with asyncio.timeout(8):
        assert (await delivery(page, "sent"))["status"] == "sent"


@pytest.mark.proves("F60")
async def test_a_gateway_that_hangs_is_shown_within_five_seconds_and_the_code_works(product, gateway):
    gateway.delay_s = 60
    page, browser, invitation = await invited(product, phone="0639981234")
    async with asyncio.timeout(5):
        waiting = await delivery(page, "waiting")
    assert waiting["reason"] == "gateway-slow"
    assert (await browser.post("/api/join/peek", {"code": invitation["code"]}))[0] == 200


async def test_a_receipt_says_that_the_phone_has_it(product, gateway):
    page, browser, _ = await invited(product, phone="0639981234")
    await delivery(page, "sent")
    status, _ = await browser.post(f"/hooks/sms/{SECRET}", {"id": "op-1", "status": "ok"})
    assert status == 204
    assert (await delivery(page, "delivered"))["status"] == "delivered"
    late = await browser.post(f"/hooks/sms/{SECRET}", {"id": "op-1", "status": "ko"})
    assert late[0] == 204
    view = (await browser.get("/api/invitations/current"))[1]["invitation"]
    assert view["deliveries"][0]["status"] == "delivered"


async def test_a_receipt_with_a_wrong_secret_is_nothing(product):
    status, _ = await product.browser().post(
        "/hooks/sms/another-secret-of-16", {"id": "op-1", "status": "ko"}
    )
    assert status == 404


async def test_an_operator_may_bring_its_receipt_by_get(product):
    """OVHcloud calls with query parameters."""
    page, browser, _ = await invited(product, phone="0639981234")
    await delivery(page, "sent")
    async with browser.http.get(f"/hooks/sms/{SECRET}", params={"id": "op-1", "status": "ok"}) as answer:
        assert answer.status == 204
    assert (await delivery(page, "delivered"))["status"] == "delivered"


async def guest_called_in(product, **how):
    """The practitioner's page, the patient's, and the guest whom she invites while the call is under way."""
    visit = await booked(product)
    doctor, patient = await visit.under_way()
    browser = await doctors_browser(product)
    body = {"role": "companion", "name": "Paul", **how}
    status, guest = await browser.post(f"/api/encounters/{visit.encounter_id}/participants", body)
    assert status == 201, guest
    return doctor, patient, guest["participantId"]


async def told_of(page, guest_id: str, status: str) -> dict:
    """What the roster says of the message to a guest, once it is in this state for a known reason, or has left."""
    while True:
        for one in (await roster(page)).get(guest_id, {}).get("deliveries", ()):
            if one["status"] == status and (status == "sent" or one["reason"]):
                return one


@pytest.mark.proves("F60")
async def test_a_guests_number_that_is_refused_is_shown_in_the_call_at_once_and_to_the_practitioner_alone(
    product, gateway
):
    gateway.status = 400
    doctor, patient, guest_id = await guest_called_in(product, phone="0639981234")
    async with asyncio.timeout(5):
        failed = await told_of(doctor, guest_id, "failed")
    assert (failed["reason"], failed["to"]) == ("sms-refused", "+33639981234")
    own_id = patient.welcome["participantId"]
    await doctor.send("set-picture-mode", id="close", mode="detail", to=own_id)
    everybody = await seen(patient, own_id, pictureMode="detail")
    assert all(not one.get("deliveries") for one in everybody.values())


@pytest.mark.proves("F60")
async def test_a_guests_message_that_does_not_leave_is_shown_in_the_call_within_five_seconds(
    product, gateway
):
    gateway.delay_s = 60
    doctor, _, guest_id = await guest_called_in(product, phone="0639981234")
    async with asyncio.timeout(5):
        assert (await told_of(doctor, guest_id, "waiting"))["reason"] == "gateway-slow"


@pytest.mark.proves("F60")
async def test_a_guests_message_that_has_left_says_so_in_the_call(product, smtp):
    doctor, _, guest_id = await guest_called_in(product, email="paul@example.org")
    async with asyncio.timeout(5):
        assert (await told_of(doctor, guest_id, "sent"))["to"] == "paul@example.org"
