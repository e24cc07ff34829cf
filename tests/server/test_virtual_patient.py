"""The virtual patient is a participant like any other: same link, same socket, same roster."""

import asyncio

import aiohttp
import msgspec
import pytest
from aioice.ice import get_host_addresses
from aiortc.mediastreams import MediaStreamError

from chevet.actions.enter_meeting import take_own_seat
from chevet.echo.fiction import LOOP_S, LoopTrack, loudness, picture, voice
from chevet.echo.patient import Door, Refused, VirtualPatient, opened, visit
from chevet.model.appointments import Appointment, Participant, ParticipantStatus
from chevet.model.echo import PatientTask
from chevet.model.keys import new_id
from chevet.model.people import Account
from chevet.model.records import Session
from chevet.protocol import Admit
from tests.server.fictional_visit import booked

needs_network = pytest.mark.skipif(
    not get_host_addresses(use_ipv4=True, use_ipv6=True), reason="no network interface but loopback"
)


@pytest.fixture(scope="module")
def loops():
    return [voice(), picture("PATIENT FICTIF", "Simulation")]


async def practitioner_seat(product, participant_id):
    """As the agenda gives it to who is signed in."""
    await product.browser().sign_in("medecin")

    def look(tx):
        encounter_id = tx.get(Participant, participant_id).encounter_id
        (appointment,) = tx.find(Appointment, encounter_id=encounter_id)
        return tx.get(Account, "demo-medecin"), tx.find(Session, limit=1)[0], appointment.id

    return (await take_own_seat(product.parts, *(await product.parts.store.read(look))))[0]


async def until(is_so, within_s=20):
    async with asyncio.timeout(within_s):
        while not is_so():
            await asyncio.sleep(0.05)


async def received(patient):
    """Packets of each kind that came to this participant."""
    (call,) = patient._calls._calls.values()
    stats = (await call._pc.getStats()).values()
    return {each.kind: each.packetsReceived for each in stats if each.type == "inbound-rtp"}


@needs_network
async def test_it_waits_is_let_in_and_is_seen_and_heard(product, loops):
    token, participant_id = await booked(product, in_s=60)
    seat_token = await practitioner_seat(product, participant_id)
    async with aiohttp.ClientSession(product.url, headers={"Origin": product.url}) as http:
        practitioner = VirtualPatient(http, seat_token, loops)
        consulting = asyncio.create_task(practitioner.run())
        task = PatientTask(link=f"{product.url}/j#{token}")
        async with opened(task) as outside:
            patient = VirtualPatient(outside, await Door(outside, task.link).enter(), loops)
            visiting = asyncio.create_task(patient.run())
            await until(lambda: status_of(practitioner, participant_id) is ParticipantStatus.WAITING)
            assert not patient.is_in_call.is_set()
            await practitioner._send(Admit(id=new_id(), participant_id=participant_id))
            await until(lambda: patient._calls and patient._calls.connected and practitioner._calls.connected)
            for side in (patient, practitioner):
                async with asyncio.timeout(10):
                    while min((await received(side)).values(), default=0) < 20:
                        await asyncio.sleep(0.1)
            assert await received(practitioner) != {}
            for running in (consulting, visiting):
                running.cancel()
            await asyncio.gather(consulting, visiting, return_exceptions=True)


def status_of(practitioner, participant_id):
    return next((each.status for each in practitioner._roster if each.id == participant_id), None)


async def test_it_leaves_when_its_time_is_over(product, loops):
    token, participant_id = await booked(product, in_s=60)
    await visit(PatientTask(link=f"{product.url}/j#{token}", lasts_s=0.5), loops)
    left = await product.parts.store.read(lambda tx: tx.get(Participant, participant_id))
    assert left.status is ParticipantStatus.LEFT


async def test_a_closed_door_is_told(product, loops):
    token, _ = await booked(product, in_s=86_400)
    with pytest.raises(Refused, match="slot-early"):
        await visit(PatientTask(link=f"{product.url}/j#{token}"), loops)


async def test_the_loop_goes_on_with_growing_times(loops):
    sound = LoopTrack(loops[0])
    packets = [await sound.recv() for _ in range(6)]
    assert [packet.pts for packet in packets] == [0, 960, 1920, 2880, 3840, 4800]
    sound._sent = len(loops[0].packets)
    sound._began -= LOOP_S
    assert bytes(await sound.recv()) == loops[0].packets[0]
    sound.stop()
    with pytest.raises(MediaStreamError):
        await sound.recv()


def test_the_voice_breathes(loops):
    assert loudness(0.125) == pytest.approx(1)
    assert loudness(LOOP_S - 0.5) == 0
    assert len(loops[0].packets) == LOOP_S * 50
    assert msgspec.json.decode(b'{"link": "x"}', type=PatientTask).language == "fr"
