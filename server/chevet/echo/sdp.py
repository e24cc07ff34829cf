"""What browsers write in descriptions and aiortc stumbles over."""


def digestible(sdp: str) -> str:
    """Without candidates that hide behind mDNS names, and without the word that there are no more.

    Firefox, and Chromium before a camera is allowed, give such names only (draft-ietf-mmusic-mdns-ice-candidates).
    Those that aioice cannot look up it drops, and at the last word, having none left, gathers none of its own. The
    browser finds us by our candidates, and we it by its checks.
    """
    lines = [line for line in sdp.splitlines() if not _stumbles(line)]
    return "\r\n".join(lines) + "\r\n"


def _stumbles(line: str) -> bool:
    return line == "a=end-of-candidates" or (line.startswith("a=candidate:") and ".local " in line)
