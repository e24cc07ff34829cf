"""The calendar file of an appointment: iCalendar (RFC 5545), sent by mail as RFC 5546 and RFC 6047 say."""

from datetime import UTC, datetime

from msgspec import Struct

PRODUCT = "-//Chevet//Chevet//FR"
LINE_BYTES = 75
"""RFC 5545, 3.1: longer lines are folded."""


class Event(Struct, frozen=True, kw_only=True):
    """One appointment as a calendar knows it. Times are seconds since the epoch, UTC.

    `uid` never changes; `sequence` grows with each change, or calendars keep the older one.
    """

    uid: str
    sequence: int
    start_at: float
    end_at: float
    changed_at: float
    title: str
    place: str
    text: str
    url: str
    organizer_name: str
    organizer: str
    attendee: str
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        return "CANCEL" if self.is_cancelled else "REQUEST"


def calendar_file(event: Event) -> str:
    """The whole file, lines ended by CRLF and folded."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{event.method}",
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_utc(event.changed_at)}",
        f"DTSTART:{_utc(event.start_at)}",
        f"DTEND:{_utc(event.end_at)}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        f"SUMMARY:{_text(event.title)}",
        f"LOCATION:{_text(event.place)}",
        f"DESCRIPTION:{_text(event.text)}",
        f"URL:{event.url}",
        f'ORGANIZER;CN="{_parameter(event.organizer_name)}":mailto:{event.organizer}',
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:{event.attendee}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(_folded(line) + "\r\n" for line in lines)


def _utc(at: float) -> str:
    return f"{datetime.fromtimestamp(int(at), UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """RFC 5545, 3.3.11. Other control characters are not text."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(c for c in escaped if c >= " " and c != "\x7f")


def _parameter(text: str) -> str:
    """RFC 5545, 3.1: what stands between double quotes holds none, and no control character."""
    return "".join(c for c in text if c >= " " and c not in '"\x7f')


def _folded(line: str) -> str:
    """RFC 5545, 3.1: 75 bytes a line at most, never within a letter; the next one begins with a space."""
    pieces, room = [""], LINE_BYTES
    for c in line:
        size = len(c.encode())
        if size > room:
            pieces.append("")
            room = LINE_BYTES - 1
        pieces[-1] += c
        room -= size
    return "\r\n ".join(pieces)
