"""Delivery receipts: what an operator posts to us later about a message."""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct

from chevet.adapters.sms_answer import look
from chevet.adapters.sms_presets import gateway_of
from chevet.config import SmsReceiptRule, SmsSettings
from chevet.errors import InvalidInput, NotAllowed, NotFound
from chevet.model.records import DeliveryStatus


class Receipt(Struct, frozen=True, kw_only=True):
    """What became of one message. `reason` is a code, when it failed."""

    provider_id: str
    status: DeliveryStatus
    reason: str | None = None


def read_receipt(
    settings: SmsSettings,
    *,
    receipt_url: str,
    secret: str,
    headers: Mapping[str, str],
    query: Mapping[str, str],
    body: bytes,
) -> Receipt:
    """Check that the request comes from the operator, and read it.

    `secret` is the last part of the path that was asked for, `receipt_url` the public address as the operator
    was given it; header names are in lower case. Raises NotFound (wrong secret, or no receipts here), NotAllowed
    (wrong signature) or InvalidInput (not a receipt).
    """
    rule = gateway_of(settings).receipt
    if rule is None or not settings.receipt_secret or not _same(secret, settings.receipt_secret):
        raise NotFound("receipt-unknown")
    fields = _fields(query, body)
    if settings.provider == "twilio" and not _is_signed_by_twilio(settings, receipt_url, headers, fields):
        raise NotAllowed("receipt-signature")
    return _receipt(rule, fields)


def _fields(query: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """JSON, form fields, or query parameters: whichever there are."""
    if not body:
        return dict(query)
    try:
        if body.lstrip()[:1] == b"{":
            return json.loads(body)
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    except ValueError:
        raise InvalidInput("receipt-unreadable") from None


def _receipt(rule: SmsReceiptRule, fields: Mapping[str, Any]) -> Receipt:
    message_id, status = look(fields, rule.id_path), look(fields, rule.status_path)
    if message_id in (None, "") or status in (None, ""):
        raise InvalidInput("receipt-unreadable")
    if str(status) in rule.delivered:
        return Receipt(provider_id=str(message_id), status=DeliveryStatus.DELIVERED)
    reason = rule.failed.get(str(status))
    if reason is None:
        return Receipt(provider_id=str(message_id), status=DeliveryStatus.SENT)
    error = str(look(fields, rule.error_path)) if rule.error_path else ""
    return Receipt(
        provider_id=str(message_id), status=DeliveryStatus.FAILED, reason=rule.errors.get(error, reason)
    )


def _is_signed_by_twilio(
    settings: SmsSettings, receipt_url: str, headers: Mapping[str, str], fields: Mapping[str, Any]
) -> bool:
    """X-Twilio-Signature: HMAC-SHA1 by the auth token over the address and the sorted form fields."""
    signed = receipt_url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    proof = base64.b64encode(hmac.digest(settings.secret.encode(), signed.encode(), "sha1")).decode()
    return _same(headers.get("x-twilio-signature", ""), proof)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
