"""What a service can set, as plain frozen structs: unknown names are refused, values are checked when read."""

from typing import Annotated, Any, Literal

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
    """A field left with an empty string once filled in is not sent."""
    basic_auth: bool = False
    """HTTP Basic with `account` or `key` as the name, `secret` as the password."""
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
    """OVH: application key. Twilio: API key SID, if not the account itself. smsmode, Brevo: API key."""
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
    turn_secret: str = ""
    """`static-auth-secret` of coturn: credentials are derived from it and expire (A32)."""
    turn_port: Port = 3478
    """UDP and TCP, STUN too."""
    turn_tls_port: Port | None = 443
    """TURN over TLS, what passes hospital firewalls (F12); None: not offered."""
    credential_ttl_s: Annotated[int, Meta(ge=30, le=86_400)] = 3600
    """Life of a credential, in seconds. coturn checks it when a relay is opened, not afterwards."""
