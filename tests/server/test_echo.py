"""The echo test before a call, against the real process: aiortc is the browser."""

import asyncio
import os
import re
import signal
import time

import psutil
import pytest
from aioice.ice import get_host_addresses
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from msgspec import structs

from chevet.config import Config, EchoSettings, IceSettings
from chevet.model.appointments import Participant
from chevet.model.records import Session
from chevet.model.seats import SeatClaim, seal
from chevet.model.visits import Encounter, EncounterStatus
from chevet.protocol import SeatRole
from tests.server.fictional_visit import booked
from tests.server.product import running

pytestmark = pytest.mark.skipif(
    not get_host_addresses(use_ipv4=True, use_ipv6=True), reason="no network interface but loopback"
)


class Counting(MediaBlackhole):
    """Takes what comes back, and counts it."""

    def __init__(self, track):
        super().__init__()
        self.track = track
        self.count = 0
        self._task = asyncio.create_task(self._take())

    async def _take(self):
        while True:
            await self.track.recv()
            self.count += 1


class FakeBrowser:
    """One end of the test: camera and microphone of aiortc, offers with its candidates."""

    def __init__(self, *tracks):
        self.pc = RTCPeerConnection()
        self.back = {}
        for track in tracks or (VideoStreamTrack(), AudioStreamTrack()):
            self.pc.addTrack(track)
        self.pc.on("track", lambda track: self.back.update({track.kind: Counting(track)}))

    async def offer(self):
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return self.pc.localDescription.sdp

    async def take(self, sdp):
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def close(self):
        for counting in self.back.values():
            counting._task.cancel()
        await self.pc.close()


async def place(browser, token):
    status, found = await browser.post("/api/join/echo", {"token": token})
    assert status == 201, found
    return found


async def put(browser, echo_id, sdp):
    async with browser.http.put(f"/api/join/echo/{echo_id}", json={"sdp": sdp}) as answer:
        return answer.status, await answer.json(content_type=None)


async def delete(browser, echo_id):
    async with browser.http.delete(f"/api/join/echo/{echo_id}") as answer:
        return answer.status


async def seen(browser, echo_id, is_enough, within_s=15):
    """What the page reads, once it satisfies."""
    async with asyncio.timeout(within_s):
        while True:
            status, view = await browser.get(f"/api/join/echo/{echo_id}")
            assert status == 200, view
            if is_enough(view):
                return view
            await asyncio.sleep(0.1)


async def flowing(browser, token, hide=lambda sdp: sdp):
    """A test under way, whose picture and sound are seen to come back. `hide` changes the offer."""
    camera = FakeBrowser()
    echo = await place(browser, token)
    status, answer = await put(browser, echo["id"], hide(await camera.offer()))
    assert status == 200, answer
    await camera.take(answer["sdp"])
    async with asyncio.timeout(15):
        while len(camera.back) < 2 or min(counting.count for counting in camera.back.values()) < 10:
            await asyncio.sleep(0.05)
    return camera, echo["id"]


async def participant(product, participant_id):
    return await product.parts.store.read(lambda tx: tx.get(Participant, participant_id))


async def desk_of(product, username):
    """The page of a professional that follows her agenda."""
    await product.browser().sign_in(username)
    (session,) = await product.parts.store.read(lambda tx: tx.find(Session, limit=1))
    claim = SeatClaim(f"demo-{username}", SeatRole.DESK.value, session_id=session.id)
    return await product.seat(seal(product.parts.keys, claim))


@pytest.mark.proves("F43")
async def test_picture_and_sound_come_back_and_the_verdict_is_told_and_kept(product):
    token, participant_id = await booked(product)
    desk = await desk_of(product, "medecin")
    browser = product.browser()
    camera, echo_id = await flowing(browser, token)
    try:
        view = await seen(browser, echo_id, lambda view: view["figures"]["frames"] > 20)
        assert view["state"] == "flowing"
        assert view["verdict"] is None
        assert 10 <= view["secondsLeft"] <= 20
        assert await delete(browser, echo_id) == 204
        view = await seen(browser, echo_id, lambda view: view["state"] == "ended")
    finally:
        await camera.close()
    figures = view["figures"]
    assert (view["verdict"], view["reasons"]) == ("ok", [])
    assert (figures["width"], figures["height"]) == (640, 480)
    assert figures["framesReturned"] > 10
    assert figures["soundsReturned"] > 20
    assert figures["connectedMs"] < 5000
    await desk.until("agenda-changed")
    kept = await participant(product, participant_id)
    assert (kept.precall, kept.precall_at) == ("ok", product.clock.now)


@pytest.mark.proves("F43")
async def test_twenty_at_once_are_told_at_once_when_to_come_back(tmp_path):
    async with running(tmp_path, Config(echo=EchoSettings(at_once=4))) as product:
        people = [(product.browser(), (await booked(product))[0]) for _ in range(20)]

        async def ask(browser, token):
            begun = time.monotonic()
            status, body = await browser.post("/api/join/echo", {"token": token})
            return status, body, time.monotonic() - begun

        answers = await asyncio.gather(*(ask(*one) for one in people))
    refused = [(body, took_s) for status, body, took_s in answers if status == 503]
    assert [status for status, _, _ in answers].count(201) == 4
    assert len(refused) == 16
    assert max(took_s for _, took_s in refused) <= 0.5
    assert {body["code"] for body, _ in refused} == {"echo-busy"}
    assert all(1 <= body["retryAfterS"] <= 15 for body, _ in refused)


