"""The fuzzers, 20 s for each target, and the unit tests with failing allocations: short runs of `make fuzz` and of
`make alloc-failure`."""
import functools
import os
import subprocess

from guest import BUILD, ROOT, check, check_equal
from suite import test

SECONDS = 20
TARGETS = [line.split()[0] for line in (ROOT / "tests/fuzz/floors").read_text().splitlines() if line and line[0] != "#"]


def run(*command):
    environment = {**os.environ, "LLVM_PROFILE_FILE": "/dev/null"}
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check(done.returncode == 0, done.stdout)
    return done.stdout


# The guests of other tests go first: they have deadlines.
def fuzz(target):
    run("nice", "-n", "5", "tests/fuzz/run", "--seconds", str(SECONDS), target)


for name in TARGETS:
    one = functools.partial(fuzz, name)
    one.__name__, one.__module__ = f"the_fuzzer_of_{name}_finds_nothing_and_covers_what_it_must", __name__
    test(deadline=300, waits=True)(one)


@test()
def each_fuzzer_has_a_floor():
    check_equal(sorted(run("tests/fuzz/run", "--list").split()), sorted(TARGETS), "the targets, and the lines of tests/fuzz/floors")


@test(deadline=300)
def the_scenarios_survive_failing_allocations():
    run(BUILD / "host/unit_tests", "--fail-allocations", "10", "Scenario")


@test(deadline=300)
def simulated_networks_survive_failing_allocations():
    run(BUILD / "host/sim_tests", "--fail-allocations", "100", "Simulated")
