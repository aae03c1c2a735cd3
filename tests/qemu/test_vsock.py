"""AF_VSOCK as programs of the guest use it, most of them over CID 1, which needs no device."""
import shutil
import subprocess

from guest import AT_REST, ROOT, Guest, Skip, check, check_equal
from suite import test
from test_sockets import TEST_DISK, wait_for_listener, wait_until
from vsock_guest import VsockGuest


@test(deadline=120)
def programs_talk_over_cid_1_on_four_harts():
    with Guest("vsock", CPUS=4, **TEST_DISK) as g:
        out, status = g.run("vsock", 60)
        check(status == 0, f"status {status}:\n{out}")
        for line in ("stream: 1048576 bytes there and back", "messages: bounds kept", "errors: as in Linux"):
            check(line in out, f"no '{line}' in:\n{out}")
        check(AT_REST in (after := g.ok("free")), f"sockets are still in use:\n{after}")
        g.poweroff()


ECHOED = """connected to 1:3000 with a buffer of 262144 bytes
one
two words
connected to 1:3001 with a buffer of 262144 bytes
one
two words
"""


@test(deadline=60)
def a_vsock_server_and_client_written_for_linux_run_unchanged():
    with Guest("vsecho", **TEST_DISK) as g:
        g.background("(vsecho 3000; echo exit $?) > log")
        wait_for_listener(g, 3001, "vseq")
        check_equal(g.ok("vsecho 1 3000 one 'two words'"), ECHOED, "output of the client")
        g.ok("vsecho 1 3000 quit")
        wait_until(g, "cat log", "^exit ")  # the server ends after the client that told it to
        log = g.ok("cat log")
        check_equal(log, "serving, CID -1\n" + 4 * "a client of CID 1\n" + "bye\nexit 0\n", "output of the server")
        out, status = g.run("vsecho 1 3000 nobody")
        check(status == 1 and out == "connect: connection reset by peer\n", f"without a server, status {status}: {out}")


@test(deadline=60)
def a_vsock_server_written_for_linux_finds_its_cid_and_serves_the_host():
    with VsockGuest("vsecho-host", **TEST_DISK) as g:
        g.background("vsecho 3000 > log")
        wait_for_listener(g, 3001, "vseq")
        check("connected to 3:3001" in g.ok("vsecho 3 3000 hello"), "the guest cannot connect to its own CID")
        with g.connect(3000) as s:
            s.sendall(b"from the host")
            check_equal(s.makefile("rb").read(13), b"from the host", "the echo")
        log = g.ok("cat log")
        check_equal(log, "serving, CID 3\n" + 2 * "a client of CID 3\n" + "a client of CID 2\n", "output of the server")


@test()
def the_programs_that_test_vsock_are_linux_programs():
    if not shutil.which("gcc"):
        raise Skip("no gcc")
    for program in ("vsock", "vsecho"):
        source = ROOT / f"tests/programs/{program}.c"
        done = subprocess.run(["gcc", "-std=gnu17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", source],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        check_equal(done.returncode, 0, f"status of gcc for {program}.c, which printed\n{done.stdout}\n")
