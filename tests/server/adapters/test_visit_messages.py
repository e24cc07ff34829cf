"""What is said around a téléconsultation: short enough, in French, with its calendar file."""

import email
import re
from datetime import UTC, datetime
from email.policy import default as policy
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from chevet.adapters.mail import compose
from chevet.config import MailSettings
from chevet.errors import InvalidInput
from chevet.model.calendar import Event, calendar_file
from chevet.model.gsm7 import is_gsm7, segments
from chevet.model.keys import TOKEN_LENGTH
from chevet.model.locales import LANGUAGES, texts
from chevet.model.visit_messages import VisitLetter, VisitMessage, visit_mail, visit_sms

LINK = "https://visio.chu-de-demonstration.example/j#" + "2" * TOKEN_LENGTH
PARIS = ZoneInfo("Europe/Paris")
TO = "jeanne@famille.example"


def at(text: str, *, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).timestamp()


def letter(message=VisitMessage.BOOKED, start="2026-11-23T14:30", **changes):
    start_at = at(start) if isinstance(start, str) else start
    fields = {
        "message": message,
        "caller_name": "Le CHU de démonstration",
        "organization_name": "CHU de démonstration",
        "link": LINK,
        "code": "ABC234",
        "start_at": start_at,
        "end_at": start_at + 1800,
        "opens_at": start_at - 900,
        "closes_at": start_at + 3600,
        "contact": "02 40 00 00 00",
        "reason": "",
        "uid": "a1@visio.example",
        "sequence": 3,
        "changed_at": at("2026-11-20T09:00"),
        "organizer": "ne-pas-repondre@chu.example",
    }
    return VisitLetter(**fields | changes)


@pytest.mark.proves("C35", "S48")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", VisitMessage)
def test_each_sms_is_one_segment_with_its_link(message, language):
    text = visit_sms(letter(message, language=language, reason="Médecin appelé ailleurs"))
    assert is_gsm7(text)
    assert segments(text) == 1
    assert (LINK in text) == (message is not VisitMessage.CANCELLED)


def test_the_sms_says_when_in_words_of_its_own():
    short = {"link": "https://v.example/j#" + "2" * TOKEN_LENGTH}
    assert visit_sms(letter(**short)) == (
        "Le CHU de démonstration : rendez-vous vidéo le 23/11 à 14 h 30. "
        f"A l'heure dite, touchez ce lien : {short['link']}"
    )
    assert "déplacé au 23/11 à 14 h 30" in visit_sms(letter(VisitMessage.MOVED, **short))
    assert "rappel" in visit_sms(letter(VisitMessage.REMINDER, **short))
    assert "maintenant" in visit_sms(letter(VisitMessage.NOW, **short))
    said = visit_sms(letter(VisitMessage.CANCELLED, reason="Médecin souffrant"))
    assert said == (
        "Le CHU de démonstration : votre rendez-vous vidéo du 23/11 à 14 h 30 est annulé. "
        "Motif : Médecin souffrant. Contact : 02 40 00 00 00."
    )


def test_a_long_reason_gives_way_to_the_rest():
    said = visit_sms(letter(VisitMessage.CANCELLED, reason="x" * 200))
    assert "Contact : 02 40 00 00 00." in said
    assert "xx" not in said


def test_an_address_that_cannot_fit_is_refused():
    with pytest.raises(InvalidInput):
        visit_sms(letter(link="https://" + "a" * 130 + ".example/j#" + "2" * TOKEN_LENGTH))


@pytest.mark.proves("S11", "S12")
def test_the_mail_proposes_the_test_while_there_is_time():
    title = texts("caller", "fr")["visitTest"]
    assert f"touchez « {title} »" in visit_mail(letter(), TO).text
    assert f"touchez « {title} »" in visit_mail(letter(VisitMessage.REMINDER), TO).html
    assert title not in visit_mail(letter(VisitMessage.NOW), TO).text
    assert texts("caller", "en")["visitTest"] in visit_mail(letter(language="en"), TO).text


@pytest.mark.proves("S25", "S30", "S48")
def test_the_mail_says_when_what_to_do_and_whom_to_call():
    mail = visit_mail(letter(), TO)
    assert mail.subject == (
        "Le CHU de démonstration vous donne rendez-vous en vidéo le lundi 23 novembre 2026 à 14 h 30"
    )
    for said in (
        "Le lundi 23 novembre 2026, de 14 h 30 à 15 h 00 (heure de Paris).",
        "Le lien marche de 14 h 15 à 15 h 30.",
        "À l’heure dite, ouvrez le lien ci-dessous.",
        "02 40 00 00 00",
        "ABC234",
        LINK,
    ):
        assert said in mail.text
        assert said in mail.html
    assert mail.qr_link == LINK
    assert re.findall(r'src="([^"]*)"', mail.html) == ["cid:qr@chevet"]


def test_a_cancellation_has_no_link_and_says_why():
    mail = visit_mail(letter(VisitMessage.CANCELLED, reason="Médecin souffrant"), TO)
    assert "Motif : Médecin souffrant" in mail.text
    assert LINK not in mail.text + mail.html
    assert mail.qr_link is None
    assert "Motif" not in visit_mail(letter(VisitMessage.CANCELLED), TO).text


@pytest.mark.proves("A55")
def test_a_reason_cannot_add_markup_or_lines():
    mail = visit_mail(letter(VisitMessage.CANCELLED, reason="<script>x</script>\r\nBcc: a@b.example"), TO)
    assert "<script" not in mail.html
    assert "Motif : <script>x</script> Bcc: a@b.example\n" in mail.text