@pytest.mark.proves("F43")
async def test_a_killed_echo_ends_the_tests_without_a_verdict_and_the_next_one_starts_it_again(product):
    token, participant_id = await booked(product)
    browser = product.browser()
    camera, echo_id = await flowing(browser, token)
    killed = product.parts.echo.pid
    os.kill(killed, signal.SIGKILL)
    try:
        view = await seen(browser, echo_id, lambda view: view["state"] == "ended")
        assert view["verdict"] is None
        assert (await participant(product, participant_id)).precall is None
    finally:
        await camera.close()
    camera, echo_id = await flowing(browser, token)
    await camera.close()
    assert product.parts.echo.pid not in (None, killed)


async def test_a_browser_that_hides_its_addresses_is_echoed_too(product):
    """Firefox's candidates are mDNS names that nobody here can look up; it comes to us all the same."""

    def hide(sdp):
        host = re.compile(r"^(a=candidate:\S+ \d \S+ \d+) \S+", re.MULTILINE)
        return host.sub(r"\1 beb7dee6-5bc5-4914-b7d8-1ac359cd8aef.local", sdp)

    browser = product.browser()
    camera, _ = await flowing(browser, (await booked(product))[0], hide)
    await camera.close()


async def test_a_page_that_falls_silent_has_no_verdict(product):
    """Closed without a word, or its network is gone: nothing can be said of the equipment."""
    token, participant_id = await booked(product)
    browser = product.browser()
    camera, echo_id = await flowing(browser, token)
    try:
        for sender in camera.pc.getSenders():
            sender.replaceTrack(None)
        view = await seen(browser, echo_id, lambda view: view["state"] == "ended")
        assert view["verdict"] is None
        assert (await participant(product, participant_id)).precall is None
    finally:
        await camera.close()


async def test_the_echo_goes_with_the_server(tmp_path):
    async with running(tmp_path) as product:
        await place(product.browser(), (await booked(product))[0])
        child = psutil.Process((await product.parts.echo.start()).process.pid)
        assert child.is_running()
    assert not child.is_running()


async def test_one_person_has_one_place_the_newest(product):
    token, _ = await booked(product)
    browser = product.browser()
    first, second = await place(browser, token), await place(browser, token)
    status, view = await browser.get(f"/api/join/echo/{first['id']}")
    assert (status, view["state"], view["verdict"]) == (200, "ended", None)
    status, view = await browser.get(f"/api/join/echo/{second['id']}")
    assert (status, view["state"]) == (200, "reserved")


async def test_a_place_that_nobody_uses_is_given_away(tmp_path):
    async with running(tmp_path, Config(echo=EchoSettings(at_once=1))) as product:
        (one, _), (other, _) = await booked(product), await booked(product)
        browser = product.browser()
        kept = await place(browser, one)
        status, _ = await browser.post("/api/join/echo", {"token": other})
        assert status == 503
        product.clock.now += 16
        assert await place(browser, other)
        status, body = await put(browser, kept["id"], "v=0")
        assert (status, body["code"]) == (404, "echo-unknown")


async def test_a_link_can_be_tested_twelve_times_an_hour(product):
    token, _ = await booked(product)
    browser = product.browser()
    for _ in range(12):
        await place(browser, token)
    status, body = await browser.post("/api/join/echo", {"token": token})
    assert (status, body["code"]) == (429, "too-many-echoes")
    assert await place(browser, (await booked(product))[0])


@pytest.mark.parametrize(
    "sdp",
    [
        "nonsense",
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" * 2,
    ],
)
async def test_an_offer_of_no_use_is_refused_and_the_place_is_free_again(product, sdp):
    token, _ = await booked(product)
    browser = product.browser()
    echo = await place(browser, token)
    status, body = await put(browser, echo["id"], sdp)
    assert (status, body["code"]) == (400, "echo-offer")
    status, view = await browser.get(f"/api/join/echo/{echo['id']}")
    assert view["state"] == "ended"
    status, body = await put(browser, echo["id"], sdp)
    assert (status, body["code"]) == (409, "echo-used")


async def test_an_unknown_link_and_one_that_is_over_have_no_echo(product):
    browser = product.browser()
    status, body = await browser.post("/api/join/echo", {"token": "no-such-token"})
    assert (status, body["code"]) == (404, "link-unknown")
    token, participant_id = await booked(product)

    def finish(tx):
        encounter = tx.get(Encounter, tx.get(Participant, participant_id).encounter_id)
        tx.update(encounter.to(EncounterStatus.CANCELLED))

    await product.parts.store.run(finish)
    status, body = await browser.post("/api/join/echo", {"token": token})
    assert (status, body["code"]) == (410, "link-finished")
    status, body = await browser.post("/api/join/echo", {})
    assert (status, body["code"]) == (401, "not-signed-in")


async def test_a_signed_in_professional_tests_without_any_link(product):
    browser = product.browser()
    await browser.sign_in("medecin")
    status, found = await browser.post("/api/join/echo", {})
    assert status == 201, found


@pytest.mark.proves("A32")
async def test_the_relay_credential_of_a_test_lives_one_minute(tmp_path):
    ice = IceSettings(turn_host="turn.example", turn_secret="a-secret-of-a-laboratory")
    async with running(tmp_path, structs.replace(Config(), ice=ice)) as product:
        echo = await place(product.browser(), (await booked(product))[0])
        expires, _, name = echo["iceServers"][-1]["username"].partition(":")
        assert int(expires) == int(product.clock.now) + 60
        assert name == f"echo-{echo['id']}"
