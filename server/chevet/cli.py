"""The command line. Each command imports what it needs: `chevet --help` is quick."""

import argparse
import asyncio
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Litestar

    from chevet.config import Config
    from chevet.store import R, Tx


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code is 0, or 1 with one plain sentence on stderr."""
    from chevet.config import ConfigError
    from chevet.errors import ChevetError

    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except (ConfigError, ChevetError, FileNotFoundError) as error:
        print(f"chevet: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chevet", description="See a patient through a link.")
    parser.add_argument(
        "--config", type=Path, help="TOML file (else CHEVET_CONFIG, else the environment alone)"
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    serve = commands.add_parser("serve", help="run the product")
    serve.set_defaults(run=_serve)

    demo = commands.add_parser("demo", help="run it with demo accounts and a local mailbox")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--data", type=Path, default=Path("data/demo"), help="folder of the demo's data")
    demo.add_argument("--lan", action="store_true", help="https on the local network, for a real telephone")
    demo.add_argument("--no-agenda", dest="agenda", action="store_false", help="without appointments")
    demo.set_defaults(run=_demo)

    check = commands.add_parser("check-config", help="say what is wrong with the configuration")
    check.set_defaults(run=_check_config)

    turn = commands.add_parser("turn-config", help="write coturn's configuration")
    turn.add_argument("--output", type=Path, help="file, for its owner only; without it, standard output")
    turn.add_argument("--coturn-version", help="like 4.6.1; without it, that of the coturn on this machine")
    turn.add_argument("--certificate", type=Path, default=Path("/etc/coturn/fullchain.pem"), help="PEM chain")
    turn.add_argument("--key", type=Path, default=Path("/etc/coturn/privkey.pem"), help="PEM key")
    turn.add_argument("--tls-port", type=int, help="where coturn listens, when a front holds turn_tls_port")
    turn.add_argument("--listening-ip", action="append", default=[], help="instead of all addresses")
    turn.add_argument("--external-ip", default="", help="public address, behind NAT")
    turn.add_argument(
        "--allow-peer", action="append", default=[], help="a special range allowed: for a laboratory"
    )
    turn.set_defaults(run=_turn_config)

    probe = commands.add_parser("probe-turn", help="try each TURN address, and say what is wrong")
    probe.set_defaults(run=_probe_turn)

    migrate = commands.add_parser("migrate", help="bring the database to this version")
    migrate.set_defaults(run=_migrate)

    _add_people(commands)

    audit = commands.add_parser("verify-audit", help="check that the audit trail is whole")
    audit.set_defaults(run=_verify_audit)

    patient = commands.add_parser("virtual-patient", help="join by each link, with a drawing and a tone")
    patient.add_argument("links", nargs="+", metavar="link", help="https://…/j#…")
    patient.add_argument("--seconds", type=float, default=3600, help="leave after so long")
    patient.add_argument("--server", default="", help="where to connect, if not to the link's own address")
    patient.add_argument("--certificate", type=Path, help="PEM that the server shows, whatever its name")
    patient.set_defaults(run=_virtual_patient)

    types = commands.add_parser("types", help="write pwa/protocol.ts and the tables of docs/")
    types.add_argument("--check", action="store_true", help="only say whether they are up to date")
    types.set_defaults(run=_types)
    return parser


def _add_people(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Who works with it."""
    organization = commands.add_parser("create-organization", help="add a SAMU, a hospital or a nursing home")
    organization.add_argument("--id", required=True, help="short name, as used by create-user")
    organization.add_argument("--kind", choices=["samu", "hospital", "nursing_home"], required=True)
    organization.add_argument("--name", required=True, help="« SAMU 44 »")
    organization.add_argument("--caller-name", required=True, help="as callers read it: « Le SAMU 44 »")
    organization.add_argument("--referent", action="append", default=[], help="e-mail for incident reports")
    organization.set_defaults(run=_create_organization)

    user = commands.add_parser("create-user", help="add an account (asks for the password)")
    user.add_argument("username")
    user.add_argument("--name", required=True, help="as shown on screen")
    user.add_argument("--role", choices=["dispatcher", "practitioner", "staff", "admin"], required=True)
    user.add_argument("--organization", required=True, help="id given to create-organization")
    user.add_argument("--mobile", help="where the one-time code goes")
    user.add_argument("--email", help="where the code goes when there is no mobile")
    user.set_defaults(run=_create_user)

    revoke = commands.add_parser("revoke-sessions", help="sign an account out everywhere")
    revoke.add_argument("username")
    revoke.set_defaults(run=_revoke_sessions)


