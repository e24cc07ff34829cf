"""Frames over the socket: relayed as they are, bounded, dropped for who does not keep up, kept nowhere."""

import asyncio
import os
import socket
import struct

import msgspec
import psutil
import pytest
from websockets.asyncio.client import connect

from chevet.model.frames import FRAME_BYTES_PER_S, MAX_FRAME_BYTES
from tests.server.product import Page
from tests.server.test_socket import both

STILL, KEY, DELTA = 1, 2, 3


def frame(kind: int, number: int, size: int = 200) -> bytes:
    return struct.pack(">BIIHH", kind, number, number % 1000, 640, 480) + os.urandom(size)


def number_of(data: bytes) -> int:
    return int.from_bytes(data[1:5], "big")


async def next_frame(page: Page) -> bytes:
    """Text messages before it are passed over."""
    async with asyncio.timeout(5):
        while isinstance(data := await page.socket.recv(), str):
            pass
    return data


async def said(page: Page) -> tuple[list[dict], list[bytes]]:
    """What came until now: messages and frames."""
    await page.send("ping")
    texts, frames = [], []
    async with asyncio.timeout(5):
        while True:
            data = await page.socket.recv()
            if isinstance(data, bytes):
                frames.append(data)
                continue
            texts.append(msgspec.json.decode(data))
            if texts[-1]["t"] == "pong":
                return texts, frames


def codes(texts: list[dict]) -> list[str]:
    return [text["code"] for text in texts if text["t"] == "refused"]


async def wait_for_server(page: Page) -> None:
    """Everything that this page sent has been dealt with."""
    await page.send("ping")
    await page.until("pong")


@pytest.mark.proves("F12")
async def test_a_frame_arrives_as_it_was_sent(product):
    dispatcher, caller, *_ = await both(product)
    for sent in (frame(STILL, 1, 1), frame(KEY, 2, 40_000), frame(DELTA, 3), frame(DELTA, 2**32 - 1)):
        await caller.socket.send(sent)
        assert await next_frame(dispatcher) == sent


async def test_a_frame_takes_no_number_and_confirms_nothing(product):
    dispatcher, caller, *_ = await both(product)
    await caller.socket.send(frame(STILL, 1))
    await next_frame(dispatcher)
    texts, frames = await said(caller)
    assert [text["t"] for text in texts if text["t"] in {"confirmed", "refused"}] == []
    assert frames == []
    await caller.send("candidate", id="1", connectionId="x", candidate="one")
    first = (await dispatcher.until("peer-candidate"))["seq"]
    await caller.socket.send(frame(STILL, 2))
    assert number_of(await next_frame(dispatcher)) == 2
    await caller.send("candidate", id="2", connectionId="x", candidate="two")
    assert (await dispatcher.until("peer-candidate"))["seq"] == first + 1


async def test_a_frame_is_not_sent_again_after_a_drop(product):
    dispatcher, caller, invitation, _ = await both(product)
    await caller.send("candidate", id="1", connectionId="x", candidate="one")
    seen = (await dispatcher.until("peer-candidate"))["seq"]
    await dispatcher.socket.close()
    await caller.until("peer-presence")
    await caller.socket.send(frame(KEY, 1))
    await caller.socket.send(frame(DELTA, 2))
    await wait_for_server(caller)
    again = await product.seat(invitation["seatToken"], dispatcher.welcome["epoch"], seen)
    assert again.welcome["resumed"] is True
    await caller.socket.send(frame(DELTA, 3))  # of no use without the key frame: not sent either
    await caller.socket.send(frame(KEY, 4))
    assert number_of(await next_frame(again)) == 4


@pytest.mark.proves("A58")
async def test_a_frame_is_kept_nowhere(product, tmp_path):
    dispatcher, caller, *_ = await both(product)
    canary = frame(STILL, 1, 5000)
    await caller.socket.send(canary)
    assert await next_frame(dispatcher) == canary
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert not any(canary[13:60] in path.read_bytes() for path in kept)


@pytest.mark.proves("A20")
async def test_only_the_caller_sends_frames(product):
    dispatcher, *_ = await both(product)
    await dispatcher.socket.send(frame(STILL, 1))
    assert await dispatcher.close_code() == 4403


@pytest.mark.proves("A26")
async def test_a_frame_before_hello_closes_the_socket(product):
    page = await product.open_socket()
    await page.socket.send(frame(STILL, 1))
    assert await page.close_code() == 4400


@pytest.mark.proves("A24")
@pytest.mark.parametrize(
    "data",
    [b"", b"\x01", b"\x01" * 13, frame(0, 1), frame(4, 1), frame(255, 1), b"\xff\xfe\x00", b'{"t":"ping"}'],
)
async def test_what_is_no_frame_is_refused_and_the_socket_stays(product, data):
    dispatcher, caller, *_ = await both(product)
    await caller.socket.send(data)
    texts, _ = await said(caller)
    assert codes(texts) == ["frame-unreadable"]
    await caller.socket.send(frame(STILL, 7))
    assert number_of(await next_frame(dispatcher)) == 7


@pytest.mark.proves("A24")
async def test_a_frame_too_large_is_refused_and_the_next_passes(product):
    dispatcher, caller, *_ = await both(product)
    await caller.socket.send(frame(STILL, 1, MAX_FRAME_BYTES - 13))
    assert len(await next_frame(dispatcher)) == MAX_FRAME_BYTES
    await caller.socket.send(frame(STILL, 2, MAX_FRAME_BYTES - 12))
    texts, _ = await said(caller)
    assert codes(texts) == ["frame-too-big"]
    await caller.socket.send(frame(STILL, 3))
    assert number_of(await next_frame(dispatcher)) == 3


