"""`make profile` counts the guest's instructions exactly."""
import re
import subprocess
import sys

from guest import ROOT, Skip, check, check_equal
from suite import test


def profile(*arguments):
    done = subprocess.run([sys.executable, ROOT / "tests/bench/profile", *arguments], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if "without plugins" in done.stderr or "no C compiler" in done.stderr:
        raise Skip(done.stderr.strip())
    check_equal((done.returncode, done.stderr), (0, ""), "status and errors of tests/bench/profile")
    return done.stdout


def row(text, last):
    """The numbers of the line whose last words are these."""
    found = re.search(rf"^ *([\d,.]+) +([\d.]+)% *([\d.]*) +{re.escape(last)}$", text, re.M)
    check(found, f"no line of {last}:\n{text}")
    return [float(n.replace(",", "")) if n else None for n in found.groups()]


@test(deadline=120)
def the_profile_of_a_round_trip_names_its_functions_and_folders():
    text = re.sub(r"(?m)^ +", "", re.sub(r" +", " ", profile("--all", "udp-echo")))
    instructions, _, calls = row(text, "net::udp_in kernel/net/proto/")
    check(instructions >= 10 and calls == 1, f"net::udp_in: {instructions} instructions, {calls} calls, expected one call:\n{text}")
    row(text, "kernel/arch/")
    functions = sum(float(n.replace(",", "")) for n in re.findall(r"^([\d,.]+) [\d.]+% [\d.]+ \S", text, re.M))
    total = float(re.search(r"^([\d,.]+) in all", text, re.M)[1].replace(",", ""))
    check(abs(functions - total) < 0.02 * total, f"the functions have {functions} instructions, all have {total}:\n{text}")


@test(deadline=60)
def the_profile_refuses_what_it_cannot_count():
    done = subprocess.run([sys.executable, ROOT / "tests/bench/profile", "nonsense"], text=True, stderr=subprocess.PIPE)
    check(done.returncode == 2 and "udp-send" in done.stderr, f"status {done.returncode}, {done.stderr}")
