"""The C library, beside the host's: programs of tests/programs print the same in the guest as on the host."""
import subprocess

from guest import BUILD, ROOT, Guest, check_equal, work_dir
from suite import test

TEST_DISK = {"IMAGE": str(BUILD / "test.img")}


def on_the_host(program):
    """What the program prints when the host's compiler builds it with the host's library."""
    binary = work_dir("library") / program
    subprocess.run(["gcc", "-std=gnu17", "-w", "-D_GNU_SOURCE", "-fno-builtin", "-o", binary, ROOT / f"tests/programs/{program}.c", "-lm"], check=True)
    return subprocess.run([binary], check=True, capture_output=True, text=True, timeout=60).stdout


@test(deadline=60)
def numbers_are_computed_printed_and_read_as_on_the_host():
    with Guest("numbers", **TEST_DISK) as g:
        check_equal(g.ok("numbers", 30), on_the_host("numbers"), "numbers")
