"""From a declared gateway to the request that is sent."""

import ipaddress
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from chevet.config import SmsGateway
from chevet.errors import InvalidInput

PLACE = re.compile(r"\{(to|to_digits|text|sender|account|key|secret|job_id|receipt_url)\}")


def fill(template: str, values: Mapping[str, str], *, is_url: bool = False) -> str:
    """Put the values into their places, once: what a value contains is never read as a place."""

    def value(match: re.Match[str]) -> str:
        found = values[match[1]]
        return quote(found, safe="") if is_url else found

    return PLACE.sub(value, template)


def encode_body(gateway: SmsGateway, values: Mapping[str, str]) -> tuple[bytes, str]:
    """The body and its content type."""
    body = _fill_all(gateway.body, values)
    if gateway.body_format == "form":
        return urlencode(body).encode(), "application/x-www-form-urlencoded"
    return (json.dumps(body, ensure_ascii=False).encode() if body else b""), "application/json"


def _fill_all(part: Any, values: Mapping[str, str]) -> Any:
    """The same structure with its strings filled in; fields left empty are dropped."""
    if isinstance(part, str):
        return fill(part, values)
    if isinstance(part, list):
        return [_fill_all(item, values) for item in part]
    if isinstance(part, dict):
        filled = {name: _fill_all(item, values) for name, item in part.items()}
        return {name: item for name, item in filled.items() if item != ""}
    return part


def refuse_unsafe_url(url: str) -> None:
    """Numbers and links leave over https only; http is for a gateway on this machine (A54)."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and is_loopback_url(url):
        return
    raise InvalidInput("sms-settings", "the gateway's address must be https", field="sms.gateway.url")


def is_loopback_url(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
