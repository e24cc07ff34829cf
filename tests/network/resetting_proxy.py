"""A proxy that inspects what it carries, and resets what is not HTTP: TLS opens, then nothing (F14).

python3 -m tests.network.resetting_proxy PORT
"""

import asyncio
import contextlib
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator

from tests.network.lab import ROOT, Namespace

PORT = 3129
AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER of zero seconds: closing sends a reset."""


async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read what the client says first, as an inspecting proxy does; then reset."""
    await reader.read(4096)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    writer.transport.abort()


async def serve(port: int) -> None:
    server = await asyncio.start_server(refuse, "0.0.0.0", port)
    print("ready", flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def between(router: Namespace, addresses: str) -> Iterator[None]:
    """While it stands, `router` leads TCP 443 to `addresses` (a set of nftables) to the proxy."""
    process = router.start(
        [sys.executable, "-m", "tests.network.resetting_proxy", str(PORT)], cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout.readline() == b"ready\n"
        router.nft(lead(addresses))
        yield
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
        router.nft("table ip proxy\ndelete table ip proxy\n")


def lead(addresses: str) -> str:
    return f"""
    table ip proxy {{
      chain lead {{
        type nat hook prerouting priority dstnat; policy accept;
        ip daddr {addresses} tcp dport 443 redirect to :{PORT}
      }}
    }}
    """


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
