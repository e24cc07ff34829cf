"""Each operator over a real connection: what it is sent, what its answers mean."""

import asyncio
import base64
import hashlib
import json
import logging
import time
from urllib.parse import parse_qs

import pytest

from chevet.adapters.sms import SmsSender
from chevet.config import SmsAnswerRule, SmsGateway, SmsSettings
from chevet.errors import InvalidInput, PermanentFailure, TransientFailure

TO, TEXT, JOB = "+33639981234", "Le SAMU 44 vous demande une vidéo : https://visio.example/j#abc", "job-1"
RECEIPTS = "https://visio.example/api/receipts/sms/0123456789abcdef"

SETTINGS = {
    "ovh": {"account": "sms-ab12345-1", "key": "app-key", "secret": "app-secret", "consumer_key": "consumer"},
    "smsmode": {"key": "the-key"},
    "brevo": {"key": "the-key"},
    "twilio": {"account": "AC123", "secret": "auth-token"},
}
TAKEN = {
    "ovh": (
        200,
        {"ids": [27814656], "invalidReceivers": [], "validReceivers": [TO], "totalCreditsRemoved": 1},
        "27814656",
    ),
    "smsmode": (201, {"messageId": "67c15045-1067", "status": {"value": "ENROUTE"}}, "67c15045-1067"),
    "brevo": (201, {"messageId": 1511882900176220, "remainingCredits": 82}, "1511882900176220"),
    "twilio": (201, {"sid": "SM0123", "status": "queued", "error_code": None}, "SM0123"),
}


@pytest.fixture
async def sender_for():
    senders = []

    def make(provider, url, *, receipt_url=RECEIPTS, **options):
        values = {"sender": "SAMU44"} | SETTINGS.get(provider, {}) | options
        senders.append(
            SmsSender(SmsSettings(provider=provider, base_url=url, **values), receipt_url=receipt_url)
        )
        return senders[-1]

    yield make
    for sender in senders:
        await sender.close()


async def failure_of(sender, kind):
    with pytest.raises(kind) as caught:
        await sender.send(TO, TEXT, job_id=JOB)
    return caught.value


@pytest.mark.proves("S48", "F60")
@pytest.mark.parametrize("provider", SETTINGS)
async def test_a_taken_message_gives_the_operators_id(operator, sender_for, provider):
    status, answer, message_id = TAKEN[provider]
    if provider == "ovh":
        operator.will(200, int(time.time()))
    operator.will(status, answer)
    assert await sender_for(provider, operator.url).send(TO, TEXT, job_id=JOB) == message_id


async def test_ovh_is_asked_in_its_own_words_and_its_signature_holds(operator, sender_for):
    their_time = int(time.time()) - 7200
    operator.will(200, their_time)
    operator.will(*TAKEN["ovh"][:2])
    operator.will(*TAKEN["ovh"][:2])
    sender = sender_for("ovh", operator.url)
    await sender.send(TO, TEXT, job_id=JOB)
    await sender.send(TO, TEXT, job_id="job-2")
    clock, sent, again = operator.requests
    assert (clock.method, clock.path) == ("GET", "/1.0/auth/time")
    assert (sent.method, sent.path) == ("POST", "/1.0/sms/sms-ab12345-1/jobs")
    assert again.path == sent.path, "the clock is asked once"
    body = json.loads(sent.body)
    assert body["message"] == TEXT
    assert body["receivers"] == [TO]
    assert body["sender"] == "SAMU44"
    assert body["noStopClause"] is True
    assert body["senderForResponse"] is False
    assert body["coding"] == "7bit"
    stamp = sent.headers["X-Ovh-Timestamp"]
    assert abs(int(stamp) - their_time) <= 5, "the time is theirs"
    assert sent.headers["X-Ovh-Application"] == "app-key"
    assert sent.headers["X-Ovh-Consumer"] == "consumer"
    url = f"{operator.url}/1.0/sms/sms-ab12345-1/jobs"
    signed = b"app-secret+consumer+POST+" + url.encode() + b"+" + sent.body + b"+" + stamp.encode()
    assert sent.headers["X-Ovh-Signature"] == "$1$" + hashlib.sha1(signed).hexdigest()


