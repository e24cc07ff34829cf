"""The lab measures itself: a link gives what was asked, or the machine is too busy to tell."""

import socket
import threading
import time

import pytest

from tests.network import lab as network
from tests.network.lab import BAD_4G, CALLER_ADDRESS, PERFECT, SITE_ADDRESS, THREE_G, Lab, Profile

PORT = 7007
PACKETS = 600


def udp(namespace):
    return namespace.call(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))


@pytest.fixture(scope="module")
def lab():
    if reason := network.why_not():
        pytest.skip(reason)
    with Lab() as made:
        yield made


@pytest.fixture(scope="module")
def echo(lab):
    """A UDP echo at the site."""
    server = udp(lab.site)
    server.bind((SITE_ADDRESS, PORT))

    def serve():
        while True:
            packet, sender = server.recvfrom(2000)
            if packet == b"end":
                return
            server.sendto(packet, sender)

    thread = threading.Thread(target=serve)
    thread.start()
    yield (SITE_ADDRESS, PORT)
    lab.link.shape(PERFECT)
    lab.caller.call(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).sendto(
        b"end", (SITE_ADDRESS, PORT)
    )
    thread.join()
    server.close()


def exchange(lab, echo, count=PACKETS, every_s=0.003, size=100):
    """Send numbered packets from the caller; the round trips, in ms, of those that came back."""
    client = udp(lab.caller)
    client.bind((CALLER_ADDRESS, 0))
    client.settimeout(1.5)
    trips = {}

    def listen():
        while True:
            try:
                packet = client.recv(2000)
            except TimeoutError:
                return
            trips[int(packet[:8])] = (time.monotonic() - sent[int(packet[:8])]) * 1000

    sent = {}
    listener = threading.Thread(target=listen)
    listener.start()
    for number in range(count):
        sent[number] = time.monotonic()
        client.sendto(b"%08d" % number + b"." * (size - 8), echo)
        time.sleep(every_s)
    listener.join()
    client.close()
    return sorted(trips.values())


def conclusive(lab):
    """Skip, saying why, when packets left so late that the figures mean nothing."""
    late = max(path["late_p90_ms"] for path in lab.link.report().values())
    if late > 10:
        pytest.skip(f"inconclusive: load {network.queue_length():.1f}, packets left {late:.0f} ms late")


def test_delay_is_the_one_asked(lab, echo):
    lab.link.shape(Profile("delay", round_trip_ms=100))
    trips = exchange(lab, echo, count=200)
    conclusive(lab)
    assert len(trips) == 200
    assert 100 <= trips[100] <= 112


def test_loss_is_the_one_asked(lab, echo):
    lab.link.shape(Profile("loss", loss=0.05), seed=3)
    got = 1 - len(exchange(lab, echo)) / PACKETS
    asked = 1 - 0.95**2
    assert asked - 0.04 <= got <= asked + 0.04
    report = lab.link.report()
    assert report["up"]["arrived"] >= PACKETS


def test_same_seed_loses_the_same_packets(lab, echo):
    counts = []
    for _ in range(2):
        lab.link.shape(Profile("loss", loss=0.1), seed=5)
        counts.append(len(exchange(lab, echo, count=200, every_s=0.001)))
    assert counts[0] == counts[1]


def test_rate_is_bounded_and_so_is_the_queue(lab, echo):
    lab.link.shape(Profile("slow", down_kbit=400, up_kbit=400))
    start = time.monotonic()
    trips = exchange(lab, echo, count=150, every_s=0.001, size=1000)
    took = time.monotonic() - start - 1.5  # the listener's patience
    conclusive(lab)
    carried = len(trips) * 1028 * 8 / took / 1000
    assert 300 <= carried <= 440
    assert lab.link.report()["up"]["overflowed"] > 0
    assert trips[-1] <= 2 * 400 + 100


def test_a_cut_link_carries_nothing(lab, echo):
    lab.link.cut()
    assert exchange(lab, echo, count=20) == []


@pytest.mark.parametrize("profile", [BAD_4G, THREE_G], ids=lambda p: p.name)
def test_profiles_have_their_round_trip(lab, echo, profile):
    lab.link.shape(profile, seed=2)
    trips = exchange(lab, echo, count=100, every_s=0.01)
    conclusive(lab)
    assert profile.round_trip_ms <= trips[len(trips) // 2] <= profile.round_trip_ms * 1.1 + 10


def test_only_port_443_leaves_a_strict_firewall(lab, echo):
    lab.link.shape(PERFECT)
    lab.caller.only_tcp_443_out()
    try:
        with udp(lab.caller) as client, pytest.raises(PermissionError):
            client.sendto(b"x", echo)
        with pytest.raises(ConnectionRefusedError):
            lab.caller.call(lambda: socket.create_connection((SITE_ADDRESS, 80), timeout=2))
        listener = lab.site.call(lambda: socket.create_server((SITE_ADDRESS, 443)))
        lab.caller.call(lambda: socket.create_connection((SITE_ADDRESS, 443), timeout=2)).close()
        listener.close()
    finally:
        lab.caller.no_firewall()


def test_nothing_is_left_behind():
    if reason := network.why_not():
        pytest.skip(reason)
    with Lab() as second:
        names = {second.site.name, second.caller.name}
        sleeper = second.site.start(["sleep", "600"])
    assert sleeper.returncode is not None
    listed = network.Namespace.run_quietly("ip", "netns", "list")
    assert not any(name in listed for name in names)