def _config(options: argparse.Namespace) -> "Config":
    from chevet.config import load_config

    named = os.environ.get("CHEVET_CONFIG")
    return load_config(options.config or (Path(named) if named else None), os.environ)


def _serve(options: argparse.Namespace) -> None:
    from chevet.app import create_app
    from chevet.demo import refuse_demo_folder

    config = _config(options)
    refuse_demo_folder(config.data_dir)
    _run(create_app(config), config)


def _demo(options: argparse.Namespace) -> None:
    from litestar.di import Provide

    from chevet import demo
    from chevet.app import DemoRoutes, create_app
    from chevet.demo_agenda import fill_agenda

    config = demo.settings(_config(options), options.data, options.port, lan=options.lan)
    demo.claim_folder(config.data_dir)
    mailbox = demo.Mailbox(config.timezone)
    routes = DemoRoutes(
        [demo.get_messages, demo.get_messages_json],
        {"mailbox": Provide(lambda: mailbox, sync_to_thread=False)},
        demo.seed,
        fill_agenda if options.agenda else None,
    )
    senders = demo.MailboxSms(mailbox), demo.MailboxMail(mailbox)
    app = create_app(config, senders=senders, demo=routes)
    print(demo.greeting(config, lan=options.lan), flush=True)
    _run(app, config)


def _run(app: "Litestar", config: "Config") -> None:
    import uvicorn

    from chevet.logs import configure_logs
    from chevet.serving import server_options

    configure_logs()
    uvicorn.run(app, host=config.listen.host, port=config.listen.port, **server_options(config))


def _check_config(options: argparse.Namespace) -> None:
    from chevet.adapters.sms import SmsSender
    from chevet.model.messages import check_invitation_sms

    config = _config(options)
    check_invitation_sms("Le SAMU 44", config.join_url)
    if config.sms:
        SmsSender(config.sms, receipt_url=config.sms_receipt_url)
    print(f"{config.public_url}: the configuration can be used")
    for name, value, effect in (
        ("sms", config.sms, "no SMS can be sent"),
        ("mail", config.mail, "no e-mail can be sent"),
        ("ice.turn_host", config.ice.turn_host, "callers behind strict firewalls will not get through"),
    ):
        if not value:
            print(f"  {name} is not set: {effect}")


def _turn_config(options: argparse.Namespace) -> None:
    from chevet.adapters.turn_config import CoturnPlace, coturn_configuration, installed_version, version_of

    version = version_of(options.coturn_version) if options.coturn_version else installed_version()
    place = CoturnPlace(
        certificate=options.certificate,
        key=options.key,
        tls_port=options.tls_port,
        listening_ips=tuple(options.listening_ip),
        external_ip=options.external_ip,
        allowed_peers=tuple(options.allow_peer),
    )
    text = coturn_configuration(_config(options).ice, place, version)
    if options.output:
        _write_private(options.output, text)
    else:
        print(text, end="")