async def test_ovh_without_a_declared_sender_uses_a_short_number(operator, sender_for):
    operator.will(200, int(time.time()))
    operator.will(*TAKEN["ovh"][:2])
    await sender_for("ovh", operator.url, sender="").send(TO, TEXT, job_id=JOB)
    body = json.loads(operator.requests[-1].body)
    assert "sender" not in body
    assert body["senderForResponse"] is True


@pytest.mark.proves("F60")
async def test_ovh_asks_the_time_again_when_its_signature_came_too_late(operator, sender_for):
    operator.will(200, int(time.time()))
    operator.will(403, {"errorCode": "QUERY_TIME_OUT", "message": "…"})
    operator.will(200, int(time.time()))
    operator.will(*TAKEN["ovh"][:2])
    sender = sender_for("ovh", operator.url)
    assert (await failure_of(sender, TransientFailure)).code == "gateway-busy"
    assert await sender.send(TO, TEXT, job_id=JOB) == "27814656"


async def test_smsmode_is_asked_in_its_own_words(operator, sender_for):
    operator.will(*TAKEN["smsmode"][:2])
    await sender_for("smsmode", operator.url).send(TO, TEXT, job_id=JOB)
    (sent,) = operator.requests
    assert (sent.method, sent.path) == ("POST", "/sms/v1/messages")
    assert sent.headers["X-Api-Key"] == "the-key"
    assert sent.headers["Content-Type"] == "application/json"
    assert json.loads(sent.body) == {
        "recipient": {"to": "33639981234"},
        "body": {"text": TEXT},
        "from": "SAMU44",
        "refClient": JOB,
        "callbackUrlStatus": RECEIPTS,
    }


async def test_brevo_is_asked_in_its_own_words(operator, sender_for):
    operator.will(*TAKEN["brevo"][:2])
    await sender_for("brevo", operator.url).send(TO, TEXT, job_id=JOB)
    (sent,) = operator.requests
    assert (sent.method, sent.path) == ("POST", "/v3/transactionalSMS/send")
    assert sent.headers["api-key"] == "the-key"
    assert json.loads(sent.body) == {
        "sender": "SAMU44",
        "recipient": "33639981234",
        "content": TEXT,
        "type": "transactional",
        "unicodeEnabled": False,
        "tag": JOB,
        "webUrl": RECEIPTS,
    }


@pytest.mark.parametrize(("sender", "field"), [("SAMU44", "From"), ("MG0123", "MessagingServiceSid")])
async def test_twilio_is_asked_in_its_own_words(operator, sender_for, sender, field):
    operator.will(*TAKEN["twilio"][:2])
    await sender_for("twilio", operator.url, sender=sender).send(TO, TEXT, job_id=JOB)
    (sent,) = operator.requests
    assert (sent.method, sent.path) == ("POST", "/2010-04-01/Accounts/AC123/Messages.json")
    assert sent.headers["Authorization"] == "Basic " + base64.b64encode(b"AC123:auth-token").decode()
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(sent.body.decode()) == {
        "To": [TO],
        field: [sender],
        "Body": [TEXT],
        "ValidityPeriod": ["1800"],
        "StatusCallback": [RECEIPTS],
    }


async def test_without_a_receipt_address_none_is_asked_for(operator, sender_for):
    operator.will(*TAKEN["smsmode"][:2])
    await sender_for("smsmode", operator.url, receipt_url="").send(TO, TEXT, job_id=JOB)
    assert "callbackUrlStatus" not in json.loads(operator.requests[0].body)


