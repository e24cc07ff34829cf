"""Where everything is made and every route is listed. Importing a module of Chevet does nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware

from chevet.actions import deliver, deliver_visit
from chevet.actions.keep_house import keep_house
from chevet.actions.parts import Limits, Parts, SendsMail, SendsSms
from chevet.actions.try_equipment import take_news
from chevet.actions.watch_turn import watch_turn
from chevet.adapters.echo import EchoProcess
from chevet.adapters.image import PhotoCleaner
from chevet.adapters.mail import MailSender
from chevet.adapters.sms import SmsSender
from chevet.adapters.turn_probe import TurnProbe
from chevet.adapters.virtual_patients import VirtualPatients
from chevet.bus.memory import MemoryBus
from chevet.config import Config, master_key
from chevet.errors import ChevetError
from chevet.limits import Limit
from chevet.model.keys import Keys
from chevet.outbox import Outbox
from chevet.rooms.echoes import Echoes
from chevet.rooms.rooms import Rooms
from chevet.rooms.uploads import Uploads
from chevet.routes import (
    accounts,
    appointments,
    dispatch,
    echo,
    health,
    join,
    meetings,
    pages,
    photos,
    problems,
    receipts,
    socket,
    training,
)
from chevet.routes.guards import OriginGuard, cookie_name
from chevet.routes.headers import header_adder
from chevet.store.engines import open_store

MINUTE = 60
QUARTER_HOUR = 900
HOUR = 3600
MAX_BODY_BYTES = 256 * 1024

ROUTES = [
    accounts.get_instance,
    accounts.post_sign_in,
    accounts.post_sign_in_code,
    accounts.post_sign_out,
    accounts.get_session,
    dispatch.post_invitation,
    dispatch.get_current_invitation,
    dispatch.post_resend,
    dispatch.post_cancel,
    dispatch.post_finish,
    dispatch.post_incident,
    appointments.get_agenda,
    appointments.post_appointment,
    appointments.post_immediate,
    appointments.get_appointment,
    appointments.put_appointment,
    appointments.post_cancel_appointment,
    appointments.post_resend_appointment,
    appointments.post_noshow,
    appointments.post_seat,
    appointments.post_record,
    join.post_peek,
    join.post_enter,
    join.post_messages,
    echo.post_echo,
    echo.put_echo,
    echo.get_echo,
    echo.delete_echo,
    training.post_training,
    join.post_camera,
    join.post_intake,
    meetings.post_guest,
    meetings.get_intake,
    meetings.put_intake,
    meetings.get_timeline,
    photos.put_photo,
    photos.get_photos,
    photos.get_photo,
    socket.seat_socket,
    receipts.take_sms_receipt,
    health.get_live,
    health.get_ready,
    health.get_health_page,
    pages.get_caller_page,
    pages.get_asset,
    pages.get_favicon,
    pages.get_app_page,
]


def create_app(
    config: Config,
    *,
    clock: Callable[[], float] = time.time,
    senders: tuple[SendsSms | None, SendsMail | None] | None = None,
    demo: "DemoRoutes | None" = None,
) -> Litestar:
    """The whole product for one configuration. `senders` take the place of the configured operators.

    Raises ConfigError, FileNotFoundError (the front end is not built).
    """
    parts = make_parts(config, clock, senders or _senders(config), is_demo=demo is not None)
    built = pages.Pages(config, static_folder())

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await parts.store.open()
        if demo is not None:
            await demo.seed(parts.store, clock())
            if demo.fill_agenda is not None:
                await demo.fill_agenda(parts)
        await parts.outbox.start()
        chores = [asyncio.create_task(chore(parts)) for chore in (keep_house, watch_turn)]
        yield
        for chore in chores:
            chore.cancel()
            with suppress(asyncio.CancelledError):
                await chore
        parts.rooms.close()
        await parts.outbox.stop()
        await parts.echo.stop()
        await parts.patients.stop()
        if parts.sms is not None:
            await parts.sms.close()
        await parts.store.close()

    return Litestar(
        route_handlers=[*ROUTES, *(demo.routes if demo else ())],
        dependencies={
            "parts": Provide(lambda: parts, sync_to_thread=False),
            "pages": Provide(lambda: built, sync_to_thread=False),
            **(demo.dependencies if demo else {}),
        },
        middleware=[DefineMiddleware(OriginGuard, origin=config.public_url, cookie=cookie_name(config))],
        exception_handlers={
            ChevetError: problems.expected,
            HTTPException: problems.refused_by_framework,
            RecursionError: problems.too_deep,
            Exception: problems.unexpected,
        },
        before_send=[header_adder(config)],
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=600, exclude=["^/j", "^/assets", "/photos/"]
        ),
        request_max_body_size=MAX_BODY_BYTES,
        lifespan=[lifespan],
        openapi_config=None,
        state=State({"parts": parts}),
        logging_config=None,
    )


class DemoRoutes:
    """What demo mode adds: routes, what they need, first data, and appointments of today if any are wanted."""

    def __init__(
        self,
        routes: list,
        dependencies: dict[str, Provide],
        seed: Callable,
        fill_agenda: Callable[[Parts], Awaitable[None]] | None = None,
    ) -> None:
        self.routes = routes
        self.dependencies = dependencies
        self.seed = seed
        self.fill_agenda = fill_agenda


def make_parts(
    config: Config,
    clock: Callable[[], float],
    senders: tuple[SendsSms | None, SendsMail | None],
    *,
    is_demo: bool = False,
) -> Parts:
    store = open_store(config.database, config.data_dir)
    handlers: dict = {}
    on_failed: dict = {}
    sms, mail = senders
    parts = Parts(
        config=config,
        keys=Keys(master_key(config.data_dir)),
        store=store,
        rooms=Rooms(MemoryBus(), clock),
        outbox=Outbox(store, handlers, clock, on_failed=on_failed),
        limits=_limits(config, clock),
        clock=clock,
        sms=sms,
        mail=mail,
        turn=TurnProbe(config.ice, clock),
        uploads=Uploads(clock),
        photos=PhotoCleaner(),
        echo=EchoProcess(),
        echoes=Echoes(config.echo.at_once, clock),
        patients=VirtualPatients(config),
        is_demo=is_demo,
        version=product_version(),
    )
    chores: set[asyncio.Task[None]] = set()
    parts.echo.on_news = lambda news: take_news(parts, news, chores)
    for module in (deliver, deliver_visit):
        handlers.update(module.handlers(parts))
        on_failed.update(module.failure_handlers(parts))
    return parts


def _limits(config: Config, clock: Callable[[], float]) -> Limits:
    return Limits(
        sign_in_account=Limit(config.sessions.attempts_per_account, QUARTER_HOUR, clock),
        sign_in_address=Limit(config.sessions.attempts_per_address, QUARTER_HOUR, clock),
        code_account=Limit(6, QUARTER_HOUR, clock),
        recipient=Limit(config.invitations.per_recipient_per_hour, HOUR, clock),
        dispatcher=Limit(config.invitations.per_account_per_hour, HOUR, clock),
        door_address=Limit(30, 60, clock),
        incident=Limit(20, HOUR, clock),
        photo_part=Limit(600, MINUTE, clock),
        echo=Limit(12, HOUR, clock),
    )


def _senders(config: Config) -> tuple[SendsSms | None, SendsMail | None]:
    sms = SmsSender(config.sms, receipt_url=config.sms_receipt_url) if config.sms else None
    return sms, MailSender(config.mail) if config.mail else None


def product_version() -> str:
    try:
        return version("chevet")
    except PackageNotFoundError:  # run from a source tree
        return "0.1.0"


def static_folder() -> Path:
    """Built pages: in an installed wheel, else in the source tree."""
    package = Path(__file__).parent
    installed = package / "static" / "build"
    return installed if installed.is_dir() else package.parents[1] / "static" / "build"
