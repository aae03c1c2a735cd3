"""Signals: the program that tests them prints the same on this host; the console's keys; damaged signal frames."""
import shutil
import subprocess

from guest import AT_REST, BUILD, ROOT, Guest, check, check_equal, work_dir
from suite import test
from test_sockets import TEST_DISK
from test_usertests import debug_kernel


def on_this_host(program):
    """What a test program prints here, compiled with the host's compiler."""
    to = work_dir("signals-host") / program
    if not shutil.which("gcc"):
        return None
    subprocess.run(["gcc", "-o", to, ROOT / f"tests/programs/{program}.c"], check=True)
    return subprocess.run([to], stdout=subprocess.PIPE, text=True, timeout=60).stdout


def behave_as_here(name, **knobs):
    wanted = on_this_host("signals")
    with Guest(name, **TEST_DISK, **knobs) as g:
        out, status = g.run("signals 2>errors", 60)
        check(status == 0 and out.endswith("all checks passed\n"), f"signals, status {status}:\n{out}")
        out = "".join(line + "\n" for line in out.splitlines() if ": killed: " not in line)
        check(wanted in (None, out), f"on the host it prints\n{wanted}\nin the guest\n{out}")
        check(AT_REST in (after := g.ok("free")), f"processes or files remain:\n{after}")
        g.poweroff()


@test(deadline=90)
def signals_behave_as_posix_says_on_one_hart():
    behave_as_here("signals-1", CPUS=1)


@test(deadline=90)
def signals_behave_as_posix_says_on_four_harts_of_a_debug_build():
    behave_as_here("signals-debug", CPUS=4, KERNEL=debug_kernel())