@pytest.mark.proves("F60")
@pytest.mark.parametrize(
    ("provider", "status", "answer", "reason"),
    [
        ("ovh", 200, {"ids": [], "invalidReceivers": ["+33"], "validReceivers": []}, "number-invalid"),
        ("ovh", 403, {"errorCode": "INVALID_CREDENTIAL"}, "gateway-credentials"),
        ("smsmode", 201, {"messageId": "a", "status": {"value": "UNDELIVERABLE"}}, "number-invalid"),
        ("smsmode", 401, {"detail": "…"}, "gateway-credentials"),
        ("brevo", 400, {"code": "invalid_parameter"}, "sms-refused"),
        ("brevo", 400, {"code": "not_enough_credits"}, "gateway-credit"),
        ("brevo", 402, {"code": "payment_required"}, "gateway-credit"),
        ("twilio", 400, {"code": 21211, "message": f"The 'To' number {TO} is not valid"}, "number-invalid"),
        ("twilio", 400, {"code": 21610}, "number-blocked"),
        ("twilio", 400, {"code": 21408}, "number-foreign"),
        ("twilio", 400, {"code": 21659}, "gateway-sender"),
        ("twilio", 404, {"code": 20404}, "gateway-address"),
        ("smsmode", 200, b"<html>the hotel's welcome page</html>", "gateway-answer"),
        ("smsmode", 201, {"messageId": ""}, "gateway-answer"),
    ],
)
async def test_a_refusal_for_good_says_why(operator, sender_for, provider, status, answer, reason):
    if provider == "ovh":
        operator.will(200, int(time.time()))
    operator.will(status, answer)
    failure = await failure_of(sender_for(provider, operator.url), PermanentFailure)
    assert failure.code == reason


@pytest.mark.proves("F60")
@pytest.mark.parametrize(
    ("status", "reason"),
    [(500, "gateway-trouble"), (503, "gateway-trouble"), (429, "gateway-busy"), (408, "gateway-timeout")],
)
async def test_trouble_on_their_side_is_worth_another_try(operator, sender_for, status, reason):
    operator.will(status, {"message": "later"}, headers={"Retry-After": "7"})
    operator.will(*TAKEN["smsmode"][:2])
    sender = sender_for("smsmode", operator.url)
    failure = await failure_of(sender, TransientFailure)
    assert (failure.code, failure.retry_after_s) == (reason, 7.0)
    assert await sender.send(TO, TEXT, job_id=JOB), "the same sender works afterwards"


@pytest.mark.proves("F60")
async def test_a_gateway_that_does_not_answer_is_given_up_in_time(operator, sender_for):
    operator.will(201, {"messageId": "late"}, delay_s=3)
    started = time.monotonic()
    failure = await failure_of(sender_for("smsmode", operator.url, timeout_s=0.3), TransientFailure)
    assert failure.code == "gateway-timeout"
    assert time.monotonic() - started < 2


@pytest.mark.proves("F60")
async def test_the_time_limit_covers_an_answer_that_trickles(sender_for):
    async def trickle(_, writer):
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.05)

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    failure = await failure_of(sender_for("smsmode", url, timeout_s=0.4), TransientFailure)
    assert failure.code == "gateway-timeout"
    server.close()


@pytest.mark.proves("F60")
async def test_a_gateway_that_is_not_there_is_worth_another_try(sender_for):
    closed = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    await closed.wait_closed()
    failure = await failure_of(sender_for("brevo", f"http://127.0.0.1:{port}"), TransientFailure)
    assert failure.code == "gateway-unreachable"


@pytest.mark.proves("A54")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(operator, sender_for, status):
    operator.will(status, {}, headers={"Location": f"{operator.url}/elsewhere"})
    failure = await failure_of(sender_for("smsmode", operator.url), PermanentFailure)
    assert failure.code == "gateway-address"
    assert len(operator.requests) == 1


@pytest.mark.proves("A54")
@pytest.mark.parametrize(
    "url",
    [
        "http://sms.example",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "//sms.example",
        "sms.example",
    ],
)
def test_numbers_do_not_leave_in_the_clear(url):
    with pytest.raises(InvalidInput, match="https"):
        SmsSender(SmsSettings(provider="smsmode", key="k", base_url=url))


@pytest.mark.proves("A54")
async def test_the_gateways_certificate_is_checked(secure_operator, ca_file, sender_for):
    secure_operator.will(*TAKEN["smsmode"][:2])
    assert await sender_for("smsmode", secure_operator.url, ca_file=ca_file).send(TO, TEXT, job_id=JOB)
    failure = await failure_of(sender_for("smsmode", secure_operator.url), PermanentFailure)
    assert failure.code == "gateway-certificate"
    assert len(secure_operator.requests) == 1


