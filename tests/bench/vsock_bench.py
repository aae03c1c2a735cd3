"""Measures vsock: how soon a guest is heard, and its speed beside that of a Linux guest (tests/linux/) on the same vsockd.

`tests/bench/run vsock` measures these rows only. Both guests have vsockpeer, the same C program, and the host's ends of the
connections are here. While one guest is measured, the other one is stopped.
"""
import concurrent.futures
import contextlib
import socket
import statistics
import sys
import time

import bare
from figures import AT_LEAST, AT_MOST, ICOUNT, figures_of, used_memory
from guest import BUILD, Skip
from linux_guest import LinuxGuest, prepare
from peers import Peers
from vsock_guest import VsockGuest

PIECE = 65536
SECONDS = 1
ECHO, DISCARD, ZEROS = 7, 9, 19  # vsockpeer's ports
VSOCKPEER = {"IMAGE": BUILD / "test.img", "SERVICES": "vsockpeer"}
GUESTS, AT_ONCE = 24, 2  # AT_ONCE: as many as a host with two cores can start at once


# --- how soon a guest is heard ---

class Heard(VsockGuest):
    """A guest of one hart, up when vsockpeer's first byte has arrived."""

    def __init__(self, name, **knobs):
        super().__init__(name, boot=False, CPUS=1, **VSOCKPEER, **knobs)
        self._line = super()._command()

    def _command(self):
        return self._line

    def wait_up(self):
        self.seconds = self.wait_vsockpeer(20) - self.started


class Empty(Heard):
    """An empty kernel in the same QEMU, up when it has written to the console."""

    def __init__(self, name):
        super().__init__(name, KERNEL=bare.build("empty"))

    def wait_up(self):
        self.wait("!", 20)
        self.seconds = time.monotonic() - self.started


def measure_first_byte(figures):
    with Heard("bench-heard") as g:
        figures.add("vsock first byte", g.seconds)
        g.wait_prompt()
        figures.add("vsock memory", used_memory(g) / 1024)
    with Empty("bench-heard") as g:
        figures.add("vsock empty", g.seconds)


def measure_guests(figures):
    def hear(guest):
        with guest:
            pass

    guests = [Heard(f"bench-heard-{i}") for i in range(GUESTS)]
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(hear, guests))
    figures.add("vsock guests", GUESTS / (time.monotonic() - began))


# --- nx6 and Linux ---

def rate_to_host(guest):
    """MB/s that a program on the host reads. The first MiB is not counted."""
    buffer = bytearray(PIECE)
    with guest.connect(ZEROS) as s:
        warm = total = 0
        while warm < 1 << 20:
            warm += s.recv_into(buffer)
        began = time.perf_counter()
        while (took := time.perf_counter() - began) < SECONDS:
            total += s.recv_into(buffer)
        return total / took / 1e6


def rate_to_guest(guest):
    """MB/s that a program on the host writes. The guest ends the connection when it has read all."""
    data = bytes(PIECE)
    with guest.connect(DISCARD) as s:
        total, began = 0, time.perf_counter()
        while time.perf_counter() - began < SECONDS:
            s.sendall(data)
            total += PIECE
        s.shutdown(socket.SHUT_WR)
        s.recv(1)
        return total / (time.perf_counter() - began) / 1e6


def round_trip(guest):
    """The median time of a byte to the guest and back, in us."""
    times = []
    with guest.connect(ECHO) as s:
        for _ in range(1000):
            began = time.perf_counter()
            s.sendall(b"x")
            s.recv(1)
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e6


SPEEDS = {  # by row: the function, its unit, the goal as a multiple of Linux's figure
    "vsock to host": (rate_to_host, "MB/s", 2, AT_LEAST),
    "vsock to guest": (rate_to_guest, "MB/s", 2, AT_LEAST),
    "vsock round trip": (round_trip, "us", 0.4, AT_MOST),
}


@contextlib.contextmanager
def running(guest):
    guest.monitor("cont")
    yield guest
    guest.monitor("stop")


def speeds(figures, guests):
    """One value of each row for each of these guests, in turn."""
    for guest in guests.values():
        guest.monitor("stop")
    for row, (measure, *_) in SPEEDS.items():
        found = {}
        for who, guest in guests.items():
            with running(guest):
                found[who] = measure(guest)
            figures.add(f"{row}: {who}", found[who])
        if len(found) == 2:
            figures.add(f"{row}: nx6 / Linux", found["nx6"] / found["Linux"])


def measure_speeds(figures):
    with contextlib.ExitStack() as stack:
        guests = {"nx6": stack.enter_context(VsockGuest("bench-vsock", monitor=True, CPUS=2, **VSOCKPEER))}
        try:
            prepare()
            guests["Linux"] = stack.enter_context(LinuxGuest("bench-linux", CPUS=2))
        except Skip as e:
            print(f"not measured: vsock beside Linux: {e}", file=sys.stderr)
        speeds(figures, guests)


# --- instructions ---

class VsockPeers(Peers):
    """The host's servers on ports that a guest reaches over vsock."""

    def __init__(self, guest):
        super().__init__()
        self._guest, self._port = guest, 5000

    def listen(self):
        self._port += 1
        listener = self._guest.listen(self._port)
        listener.settimeout(None)
        return listener, self._port


def measure_instructions(figures):
    with VsockGuest("bench-vsock", **ICOUNT) as g, VsockPeers(g) as peers:
        def tcpbench(what, port, count):
            return figures_of(g, f"tcpbench {what} vsock:2 {port} {count}")
        figures.add("vsock send instructions", tcpbench("send", peers.sink, 16384)["tcp_send_busy"])
        figures.add("vsock receive instructions", tcpbench("receive", peers.source, 16384)["receive_busy"])
        figures.add("vsock echo instructions", tcpbench("echo", peers.echo, 1000)["tcp_echo_busy"])


# --- the rows and the measurements, as in tests/bench/run ---

def speed_rows():
    for row, (_, unit, goal, way) in SPEEDS.items():
        yield f"{row}: nx6", f"{row}, 64 KiB a write: nx6" if unit == "MB/s" else f"{row} of a byte: nx6", unit, None, way
        yield f"{row}: Linux", "the same: Linux", unit, None, way
        yield f"{row}: nx6 / Linux", "the same: nx6 / Linux", "of Linux", goal, way


ROWS = [
    ("vsock first byte", "vsock: QEMU's start to a program's byte", "s", 0.125, AT_MOST),
    ("vsock memory", "memory in use then, of 128 MiB", "MiB", 5, AT_MOST),
    ("vsock empty", "QEMU's start to an empty kernel's byte", "s", None, AT_MOST),
    ("vsock guests", f"guests started, heard, ended, {AT_ONCE} at once", "/s", None, AT_LEAST),
    ("vsock send instructions", "vsock: 64 KiB sent, without idle time", "instructions", None, AT_MOST),
    ("vsock receive instructions", "vsock: 64 KiB received, without idle time", "instructions", None, AT_MOST),
    ("vsock echo instructions", "vsock: a round trip of 1 byte, likewise", "instructions", None, AT_MOST),
    *speed_rows(),
]
MEASUREMENTS = [
    (measure_first_byte, {"vsock first byte", "vsock empty", "vsock memory"}, None),
    (measure_guests, {"vsock guests"}, None),
    (measure_instructions, {"vsock send instructions", "vsock receive instructions", "vsock echo instructions"}, 3),
    (measure_speeds, {row for row, *_ in speed_rows()}, None),
]
