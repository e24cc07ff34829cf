"""Téléconsultation: patients, appointments, who takes part, what is recorded before the call (FHIR R4 codes)."""

from enum import StrEnum

from msgspec import Struct

from chevet.errors import Conflict
from chevet.model.locales import Language
from chevet.model.records import Channel
from chevet.model.visits import EncounterStatus


class Sex(StrEnum):
    """https://hl7.org/fhir/R4/valueset-administrative-gender.html, the codes of the French identity repository."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class IdentityStatus(StrEnum):
    """How far a patient's identity is trusted (Référentiel national d'identitovigilance, R11).

    Provisoire → récupérée (the INSi service gave it) or validée (a document was checked) → qualifiée (both).
    """

    PROVISIONAL = "provisional"
    RETRIEVED = "retrieved"
    VALIDATED = "validated"
    QUALIFIED = "qualified"


class AppointmentStatus(StrEnum):
    """https://hl7.org/fhir/R4/valueset-appointmentstatus.html, the codes that Chevet uses."""

    PROPOSED = "proposed"
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"


class ContactRole(StrEnum):
    """With whom the slot was agreed, and who therefore receives the link (S24)."""

    PATIENT = "patient"
    PROFESSIONAL = "professional"  # of the nursing home or the service where the patient is


class ParticipantRole(StrEnum):
    """https://hl7.org/fhir/R4/valueset-encounter-participant-type.html has no words for these: the field's own."""

    PRACTITIONER = "practitioner"
    PATIENT = "patient"
    TELEPRESENTER = "telepresenter"  # staff beside the patient
    COMPANION = "companion"  # a relative
    INTERPRETER = "interpreter"
    CAMERA = "camera"  # a silent second camera, held by somebody who is there already (companion camera)


class ParticipantStatus(StrEnum):
    INVITED = "invited"
    WAITING = "waiting"
    ADMITTED = "admitted"
    DECLINED = "declined"
    LEFT = "left"


class Suitability(StrEnum):
    """The practitioner's decision at the start (HAS, R5): whether a consultation from afar is fit."""

    SUITABLE = "suitable"
    EXAMINATION_NEEDED = "examination-needed"
    DATA_UNAVAILABLE = "data-unavailable"
    CANNOT_COMMUNICATE = "cannot-communicate"


APPOINTMENT_TRANSITIONS: dict[AppointmentStatus, frozenset[AppointmentStatus]] = {
    AppointmentStatus.PROPOSED: frozenset({AppointmentStatus.BOOKED, AppointmentStatus.CANCELLED}),
    AppointmentStatus.BOOKED: frozenset(
        {
            AppointmentStatus.ARRIVED,
            AppointmentStatus.CANCELLED,
            AppointmentStatus.NOSHOW,
            AppointmentStatus.FULFILLED,
        }
    ),
    # back to booked: moved to another time while somebody waited
    AppointmentStatus.ARRIVED: frozenset(
        {
            AppointmentStatus.BOOKED,
            AppointmentStatus.FULFILLED,
            AppointmentStatus.CANCELLED,
            AppointmentStatus.NOSHOW,
        }
    ),
    AppointmentStatus.FULFILLED: frozenset(),
    AppointmentStatus.CANCELLED: frozenset(),
    AppointmentStatus.NOSHOW: frozenset(),
}


class Patient(Struct, kw_only=True):
    """Five strict traits (R10): birth name, first names, birth date (ISO 8601), sex, INSEE code of the birthplace.

    `ins_number` is the matricule INS, `ins_oid` the OID of its authority; both leave only when `qualified` (R12).
    """

    id: str
    organization_id: str
    birth_name: str
    birth_first_names: str
    birth_date: str
    sex: Sex
    birth_place_code: str
    used_name: str | None = None
    used_first_name: str | None = None
    ins_number: str | None = None
    ins_oid: str | None = None
    identity_status: IdentityStatus = IdentityStatus.PROVISIONAL
    created_at: float
    version: int = 1


class Appointment(Struct, kw_only=True):
    """A slot for one encounter. Times are seconds since the epoch, UTC, by the server's clock.

    Without `patient_id` it was made at once from a mobile number (S18): no record, so no prescription and no payment.
    `sequence` grows with each change that the calendar of the people concerned must follow (RFC 5545, 3.8.7.4).
    `phone` (E.164) and `email` are erased some time after the encounter ends.
    """

    id: str
    organization_id: str
    practitioner_id: str
    encounter_id: str
    status: AppointmentStatus
    start_at: float
    end_at: float
    created_at: float
    patient_id: str | None = None
    reason: str = ""
    contact_role: ContactRole = ContactRole.PATIENT
    contact_name: str = ""
    phone: str | None = None
    email: str | None = None
    channel: Channel | None = None
    language: Language = "fr"  # of what is sent
    is_immediate: bool = False
    is_training: bool = False  # with the virtual patient: nobody is cared for
    sequence: int = 0
    cancelled_because: str = ""
    version: int = 1

    def to(self, status: AppointmentStatus) -> "Appointment":
        """Move to `status`. Raises Conflict when the transition is not legal."""
        if status not in APPOINTMENT_TRANSITIONS[self.status]:
            raise Conflict("appointment-state", f"{self.status} cannot become {status}")
        self.status = status
        return self

    def is_over(self) -> bool:
        return not APPOINTMENT_TRANSITIONS[self.status]


def status_after(encounter: EncounterStatus, reason: str) -> AppointmentStatus:
    """What an appointment becomes when its encounter, until then in this state, ends for `reason`.

    `expired`: the slot closed. Nobody came: noshow. Somebody came and was not let in: not his absence, so cancelled.
    """
    if reason == "hung-up" or encounter is EncounterStatus.IN_PROGRESS:
        return AppointmentStatus.FULFILLED
    if reason == "expired" and encounter is EncounterStatus.PLANNED:
        return AppointmentStatus.NOSHOW
    return AppointmentStatus.CANCELLED


class Participant(Struct, kw_only=True):
    """Somebody who may take part in an encounter. The practitioner has an account, everybody else an invitation.

    `precall` is the verdict of the last test of this person's equipment (`ok`, `weak`, `failed`), if there was one.
    `fresh_at` is when the page that is there was loaded: a connection made before is gone. `reason` is why not let in.
    """

    id: str
    encounter_id: str
    role: ParticipantRole
    name: str
    status: ParticipantStatus
    created_at: float
    account_id: str | None = None
    invitation_id: str | None = None
    entered_at: float | None = None
    admitted_at: float | None = None
    left_at: float | None = None
    precall: str | None = None
    precall_at: float | None = None
    fresh_at: float | None = None
    reason: str = ""
    version: int = 1


class Intake(Struct, kw_only=True):
    """What HAS asks before a consultation from afar (R4 to R7, R9). One an encounter, under the encounter's id.

    The patient's side says consent, place, call-back number, who is beside; the practitioner's, identity and fitness.
    """

    id: str
    consent: bool | None = None
    consent_at: float | None = None
    consent_by: str = ""  # `patient`, or who answered for the patient
    refusal_reason: str = ""
    place: str = ""
    callback_phone: str | None = None
    present: str = ""
    identity_checked_at: float | None = None
    identity_means: str = ""  # `known`, `document`, `professional`
    suitability: Suitability | None = None
    suitability_at: float | None = None
    version: int = 1