@pytest.mark.proves("R31", "A54")
async def test_neither_number_nor_text_nor_secret_is_logged_or_told(operator, sender_for, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    told = []
    for status, answer in [
        (201, {"messageId": "m1"}),
        (400, {"message": f"{TO} {TEXT} the-key"}),
        (500, {"message": f"{TO} {TEXT}"}),
        (200, f"{TO} {TEXT}".encode()),
    ]:
        operator.will(status, answer)
        try:
            await sender_for("smsmode", operator.url).send(TO, TEXT, job_id=JOB)
        except (PermanentFailure, TransientFailure) as failure:
            told += [
                str(failure),
                repr(failure),
                failure.detail,
                repr(failure.__cause__),
                repr(failure.__context__),
            ]
    written = capsys.readouterr()
    everything = "\n".join([*told, caplog.text, written.out, written.err])
    assert JOB in everything, "what was logged is looked at"
    for secret in (TO, TO[1:], "39981234", TEXT, "j#abc", "the-key"):
        assert secret not in everything


@pytest.mark.proves("A55")
async def test_what_a_text_contains_is_never_read_as_a_place_to_fill(operator, sender_for):
    operator.will(*TAKEN["smsmode"][:2])
    odd = 'a {key} {secret} "quoted" \\ {to}'
    await sender_for("smsmode", operator.url).send(TO, odd, job_id=JOB)
    assert json.loads(operator.requests[0].body)["body"]["text"] == odd


async def test_an_operator_that_chevet_does_not_know_can_be_declared(operator, sender_for):
    gateway = SmsGateway(
        url=operator.url + "/send/{account}?to={to_digits}&text={text}",
        method="GET",
        headers={"Authorization": "Bearer {key}"},
        id_path="results.0.id",
        rules=[
            SmsAnswerRule(
                outcome="permanent", reason="number-blocked", path="results.0.status", values=["7"]
            ),
            SmsAnswerRule(outcome="transient", reason="gateway-busy", status=[200], path="error"),
        ],
    )
    sender = sender_for("custom", "", gateway=gateway, account="a/b", key="secret-key")
    operator.will(200, {"results": [{"id": 12, "status": 0}]})
    operator.will(200, {"results": [{"id": 13, "status": 7}]})
    operator.will(200, {"error": "queue full"})
    operator.will(200, [])
    assert await sender.send(TO, "déjà & vu", job_id=JOB) == "12"
    assert operator.requests[0].path == "/send/a%2Fb?to=33639981234&text=d%C3%A9j%C3%A0+%26+vu".replace(
        "+", "%20"
    )
    assert operator.requests[0].headers["Authorization"] == "Bearer secret-key"
    assert operator.requests[0].body == b""
    assert (await failure_of(sender, PermanentFailure)).code == "number-blocked"
    assert (await failure_of(sender, TransientFailure)).code == "gateway-busy"
    assert (await failure_of(sender, PermanentFailure)).code == "gateway-answer"


@pytest.mark.parametrize(
    ("provider", "lacking"),
    [
        ("ovh", "consumer_key"),
        ("smsmode", "key"),
        ("brevo", "sender"),
        ("twilio", "secret"),
        ("custom", "gateway"),
    ],
)
def test_a_lacking_setting_is_named(provider, lacking):
    values = {"sender": "SAMU44"} | SETTINGS.get(provider, {})
    values.pop(lacking, None)
    with pytest.raises(InvalidInput, match=lacking) as caught:
        SmsSender(SmsSettings(provider=provider, **values))
    assert caught.value.code == "sms-settings"


async def test_many_messages_share_few_connections(operator, sender_for):
    for _ in range(20):
        operator.will(*TAKEN["smsmode"][:2])
    sender = sender_for("smsmode", operator.url)
    sent = await asyncio.gather(*(sender.send(TO, TEXT, job_id=str(n)) for n in range(20)))
    assert len(sent) == len(operator.requests) == 20
