"""A remark or an incident, with its technical capsule, to the referents of the service (S60-S62)."""

from chevet.actions.parts import Parts
from chevet.errors import InvalidInput, Unavailable
from chevet.model.people import Account, Organization
from chevet.model.scrub import scrub
from chevet.protocol import IncidentReport
from chevet.store import Tx, audit, jobs


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
        for referent in organization.referents:
            payload = {"to": referent, "organization": organization.name, "capsule": capsule}
            jobs.enqueue(tx, "send_incident", payload, now=parts.clock())
        audit.append(
            tx,
            parts.keys,
            at=parts.clock(),
            actor=account.username,
            action="incident.reported",
            object="incident",
            detail={},
        )

    await parts.store.run(write)
    parts.outbox.wake()


def anonymise(report: IncidentReport) -> dict[str, object]:
    """The capsule without name, number or token. The remark is the sender's own words and stays as typed."""
    return {
        "remark": report.remark.strip(),
        "page": scrub(report.page),
        "browser": scrub(report.browser),
        "viewport": scrub(report.viewport),
        "events": [scrub(event) for event in report.events],
        "figures": {scrub(name): figure for name, figure in report.figures.items()},
    }
