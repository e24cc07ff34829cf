"""What a service can set, as plain frozen structs: unknown names are refused, values are checked when read.

Read from a TOML file, then from the environment (`CHEVET_MAIL__HOST` is `host` in `[mail]`; `…_FILE` names a file that
holds the value). docs/configuration.md is generated from here.
"""

import ipaddress
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct

Port = Annotated[int, Meta(ge=1, le=65535)]


class MailSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mail server through which invitations, sign-in codes and incident reports leave."""

    host: str
    """Name of the SMTP server."""
    port: Port | None = None
    """None: 587 for `starttls`, 465 for `tls`, 25 for `none`."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`starttls`: upgraded, and refused if it cannot be; `tls`: from the first byte; `none`: loopback only."""
    sender: str
    """Address in From and in the envelope: `ne-pas-repondre@samu.example`."""
    sender_name: str = "Chevet"
    """Name shown beside the address."""
    reply_to: str | None = None
    """Where an answer goes; None means nowhere else than the sender."""
    username: str | None = None
    """None: no authentication."""
    password: str | None = None
    """Secret: best read from a file."""
    ca_file: str | None = None
    """PEM file of the authority that signed the mail server's certificate; None: the system's authorities."""
    timeout_s: Annotated[float, Meta(gt=0, le=60)] = 10.0
    """For the whole conversation, in seconds."""


class SmsAnswerRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to read one kind of answer. Every condition that is given must hold; the first rule that fits decides."""

    outcome: Literal["permanent", "transient"]
    """`permanent`: trying again cannot help."""
    reason: str = "sms-refused"
    """Code shown to the dispatcher: `number-invalid`, `number-blocked`, `gateway-credit`, `gateway-credentials`…"""
    status: list[int] = []
    """HTTP status is one of these; empty: any."""
    path: str = ""
    """Where to look in the JSON answer: names and positions joined by dots, `ids.0`, `error.code`; empty: nowhere."""
    values: list[str] = []
    """What stands at `path`, as text, is one of these; empty: anything but absent, null, false, 0, "" or []."""


class SmsReceiptRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to read the delivery receipts that an operator posts to us (JSON, form fields or query parameters)."""

    id_path: str
    """Where the operator's message id stands."""
    status_path: str
    """Where the status stands."""
    delivered: list[str] = []
    """Statuses that mean: the telephone has it."""
    failed: dict[str, str] = {}
    """Statuses that mean: it will never arrive, each with its reason code. Other statuses mean: on its way."""
    error_path: str = ""
    """Where the operator's own error code stands, if anywhere."""
    errors: dict[str, str] = {}
    """Reason code for some of the operator's error codes; they go before those of `failed`."""


