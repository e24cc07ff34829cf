"""An appointment as its practitioner sees it."""

from chevet.actions.parts import Parts
from chevet.actions.tell_visit import slot
from chevet.actions.view_invitation import view_delivery
from chevet.adapters.qr import qr_svg
from chevet.errors import InvalidInput
from chevet.model.appointments import AppointmentStatus, ParticipantStatus, Patient
from chevet.model.identity import full_name, read_search
from chevet.model.people import Account
from chevet.model.records import Session
from chevet.model.seats import SeatClaim, seal
from chevet.protocol import AgendaView, AppointmentView, PatientIdentity, SeatRole
from chevet.store import Tx, appointments
from chevet.store.appointments import Sheet

FAR_S = 10 * 366 * 86_400.0
"""An agenda without bounds."""


async def view_agenda(
    parts: Parts,
    account: Account,
    session: Session,
    *,
    since: int | None,
    until: int | None,
    status: list[str],
    search: str,
    newest_first: bool,
    after: str | None,
) -> AgendaView:
    """One's own appointments, a page of them. `since` and `until` are milliseconds.

    `after`: what follows this one, which was the last of the page before. Raises InvalidInput, NotFound.
    """
    now = parts.clock()
    statuses = _statuses(status)

    def look(tx: Tx) -> list[Sheet]:
        found = appointments.of_practitioner(
            tx,
            account.id,
            since=now - FAR_S if since is None else since / 1000,
            until=now + FAR_S if until is None else until / 1000,
            statuses=statuses,
            search=read_search(search) if search.strip() else None,
            newest_first=newest_first,
            after=appointments.own(tx, account.id, after) if after else None,
            limit=appointments.PAGE + 1,
        )
        return appointments.sheets(tx, found)

    sheets = await parts.store.read(look)
    claim = SeatClaim(account.id, SeatRole.DESK.value, session_id=session.id)
    return AgendaView(
        appointments=[view_sheet(parts, sheet, with_qr=False) for sheet in sheets[: appointments.PAGE]],
        has_more=len(sheets) > appointments.PAGE,
        desk_token=seal(parts.keys, claim),
    )


def _statuses(names: list[str]) -> list[AppointmentStatus]:
    try:
        return [AppointmentStatus(name) for text in names for name in text.split(",") if name]
    except ValueError:
        raise InvalidInput("bad-request", "no such status", field="status") from None


async def view_own(parts: Parts, account: Account, appointment_id: str) -> AppointmentView:
    """Raises NotFound, for somebody else's too (A19)."""

    def look(tx: Tx) -> Sheet:
        return appointments.sheets(tx, [appointments.own(tx, account.id, appointment_id)])[0]

    return view_sheet(parts, await parts.store.read(look))


def view_sheet(parts: Parts, sheet: Sheet, *, with_qr: bool = True) -> AppointmentView:
    """`with_qr` false leaves the QR code out: drawing one takes longer than all the rest."""
    appointment, when = sheet.appointment, slot(parts, sheet.appointment)
    link = parts.config.join_url + parts.keys.join_token(sheet.invitation.id)
    waiting = [
        each
        for each in sheet.participants
        if each.status is ParticipantStatus.WAITING
        and parts.rooms.is_present(appointment.encounter_id, each.id)
    ]
    return AppointmentView(
        id=appointment.id,
        encounter_id=appointment.encounter_id,
        status=appointment.status,
        encounter_status=sheet.encounter.status,
        start_at=_ms(appointment.start_at),
        end_at=_ms(appointment.end_at),
        opens_at=_ms(when.opens_at),
        closes_at=_ms(when.closes_at),
        patient_name=full_name(sheet.patient) if sheet.patient else "",
        patient=view_identity(sheet.patient) if sheet.patient else None,
        reason=appointment.reason,
        contact_role=appointment.contact_role,
        contact_name=appointment.contact_name,
        phone=appointment.phone,
        email=appointment.email,
        channel=appointment.channel,
        language=appointment.language,
        is_immediate=appointment.is_immediate,
        is_training=appointment.is_training,
        has_record=sheet.patient is not None,
        link=link,
        code=parts.keys.join_code(sheet.invitation.id),
        qr_svg=qr_svg(link) if with_qr else "",
        deliveries=[view_delivery(delivery) for delivery in sheet.deliveries],
        waiting=len(waiting),
        precall=sheet.patient_seat.precall,
        cancelled_because=appointment.cancelled_because,
        version=appointment.version,
    )


def view_identity(patient: Patient) -> PatientIdentity:
    return PatientIdentity(
        birth_name=patient.birth_name,
        birth_first_names=patient.birth_first_names,
        birth_date=patient.birth_date,
        sex=patient.sex,
        birth_place_code=patient.birth_place_code,
        used_name=patient.used_name,
        used_first_name=patient.used_first_name,
        ins_number=patient.ins_number,
        identity_status=patient.identity_status,
    )


def _ms(at: float) -> int:
    return round(at * 1000)
