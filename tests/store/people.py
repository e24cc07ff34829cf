"""Records to work with."""

from chevet.model.keys import new_id
from chevet.model.people import Account, Organization, OrganizationKind, Role
from chevet.model.visits import Encounter, EncounterStatus, Invitation, InvitationStatus

NOW = 1_800_000_000.25


def organization(**changes):
    fields = {
        "id": new_id(),
        "kind": OrganizationKind.SAMU,
        "name": "SAMU 44",
        "caller_name": "Le SAMU 44",
        "referents": ["a@samu.example", "ré@samu.example"],
    }
    return Organization(**fields | changes)


def account(**changes):
    fields = {
        "id": new_id(),
        "username": new_id(),
        "password_hash": "x",
        "display_name": "Zoë Le Guen",
        "role": Role.DISPATCHER,
        "organization_id": "o",
        "created_at": NOW,
    }
    return Account(**fields | changes)


def encounter(**changes):
    fields = {
        "id": new_id(),
        "kind": "dispatch",
        "status": EncounterStatus.PLANNED,
        "organization_id": "o",
        "practitioner_id": "p",
        "created_at": NOW,
    }
    return Encounter(**fields | changes)


def invitation(**changes):
    fields = {
        "id": new_id(),
        "encounter_id": "e",
        "token_hash": new_id(),
        "code_hash": new_id(),
        "status": InvitationStatus.SENT,
        "created_at": NOW,
        "expires_at": NOW + 3600,
    }
    return Invitation(**fields | changes)
