"""Who works with Chevet: organizations and the accounts of their people."""

from enum import StrEnum

from msgspec import Struct


class OrganizationKind(StrEnum):
    SAMU = "samu"
    HOSPITAL = "hospital"
    NURSING_HOME = "nursing_home"


class Role(StrEnum):
    DISPATCHER = "dispatcher"
    PRACTITIONER = "practitioner"
    STAFF = "staff"
    ADMIN = "admin"


class Module(StrEnum):
    """A tile of the kiosk (S10)."""

    DISPATCH = "dispatch"
    TELECONSULTATION = "teleconsultation"


MODULES_BY_ROLE: dict[Role, tuple[Module, ...]] = {
    Role.DISPATCHER: (Module.DISPATCH,),
    Role.PRACTITIONER: (Module.TELECONSULTATION,),
    Role.STAFF: (),
    Role.ADMIN: (),
}


class Organization(Struct, kw_only=True):
    """A SAMU, a hospital or a nursing home.

    `caller_name` is how a caller reads it in a sentence, article included: « Le SAMU 44 ».
    `referents` are the e-mail addresses that receive incident reports (S60-S62).
    """

    id: str
    kind: OrganizationKind
    name: str
    caller_name: str
    referents: list[str] = []
    version: int = 1


class Account(Struct, kw_only=True):
    """A person who signs in. `mobile` is E.164; the one-time code goes there, else to `email`."""

    id: str
    username: str
    password_hash: str
    display_name: str
    role: Role
    organization_id: str
    mobile: str | None = None
    email: str | None = None
    created_at: float
    version: int = 1
