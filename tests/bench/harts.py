"""What further harts are worth: the same work with 1, 2 and 4 harts, in guests that are measured in turn.

`tests/bench/run harts` measures these rows only. A rate is what was done in a second of CPU time of the busiest of QEMU's threads, of
which each hart has one: as fast as it would be if each thread had a processor of its own, whatever else the host does. What
harts lose to a spinlock is in it; what they wait for QEMU's own lock is not.
"""
import contextlib
import pathlib
import statistics

import guestbench
from ends import Ends
from figures import AT_LEAST, QUIET
from guest import BUILD, Guest
from web_load import Clients

HARTS = (1, 2, 4)
SENDERS = {  # row: the card, the words of guestbench, packets of a sender, the goal of two senders as a multiple of one
    "UDP on loopback": ("e1000", "udp-loopback {packets} 64 {senders}", 20000, 1.5),
    "UDP sent, E1000": ("e1000", "udp-senders HOST {{udp_sink}} {packets} 64 {senders}", 10000, None),
    "UDP sent, virtio": ("virtio", "udp-senders HOST {{udp_sink}} {packets} 64 {senders}", 10000, None),
}
BURSTS = 1024  # of 64 KiB
CLIENTS, REQUESTS, FILE = 8, 1000, "/hosts"  # of httpd
TURNS = 5  # of each guest


def bench_guest(harts, nic, **knobs):
    return Guest(f"bench-harts-{harts}", IMAGE=BUILD / "test.img", CPUS=harts, NIC=nic, **QUIET, **knobs)


def cpu_times(guest):
    """Of QEMU's threads, in seconds."""
    tasks = pathlib.Path(f"/proc/{guest.qemu.pid}/task")
    return {task.name: int((task / "schedstat").read_text().split()[0]) / 1e9 for task in tasks.iterdir()}


def rate(words, guest, ends, amount):
    """`amount` in a second of the busiest thread."""
    before = cpu_times(guest)
    guestbench.run(words, guest, ends)
    return amount / max(time - before.get(task, 0) for task, time in cpu_times(guest).items())


def warm(turn):
    """What turn() returns, several times. The first time, QEMU translates the code; it is not counted."""
    turn()
    return [turn() for _ in range(TURNS)]


def measure_senders(row):
    nic, words, packets, _ = SENDERS[row]

    def measure(figures):
        with contextlib.ExitStack() as stack:
            ends = stack.enter_context(Ends())
            guests = {n: stack.enter_context(bench_guest(n, nic)) for n in HARTS}
            for guest in guests.values():
                guest.ok("ping -c 1 -W 3000 10.0.2.2")

            def turn():
                return {harts: [rate(words.format(packets=packets, senders=n), guest, ends, n * packets) for n in (1, 2)]
                        for harts, guest in guests.items()}
            turns = warm(turn)
        for harts in HARTS:
            pairs = [each[harts] for each in turns]
            figures.add(f"harts: {row}, {harts}: one", statistics.median(one for one, _ in pairs))
            figures.add(f"harts: {row}, {harts}: two", statistics.median(two for _, two in pairs))
            figures.add(f"harts: {row}, {harts}: two / one", statistics.median(two / one for one, two in pairs))
    measure.__name__ = f"harts: {row}"
    return measure


def add_beside_one(figures, name, turns):
    """The medians of the rates, and of their ratios to that of one hart in the same turn."""
    for harts in HARTS:
        figures.add(f"{name}, {harts}", statistics.median(turn[harts] for turn in turns))
        if harts > 1:
            figures.add(f"{name}, {harts} / 1", statistics.median(turn[harts] / turn[1] for turn in turns))


def measure_stream(figures):
    with contextlib.ExitStack() as stack:
        ends = stack.enter_context(Ends())
        guests = {n: stack.enter_context(bench_guest(n, "e1000")) for n in HARTS}
        turns = warm(lambda: {n: rate(f"tcp-loopback {BURSTS}", g, ends, BURSTS * 65536 / 1e6) for n, g in guests.items()})
    add_beside_one(figures, "harts: TCP on loopback", turns)


def web_rate(guest):
    """Requests in a second of the busiest thread. Each turn has connections of its own: httpd closes those that are silent."""
    clients = Clients(guest.ports["tcp80"], CLIENTS)
    try:
        clients.fetch(FILE, CLIENTS)
        before = cpu_times(guest)
        clients.fetch(FILE, REQUESTS)
        return REQUESTS / max(time - before.get(task, 0) for task, time in cpu_times(guest).items())
    finally:
        clients.close()


def measure_web(figures):
    with contextlib.ExitStack() as stack:
        guests = {n: stack.enter_context(bench_guest(n, "e1000", SERVICES="httpd")) for n in HARTS}
        for guest in guests.values():
            guest.ok("ping -c 1 -W 3000 10.0.2.2")
        turns = warm(lambda: {n: web_rate(guest) for n, guest in guests.items()})
    add_beside_one(figures, "harts: httpd", turns)


# --- the rows and the measurements, as in tests/bench/run ---

def of(harts):
    return "1 hart" if harts == 1 else f"{harts} harts"


def sender_rows(row):
    goal = SENDERS[row][3]
    for harts in HARTS:
        name = f"harts: {row}, {harts}: "
        yield f"{name}one", f"{row}, {of(harts)}: one sender", "/s", None, AT_LEAST
        yield f"{name}two", "the same: two senders", "/s", None, AT_LEAST
        yield f"{name}two / one", "the same: two / one", "times", goal if harts > 1 else None, AT_LEAST


def stream_rows():
    for harts in HARTS:
        yield f"harts: TCP on loopback, {harts}", f"TCP on loopback, {of(harts)}", "MB/s", None, AT_LEAST
        if harts > 1:
            yield f"harts: TCP on loopback, {harts} / 1", f"the same: {of(harts)} / 1 hart", "times", 1.6, AT_LEAST


def web_rows():
    for harts in HARTS:
        yield f"harts: httpd, {harts}", f"requests to httpd, {CLIENTS} at a time, {of(harts)}", "/s", None, AT_LEAST
        if harts > 1:
            yield f"harts: httpd, {harts} / 1", f"the same: {of(harts)} / 1 hart", "times", 1.3, AT_LEAST


ROWS = [row for name in SENDERS for row in sender_rows(name)] + list(stream_rows()) + list(web_rows())
MEASUREMENTS = [
    *((measure_senders(name), {row for row, *_ in sender_rows(name)}, None) for name in SENDERS),
    (measure_stream, {row for row, *_ in stream_rows()}, None),
    (measure_web, {row for row, *_ in web_rows()}, None),
]
