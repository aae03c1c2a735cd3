"""Pairs of measurements, nx6's and a reference's, which were taken right after one another; the table of them,
and what becomes of a measurement that cannot be taken."""
import dataclasses
import statistics
import sys

from guest import Failure, Skip

LESS, MORE = "less is better", "more is better"


@dataclasses.dataclass
class Row:
    group: str
    title: str
    unit: str
    better: str
    ours: list = dataclasses.field(default_factory=list)
    theirs: list = dataclasses.field(default_factory=list)
    others: list = dataclasses.field(default_factory=list)  # shares of the host's CPU time; none: it does not matter

    def add(self, ours, theirs, others=None):
        self.ours.append(ours)
        self.theirs.append(theirs)
        if others is not None:
            self.others.append(others)

    def ratios(self):
        """nx6 / reference, of each pair."""
        return [a / b for a, b in zip(self.ours, self.theirs) if b]


def number(v):
    if v >= 100:
        return f"{v:,.0f}"
    return f"{v:.1f}" if v >= 10 else f"{v:.2f}"


def spread(values):
    return "".join(f"{number(v):>9}" for v in (statistics.median(values), min(values), max(values)))


def heading(group, reference):
    three = "".join(f"{name:>9}" for name in ("median", "min", "max"))
    return (f"\n{group:36}{'nx6':^28} {reference:^28} {'':12} {'nx6 / ' + reference:^27} {'others':>7}\n"
            f"{'':36}{three} {three} {'':12} {three}")


def line(row):
    others = f"{statistics.median(row.others):7.0%}" if row.others else ""
    return f"  {row.title:34}{spread(row.ours)} {spread(row.theirs)} {row.unit:12} {spread(row.ratios())} {others}".rstrip()


def table(rows, reference):
    """The rows that were measured, by group, each group with its reference's name."""
    text, group = [], None
    for row in rows:
        if not row.ratios():
            continue
        if row.group != group:
            group = row.group
            text.append(heading(group, reference))
        text.append(line(row))
    return "\n".join(text)


failures = []  # what has failed: the other rows are measured all the same


def attempt(what, function, *arguments):
    """Calls the function. False if it cannot be done here, or fails, and says why."""
    try:
        function(*arguments)
        return True
    except Skip as e:
        print(f"not measured: {what}: {e}", file=sys.stderr)
    except Failure as e:
        print(f"failed: {what}: {e}", file=sys.stderr)
        failures.append(what)
    return False
