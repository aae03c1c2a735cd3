"""What polling for packets buys and costs: a guest whose idle hart polls for up to 100 us beside one that waits for interrupts.

`tests/bench/run polling` measures these rows only. On a busy host they say little: polling needs a processor while QEMU's other
threads need one, too.
"""
import os
import time

from figures import AT_MOST, QUIET, figures_of
from guest import Guest, Server

CARDS, HARTS, LIMITS = ("e1000", "virtio"), (1, 2), (0, 100)  # us
ROUND_TRIPS, IDLE = 5000, 4  # s


def cpu_time(guest):
    """Of QEMU with all its threads, in us."""
    fields = open(f"/proc/{guest.qemu.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1e6 / os.sysconf("SC_CLK_TCK")


def of(harts, card):
    return f"polling: {card}, {harts}"


def measure_guest(figures, harts, card, limit):
    name = f"{of(harts, card)}, {limit}"
    with Guest("bench-polling", CPUS=harts, NIC=card, APPEND=f"poll={limit}", **QUIET) as g, Server("bench-polling"):
        figures_of(g, "netbench echo 200 64")
        before = cpu_time(g)
        figures.add(f"{name}: time", figures_of(g, f"netbench echo {ROUND_TRIPS} 64")["echo_median"])
        figures.add(f"{name}: cpu", (cpu_time(g) - before) / ROUND_TRIPS)
        time.sleep(0.5)
        before = cpu_time(g)
        time.sleep(IDLE)
        figures.add(f"{name}: idle", (cpu_time(g) - before) / IDLE / 1e4)


def measurement(harts, card):
    def measure(figures):
        for limit in LIMITS:
            measure_guest(figures, harts, card, limit)
        for what in ("time", "cpu"):
            without, polling = (figures.values[f"{of(harts, card)}, {limit}: {what}"][-1] for limit in LIMITS)
            figures.add(f"{of(harts, card)}: {what}", polling / without)
    measure.__name__ = of(harts, card)
    return measure, {row for row, *_ in rows(harts, card)}, None


# --- the rows and the measurements, as in tests/bench/run ---

def rows(harts, card):
    for limit in LIMITS:
        name, words = f"{of(harts, card)}, {limit}", f"{card}, {harts} hart{'s' if harts > 1 else ''}, poll={limit}"
        yield f"{name}: time", f"{words}: a round trip", "us", None, AT_MOST
        yield f"{name}: cpu", "the same: QEMU's CPU time for it", "us", None, AT_MOST
        yield f"{name}: idle", "the same: of a processor while nothing comes", "%", 1, AT_MOST
    yield f"{of(harts, card)}: time", "the same: round trip, polling / waiting", "times", 1, AT_MOST
    yield f"{of(harts, card)}: cpu", "the same: CPU time, polling / waiting", "times", None, AT_MOST


ALL = [(harts, card) for harts in HARTS for card in CARDS]
ROWS = [row for each in ALL for row in rows(*each)]
MEASUREMENTS = [measurement(*each) for each in ALL]
