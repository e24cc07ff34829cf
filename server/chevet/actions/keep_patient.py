"""The patient of an appointment: found again when known, written down when not (R10, R13)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from chevet.actions.parts import Parts
from chevet.model.appointments import IdentityStatus, Patient
from chevet.model.identity import check_identity, same_person
from chevet.model.keys import new_id
from chevet.model.people import Account
from chevet.protocol import PatientIdentity
from chevet.store import Tx, patients

CHANGEABLE = ("used_name", "used_first_name", "ins_number", "identity_status")
TRAITS = ("birth_name", "birth_first_names", "birth_date", "sex", "birth_place_code")


def patient_of(parts: Parts, account: Account, identity: PatientIdentity) -> Patient:
    """What was typed, as a record that is not kept yet. Raises InvalidInput."""
    now = parts.clock()
    patient = Patient(
        id=new_id(),
        organization_id=account.organization_id,
        birth_name=_tidy(identity.birth_name),
        birth_first_names=_tidy(identity.birth_first_names),
        birth_date=identity.birth_date,
        sex=identity.sex,
        birth_place_code=identity.birth_place_code,
        used_name=_tidy(identity.used_name or "") or None,
        used_first_name=_tidy(identity.used_first_name or "") or None,
        ins_number=identity.ins_number,
        identity_status=identity.identity_status,
        created_at=now,
    )
    check_identity(patient, today=datetime.fromtimestamp(now, ZoneInfo(parts.config.timezone)).date())
    return patient


def keep_patient(tx: Tx, typed: Patient, current_id: str | None = None) -> Patient:
    """The record to use: the one that is there already, a slip of the pen mended in its only record, or a new one."""
    known = patients.same_as(tx, typed)
    if known is None and current_id is not None and patients.is_in_one_appointment(tx, current_id):
        known = tx.get(Patient, current_id)
    if known is None:
        tx.insert(typed)
        return typed
    return _bring_up_to_date(tx, known, typed)


def _bring_up_to_date(tx: Tx, known: Patient, typed: Patient) -> Patient:
    """What is left empty does not erase what is known, and trust is not lost by it, unless the traits are mended."""
    is_mended = not same_person(known, typed)
    changes = {
        name: value
        for name in (*TRAITS, *CHANGEABLE)
        if (value := getattr(typed, name)) != getattr(known, name)
        and (is_mended or (name in CHANGEABLE and value not in {None, IdentityStatus.PROVISIONAL}))
    }
    for name, value in changes.items():
        setattr(known, name, value)
    return tx.update(known) if changes else known


def _tidy(name: str) -> str:
    return " ".join(name.split())
