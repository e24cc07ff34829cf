"""ICE servers for a page: a fixed list, and coturn with credentials that expire.

The credentials are those of "A REST API For Access To TURN Services" (draft-uberti-behave-turn-rest), which
coturn calls `use-auth-secret`.
"""

import base64
import hmac
import re

from chevet.config import IceSettings
from chevet.protocol import IceServer


def ice_servers(settings: IceSettings, *, name: str, now: float) -> list[IceServer]:
    """Servers for one seat, called `name` in coturn's logs. `now` is in seconds since the epoch."""
    fixed = [IceServer(urls=s.urls, username=s.username, credential=s.credential) for s in settings.servers]
    if not settings.turn_host:
        return fixed
    username, credential = turn_credential(settings, name=name, now=now)
    return [
        *fixed,
        IceServer(urls=[f"stun:{_bracketed(host)}:{settings.turn_port}" for host in _hosts(settings)]),
        IceServer(urls=_turn_urls(settings), username=username, credential=credential),
    ]


def turn_credential(settings: IceSettings, *, name: str, now: float) -> tuple[str, str]:
    """A user name that says when it expires, and its proof."""
    username = f"{int(now) + settings.credential_ttl_s}:{re.sub(r'[^A-Za-z0-9._-]', '', name)}"
    proof = hmac.digest(settings.turn_secret.encode(), username.encode(), "sha1")
    return username, base64.b64encode(proof).decode()


def _turn_urls(settings: IceSettings) -> list[str]:
    """Three at most: browsers gather from each, and more slow them down (F11).

    With a second relay, the first one's TCP on 3478 gives way to it: TLS passes wherever that does.
    """
    first, *others = (_ways(settings, host) for host in _hosts(settings))
    if not others:
        return first
    return [first[0], first[-1], others[0][-1]]


def _ways(settings: IceSettings, name: str) -> list[str]:
    """To one relay, the quickest first, the one that passes firewalls last."""
    host = _bracketed(name)
    urls = [f"turn:{host}:{settings.turn_port}?transport={way}" for way in ("udp", "tcp")]
    if settings.turn_tls_port:
        urls.append(f"turns:{host}:{settings.turn_tls_port}?transport=tcp")
    return urls


def _hosts(settings: IceSettings) -> list[str]:
    return [host for host in (settings.turn_host, settings.turn_second_host) if host]


def _bracketed(host: str) -> str:
    is_ipv6 = ":" in host and not host.startswith("[")
    return f"[{host}]" if is_ipv6 else host
