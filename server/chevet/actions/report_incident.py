"""A remark or an incident, with its technical capsule, to the referents of the service (S60-S62)."""

import re

from chevet.actions.parts import Parts
from chevet.errors import InvalidInput, Unavailable
from chevet.model.people import Account, Organization
from chevet.protocol import IncidentReport
from chevet.store import Tx, audit, jobs

TELLING = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+|\+?\d(?:[\s.\-]?\d){7,}|\b(?=\w*\d)[a-z0-9]{20,}\b", re.IGNORECASE)
"""Addresses, links, telephone numbers, tokens: replaced in the capsule, whatever the page put there."""


async def report_incident(parts: Parts, account: Account, report: IncidentReport) -> None:
    """Queue the mail. Raises InvalidInput (nothing said), Unavailable (no mail, or no referent)."""
    parts.limits.incident.spend(account.id)
    if not report.remark.strip() and not report.events:
        raise InvalidInput("incident-empty", "say what happened", field="remark")
    if parts.mail is None:
        raise Unavailable("email-not-configured", "this installation cannot send mail")
    capsule = anonymise(report)

    def write(tx: Tx) -> None:
        organization = tx.get(Organization, account.organization_id)
        if not organization.referents:
            raise Unavailable("incident-no-referent", "this service has no referent yet")
        payload = {"to": organization.referents, "organization": organization.name, "capsule": capsule}
        for referent in organization.referents:
            jobs.enqueue(tx, "send_incident", payload | {"to": referent}, now=parts.clock())
        audit.append(
            tx, parts.keys, at=parts.clock(), actor=account.username, action="incident.reported", object="incident", detail={}
        )

    await parts.store.run(write)
    parts.outbox.wake()


def anonymise(report: IncidentReport) -> dict[str, object]:
    """The capsule without name, number or token. The remark is the sender's own words and stays as typed."""
    return {
        "remark": report.remark.strip(),
        "page": _blank(report.page),
        "browser": _blank(report.browser),
        "viewport": _blank(report.viewport),
        "events": [_blank(event) for event in report.events],
        "figures": {_blank(name): figure for name, figure in report.figures.items()},
    }


def _blank(text: str) -> str:
    return TELLING.sub("[…]", text)
