"""The network lab at full size: a telephone with Wi-Fi and mobile network, a hospital, and a site between them.

    caller ── wifi0, cell0 ── router ── impaired link ── site ── gateway ── hospital

`router` is the telephone's side (the box at home and the operator), `gateway` the hospital's. Both are routers at
first; `translate` makes NATs of them, `only_tcp_443` firewalls. The site has a dispatcher's server and two
addresses for TURN. The addresses look public, for browsers and coturn treat private ones apart; nothing leaves.
"""

import contextlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.network import lab
from tests.network.impairer import DEVICE, MTU
from tests.network.lab import Link, Namespace

SITE = "visio.samu44.example"
TURN = "turn.samu44.example"
SECOND_TURN = "turn2.samu44.example"
ADDRESSES = {SITE: "11.0.1.1", TURN: "11.0.1.3", SECOND_TURN: "11.0.1.4"}
ADDRESSES_6 = {SITE: "2a00:1::1", TURN: "2a00:1::3", SECOND_TURN: "2a00:1::4"}
PUBLIC_OF_CALLER = "11.0.2.0/24"
HOSPITAL_PUBLIC = "11.0.3.40"
HOSPITAL_LAN = "172.20.0.0/24"


@dataclass(frozen=True)
class Access:
    """One of the telephone's two networks. `public` is what a NAT shows to the world."""

    name: str
    device: str
    address: str
    gateway: str
    lan: str
    public: str


WIFI = Access("Wi-Fi", "wifi0", "192.168.1.2", "192.168.1.1", "192.168.1.0/24", "11.0.2.10")
CELL = Access("mobile", "cell0", "10.20.0.2", "10.20.0.1", "10.20.0.0/24", "11.0.2.20")
CELL_6 = ("2a00:2::2", "2a00:2::1")


