"""The rooms of this process. Others are told through the bus."""

from collections.abc import Callable

import msgspec

from chevet.bus import Bus
from chevet.protocol import (
    CloseCode,
    Finished,
    FromServer,
    OfferInWaiting,
    PeerCamera,
    PeerDevice,
    PeerPresence,
    PeerRung,
    PeerSource,
    SeatRole,
    ServerMessage,
)
from chevet.rooms.link import Link
from chevet.rooms.seat import Seat

SEAT_KEPT_S = 300
"""A seat is kept five minutes after its socket dropped (F4)."""

TOPIC = "rooms"
FRAMES_TOPIC = "frames"
OTHER = {SeatRole.DISPATCHER: SeatRole.CALLER, SeatRole.CALLER: SeatRole.DISPATCHER}


CallerFact = PeerCamera | PeerDevice | PeerRung | PeerSource


class Letter(msgspec.Struct, array_like=True):
    """A message on the bus, for one seat."""

    encounter_id: str
    role: SeatRole
    message: FromServer


class FrameLetter(msgspec.Struct, array_like=True):
    """A frame of the caller's picture on the bus, for the dispatcher's seat."""

    encounter_id: str
    data: bytes


class Room:
    """One encounter's seats, the offer in waiting, and what a page that comes back must hear again."""

    def __init__(self) -> None:
        self.seats: dict[SeatRole, Seat] = {}
        self.offer: OfferInWaiting | None = None
        self.facts: dict[type, CallerFact] = {}

    def seat(self, role: SeatRole) -> Seat:
        if role not in self.seats:
            self.seats[role] = Seat(role)
        return self.seats[role]

    def is_present(self, role: SeatRole) -> bool:
        seat = self.seats.get(role)
        return seat is not None and seat.link is not None


class Rooms:
    """Only the event loop touches a room, and never across an await: no lock is needed."""

    def __init__(self, bus: Bus, clock: Callable[[], float]) -> None:
        self._rooms: dict[str, Room] = {}
        self._bus = bus
        self._clock = clock
        self._decode = msgspec.msgpack.Decoder(Letter).decode
        self._decode_frame = msgspec.msgpack.Decoder(FrameLetter).decode
        self._unsubscribe = (
            bus.subscribe(TOPIC, self._arrived),
            bus.subscribe(FRAMES_TOPIC, self._frame_arrived),
        )

    def close(self) -> None:
        """The server stops: every page is told to come back at once."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        for link in self._links():
            link.close(CloseCode.RESTART)

    def room(self, encounter_id: str) -> Room:
        return self._rooms.setdefault(encounter_id, Room())

    def find(self, encounter_id: str) -> Room | None:
        return self._rooms.get(encounter_id)

    def tell(self, encounter_id: str, role: SeatRole, message: ServerMessage) -> None:
        """Send `message` to a seat, wherever its socket is."""
        self._bus.publish(TOPIC, msgspec.msgpack.encode(Letter(encounter_id, role, message)))  # pyright: ignore[reportArgumentType]

    def _arrived(self, payload: bytes) -> None:
        letter = self._decode(payload)
        room = self._rooms.get(letter.encounter_id)
        if room is not None:
            room.seat(letter.role).push(letter.message)

    def show_frame(self, encounter_id: str, data: bytes) -> None:
        """Send a frame of the caller's picture to the dispatcher, if she is there: it is kept nowhere."""
        self._bus.publish(FRAMES_TOPIC, msgspec.msgpack.encode(FrameLetter(encounter_id, data)))

    def _frame_arrived(self, payload: bytes) -> None:
        letter = self._decode_frame(payload)
        room = self._rooms.get(letter.encounter_id)
        seat = room.seats.get(SeatRole.DISPATCHER) if room else None
        if seat is not None and seat.link is not None:
            seat.link.send_frame(letter.data)

    def take_seat(
        self, encounter_id: str, role: SeatRole, link: Link, epoch: str | None, last_seq: int
    ) -> bool:
        """Seat `link`; the other side learns of it. True when the stream resumes."""
        room = self.room(encounter_id)
        resumed = room.seat(role).attach(link, epoch, last_seq)
        self.tell(encounter_id, OTHER[role], PeerPresence(present=True, fresh=epoch is None, resumed=resumed))
        return resumed

    def caller_state(self, encounter_id: str) -> list[ServerMessage]:
        """What the caller's page last said of itself, for a dispatcher's page that starts anew."""
        return list(self.room(encounter_id).facts.values())

    def leave(self, encounter_id: str, role: SeatRole, link: Link) -> None:
        """The socket of a seat is gone; the seat is kept."""
        room = self._rooms.get(encounter_id)
        if room is not None and role in room.seats and room.seats[role].detach(link, self._clock()):
            self.tell(encounter_id, OTHER[role], PeerPresence(present=False))

    def enter_caller(self, encounter_id: str, offer_id: str | None) -> tuple[bool, bool]:
        """A device enters: the one before is evicted, the offer in waiting is used up.

        Returns (whether another device was replaced, whether `offer_id` was the offer in waiting).
        """
        room = self.room(encounter_id)
        replaced = room.is_present(SeatRole.CALLER)
        room.seat(SeatRole.CALLER).evict()
        room.facts.clear()
        answered = offer_id is not None and room.offer is not None and room.offer.id == offer_id
        if answered:
            room.offer = None
        return replaced, answered

    def remember(self, encounter_id: str, fact: CallerFact) -> None:
        """Keep what the caller's page says of itself: the newest of each kind."""
        self.room(encounter_id).facts[type(fact)] = fact

    def finish(self, encounter_id: str, reason: str) -> None:
        """Tell both sides that it is over, close their sockets and forget the room."""
        for role in SeatRole:
            self.tell(encounter_id, role, Finished(reason=reason))
        room = self._rooms.pop(encounter_id, None)
        for seat in room.seats.values() if room else ():
            if seat.link is not None:
                seat.link.close(CloseCode.OVER)

    def session_ids(self) -> set[str]:
        """The sign-ins behind the sockets of this process."""
        return {link.session_id for link in self._links() if link.session_id is not None}

    def close_session(self, session_id: str) -> None:
        """Somebody signed out: her sockets go too (A5)."""
        for link in self._links():
            if link.session_id == session_id:
                link.close(CloseCode.NOT_AUTHENTICATED)

    def is_empty(self, encounter_id: str) -> bool:
        """Whether nobody is there nor expected back."""
        room = self._rooms.get(encounter_id)
        return room is None or not any(self._is_kept(seat) for seat in room.seats.values())

    def sweep(self) -> None:
        """Forget the rooms whose seats all dropped more than SEAT_KEPT_S ago."""
        for encounter_id in [key for key in self._rooms if self.is_empty(key)]:
            room = self._rooms[encounter_id]
            if room.seats:
                del self._rooms[encounter_id]

    def _is_kept(self, seat: Seat) -> bool:
        return seat.link is not None or (
            seat.left_at is not None and self._clock() - seat.left_at < SEAT_KEPT_S
        )

    def _links(self) -> list[Link]:
        return [
            seat.link
            for room in self._rooms.values()
            for seat in room.seats.values()
            if seat.link is not None
        ]
