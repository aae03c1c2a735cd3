"""The model of a channel's ring, checked by Spin: no error in it, and one in each version that leaves out a rule."""
import shutil
import subprocess

from guest import ROOT, Skip, check
from suite import test


@test(deadline=300)
def the_model_of_a_channels_ring_has_no_error_and_needs_each_of_its_rules():
    if not shutil.which("spin"):
        raise Skip("spin is not installed: `make setup` installs it where apt-get has it")
    done = subprocess.run([ROOT / "tests/model/run"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = done.stdout.strip().splitlines()
    check(done.returncode == 0 and len(lines) == 12, done.stdout)
