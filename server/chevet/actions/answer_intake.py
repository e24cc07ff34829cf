"""Before a consultation from afar (HAS, R4 to R7): what the patient's side answers, what the practitioner decides."""

from chevet.actions.end_encounter import close_room, end_within
from chevet.actions.note_participant import note, trail
from chevet.actions.parts import Parts
from chevet.actions.tell_desk import tell_desk_of_encounter
from chevet.actions.view_intake import view_intake
from chevet.errors import Gone, NotAllowed, NotFound
from chevet.model.appointments import Intake, Participant, ParticipantRole, Suitability
from chevet.model.locales import texts
from chevet.model.messages import FAMILY
from chevet.model.people import Account
from chevet.model.phone import normalise_callback
from chevet.model.seats import SeatClaim
from chevet.model.timeline import Step
from chevet.model.visits import Encounter
from chevet.protocol import IntakeAnswer, IntakeChanged, IntakeDecision, IntakeView, SeatRole
from chevet.store import Tx, appointments, participants

REFUSED = "consent-refused"
ANSWERING = {ParticipantRole.PATIENT, ParticipantRole.TELEPRESENTER, ParticipantRole.COMPANION}
"""The patient, or who is beside the patient and answers for him."""


async def answer_intake(parts: Parts, claim: SeatClaim, answer: IntakeAnswer) -> None:
    """Consent is kept with its time and who gave it. Without it the visit is over. Raises NotAllowed, InvalidInput."""
    if claim.role != SeatRole.PARTICIPANT or claim.participant_id is None:
        raise NotAllowed("message-not-yours", "this is for the patient's side of a téléconsultation")
    phone = normalise_callback(answer.callback_phone) if answer.callback_phone.strip() else None

    def write(tx: Tx) -> tuple[Intake, str]:
        participant = tx.get(Participant, claim.seat)
        if participant.role not in ANSWERING:
            raise NotAllowed("message-not-yours", f"the {participant.role} does not answer for the patient")
        intake = participants.intake_of(tx, claim.encounter_id)
        is_news = intake.consent is not answer.consent
        _lay(parts, intake, answer, phone)
        participants.keep_intake(tx, intake)
        if is_news:
            step = Step.CONSENT_GIVEN if answer.consent else Step.CONSENT_REFUSED
            note(tx, parts, participant, step)
            trail(tx, parts, claim.encounter_id, step.value, actor="participant", participant=participant)
        if not answer.consent:
            _end(tx, parts, claim.encounter_id)
        return intake, participants.practitioner_of(tx, claim.encounter_id).id

    intake, practitioner_id = await parts.store.run(write)
    parts.rooms.tell(claim.encounter_id, practitioner_id, IntakeChanged(intake=view_intake(intake)))
    if not answer.consent:
        close_room(parts, claim.encounter_id, REFUSED)
    await tell_desk_of_encounter(parts, claim.encounter_id)


def _end(tx: Tx, parts: Parts, encounter_id: str) -> None:
    """The agenda says why it did not take place."""
    appointment = appointments.of_encounter(tx, encounter_id)
    if appointment is not None and tx.get(Encounter, encounter_id).started_at is None:
        appointment.cancelled_because = texts(FAMILY, "fr")["visit.refused"]
        tx.update(appointment)
    end_within(tx, parts, encounter_id, REFUSED)


def _lay(parts: Parts, intake: Intake, answer: IntakeAnswer, phone: str | None) -> None:
    """Consent once given keeps its time when the rest is answered again."""
    if intake.consent is not answer.consent:
        intake.consent_at = parts.clock()
        intake.consent_by = answer.consent_by.strip() or "patient"
    intake.consent = answer.consent
    intake.refusal_reason = "" if answer.consent else answer.refusal_reason.strip()
    intake.place = answer.place.strip()
    intake.callback_phone = phone
    intake.present = answer.present.strip()


async def read_intake(parts: Parts, account: Account, encounter_id: str) -> IntakeView:
    """Raises NotFound, for somebody else's too (A19)."""

    def look(tx: Tx) -> Intake:
        _check_own(tx, account, encounter_id)
        return participants.intake_of(tx, encounter_id)

    return view_intake(await parts.store.read(look))


async def decide_intake(
    parts: Parts, account: Account, encounter_id: str, decision: IntakeDecision
) -> IntakeView:
    """How the identity was checked, and whether a consultation from afar is fit. Raises NotFound, Gone."""

    def write(tx: Tx) -> tuple[Intake, str]:
        if _check_own(tx, account, encounter_id).is_over():
            raise Gone("encounter-over", "this consultation is over")
        practitioner = participants.practitioner_of(tx, encounter_id)
        intake = participants.intake_of(tx, encounter_id)
        if decision.identity_means is not None:
            intake.identity_means, intake.identity_checked_at = decision.identity_means, parts.clock()
        if decision.suitability is not None and decision.suitability is not intake.suitability:
            intake.suitability, intake.suitability_at = decision.suitability, parts.clock()
            if decision.suitability is not Suitability.SUITABLE:
                note(tx, parts, practitioner, Step.VISIT_UNSUITABLE, decision.suitability)
        participants.keep_intake(tx, intake)
        trail(tx, parts, encounter_id, "intake.decided", actor=account.username, participant=practitioner)
        return intake, practitioner.id

    intake, practitioner_id = await parts.store.run(write)
    view = view_intake(intake)
    parts.rooms.tell(encounter_id, practitioner_id, IntakeChanged(intake=view))
    return view


def _check_own(tx: Tx, account: Account, encounter_id: str) -> Encounter:
    encounter = tx.get(Encounter, encounter_id)
    if encounter.practitioner_id != account.id:
        raise NotFound("encounter-unknown", "no such encounter")
    return encounter
