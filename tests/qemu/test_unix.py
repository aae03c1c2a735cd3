"""AF_UNIX sockets: kills at random moments, names on the disk, netstat and nc. What POSIX says of the calls is tested in
test_sockets.py."""
import re
import shutil
import subprocess

from guest import AT_REST, BUILD, Guest, check, check_equal, work_dir
from suite import test
from test_sockets import TEST_DISK, wait_until
from test_usertests import debug_kernel


def churns(name, seeds, count, **knobs):
    with Guest(name, CPUS=4, **TEST_DISK, **knobs) as g:
        for seed in seeds:
            out, status = g.run(f"unixchurn {count} {seed}", 120)
            check_equal(status, 0, f"status of unixchurn with seed {seed}, which printed\n{out}")
        wait_until(g, "free", AT_REST)
        g.poweroff()


@test(deadline=120)
def killed_programs_leave_no_socket_and_no_descriptor_in_flight():
    churns("unix-churn", (1, 2, 3, 4), 200)


@test(deadline=240)
def killed_programs_leave_no_socket_in_a_debug_build():
    churns("unix-churn-debug", (5,), 80, KERNEL=debug_kernel())


@test(deadline=60)
def nc_speaks_over_a_named_socket_and_netstat_lists_it():
    with Guest("unix-nc") as g:
        g.background("nc -U -l sock > heard")
        wait_until(g, "netstat", r"^unix +0 +1 +\[\d+\] +\* +LISTEN +\d+ +sock$")
        check(re.search(r"^sock +s ", out := g.ok("ls"), re.M), f"ls does not show the socket:\n{out}")
        check(re.match(r"sock +s ", out := g.ok("ls sock")), f"`ls sock` printed {out}")
        g.ok("echo over unix | nc -U sock")
        wait_until(g, "cat heard", r"\Aover unix\n\Z")
        for command, error in (("nc -U sock", "connection refused"), ("nc -U none", "no such file or directory"),
                               ("nc -U README", "connection refused"), ("nc -U -l sock", "address already in use"),
                               ("cat sock", "no such device or address")):
            out, status = g.run(command)
            check(status == 1 and error in out, f"`{command}`, status {status}: {out}")
        g.ok("rm sock")


@test(deadline=90)
def a_socket_file_of_a_former_boot_refuses_and_is_sound():
    image = work_dir("unix-reboot") / "fs.img"
    shutil.copyfile(BUILD / "fs.img", image)
    with Guest("unix-reboot-1", SNAPSHOT="", IMAGE=image) as g:
        g.background("nc -U -l sock > heard")
        wait_until(g, "netstat", r"LISTEN[^\n]* sock$")
        g.poweroff()
    out = subprocess.run([BUILD / "host/fsck", "-v", image], capture_output=True, text=True, timeout=30).stdout
    check("sound" in out and "2 sockets" in out, f"fsck printed {out}")
    with Guest("unix-reboot-2", SNAPSHOT="", IMAGE=image) as g:
        out, status = g.run("nc -U sock")
        check(status == 1 and "connection refused" in out, f"status {status}: {out}")
        g.poweroff()
