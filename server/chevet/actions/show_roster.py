"""Who is in a meeting, told whole to each page each time that something changed."""

from chevet.actions.parts import Parts
from chevet.actions.view_invitation import view_delivery
from chevet.model.appointments import Participant, ParticipantRole, ParticipantStatus
from chevet.model.records import Delivery
from chevet.model.visits import Encounter
from chevet.protocol import ParticipantView, PictureMode, Roster
from chevet.rooms.rooms import Room
from chevet.store import Tx, deliveries, participants

Sent = dict[str, list[Delivery]]
"""Messages by the id of their invitation."""


async def show_roster(parts: Parts, encounter_id: str) -> None:
    """To every page that is there. Those who come later are told when they come."""
    room = parts.rooms.find(encounter_id)
    if room is None or room.meeting is None:
        return
    async with room.meeting.telling:
        encounter, everybody, sent = await parts.store.read(lambda tx: _look(tx, encounter_id))
        for viewer in everybody:
            if room.is_present(viewer.id):
                told = roster_for(viewer, everybody, room, encounter, sent)
                parts.rooms.tell(encounter_id, viewer.id, told)


def _look(tx: Tx, encounter_id: str) -> tuple[Encounter, list[Participant], Sent]:
    everybody = participants.of_encounter(tx, encounter_id)
    return tx.get(Encounter, encounter_id), everybody, deliveries.by_invitation(tx, encounter_id)


def roster_for(
    viewer: Participant, everybody: list[Participant], room: Room, encounter: Encounter, sent: Sent
) -> Roster:
    """What became of messages, with the numbers that they went to, is for the practitioner alone."""
    known = sent if viewer.role is ParticipantRole.PRACTITIONER else {}
    waiting = [each for each in everybody if each.status is ParticipantStatus.WAITING]
    waiting.sort(key=lambda each: each.entered_at or 0)
    places = {each.id: place for place, each in enumerate(waiting, 1)}
    return Roster(
        participants=[
            _view(each, room, places.get(each.id), known.get(each.invitation_id or "", []))
            for each in everybody
            if _is_shown(each, viewer)
        ],
        started_at=_ms(encounter.started_at),
    )


def _is_shown(participant: Participant, viewer: Participant) -> bool:
    """The practitioner sees all; who was let in, the others who were; who waits, itself and the practitioner."""
    if viewer.role is ParticipantRole.PRACTITIONER or participant.id == viewer.id:
        return True
    if participant.role is ParticipantRole.PRACTITIONER:
        return True
    statuses = {viewer.status, participant.status}
    return statuses == {ParticipantStatus.ADMITTED}


def _view(participant: Participant, room: Room, place: int | None, sent: list[Delivery]) -> ParticipantView:
    media = room.meeting.media if room.meeting else {}
    microphone, camera = media.get(participant.id, (False, False))
    is_close = room.meeting is not None and participant.id in room.meeting.looked_at_closely
    return ParticipantView(
        id=participant.id,
        role=participant.role,
        name=participant.name,
        status=participant.status,
        present=room.is_present(participant.id),
        fresh_at=_ms(participant.fresh_at) or 0,
        microphone=microphone,
        camera=camera,
        precall=participant.precall,
        waiting_since=_ms(participant.entered_at) if place else None,
        place=place,
        reason=participant.reason,
        picture_mode=PictureMode.DETAIL if is_close else PictureMode.MOTION,
        deliveries=[view_delivery(each) for each in sent],
    )


def _ms(at: float | None) -> int | None:
    return None if at is None else round(at * 1000)
