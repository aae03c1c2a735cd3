"""`make bench-beside`: the table and the chart of pairs of measurements; and one row beside a Linux guest."""
import re
import subprocess
import sys
import xml.etree.ElementTree

from guest import BUILD, ROOT, Skip, check, check_equal
from suite import test

sys.path.append(str(ROOT / "tests/bench"))
import chart  # noqa: E402
import pairs  # noqa: E402


def rows():
    """nx6 is twice as fast, and has four times the rate; one row was not measured."""
    measured = [pairs.Row("card", "round trip", "us", pairs.LESS), pairs.Row("card", "rate <64 B>", "packets/s", pairs.MORE),
                pairs.Row("card", "not measured", "us", pairs.LESS)]
    for ours in (10, 20, 30):
        measured[0].add(ours, 2 * ours, 0.25)
        measured[1].add(4000 * ours, 1000 * ours)
    return measured


@test()
def a_table_of_pairs_has_medians_spreads_and_the_ratios_of_the_pairs():
    lines = [line.split() for line in pairs.table(rows(), "Linux").splitlines()]
    round_trip = next(line for line in lines if line[:2] == ["round", "trip"])
    check_equal(round_trip[2:], ["20.0", "10.0", "30.0", "40.0", "20.0", "60.0", "us", "0.50", "0.50", "0.50", "25%"], "the row")
    check(not any("not" in line for line in lines), "a row without a measurement is in the table")


@test()
def a_chart_of_pairs_is_an_svg_with_a_bar_for_each_row():
    drawn = xml.etree.ElementTree.fromstring(chart.svg([("Linux", rows())]))
    texts = [t.text for t in drawn.iter("{http://www.w3.org/2000/svg}text")]
    check("rate <64 B>" in texts and "not measured" not in texts, f"the chart's texts: {texts}")
    check(any(t.startswith("2.00 ") for t in texts) and any(t.startswith("4.00 ") for t in texts), f"the chart's texts: {texts}")


def beside(word):
    """What tests/bench/beside prints of the rows with this word."""
    done = subprocess.run([sys.executable, ROOT / "tests/bench/beside", "--runs", "1", word], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if "not measured" in done.stderr:
        raise Skip(done.stderr.strip())
    check_equal((done.returncode, done.stderr), (0, ""), "status and errors of tests/bench/beside")
    return done.stdout


@test(deadline=300, group="linux")
def instructions_are_counted_beside_linux():
    out = beside("e1000, instructions: getppid")
    row = re.search(r"^ +getppid" + r" +([\d,]+)" * 6 + " instructions", out, re.M)
    check(row, f"there is no row of getppid:\n{out}")
    nx6, linux = (int(row[i].replace(",", "")) for i in (1, 4))
    check(100 < nx6 < 20_000 and 100 < linux < 20_000, f"nx6 {nx6}, Linux {linux} instructions")
    check((BUILD / "bench/beside.svg").read_text().startswith("<svg"), "build/bench/beside.svg is no SVG")


@test(deadline=300, group="linux")
def a_datagram_is_sent_by_nx6s_stack_and_by_lwip_in_one_process():
    out = beside("lwip: udp out, 64 b")
    row = re.search(r"^ +UDP out, 64 B" + r" +[\d,.]+" * 6 + " ns ", out, re.M)
    check(row, f"there is no row of UDP:\n{out}")