@pytest.mark.proves("A25")
async def test_twenty_frames_a_second_after_a_burst_of_sixty(product):
    dispatcher, caller, *_ = await both(product)
    for n in range(100):
        await caller.socket.send(frame(STILL, n))
        await wait_for_server(caller) if n < 60 else None
    texts, _ = await said(caller)
    assert codes(texts) == ["frames-too-many"]  # once, not forty times
    _, frames = await said(dispatcher)
    assert [number_of(data) for data in frames] == list(range(60))
    product.clock.now += 1
    for n in range(200, 240):
        await caller.socket.send(frame(STILL, n))
        await wait_for_server(dispatcher) if n == 200 else None
    await said(caller)
    _, frames = await said(dispatcher)
    assert len(frames) <= 20


@pytest.mark.proves("A25")
async def test_three_hundred_kilobytes_at_once_then_a_hundred_a_second(product):
    dispatcher, caller, *_ = await both(product)
    for n in range(8):
        await caller.socket.send(frame(STILL, n, 50_000 - 13))
        await said(caller)
    _, frames = await said(dispatcher)
    assert [number_of(data) for data in frames] == list(range(6))
    product.clock.now += 1
    for n in range(8, 12):
        await caller.socket.send(frame(STILL, n, 50_000 - 13))
        await said(caller)
    _, frames = await said(dispatcher)
    assert [number_of(data) for data in frames] == [8, 9]


async def test_after_a_frame_too_many_the_picture_starts_again_with_a_key_frame(product):
    dispatcher, caller, *_ = await both(product)
    await caller.socket.send(frame(KEY, 0))
    for n in range(1, 62):
        await caller.socket.send(frame(DELTA, n))
        await said(caller)
    product.clock.now += 3
    await caller.socket.send(frame(DELTA, 62))
    await caller.socket.send(frame(STILL, 63))
    await caller.socket.send(frame(DELTA, 64))
    await caller.socket.send(frame(KEY, 65))
    await caller.socket.send(frame(DELTA, 66))
    await said(caller)
    _, frames = await said(dispatcher)
    assert [number_of(data) for data in frames] == [*range(60), 63, 65, 66]


@pytest.mark.proves("A25")
async def test_a_flood_of_frames_is_cut(product):
    dispatcher, caller, *_ = await both(product)
    for n in range(1100):
        await caller.socket.send(frame(STILL, n, 1))
    assert await caller.close_code() == 4429
    await said(dispatcher)


async def slow_page(product, seat_token: str) -> Page:
    """A page behind a thin line: it holds little that it has not read."""
    host, port = product.url.removeprefix("http://").split(":")
    thin = socket.socket()
    thin.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    thin.connect((host, int(port)))
    page = Page(
        await connect(
            product.url.replace("http", "ws", 1) + "/api/socket",
            compression=None,
            origin=product.url,
            sock=thin,
            max_queue=1,
        )
    )
    product._sockets.append(page.socket)
    await page.send("hello", token=seat_token, epoch=None, lastSeq=0)
    await page.until("welcome")
    return page


@pytest.mark.proves("F48", "A24")
async def test_a_slow_reader_costs_a_second_of_frames_and_goes_on_with_a_key_frame(product):
    """Sixty megabytes pass by a dispatcher who reads nothing; then she reads again."""
    dispatcher, caller, invitation, _ = await both(product)
    slow = await slow_page(product, invitation["seatToken"])
    assert await dispatcher.close_code() == 4001
    link = product.parts.rooms.find(invitation["encounterId"]).seats["dispatcher"].link
    process = psutil.Process()
    before = process.memory_info().rss
    for n in range(1200):
        product.clock.now += 0.5
        await caller.socket.send(frame(KEY if n % 10 == 0 else DELTA, n, 50_000 - 13))
        if n % 5 == 4:
            await wait_for_server(caller)
            assert link._frames._bytes <= FRAME_BYTES_PER_S
    assert process.memory_info().rss - before < 10_000_000
    await caller.socket.send(frame(KEY, 5000))
    numbers, kinds = [], []
    while not numbers or numbers[-1] != 5000:
        data = await next_frame(slow)
        numbers.append(number_of(data))
        kinds.append(data[0])
    gaps = [at for at in range(1, len(numbers)) if numbers[at] != numbers[at - 1] + 1]
    assert gaps
    assert all(kinds[at] == KEY for at in gaps)
    assert len(numbers) < 150  # the rest was dropped on the way


@pytest.mark.proves("F48")
async def test_messages_go_before_the_frames_that_wait(product):
    """A slow reader hears what was said before the frames that piled up for her."""
    _, caller, invitation, _ = await both(product)
    slow = await slow_page(product, invitation["seatToken"])
    for n in range(300):
        product.clock.now += 0.5
        await caller.socket.send(frame(STILL, n, 50_000 - 13))
        await wait_for_server(caller)
    waiting = len(
        product.parts.rooms.find(invitation["encounterId"]).seats["dispatcher"].link._frames._frames
    )
    assert waiting > 0
    await caller.send("candidate", id="1", connectionId="x", candidate="one")
    await caller.until("confirmed")
    after = 0
    is_heard = False
    async with asyncio.timeout(5):
        while not is_heard or after < waiting:
            data = await slow.socket.recv()
            if isinstance(data, bytes):
                after += is_heard
            else:
                is_heard = is_heard or "peer-candidate" in data
    assert after >= waiting
