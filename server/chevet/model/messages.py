"""Every message that Chevet sends, composed: who writes, what to do, nothing about anybody's health."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from chevet.errors import InvalidInput
from chevet.model.gsm7 import SINGLE, places, segments, to_gsm7
from chevet.model.keys import ALPHABET, TOKEN_LENGTH
from chevet.model.locales import texts
from chevet.model.scrub import scrub

FAMILY = "messages"
SMS_VARIANTS = ("invitation.sms.1", "invitation.sms.2", "invitation.sms.3", "invitation.sms.4")
"""From the clearest to the shortest."""

QR_CID = "qr@chevet"
"""Content-ID under which an invitation's HTML expects the picture of its QR code (RFC 2392)."""


BUTTON = "display:inline-block;padding:20px 28px;border-radius:12px;background:#0b4f8a;color:#fff"


class Mail(Struct, frozen=True, kw_only=True):
    """An e-mail before it has an address. `html` says the same as `text`.

    `qr_link` is drawn as a QR code and put beside the HTML, which shows it as `cid:qr@chevet`.
    `calendar` is an iCalendar object (RFC 5545) and `calendar_method` what to do with it (RFC 5546).
    """

    subject: str
    text: str
    html: str | None = None
    qr_link: str | None = None
    calendar: str | None = None
    calendar_method: str = "REQUEST"


# --- SMS ----------------------------------------------------------------------------------------------------


def invitation_sms(caller_name: str, link: str, language: str = "fr") -> str:
    """The clearest text that fits one SMS with the link (C35). Raises InvalidInput `sms-too-long`."""
    words = texts(FAMILY, language)
    shortest = ""
    for variant in SMS_VARIANTS:
        shortest = to_gsm7(words[variant].format(caller=one_line(caller_name), link=link))
        if segments(shortest) == 1:
            return shortest
    excess = places(shortest) - SINGLE
    raise InvalidInput("sms-too-long", f"public address or caller name: {excess} letters too long for an SMS")


def check_invitation_sms(caller_name: str, join_url: str) -> None:
    """Raise InvalidInput when an invitation cannot fit one SMS: known before the first call."""
    for language in ("fr", "en"):
        invitation_sms(caller_name, join_url + ALPHABET[0] * TOKEN_LENGTH, language)


def sign_in_code_sms(code: str, *, minutes: int = 10, language: str = "fr") -> str:
    return to_gsm7(texts(FAMILY, language)["code.sms"].format(code=code, minutes=minutes))


# --- e-mail -------------------------------------------------------------------------------------------------


def invitation_mail(
    caller_name: str,
    link: str,
    code: str,
    *,
    expires_at: float | None = None,
    timezone: str = "Europe/Paris",
    language: str = "fr",
) -> Mail:
    """The e-mail of an invitation: text, HTML, and the link as a QR code."""
    prefix = "invitation.mail."
    said = {
        "caller": one_line(caller_name),
        "code": code,
        "site": link.partition("#")[0].partition("://")[2],
        "time": clock_time(expires_at or 0, timezone, language),
    }
    words = texts(FAMILY, language)
    say = {k.removeprefix(prefix): v.format(**said) for k, v in words.items() if k.startswith(prefix)}
    if expires_at is not None:
        say["privacy"] += f" {say['expires']}"
    return Mail(
        subject=say["subject"],
        text=_invitation_text(say, link),
        html=page(language, say["subject"], _invitation_html(say, link)),
        qr_link=link,
    )


def _invitation_text(say: Mapping[str, str], link: str) -> str:
    steps = (say["step.open"], say["step.show"], say["step.allow"])
    return "\n\n".join(
        (
            say["what"],
            say["stay"],
            "\n".join(f"{i}. {step}" for i, step in enumerate(steps, 1)),
            link,
            say["code"],
            say["privacy"],
            say["unexpected"],
        )
    )


