"""The host's ends of guestbench's measurements, at one address: ends.c for UDP, Peers for TCP.

    with Ends("127.0.0.1") as ends:
        ends.ports["udp_echo"]  # and udp_sink, udp_source, tcp_echo, tcp_sink, tcp_source
"""
import subprocess

from guest import BUILD, ROOT
from peers import Peers

SOURCE, PROGRAM = ROOT / "tests/bench/ends.c", BUILD / "bench/ends"


def build():
    if not PROGRAM.exists() or PROGRAM.stat().st_mtime < SOURCE.stat().st_mtime:
        PROGRAM.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["gcc", "-O2", "-Wall", "-o", PROGRAM, SOURCE], check=True)


class Ends:
    def __init__(self, address="127.0.0.1"):
        build()
        self._address, self._peers = address, Peers(address)

    def __enter__(self):
        self._udp = subprocess.Popen([PROGRAM, self._address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        udp = self._udp.stdout.readline().split()
        peers = self._peers.__enter__()
        self.ports = {**dict(zip(("udp_echo", "udp_sink", "udp_source"), map(int, udp))),
                      "tcp_echo": peers.echo, "tcp_sink": peers.sink, "tcp_source": peers.source}
        return self

    def __exit__(self, *unused):
        self._peers.__exit__()
        self._udp.stdin.close()
        self._udp.wait(5)
        self._udp.stdout.close()
