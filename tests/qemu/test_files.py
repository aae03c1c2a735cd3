"""Files: POSIX's calls do on the guest what they do with the host's C library."""
import subprocess
import tempfile

from guest import ROOT, Guest, check, check_equal
from suite import test
from test_sockets import TEST_DISK


def on_the_host(program):
    """What the program prints when it is compiled for the host."""
    with tempfile.TemporaryDirectory() as folder:
        source = ROOT / "tests/programs" / program
        subprocess.run(["gcc", "-w", "-D_GNU_SOURCE", "-o", f"{folder}/it", source], check=True)
        return subprocess.run([f"{folder}/it"], cwd=folder, stdout=subprocess.PIPE, text=True, check=True).stdout


@test(deadline=90)
def calls_on_files_do_what_they_do_on_the_host():
    with Guest("files", **TEST_DISK) as g:
        for program in ("files", "stdiofiles"):
            here, there = (out.splitlines() for out in (g.ok(program, 60), on_the_host(f"{program}.c")))
            wrong = [f"here {a!r}, there {b!r}" for a, b in zip(here, there) if a != b]
            check(not wrong, f"{program}: the guest's output differs from the host's:\n" + "\n".join(wrong))
            check_equal(len(here), len(there), f"lines of output of {program}")
        g.poweroff()
