"""Two network namespaces, "caller" and "site", joined by a link as bad as asked. For tests and benches.

    with Lab() as lab:
        lab.link.shape(BAD_4G)
        lab.site.start(["python3", "-m", "http.server", "--bind", SITE_ADDRESS])
        chromium = lab.caller.browser("/usr/bin/chromium")   # give it to Playwright as executable_path

Needs root and /dev/net/tun: `why_not()` says what is missing, and tests skip with that sentence.
Everything that a lab makes bears the prefix `chevet-lab-PID-` and goes when the `with` block ends.
"""

import contextlib
import ctypes
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path as FilePath
from typing import Self, TypeVar

import psutil

from tests.network.impairer import CLONE_NEWNET, DEVICE, MTU, Path

ROOT = FilePath(__file__).resolve().parents[2]
PREFIX = "chevet-lab-"
NAMES = FilePath("/etc/netns")
"""`ip netns exec NAME` lays the files of /etc/netns/NAME over those of /etc."""
CALLER_ADDRESS = "10.77.0.2"
SITE_ADDRESS = "10.77.0.1"
TURN_ADDRESS = "10.77.0.3"
FLOOR_ADDRESS = "10.77.0.4"
"""More addresses of the site: coturn and what a bench compares with need a port 443 of their own."""

T = TypeVar("T")


@dataclass(frozen=True)
class Profile:
    """A kind of link, as a caller has it. `loss` holds for each direction."""

    name: str
    round_trip_ms: float = 0
    down_kbit: float = 0
    up_kbit: float = 0
    loss: float = 0
    jitter_ms: float = 0

    def down(self) -> Path:
        return Path(self.round_trip_ms / 2, self.jitter_ms, self.loss, self.down_kbit)

    def up(self) -> Path:
        return Path(self.round_trip_ms / 2, self.jitter_ms, self.loss, self.up_kbit)


PERFECT = Profile("perfect")
GOOD_4G = Profile("good 4G", 50, 10_000, 5_000)
BAD_4G = Profile("bad 4G", 200, 1_500, 750, 0.01)
THREE_G = Profile("3G", 400, 400, 400, 0.02)
PROFILES = {p.name: p for p in (GOOD_4G, BAD_4G, THREE_G)}


def why_not() -> str | None:
    """What this machine lacks for a lab, or None when it lacks nothing."""
    if os.geteuid() != 0:
        return "network lab: needs root, to make network namespaces"
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "network lab: needs /dev/net/tun"
    if shutil.which("ip") is None or shutil.which("nft") is None:
        return "network lab: needs the Debian packages iproute2 and nftables"
    return _may_make_namespaces()


def _may_make_namespaces() -> str | None:
    name = f"{PREFIX}{os.getpid()}-try"
    tried = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True, text=True)
    if tried.returncode:
        return f"network lab: {tried.stderr.strip()}"
    _ip("netns", "del", name)
    return None


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


_numbers = itertools.count(1)


