"""A real coturn inside the lab: STUN, TURN over UDP and TCP on 3478, TURN over TLS on 443."""

import base64
import hashlib
import hmac
import shutil
import subprocess
import time
from pathlib import Path

from tests.network.lab import TURN_ADDRESS, Namespace

SECRET = "lab-secret-of-enough-letters"
REALM = "lab.example"


def why_not() -> str | None:
    return None if shutil.which("turnserver") else "network lab: needs the Debian package coturn"


def start(namespace: Namespace, folder: Path, chain: Path, key: Path) -> subprocess.Popen:
    """Start coturn with the certificate; it ends with the namespace. The port range is wide on purpose:

    a closed page keeps its relay for minutes.
    """
    options = [
        "-n", "--no-cli", "--no-dtls", "--fingerprint", "--log-file=stdout", "--simple-log",
        f"--listening-ip={TURN_ADDRESS}", f"--relay-ip={TURN_ADDRESS}",
        "--listening-port=3478", "--tls-listening-port=443",
        f"--cert={chain}", f"--pkey={key}",
        "--use-auth-secret", f"--static-auth-secret={SECRET}", f"--realm={REALM}",
        "--min-port=20000", "--max-port=60000",
        f"--pidfile={folder / 'turnserver.pid'}", f"--userdb={folder / 'turn.db'}",
    ]  # fmt: skip
    with (folder / "turnserver.log").open("wb") as log:
        return namespace.start(["turnserver", *options], stdout=log, stderr=subprocess.STDOUT)


def ice_servers() -> list[dict[str, object]]:
    """What a page needs to use it, with a credential of an hour (the TURN REST scheme: a date, signed)."""
    username = str(int(time.time()) + 3600)
    digest = hmac.digest(SECRET.encode(), username.encode(), hashlib.sha1)
    urls = [
        f"turn:{TURN_ADDRESS}:3478?transport=udp",
        f"turn:{TURN_ADDRESS}:3478?transport=tcp",
        f"turns:{TURN_ADDRESS}:443?transport=tcp",
    ]
    credential = base64.b64encode(digest).decode()
    return [
        {"urls": [f"stun:{TURN_ADDRESS}:3478"]},
        {"urls": urls, "username": username, "credential": credential},
    ]
