"""F11 to F17, F40: firewalls, NATs, proxies and dead addresses between the caller and the picture."""

from collections.abc import Iterator

from bench.faults.registry import Run, fault
from bench.faults.ward import Call, Ward
from tests.network.field import ADDRESSES, SECOND_TURN, TURN
from tests.network.resetting_proxy import between

WITHIN_S = 25
TURNS = f"{{ {ADDRESSES[TURN]}, {ADDRESSES[SECOND_TURN]} }}"
FIRST_IMAGE = "tap to picture"


def joins(
    ward: Ward, runs: int, *, kind: str = "", protocol: str = "", way: str | None = None
) -> Iterator[Run]:
    """Calls from the tap to the picture. The path must be of this type, and of this protocol to the relay."""
    for _ in range(runs):
        with ward.ringing() as call:
            yield one_join(call, kind, protocol, way)


def one_join(call: Call, kind: str = "", protocol: str = "", way: str | None = None) -> Run:
    run = call.show(WITHIN_S, way)
    if run.seconds is None or way == "socket":
        return run
    paths = call.paths()
    run.note = " ".join(filter(None, (paths[0]["type"], paths[0]["protocol"]))) if paths else "no path"
    run.held = any(
        kind in {path["type"], path["remote"]} | {""} and protocol in {path["protocol"], ""} for path in paths
    )
    return run


@fault(
    "F11", how="a second TURN server is listed, whose address swallows every packet",
    measured=FIRST_IMAGE, criterion_s=3, quick=1,
)  # fmt: skip
def a_dead_address(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.settings(ward.two_relays()):
        dead = f"ip daddr {ADDRESSES[SECOND_TURN]} drop"
        ward.field.forbid(ward.field.router, dead)
        ward.field.forbid(ward.field.gateway, dead)
        yield from joins(ward, runs)


@fault(
    "F12", "at the caller's", how="no UDP, and no TCP but to port 443",
    measured="tap to picture, through TURN over TLS", criterion_s=5, quick=1,
)  # fmt: skip
def only_443_at_the_callers(ward: Ward, runs: int) -> Iterator[Run]:
    ward.field.only_tcp_443(ward.field.router)
    yield from joins(ward, runs, kind="relay", protocol="tls")


@fault(
    "F12", "at the hospital", how="the same firewall on the dispatcher's side",
    measured="tap to picture, through TURN over TLS", criterion_s=5,
)  # fmt: skip
def only_443_at_the_hospital(ward: Ward, runs: int) -> Iterator[Run]:
    ward.field.only_tcp_443(ward.field.gateway)
    for _ in range(runs):
        with ward.ringing() as call:
            run = call.show(WITHIN_S)
            paths = call.paths(call.desk)
            run.note = f"{paths[0]['type']} {paths[0]['protocol']}" if paths else "no path"
            run.held = any(path["protocol"] == "tls" for path in paths)
            yield run


@fault(
    "F12", "TURN unreachable too", how="no UDP, no TCP but to port 443, and not even that to the TURN servers",
    measured="tap to images over the WebSocket", criterion_s=5, quick=1,
)  # fmt: skip
def no_path_at_all(ward: Ward, runs: int) -> Iterator[Run]:
    ward.field.forbid(
        ward.field.router, f"ip daddr {TURNS} drop", "meta l4proto udp drop",
        "tcp dport != 443 tcp flags & (syn | ack) == syn reject with tcp reset",
    )  # fmt: skip
    yield from joins(ward, runs, way="socket")


@fault(
    "F13", how="only TCP 443, and the TURN servers' certificate is of an unknown authority",
    measured="tap to images over the WebSocket", criterion_s=12, runs=2,
)  # fmt: skip
def an_unknown_certificate(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.other_relays(certificate=ward.stranger):
        ward.field.only_tcp_443(ward.field.router)
        yield from joins(ward, runs, way="socket")


@fault(
    "F14", how="only TCP 443, and a proxy that resets a connection to TURN once it has seen that it is no HTTP",
    measured="tap to images over the WebSocket", criterion_s=12, runs=2,
)  # fmt: skip
def a_proxy_that_resets(ward: Ward, runs: int) -> Iterator[Run]:
    ward.field.only_tcp_443(ward.field.router)
    with between(ward.field.router, TURNS):
        yield from joins(ward, runs, way="socket")


@fault(
    "F15", how="NAT with a random port for each destination on both sides",
    measured="tap to picture, through a relay", criterion_s=4, runs=5, quick=1,
)  # fmt: skip
def symmetric_nats(ward: Ward, runs: int) -> Iterator[Run]:
    ward.field.translate(symmetric=True)
    yield from joins(ward, runs, kind="relay")


@fault("F16", how="the telephone has IPv6 and no IPv4 address; the hospital has IPv4 only", measured=FIRST_IMAGE,
       criterion_s=5, quick=1)  # fmt: skip
def ipv6_only(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.field.ipv6_only(), ward.another_phone() as phone:
        for _ in range(runs):
            with ward.ringing(phone) as call:
                yield one_join(call)


@fault(
    "F17", how="a dispatcher who opened no camera, in another subnet: her candidates are .local names",
    measured=FIRST_IMAGE, criterion_s=4, quick=1,
)  # fmt: skip
def local_names(ward: Ward, runs: int) -> Iterator[Run]:
    ward.field.allow_all()
    for _ in range(runs):
        with ward.ringing() as call:
            run = one_join(call)
            said = call.desk.evaluate("window.__seen.sdp.join('') + window.__seen.frames.join('')")
            run.held = ".local" in said
            yield run


@fault(
    "F40", how="the TURN servers refuse every credential: no relayed candidate, on either side",
    measured=FIRST_IMAGE, criterion_s=4, runs=2,
)  # fmt: skip
def no_relayed_candidate(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.other_relays(secret="another-secret-of-enough-letters"):
        for _ in range(runs):
            with ward.ringing() as call:
                run = one_join(call)
                run.held = all("relay" not in (path["type"], path["remote"]) for path in call.paths())
                yield run
