"""Numbers and addresses as people type them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import InvalidInput
from chevet.model.phone import mask_email, mask_phone, normalise_email, normalise_mobile


def code_of(function, text, **options):
    with pytest.raises(InvalidInput) as caught:
        function(text, **options)
    return caught.value.code, caught.value.field


@pytest.mark.proves("S47")
@pytest.mark.parametrize(
    "typed",
    [
        "0639981234",
        "06 39 98 12 34",
        "06.39.98.12.34",
        "06-39-98-12-34",
        "06/39/98/12/34",
        "+33639981234",
        "+33 6 39 98 12 34",
        "+33 (0)6 39 98 12 34",
        "(+33) 6 39 98 12 34",
        "0033 6 39 98 12 34",
        "00 33 (0) 6 39 98 12 34",
        "33639981234",
        "06\u00a039\u202f98\u200912\u00a034",
        "０６３９９８１２３４",
        "06‑39‑98‑12‑34",
        "\u202a06 39 98 12 34\u202c",
        "Tél. : 06 39 98 12 34",
        "\t0639981234\n",
    ],
)
def test_a_french_mobile_is_understood_however_it_is_typed(typed):
    assert normalise_mobile(typed) == "+33639981234"


@pytest.mark.proves("S47")
@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("0692 12 34 56", "+262692123456"),
        ("0690 00 12 34", "+590690001234"),
        ("0696 20 12 34", "+596696201234"),
        ("0694 20 12 34", "+594694201234"),
        ("+508 55 12 34", "+508551234"),
        ("+687 75 12 34", "+687751234"),
    ],
)
def test_numbers_of_the_territories_are_french_numbers(typed, e164):
    assert normalise_mobile(typed) == e164


@pytest.mark.proves("A3")
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0899 12 34 56", "phone-premium"),
        ("08 20 12 34 56", "phone-premium"),
        ("08 06 12 34 56", "phone-premium"),
        ("0 800 123 456", "phone-premium"),
        ("3615", "phone-premium"),
        ("36 46", "phone-premium"),
        ("118 712", "phone-premium"),
        ("15", "phone-premium"),
        ("112", "phone-premium"),
        ("01 42 34 56 78", "phone-landline"),
        ("09 70 12 34 56", "phone-landline"),
        ("+32 470 12 34 56", "phone-foreign"),
        ("+1 202 555 0123", "phone-foreign"),
        ("+881 6 1234 5678", "phone-foreign"),
        ("", "phone-invalid"),
        ("06 39 98 12", "phone-invalid"),
        ("06 39 98 12 34 56", "phone-invalid"),
        ("06 39 98 12 34 ou 06 39 98 56 78", "phone-invalid"),
        ("06 39 98 12 34 (fils)", "phone-invalid"),
        ("06 39 98 12 34 poste 12", "phone-invalid"),
        ("allô", "phone-invalid"),
    ],
)
def test_other_numbers_are_refused_with_the_reason(typed, code):
    assert code_of(normalise_mobile, typed) == (code, "phone")


@pytest.mark.proves("A3")
def test_a_service_can_allow_more_countries_or_fewer():
    assert normalise_mobile("+32 470 12 34 56", allowed_countries=("FR", "BE")) == "+32470123456"
    assert code_of(normalise_mobile, "0692123456", allowed_countries=("FR",))[0] == "phone-foreign"
    assert code_of(normalise_mobile, "+262692123456", allowed_countries=("FR",))[0] == "phone-foreign"
    assert code_of(normalise_mobile, "0639981234", allowed_countries=("BE",))[0] == "phone-foreign"


@pytest.mark.proves("A55", "A3")
@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_plain_number_or_a_known_refusal(text):
    try:
        outcome = normalise_mobile(text)
    except InvalidInput as refused:
        outcome = refused.code
    assert re.fullmatch(r"\+[1-9][0-9]{6,14}|phone-(invalid|landline|premium|foreign)", outcome)


@pytest.mark.proves("S6")
def test_a_masked_number_shows_its_ends_only():
    assert mask_phone("+33639981212") == "06 •• •• •• 12"
    assert mask_phone("+32470123456") == "+32 ••• •• •• 56"
    assert mask_email("robert@chu.example") == "r•••@chu.example"


@pytest.mark.proves("S47")
@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" robert@chu.example ", "robert@chu.example"),
        ("Robert@CHU.Example", "Robert@chu.example"),
        ("o'neil+samu@mail.chu.example", "o'neil+samu@mail.chu.example"),
        ("accueil@hôpital.example", "accueil@xn--hpital-ixa.example"),
    ],
)
def test_an_address_is_kept_its_domain_made_plain(typed, address):
    assert normalise_email(typed) == address


@pytest.mark.proves("A55")
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "robert",
        "@chu.example",
        "robert@",
        "robert@chu",
        "robert@chu..example",
        "robert@chu,example",
        "robert@-chu.example",
        "robert@192.0.2.1",
        "robert@[192.0.2.1]",
        "a b@chu.example",
        "a..b@chu.example",
        '"robert"@chu.example',
        "Robert <robert@chu.example>",
        "robert@chu.example, louis@chu.example",
        "robert@chu.example\r\nBcc: louis@chu.example",
        "robert\n@chu.example",
        "a" * 65 + "@chu.example",
        "a@" + ".".join(["b" * 60] * 5),
        "a@" + "b" * 64 + ".example",
        "rené@chu.example",
    ],
)
def test_what_is_no_address_is_refused(typed):
    assert code_of(normalise_email, typed) == ("email-invalid", "email")


@pytest.mark.proves("A55")
@given(st.text(max_size=60) | st.emails())
def test_an_accepted_address_is_safe_in_a_header(text):
    try:
        address = normalise_email(text)
    except InvalidInput:
        return
    assert address.isascii()
    assert not re.search(r"[\s<>,;:\"()\[\]\\\x00-\x1f\x7f]", address)
