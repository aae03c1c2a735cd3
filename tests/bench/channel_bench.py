"""Measures packet channels and the stack in a program, beside the kernel's sockets.

`tests/bench/run channel` measures these rows only. The program is tests/programs/chanbench.cc; the web servers are httpd and
uhttpd, the same source over the kernel's sockets and over a stack of its own.
"""
import statistics
import time

from figures import AT_LEAST, AT_MOST, ICOUNT, QUIET, figures_of
from guest import BUILD, Failure, Guest
from web_load import Clients

DISK = {"IMAGE": BUILD / "test.img"}
SMALL, LARGE = "/hosts", "/usertests"  # files of the image
TURNS = 20  # of each web server
# What is measured, the number of clients, the file, and how often it is fetched in a turn.
WEB = [
    ("requests", 1, SMALL, 400),
    ("requests of 8", 8, SMALL, 400),
    ("MB/s", 1, LARGE, 40),
]


def measure_instructions(figures):
    with Guest("bench", **DISK, **ICOUNT) as g:
        figures.add("channel socket echo", figures_of(g, "netbench echo 500 64")["echo_busy"])
        figures.add("channel echo 1", figures_of(g, "chanbench echo 500 1")["echo_busy"])
        figures.add("channel echo 32", figures_of(g, "chanbench echo 3200 32")["echo_busy"])
        figures.add("channel send instructions", figures_of(g, "chanbench send 2000")["send_busy"])
        figures.add("channel port instructions", figures_of(g, "chanbench port 200")["port_busy"])


def measure_speed(figures):
    with Guest("bench", CPUS=2, **DISK, **QUIET) as g:
        figures.add("channel send", figures_of(g, "chanbench send 20000")["send_rate"])
        figures.add("channel port", figures_of(g, "chanbench port 1000")["port_time"])


class WebServer:
    """A web server in a guest of its own, and its clients."""

    def __init__(self, guest, program):
        guest.background(f"{program} -p 80")
        self.port = guest.ports["tcp80"]
        for _ in range(100):
            try:
                self.clients = Clients(self.port, 1)
                self.clients.fetch(SMALL, 1)
                return
            except (OSError, Failure):
                time.sleep(0.05)
        raise Failure(f"{program} does not answer")

    def set_clients(self, count):
        self.clients.close()
        self.clients = Clients(self.port, count)
        self.clients.fetch(SMALL, count)

    def per_second(self, name, count):
        """Requests of a small file, megabytes of a large one."""
        began = time.perf_counter()
        received = self.clients.fetch(name, count)
        return (count if name == SMALL else received / 1e6) / (time.perf_counter() - began)


def measure_web(figures):
    """Both servers take turns, so that what else the host does affects both; each pair of turns has a ratio."""
    with Guest("bench", CPUS=2, **DISK, **QUIET) as one, Guest("bench2", CPUS=2, **DISK, **QUIET) as other:
        servers = {"httpd": WebServer(one, "httpd"), "uhttpd": WebServer(other, "uhttpd")}
        for what, clients, name, count in WEB:
            for server in servers.values():
                server.set_clients(clients)
            turns = [{program: servers[program].per_second(name, count) for program in sorted(servers, reverse=turn % 2)}
                     for turn in range(TURNS)]
            for program in servers:
                figures.add(f"channel {what}: {program}", statistics.median(t[program] for t in turns))
            ratio = statistics.median(t["uhttpd"] / t["httpd"] for t in turns)
            figures.add(f"channel {what}: uhttpd / httpd", ratio)


def web_rows():
    for what, clients, name, _ in WEB:
        meaning, unit = ("HTTP requests", "/s") if name == SMALL else ("a large file over HTTP", "MB/s")
        meaning += f", {clients} at a time"
        yield f"channel {what}: httpd", f"{meaning}: httpd", unit, None, AT_LEAST
        yield f"channel {what}: uhttpd", "the same: uhttpd, its own stack", unit, None, AT_LEAST
        yield f"channel {what}: uhttpd / httpd", "the same: uhttpd / httpd", "of httpd", 1, AT_LEAST


ROWS = [
    ("channel socket echo", "64-byte echo: a kernel socket", "instructions", None, AT_MOST),
    ("channel echo 1", "64-byte echo: a channel, one at a time", "instructions", None, AT_MOST),
    ("channel echo 32", "64-byte echo: a channel, 32 in flight", "instructions", ("channel socket echo", 0.5), AT_MOST),
    ("channel send instructions", "a frame of 64 bytes sent through a channel", "instructions", None, AT_MOST),
    ("channel send", "64-byte datagrams sent through a channel", "/s", ("ceiling send", 0.25), AT_LEAST),
    ("channel port instructions", "a port opened and closed through netd", "instructions", None, AT_MOST),
    ("channel port", "the same", "us", None, AT_MOST),
    *web_rows(),
]
MEASUREMENTS = [
    (measure_instructions, {"channel socket echo", "channel echo 1", "channel echo 32", "channel send instructions",
                            "channel port instructions"}, 3),
    (measure_speed, {"channel send", "channel port"}, None),
    (measure_web, {row for row, *_ in web_rows()}, None),
]
