"""What all benchmarks share: the measured values, and the guests' knobs."""
import re
import statistics

from guest import Failure

QUIET = {"PCAP": ""}  # no capture: it takes time
ICOUNT = {"CPUS": 1, "QEMUEXTRA": "-icount shift=0", **QUIET}
AT_MOST, AT_LEAST = "<=", ">="


class Figures:
    """The measured values, by name."""

    def __init__(self):
        self.values = {}

    def add(self, name, value):
        self.values.setdefault(name, []).append(float(value))

    def median(self, name):
        return statistics.median(self.values[name]) if name in self.values else None


def figures_of(guest, command, timeout=60):
    """Runs a program that prints lines of "name value unit". Returns the values by name."""
    out, _ = guest.run(command, timeout)
    found = {name: float(value) for name, value in re.findall(r"^(\w+) +([\d.]+) ", out, re.M)}
    if not found:
        raise Failure(f"{command} printed no figure:\n{out}")
    return found


def used_memory(guest):
    """In KiB."""
    return int(re.search(r"^memory +\d+ +(\d+)", guest.ok("free"), re.M)[1])
