"""The SMS operators that Chevet knows, declared. Facts are from each operator's public API documentation."""

from chevet.config import SmsAnswerRule, SmsGateway, SmsReceiptRule, SmsSettings
from chevet.errors import InvalidInput

VALIDITY_MINUTES = 30
"""An invitation that arrives later is of no use: the operator then drops it."""


def gateway_of(settings: SmsSettings) -> SmsGateway:
    """The declaration for the chosen operator. Raises InvalidInput when the settings lack something."""
    if settings.provider == "custom":
        if settings.gateway is None:
            raise InvalidInput("sms-settings", "provider `custom` needs a gateway", field="sms.gateway")
        return settings.gateway
    make, needed = PRESETS[settings.provider]
    for name in needed:
        if not getattr(settings, name):
            raise InvalidInput("sms-settings", f"`{settings.provider}` needs `{name}`", field=f"sms.{name}")
    return make(settings)


def _ovh(settings: SmsSettings) -> SmsGateway:
    """OVHcloud API 1.0, POST /sms/{serviceName}/jobs. Receipts: the service's call-back address, a GET."""
    return SmsGateway(
        url=(settings.base_url or "https://eu.api.ovh.com") + "/1.0/sms/{account}/jobs",
        headers={"X-Ovh-Application": "{key}"},
        signature="ovh",
        body={
            "message": "{text}",
            "receivers": ["{to}"],
            "sender": "{sender}",
            "senderForResponse": not settings.sender,
            "noStopClause": True,  # not advertising: sent at night and on Sundays, without « STOP »
            "charset": "UTF-8",
            "coding": "7bit",
            "class": "phoneDisplay",
            "priority": "high",
            "validityPeriod": VALIDITY_MINUTES,
        },
        id_path="ids.0",
        rules=[
            SmsAnswerRule(
                outcome="permanent", reason="number-invalid", status=[200], path="invalidReceivers.0"
            ),
            SmsAnswerRule(
                outcome="transient", reason="gateway-busy", path="errorCode", values=["QUERY_TIME_OUT"]
            ),
        ],
        # the status is Kannel's: 1 on the phone, 2 not delivered, 4 and 8 on its way, 16 refused
        receipt=SmsReceiptRule(
            id_path="id",
            status_path="dlr",
            delivered=["1"],
            failed={"2": "number-unreachable", "16": "sms-refused"},
        ),
    )


def _smsmode(settings: SmsSettings) -> SmsGateway:
    """The smsmode REST API v1. Receipts are JSON, in the shape of the message itself; they are not signed."""
    return SmsGateway(
        url=(settings.base_url or "https://rest.smsmode.com") + "/sms/v1/messages",
        headers={"X-Api-Key": "{key}", "Accept": "application/json"},
        body={
            "recipient": {"to": "{to_digits}"},
            "body": {"text": "{text}"},
            "from": "{sender}",
            "refClient": "{job_id}",
            "callbackUrlStatus": "{receipt_url}",
        },
        id_path="messageId",
        rules=[
            SmsAnswerRule(
                outcome="permanent", reason="number-invalid", path="status.value", values=["UNDELIVERABLE"]
            ),
        ],
        receipt=SmsReceiptRule(
            id_path="messageId",
            status_path="status.value",
            delivered=["DELIVERED"],
            failed={"UNDELIVERABLE": "sms-refused", "UNDELIVERED": "number-unreachable"},
            error_path="status.detail",
            errors={"INVALID_PHONE_NUMBER": "number-invalid"},
        ),
    )


def _brevo(settings: SmsSettings) -> SmsGateway:
    """Brevo API v3, POST /transactionalSMS/send. Receipts are JSON, not signed."""
    return SmsGateway(
        url=(settings.base_url or "https://api.brevo.com") + "/v3/transactionalSMS/send",
        headers={"api-key": "{key}", "Accept": "application/json"},
        body={
            "sender": "{sender}",
            "recipient": "{to_digits}",
            "content": "{text}",
            "type": "transactional",
            "unicodeEnabled": False,
            "tag": "{job_id}",
            "webUrl": "{receipt_url}",
        },
        id_path="messageId",
        rules=[
            SmsAnswerRule(
                outcome="permanent", reason="gateway-credit", path="code", values=["not_enough_credits"]
            ),
        ],
        receipt=SmsReceiptRule(
            id_path="messageId",
            status_path="msg_status",
            delivered=["delivered"],
            failed={
                "soft_bounce": "number-unreachable",
                "hard_bounce": "number-invalid",
                "rejected": "sms-refused",
                "blacklisted": "number-blocked",
                "unsubscribed": "number-blocked",
            },
        ),
    )


def _twilio(settings: SmsSettings) -> SmsGateway:
    """Twilio API 2010-04-01, Messages. Receipts are form fields, signed with the auth token."""
    is_service = settings.sender.startswith("MG")
    return SmsGateway(
        url=(settings.base_url or "https://api.twilio.com") + "/2010-04-01/Accounts/{account}/Messages.json",
        basic_auth=True,
        body_format="form",
        body={
            "To": "{to}",
            "MessagingServiceSid" if is_service else "From": "{sender}",
            "Body": "{text}",
            "ValidityPeriod": str(VALIDITY_MINUTES * 60),
            "StatusCallback": "{receipt_url}",
        },
        id_path="sid",
        rules=[
            SmsAnswerRule(
                outcome="permanent",
                reason=reason,
                path="code",
                values=codes,
            )
            for reason, codes in {
                "number-invalid": ["21211", "21214", "21614"],
                "number-blocked": ["21610"],
                "number-foreign": ["21408", "21612"],
                "gateway-sender": ["21606", "21607", "21659", "21660"],
            }.items()
        ],
        receipt=SmsReceiptRule(
            id_path="MessageSid",
            status_path="MessageStatus",
            delivered=["delivered"],
            failed={"undelivered": "number-unreachable", "failed": "sms-refused"},
            error_path="ErrorCode",
            errors={
                "30003": "number-unreachable",
                "30004": "number-blocked",
                "30005": "number-invalid",
                "30006": "number-landline",
                "30007": "sms-filtered",
            },
        ),
    )


PRESETS = {
    "ovh": (_ovh, ("account", "key", "secret", "consumer_key")),
    "smsmode": (_smsmode, ("key",)),
    "brevo": (_brevo, ("key", "sender")),
    "twilio": (_twilio, ("account", "secret", "sender")),
}
