"""From power on to the prompt, and to the end."""
import re

from guest import Guest, check, check_equal, work_dir
from suite import test


def boots_on(harts):
    with Guest(f"boot-{harts}", CPUS=harts) as g:
        out = g.ok("ps")
        check(re.search(r"^\s*1 .*init", out, re.M), f"no init among the processes:\n{out}")
        g.poweroff()


@test()
def boots_on_one_hart_and_powers_off_with_status_0():
    boots_on(1)


@test()
def boots_on_two_harts_and_powers_off_with_status_0():
    boots_on(2)


@test(alone=True)
def boots_on_four_harts_and_powers_off_with_status_0():
    boots_on(4)


@test(alone=True)
def boots_on_eight_harts_and_powers_off_with_status_0():
    boots_on(8)


@test()
def boots_with_32_MiB_and_with_1_GiB():
    for mem, kib in (("32M", 32 << 10), ("1G", 1 << 20)):
        with Guest(f"boot-{mem}", MEM=mem) as g:
            total = int(re.search(r"^memory\s+(\d+)", g.ok("free"), re.M)[1])
            check_equal(total, kib, f"memory that `free` reports with MEM={mem}")
            g.poweroff()


@test()
def boots_without_a_network_card():
    with Guest("boot-no-nic", NIC="none") as g:
        check_equal(g.ok("echo still here"), "still here\n", "the shell without a network card")
        _, status = g.run("ping -c 1 10.0.2.2")
        check(status != 0, "ping succeeded without a network card")
        g.poweroff()


@test()
def poweroff_hands_its_status_to_qemu():
    with Guest("poweroff-status") as g:
        g.type("poweroff 3\n")
        check_equal(g.exit_status(), 3, "QEMU's status after `poweroff 3`")


@test()
def a_panic_ends_qemu_with_a_failure_status_and_says_why():
    image = work_dir("panic") / "no-file-system.img"
    image.write_bytes(bytes(1 << 20))
    with Guest("panic", boot=False, SNAPSHOT="", IMAGE=image) as g:
        image.write_bytes(bytes(1 << 20))
        status = g.exit_status()
        check(status != 0, "QEMU's status is 0 although the kernel has no file system")
        check("panic" in g.text, f"no panic message:\n{g.text[-800:]}")


@test()
def the_boot_argument_run_runs_a_command_and_its_status_is_qemus():
    for command, want in (("echo hello; true_is_no_program", 1), ("echo hello", 0)):
        with Guest("boot-run", boot=False, APPEND=f'run="{command}"') as g:
            status = g.exit_status(30)
            check((status == 0) == (want == 0), f"run={command!r}: QEMU's status is {status}\n{g.text[-500:]}")
            check("hello" in g.text, f"run={command!r} printed nothing:\n{g.text[-500:]}")
