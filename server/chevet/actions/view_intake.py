"""What was answered before a consultation from afar, as its practitioner sees it."""

from chevet.model.appointments import Intake
from chevet.protocol import IntakeView


def view_intake(intake: Intake) -> IntakeView:
    return IntakeView(
        consent=intake.consent,
        consent_at=_ms(intake.consent_at),
        consent_by=intake.consent_by,
        refusal_reason=intake.refusal_reason,
        place=intake.place,
        callback_phone=intake.callback_phone,
        present=intake.present,
        identity_checked_at=_ms(intake.identity_checked_at),
        identity_means=intake.identity_means,
        suitability=intake.suitability,
    )


def _ms(at: float | None) -> int | None:
    return None if at is None else round(at * 1000)
