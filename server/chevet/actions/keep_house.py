"""What has to be looked at again and again: rooms left empty, sessions and photos past their time."""

import asyncio

import structlog

from chevet.actions.erase_photos import erase_old_photos
from chevet.actions.parts import Parts
from chevet.actions.receive_photo import drop_late_photos
from chevet.errors import ChevetError
from chevet.store import sessions

EVERY_S = 4
"""Sockets of a revoked session are closed within 5 s (A5)."""
PURGE_EVERY = 900
"""In rounds: once an hour."""

log = structlog.get_logger()


async def keep_house(parts: Parts) -> None:
    """Runs until it is cancelled; a store that is away is looked for again in the next round."""
    turn = 0
    while True:
        try:
            await tidy(parts, is_purge_due=turn % PURGE_EVERY == 0)
        except ChevetError as error:
            log.warning("housekeeping put off", reason=error.code)
        turn += 1
        await asyncio.sleep(EVERY_S)


async def tidy(parts: Parts, *, is_purge_due: bool) -> None:
    """One round."""
    parts.rooms.sweep()
    now = parts.clock()
    if is_purge_due:
        await parts.store.run(lambda tx: sessions.purge_expired(tx, now=now))
        await erase_old_photos(parts)
    await drop_late_photos(parts)
    seated = parts.rooms.session_ids()
    if seated:
        gone = seated - await parts.store.read(lambda tx: sessions.still_open(tx, seated))
        for session_id in gone:
            parts.rooms.close_session(session_id)
