"""A téléconsultation in the store, and its people at their pages."""

from msgspec import Struct, structs

from chevet.actions.enter_meeting import take_own_seat
from chevet.actions.invite import new_invitation
from chevet.model.appointments import (
    Appointment,
    AppointmentStatus,
    Participant,
    ParticipantRole,
    ParticipantStatus,
)
from chevet.model.keys import new_id
from chevet.model.people import Account
from chevet.model.records import Session
from chevet.model.seats import SeatClaim, seal
from chevet.model.visits import Encounter, EncounterStatus
from tests.server.product import Browser, Page, Product

DOCTOR = "medecin"
MINUTE = 60


class Visit(Struct):
    """Booked, for a patient at home. `link` is the token of each invited person, by participant id."""

    product: Product
    appointment: Appointment
    doctor_id: str
    patient_id: str
    link: dict[str, str]

    @property
    def encounter_id(self) -> str:
        return self.appointment.encounter_id

    async def enter(self, participant_id: str | None = None) -> tuple[int, dict]:
        """POST /api/join/enter with this person's link."""
        token = self.link[participant_id or self.patient_id]
        return await self.product.browser().post("/api/join/enter", {"token": token})

    async def peek(self) -> dict:
        status, view = await self.product.browser().post(
            "/api/join/peek", {"token": self.link[self.patient_id]}
        )
        assert status == 200, view
        return view

    async def come(self, participant_id: str | None = None) -> Page:
        """Enter, and take the seat: in the waiting room unless let in before."""
        status, seat = await self.enter(participant_id)
        assert status == 200, seat
        page = await self.product.seat(seat["seatToken"])
        page.token = seat["seatToken"]
        return page

    async def consent(self, page: Page, **answer) -> int:
        body = {"seatToken": page.token, "consent": True, "place": "À domicile", **answer}
        return (await self.product.browser().post("/api/join/intake", body))[0]

    async def doctor(self) -> Page:
        """At her own seat, signed in."""
        token = await self.doctor_token()
        page = await self.product.seat(token)
        page.token = token
        return page

    async def doctor_token(self) -> str:
        account, session = await signed_in(self.product)
        token, _ = await take_own_seat(self.product.parts, account, session, self.appointment.id)
        return token

    async def desk(self) -> Page:
        """Her agenda, open."""
        account, session = await signed_in(self.product)
        claim = SeatClaim(account.id, "desk", session_id=session.id)
        return await self.product.seat(seal(self.product.parts.keys, claim))

    async def under_way(self) -> tuple[Page, Page]:
        """The doctor and her patient, who has consented and was let in."""
        doctor, patient = await self.doctor(), await self.come()
        assert await self.consent(patient) == 204
        await doctor.send("admit", id="admit", participantId=self.patient_id)
        await seen(patient, self.patient_id, status="admitted")
        await seen(doctor, self.patient_id, status="admitted")
        return doctor, patient

    async def add_guest(self, role: ParticipantRole, name: str) -> str:
        """Invited, by whatever way; returns the participant's id."""
        guest, invitation, token = _invited(self.product, self.encounter_id, role, name)
        await _insert(self.product, invitation, guest)
        self.link[guest.id] = token
        return guest.id

    async def record(self, kind: type[Struct], id: str) -> Struct:  # noqa: A002 - the column's name
        return await self.product.parts.store.read(lambda tx: tx.get(kind, id))

    async def change(self, **values) -> None:
        """The appointment, as somebody moved it."""
        await self.product.parts.store.run(
            lambda tx: tx.update(structs.replace(tx.get(Appointment, self.appointment.id), **values))
        )


async def booked(product: Product, *, start_in_s: float = 0, lasts_s: float = 20 * MINUTE, **values) -> Visit:
    """An appointment of « Dr Anaïs Morel », by default from now on."""
    now = product.clock()
    account = await product.parts.store.read(lambda tx: tx.get(Account, f"demo-{DOCTOR}"))
    encounter = Encounter(
        id=new_id(),
        kind="teleconsultation",
        status=EncounterStatus.PLANNED,
        organization_id=account.organization_id,
        practitioner_id=account.id,
        created_at=now,
    )
    appointment = Appointment(
        id=new_id(),
        organization_id=account.organization_id,
        practitioner_id=account.id,
        encounter_id=encounter.id,
        status=AppointmentStatus.BOOKED,
        start_at=now + start_in_s,
        end_at=now + start_in_s + lasts_s,
        created_at=now,
    )
    doctor = Participant(
        id=new_id(),
        encounter_id=encounter.id,
        role=ParticipantRole.PRACTITIONER,
        name=account.display_name,
        status=ParticipantStatus.INVITED,
        created_at=now,
        account_id=account.id,
    )
    patient, invitation, token = _invited(product, encounter.id, ParticipantRole.PATIENT, "Louise Martin")
    await _insert(product, encounter, structs.replace(appointment, **values), doctor, invitation, patient)
    return Visit(product, structs.replace(appointment, **values), doctor.id, patient.id, {patient.id: token})


def _invited(product: Product, encounter_id: str, role: ParticipantRole, name: str):
    parts = product.parts
    invitation = new_invitation(parts, encounter_id, parts.clock() + 3600)
    person = Participant(
        id=new_id(),
        encounter_id=encounter_id,
        role=role,
        name=name,
        status=ParticipantStatus.INVITED,
        created_at=parts.clock(),
        invitation_id=invitation.id,
    )
    return person, invitation, parts.keys.join_token(invitation.id)


async def _insert(product: Product, *records: Struct) -> None:
    await product.parts.store.run(lambda tx: [tx.insert(record) for record in records])


async def signed_in(product: Product) -> tuple[Account, Session]:
    """The doctor's account, and a sign-in of hers."""
    now = product.clock()
    account = await product.parts.store.read(lambda tx: tx.get(Account, f"demo-{DOCTOR}"))
    session = Session(
        id=new_id(), account_id=account.id, created_at=now, last_seen_at=now, expires_at=now + 86_400
    )
    await _insert(product, session)
    return account, session


async def doctors_browser(product: Product) -> Browser:
    browser = product.browser()
    await browser.sign_in(DOCTOR)
    return browser


async def roster(page: Page) -> dict[str, dict]:
    """The next roster, by participant id."""
    return {each["id"]: each for each in (await page.until("roster"))["participants"]}


async def seen(page: Page, participant_id: str, **facts) -> dict[str, dict]:
    """The roster that says this of that participant."""
    while True:
        everybody = await roster(page)
        one = everybody.get(participant_id, {})
        if all(one.get(name) == value for name, value in facts.items()):
            return everybody


async def answer_to(page: Page, message_id: str) -> dict:
    """What the server answers to the message of this id: `confirmed`, or `refused` with its code."""
    while True:
        message = await page.receive()
        if message["t"] in {"confirmed", "refused"} and message["id"] == message_id:
            return message
