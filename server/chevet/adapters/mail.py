"""E-mail over SMTP: text, HTML and the QR code inside it, a calendar file beside them (RFC 6047)."""

import asyncio
import ipaddress
import ssl
import time
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import formatdate

import aiosmtplib
import structlog

from chevet.adapters.qr import qr_png
from chevet.config import MailSettings
from chevet.errors import DeliveryFailure, InvalidInput, PermanentFailure, TransientFailure
from chevet.model.messages import QR_CID, Mail

REASONS = (
    (aiosmtplib.SMTPAuthenticationError, "mail-credentials"),
    (aiosmtplib.SMTPSenderRefused, "mail-sender"),
)
CALENDAR_NAME = "rendez-vous.ics"
PORTS = {"starttls": 587, "tls": 465, "none": 25}

log = structlog.get_logger()


class MailSender:
    """One mail server. Raises InvalidInput when it would be spoken to in the clear over a network."""

    def __init__(self, settings: MailSettings) -> None:
        if settings.security == "none" and not _is_loopback(settings.host):
            raise InvalidInput("mail-settings", "without TLS, only on loopback", field="mail.security")
        self._settings = settings

    async def send(self, to: str, mail: Mail, *, job_id: str) -> str:
        """Hand `mail` to the mail server; returns its Message-ID, the same for each attempt of a job.

        Raises PermanentFailure or TransientFailure.
        """
        started = time.monotonic()
        message = compose(self._settings, to, mail, job_id=job_id)
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                await self._deliver(to, message)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            failure = failure_of(error)
            log.warning("mail not taken", job=job_id, reason=failure.code, detail=failure.detail)
            raise failure from None
        log.info("mail taken", job=job_id, duration_ms=round((time.monotonic() - started) * 1000))
        return str(message["Message-ID"])

    async def _deliver(self, to: str, message: EmailMessage) -> None:
        settings = self._settings
        is_encrypted = settings.security != "none"
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port or PORTS[settings.security],
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=ssl.create_default_context(cafile=settings.ca_file) if is_encrypted else None,
            username=settings.username,
            password=settings.password,
            local_hostname=settings.sender.rpartition("@")[2],
            timeout=settings.timeout_s,
        )
        try:
            await client.connect()
            await client.send_message(message, sender=settings.sender, recipients=[to])
            with suppress(aiosmtplib.SMTPException, OSError):  # it is taken: a rude goodbye does not matter
                await client.quit(timeout=1)
        finally:
            client.close()


def compose(settings: MailSettings, to: str, mail: Mail, *, job_id: str) -> EmailMessage:
    """Text, and beside it HTML with its picture. Raises PermanentFailure when `to` is no address."""
    message = EmailMessage(policy=SMTP_POLICY)
    try:
        message["To"] = Address(addr_spec=to)
        message["From"] = Address(_one_line(settings.sender_name), addr_spec=settings.sender)
        if settings.reply_to:
            message["Reply-To"] = Address(addr_spec=settings.reply_to)
    except (ValueError, IndexError, MessageError):
        raise PermanentFailure("mail-refused", "not an address") from None
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{job_id}@{settings.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        _add_qr(message, mail.qr_link)
    if mail.calendar is not None:
        message.add_attachment(
            mail.calendar,
            subtype="calendar",
            filename=CALENDAR_NAME,
            params={"method": mail.calendar_method},
            cte="base64",
        )
    return message


def _add_qr(message: EmailMessage, link: str | None) -> None:
    if link is None:
        return
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.add_related(qr_png(link), "image", "png", cid=f"<{QR_CID}>", filename="qr.png", disposition="inline")


def failure_of(error: Exception) -> DeliveryFailure:
    """What a mail server or the network said, as one of our two failures; never the address it was about."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _answered(
            error.code, next((r for kind, r in REASONS if isinstance(error, kind)), "mail-refused")
        )
    if isinstance(error, TimeoutError):
        return TransientFailure("mail-timeout")
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return PermanentFailure("mail-certificate")
    if isinstance(error, OSError):
        return TransientFailure("mail-unreachable", type(error).__name__)
    return PermanentFailure("mail-unsupported", type(error).__name__)


def _answered(code: int, reason: str) -> DeliveryFailure:
    """RFC 5321 section 4.2.1: 5yz is for good, all else may pass."""
    if 500 <= code < 600:
        return PermanentFailure(reason, f"SMTP {code}")
    return TransientFailure("mail-busy", f"SMTP {code}")


def _one_line(text: str) -> str:
    """What may stand in a header: no line break, no control character (A55)."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
