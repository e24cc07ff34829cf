"""Many dispatchers and their callers at one server: real sessions, invitations and seat tokens."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from chevet import demo
from chevet.adapters.passwords import hash_password
from chevet.config import master_key
from chevet.model.keys import Keys
from chevet.model.people import Account, Role
from chevet.model.records import Session
from chevet.store import Tx
from chevet.store.engines import open_store

ORGANIZATION = "demo-samu"


@dataclass(frozen=True)
class Pair:
    """The seat tokens of one encounter's two sides."""

    dispatcher: str
    caller: str


def _cookie(number: int) -> str:
    return f"bench-session-{number}"


async def sign_everybody_in(data: Path, count: int) -> None:
    """Before the server starts: `count` dispatchers of the demo's SAMU, each with an open session."""
    demo.claim_folder(data)
    keys = Keys(master_key(data))
    store = open_store("sqlite", data)
    await store.open()
    await demo.seed(store, time.time())
    password_hash, now = hash_password("bench, never typed"), time.time()

    def write(tx: Tx) -> None:
        for number in range(count):
            tx.insert(_account(number, password_hash, now))
            tx.insert(_session(keys, number, now))

    await store.run(write)
    await store.close()


def _account(number: int, password_hash: str, now: float) -> Account:
    return Account(
        id=f"bench-{number}",
        username=f"bench-{number}",
        password_hash=password_hash,
        display_name=f"Bench {number}",
        role=Role.DISPATCHER,
        organization_id=ORGANIZATION,
        created_at=now,
    )


def _session(keys: Keys, number: int, now: float) -> Session:
    hashed = keys.hash("session", _cookie(number))
    account = f"bench-{number}"
    return Session(id=hashed, account_id=account, created_at=now, last_seen_at=now, expires_at=now + 86_400)


async def invite_everybody(url: str, count: int) -> list[Pair]:
    """Through the API: each dispatcher invites, each caller enters."""
    async with aiohttp.ClientSession(base_url=url, headers={"Origin": url}) as http:
        return [await _pair(http, number) for number in range(count)]


async def _pair(http: aiohttp.ClientSession, number: int) -> Pair:
    cookie = {"Cookie": f"chevet={_cookie(number)}"}
    async with http.post("/api/invitations", json={}, headers=cookie) as answer:
        answer.raise_for_status()
        invitation = await answer.json()
    token = invitation["link"].rpartition("#")[2]
    async with http.post("/api/join/enter", json={"token": token}) as answer:
        answer.raise_for_status()
        seat = await answer.json()
    return Pair(invitation["seatToken"], seat["seatToken"])


def prepare(data: Path, count: int) -> None:
    asyncio.run(sign_everybody_in(data, count))
