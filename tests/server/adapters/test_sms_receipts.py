"""Delivery receipts: from the operator, or refused."""

import base64
import contextlib
import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.adapters.sms_receipt import read_receipt
from chevet.config import SmsGateway, SmsReceiptRule, SmsSettings
from chevet.errors import InvalidInput, NotAllowed, NotFound
from chevet.model.records import DeliveryStatus

SECRET = "0123456789abcdef"
URL = f"https://visio.example/api/receipts/sms/{SECRET}"
SETTINGS = {
    "ovh": SmsSettings(
        provider="ovh", account="sms-a-1", key="k", secret="s", consumer_key="c", receipt_secret=SECRET
    ),
    "smsmode": SmsSettings(provider="smsmode", key="k", receipt_secret=SECRET),
    "brevo": SmsSettings(provider="brevo", key="k", sender="SAMU44", receipt_secret=SECRET),
    "twilio": SmsSettings(
        provider="twilio", account="AC1", secret="auth-token", sender="SAMU44", receipt_secret=SECRET
    ),
}


def twilio_signature(fields, token=b"auth-token", url=URL):
    signed = url
    for name, value in sorted(fields.items()):
        signed += name + value
    return base64.b64encode(hmac.new(token, signed.encode(), hashlib.sha1).digest()).decode()


def read(provider, *, fields=None, query=None, secret=SECRET, headers=None):
    body = b""
    if fields is not None:
        body = urlencode(fields).encode() if provider == "twilio" else json.dumps(fields).encode()
    if provider == "twilio" and headers is None:
        headers = {"x-twilio-signature": twilio_signature(fields)}
    receipt = read_receipt(
        SETTINGS[provider],
        receipt_url=URL,
        secret=secret,
        headers=headers or {},
        query=query or {},
        body=body,
    )
    return receipt.provider_id, receipt.status, receipt.reason


def twilio(status, error=None):
    return {"MessageSid": "SM1", "MessageStatus": status, "To": "+33639981234"} | (
        {"ErrorCode": error} if error else {}
    )


def smsmode(value, detail=None):
    return {
        "messageId": "m-1",
        "status": {"value": value, "detail": detail},
        "recipient": {"to": "33639981234"},
    }


@pytest.mark.proves("S48", "F60")
@pytest.mark.parametrize(
    ("provider", "received", "status", "reason"),
    [
        ("twilio", twilio("sent"), "sent", None),
        ("twilio", twilio("delivered"), "delivered", None),
        ("twilio", twilio("undelivered", "30006"), "failed", "number-landline"),
        ("twilio", twilio("undelivered", "30003"), "failed", "number-unreachable"),
        ("twilio", twilio("failed", "99999"), "failed", "sms-refused"),
        ("smsmode", smsmode("ENROUTE"), "sent", None),
        ("smsmode", smsmode("DELIVERED"), "delivered", None),
        ("smsmode", smsmode("UNDELIVERED"), "failed", "number-unreachable"),
        ("smsmode", smsmode("UNDELIVERABLE", "INVALID_PHONE_NUMBER"), "failed", "number-invalid"),
        ("smsmode", smsmode("SOMETHING_NEW"), "sent", None),
        ("brevo", {"messageId": 123, "msg_status": "sent", "to": "33639981234"}, "sent", None),
        ("brevo", {"messageId": 123, "msg_status": "delivered"}, "delivered", None),
        ("brevo", {"messageId": 123, "msg_status": "hard_bounce"}, "failed", "number-invalid"),
        ("brevo", {"messageId": 123, "msg_status": "soft_bounce"}, "failed", "number-unreachable"),
    ],
)
def test_a_receipt_is_understood(provider, received, status, reason):
    message_id = {"twilio": "SM1", "smsmode": "m-1", "brevo": "123"}[provider]
    assert read(provider, fields=received) == (message_id, DeliveryStatus(status), reason)


@pytest.mark.parametrize(
    ("dlr", "status", "reason"),
    [
        ("1", "delivered", None),
        ("2", "failed", "number-unreachable"),
        ("16", "failed", "sms-refused"),
        ("8", "sent", None),
    ],
)
def test_ovh_tells_by_query_parameters(dlr, status, reason):
    assert read("ovh", query={"id": "27814656", "dlr": dlr}) == ("27814656", DeliveryStatus(status), reason)


@pytest.mark.parametrize("provider", SETTINGS)
@pytest.mark.parametrize("secret", ["", "0123456789abcdeg", "0123456789abcdef0", "é"])
def test_without_the_secret_nothing_is_read(provider, secret):
    with pytest.raises(NotFound):
        read(provider, fields=twilio("delivered"), secret=secret)


def test_receipts_are_off_until_a_secret_is_set():
    with pytest.raises(NotFound):
        read_receipt(
            SmsSettings(provider="smsmode", key="k"),
            receipt_url=URL,
            secret="",
            headers={},
            query={},
            body=b"{}",
        )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-twilio-signature": ""},
        {"x-twilio-signature": "é"},
        {"x-twilio-signature": twilio_signature(twilio("failed"))},
        {"x-twilio-signature": twilio_signature(twilio("delivered"), token=b"another")},
        {"x-twilio-signature": twilio_signature(twilio("delivered"), url="https://evil.example/")},
    ],
)
def test_twilio_must_have_signed_exactly_this(headers):
    with pytest.raises(NotAllowed):
        read("twilio", fields=twilio("delivered"), headers=headers)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"{}", b"[]", b'{"messageId": null}', b'{"messageId": "a"}', b"\xff", b"a"]
)
def test_what_is_no_receipt_is_refused(body):
    with pytest.raises(InvalidInput):
        read_receipt(SETTINGS["smsmode"], receipt_url=URL, secret=SECRET, headers={}, query={}, body=body)


@given(
    st.sampled_from(sorted(SETTINGS)),
    st.binary(max_size=300),
    st.dictionaries(st.text(), st.text(), max_size=3),
)
def test_rubbish_never_breaks_it(provider, body, query):
    with contextlib.suppress(InvalidInput, NotAllowed):
        read_receipt(SETTINGS[provider], receipt_url=URL, secret=SECRET, headers={}, query=query, body=body)


def test_a_declared_operator_may_send_receipts_too():
    rule = SmsReceiptRule(
        id_path="sms.id", status_path="sms.state", delivered=["OK"], failed={"KO": "sms-refused"}
    )
    settings = SmsSettings(
        provider="custom", gateway=SmsGateway(url="https://sms.example", receipt=rule), receipt_secret=SECRET
    )
    receipt = read_receipt(
        settings,
        receipt_url=URL,
        secret=SECRET,
        headers={},
        query={},
        body=b'{"sms": {"id": 7, "state": "KO"}}',
    )
    assert (receipt.provider_id, receipt.status, receipt.reason) == (
        "7",
        DeliveryStatus.FAILED,
        "sms-refused",
    )
