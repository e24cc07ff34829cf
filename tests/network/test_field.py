"""The field measures itself: each NAT, firewall and handover does what the bench says that it does."""

import socket
import threading
import time

import pytest

from tests.network import lab as network
from tests.network.field import ADDRESSES, ADDRESSES_6, CELL, SECOND_TURN, SITE, TURN, WIFI, Field
from tests.network.lab import Profile

PORT = 7008
HERE = ADDRESSES[SITE]


@pytest.fixture(scope="module")
def field():
    if reason := network.why_not():
        pytest.skip(reason)
    with Field() as made:
        yield made


@pytest.fixture(autouse=True)
def as_at_first(field):
    field.reset()


@pytest.fixture(scope="module")
def mirrors(field):
    """UDP servers at the site that answer each packet with the address that it came from."""
    sockets = [mirror(field, socket.AF_INET, ADDRESSES[name]) for name in (SITE, TURN)]
    sockets.append(mirror(field, socket.AF_INET6, ADDRESSES_6[SITE]))
    yield
    for server in sockets:
        server.close()


def mirror(field, family, address):
    server = field.site.call(lambda: socket.socket(family, socket.SOCK_DGRAM))
    server.bind((address, PORT))

    def serve():
        while True:
            try:
                _, sender = server.recvfrom(2000)
                server.sendto(f"{sender[0]} {sender[1]}".encode(), sender)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    return server


def udp(host, family=socket.AF_INET):
    found = host.call(lambda: socket.socket(family, socket.SOCK_DGRAM))
    found.settimeout(0.5)
    return found


def seen(client, address=HERE, size=1):
    """As whom `address` sees the client: (address, port), or None when nothing comes back."""
    try:
        client.sendto(b"." * size, (address, PORT))
        where, port = client.recv(2000).decode().split()
    except (TimeoutError, OSError):
        return None
    return where, int(port)


def test_plain_routers_join_all_hosts_and_show_their_addresses(field, mirrors):
    assert seen(udp(field.caller))[0] == WIFI.address
    assert seen(udp(field.hospital))[0] == "172.20.0.2"


def test_a_nat_shows_one_public_port_whatever_the_destination(field, mirrors):
    field.translate(symmetric=False)
    with udp(field.caller) as client:
        first, second = seen(client), seen(client, ADDRESSES[TURN])
        assert first == second == (WIFI.public, client.getsockname()[1])


def test_a_symmetric_nat_shows_another_port_to_each_destination(field, mirrors):
    field.translate(symmetric=True)
    for host in (field.caller, field.hospital):
        with udp(host) as client:
            first, second = seen(client), seen(client, ADDRESSES[TURN])
            assert first[0] == second[0]
            assert len({first[1], second[1], client.getsockname()[1]}) == 3


def test_hole_punching_passes_two_nats_but_not_two_symmetric_ones(field, mirrors):
    assert punched(field, symmetric=False)
    assert not punched(field, symmetric=True)


def punched(field, symmetric):
    """Whether two hosts that know how the site sees them reach one another."""
    field.translate(symmetric=symmetric)
    with udp(field.caller) as caller, udp(field.hospital) as hospital:
        at_caller, at_hospital = seen(caller), seen(hospital)
        for _ in range(3):
            hospital.sendto(b"hello", at_caller)
            caller.sendto(b"hello", at_hospital)
        try:
            return caller.recv(2000) == b"hello"
        except TimeoutError:
            return False


def test_a_handover_leaves_no_address_behind_and_raises_the_other_one_only_then(field, mirrors):
    assert field.addresses(CELL.device) == []
    left, back = field.hand_over(gap_s=0.2)
    assert field.addresses(WIFI.device) == []
    assert seen(udp(field.caller))[0] == CELL.address
    assert 0.2 <= back - left < 1
    field.hand_over(gap_s=0)
    assert seen(udp(field.caller))[0] == WIFI.address


def test_a_second_network_that_is_up_beforehand_is_refused(field):
    field.caller.ip(f"link set {CELL.device} up")
    field.caller.ip(f"addr add {CELL.address}/24 dev {CELL.device}")
    with pytest.raises(RuntimeError, match="cell0 still has"):
        field.hand_over()
    field.caller.ip(f"addr flush dev {CELL.device}")
    field.caller.ip(f"link set {CELL.device} down")


def test_an_ipv6_only_telephone_has_no_ipv4_at_all(field, mirrors):
    with field.ipv6_only():
        assert field.addresses(CELL.device) == field.addresses(WIFI.device) == []
        assert seen(udp(field.caller)) is None
        assert seen(udp(field.caller, socket.AF_INET6), ADDRESSES_6[SITE]) is not None
    assert seen(udp(field.caller))[0] == WIFI.address


@pytest.mark.parametrize("side", ["caller", "hospital"])
def test_a_strict_firewall_lets_tcp_443_pass_and_no_udp(field, mirrors, side):
    host, router = (field.caller, field.router) if side == "caller" else (field.hospital, field.gateway)
    field.only_tcp_443(router)
    assert seen(udp(host)) is None
    listeners = [field.site.call(lambda port=port: socket.create_server((HERE, port))) for port in (80, 443)]
    with pytest.raises(ConnectionRefusedError):
        host.call(lambda: socket.create_connection((HERE, 80), timeout=2))
    host.call(lambda: socket.create_connection((HERE, 443), timeout=2)).close()
    for listener in listeners:
        listener.close()


def test_small_packets_only(field, mirrors):
    field.set_mtu(1280)
    field.forbid(field.router, "icmp type destination-unreachable drop")
    with udp(field.caller) as client:
        client.setsockopt(socket.IPPROTO_IP, 10, 2)  # IP_MTU_DISCOVER: never in pieces
        assert seen(client, size=1400) is None
        assert seen(client, size=1200) is not None


def test_loss_asked_is_loss_got(field, mirrors):
    field.link.shape(Profile("loss", loss=0.1), seed=4)
    with udp(field.caller) as client:
        for _ in range(1000):
            client.sendto(b"x", (HERE, PORT))
            time.sleep(0.0005)
    report = field.link.report()["up"]
    assert report["arrived"] >= 1000
    assert 0.07 <= report["lost"] / report["arrived"] <= 0.13


def test_names_are_those_of_the_lab(field):
    assert field.caller.run("getent", "ahostsv4", SECOND_TURN).split()[0] == ADDRESSES[SECOND_TURN]
