"""What further harts are worth: the same work with 1, 2 and 4 harts, in guests that are measured in turn.

`tests/bench/run harts` measures these rows only. A ratio compares two runs that follow one another: two senders with one on the
same guest, or a guest with several harts and one with a single hart. A host with two processors can show a gain of two at most,
and only while it has no other work.
"""
import contextlib

import guestbench
from ends import Ends
from figures import AT_LEAST, QUIET
from guest import BUILD, Guest

HARTS = (1, 2, 4)
SENDERS = {  # row: the card, the words of guestbench, the goal of two senders as a multiple of one
    "UDP on loopback": ("e1000", "udp-loopback 20000 64 {senders}", 1.5),
    "UDP sent, E1000": ("e1000", "udp-senders HOST {{udp_sink}} 10000 64 {senders}", None),
    "UDP sent, virtio": ("virtio", "udp-senders HOST {{udp_sink}} 20000 64 {senders}", None),
}
STREAM = "tcp-loopback 1024"


def bench_guest(harts, nic):
    return Guest(f"bench-harts-{harts}", IMAGE=BUILD / "test.img", CPUS=harts, NIC=nic, **QUIET)


def measure_senders(row):
    nic, words, _ = SENDERS[row]

    def measure(figures):
        with Ends() as ends:
            for harts in HARTS:
                with bench_guest(harts, nic) as g:
                    g.ok("ping -c 1 -W 3000 10.0.2.2")
                    one, two = (guestbench.run(words.format(senders=n), g, ends)["senders_rate"] for n in (1, 2))
                figures.add(f"harts: {row}, {harts}: one", one)
                figures.add(f"harts: {row}, {harts}: two", two)
                figures.add(f"harts: {row}, {harts}: two / one", two / one)
    measure.__name__ = f"harts: {row}"
    return measure


def measure_stream(figures):
    with contextlib.ExitStack() as stack:
        ends = stack.enter_context(Ends())
        guests = {n: stack.enter_context(bench_guest(n, "e1000")) for n in HARTS}
        rates = {n: guestbench.run(STREAM, g, ends)["tcp_loopback_rate"] for n, g in guests.items()}
    for harts, rate in rates.items():
        figures.add(f"harts: TCP on loopback, {harts}", rate)
        if harts > 1:
            figures.add(f"harts: TCP on loopback, {harts} / 1", rate / rates[1])


# --- the rows and the measurements, as in tests/bench/run ---

def of(harts):
    return "1 hart" if harts == 1 else f"{harts} harts"


def sender_rows(row):
    goal = SENDERS[row][2]
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


ROWS = [row for name in SENDERS for row in sender_rows(name)] + list(stream_rows())
MEASUREMENTS = [
    *((measure_senders(name), {row for row, *_ in sender_rows(name)}, None) for name in SENDERS),
    (measure_stream, {row for row, *_ in stream_rows()}, None),
]