class Namespace:
    """One host of the lab. What is started in it ends with it. IPv4 only, so that nothing speaks unasked."""

    def __init__(self, role: str, folder: FilePath, *, ipv6: bool = False) -> None:
        self.name = f"{PREFIX}{os.getpid()}-{next(_numbers)}-{role}"
        self._folder = folder
        self._started: list[subprocess.Popen] = []
        _ip("netns", "add", self.name)
        _ip("-n", self.name, "link", "set", "lo", "up")
        self.set("ipv6/conf/default/disable_ipv6", int(not ipv6))

    def command(self, words: Sequence[str]) -> list[str]:
        return ["ip", "netns", "exec", self.name, *words]

    def start(self, words: Sequence[str], **options: object) -> subprocess.Popen:
        process = subprocess.Popen(self.command(words), **options)  # type: ignore[call-overload]
        self._started.append(process)
        return process

    def run(self, *words: str) -> str:
        return subprocess.run(self.command(words), check=True, capture_output=True, text=True).stdout

    def set(self, name: str, value: int) -> None:
        """A setting of this host's kernel, by its path below /proc/sys/net."""
        self.run("sh", "-c", f"echo {value} > /proc/sys/net/{name}")

    def ip(self, words: str) -> None:
        """`ip WORDS` inside: addresses, routes, interfaces."""
        _ip("-n", self.name, *words.split())

    def ip_at_once(self, *lines: str) -> None:
        """Several of `ip`, with less than a millisecond between them."""
        words = ["ip", "-n", self.name, "-batch", "-"]
        subprocess.run(words, input="\n".join(lines), check=True, text=True, capture_output=True)

    def nft(self, rules: str) -> None:
        """Lay these rules of nftables."""
        subprocess.run(
            self.command(["nft", "-f", "-"]), input=rules, check=True, text=True, capture_output=True
        )

    def hosts(self, names: Mapping[str, Sequence[str]]) -> None:
        """What each name means to the programs started from now on; they ask no other server of names.

        With a dot at its end too: that is how Chromium asks for a TURN server over UDP.
        """
        folder = NAMES / self.name
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{address} {name} {name}.\n" for name, addresses in names.items() for address in addresses]
        (folder / "hosts").write_text("127.0.0.1 localhost\n" + "".join(lines))
        (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")

    def browser(self, executable: str, niceness: int = -10) -> str:
        """A wrapper that runs `executable` inside: its driver talks to it over a pipe, which gets through."""
        wrapper = self._folder / f"{self.name}-{FilePath(executable).name}"
        inside = " ".join(self.command([executable]))
        wrapper.write_text(f'#!/bin/sh\nexec nice -n {niceness} {inside} "$@"\n')
        wrapper.chmod(0o755)
        return str(wrapper)

    def call(self, function: Callable[[], T]) -> T:
        """Run `function` in a thread that has entered the namespace: the sockets it opens are inside."""
        outcome: list[T] = []
        failures: list[BaseException] = []

        def inside() -> None:
            try:
                enter(self.name)
                outcome.append(function())
            except BaseException as failure:
                failures.append(failure)

        thread = threading.Thread(target=inside)
        thread.start()
        thread.join()
        if failures:
            raise failures[0]
        return outcome[0]

    def only_tcp_443_out(self) -> None:
        """A hospital's or a hotel's firewall: no UDP at all, and TCP to port 443 alone."""
        rules = """
        table inet lab {
          chain out {
            type filter hook output priority 0; policy accept;
            oifname "lo" accept
            meta l4proto udp drop
            tcp dport != 443 tcp flags & (syn|ack) == syn reject with tcp reset
          }
        }
        """
        self.nft(rules)

    def no_firewall(self) -> None:
        subprocess.run(self.command(["nft", "flush", "ruleset"]), check=True, capture_output=True)

    def close(self) -> None:
        for pid in self.run_quietly("ip", "netns", "pids", self.name).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        for process in self._started:
            process.wait()
        self.run_quietly("ip", "netns", "del", self.name)
        shutil.rmtree(NAMES / self.name, ignore_errors=True)

    @staticmethod
    def run_quietly(*words: str) -> str:
        return subprocess.run(words, check=False, capture_output=True, text=True).stdout


def enter(namespace: str) -> None:
    """Move the calling thread into `namespace`."""
    entry = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).setns(entry, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter namespace {namespace}")
    finally:
        os.close(entry)


class Link:
    """The path between the caller's side and the site's, served by a process of its own."""

    def __init__(
        self, caller: Namespace, site: Namespace, caller_has: Sequence[str], site_has: Sequence[str]
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.network.impairer", site.name, caller.name],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        if not self._answer().get("ready"):
            raise RuntimeError("the impairer did not start")
        self._address(site, site_has)
        self._address(caller, caller_has)

    @staticmethod
    def _address(namespace: Namespace, addresses: Sequence[str]) -> None:
        for address in addresses:
            namespace.ip(f"addr add {address} dev {DEVICE}" + (" nodad" if ":" in address else ""))
        namespace.ip(f"link set {DEVICE} mtu {MTU} up")

    def _ask(self, command: dict) -> dict:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the impairer has ended")
        return json.loads(line)

    def shape(self, profile: Profile, seed: int = 1) -> None:
        """Behave as `profile` from now on. The same seed loses the same packets; the figures start again."""
        paths = {"a_to_b": asdict(profile.down()), "b_to_a": asdict(profile.up())}
        self._ask({"shape": paths | {"seed": seed}})

    def report(self) -> dict[str, dict[str, float]]:
        """What each direction did since `shape`: packets, bytes, losses, and how late packets left."""
        answer = self._ask({"report": True})
        return {"down": answer["a_to_b"], "up": answer["b_to_a"]}

    def cut(self) -> None:
        """Nothing passes any more. Nobody is told: packets vanish, as in a lift."""
        self.shape(Profile("cut", loss=1))

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()


class Lab:
    """Both namespaces and their link."""

    def __init__(self) -> None:
        self.folder = FilePath(tempfile.mkdtemp(prefix=PREFIX))

    def __enter__(self) -> Self:
        sweep()
        with contextlib.ExitStack() as undo:
            undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.site = Namespace("site", self.folder)
            undo.callback(self.site.close)
            self.caller = Namespace("caller", self.folder)
            undo.callback(self.caller.close)
            site_has = [f"{address}/24" for address in (SITE_ADDRESS, TURN_ADDRESS, FLOOR_ADDRESS)]
            self.link = Link(self.caller, self.site, [f"{CALLER_ADDRESS}/24"], site_has)
            for namespace in (self.caller, self.site):
                namespace.ip(f"route add default dev {DEVICE}")
            undo.callback(self.link.close)
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()


def sweep() -> None:
    """Remove the namespaces of labs whose process died without tidying up."""
    for line in Namespace.run_quietly("ip", "netns", "list").splitlines():
        name = line.split()[0]
        pid = name.removeprefix(PREFIX).split("-")[0]
        if name.startswith(PREFIX) and pid.isdigit() and not psutil.pid_exists(int(pid)):
            for inside in Namespace.run_quietly("ip", "netns", "pids", name).split():
                os.kill(int(inside), signal.SIGKILL)
            Namespace.run_quietly("ip", "netns", "del", name)
            shutil.rmtree(NAMES / name, ignore_errors=True)


class LoadWatch:
    """How busy the machine was while something was measured: share of all cores in use, 0 to 1."""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        psutil.cpu_percent()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def _sample(self) -> None:
        while not self._stop.wait(0.25):
            self.samples.append(psutil.cpu_percent() / 100)

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def mean(self) -> float:
        return sum(self.samples) / len(self.samples) if self.samples else 0.0


def queue_length() -> float:
    """Processes that ran or waited for a core, mean of the last minute (the machine's load average)."""
    return os.getloadavg()[0]


def is_overloaded() -> bool:
    """Timings swing by two or three when more runs than there are cores: "inconclusive", not "failed"."""
    return queue_length() > (os.cpu_count() or 1)


def wait_until_quiet(share: float = 0.25, at_most_s: float = 5) -> float:
    """Wait until less than `share` of the cores is in use, or no longer than `at_most_s`; returns that share.

    A new window of Chromium keeps a core busy for a second before any page is in it.
    """
    for _ in range(int(at_most_s / 0.2)):
        if (busy := psutil.cpu_percent(0.2) / 100) < share:
            return busy
    return busy
