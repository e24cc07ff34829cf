"""The alphabet of SMS, and messages that fit one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import InvalidInput
from chevet.model.gsm7 import BASIC, EXTENSION, is_gsm7, places, segments, to_gsm7
from chevet.model.keys import ALPHABET, TOKEN_LENGTH
from chevet.model.messages import check_invitation_sms, invitation_sms, sign_in_code_sms

GSM = st.text(alphabet=st.sampled_from(BASIC + EXTENSION), max_size=400)
HOSTS = st.from_regex(r"[a-z]{1,12}(-[a-z0-9]{1,10}){0,3}\.[a-z]{2,12}\.(fr|example)", fullmatch=True)
TOKENS = st.text(alphabet=ALPHABET, min_size=TOKEN_LENGTH, max_size=TOKEN_LENGTH)
CALLERS = st.text(min_size=1, max_size=30)


def test_the_alphabet_is_that_of_the_standard():
    # 3GPP TS 23.038 table 6.2.1: 128 places, one of them the escape
    assert len(BASIC) == len(set(BASIC)) == 127
    assert BASIC.index("A") == 0x40
    assert (BASIC + " ").index("!") == 0x20  # the escape stands at 0x1B and shifts what follows by one
    assert is_gsm7("Café à Noël".replace("ë", "e"))
    assert not is_gsm7("ç")


@pytest.mark.proves("C35")
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 10, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the euro does not fit the last place of the first part
        ("’" + "a" * 69, 1),
        ("’" + "a" * 70, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments_are_counted_as_operators_bill_them(text, count):
    assert segments(text) == count


@pytest.mark.proves("C35")
@given(st.text())
def test_any_text_can_be_put_into_the_alphabet_of_sms(text):
    plain = to_gsm7(text)
    assert is_gsm7(plain)
    assert to_gsm7(plain) == plain


@given(GSM)
def test_what_is_in_the_alphabet_already_is_left_alone(text):
    kept = text.replace("\f", "")
    assert to_gsm7(kept) == kept
    assert segments(kept) >= -(-places(kept) // 160)


@pytest.mark.proves("C35")
def test_french_typography_becomes_plain():
    assert to_gsm7("L’hôpital : “ça y est”… œuvre — 5 °C") == 'L\'hopital : "ca y est"... oeuvre - 5 oC'
    assert to_gsm7("à é è ù Ç €") == "à é è ù Ç €"


@pytest.mark.proves("C35", "S48")
@given(CALLERS, HOSTS, TOKENS, st.sampled_from(["fr", "en"]))
def test_an_invitation_always_fits_one_sms_with_its_link(caller, host, token, language):
    link = f"https://{host}/j#{token}"
    text = invitation_sms(caller, link, language)
    assert segments(text) == 1
    assert is_gsm7(text)
    assert text.endswith(link), "nothing may stick to the end of a link"
    assert "\n" not in text


@pytest.mark.proves("S48", "S49")
def test_the_invitation_says_who_asks_what_to_do_and_to_stay_on_the_phone():
    text = invitation_sms("Le SAMU 44", "https://visio.samu44.example/j#" + "2" * 27)
    assert text.startswith("Le SAMU 44 vous demande de montrer ce que vous voyez.")
    assert "Restez au téléphone" in text


@pytest.mark.proves("C35")
def test_a_longer_link_shortens_the_words_step_by_step():
    texts = [
        invitation_sms("Le SAMU 44", "https://" + "a" * n + ".example/j#" + "2" * 27) for n in range(1, 90)
    ]
    words = [len(text.partition(" https://")[0]) for text in texts]
    assert words == sorted(words, reverse=True)
    assert len(set(words)) == 4
    assert all("SAMU 44" in text for text in texts)


@pytest.mark.proves("C35")
def test_an_address_too_long_for_an_sms_is_known_before_the_first_call():
    check_invitation_sms("Le SAMU 44", "https://visio.samu44.example/j#")
    with pytest.raises(InvalidInput, match="letters too long") as caught:
        check_invitation_sms("Le SAMU 44", "https://" + "a" * 110 + ".example/j#")
    assert caught.value.code == "sms-too-long"


@pytest.mark.proves("C35", "S6")
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_sign_in_code_fits_one_sms(language):
    text = sign_in_code_sms("123456", language=language)
    assert segments(text) == 1
    assert "123456" in text
