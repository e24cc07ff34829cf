"""Demo mode: accounts to try with, and a local mailbox in the place of operators."""

import base64
import hashlib
import io
import re
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct, structs
from qrcode.main import QRCode

from chevet.adapters.certificate import lan_address, self_signed
from chevet.adapters.passwords import hash_password
from chevet.config import Config, ConfigError
from chevet.model.keys import new_id
from chevet.model.messages import Mail
from chevet.model.people import Account, Organization, OrganizationKind, Role
from chevet.store import Store, Tx

PASSWORD = "chevet-demo"  # noqa: S105 - printed at each start
MARKER = "demo"
KEPT = 200
LINK = re.compile(r"https?://[^\s<>\"]+")


class Message(Struct):
    """One SMS or mail that would have left. `at` is ISO 8601."""

    at: str
    channel: str
    to: str
    subject: str
    text: str
    links: list[str]


class Mailbox:
    """Takes what a real installation would hand to its operators."""

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self.messages: list[Message] = []

    def put(self, channel: str, to: str, subject: str, text: str) -> str:
        at = datetime.now(self._zone).isoformat(timespec="milliseconds")
        self.messages.append(Message(at, channel, to, subject, text, LINK.findall(text)))
        del self.messages[:-KEPT]
        return new_id()


class MailboxSms:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def close(self) -> None:
        pass

    async def send(self, to: str, text: str, *, job_id: str) -> str:  # noqa: ARG002 - nobody to tell it
        return self._mailbox.put("sms", to, "", text)


class MailboxMail:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def send(self, to: str, mail: Mail, *, job_id: str) -> str:  # noqa: ARG002 - nobody to tell it
        return self._mailbox.put("email", to, mail.subject, mail.text)


def claim_folder(data_dir: Path) -> None:
    """Mark the folder as a demo's. Raises ConfigError on a folder that a real installation made."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    marker = data_dir / MARKER
    if not marker.exists() and any(data_dir.iterdir()):
        raise ConfigError(f"{data_dir}: holds the data of a real installation; the demo wants another folder")
    marker.touch()


def refuse_demo_folder(data_dir: Path) -> None:
    """A real installation does not start on a demo's folder: its passwords are known. Raises ConfigError."""
    if (data_dir / MARKER).exists():
        raise ConfigError(f"{data_dir}: made by demo mode, whose passwords are public; use another folder")


ORGANIZATIONS = (
    Organization(
        id="demo-samu",
        kind=OrganizationKind.SAMU,
        name="SAMU 44",
        caller_name="Le SAMU 44",
        referents=["referent@samu44.example"],
    ),
    Organization(
        id="demo-hospital",
        kind=OrganizationKind.HOSPITAL,
        name="CHU de démonstration",
        caller_name="Le CHU de démonstration",
        referents=["referent@chu.example"],
    ),
    Organization(
        id="demo-nursing-home",
        kind=OrganizationKind.NURSING_HOME,
        name="EHPAD Les Tilleuls",
        caller_name="L’EHPAD Les Tilleuls",
        referents=["referent@tilleuls.example"],
    ),
)
PEOPLE = (
    ("regulateur", "Camille Le Goff", Role.DISPATCHER, "demo-samu", "+33639980001"),
    ("medecin", "Dr Anaïs Morel", Role.PRACTITIONER, "demo-hospital", "+33639980002"),
    ("soignant", "Yann Kerbrat", Role.STAFF, "demo-nursing-home", "+33639980003"),
    ("admin", "Inès Belkacem", Role.ADMIN, "demo-hospital", "+33639980004"),
)
"""Numbers of the range that Arcep keeps for fiction (06 39 98)."""


async def seed(store: Store, now: float) -> None:
    """Make what is not there yet; a second start changes nothing."""
    password_hash = hash_password(PASSWORD)

    def write(tx: Tx) -> None:
        for organization in ORGANIZATIONS:
            if not tx.find(Organization, id=organization.id, limit=1):
                tx.insert(organization)
        for username, name, role, organization_id, mobile in PEOPLE:
            if not tx.find(Account, username=username, limit=1):
                tx.insert(
                    Account(
                        id=f"demo-{username}",
                        username=username,
                        password_hash=password_hash,
                        display_name=name,
                        role=role,
                        organization_id=organization_id,
                        mobile=mobile,
                        email=f"{username}@demo.example",
                        created_at=now,
                    )
                )

    await store.run(write)