class Field:
    """All five hosts, wired. `reset` puts everything back as it was at first."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=lab.PREFIX))
        self.access = WIFI

    def __enter__(self) -> Self:
        lab.sweep()
        with contextlib.ExitStack() as undo:
            undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
            for role in ("caller", "router", "site", "gateway", "hospital"):
                host = Namespace(role, self.folder, ipv6=role in {"router", "site"})
                undo.callback(host.close)
                setattr(self, role, host)
            self._wire()
            undo.callback(self.link.close)
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    caller: Namespace
    router: Namespace
    site: Namespace
    gateway: Namespace
    hospital: Namespace

    def _wire(self) -> None:
        self._wire_site()
        self._wire_caller()
        self._wire_hospital()
        for host in (self.caller, self.hospital, self.site):
            host.hosts({name: [address] for name, address in ADDRESSES.items()})
        self.attach(WIFI)

    def _wire_site(self) -> None:
        self.link = Link(
            self.router, self.site, ["198.18.0.2/30", "2a00::2/64"], ["198.18.0.1/30", "2a00::1/64"]
        )
        for address in ADDRESSES.values():
            self.site.ip(f"addr add {address}/32 dev lo")
        for address in ADDRESSES_6.values():
            self.site.ip(f"addr add {address}/128 dev lo nodad")
        for lan in (WIFI.lan, CELL.lan, PUBLIC_OF_CALLER):
            self.site.ip(f"route add {lan} via 198.18.0.2")
        self.site.ip("route add 2a00:2::/64 via 2a00::2")
        self.router.ip("route add default via 198.18.0.1")
        self.router.ip("-6 route add default via 2a00::1")
        for host in (self.router, self.site):
            host.set("ipv4/ip_forward", 1)
            host.set("ipv6/conf/all/forwarding", 1)

    def _wire_caller(self) -> None:
        for access in (WIFI, CELL):
            inner = access.device.removesuffix("0")
            self.caller.ip(f"link add {access.device} type veth peer name {inner} netns {self.router.name}")
            self.router.ip(f"addr add {access.gateway}/24 dev {inner}")
            self.router.ip(f"link set {inner} up")
            self.router.ip(f"addr add {access.public}/32 dev lo")
        self.router.ip(f"addr add {CELL_6[1]}/64 dev cell nodad")

    def _wire_hospital(self) -> None:
        self.site.ip(f"link add hospital type veth peer name wan netns {self.gateway.name}")
        self.hospital.ip(f"link add lan0 type veth peer name lan netns {self.gateway.name}")
        wired = [
            (self.site, "hospital", "198.18.1.1/30"), (self.gateway, "wan", "198.18.1.2/30"),
            (self.gateway, "lan", "172.20.0.1/24"), (self.hospital, "lan0", "172.20.0.2/24"),
        ]  # fmt: skip
        for host, device, address in wired:
            host.ip(f"addr add {address} dev {device}")
            host.ip(f"link set {device} up")
        self.gateway.ip(f"addr add {HOSPITAL_PUBLIC}/32 dev lo")
        self.gateway.set("ipv4/ip_forward", 1)
        self.gateway.ip("route add default via 198.18.1.1")
        self.hospital.ip("route add default via 172.20.0.1")
        for lan in (HOSPITAL_LAN, f"{HOSPITAL_PUBLIC}/32"):
            self.site.ip(f"route add {lan} via 198.18.1.2")

    # --- the telephone's networks -----------------------------------------------------------------------

    def attach(self, access: Access) -> None:
        """The telephone gets an address from this network and a way out: at once, for browsers act on the first."""
        self.caller.ip(f"link set {access.device} up")
        self.caller.ip_at_once(
            f"addr add {access.address}/24 dev {access.device}", f"route add default via {access.gateway}"
        )
        self.access = access

    def leave(self) -> None:
        """The telephone loses the network it is on, with its address: a link that is only down would go on."""
        self.caller.ip(f"addr flush dev {self.access.device}")
        self.caller.ip(f"link set {self.access.device} down")

    def hand_over(self, gap_s: float = 1.0) -> tuple[float, float]:
        """From one network to the other, with nothing between; when it left, when it had a network again."""
        other = CELL if self.access is WIFI else WIFI
        self._require_down(other)
        left = time.time()
        self.leave()
        self._require_down(self.access)
        time.sleep(gap_s)
        self.attach(other)
        return left, time.time()

    def _require_down(self, access: Access) -> None:
        """Traps of such a bench: an address that outlives its link, a second network that is up beforehand."""
        if found := self.addresses(access.device):
            raise RuntimeError(f"{access.device} still has {found}")

    def addresses(self, device: str) -> list[str]:
        """The IPv4 addresses of one of the telephone's interfaces, if it is up."""
        shown = json.loads(self.caller.run("ip", "-json", "-4", "addr", "show", "dev", device))
        return [found["local"] for entry in shown for found in entry.get("addr_info", [])]

    @contextlib.contextmanager
    def ipv6_only(self) -> Iterator[None]:
        """The telephone has a mobile network of today and not one IPv4 address; the names have both kinds."""
        self.leave()
        self.caller.hosts({name: [ADDRESSES_6[name], ADDRESSES[name]] for name in ADDRESSES})
        self.caller.set("ipv6/conf/cell0/disable_ipv6", 0)
        self.caller.set("ipv6/conf/cell0/accept_dad", 0)  # else a change of network a second later
        self.caller.ip("link set cell0 up")
        self.caller.ip(f"addr add {CELL_6[0]}/64 dev cell0 nodad")
        self.caller.ip(f"-6 route add default via {CELL_6[1]}")
        try:
            yield
        finally:
            self.caller.set("ipv6/conf/cell0/disable_ipv6", 1)
            self.caller.ip("link set cell0 down")
            self.caller.hosts({name: [address] for name, address in ADDRESSES.items()})
            self.attach(WIFI)

    # --- what stands in the way -------------------------------------------------------------------------

    def translate(self, *, symmetric: bool) -> None:
        """NAT on both sides. Symmetric: another port for each destination, so that only a relay gets through."""
        how = " fully-random" if symmetric else ""
        caller = "".join(f"ip saddr {a.lan} oifname {DEVICE} snat to {a.public}{how}\n" for a in (WIFI, CELL))
        hospital = f"ip saddr {HOSPITAL_LAN} oifname wan snat to {HOSPITAL_PUBLIC}{how}\n"
        self.router.nft(nat_rules(caller, DEVICE))
        self.gateway.nft(nat_rules(hospital, "wan"))

    def only_tcp_443(self, side: Namespace) -> None:
        """`side` (router or gateway) lets nothing out but TCP to port 443: no UDP at all."""
        self.forbid(
            side,
            "meta l4proto udp drop",
            "tcp dport != 443 tcp flags & (syn | ack) == syn reject with tcp reset",
        )

    def forbid(self, side: Namespace, *rules: str) -> None:
        """What `side` does with the packets that it forwards, in the words of nftables."""
        lines = "\n".join(rules)
        chain = f"type filter hook forward priority 0; policy accept;\n{lines}"
        side.nft(f"table inet faults {{\n chain forward {{\n{chain}\n}}\n}}\n")

    def allow_all(self) -> None:
        """No firewall any more, and no NAT."""
        for side in (self.router, self.gateway):
            side.nft("flush ruleset\n")

    def reset(self) -> None:
        """Everything as at first: on Wi-Fi, plain routers, a perfect link."""
        self.allow_all()
        self.link.shape(lab.PERFECT)
        self.set_mtu(MTU)
        if self.access is not WIFI:
            self.leave()
            self.attach(WIFI)

    def set_mtu(self, size: int) -> None:
        """The largest packet, in bytes, that passes between the telephone's router and the site."""
        for host in (self.router, self.site):
            host.ip(f"link set {DEVICE} mtu {size}")

    def flows(self, side: Namespace, port: int) -> list[int]:
        """The ports from which `side` has a TCP connection to `port` now."""
        listed = side.run("ss", "-Htn", "state", "established", "dport", "=", f":{port}")
        return sorted({int(line.split()[2].rpartition(":")[2]) for line in listed.splitlines()})


def nat_rules(sources: str, wan: str) -> str:
    """Source NAT; what comes in without having been asked for is dropped, as every box and operator does.

    The drop matters to the NAT itself: a packet that is let in keeps its port from being used by the way out.
    """
    return f"""
    table ip nat
    delete table ip nat
    table ip nat {{
      chain out {{
        type nat hook postrouting priority srcnat; policy accept;
        {sources}
      }}
      chain unasked {{
        type filter hook input priority 0; policy accept;
        iifname {wan} ct state new drop
      }}
      chain through {{
        type filter hook forward priority -10; policy accept;
        iifname {wan} ct state new drop
      }}
    }}
    """
