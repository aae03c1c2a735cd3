"""nx6 beside Linux, in the same QEMU with the same card: guestbench in both, on one hart, in turn. Linux is Debian's kernel with
nothing but guestbench (tests/linux/)."""
import contextlib
import functools

import guestbench
import instructions
from guest import BUILD
from linux_guest import prepare
from pairs import LESS, MORE, Row, attempt
from sides import Side

REFERENCE = "Linux"
CARDS = {"e1000": "E1000", "virtio": "virtio-net"}
NETS = {"user": "QEMU's network", "tap": "TAP"}
KEEPS_UP = 0.7  # the host has sent at least this share of the rate that was asked for
LOW, HIGH, HALVINGS = 1000, 256_000, 7  # packets/s; 2 ** (8 / 2 ** 7) is 1.04: the last step


# --- run in the process of a guest ---

def figure(words, name, guest, ends):
    return guestbench.run(words, guest, ends)[name]


def sent_rate(guest, ends):
    """Of the packets that the host has got."""
    count = 10_000
    found = guestbench.run(f"udp-send HOST {{udp_sink}} {count} 64", guest, ends)
    return found["udp_send_rate"] * (1 - found["udp_send_lost"] / count)


def lossless_rate(rate, guest, ends):
    """The rate that came of it, if in one of two attempts none of the packets of a quarter of a second is lost; otherwise 0."""
    words = f"udp-receive HOST {{udp_source}} {rate // 4} 64 {rate}"
    tries = (guestbench.run(words, guest, ends) for _ in range(2))
    return next((found["udp_receive_rate"] for found in tries if found["udp_receive_lost"] == 0), 0)


def received_rate(guest, ends):
    """The highest rate at which none is lost, by bisection of the rate that is asked for, as long as the host keeps up with it."""
    low, high, best = LOW, HIGH, 0
    for _ in range(HALVINGS):
        middle = int((low * high) ** 0.5)
        rate = lossless_rate(middle, guest, ends)
        low, high = (middle, high) if rate else (low, middle)
        best = max(best, rate)
        if 0 < rate < KEEPS_UP * middle:
            break
    return best


def instructions_of(what, file, guest, ends):
    counts, operations = guestbench.count(what, guest, ends, file)
    return sum(counts.values()) / operations


# --- the rows ---

SPEEDS = [  # title, unit, which is better, the function
    ("UDP round trip, 64 B", "us", LESS, functools.partial(figure, "udp-echo HOST {udp_echo} 2000 64", "udp_echo_median")),
    ("UDP sent, 64 B", "packets/s", MORE, sent_rate),
    ("UDP received without loss, 64 B", "packets/s", MORE, received_rate),
    ("TCP sent", "MB/s", MORE, functools.partial(figure, "tcp-send HOST {tcp_sink} 500", "tcp_send_rate")),
    ("TCP received", "MB/s", MORE, functools.partial(figure, "tcp-receive HOST {tcp_source} 500", "tcp_receive_rate")),
    ("TCP byte to and fro", "us", LESS, functools.partial(figure, "tcp-echo HOST {tcp_echo} 2000", "tcp_echo_time")),
    ("TCP connect and close", "/s", MORE, functools.partial(figure, "tcp-connect HOST {tcp_door} 500", "tcp_connect_rate")),
]
STARTS = [("QEMU's start to the prompt", "s", LESS), ("QEMU's start to the first reply", "s", LESS)]
COUNTS = {  # by what guestbench counts
    "udp-send": "UDP send, 64 B",
    "udp-echo": "UDP round trip, 64 B",
    "tcp-in": "TCP received, 1460 B and ACKs",
    "tcp-out": "TCP sent, 64 KiB",
    "tcp-echo": "TCP byte to and fro",
    "connect": "TCP connect and close",
    "loopback": "TCP over loopback, 64 KiB",
    "getppid": "getppid",
    "fork": "fork, exit, wait",
    "exec": "fork, exec, exit, wait",
    "poll": "poll, 100 sockets, one ready",
}
WITH_A_CARD = list(COUNTS)[:6]  # the others are counted with one card only


def speed_rows(card, net):
    group = f"{CARDS[card]}, {NETS[net]}"
    return [Row(group, *start) for start in STARTS] + [Row(group, title, unit, better) for title, unit, better, _ in SPEEDS]


def instruction_rows(card):
    return {what: Row(f"{CARDS[card]}, instructions", title, "instructions", LESS) for what, title in COUNTS.items()
            if card == "e1000" or what in WITH_A_CARD}


PLACES = {(card, net): speed_rows(card, net) for net in NETS for card in CARDS}
COUNTED = {card: instruction_rows(card) for card in CARDS}
ROWS = [*sum(PLACES.values(), []), *(row for rows in COUNTED.values() for row in rows.values())]


# --- the measurements ---

@contextlib.contextmanager
def both(first, kind, **knobs):
    """The two guests, and which one is measured first."""
    order = ("nx6", "Linux") if first else ("Linux", "nx6")
    with contextlib.ExitStack() as stack:
        yield {who: stack.enter_context(Side(who, kind, CPUS=1, **knobs)) for who in order}


def measure_speed(rows, functions, wanted, card, net, first):
    """One pair of each row."""
    starts, speeds = rows[:len(STARTS)], rows[len(STARTS):]
    with both(first, net, NIC=card) as sides:
        for i, row in enumerate(starts):
            row.add(sides["nx6"].started[i], sides["Linux"].started[i], (sides["nx6"].others + sides["Linux"].others) / 2)
        for row, function in zip(speeds, functions):
            if wanted(row):
                found = {who: side.measure(function) for who, side in sides.items()}
                row.add(found["nx6"][0], found["Linux"][0], (found["nx6"][1] + found["Linux"][1]) / 2)


def measure_instructions(rows, wanted, card):
    """Each guest after the other: what else the host does changes no count."""
    found = {}
    for who in ("nx6", "Linux"):
        file = BUILD / f"bench/counts-{who}"
        with Side(who, NIC=card, APPEND="poll=0", CPUS=1, QEMUEXTRA=instructions.options(file)) as side:
            for what, row in rows.items():
                if wanted(row):
                    found[who, what] = side.measure(functools.partial(instructions_of, what, file))[0]
    for what, row in rows.items():
        if wanted(row):
            row.add(found["nx6", what], found["Linux", what])


def measure(runs, wanted, progress):
    """Adds `runs` pairs to each row that is wanted."""
    if not any(map(wanted, ROWS)) or not attempt("beside Linux", prepare):
        return
    functions = [function for *_, function in SPEEDS]
    missing = set()
    for i in range(runs):
        for (card, net), rows in PLACES.items():
            if any(map(wanted, rows)) and (card, net) not in missing:
                progress(f"{rows[0].group} {i + 1}")
                if not attempt(rows[0].group, measure_speed, rows, functions, wanted, card, net, i % 2 == 0):
                    missing.add((card, net))
    for i in range(min(runs, 2)):
        for card, rows in COUNTED.items():
            if any(map(wanted, rows.values())):
                progress(f"{CARDS[card]}, instructions {i + 1}")
                attempt(f"{CARDS[card]}, instructions", measure_instructions, rows, wanted, card)