def _write_private(path: Path, text: str) -> None:
    """For its owner only from the first byte, whatever stood there before."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")


def _probe_turn(options: argparse.Namespace) -> int:
    import time

    from chevet.adapters.turn_probe import TurnProbe

    report = asyncio.run(TurnProbe(_config(options).ice, time.time).look())
    print(report.text("en"))
    return 0 if report.status in {"well", "absent"} else 1


def _migrate(options: argparse.Namespace) -> None:
    asyncio.run(_in_store(_config(options), lambda _: None))
    print("the database is at this version")


def _create_organization(options: argparse.Namespace) -> None:
    from chevet.model.messages import check_invitation_sms
    from chevet.model.people import Organization, OrganizationKind
    from chevet.model.phone import normalise_email

    config = _config(options)
    check_invitation_sms(options.caller_name, config.join_url)
    organization = Organization(
        id=options.id,
        kind=OrganizationKind(options.kind),
        name=options.name,
        caller_name=options.caller_name,
        referents=[normalise_email(referent) for referent in options.referent],
    )
    asyncio.run(_in_store(config, lambda tx: tx.insert(organization)))
    print(f"{organization.name}: created")


def _create_user(options: argparse.Namespace) -> None:
    import time

    from chevet.adapters.passwords import hash_password
    from chevet.errors import InvalidInput
    from chevet.model.keys import new_id
    from chevet.model.people import Account, Organization, Role
    from chevet.model.phone import normalise_email, normalise_mobile

    config = _config(options)
    if not options.mobile and not options.email:
        raise InvalidInput("no-address", "give --mobile or --email: the one-time code goes there")
    account = Account(
        id=new_id(),
        username=options.username.strip().lower(),
        password_hash=hash_password(_ask_password()),
        display_name=options.name,
        role=Role(options.role),
        organization_id=options.organization,
        mobile=normalise_mobile(options.mobile, allowed_countries=config.invitations.countries)
        if options.mobile
        else None,
        email=normalise_email(options.email) if options.email else None,
        created_at=time.time(),
    )

    def write(tx: "Tx") -> None:
        tx.get(Organization, options.organization)
        tx.insert(account)

    asyncio.run(_in_store(config, write))
    print(f"{account.username}: created, role {account.role.value}")


MIN_PASSWORD = 12
"""ASVS 5.0 6.2.1 asks for 8 at least and recommends 15; a second factor follows here."""


def _ask_password() -> str:
    """From the terminal twice, or once from a pipe. Raises InvalidInput when it is too short or mistyped."""
    from chevet.errors import InvalidInput

    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Again: "):
            raise InvalidInput("password-mistyped", "the two passwords differ; nothing was created")
    else:
        password = sys.stdin.readline().rstrip("\n")
    if len(password) < MIN_PASSWORD:
        raise InvalidInput("password-short", f"a password has {MIN_PASSWORD} characters at least")
    return password


async def _in_store(config: "Config", fn: "Callable[[Tx], R]") -> "R":
    from chevet.store.engines import open_store

    store = open_store(config.database, config.data_dir)
    await store.open()
    try:
        return await store.run(fn)
    finally:
        await store.close()


def _revoke_sessions(options: argparse.Namespace) -> None:
    from chevet.errors import NotFound
    from chevet.store import accounts, sessions

    def write(tx: "Tx") -> None:
        account = accounts.by_username(tx, options.username.strip().lower())
        if account is None:
            raise NotFound("account-unknown", f"no account `{options.username}`")
        sessions.revoke_all(tx, account.id)

    asyncio.run(_in_store(_config(options), write))
    print(f"{options.username}: signed out everywhere")


def _verify_audit(options: argparse.Namespace) -> int:
    from chevet.config import master_key
    from chevet.model.keys import Keys
    from chevet.store import audit

    config = _config(options)
    keys = Keys(master_key(config.data_dir))
    verdict = asyncio.run(_in_store(config, lambda tx: audit.verify(tx, keys)))
    print(verdict)
    return 0 if verdict.bad_seq is None and verdict.reason is None else 1


def _virtual_patient(options: argparse.Namespace) -> int:
    import aiohttp

    from chevet.echo.patient import Refused, visit_all
    from chevet.model.echo import PatientTask

    certificate = str(options.certificate) if options.certificate else ""
    tasks = [
        PatientTask(link=link, lasts_s=options.seconds, server=options.server, certificate=certificate)
        for link in options.links
    ]
    try:
        asyncio.run(visit_all(tasks))
    except (Refused, aiohttp.ClientError) as error:
        print(f"chevet: {error}", file=sys.stderr)
        return 1
    return 0


def _types(options: argparse.Namespace) -> int:
    from chevet.generated import out_of_date, write_all

    if options.check:
        stale = out_of_date()
        for path in stale:
            print(f"{path}: out of date (`chevet types`)")
        return 1 if stale else 0
    write_all()
    return 0
