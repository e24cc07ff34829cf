"""Who is let into a meeting, who is not, who goes. Kept in the store: a reload or a restart asks nobody again."""

from chevet.actions.enter_meeting import arrive
from chevet.actions.note_participant import note, trail
from chevet.actions.parts import Parts
from chevet.actions.show_roster import show_roster
from chevet.actions.tell_desk import tell_desk_of_encounter
from chevet.actions.view_invitation import view_ice_servers
from chevet.errors import Conflict, NotAllowed
from chevet.model.appointments import Participant, ParticipantRole, ParticipantStatus
from chevet.model.seats import SeatClaim
from chevet.model.timeline import Step
from chevet.model.visits import Encounter, EncounterStatus
from chevet.protocol import IceServers, PictureMode
from chevet.store import Tx, participants

MAY_ENTER_WITHOUT_CONSENT = {ParticipantRole.INTERPRETER}
"""Everybody else stands on the patient's side: the call cannot start before the patient consented (R4)."""


async def admit(parts: Parts, claim: SeatClaim, participant_id: str) -> None:
    """« Faire entrer ». Raises NotAllowed; Conflict `consent-missing`, `meeting-full`, `not-waiting`."""

    def write(tx: Tx) -> bool:
        participant = _of_practitioner(tx, claim, participant_id)
        if participant.status is ParticipantStatus.ADMITTED:
            return False
        _check_may_enter(tx, parts, participant)
        participant.status, participant.reason = ParticipantStatus.ADMITTED, ""
        participant.admitted_at = parts.clock()
        tx.update(participant)
        _start(tx, parts, claim.encounter_id)
        note(tx, parts, participant, Step.PARTICIPANT_ADMITTED)
        trail(
            tx,
            parts,
            claim.encounter_id,
            "participant.admitted",
            actor="practitioner",
            participant=participant,
        )
        return True

    if await parts.store.run(write):
        servers = view_ice_servers(parts, claim.encounter_id, participant_id)
        parts.rooms.tell(claim.encounter_id, participant_id, IceServers(ice_servers=servers))
        await _show(parts, claim.encounter_id)


def _check_may_enter(tx: Tx, parts: Parts, participant: Participant) -> None:
    if participant.status not in {ParticipantStatus.WAITING, ParticipantStatus.DECLINED}:
        raise Conflict("not-waiting", "nobody waits there")
    encounter_id = participant.encounter_id
    needs_consent = participant.role not in MAY_ENTER_WITHOUT_CONSENT
    if needs_consent and not participants.intake_of(tx, encounter_id).consent:
        raise Conflict("consent-missing", "the patient has not consented yet")
    if len(participants.admitted(tx, encounter_id)) >= parts.config.visits.max_participants:
        raise Conflict("meeting-full", "somebody must leave first")


def _start(tx: Tx, parts: Parts, encounter_id: str) -> None:
    """The first two are in: the encounter is in progress."""
    encounter = tx.get(Encounter, encounter_id)
    if encounter.status is EncounterStatus.PLANNED:  # moved away while the patient waited
        arrive(tx, encounter)
    if encounter.status is EncounterStatus.ARRIVED:
        encounter.started_at = parts.clock()
        tx.update(encounter.to(EncounterStatus.IN_PROGRESS))


async def decline(parts: Parts, claim: SeatClaim, participant_id: str, reason: str) -> None:
    """Do not let in, send out, or take an invitation back. `admit` lets in again. Raises NotAllowed, Conflict."""

    def write(tx: Tx) -> None:
        participant = _of_practitioner(tx, claim, participant_id)
        if participant.role is ParticipantRole.PRACTITIONER:
            raise Conflict("not-yourself", "the practitioner leaves or hangs up")
        participant.status, participant.reason = ParticipantStatus.DECLINED, reason.strip()
        participant.left_at = parts.clock()
        tx.update(participant)
        note(tx, parts, participant, Step.PARTICIPANT_DECLINED)
        trail(
            tx,
            parts,
            claim.encounter_id,
            "participant.declined",
            actor="practitioner",
            participant=participant,
        )

    await parts.store.run(write)
    await _show(parts, claim.encounter_id)


async def leave(parts: Parts, claim: SeatClaim) -> None:
    """Going away on purpose: who comes back by the link waits again."""

    def write(tx: Tx) -> None:
        participant = tx.get(Participant, claim.seat)
        if participant.status not in {ParticipantStatus.WAITING, ParticipantStatus.ADMITTED}:
            return
        participant.status, participant.left_at = ParticipantStatus.LEFT, parts.clock()
        tx.update(participant)
        note(tx, parts, participant, Step.PARTICIPANT_LEFT)

    await parts.store.run(write)
    meeting = parts.rooms.meeting(claim.encounter_id)
    meeting.media.pop(claim.seat, None)
    meeting.rung.discard(claim.seat)
    meeting.looked_at_closely.discard(claim.seat)
    await _show(parts, claim.encounter_id)


async def look_closer(parts: Parts, claim: SeatClaim, participant_id: str, mode: PictureMode) -> None:
    """« Détail » of this participant's picture, or « mouvement » again. Raises NotAllowed, Conflict."""
    await parts.store.read(lambda tx: _of_practitioner(tx, claim, participant_id))
    closely = parts.rooms.meeting(claim.encounter_id).looked_at_closely
    if mode is PictureMode.DETAIL:
        closely.add(participant_id)
    else:
        closely.discard(participant_id)
    await show_roster(parts, claim.encounter_id)


def _of_practitioner(tx: Tx, claim: SeatClaim, participant_id: str) -> Participant:
    """The participant, for the encounter's practitioner only. Raises NotAllowed (A20), Conflict."""
    if tx.get(Participant, claim.seat).role is not ParticipantRole.PRACTITIONER:
        raise NotAllowed("message-not-yours", "the practitioner decides")
    found = tx.find(Participant, id=participant_id, encounter_id=claim.encounter_id, limit=1)
    if not found:
        raise Conflict("participant-unknown", "no such participant")
    return found[0]


async def _show(parts: Parts, encounter_id: str) -> None:
    await show_roster(parts, encounter_id)
    await tell_desk_of_encounter(parts, encounter_id)
