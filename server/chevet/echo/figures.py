"""What aiortc counted on one connection, in our words."""

from aiortc import RTCPeerConnection
from aiortc.stats import RTCInboundRtpStreamStats, RTCReceivedRtpStreamStats, RTCRemoteInboundRtpStreamStats

from chevet.model.echo import EchoFigures

SOUND_HZ = 48_000
"""In whose ticks RTCP gives the jitter of Opus (RFC 7587, 4.1)."""


async def measure(pc: RTCPeerConnection) -> EchoFigures:
    """Losses and round trip: the worse of sound and picture.

    Jitter is that of sound: a picture's packets leave in bursts, which says nothing of the network.
    """
    figures = EchoFigures()
    for stats in (await pc.getStats()).values():
        if isinstance(stats, RTCInboundRtpStreamStats):
            figures.packets += stats.packetsReceived
            figures.loss_up = max(figures.loss_up, share(stats.packetsLost, stats.packetsReceived))
            figures.jitter_up_ms = max(figures.jitter_up_ms, jitter_ms(stats) or 0)
        elif isinstance(stats, RTCRemoteInboundRtpStreamStats):
            lost = share(stats.packetsLost, stats.packetsReceived)
            figures.loss_down = max(figures.loss_down or 0.0, lost)
            figures.jitter_down_ms = jitter_ms(stats) or figures.jitter_down_ms
            if stats.roundTripTime is not None:
                figures.round_trip_ms = max(figures.round_trip_ms or 0, round(stats.roundTripTime * 1000))
    return figures


def share(lost: int, received: int) -> float:
    """0 to 1. Duplicates can make `lost` negative (RFC 3550, 6.4.1)."""
    lost = max(0, lost)
    return round(lost / (lost + received), 4) if lost else 0.0


def jitter_ms(stats: RTCReceivedRtpStreamStats) -> int | None:
    return round(stats.jitter * 1000 / SOUND_HZ) if stats.kind == "audio" else None
