"""Telephone numbers and e-mail addresses as people type them: normalized, checked, masked."""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from chevet.errors import InvalidInput

FRANCE = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF")
"""ISO 3166 codes of France and its territories: who may call a SAMU."""

MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
PREMIUM = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.UAN,
    PhoneNumberType.PAGER,
}

SEPARATORS = re.compile(r"[\s()./\-\u2010-\u2015_·•]")
LABEL = re.compile(r"^[^\d+(]*")
FRENCH_MOBILE = re.compile(r"[67]\d{8}")
"""Ranges are opened faster than libraries learn of them: in doubt the operator decides, within seconds."""

MAX_SHORT_NUMBER_DIGITS = 6


def normalise_mobile(text: str, *, allowed_countries: tuple[str, ...] = FRANCE) -> str:
    """The E.164 form of a mobile number.

    Raises InvalidInput: `phone-invalid`, `phone-landline`, `phone-premium` (premium, shared-cost and short
    numbers, A3) or `phone-foreign` (a country that is not allowed).
    """
    number = _parse(_clean(text))
    country = phonenumbers.region_code_for_number(number) if phonenumbers.is_valid_number(number) else None
    kind = phonenumbers.number_type(number)
    if country is None and not _is_plausible_french(number):
        raise _invalid("phone-invalid")
    if kind in PREMIUM:
        raise _invalid("phone-premium")
    if (country or "FR") not in allowed_countries:
        raise _invalid("phone-foreign")
    if country is not None and kind not in MOBILE:
        raise _invalid("phone-landline")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def normalise_callback(text: str) -> str:
    """The E.164 form of a number where somebody can be called back: a landline too. Raises InvalidInput."""
    number = _parse(_clean(text))
    if not phonenumbers.is_valid_number(number) and not _is_plausible_french(number):
        raise _invalid("phone-invalid")
    if phonenumbers.number_type(number) in PREMIUM:
        raise _invalid("phone-premium")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _clean(text: str) -> str:
    """Digits and a leading plus, from what people type or paste (NFKC: full-width digits, odd spaces)."""
    plain = unicodedata.normalize("NFKC", text)
    visible = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    digits = SEPARATORS.sub("", LABEL.sub("", visible).replace("(0)", ""))
    if not re.fullmatch(r"\+?[0-9]+", digits):
        raise _invalid("phone-invalid")
    if not digits.startswith("+") and len(digits) <= MAX_SHORT_NUMBER_DIGITS:
        raise _invalid("phone-premium" if len(digits) > 1 else "phone-invalid")
    return digits


def _parse(digits: str) -> PhoneNumber:
    """Read as dialed from France, then as dialed from one of its territories (0692… is Réunion)."""
    try:
        first = phonenumbers.parse(digits, "FR")
        for country in FRANCE:
            number = phonenumbers.parse(digits, country)
            if phonenumbers.is_valid_number(number):
                return number
    except phonenumbers.NumberParseException:
        raise _invalid("phone-invalid") from None
    return first


def _is_plausible_french(number: PhoneNumber) -> bool:
    return number.country_code == 33 and FRENCH_MOBILE.fullmatch(str(number.national_number)) is not None


def _invalid(code: str) -> InvalidInput:
    return InvalidInput(code, field="phone")


def mask_phone(e164: str) -> str:
    """« 06 •• •• •• 12 »: enough to recognize one's own number, not enough to call it."""
    number = phonenumbers.parse(e164)
    is_french = phonenumbers.region_code_for_number(number) in {*FRANCE, None}
    shape = PhoneNumberFormat.NATIONAL if is_french else PhoneNumberFormat.INTERNATIONAL
    text = phonenumbers.format_number(number, shape)
    places = [i for i, c in enumerate(text) if c.isdigit()]
    hidden = set(places[2:-2])
    return "".join("•" if i in hidden else c for i, c in enumerate(text))


# RFC 5321 section 4.1.2: dot-string only. Quoted names exist on paper, and in attacks.
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL_OF_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
MAX_LOCAL, MAX_ADDRESS = 64, 254


def normalise_email(text: str) -> str:
    """The address, its domain in lower case and ASCII. Raises InvalidInput `email-invalid` (A55)."""
    local, at, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise InvalidInput("email-invalid", field="email") from None
    address = f"{local}@{domain}"
    labels = domain.split(".")
    fits = at and len(local) <= MAX_LOCAL and len(address) <= MAX_ADDRESS and len(labels) > 1
    if not (fits and LOCAL_PART.fullmatch(local) and all(map(LABEL_OF_DOMAIN.fullmatch, labels))):
        raise InvalidInput("email-invalid", field="email")
    if labels[-1].isdigit():
        raise InvalidInput("email-invalid", field="email")
    return address


def mask_email(address: str) -> str:
    """« r•••@chu.example »."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
