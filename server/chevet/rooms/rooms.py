"""The rooms of this process. Others are told through the bus."""

from collections.abc import Callable

import msgspec

from chevet.bus import Bus
from chevet.model.keys import new_id
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
from chevet.rooms.meeting import Meeting
from chevet.rooms.seat import Seat

SEAT_KEPT_S = 300
"""A seat is kept five minutes after its socket dropped (F4)."""

TOPIC = "rooms"
FRAMES_TOPIC = "frames"
OTHER: dict[str, SeatRole] = {SeatRole.DISPATCHER: SeatRole.CALLER, SeatRole.CALLER: SeatRole.DISPATCHER}
"""Who faces whom in a dispatch. A meeting's participants are told of each other by the roster."""

CallerFact = PeerCamera | PeerDevice | PeerRung | PeerSource


class Letter(msgspec.Struct, array_like=True):
    """A message on the bus, for one seat of one room; a desk's is for all pages that follow it."""

    room_id: str
    seat: str
    message: FromServer


class FrameLetter(msgspec.Struct, array_like=True):
    """A frame of the caller's picture on the bus, for the dispatcher's seat."""

    encounter_id: str
    data: bytes


class Room:
    """The seats of an encounter, or of a professional's desk, and what a page that comes back must hear again.

    A seat's name is the role of who sits there in a dispatch, the participant's id in a meeting.
    """

    def __init__(self) -> None:
        self.seats: dict[str, Seat] = {}
        self.offer: OfferInWaiting | None = None
        self.facts: dict[type, CallerFact] = {}
        self.meeting: Meeting | None = None

    def seat(self, name: str) -> Seat:
        if name not in self.seats:
            self.seats[name] = Seat()
        return self.seats[name]

    def is_present(self, name: str) -> bool:
        seat = self.seats.get(name)
        return seat is not None and seat.link is not None

    def addressed(self, name: str) -> list[Seat]:
        """The seats that a letter to `name` is for. Nobody is written to in a meeting before the first page came."""
        if name == SeatRole.DESK:
            return list(self.seats.values())
        if self.meeting is not None and name not in self.seats:
            return []
        return [self.seat(name)]


class Rooms:
    """Only the event loop touches a room, and never across an await: no lock is needed."""

    def __init__(self, bus: Bus, clock: Callable[[], float]) -> None:
        self._rooms: dict[str, Room] = {}
        self._bus = bus
        self._clock = clock
        self.is_closed = False
        self._decode = msgspec.msgpack.Decoder(Letter).decode
        self._decode_frame = msgspec.msgpack.Decoder(FrameLetter).decode
        self._unsubscribe = (
            bus.subscribe(TOPIC, self._arrived),
            bus.subscribe(FRAMES_TOPIC, self._frame_arrived),
        )

    def close(self) -> None:
        """The server stops: every page is told to come back at once."""
        self.is_closed = True
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        for link in self._links():
            link.close(CloseCode.RESTART)

    def room(self, encounter_id: str) -> Room:
        return self._rooms.setdefault(encounter_id, Room())

    def find(self, encounter_id: str) -> Room | None:
        return self._rooms.get(encounter_id)

    def tell(self, room_id: str, seat: str, message: ServerMessage) -> None:
        """Send `message` to a seat, wherever its socket is."""
        self._bus.publish(TOPIC, msgspec.msgpack.encode(Letter(room_id, seat, message)))  # pyright: ignore[reportArgumentType]

    def _arrived(self, payload: bytes) -> None:
        letter = self._decode(payload)
        room = self._rooms.get(letter.room_id)
        for seat in room.addressed(letter.seat) if room else ():
            seat.push(letter.message)

    def show_frame(self, encounter_id: str, data: bytes) -> None:
        """Send a frame of the caller's picture to the dispatcher, if she is there: it is kept nowhere."""
        self._bus.publish(FRAMES_TOPIC, msgspec.msgpack.encode(FrameLetter(encounter_id, data)))

    def _frame_arrived(self, payload: bytes) -> None:
        letter = self._decode_frame(payload)
        room = self._rooms.get(letter.encounter_id)
        seat = room.seats.get(SeatRole.DISPATCHER) if room else None
        if seat is not None and seat.link is not None:
            seat.link.send_frame(letter.data)

    def take_seat(self, room_id: str, name: str, link: Link, epoch: str | None, last_seq: int) -> bool:
        """Seat `link`; the other side of a dispatch learns of it. True when the stream resumes."""
        resumed = self.room(room_id).seat(name).attach(link, epoch, last_seq)
        if other := OTHER.get(name):
            self.tell(room_id, other, PeerPresence(present=True, fresh=epoch is None, resumed=resumed))
        return resumed

    def caller_state(self, encounter_id: str) -> list[ServerMessage]:
        """What the caller's page last said of itself, for a dispatcher's page that starts anew."""
        return list(self.room(encounter_id).facts.values())

    def leave(self, room_id: str, name: str, link: Link) -> bool:
        """The socket of a seat is gone; the seat is kept. False when a newer one had taken it already."""
        room = self._rooms.get(room_id)
        if room is None or name not in room.seats or not room.seats[name].detach(link, self._clock()):
            return False
        if other := OTHER.get(name):
            self.tell(room_id, other, PeerPresence(present=False))
        return True

    def meeting(self, encounter_id: str) -> Meeting:
        """What is known of a meeting now; from the first page on."""
        room = self.room(encounter_id)
        room.meeting = room.meeting or Meeting()
        return room.meeting

    def follow_desk(self, account_id: str, link: Link) -> str:
        """One more page follows a professional's agenda; returns the name of its seat, which goes with its socket."""
        name = f"{SeatRole.DESK}-{new_id()}"
        self.room(account_id).seat(name).attach(link, None, 0)
        return name

    def leave_desk(self, account_id: str, name: str) -> None:
        room = self._rooms.get(account_id)
        if room is not None:
            room.seats.pop(name, None)
            if not room.seats:
                del self._rooms[account_id]

    def evict(self, encounter_id: str, participant_id: str) -> bool:
        """A newer device enters a meeting: the one before goes. True when there was one."""
        room = self.room(encounter_id)
        was_present = room.is_present(participant_id)
        if participant_id in room.seats:
            room.seats[participant_id].evict()
        return was_present

    def is_present(self, encounter_id: str, seat: str) -> bool:
        """Whether a page sits there now."""
        room = self._rooms.get(encounter_id)
        return room is not None and room.is_present(seat)

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
        """Tell everybody that it is over, close their sockets and forget the room."""
        room = self._rooms.get(encounter_id)
        for name in list(room.seats) if room else ():
            self.tell(encounter_id, name, Finished(reason=reason))
        self._rooms.pop(encounter_id, None)
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
