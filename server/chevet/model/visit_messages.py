"""What is sent around a téléconsultation: when, with whom, by which link. Nothing about anybody's health."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from html import escape
from zoneinfo import ZoneInfo

from msgspec import Struct

from chevet.errors import InvalidInput
from chevet.model.calendar import Event, calendar_file
from chevet.model.gsm7 import SINGLE, places, segments, to_gsm7
from chevet.model.locales import texts
from chevet.model.messages import BUTTON, FAMILY, QR_CID, Mail, clock_time, one_line, page


class VisitMessage(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    NOW = "now"  # the slot has begun: agreed for at once, or told late


class VisitLetter(Struct, frozen=True, kw_only=True):
    """All that a message says. Times are seconds since the epoch, shown in `timezone`.

    `caller_name` is read in a sentence (« Le CHU de … »); `contact` is whom to call instead, maybe empty.
    `uid`, `sequence` and `organizer` (an address) are for the calendar file; `changed_at` is when this was said.
    """

    message: VisitMessage
    caller_name: str
    organization_name: str
    link: str
    code: str
    start_at: float
    end_at: float
    opens_at: float
    closes_at: float
    contact: str
    reason: str
    uid: str
    sequence: int
    changed_at: float
    organizer: str
    timezone: str = "Europe/Paris"
    language: str = "fr"


def visit_sms(letter: VisitLetter) -> str:
    """The clearest text that fits one SMS (C35). Raises InvalidInput `sms-too-long`."""
    words, said = texts(FAMILY, letter.language), _said(letter)
    prefix = f"visit.sms.{letter.message}."
    shortest = ""
    for variant in (text for key, text in words.items() if key.startswith(prefix)):
        shortest = to_gsm7(one_line(variant.format_map(said)))
        if segments(shortest) == 1:
            return shortest
    excess = places(shortest) - SINGLE
    raise InvalidInput("sms-too-long", f"public address or caller name: {excess} letters too long for an SMS")


def visit_mail(letter: VisitLetter, to: str) -> Mail:
    """Text, HTML with the link and its QR code, and the calendar file for `to`."""
    words, said = texts(FAMILY, letter.language), _said(letter)
    prefix = "visit.mail."
    say = {k.removeprefix(prefix): v.format_map(said) for k, v in words.items() if k.startswith(prefix)}
    is_cancelled = letter.message is VisitMessage.CANCELLED
    subject, event = say[f"subject.{letter.message}"], _event(letter, to)
    lines = _cancelled(letter, say) if is_cancelled else _text(letter, say)
    body = "".join(f"<p>{escape(line)}</p>" for line in lines) if is_cancelled else _html(letter, say)
    return Mail(
        subject=subject,
        text="\n\n".join(lines),
        html=page(letter.language, subject, body),
        qr_link=None if is_cancelled else letter.link,
        calendar=calendar_file(event),
        calendar_method=event.method,
    )


def _text(letter: VisitLetter, say: Mapping[str, str]) -> list[str]:
    return [
        say[f"what.{letter.message}"],
        say["when"],
        "\n".join(f"{i}. {step}" for i, step in enumerate(_steps(letter, say), 1)),
        letter.link,
        say["doors"],
        say["code"],
        say["calendar"],
        _whom_to_call(letter, say),
        say["unexpected"],
    ]


def _steps(letter: VisitLetter, say: Mapping[str, str]) -> list[str]:
    """What to do; the test beforehand (S11, S12) only when there is a beforehand."""
    tested = [] if letter.message is VisitMessage.NOW else [say["step.test"]]
    return [say["step.device"], *tested, say["step.open"], say["step.wait"]]


def _html(letter: VisitLetter, say: Mapping[str, str]) -> str:
    href = escape(letter.link, quote=True)
    steps = "".join(f"<li>{escape(step)}</li>" for step in _steps(letter, say))
    rest = (say["code"], say["calendar"], _whom_to_call(letter, say), say["unexpected"])
    return (
        f'<p style="font-size:22px"><b>{escape(say[f"what.{letter.message}"])}</b></p>'
        f'<p style="font-size:22px">{escape(say["when"])}</p><ol>{steps}</ol>'
        f'<p style="margin:28px 0"><a href="{href}" style="{BUTTON}"><b>{escape(say["button"])}</b></a></p>'
        f'<p>{escape(say["doors"])}</p><p>{escape(say["button.address"])}<br><a href="{href}">{href}</a></p>'
        f"<p>{escape(say['qr'])}</p>"
        f'<p><img src="cid:{QR_CID}" width="220" height="220" alt="{escape(say["qr.alt"], quote=True)}"></p>'
        + "".join(f"<p>{escape(line)}</p>" for line in rest)
    )


def _cancelled(letter: VisitLetter, say: Mapping[str, str]) -> list[str]:
    return [
        say["what.cancelled"],
        say["was"],
        *([say["reason"]] if letter.reason else []),
        say["calendar.cancelled"],
        _whom_to_call(letter, say),
    ]


def _whom_to_call(letter: VisitLetter, say: Mapping[str, str]) -> str:
    return say["contact"] if letter.contact else say["nobody"]


def _said(letter: VisitLetter) -> dict[str, str]:
    """The value of each place in the texts."""
    words = texts(FAMILY, letter.language)
    said = {
        "caller": one_line(letter.caller_name),
        "organization": one_line(letter.organization_name),
        "link": letter.link,
        "site": letter.link.partition("#")[0].partition("://")[2],
        "code": letter.code,
        "day": _day(letter.start_at, letter),
        "short": _short_day(letter.start_at, letter),
        "time": _clock(letter.start_at, letter),
        "end": _moment(letter.end_at, letter),
        "opens": _moment(letter.opens_at, letter),
        "closes": _moment(letter.closes_at, letter),
        "city": letter.timezone.rpartition("/")[2].replace("_", " "),
        "contact": one_line(letter.contact),
        "reason": one_line(letter.reason),
    }
    said["date"] = words["visit.date"].format_map(said)
    for name in ("reason", "contact"):
        said[f"sms_{name}"] = words[f"visit.sms.{name}"].format_map(said) if said[name] else ""
    return said


def _local(at: float, letter: VisitLetter) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(letter.timezone))


def _clock(at: float, letter: VisitLetter) -> str:
    """« 14 h 30 »; in the hour that a night has twice, also which of the two (F58)."""
    moment = _local(at, letter)
    clock = clock_time(at, letter.timezone, letter.language)
    if moment.replace(fold=0).utcoffset() == moment.replace(fold=1).utcoffset():
        return clock
    season = "summer" if moment.fold == 0 else "winter"
    return texts(FAMILY, letter.language)[f"visit.clock.{season}"].format(clock=clock)


def _moment(at: float, letter: VisitLetter) -> str:
    """The clock alone on the day of the appointment, else with its day."""
    if _local(at, letter).date() == _local(letter.start_at, letter).date():
        return _clock(at, letter)
    words = texts(FAMILY, letter.language)
    return words["visit.date"].format(day=_day(at, letter), time=_clock(at, letter))


def _day(at: float, letter: VisitLetter) -> str:
    """« lundi 23 novembre 2026 »."""
    words, moment = texts(FAMILY, letter.language), _local(at, letter)
    weekday = words["visit.weekdays"].split()[moment.weekday()]
    number = "1er" if moment.day == 1 and letter.language == "fr" else str(moment.day)
    return f"{weekday} {number} {words['visit.months'].split()[moment.month - 1]} {moment.year}"


def _short_day(at: float, letter: VisitLetter) -> str:
    """« 23/11 »; in English the month by its name, for who reads the month first."""
    moment = _local(at, letter)
    if letter.language == "fr":
        return f"{moment:%d/%m}"
    return f"{moment.day} {texts(FAMILY, letter.language)['visit.months'].split()[moment.month - 1]}"


def _event(letter: VisitLetter, to: str) -> Event:
    words, said = texts(FAMILY, letter.language), _said(letter)
    lines = (words["visit.mail.step.open"], letter.link, said["sms_contact"])
    return Event(
        uid=letter.uid,
        sequence=letter.sequence,
        start_at=letter.start_at,
        end_at=letter.end_at,
        changed_at=letter.changed_at,
        title=words["visit.calendar.title"].format_map(said),
        place=words["visit.calendar.where"],
        text="\n".join(line for line in lines if line),
        url=letter.link,
        organizer_name=one_line(letter.organization_name),
        organizer=letter.organizer,
        attendee=to,
        is_cancelled=letter.message is VisitMessage.CANCELLED,
    )
