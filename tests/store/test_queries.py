"""The queries of each noun."""

import pytest

from chevet.errors import Conflict, NotFound
from chevet.model.keys import new_id
from chevet.model.people import Account
from chevet.model.records import Challenge, Channel, Delivery, DeliveryStatus, Session
from chevet.model.timeline import Step, TimelineEntry
from chevet.model.visits import EncounterStatus, InvitationStatus
from chevet.store import accounts, deliveries, invitations, sessions, timeline
from tests.store.people import NOW, account, encounter, invitation


def entry(step, at, **changes):
    return TimelineEntry(**{"id": new_id(), "encounter_id": "e", "step": step, "at": NOW + at} | changes)


def delivery(**changes):
    fields = {
        "id": new_id(),
        "invitation_id": "i",
        "channel": Channel.SMS,
        "recipient": "+33612345678",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Delivery(**fields | changes)


async def insert(store, *records):
    await store.run(lambda tx: [tx.insert(record) for record in records])


async def test_an_account_by_its_username(store):
    zoe = account(username="zoe")
    await insert(store, zoe, account())
    assert await store.read(lambda tx: accounts.by_username(tx, "zoe")) == zoe
    assert await store.read(lambda tx: accounts.by_username(tx, "nobody")) is None
    with pytest.raises(Conflict):
        await insert(store, account(username="zoe"))


@pytest.mark.proves("S6")
async def test_a_session_with_its_account_until_it_is_revoked(store):
    zoe = account(id="zoe")
    mine = Session(id="s", account_id="zoe", created_at=NOW, last_seen_at=NOW, expires_at=NOW + 10)
    await insert(store, zoe, mine)
    assert await store.read(lambda tx: sessions.with_account(tx, "s")) == (mine, zoe)
    assert await store.read(lambda tx: sessions.with_account(tx, "t")) is None
    await store.run(lambda tx: sessions.revoke_all(tx, "zoe"))
    assert await store.read(lambda tx: sessions.with_account(tx, "s")) is None


async def test_a_session_of_a_removed_account_opens_nothing(store):
    await insert(store, Session(id="s", account_id="zoe", created_at=NOW, last_seen_at=NOW, expires_at=NOW))
    assert await store.read(lambda tx: sessions.with_account(tx, "s")) is None


async def test_sessions_and_codes_past_their_time_are_forgotten(store):
    for name, expires_at in (("old", NOW), ("new", NOW + 1)):
        session = Session(id=name, account_id="a", created_at=0, last_seen_at=0, expires_at=expires_at)
        code = Challenge(id=name, account_id="a", code_hash="h", created_at=0, expires_at=expires_at)
        await insert(store, session, code)
    await store.run(lambda tx: sessions.purge_expired(tx, now=NOW))
    assert [each.id for each in await store.read(lambda tx: tx.find(Session))] == ["new"]
    assert [each.id for each in await store.read(lambda tx: tx.find(Challenge))] == ["new"]


@pytest.mark.proves("A14")
async def test_an_invitation_by_each_of_its_doors(store):
    one = invitation(encounter_id="e", token_hash="t", code_hash="c")
    await insert(store, one, invitation(encounter_id="f"))
    assert await store.read(lambda tx: invitations.by_token_hash(tx, "t")) == one
    assert await store.read(lambda tx: invitations.by_code_hash(tx, "c")) == one
    assert await store.read(lambda tx: invitations.by_code_hash(tx, "t")) is None
    assert await store.read(lambda tx: invitations.of_encounter(tx, "e")) == one
    with pytest.raises(NotFound):
        await store.read(lambda tx: invitations.of_encounter(tx, "g"))
    with pytest.raises(Conflict):
        await insert(store, invitation(code_hash="c"))


@pytest.mark.parametrize(
    ("encounter_status", "invitation_status", "is_current"),
    [
        (EncounterStatus.PLANNED, InvitationStatus.SENT, True),
        (EncounterStatus.ARRIVED, InvitationStatus.REDEEMED, True),
        (EncounterStatus.IN_PROGRESS, InvitationStatus.REDEEMED, True),
        (EncounterStatus.PLANNED, InvitationStatus.REVOKED, False),
        (EncounterStatus.PLANNED, InvitationStatus.EXPIRED, False),
        (EncounterStatus.FINISHED, InvitationStatus.REDEEMED, False),
        (EncounterStatus.CANCELLED, InvitationStatus.SENT, False),
    ],
)
async def test_the_current_invitation_is_one_that_opens(
    store, encounter_status, invitation_status, is_current
):
    mine = encounter(practitioner_id="zoe", status=encounter_status)
    one = invitation(encounter_id=mine.id, status=invitation_status)
    theirs = encounter(practitioner_id="max")
    await insert(store, mine, one, theirs, invitation(encounter_id=theirs.id))
    assert await store.read(lambda tx: invitations.current(tx, "zoe")) == (one if is_current else None)


async def test_the_current_invitation_is_the_newest(store):
    pairs = []
    for age in (5, 1, 3):
        mine = encounter(practitioner_id="zoe")
        pairs += [mine, invitation(encounter_id=mine.id, created_at=NOW - age)]
    await insert(store, *pairs)
    assert await store.read(lambda tx: invitations.current(tx, "zoe")) == pairs[3]


@pytest.mark.proves("S65")
async def test_a_timeline_in_order_with_repeated_reports_counted_once(store):
    steps = [
        entry(Step.LINK_OPENED, 5),
        entry(Step.INVITATION_SENT, 1),
        entry(Step.INVITATION_CREATED, 1),
        entry(Step.LINK_OPENED, 0, encounter_id="other"),
    ]
    for _ in range(2):
        appended = [await store.run(lambda tx, step=step: timeline.append(tx, step)) for step in steps]
    assert appended == [False] * 4
    found = await store.read(lambda tx: timeline.of_encounter(tx, "e"))
    assert [each.step for each in found] == [Step.INVITATION_CREATED, Step.INVITATION_SENT, Step.LINK_OPENED]


async def test_deliveries_of_an_invitation_and_by_the_operators_name(store):
    late, early = delivery(created_at=NOW + 1, provider_id="op-1"), delivery(channel=Channel.EMAIL)
    await insert(store, late, early, delivery(invitation_id="other"))
    assert await store.read(lambda tx: deliveries.of_invitation(tx, "i")) == [early, late]
    assert await store.read(lambda tx: deliveries.by_provider_id(tx, "op-1")) == late
    assert await store.read(lambda tx: deliveries.by_provider_id(tx, "op-2")) is None


async def test_recipients_are_erased(store):
    await insert(store, delivery(), delivery(), delivery(invitation_id="other"))
    await store.run(lambda tx: deliveries.erase_recipients(tx, "i"))
    found = await store.read(lambda tx: tx.find(Delivery, order="recipient"))
    assert [each.recipient for each in found] == ["", "", "+33612345678"]


@pytest.mark.proves("F60")
def test_a_late_receipt_never_takes_a_message_back():
    order = {
        (now, then)
        for now in DeliveryStatus
        for then in DeliveryStatus
        if deliveries.may_become(now, then.value)
    }
    waiting, sent, delivered, failed = DeliveryStatus
    assert order == {
        (waiting, sent),
        (waiting, delivered),
        (waiting, failed),
        (sent, delivered),
        (sent, failed),
        (failed, delivered),
    }


async def test_a_username_can_be_changed_to_a_free_one(store):
    zoe = account(username="zoe")
    await insert(store, zoe)
    zoe.username = "zoé"
    await store.run(lambda tx: tx.update(zoe))
    assert (await store.read(lambda tx: tx.get(Account, zoe.id))).version == 2
