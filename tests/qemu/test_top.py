"""top: what it prints, and that polling is counted, and ends while nothing comes."""
import re

from guest import Guest, Server, check, check_equal
from suite import test


def polling(out):
    """The share of each hart's time in which it polled, in percent."""
    return [float(share) for share in re.findall(r"^ +\d +[\d.]+ +([\d.]+) +[\d.]+$", out, re.M)]


@test()
def top_shows_harts_and_processes():
    with Guest("top", CPUS=2) as g:
        out = g.ok("top -n 1")
        check_equal(len(polling(out)), 2, "harts in the output of top")
        check(re.search(r"^ +1 +\d +[\d.]+ +\d+ init +child$", out, re.M), f"top does not show init:\n{out}")
        check_equal(len(re.findall("^hart", g.ok("top -b -n 2"), re.M)), 2, "times that top -n 2 prints")
        for wrong in ("-n 0", "-n x", "-d 0", "-q", "word"):
            check_equal(g.run(f"top {wrong}")[1], 1, f"status of top {wrong}")


@test()
def a_hart_polls_while_packets_come_and_not_otherwise():
    with Guest("top-polling", CPUS=2) as g, Server("top-polling"):
        rest = polling(g.ok("top -n 1"))
        check(max(rest) < 5, f"harts poll though nothing comes, {rest} percent of the time")
        g.background("netbench echo 100000 64 > /echoes")
        work = polling(g.ok("top -n 1"))
        check(work[0] > 0, f"no hart polls though packets come: {work}")
        check_equal(work[1], 0.0, "polling of a hart that takes no interrupts")
