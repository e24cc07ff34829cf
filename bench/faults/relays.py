"""F18 to F20: what happens to a relayed call over time, and when its relay dies."""

import time
from collections.abc import Iterator

from bench.faults.registry import Run, fault
from bench.faults.ward import Call, Ward

TTL_S = 30
NONCE_S = 15


@fault(
    "F18", how=f"credentials of {TTL_S} s; after {TTL_S + 5} s in a relayed call the telephone changes network",
    measured="picture again", criterion_s=5, runs=1,
)  # fmt: skip
def expired_credentials(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.settings({"CHEVET_ICE__CREDENTIAL_TTL_S": str(TTL_S)}):
        ward.field.translate(symmetric=True)
        with ward.live() as call:
            for _ in range(runs):
                call.wait(TTL_S + 5)
                _, back = ward.field.hand_over()
                yield call.seen_after(back, 25)


@fault(
    "F19", how=f"coturn renews its nonce every {NONCE_S} s (in service: every 10 minutes) in a relayed call of 60 s",
    measured="longest freeze", criterion_s=2, runs=1,
)  # fmt: skip
def renewed_nonces(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.other_relays(nonce_s=NONCE_S):
        ward.field.translate(symmetric=True)
        with ward.live() as call:
            for _ in range(runs):
                start = time.time()
                call.wait(60)
                relayed = any("relay" in {path["type"], path["remote"]} for path in call.paths())
                yield Run(call.longest(start), relayed)


@fault(
    "F20", how="two TURN servers are listed; the one that carries the picture is killed (SIGKILL)",
    measured="picture again", criterion_s=12, quick=1,
)  # fmt: skip
def killed_relay(ward: Ward, runs: int) -> Iterator[Run]:
    with ward.settings(ward.two_relays()):
        ward.field.translate(symmetric=True)
        for _ in range(runs):
            with ward.live() as call:
                yield killed_once(ward, call)
            for relay in ward.relays.values():
                if relay.process is None:
                    relay.start()


def killed_once(ward: Ward, call: Call) -> Run:
    """Kill each relay that the pair in use goes through."""
    urls = [path["url"] for page in (call.page, call.desk) for path in call.paths(page)]
    used = [relay for relay in ward.relays.values() if any(relay.name in url for url in urls)]
    for relay in used:
        relay.kill()
    run = call.seen_after(time.time() + 0.5, 25)
    run.note = ", ".join(relay.name for relay in used)
    run.held = bool(used)
    return run
