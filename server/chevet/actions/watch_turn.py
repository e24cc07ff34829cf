"""Looks at the relay at the start and again and again; what it finds stands in the log and on the health page."""

import asyncio

import structlog

from chevet.actions.parts import Parts
from chevet.adapters.turn_probe import TurnReport

log = structlog.get_logger()


async def watch_turn(parts: Parts) -> None:
    """Runs until it is cancelled. Ends at once when no relay is configured."""
    while parts.turn.last.status != "absent":
        before = parts.turn.last.status
        tell(before, await parts.turn.look())
        await asyncio.sleep(parts.config.ice.probe_every_s)


def tell(before: str, report: TurnReport) -> None:
    """A line for each address in trouble, at each look: an alarm goes on until it is mended."""
    for found in report.findings:
        if found.cause:
            log.warning(
                "turn.trouble",
                url=found.url,
                address=found.address,
                cause=found.cause,
                detail=found.detail,
                works=found.works,
            )
    if report.status == "well" != before:
        log.info("turn.well", addresses=len(report.findings))
