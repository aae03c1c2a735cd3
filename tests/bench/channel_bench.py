"""Measures packet channels and the stack in a program, beside the kernel's sockets.

`tests/bench/run channel` measures these rows only. The program is tests/programs/chanbench.cc; the web servers are httpd and
uhttpd, the same source over the kernel's sockets and over a stack of its own.
"""
import http.client
import statistics
import time

from figures import AT_LEAST, AT_MOST, ICOUNT, QUIET, figures_of
from guest import BUILD, Guest, check, check_equal

DISK = {"IMAGE": BUILD / "test.img"}
SMALL, LARGE = "/hosts", "/usertests"  # files of the image
TURNS = 20  # of each web server
REQUESTS, LARGE_FILES = 100, 8  # in a turn


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
    """A connection to a web server, which runs in a guest of its own."""

    def __init__(self, guest, program):
        guest.background(f"{program} -p 80")
        self.connection = http.client.HTTPConnection("127.0.0.1", guest.ports["tcp80"], timeout=30)
        for _ in range(100):
            try:
                self.fetch(SMALL)
                break
            except OSError:
                self.connection.close()
                time.sleep(0.05)
        check(self.fetch(LARGE) > 1 << 16, f"{LARGE} is too short to measure with")

    def fetch(self, name):
        self.connection.request("GET", name)
        answer = self.connection.getresponse()
        body = answer.read()
        check_equal(answer.status, 200, f"status of {name}")
        return len(body)

    def requests_per_second(self):
        began = time.perf_counter()
        for _ in range(REQUESTS):
            self.fetch(SMALL)
        return REQUESTS / (time.perf_counter() - began)

    def megabytes_per_second(self):
        began = time.perf_counter()
        total = sum(self.fetch(LARGE) for _ in range(LARGE_FILES))
        return total / (time.perf_counter() - began) / 1e6


def measure_web(figures):
    """Both servers take turns, so that what else the host does affects both; each pair of turns has a ratio."""
    with Guest("bench", CPUS=2, **DISK, **QUIET) as one, Guest("bench2", CPUS=2, **DISK, **QUIET) as other:
        servers = {"httpd": WebServer(one, "httpd"), "uhttpd": WebServer(other, "uhttpd")}
        for what, measure in (("requests", WebServer.requests_per_second), ("MB/s", WebServer.megabytes_per_second)):
            turns = [{program: measure(servers[program]) for program in sorted(servers, reverse=turn % 2)}
                     for turn in range(TURNS)]
            for program in servers:
                figures.add(f"channel {what}: {program}", statistics.median(t[program] for t in turns))
            ratio = statistics.median(t["uhttpd"] / t["httpd"] for t in turns)
            figures.add(f"channel {what}: uhttpd / httpd", ratio)


def web_rows():
    for what, unit in (("requests", "/s"), ("MB/s", "MB/s")):
        meaning = "HTTP requests for a small file" if what == "requests" else "a large file over HTTP"
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
