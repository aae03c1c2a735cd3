"""The C library, beside the host's: programs of tests/programs print the same in the guest as on the host."""
import difflib
import subprocess

from guest import BUILD, ROOT, Guest, check, work_dir
from suite import test

TEST_DISK = {"IMAGE": str(BUILD / "test.img")}


def on_the_host(program):
    """What the program prints when the host's compiler builds it with the host's library."""
    binary = work_dir(f"library-{program}") / program
    subprocess.run(["gcc", "-std=gnu17", "-w", "-D_GNU_SOURCE", "-fno-builtin", "-o", binary, ROOT / f"tests/programs/{program}.c", "-lm"], check=True)
    return subprocess.run([binary], check=True, capture_output=True, text=True, timeout=60, env={"TZ": "UTC"}).stdout


def same_on_the_host(program):
    # The sign of a result that is not a number is the machine's.
    with Guest(program, **TEST_DISK) as g:
        guest, host = (text.replace("-nan", "nan").splitlines() for text in (g.ok(program, 30), on_the_host(program)))
        check(guest == host, "\n".join(difflib.unified_diff(host, guest, "host", "guest", lineterm="", n=0)))


@test(deadline=60)
def numbers_are_computed_printed_and_read_as_on_the_host():
    same_on_the_host("numbers")


@test(deadline=60)
def strings_sorting_options_jumps_and_scanf_behave_as_on_the_host():
    same_on_the_host("library")


@test(deadline=60)
def programs_pass_their_environment_on():
    with Guest("environment", **TEST_DISK) as g:
        out = g.ok("environment", 30)
        check(out.endswith("all checks passed\n"), out)


@test(deadline=60)
def regular_expressions_match_as_on_the_host():
    same_on_the_host("regexes")
