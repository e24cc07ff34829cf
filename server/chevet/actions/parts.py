"""The parts of the running product, made once in `app.create_app`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chevet.adapters.echo import EchoProcess
from chevet.adapters.image import PhotoCleaner
from chevet.adapters.turn_probe import TurnProbe
from chevet.adapters.virtual_patients import VirtualPatients
from chevet.config import Config
from chevet.limits import Limit
from chevet.model.keys import Keys
from chevet.model.messages import Mail
from chevet.outbox import Outbox
from chevet.protocol import Channel
from chevet.rooms.echoes import Echoes
from chevet.rooms.rooms import Rooms
from chevet.rooms.uploads import Uploads
from chevet.store import Store


class SendsSms(Protocol):
    async def close(self) -> None: ...

    async def send(self, to: str, text: str, *, job_id: str) -> str | None:
        """Hand `text` to the operator; returns its id of the message. Raises PermanentFailure, TransientFailure."""
        ...


class SendsMail(Protocol):
    async def send(self, to: str, mail: Mail, *, job_id: str) -> str | None:
        """Hand `mail` to the mail server. Raises PermanentFailure, TransientFailure."""
        ...


@dataclass(frozen=True)
class Limits:
    """Every limit on how often, by name."""

    sign_in_account: Limit
    sign_in_address: Limit
    code_account: Limit
    recipient: Limit
    dispatcher: Limit
    door_address: Limit
    incident: Limit
    photo_part: Limit
    echo: Limit


@dataclass(frozen=True)
class Parts:
    """One owner each. `clock` gives seconds since the epoch; tests move it."""

    config: Config
    keys: Keys
    store: Store
    rooms: Rooms
    outbox: Outbox
    limits: Limits
    clock: Callable[[], float]
    sms: SendsSms | None
    mail: SendsMail | None
    turn: TurnProbe
    uploads: Uploads
    photos: PhotoCleaner
    echo: EchoProcess
    echoes: Echoes
    patients: VirtualPatients
    is_demo: bool
    version: str

    def senders(self) -> dict[Channel, bool]:
        """Which channels this installation can send on."""
        return {Channel.SMS: self.sms is not None, Channel.EMAIL: self.mail is not None}
