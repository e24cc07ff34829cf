"""`chevet turn-config`: one file for each version of coturn, secret and complete."""

import stat
from pathlib import Path

import pytest

from chevet.adapters.turn_config import CoturnPlace, coturn_configuration, version_of
from chevet.config import ConfigError, IceSettings
from tests.server.test_cli import chevet

SECRET = "0123456789abcdefghij"
SETTINGS = IceSettings(turn_host="turn.samu44.example", turn_secret=SECRET)
PLACE = CoturnPlace(certificate=Path("/c.pem"), key=Path("/k.pem"))
ENVIRON = {"CHEVET_ICE__TURN_HOST": "turn.samu44.example", "CHEVET_ICE__TURN_SECRET": SECRET}
VERSION = ("--coturn-version", "4.6.1")


def options(version, settings=SETTINGS, place=PLACE):
    lines = coturn_configuration(settings, place, version).splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.proves("A31")
def test_the_mapped_range_is_denied_where_it_goes_round_the_rules_and_only_there():
    """From 4.9 on it would mean all of IPv4, and no call would be relayed."""
    mapped = "denied-peer-ip=::ffff:0.0.0.0-::ffff:255.255.255.255"
    assert mapped in options((4, 6, 1))
    assert mapped in options((4, 8, 0))
    assert mapped not in options((4, 9, 0))
    assert mapped not in options((4, 17, 1))


@pytest.mark.proves("A31")
@pytest.mark.parametrize("version", [(4, 6, 1), (4, 9, 0), (4, 17, 1)])
def test_no_range_begins_at_the_address_that_coturn_takes_for_any(version):
    denied = [line for line in options(version) if line.startswith("denied-peer-ip=")]
    assert len(denied) > 30
    assert not [line for line in denied if line.startswith("denied-peer-ip=::-")]


@pytest.mark.proves("A33", "A34", "A35")
def test_what_a_version_does_by_default_is_not_asked_of_it():
    """Coturn warns about options that it no longer has."""
    old, new = options((4, 6, 1)), options((4, 17, 1))
    for option in ("no-cli", "no-rfc5780", "no-software-attribute", "no-stun-backward-compatibility"):
        assert option in old
        assert option not in new
    assert "no-cli" in options((4, 9, 0))
    assert "no-dtls" in options((4, 16, 0))
    for lines in (old, new):
        assert "no-tcp-relay" in lines
        assert not [
            line for line in lines if line.startswith(("web-admin", "prometheus", "cli", "fingerprint"))
        ]


@pytest.mark.proves("A32")
def test_quotas_and_bandwidth_are_bounded():
    assert {"user-quota=36", "total-quota=1200", "max-bps=500000", "stale-nonce=600"} <= set(
        options((4, 6, 1))
    )


@pytest.mark.proves("A36")
def test_both_secrets_are_accepted_while_they_change_places():
    settings = IceSettings(turn_host="t.example", turn_secret=SECRET, turn_second_secret="the-second-secret")
    secrets = [line for line in options((4, 6, 1), settings) if line.startswith("static-auth-secret=")]
    assert secrets == [f"static-auth-secret={SECRET}", "static-auth-secret=the-second-secret"]


@pytest.mark.proves("F12")
def test_tls_is_where_pages_look_for_it_unless_something_stands_in_front():
    assert "tls-listening-port=443" in options((4, 6, 1))
    split = CoturnPlace(certificate=Path("/c"), key=Path("/k"), tls_port=5349)
    assert "tls-listening-port=5349" in options((4, 6, 1), place=split)
    without = IceSettings(turn_host="t.example", turn_secret=SECRET, turn_tls_port=None)
    assert "no-tls" in options((4, 6, 1), without)


@pytest.mark.parametrize(
    ("peer", "line"),
    [
        ("10.77.0.0/24", "allowed-peer-ip=10.77.0.0-10.77.0.255"),
        ("10.77.0.3", "allowed-peer-ip=10.77.0.3"),
        ("fd00::/64", "allowed-peer-ip=fd00::-fd00::ffff:ffff:ffff:ffff"),
        ("10.0.0.1-10.0.0.9", "allowed-peer-ip=10.0.0.1-10.0.0.9"),
    ],
)
def test_a_laboratory_may_allow_its_own_addresses(peer, line):
    place = CoturnPlace(certificate=Path("/c"), key=Path("/k"), allowed_peers=(peer,))
    assert line in options((4, 6, 1), place=place)


@pytest.mark.parametrize(
    ("settings", "place", "version", "word"),
    [
        (IceSettings(), PLACE, (4, 6, 1), "turn_host"),
        (SETTINGS, PLACE, (4, 5, 2), "4.6.0"),
        (IceSettings(turn_host="t.example", turn_secret='with "quotes" and #'), PLACE, (4, 6, 1), "misread"),
        (
            SETTINGS,
            CoturnPlace(certificate=Path("/c"), key=Path("/k"), allowed_peers=("lan",)),
            (4, 6, 1),
            "lan",
        ),
    ],
)
def test_what_cannot_be_written_safely_is_not_written(settings, place, version, word):
    with pytest.raises(ConfigError, match=word):
        coturn_configuration(settings, place, version)


@pytest.mark.parametrize(
    ("text", "version"),
    [("4.6.1\n", (4, 6, 1)), ("Coturn-4.17.1 'Gorst'", (4, 17, 1)), ("4.9", (4, 9, 0))],
)
def test_the_version_is_read(text, version):
    assert version_of(text) == version


@pytest.mark.proves("A60")
async def test_the_file_is_for_its_owner_only_even_over_an_open_one(tmp_path):
    path = tmp_path / "turnserver.conf"
    path.write_text("an older one")
    path.chmod(0o644)
    done = chevet("turn-config", *VERSION, "--output", str(path), folder=tmp_path, **ENVIRON)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f"static-auth-secret={SECRET}" in path.read_text()
    assert SECRET not in done.stdout + done.stderr


async def test_without_a_file_it_goes_to_standard_output(tmp_path):
    place = (
        "--certificate",
        "/etc/x.pem",
        "--external-ip",
        "11.0.0.1/10.0.0.1",
        "--listening-ip",
        "10.0.0.1",
    )
    done = chevet("turn-config", *VERSION, *place, folder=tmp_path, **ENVIRON)
    wanted = {"cert=/etc/x.pem", "external-ip=11.0.0.1/10.0.0.1", "listening-ip=10.0.0.1"}
    assert wanted <= set(done.stdout.splitlines())


async def test_it_says_what_is_missing(tmp_path):
    unset = chevet("turn-config", *VERSION, folder=tmp_path)
    assert unset.returncode == 1
    assert "turn_host" in unset.stderr
    absent = chevet("turn-config", folder=tmp_path, PATH="/nowhere", **ENVIRON)
    assert absent.returncode == 1
    assert "--coturn-version" in absent.stderr
