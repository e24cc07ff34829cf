"""« Tester mon matériel »: a place in the echo, the echo, and its verdict beside the participant's name."""

import asyncio

import structlog
from msgspec import structs

from chevet.actions.parts import Parts
from chevet.actions.show_roster import show_roster
from chevet.actions.take_seat import check_seat
from chevet.actions.tell_desk import tell_desk_of_encounter
from chevet.adapters.turn import ice_servers
from chevet.errors import ChevetError, Conflict, Gone, InvalidInput, NotFound
from chevet.model.appointments import Participant
from chevet.model.echo import LASTS_S, EchoEnded, EchoIce, EchoNews, EchoReported, EchoState
from chevet.model.keys import new_id
from chevet.model.visits import Encounter
from chevet.protocol import EchoAnswer, EchoPlace, EchoRequest, EchoView, IceServer
from chevet.rooms.echoes import USE_WITHIN_S, Echo
from chevet.store import Tx, invitations, participants

CREDENTIAL_S = 60
"""Life of a relay's credential: it is used within USE_WITHIN_S, or not at all (A32)."""
WIDTH, HEIGHT, FRAMES_PER_S = 480, 360, 15
"""What one core echoes four times over (F43)."""

log = structlog.get_logger()


async def take_place(parts: Parts, request: EchoRequest, account_id: str | None) -> EchoPlace:
    """A place in the echo. `account_id`: somebody is signed in, and tests for himself.

    Raises NotFound, Gone, NotAuthenticated, TooManyRequests, Busy.
    """
    participant_id = await _participant_id(parts, request)
    owner = participant_id or account_id
    if owner is None:
        raise InvalidInput("echo-nobody", "a token or a seat token")
    parts.limits.echo.spend(owner, "too-many-echoes")
    echo, older = parts.echoes.take(new_id(), owner, participant_id)
    if older is not None:
        parts.echo.close(older.id)
    _warm_up(parts)
    return EchoPlace(
        id=echo.id,
        ice_servers=_ice_servers(parts, echo.id),
        use_within_s=USE_WITHIN_S,
        lasts_s=LASTS_S,
        width=WIDTH,
        height=HEIGHT,
        frames_per_s=FRAMES_PER_S,
    )


async def open_echo(parts: Parts, echo_id: str, sdp: str) -> EchoAnswer:
    """Raises NotFound, Conflict, InvalidInput, Unavailable."""
    echo = _found(parts, echo_id)
    if echo.state is not EchoState.RESERVED:
        raise Conflict("echo-used", "this place has been used")
    parts.echoes.connect(echo)
    try:
        return EchoAnswer(sdp=await parts.echo.answer(echo.id, sdp, _relay(_ice_servers(parts, echo.id))))
    except ChevetError:
        parts.echoes.end(echo.id)
        raise


def view_echo(parts: Parts, echo_id: str) -> EchoView:
    """Raises NotFound."""
    echo = _found(parts, echo_id)
    return EchoView(
        id=echo.id,
        state=echo.state,
        seconds_left=parts.echoes.left_s(echo),
        figures=echo.figures,
        verdict=echo.verdict,
        reasons=echo.reasons,
    )


def close_echo(parts: Parts, echo_id: str) -> None:
    """The page is done: its place is free at once if it was not used, else as soon as what came is judged."""
    echo = _found(parts, echo_id)
    if echo.state is EchoState.RESERVED:
        parts.echoes.end(echo.id)
    else:
        parts.echo.close(echo.id)


def take_news(parts: Parts, news: EchoNews, chores: set[asyncio.Task[None]]) -> None:
    """What the echo process says: a report, or the end of a test, whose verdict is kept."""
    if isinstance(news, EchoReported):
        parts.echoes.note(news)
        return
    echo = parts.echoes.end(news.id, news)
    if echo is not None and echo.participant_id is not None and news.verdict is not None:
        chore = asyncio.create_task(keep_verdict(parts, echo.participant_id, news))
        chores.add(chore)
        chore.add_done_callback(chores.discard)


async def keep_verdict(parts: Parts, participant_id: str, news: EchoEnded) -> None:
    """« équipement vérifié »: on the participant, and told to the practitioner: desk and roster."""

    def write(tx: Tx) -> Participant:
        participant = tx.get(Participant, participant_id)
        participant.precall = news.verdict.value if news.verdict else None
        participant.precall_at = parts.clock()
        return tx.update(participant)

    try:
        participant = await parts.store.run(write)
    except NotFound:  # erased in the meantime
        return
    log.info("echo.ended", verdict=news.verdict, reasons=news.reasons)
    await tell_desk_of_encounter(parts, participant.encounter_id)
    await show_roster(parts, participant.encounter_id)


async def _participant_id(parts: Parts, request: EchoRequest) -> str | None:
    if request.seat_token:
        return (await check_seat(parts, request.seat_token)).participant_id
    if request.token:
        token = request.token
        return (await parts.store.read(lambda tx: _behind_link(tx, parts, token))).id
    return None


def _behind_link(tx: Tx, parts: Parts, token: str) -> Participant:
    """At any time from the invitation on, also outside the slot. Raises NotFound, Gone."""
    invitation = invitations.by_token_hash(tx, parts.keys.hash("join-token", token.strip().lower()))
    if invitation is None:
        raise NotFound("link-unknown", "no such link")
    if tx.get(Encounter, invitation.encounter_id).is_over():
        raise Gone("link-finished", "this encounter is over")
    return participants.of_invitation(tx, invitation.id)


def _found(parts: Parts, echo_id: str) -> Echo:
    echo = parts.echoes.find(echo_id)
    if echo is None:
        raise NotFound("echo-unknown", "no such test, or its place was given away")
    return echo


def _warm_up(parts: Parts) -> None:
    """Two seconds of start pass while the browser gathers its candidates."""
    starting = asyncio.ensure_future(parts.echo.start())
    starting.add_done_callback(lambda task: task.cancelled() or task.exception())


def _ice_servers(parts: Parts, echo_id: str) -> list[IceServer]:
    settings = structs.replace(parts.config.ice, credential_ttl_s=CREDENTIAL_S)
    return ice_servers(settings, name=f"echo-{echo_id}", now=parts.clock())


def _relay(servers: list[IceServer]) -> EchoIce | None:
    """For ourselves: no firewall stands between the server and its relay, so UDP."""
    for server in servers:
        for url in server.urls:
            if url.startswith("turn:") and not url.endswith("=tcp"):
                return EchoIce(url=url, username=server.username or "", credential=server.credential or "")
    return None
