"""A server that is killed in mid-consultation: nothing that was said to be done is lost, nobody is asked again."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from chevet import demo
from tests.server.product import Browser, Page, Product
from tests.server.visit import seen

SERVER = str(Path(__file__).parents[2] / "server")
LOUISE = {
    "birthName": "Martin",
    "birthFirstNames": "Louise",
    "birthDate": "1941-05-02",
    "sex": "female",
    "birthPlaceCode": "44109",
}


class Remote(Product):
    """The product in a process of its own, spoken to from outside alone."""

    def __init__(self, port: int) -> None:
        self.url = f"http://localhost:{port}"
        self._browsers: list[Browser] = []
        self._sockets = []

    async def answering(self) -> None:
        async with asyncio.timeout(20), aiohttp.ClientSession() as http:
            while True:
                with suppress(aiohttp.ClientError):
                    async with http.get(f"{self.url}/api/instance"):
                        return
                await asyncio.sleep(0.05)

    async def sign_in(self, username: str) -> Browser:
        browser = self.browser()
        body = {"username": username, "password": demo.PASSWORD}
        challenge = (await browser.post("/api/sign-in", body))[1]["challengeId"]
        async with asyncio.timeout(5):
            while not (messages := (await browser.get("/demo/messages.json"))[1]):
                await asyncio.sleep(0.01)
        code = re.search(r"\d{6}", messages[-1]["text"])[0]
        status, _ = await browser.post("/api/sign-in/code", {"challengeId": challenge, "code": code})
        assert status == 200
        return browser


@contextmanager
def demo_server(folder: Path, port: int):
    command = [sys.executable, "-m", "chevet", "demo", "--port", str(port), "--data", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": SERVER})
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


async def begin(remote: Remote) -> tuple[dict, dict, Page, Page]:
    """Booked for now, entered, consented, let in. Returns both seats, as their pages know them, and both pages."""
    browser = await remote.sign_in("medecin")
    now = round(time.time() * 1000)
    body = {"patient": LOUISE, "startAt": now, "endAt": now + 1_200_000, "email": "louise@example.org"}
    status, appointment = await browser.post("/api/appointments", body)
    assert status == 201, appointment
    status, hers = await browser.post(f"/api/appointments/{appointment['id']}/seat")
    assert status in {200, 201}, hers
    token = appointment["link"].partition("#")[2]
    _, his = await browser.post("/api/join/enter", {"token": token})
    doctor, patient = await remote.seat(hers["seatToken"]), await remote.seat(his["seatToken"])
    his["participantId"] = patient.welcome["participantId"]
    answer = {"seatToken": his["seatToken"], "consent": True}
    assert (await browser.post("/api/join/intake", answer))[0] == 204
    await doctor.send("admit", id="1", participantId=his["participantId"])
    return hers, his, doctor, patient


@pytest.mark.proves("F7", "S46")
async def test_a_killed_server_asks_nobody_again(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    remote = Remote(port)
    with demo_server(tmp_path / "demo", port):
        await remote.answering()
        hers, his, doctor, patient = await begin(remote)
        before = (await seen(patient, his["participantId"], status="admitted"))[his["participantId"]]
    with demo_server(tmp_path / "demo", port):
        await remote.answering()
        doctor = await remote.seat(hers["seatToken"], doctor.welcome["epoch"], 4)
        patient = await remote.seat(his["seatToken"], patient.welcome["epoch"], 3)
        for page in (doctor, patient):
            roster = await seen(page, his["participantId"], present=True, status="admitted")
            assert roster[his["participantId"]]["freshAt"] == before["freshAt"]
        await patient.send(
            "description", id="2", connectionId="x", type="offer", sdp="v=0", to=hers["participantId"]
        )
        assert (await doctor.until("peer-description"))["sender"] == his["participantId"]
        await remote.close()
