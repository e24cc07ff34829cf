"""How the HTTP and WebSocket server is set, in production and in tests alike."""

from typing import Any

from chevet.config import Config
from chevet.protocol import MAX_MESSAGE_BYTES


def server_options(config: Config) -> dict[str, Any]:
    """Options of uvicorn.Config, but for where it listens.

    A proxy is believed only when it was named (A1); deflate is off, it would double the memory of a socket;
    a socket that answers no ping is let go of within 15 s (F6); no access log. Browsers answer these pings by
    themselves, so that a page in the background, whose timers come once a minute, keeps its socket.
    """
    listen = config.listen
    return {
        "ssl_certfile": listen.tls_certificate,
        "ssl_keyfile": listen.tls_key,
        "proxy_headers": bool(listen.trusted_proxies),
        "forwarded_allow_ips": listen.trusted_proxies or [],
        "server_header": False,
        "access_log": False,
        "log_config": None,
        "ws_per_message_deflate": False,
        "ws_max_size": MAX_MESSAGE_BYTES,
        "ws_ping_interval": 6.0,
        "ws_ping_timeout": 8.0,
        "timeout_graceful_shutdown": 10,
        "timeout_keep_alive": 75,
    }
