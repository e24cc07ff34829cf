"""All the rows that the lab provokes, in the order of their numbers."""

from bench.faults import firewalls, handover, radio, relays, signaling
from bench.faults.registry import FAULTS as REGISTERED

FAMILIES = (firewalls, handover, radio, relays, signaling)
FAULTS = sorted(REGISTERED, key=lambda fault: int(fault.number[1:]))
