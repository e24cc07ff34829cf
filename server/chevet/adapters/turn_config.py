"""The configuration of coturn, hardened, for the version that reads it (A31-A36).

Names of options and what they do by default were read in coturn's sources, from 4.6.0 to 4.17.1.
"""

import ipaddress
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from chevet.config import ConfigError, IceSettings

Version = tuple[int, int, int]

OLDEST: Version = (4, 6, 0)
"""Older ones cannot be kept from answering more than they were asked (A35)."""

SPECIAL_RANGES = (
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carriers' own"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local, where clouds keep their metadata"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "IETF"),
    ("192.0.2.0/24", "documentation"),
    ("192.88.99.0/24", "6to4 relays"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "benchmarks"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/3", "multicast, reserved, broadcast"),
    ("::ffff:0:0:0/96", "IPv4 translated"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "NAT64, local"),
    ("100::/64", "discarded"),
    ("2001::/23", "IETF, Teredo"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4"),
    ("3fff::/20", "documentation"),
    ("5f00::/16", "segment routing"),
    ("fc00::/7", "unique local"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
"""Every range that is not the public Internet (IANA's registries of special-purpose addresses)."""

IPV4_INSIDE_IPV6 = tuple(f"{lowest}-::ffff:ffff" for lowest in ("::1", "::100", "::1:0", "::100:0"))
"""::/96 but for `::` itself, with which coturn would take the range for all of IPv4. In four ranges: coturn compares
IPv6 addresses byte by byte, so that one range from ::1 leaves out what ends in a zero."""
IPV4_MAPPED = "::ffff:0.0.0.0-::ffff:255.255.255.255"
MAPPED_IS_IPV4_FROM: Version = (4, 9, 0)
"""Before, `::ffff:10.0.0.1` went round the IPv4 ranges (CVE-2026-27624); from here on it does not, and denying the
mapped range would deny all of IPv4."""

HARDENING: tuple[tuple[str, Version], ...] = (
    ("no-cli", (4, 10, 0)),
    ("no-dtls", (4, 17, 0)),
    ("no-tlsv1", (4, 7, 0)),
    ("no-tlsv1_1", (4, 7, 0)),
    ("no-software-attribute", (4, 7, 0)),
    ("no-rfc5780", (4, 7, 0)),
    ("no-stun-backward-compatibility", (4, 7, 0)),
    ("response-origin-only-with-rfc5780", (4, 7, 0)),
)
"""Options, and the version from which this is the default and the option is gone or of no more use."""

SECRET = re.compile(r"[A-Za-z0-9+/._~-][A-Za-z0-9+/=._~-]*")
"""What coturn reads back unchanged: it trims blanks, quotes and a leading `=`."""


class CoturnPlace(Struct, frozen=True, kw_only=True):
    """What only the machine of coturn knows."""

    certificate: Path
    key: Path
    tls_port: int | None = None
    """Where coturn itself listens, when something in front of it holds the port that pages use; None: that port."""
    listening_ips: tuple[str, ...] = ()
    """Empty: all addresses, of both families."""
    external_ip: str = ""
    """The public address, where the machine stands behind NAT; `PUBLIC/PRIVATE` when it has several."""
    allowed_peers: tuple[str, ...] = ()
    """Addresses, networks or ranges that may be reached although they are special: for laboratories."""
    user_quota: int = 36
    """Relays of one seat at once. A page opens three at a time (UDP, TCP, TLS), six in both families: for the call, for
    the next offer in waiting, and for each restart of a shaky network, while the former ones live on for a minute.
    A calm call was seen to have nine."""
    total_quota: int = 1200
    max_bytes_per_s: int = 500_000
    """Of one relay, in each direction: 4 Mbit/s, above what a picture takes."""


def coturn_configuration(settings: IceSettings, place: CoturnPlace, version: Version) -> str:
    """The whole file. Raises ConfigError when the relay is not configured or the version too old."""
    _check(settings, version)
    listening = [f"listening-ip={address}" for address in place.listening_ips]
    external = [f"external-ip={place.external_ip}"] if place.external_ip else []
    sections = (
        [
            f"# coturn {'.'.join(map(str, version))}, for Chevet. Written by `chevet turn-config`: write it again",
            "# after an upgrade of coturn. It holds a secret: mode 0600, of coturn's own user.",
        ],
        [
            f"realm={settings.turn_host}",
            "use-auth-secret",
            *(f"static-auth-secret={secret}" for secret in _secrets(settings)),
        ],
        [*listening, *external, f"listening-port={settings.turn_port}", *_tls(settings, place)],
        ["min-port=49152", "max-port=65535"],
        [
            f"user-quota={place.user_quota}",
            f"total-quota={place.total_quota}",
            f"max-bps={place.max_bytes_per_s}",
            "stale-nonce=600",
        ],
        [
            "no-tcp-relay",
            "no-multicast-peers",
            *(option for option, needless_from in HARDENING if version < needless_from),
            "simple-log",
            "syslog",
        ],
        ["# Nobody reaches inside hosts through the relay.", *_peers(place, version)],
    )
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def installed_version(program: str = "turnserver") -> Version:
    """Of the coturn on this machine. Raises ConfigError."""
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
    except OSError as error:
        raise ConfigError("coturn is not installed here: give --coturn-version") from error
    return version_of(told.stdout)


def version_of(text: str) -> Version:
    """Raises ConfigError."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    if found is None:
        raise ConfigError(f"`{text.strip()}` is no version of coturn; give one like 4.6.1")
    return int(found[1]), int(found[2]), int(found[3] or 0)


def _check(settings: IceSettings, version: Version) -> None:
    if not settings.turn_host:
        raise ConfigError("ice: set turn_host and turn_secret first")
    if version < OLDEST:
        raise ConfigError("coturn before 4.6.0 cannot be made safe; install a newer one")
    for secret in _secrets(settings):
        if not SECRET.fullmatch(secret):
            raise ConfigError(
                "ice: coturn would misread the secret; use letters, digits and + / . _ ~ - only"
            )


def _secrets(settings: IceSettings) -> list[str]:
    return [secret for secret in (settings.turn_secret, settings.turn_second_secret) if secret]


def _tls(settings: IceSettings, place: CoturnPlace) -> list[str]:
    port = place.tls_port or settings.turn_tls_port
    if port is None:
        return ["no-tls"]
    return [f"tls-listening-port={port}", f"cert={place.certificate}", f"pkey={place.key}"]


def _peers(place: CoturnPlace, version: Version) -> Iterator[str]:
    for peer in place.allowed_peers:
        yield f"allowed-peer-ip={_as_range(peer)}"
    for network, meaning in SPECIAL_RANGES:
        yield f"# {meaning}"
        yield f"denied-peer-ip={_as_range(network)}"
    yield "# IPv4 written as IPv6"
    yield from (f"denied-peer-ip={inside}" for inside in IPV4_INSIDE_IPV6)
    if version < MAPPED_IS_IPV4_FROM:
        yield f"denied-peer-ip={IPV4_MAPPED}"


def _as_range(peer: str) -> str:
    """`10.0.0.0/8` as coturn writes it: `10.0.0.0-10.255.255.255`. Raises ConfigError."""
    try:
        ends = [ipaddress.ip_address(end) for end in peer.split("-")]
        if len(ends) <= 2:
            return "-".join(map(str, ends))
    except ValueError:
        pass
    try:
        network = ipaddress.ip_network(peer)
    except ValueError as error:
        raise ConfigError(f"`{peer}` is no address, no network and no range of addresses") from error
    return f"{network[0]}-{network[-1]}"
