"""The health page: one table, no script, made anew at each request."""

import base64
import hashlib
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from chevet.actions.parts import Parts
from chevet.adapters.turn_probe import TurnFinding
from chevet.model.locales import texts

STYLE = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .6rem .8rem; border-top: 1px solid #767676; text-align: left; vertical-align: top; }
.down { background: #fdecea; } .trouble { background: #fff6da; }
small { display: block; overflow-wrap: anywhere; }
"""
REFRESH_S = 30

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)

Row = tuple[str, str, list[str]]
"""Name of the part; `well`, `trouble` or `down`; sentences."""


def health_page(parts: Parts, language: str, *, store_works: bool) -> str:
    """The whole document."""
    words = texts("health", language)
    rows = [_store_row(words, works=store_works), *_sender_rows(parts, words), *_relay_rows(parts, language)]
    version = words["health.version"].format(version=parts.version, url=parts.config.public_url)
    made = words["health.refreshed"].format(time=_time(parts, parts.clock()))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="refresh" content="{REFRESH_S}"><title>{escape(words["health.title"])}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(words['health.title'])}</h1>"
        f"<p>{escape(version)}</p><table><thead><tr><th scope=col>{escape(words['health.part'])}</th>"
        f"<th scope=col>{escape(words['health.state'])}</th></tr></thead><tbody>"
        f"{''.join(_row(row, words) for row in rows)}</tbody></table><p>{escape(made)}</p></main></body></html>"
    )


def _row(row: Row, words: dict[str, str]) -> str:
    name, state, sentences = row
    told = "".join(f"<small>{escape(sentence)}</small>" for sentence in sentences if sentence)
    return (
        f"<tr class={state}><th scope=row>{escape(name)}</th>"
        f"<td><strong>{escape(words[f'health.state.{state}'])}</strong>{told}</td></tr>"
    )


def _store_row(words: dict[str, str], *, works: bool) -> Row:
    state = "well" if works else "down"
    return words["health.store"], state, [words[f"health.store.{state}"]]


def _sender_rows(parts: Parts, words: dict[str, str]) -> list[Row]:
    return [
        (
            words[f"health.{name}"],
            "well" if sender else "trouble",
            [words["health.set" if sender else "health.unset"]],
        )
        for name, sender in (("sms", parts.sms), ("mail", parts.mail))
    ]


def _relay_rows(parts: Parts, language: str) -> list[Row]:
    """One line for the whole, one for each address."""
    words, report = texts("health", language), parts.turn.last
    state = report.status if report.status in {"well", "down"} else "trouble"
    checked = (
        words["health.relay.checked"].format(time=_time(parts, report.checked_at))
        if report.checked_at
        else ""
    )
    whole = (words["health.relay"], state, [words[f"turn.status.{report.status}"], checked])
    return [whole, *(_finding_row(parts, found, language) for found in report.findings)]


def _finding_row(parts: Parts, found: TurnFinding, language: str) -> Row:
    state = "down" if not found.works else "trouble" if found.cause else "well"
    why = f"{found.cause}: {found.detail}".rstrip(": ") if found.cause else ""
    ends = ""
    if found.certificate_ends_at:
        date = f"{_local(parts, found.certificate_ends_at):%d/%m/%Y}"
        ends = texts("health", language)["health.certificate"].format(date=date)
    address = "" if found.address in found.url else f" ({found.address})"
    return found.url + address, state, [found.sentence(language), ends, why]


def _time(parts: Parts, at: float) -> str:
    return f"{_local(parts, at):%d/%m/%Y %H:%M:%S}"


def _local(parts: Parts, at: float) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(parts.config.timezone))
