"""The simulated networks of tests/sim, beside what build/host/sim_tests runs."""
import subprocess

from guest import ROOT, check
from suite import test


@test()
def each_fault_that_the_simulator_must_find_fits_the_source():
    done = subprocess.run([ROOT / "tests/sim/faults.py", "--check"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check(done.returncode == 0, done.stdout)