def _invitation_html(say: Mapping[str, str], link: str) -> str:
    href = escape(link, quote=True)
    steps = "".join(f"<li>{escape(say[k])}</li>" for k in ("step.open", "step.show", "step.allow"))
    return (
        f'<p style="font-size:22px"><b>{escape(say["what"])}</b></p>'
        f"<p>{escape(say['stay'])}</p><ol>{steps}</ol>"
        f'<p style="margin:28px 0"><a href="{href}" style="{BUTTON}"><b>{escape(say["button"])}</b></a></p>'
        f'<p>{escape(say["button.address"])}<br><a href="{href}">{href}</a></p>'
        f"<p>{escape(say['qr'])}</p>"
        f'<p><img src="cid:{QR_CID}" width="220" height="220" alt="{escape(say["qr.alt"], quote=True)}"></p>'
        f"<p>{escape(say['code'])}</p><p>{escape(say['privacy'])}</p>"
        f"<p>{escape(say['unexpected'])}</p>"
    )


def sign_in_code_mail(code: str, *, minutes: int = 10, language: str = "fr") -> Mail:
    """The one-time code. It is not in the subject: a subject shows on a locked screen."""
    words = texts(FAMILY, language)
    valid = words["code.mail.valid"].format(minutes=minutes)
    text = f"{words['code.mail.what']} {code}\n\n{valid}\n\n{words['code.mail.unexpected']}"
    html = (
        f"<p>{escape(words['code.mail.what'])}</p>"
        f'<p style="font-size:32px;letter-spacing:4px"><b>{escape(code)}</b></p>'
        f"<p>{escape(valid)}</p><p>{escape(words['code.mail.unexpected'])}</p>"
    )
    subject = words["code.mail.subject"]
    return Mail(subject=subject, text=text, html=page(language, subject, html))


def incident_mail(
    organization_name: str,
    capsule: Mapping[str, Any],
    *,
    at: float | None = None,
    timezone: str = "Europe/Paris",
    language: str = "fr",
) -> Mail:
    """The report to the referents: plain text, everything that a page wrote scrubbed (S60-S62).

    `capsule` has remark, page, browser, viewport, version (texts), events (list of texts) and figures (names
    with numbers), each optional.
    """
    words = {k.removeprefix("incident.mail."): v for k, v in texts(FAMILY, language).items()}
    said = {"organization": one_line(organization_name)}
    said["time"] = _date(at, timezone, language) if at is not None else ""
    facts = [
        (k, scrub(one_line(str(capsule.get(k) or "")))) for k in ("page", "browser", "viewport", "version")
    ]
    figures = capsule.get("figures") or {}
    parts = [
        words["what"].format(**said),
        words["when"].format(**said) if at is not None else "",
        f"{words['remark']}\n{scrub(str(capsule.get('remark') or '')).strip() or words['remark.none']}",
        "\n".join(f"{words[k]} {text}" for k, text in facts if text),
        _listed(words["events"], [scrub(one_line(e)) for e in capsule.get("events") or ()]),
        _listed(words["figures"], [f"{scrub(one_line(k))} = {v:g}" for k, v in figures.items()]),
        words["anonymous"],
    ]
    return Mail(subject=words["subject"].format(**said), text="\n\n".join(p for p in parts if p))


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join((title, *(f"- {line}" for line in lines))) if lines else ""


def page(language: str, title: str, body: str) -> str:
    """The whole of an HTML mail around its body."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"></head>'
        '<body style="margin:0;background:#fff;color:#111;font:18px/1.5 Arial,Helvetica,sans-serif">'
        f'<div style="max-width:560px;margin:0 auto;padding:24px">{body}</div></body></html>'
    )


def one_line(text: str) -> str:
    """Without line breaks, and no two spaces in a row."""
    return " ".join(text.split())


def clock_time(at: float, timezone: str, language: str) -> str:
    """« 14 h 30 »."""
    moment = datetime.fromtimestamp(at, ZoneInfo(timezone))
    return f"{moment.hour} h {moment.minute:02}" if language == "fr" else f"{moment:%H:%M}"


def _date(at: float, timezone: str, language: str) -> str:
    moment = datetime.fromtimestamp(at, ZoneInfo(timezone))
    return f"{moment:%d/%m/%Y} {clock_time(at, timezone, language)}"
