"""nx6 beside lwIP: both stacks in one process on the host do the same work in turn (tests/bench/lwip/). lwIP is Debian's source, with
its defaults. Time is the process's CPU time; instructions are counted by callgrind, where valgrind is installed."""
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile

from guest import BUILD, BUILD_AS_GIVEN, ROOT, Failure, Skip
from pairs import LESS, Row, attempt
from sides import Others

sys.path.insert(0, str(ROOT / "tests/linux"))
import packages  # noqa: E402

REFERENCE = "lwIP"
SUITE = "bookworm"  # has lwIP 2.1.3
SOURCE, CONTEST = BUILD / "lwip/src", BUILD / "host/contest"
TITLES = {  # by the name that contest uses
    "udp_in_64": "UDP in, 64 B",
    "udp_in_1400": "UDP in, 1400 B",
    "udp_out_64": "UDP out, 64 B",
    "udp_out_1400": "UDP out, 1400 B",
    "reassembly_4000": "UDP in, 4000 B in 3 fragments",
    "tcp_in_64": "TCP in, 64 B",
    "tcp_in_1460": "TCP in, 1460 B",
    "tcp_bulk": "TCP bulk, 1460 B, both ends",
    "tcp_ping": "TCP byte to and fro, both ends",
    "tcp_connect": "TCP connect, accept, abort",
    "udp_in_of_100": "UDP in, 100 sockets in turn",
    "udp_in_of_1000": "UDP in, 1,000 sockets",
    "udp_in_of_10000": "UDP in, 10,000 sockets",
    "tcp_in_of_100": "TCP in, 100 connections in turn",
    "tcp_in_of_1000": "TCP in, 1,000 connections",
    "tcp_in_of_10000": "TCP in, 10,000 connections",
}
COUNTED_TIMES = 2000
TIMES = {name: Row("host, beside lwIP", title, "ns", LESS) for name, title in TITLES.items()}
COUNTS = {name: Row("host, beside lwIP, instructions", title, "instructions", LESS) for name, title in TITLES.items()}
GROWTH = {protocol: Row("host, beside lwIP, instructions", f"{protocol.upper()} in, 10,000 / 1", "times", LESS) for protocol in ("udp", "tcp")}
ROWS = [*TIMES.values(), *COUNTS.values(), *GROWTH.values()]


def fetch():
    if not SOURCE.exists():
        SOURCE.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=SOURCE.parent) as new:
            packages.run("tar", "-xf", packages.source_archive(SOURCE.parent, "lwip", SUITE), "-C", new, "--strip-components=1")
            os.rename(f"{new}/src", SOURCE)


def build():
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    done = subprocess.run(["make", "-s", f"{BUILD_AS_GIVEN}/host/contest"], cwd=ROOT, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failure(f"the contest with lwIP is not built:\n{done.stdout[-2000:]}")


def prepare():
    try:
        fetch()
    except packages.Unavailable as e:
        raise Skip(str(e)) from None
    build()


def contest(*arguments, under=()):
    """What it prints. It ends with 3 if a stack cannot do the work, and has said why."""
    done = subprocess.run([*under, CONTEST, *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in (0, 3):
        raise Failure(f"contest {' '.join(arguments)}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout, done.stderr, done.returncode


def measure_times(name, row):
    """Several pairs."""
    others = Others(os.getpid())
    out, error, status = contest(name)
    share = others.share()
    if status:
        raise Skip(error.strip())
    for ours, theirs in re.findall(r"^pair ([\d.]+) ([\d.]+)$", out, re.M):
        row.add(float(ours), float(theirs), share)


@functools.cache
def count(name, who):
    """Instructions of one operation."""
    with tempfile.NamedTemporaryFile() as file:
        under = ("valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={file.name}", "--toggle-collect=measured")
        _, error, status = contest(name, who, str(COUNTED_TIMES), under=under)
        if status:
            raise Skip(error.strip())
        return int(re.search(rb"^(?:summary|totals): (\d+)", file.read(), re.M)[1]) / COUNTED_TIMES


def measure_counts(name, row):
    if not shutil.which("valgrind"):
        raise Skip("valgrind is not installed (tools/setup bench)")
    row.add(count(name, "nx6"), count(name, "lwip"))


def measure_growth(protocol, row):
    """How many times the instructions of one socket 10,000 sockets need."""
    row.add(*(count(f"{protocol}_in_of_10000", who) / count(f"{protocol}_in_64", who) for who in ("nx6", "lwip")))


def measure(runs, wanted, progress):
    """Each run takes several pairs of times. The counts are the same in each run."""
    if not any(map(wanted, ROWS)) or not attempt("beside lwIP", prepare):
        return
    for rows, take, times in ((TIMES, measure_times, runs), (COUNTS, measure_counts, 1), (GROWTH, measure_growth, 1)):
        missing = set()
        for i in range(times):
            for name, row in rows.items():
                if wanted(row) and name not in missing:
                    progress(f"{row.group}: {row.title} {i + 1}")
                    if not attempt(f"{row.group}: {row.title}", take, name, row):
                        missing.add(name)
