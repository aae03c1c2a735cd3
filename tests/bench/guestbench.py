"""The commands of tests/programs/guestbench, which nx6 and Linux run, against the host's ends (ends.py).

    command("udp-echo HOST {udp_echo} 500 64", ends)       # what is typed in the guest
    count("udp-echo", guest, ends, FILE)                   # its instructions; the guest has QEMU's plugin
"""
import re

import instructions
from guest import check

HOST = "10.0.2.2"  # as the guest sees it
COUNTED = {  # name: the words of guestbench; {}: a port of the host
    "udp-send": "udp-send HOST {udp_sink} 200 64",
    "udp-echo": "udp-echo HOST {udp_echo} 500 64",
    "tcp-in": "tcp-receive HOST {tcp_source} 64",
    "tcp-out": "tcp-send HOST {tcp_sink} 64",
    "tcp-echo": "tcp-echo HOST {tcp_echo} 500",
    "connect": "tcp-connect HOST {tcp_door} 300",
    "loopback": "tcp-loopback 64",
    "getppid": "getppid 1000",
    "fork": "fork 100",
    "exec": "exec 50",
    "poll": "poll 100",
}
WARM_UP = 2  # the first runs make what is kept: mbufs, caches of routes and neighbours


def command(words, ends):
    return "guestbench " + words.replace("HOST", HOST).format(**ends.ports)


def run(words, guest, ends, timeout=60):
    """The figures that it prints, by name."""
    out, status = guest.run(command(words, ends), timeout)
    check(status == 0, f"guestbench {words}: status {status}:\n{out}")
    return {name: float(value) for name, value in re.findall(r"^(\w+) ([\d.]+) ", out, re.M)}


def count(what, guest, ends, file):
    """The instructions at each address, and the number of operations. The plugin writes the counts of the last run last."""
    for _ in range(WARM_UP + 1):
        figures = run(COUNTED[what], guest, ends, 120)
    return instructions.read(file), figures["operations"]