class SmsGateway(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to talk to an SMS operator over HTTP, declared.

    In every string of `url`, `headers` and `body` these words are replaced: {to} (E.164), {to_digits} (without +),
    {text}, {sender}, {account}, {key}, {secret}, {job_id} (the same for each attempt), {receipt_url}.
    """

    url: str
    """https only, except on loopback."""
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: dict[str, str] = {}
    body_format: Literal["json", "form"] = "json"
    body: dict[str, Any] = {}
    """Fields that are an empty string once filled in are not sent."""
    basic_auth: bool = False
    """HTTP Basic with `account` as the name and `secret` as the password."""
    signature: Literal["none", "ovh"] = "none"
    """`ovh`: X-Ovh-Signature over the request, by the secret and the consumer key."""
    id_path: str = ""
    """Where the operator's message id stands in a good answer; when given and absent, the message was not taken."""
    rules: list[SmsAnswerRule] = []
    """Tried first, on good statuses too. Then: 2xx taken; 408, 429, 5xx transient; 401, 403 `gateway-credentials`,
    402 `gateway-credit`, 3xx `gateway-address`, other 4xx `sms-refused`, all permanent."""
    receipt: SmsReceiptRule | None = None
    """None: this operator sends no receipts."""


class SmsSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The SMS operator through which invitations and sign-in codes leave."""

    provider: Literal["ovh", "smsmode", "brevo", "twilio", "custom"]
    """A preset, or `custom` with `gateway`."""
    sender: str = ""
    """Name (11 letters at most) or number shown on the telephone; some operators ask for a declared one."""
    account: str = ""
    """OVH: SMS service name (`sms-ab12345-1`). Twilio: account SID. Others: unused."""
    key: str = ""
    """OVH: application key. smsmode, Brevo: API key. Twilio: unused."""
    secret: str = ""
    """OVH: application secret. Twilio: auth token (it also signs the receipts). Others: unused."""
    consumer_key: str = ""
    """OVH only."""
    receipt_secret: Annotated[str, Meta(pattern=r"^([A-Za-z0-9_-]{16,128})?$")] = ""
    """Last part of the address to which the operator posts receipts; empty: receipts are refused."""
    base_url: str = ""
    """Replaces `https://host` of a preset: another region, or a relay of one's own."""
    gateway: SmsGateway | None = None
    """For `custom` only."""
    ca_file: str | None = None
    """PEM file of the authority that signed the gateway's certificate; None: the system's authorities."""
    timeout_s: Annotated[float, Meta(gt=0, le=60)] = 10.0
    """For the whole request, in seconds."""


class IceServerSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of a fixed list, as W3C RTCIceServer."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class IceSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How two browsers find each other: a fixed list, or a coturn server and the secret shared with it, or both."""

    servers: list[IceServerSettings] = []
    """Given to every page as it is."""
    turn_host: str = ""
    """Public name (or address) of the coturn server; empty: none."""
    turn_second_host: str = ""
    """Another coturn on another machine, with the same secret and ports: calls go on by it when the first one dies
    (F20); empty: none."""
    turn_secret: str = ""
    """`static-auth-secret` of coturn: credentials are derived from it and expire (A32)."""
    turn_second_secret: str = ""
    """A secret that coturn accepts besides, while the two change places (A36); nothing is signed with it."""
    turn_port: Port = 3478
    """UDP and TCP, STUN too."""
    turn_tls_port: Port | None = 443
    """TURN over TLS, what passes hospital firewalls (F12); None: not offered."""
    credential_ttl_s: Annotated[int, Meta(ge=30, le=3600)] = 3600
    """Life of a credential, in seconds. coturn checks it when a relay is opened, not afterwards."""
    ca_file: str | None = None
    """PEM file of the authority that signed coturn's certificate, for our own probe; None: the system's authorities.
    Browsers must trust it too."""
    probe_every_s: Annotated[float, Meta(ge=1, le=3600)] = 300.0
    """Each TURN address is tried at the start and then so often, in seconds (F13)."""


class ListenSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the server listens."""

    host: str = "127.0.0.1"
    """Address of the interface. Another one than loopback needs TLS, here or in a proxy in front."""
    port: Port = 8000
    tls_certificate: Path | None = None
    """PEM chain; None: a proxy in front speaks TLS, or the address is loopback."""
    tls_key: Path | None = None
    """PEM key of the certificate."""
    trusted_proxies: list[str] = []
    """Addresses whose X-Forwarded-For is believed; from anybody else it is ignored (A1)."""


class InvitationSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a link lives, and to whom it may go."""

    expires_after_s: Annotated[int, Meta(ge=60, le=86_400)] = 3600
    """Life of a link that nobody has used, in seconds."""
    countries: tuple[str, ...] = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF")
    """Regions (ISO 3166) whose mobile numbers are accepted."""
    per_recipient_per_hour: Annotated[int, Meta(ge=1)] = 5
    """Messages to one number or address in an hour (A3)."""
    per_account_per_hour: Annotated[int, Meta(ge=1)] = 120
    """Messages by one dispatcher in an hour (A3)."""


class SessionSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a sign-in holds."""

    idle_s: Annotated[int, Meta(ge=300)] = 14 * 3600
    """A session unused for so long ends: longer than a shift of 12 hours (S46)."""
    absolute_s: Annotated[int, Meta(ge=300)] = 24 * 3600
    """A session ends after so long in any case."""
    attempts_per_account: Annotated[int, Meta(ge=3)] = 10
    """Wrong passwords for one account in 15 minutes before it must wait."""
    attempts_per_address: Annotated[int, Meta(ge=3)] = 60
    """Sign-in attempts from one address in 15 minutes (a hospital shares one)."""


class VisitSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Téléconsultations: when their links work, and what is said around them."""

    opens_before_s: Annotated[int, Meta(ge=0, le=86_400)] = 900
    """The link opens so long before the agreed start, in seconds (S31)."""
    closes_after_s: Annotated[int, Meta(ge=0, le=86_400)] = 1800
    """The link closes so long after the agreed end; a call under way goes on."""
    reminders_before_s: tuple[Annotated[int, Meta(ge=60, le=30 * 86_400)], ...] = (86_400, 600)
    """Reminders leave so long before the agreed start, in seconds; empty: none."""
    contact: str = ""
    """Whom to call instead, said in the messages and at the door: a telephone number; empty: it is not said."""
    max_participants: Annotated[int, Meta(ge=2, le=4)] = 4
    """People in one call at most, the practitioner included: each sends to each."""


class RetentionSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long what was kept of an encounter stays."""

    photos_days: Annotated[int, Meta(ge=0, le=3650)] = 30
    """Photos are erased, and their key with them, so many days after the end of the encounter (within an hour)."""


class EchoSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The test of camera, microphone and network before a call, whose picture and sound come back."""

    at_once: Annotated[int, Meta(ge=1, le=64)] = 4
    """Tests at the same time, which share one core (F43). Who comes too many is told when to try again."""


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole configuration of one installation."""

    public_url: str = "http://localhost:8000"
    """The address that people type and that links carry, without a path."""
    data_dir: Path = Path("data")
    """Database, master key. Back it up; let only the service's user read it."""
    database: str = "sqlite"
    """`sqlite` (a file in `data_dir`, one process) or `postgresql://user:password@host/name`."""
    bus: Literal["memory"] = "memory"
    """How processes tell each other; `memory` is for one process."""
    timezone: str = "Europe/Paris"
    """What people see; the store keeps UTC."""
    contact: str = ""
    """Whom to ask for help, as shown under « Une question ? »: a telephone number, an address."""
    listen: ListenSettings = ListenSettings()
    ice: IceSettings = IceSettings()
    mail: MailSettings | None = None
    """None: no e-mail can be sent, and the screens say so."""
    sms: SmsSettings | None = None
    """None: no SMS can be sent, and the screens say so."""
    invitations: InvitationSettings = InvitationSettings()
    visits: VisitSettings = VisitSettings()
    sessions: SessionSettings = SessionSettings()
    retention: RetentionSettings = RetentionSettings()
    echo: EchoSettings = EchoSettings()

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def sms_receipt_url(self) -> str:
        """Where the SMS operator posts delivery receipts; empty when none are wanted."""
        secret = self.sms.receipt_secret if self.sms else ""
        return f"{self.public_url}/hooks/sms/{secret}" if secret else ""

    @property
    def join_url(self) -> str:
        """What a token is appended to."""
        return f"{self.public_url}/j#"


class ConfigError(Exception):
    """The configuration cannot be used; the message says what is wrong and where."""


SECTIONS = ("listen", "ice", "mail", "sms", "invitations", "visits", "sessions", "retention", "echo")


def load_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the TOML file, lay the environment over it, check the whole. Raises ConfigError."""
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: not valid TOML: {error}") from error
    _lay_environment(values, environ)
    try:
        config = msgspec.convert(values, Config, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{error} (in TOML, `$.mail.host` is `host` under `[mail]`)") from error
    complaints = problems(config)
    if complaints:
        raise ConfigError("\n".join(complaints))
    return config


def _decode(kind: type, value: object) -> object:
    """What msgspec does not know by itself."""
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise msgspec.ValidationError(f"Expected `{kind.__name__}`")


def _lay_environment(values: dict[str, Any], environ: Mapping[str, str]) -> None:
    for name, text in sorted(environ.items()):
        if not name.startswith("CHEVET_") or name == "CHEVET_CONFIG":
            continue
        keys = name.removeprefix("CHEVET_").lower().split("__")
        value: Any = text
        if keys[-1].endswith("_file") and keys[-1] != "ca_file":
            keys[-1] = keys[-1].removesuffix("_file")
            try:
                value = Path(text).read_text("utf-8").strip()
            except OSError as error:
                raise ConfigError(f"{name}: {text} cannot be read ({error.strerror})") from error
        elif text[:1] in "[{":
            try:
                value = msgspec.json.decode(text)
            except msgspec.DecodeError as error:
                raise ConfigError(f"{name}: not valid JSON: {error}") from error
        target = values
        for key in keys[:-1]:
            target = target.setdefault(key, {})
        target[keys[-1]] = value


def problems(config: Config) -> list[str]:
    """What types cannot say, each in a sentence with what to do. Empty when all is well (A60)."""
    found = []
    url = urlsplit(config.public_url)
    if url.scheme not in {"http", "https"} or not url.hostname or url.path or url.query or url.fragment:
        found.append(
            f"public_url: `{config.public_url}` must be like `https://visio.example.fr`, without a path"
        )
    elif url.scheme == "http" and not _is_loopback(url.hostname):
        found.append("public_url: browsers open the camera on https only; use https (http is for localhost)")
    listen = config.listen
    if (listen.tls_certificate is None) != (listen.tls_key is None):
        found.append("listen: tls_certificate and tls_key go together")
    found.extend(
        f"listen: {path} does not exist"
        for path in (listen.tls_certificate, listen.tls_key)
        if path is not None and not path.is_file()
    )
    if config.database != "sqlite" and not config.database.startswith(("postgresql://", "postgres://")):
        found.append("database: `sqlite` or `postgresql://user:password@host/name`")
    found.extend(_ice_problems(config.ice))
    if config.mail and config.mail.security == "none" and not _is_loopback(config.mail.host):
        found.append("mail: security `none` is for a mail server on this machine; use `starttls` or `tls`")
    if config.sms and config.sms.provider == "custom" and config.sms.gateway is None:
        found.append("sms: provider `custom` needs [sms.gateway]")
    try:
        ZoneInfo(config.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        found.append(f"timezone: `{config.timezone}` is not known; use a name like `Europe/Paris`")
    return found


def _ice_problems(ice: IceSettings) -> list[str]:
    found = []
    if ice.turn_host and len(ice.turn_secret) < 16:
        found.append(
            "ice: turn_secret must have 16 characters at least, the same as coturn's static-auth-secret"
        )
    if ice.turn_second_secret and len(ice.turn_second_secret) < 16:
        found.append("ice: turn_second_secret must have 16 characters at least, or be left out")
    if ice.ca_file and not Path(ice.ca_file).is_file():
        found.append(f"ice: ca_file: {ice.ca_file} does not exist")
    return found


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def master_key(data_dir: Path) -> bytes:
    """The installation's key: 32 random bytes in `data_dir/master.key`, made on first use, readable by us only.

    Raises ConfigError when others may read it or when it is damaged.
    """
    path = data_dir / "master.key"
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32) + "\n", "ascii")
    if path.stat().st_mode & 0o077:
        raise ConfigError(f"{path}: other users may read it; `chmod 600 {path}`")
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError as error:
        raise ConfigError(f"{path}: damaged; restore it from the backup") from error
    if len(key) != 32:
        raise ConfigError(f"{path}: damaged; restore it from the backup")
    return key
