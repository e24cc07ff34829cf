"""« Inviter un participant »: a relative, an interpreter, staff beside the patient, a second camera."""

from chevet.actions.invite import new_invitation
from chevet.actions.note_participant import trail
from chevet.actions.parts import Parts
from chevet.actions.recipients import recipients_of, spend_sending
from chevet.actions.show_roster import show_roster
from chevet.actions.tell_visit import queue_message, slot
from chevet.actions.view_invitation import view_delivery
from chevet.adapters.qr import qr_svg
from chevet.errors import Conflict, Gone, InvalidInput, NotFound
from chevet.model.appointments import Appointment, Participant, ParticipantRole, ParticipantStatus
from chevet.model.keys import new_id
from chevet.model.people import Account
from chevet.model.records import Delivery
from chevet.model.visit_messages import VisitMessage
from chevet.model.visits import Encounter, Invitation
from chevet.protocol import Channel, GuestRequest, GuestView
from chevet.store import Tx, appointments, participants

MAX_INVITED = 12
"""People of one encounter, whether they came or not: each is a link that opens a door."""
GUESTS = {
    ParticipantRole.TELEPRESENTER,
    ParticipantRole.COMPANION,
    ParticipantRole.INTERPRETER,
    ParticipantRole.CAMERA,
}


async def invite_guest(parts: Parts, account: Account, encounter_id: str, request: GuestRequest) -> GuestView:
    """Raises InvalidInput, NotFound, Gone, Conflict, TooManyRequests, Unavailable."""
    if request.role not in GUESTS:
        raise InvalidInput("guest-role", "a guest, neither the practitioner nor the patient", field="role")
    if not request.name.strip():
        raise InvalidInput("name-missing", "a guest has a name", field="name")
    recipients = recipients_of(parts, request.phone, request.email)
    spend_sending(parts, account, recipients)
    guest, invitation, sent = await parts.store.run(
        lambda tx: _write(tx, parts, account, encounter_id, request, recipients)
    )
    parts.outbox.wake()
    await show_roster(parts, encounter_id)
    return view_guest(parts, guest, invitation, sent)


def _write(
    tx: Tx,
    parts: Parts,
    account: Account,
    encounter_id: str,
    request: GuestRequest,
    recipients: dict[Channel, str],
) -> tuple[Participant, Invitation, list[Delivery]]:
    appointment = _check_open(tx, account, encounter_id)
    guest, invitation = add_guest(tx, parts, appointment, request.role, request.name.strip(), recipients)
    trail(tx, parts, encounter_id, "participant.invited", actor=account.username, participant=guest)
    sent = queue_message(tx, parts, appointment, invitation.id, recipients, VisitMessage.BOOKED)
    return guest, invitation, sent


def add_guest(
    tx: Tx,
    parts: Parts,
    appointment: Appointment,
    role: ParticipantRole,
    name: str,
    recipients: dict[Channel, str],
) -> tuple[Participant, Invitation]:
    """One more who may come, by a link of his own. Raises Conflict."""
    encounter_id = appointment.encounter_id
    if len(participants.of_encounter(tx, encounter_id)) >= MAX_INVITED:
        raise Conflict("too-many-guests", f"at most {MAX_INVITED} people are invited")
    invitation = new_invitation(parts, encounter_id, slot(parts, appointment).closes_at)
    invitation.phone, invitation.email = recipients.get(Channel.SMS), recipients.get(Channel.EMAIL)
    guest = Participant(
        id=new_id(),
        encounter_id=encounter_id,
        role=role,
        name=name,
        status=ParticipantStatus.INVITED,
        created_at=parts.clock(),
        invitation_id=invitation.id,
    )
    tx.insert(invitation)
    tx.insert(guest)
    return guest, invitation


def _check_open(tx: Tx, account: Account, encounter_id: str) -> Appointment:
    """Raises NotFound (somebody else's too), Gone."""
    encounter = tx.get(Encounter, encounter_id)
    appointment = appointments.of_encounter(tx, encounter_id)
    if encounter.practitioner_id != account.id or appointment is None:
        raise NotFound("encounter-unknown", "no such encounter")
    if encounter.is_over():
        raise Gone("encounter-over", "this consultation is over")
    return appointment


def view_guest(parts: Parts, guest: Participant, invitation: Invitation, sent: list[Delivery]) -> GuestView:
    """The four doors of who was invited."""
    link = parts.config.join_url + parts.keys.join_token(invitation.id)
    return GuestView(
        participant_id=guest.id,
        link=link,
        code=parts.keys.join_code(invitation.id),
        qr_svg=qr_svg(link),
        deliveries=[view_delivery(delivery) for delivery in sent],
    )
