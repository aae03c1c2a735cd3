"""The host's ends of guestbench's measurements (ends.c), at one address.

    with Ends("127.0.0.1") as ends:
        ends.ports["udp_echo"]
"""
import subprocess

from guest import BUILD, ROOT

SOURCE, PROGRAM = ROOT / "tests/bench/ends.c", BUILD / "bench/ends"


def build():
    if not PROGRAM.exists() or PROGRAM.stat().st_mtime < SOURCE.stat().st_mtime:
        PROGRAM.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["gcc", "-O2", "-Wall", "-o", PROGRAM, SOURCE], check=True)


class Ends:
    def __init__(self, address="127.0.0.1"):
        build()
        self._address = address

    def __enter__(self):
        self._process = subprocess.Popen([PROGRAM, self._address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        lines = iter(self._process.stdout.readline, "\n")  # an empty line is the last one
        self.ports = {name: int(port) for name, port in map(str.split, lines)}
        return self

    def __exit__(self, *unused):
        self._process.stdin.close()
        self._process.wait(5)
        self._process.stdout.close()