def test_a_slot_that_goes_into_the_next_day_says_so():
    text = visit_mail(letter(start="2026-12-31T23:45"), TO).text
    assert "Le jeudi 31 décembre 2026, de 23 h 45 à vendredi 1er janvier 2027 à 0 h 15" in text


@pytest.mark.proves("F58")
@pytest.mark.parametrize(
    ("start", "said"),
    [
        (at("2026-10-25T02:30"), "2 h 30 (heure d’été)"),
        (at("2026-10-25T02:30", fold=1), "2 h 30 (heure d’hiver)"),
        (at("2026-10-25T01:30"), "de 1 h 30 à 2 h 00 (heure d’été)"),
        (at("2026-10-25T03:30"), "de 3 h 30 à 4 h 00 (heure de Paris)"),
        (at("2026-03-29T01:45"), "de 1 h 45 à 3 h 15 (heure de Paris)"),
    ],
)
def test_in_the_nights_when_clocks_change_each_time_means_one_moment(start, said):
    assert said in visit_mail(letter(start=start), TO).text


@pytest.mark.proves("F58")
@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (at("2026-10-25T02:30"), "20261025T003000Z"),
        (at("2026-10-25T02:30", fold=1), "20261025T013000Z"),
        (at("2026-03-29T03:15"), "20260329T011500Z"),
        (at("2026-11-23T14:30"), "20261123T133000Z"),
    ],
)
def test_the_calendar_file_has_one_instant_for_everybody(start, expected):
    assert fields(visit_mail(letter(start=start), TO).calendar)["DTSTART"] == expected


def test_an_installation_overseas_says_its_own_time():
    text = visit_mail(letter(timezone="Indian/Reunion"), TO).text
    assert "de 17 h 30 à 18 h 00 (heure de Reunion)" in text


# --- the calendar file, read by the rules of RFC 5545 --------------------------------------------------------


def unfolded(text: str) -> list[str]:
    """RFC 5545, 3.1: content lines end with CRLF; a line break and a space are nothing."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def fields(text: str) -> dict[str, str]:
    """Name without parameters → value. Raises when a line is no content line."""
    found = {}
    for line in unfolded(text):
        match = re.fullmatch(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', line)
        assert match, line
        found[match[1]] = match[3]
        found[match[1] + "?"] = match[2]
    return found


def plain(value: str) -> str:
    """RFC 5545, 3.3.11, undone."""
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "N": "\n"}.get(m[1], m[1]), value)


def test_the_calendar_file_asks_for_the_appointment():
    text = visit_mail(letter(), TO).calendar
    lines = unfolded(text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert lines.index("BEGIN:VEVENT") < lines.index("UID:a1@visio.example") < lines.index("END:VEVENT")
    said = fields(text)
    assert said["VERSION"] == "2.0"
    assert (said["METHOD"], said["STATUS"], said["SEQUENCE"]) == ("REQUEST", "CONFIRMED", "3")
    assert (said["DTSTART"], said["DTEND"]) == ("20261123T133000Z", "20261123T140000Z")
    assert said["DTSTAMP"] == "20261120T080000Z"
    assert said["SUMMARY"] == "Rendez-vous vidéo : CHU de démonstration"
    assert LINK in plain(said["DESCRIPTION"])
    assert said["URL"] == LINK
    assert said["ORGANIZER"] == "mailto:ne-pas-repondre@chu.example"
    assert said["ATTENDEE"] == f"mailto:{TO}"


def test_a_cancellation_takes_it_out_of_the_calendar():
    said = fields(visit_mail(letter(VisitMessage.CANCELLED, sequence=4), TO).calendar)
    assert (said["METHOD"], said["STATUS"], said["SEQUENCE"]) == ("CANCEL", "CANCELLED", "4")
    assert said["UID"] == "a1@visio.example"


EVENT = Event(
    uid="u@h",
    sequence=0,
    start_at=0,
    end_at=1800,
    changed_at=0,
    title="t",
    place="p",
    text="x",
    url="https://h/j#2",
    organizer_name="o",
    organizer="o@h",
    attendee="a@h",
)


@given(st.text())
def test_any_text_comes_back_from_the_calendar_file(text):
    said = fields(calendar_file(structs.replace(EVENT, text=text, title=text, organizer_name=text)))
    shown = "".join(c for c in text if (c >= " " and c != "\x7f") or c == "\n")
    assert plain(said["DESCRIPTION"]) == shown
    assert plain(said["SUMMARY"]) == shown


@given(st.floats(0, 4_000_000_000))
def test_times_are_whole_seconds_in_utc(moment):
    said = fields(calendar_file(structs.replace(EVENT, start_at=moment)))
    read = datetime.strptime(said["DTSTART"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert 0 <= moment - read.timestamp() < 1


def test_the_mail_carries_the_calendar_file_as_rfc_6047_says():
    settings = MailSettings(host="mail.example", sender="ne-pas-repondre@chu.example")
    sent = compose(settings, TO, visit_mail(letter(), TO), job_id="j").as_bytes()
    message = email.message_from_bytes(sent, policy=policy)
    assert message.get_content_type() == "multipart/mixed"
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) == 1
    assert parts[0].get_param("method") == "REQUEST"
    assert parts[0].get_content_charset() == "utf-8"
    assert parts[0].get_filename() == "rendez-vous.ics"
    assert parts[0].get_payload(decode=True).decode() == visit_mail(letter(), TO).calendar
    kinds = [part.get_content_type() for part in message.walk()]
    assert {"text/plain", "text/html", "image/png"} <= set(kinds)
