"""Boot, boot arguments and poweroff."""
import re
import socket
import time

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
def poweroff_passes_its_status_to_qemu():
    with Guest("poweroff-status") as g:
        g.type("poweroff 3\n")
        check_equal(g.exit_status(), 3, "QEMU's status after `poweroff 3`")


@test()
def a_panic_prints_the_reason_and_ends_qemu_with_a_failure_status():
    image = work_dir("panic-image") / "no-file-system.img"
    image.write_bytes(bytes(1 << 20))
    with Guest("panic", boot=False, SNAPSHOT="", IMAGE=image) as g:
        status = g.exit_status()
        check(status != 0, "QEMU's status is 0, but the kernel found no file system")
        check("panic" in g.text, f"no panic message:\n{g.text[-800:]}")


@test()
def the_boot_argument_run_runs_a_command_and_passes_its_status_to_qemu():
    for command, want in (("echo hello; true_is_no_program", 1), ("echo hello", 0)):
        with Guest("boot-run", boot=False, APPEND=f'run="{command}"') as g:
            status = g.exit_status(30)
            check((status == 0) == (want == 0), f"run={command!r}: QEMU's status is {status}\n{g.text[-500:]}")
            check("hello" in g.text, f"run={command!r} printed nothing:\n{g.text[-500:]}")


# Wrong boot arguments, and why the kernel ignores them.
WRONG_ARGUMENTS = {
    "foo=1": "unknown", "pol=5": "unknown", "quiet": "unknown",
    "ip=1.2.3": "expected ADDRESS/LENGTH", "ip=10.0.2.15": "expected ADDRESS/LENGTH", "ip1=10.0.9.1/33": "expected ADDRESS/LENGTH",
    "gw=router": "expected an IPv4 address", "host=10.0.2.256": "expected an IPv4 address",
    "nameserver=foo": "expected ADDRESS or ADDRESS:PORT", "nameserver=10.0.2.3:": "expected ADDRESS or ADDRESS:PORT",
    "server=0": "expected a port", "dns=65536": "expected a port", "http=http": "expected a port", "sink=-1": "expected a port",
    "dump=loud": "expected off, brief or full", "congestion=bbr": "expected cubic or newreno",
    "poll=abc": "expected a number of microseconds", "poll=1000001": "expected a number of microseconds",
    "provoke=null": "only a debug build",
}


@test()
def the_kernel_names_and_ignores_every_wrong_boot_argument():
    with Guest("boot-arguments", APPEND=" ".join(WRONG_ARGUMENTS)) as g:
        for argument, reason in WRONG_ARGUMENTS.items():
            found = re.findall(rf"^boot argument {re.escape(argument)} is ignored: {reason}.*$", g.text, re.M)
            check_equal(len(found), 1, f"lines about {argument} in\n{g.text}\n")
        check_equal(g.text.count(" is ignored: "), len(WRONG_ARGUMENTS), "arguments that are ignored")
        check(re.search(r"^boot arguments: ip gw .* run netctl provoke ", g.text, re.M), f"the known arguments are not listed:\n{g.text}")
        check("eth0: 10.0.2.15/24 via 10.0.2.2" in g.text, f"eth0 does not have the default address:\n{g.text}")
        g.ok("ping -c 1 -W 3000 10.0.2.2", 10)


@test()
def valid_boot_arguments_cause_no_message_and_the_last_value_is_used():
    right = "ip=10.0.2.9/24 gw= congestion=cubic congestion=newreno poll=0 dump=brief nameserver=10.0.2.3:53 ip1=10.0.3.1/24"
    with Guest("boot-arguments-right", DUMP="full", APPEND=right) as g:
        check("ignored" not in g.text, f"a valid argument is ignored:\n{g.text}")
        check("eth0: 10.0.2.9/24 via 10.0.2.2" in g.text, f"eth0 has another address:\n{g.text}")
        check_equal(g.ok("pktdump"), "brief\n", "the dump mode, after dump=full and dump=brief")


@test()
def the_kernel_reports_boot_arguments_that_are_too_long():
    arguments = f'run="echo {251 * "x"}" services="{" " * 4000}"'
    with Guest("boot-arguments-long", QEMUEXTRA=f"-append '{arguments}'") as g:  # make qemu refuses so many
        check(re.search(r"^boot argument run=echo x+ is ignored: longer than 255 characters$", g.text, re.M),
              f"the long run= is not reported:\n{g.text}")
        check("the boot arguments are cut off after 4095 characters" in g.text,
              f"the cut is not reported:\n{g.text}")


@test(deadline=90)
def the_kernel_boots_again_after_every_reset():
    """A reset of the machine leaves harts with interrupts enabled and pending: the kernel must boot anyway."""
    folder = work_dir("resets")
    with Guest("resets", CPUS=1, NIC="none", PCAP="", QEMUEXTRA=f"-monitor unix:{folder}/monitor,server=on,wait=off") as g:
        for i in range(40):
            g.type("usertests\n")  # a busy kernel
            time.sleep(0.05 + 0.003 * i)
            start = len(g.text)
            with socket.socket(socket.AF_UNIX) as monitor:
                monitor.connect(str(folder / "monitor"))
                monitor.sendall(b"system_reset\n")
                g.wait(r"nx6 is up.*\n\$ $", 20, start)


@test()
def no_machine_interrupt_stays_pending():
    """QEMU would look for interrupts, with its lock, after every access to a CSR. The machine timer fires at reset."""
    folder = work_dir("boot-mip")
    with Guest("boot-mip", CPUS=2, NIC="none", PCAP="", QEMUEXTRA=f"-monitor unix:{folder}/monitor,server=on,wait=off"):
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.settimeout(10)
            monitor.connect(str(folder / "monitor"))
            monitor.sendall(b"info registers -a\n")
            text = b""
            while len(pending := re.findall(rb" mip +([0-9a-f]+)", text)) < 2:
                text += monitor.recv(65536)
        machine = 1 << 3 | 1 << 7 | 1 << 11  # software, timer, external
        check_equal([int(mip, 16) & machine for mip in pending], [0, 0], "machine interrupts pending on the harts")