def settings(config: Config, data_dir: Path, port: int, *, lan: bool) -> Config:
    """The configuration of a demo: loopback over http, or the local network over https with our own certificate.

    What was configured on purpose (a public https address, its certificate if no front has it, ICE servers) stays.
    """
    listen = config.listen
    url = config.public_url
    if lan:
        address = lan_address()
        certificate, key = self_signed(data_dir.with_name(f"{data_dir.name}-tls"), address)
        url = f"https://{address}:{port}"
        listen = structs.replace(listen, host=address, port=port, tls_certificate=certificate, tls_key=key)
    elif listen.tls_certificate is None:
        url = url if config.is_https else f"http://localhost:{port}"
        listen = structs.replace(listen, port=port)
    return structs.replace(config, public_url=url, data_dir=data_dir, listen=listen)


def terminal_qr(link: str) -> str:
    """A QR code in half blocks, for a terminal."""
    code = QRCode(border=2)
    code.add_data(link)
    drawing = io.StringIO()
    code.print_ascii(out=drawing, invert=True)
    return drawing.getvalue()


def greeting(config: Config, *, lan: bool) -> str:
    """What `just start` prints."""
    names = "\n".join(f"    {username:<12}{name} ({role.value})" for username, name, role, *_ in PEOPLE)
    text = (
        f"\nChevet, mode démonstration : {config.public_url}\n"
        f"  Comptes (mot de passe : {PASSWORD})\n{names}\n"
        f"  SMS, e-mails et codes reçus : {config.public_url}/demo/messages\n"
        "  Ctrl+C pour arrêter.\n"
    )
    if lan:
        text += (
            "  Le certificat est fait par cette machine : le navigateur avertit, acceptez-le.\n"
            f"  Avec un téléphone du même réseau :\n{terminal_qr(config.public_url)}\n"
        )
    return text


@get("/demo/messages.json")
async def get_messages_json(mailbox: NamedDependency[Mailbox]) -> Response[list[Message]]:
    return Response(mailbox.messages, headers={"Cache-Control": "no-store"})


@get("/demo/messages")
async def get_messages(mailbox: NamedDependency[Mailbox]) -> Response[str]:
    """The mailbox, newest first; it looks for news every two seconds."""
    items = "".join(_item(message) for message in reversed(mailbox.messages)) or EMPTY
    body = PAGE.format(style=STYLE, script=SCRIPT, items=items, count=len(mailbox.messages))
    policy = (
        f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'; connect-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)


def _item(message: Message) -> str:
    kind = "SMS" if message.channel == "sms" else "E-mail"
    clock = datetime.fromisoformat(message.at).strftime("%H:%M:%S")
    text = LINK.sub(
        lambda found: f'<a href="{found[0]}" target="_blank" rel="noopener">{found[0]}</a>',
        escape(message.text),
    )
    subject = f"<h3>{escape(message.subject)}</h3>" if message.subject else ""
    return (
        f"<li><p class=meta><b>{kind}</b> pour {escape(message.to)} <time>{clock}</time></p>"
        f"{subject}<p class=text>{text}</p></li>"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


EMPTY = (
    "<li><p class=text>Aucun message pour le moment. Les SMS, les e-mails et les codes arrivent ici.</p></li>"
)
STYLE = (
    "body{margin:0;background:#f4f6f8;color:#14202b;font:18px/1.5 system-ui,sans-serif}"
    ".banner{background:#7a3e00;color:#fff;padding:8px 24px;font-weight:600}"
    "main{max-width:760px;margin:0 auto;padding:24px}h1{font-size:28px}ul{list-style:none;padding:0}"
    "li{background:#fff;border:1px solid #cfd8e0;border-radius:12px;padding:16px 20px;margin:0 0 16px}"
    "h3{margin:8px 0;font-size:18px}.meta{margin:0;color:#41525f;font-size:16px}time{float:right}"
    ".text{margin:8px 0 0;white-space:pre-wrap;overflow-wrap:anywhere}a{color:#0b4f8a}"
)
SCRIPT = (
    "setInterval(async()=>{try{const r=await fetch('/demo/messages.json');const m=await r.json();"
    "if(String(m.length)!==document.body.dataset.count)location.reload()}catch{}},2000)"
)
PAGE = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Messages de démonstration — Chevet</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
    '<style>{style}</style></head><body data-count="{count}">'
    '<div class="banner" role="note">Démonstration : rien ne part vraiment, tout arrive ici.</div>'
    "<main><h1>Messages de démonstration</h1><ul>{items}</ul></main><script>{script}</script></body></html>"
)
