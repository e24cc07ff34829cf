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
        IceServer(urls=[f"stun:{_host(settings)}:{settings.turn_port}"]),
        IceServer(urls=_turn_urls(settings), username=username, credential=credential),
    ]


def turn_credential(settings: IceSettings, *, name: str, now: float) -> tuple[str, str]:
    """A user name that says when it expires, and its proof."""
    username = f"{int(now) + settings.credential_ttl_s}:{re.sub(r'[^A-Za-z0-9._-]', '', name)}"
    proof = hmac.digest(settings.turn_secret.encode(), username.encode(), "sha1")
    return username, base64.b64encode(proof).decode()


def _turn_urls(settings: IceSettings) -> list[str]:
    """Three at most: browsers gather from each, and more slow them down (F11)."""
    host, port = _host(settings), settings.turn_port
    urls = [f"turn:{host}:{port}?transport=udp", f"turn:{host}:{port}?transport=tcp"]
    if settings.turn_tls_port:
        urls.append(f"turns:{host}:{settings.turn_tls_port}?transport=tcp")
    return urls


def _host(settings: IceSettings) -> str:
    is_ipv6 = ":" in settings.turn_host and not settings.turn_host.startswith("[")
    return f"[{settings.turn_host}]" if is_ipv6 else settings.turn_host
