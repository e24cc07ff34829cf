"""What e-mails say, and what they never say."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.model.keys import ALPHABET, TOKEN_LENGTH, Keys
from chevet.model.locales import LANGUAGES, texts
from chevet.model.messages import incident_mail, invitation_mail, sign_in_code_mail
from chevet.model.scrub import scrub

NEVER_SENT = ("virtual-patient.", "visit.refused", "visit.unmet")
"""Read in the professional's app and in the training's picture."""
LINK = "https://visio.samu44.example/j#" + "2" * TOKEN_LENGTH


@pytest.mark.proves("S48", "S49")
def test_the_invitation_says_the_same_in_text_and_in_html():
    mail = invitation_mail("Le SAMU 44", LINK, "ABC234", expires_at=1_763_767_200)
    assert mail.subject == "Le SAMU 44 vous demande de montrer ce que vous voyez"
    assert mail.qr_link == LINK
    for body in (mail.text, mail.html):
        for said in (LINK, "ABC234", "visio.samu44.example/j", "Restez au téléphone", "0 h 20"):
            assert said in body
        assert "« Montrer ma caméra »" in body


@pytest.mark.proves("A55")
def test_a_name_cannot_add_markup_or_lines():
    mail = invitation_mail('Le <script>alert("1")</script>\r\nBcc: x@y.example', LINK, "ABC234")
    assert "<script" not in mail.html
    assert "\r" not in mail.subject + mail.text
    assert "\n" not in mail.subject


@pytest.mark.proves("R29")
def test_the_html_fetches_nothing_from_anywhere():
    html = invitation_mail("Le SAMU 44", LINK, "ABC234").html
    assert re.findall(r'src="([^"]*)"', html) == ["cid:qr@chevet"]
    assert not re.search(r"<link|<script|@import|url\(", html)


@pytest.mark.proves("R31")
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_speaks_of_health(language):
    sent = {k: v for k, v in texts("messages", language).items() if not k.startswith(NEVER_SENT)}
    words = " ".join(sent.values()).lower()
    for word in (
        "patient",
        "douleur",
        "malade",
        "blessure",
        "symptôme",
        "diagnos",
        "pain",
        "wound",
        "illness",
    ):
        assert word not in words


def test_every_language_has_the_same_texts_and_the_same_places():
    def places(language):
        return {
            key: sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)
            for key, text in texts("messages", language).items()
        }

    assert places("en") == places("fr")


def test_an_unknown_language_is_answered_in_french():
    assert texts("messages", "xx") is texts("messages", "xx")
    assert texts("messages", "xx") == texts("messages", "fr")


@pytest.mark.proves("S6")
def test_the_sign_in_code_is_in_the_body_and_not_in_the_subject():
    mail = sign_in_code_mail("482913", minutes=10)
    assert "482913" in mail.text
    assert "482913" in mail.html
    assert "482913" not in mail.subject
    assert mail.qr_link is None


@pytest.mark.proves("S60", "S61", "S62")
def test_an_incident_report_keeps_facts_and_drops_what_names_people():
    keys = Keys(b"k" * 32)
    token, code = keys.join_token("an invitation"), keys.join_code("another")
    mail = incident_mail(
        "SAMU 44",
        {
            "remark": f"Image figée. Rappeler le 06 39 98 12 34 ou jean@chu.example, lien https://x.example/j#{token}",
            "page": f"/dispatch#{token}",
            "browser": "Firefox 153",
            "viewport": "1920x1080",
            "events": [f"+1.2 s peer entered {token}", "+2.0 s pair 192.0.2.17 2001:db8::17", f"code {code}"],
            "figures": {"rtt_ms": 43.0, "frames +33639981234": 12.0},
        },
        at=1_763_767_200,
    )
    body = mail.subject + mail.text
    for gone in ("06 39 98 12 34", "+33639981234", "jean", token, code, "192.0.2.17", "2001:db8::17"):
        assert gone not in body
    for kept in (
        "Image figée",
        "/dispatch",
        "Firefox 153",
        "1920x1080",
        "+1.2 s peer entered",
        "rtt_ms = 43",
    ):
        assert kept in body


@pytest.mark.proves("S61")
@given(st.binary(min_size=32, max_size=32), st.text(max_size=20), st.text(max_size=20))
def test_no_token_gets_through(master, before, after):
    token = Keys(master).join_token("x")
    assert token not in scrub(f"{before} {token} {after}")
    assert token not in scrub(f"{before}#{token}")


@pytest.mark.proves("S61")
@given(st.from_regex(r"(0|\+33 ?|0033 ?)[67]([ .-]?[0-9]{2}){4}", fullmatch=True))
def test_no_number_gets_through(number):
    assert number not in scrub(f"rappeler le {number}, merci")


def test_technical_figures_stay_readable():
    for kept in (
        "1763767200000 ms",
        "1920x1080",
        "frames 12345",
        "Chromium 156",
        "ALPHABET",
        "30 fps",
        "2.5 Mb/s",
    ):
        assert scrub(kept) == kept
    assert len(ALPHABET) == 31
