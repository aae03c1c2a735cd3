"""`make vsock-interop`: vsockd with a Linux guest, whose virtio-vsock driver is not ours, and vsockpeer in it."""
import hashlib
import random
import socket
import threading
import time

from guest import check_equal
from linux_guest import LinuxGuest
from suite import test
from vsock_ends import MIB, cut_off_connections, echo_connections, echo_hashed, short_connections

PORT = 5000  # of the host; the test listens there


def linux_test(function):
    return test(deadline=300, group="linux")(function)


def read_all(s):
    return s.makefile("rb").read()


def send_and_end(s, data):
    s.sendall(data)
    s.shutdown(socket.SHUT_WR)


def check_arrives(data, sender, receiver):
    """The data, and then their end; the other direction stays open."""
    thread = threading.Thread(target=send_and_end, args=(sender, data))
    thread.start()
    got = read_all(receiver)
    thread.join()
    check_equal(hashlib.sha256(got).hexdigest(), hashlib.sha256(data).hexdigest(), f"SHA-256 of {len(data)} bytes")


@linux_test
def linux_returns_what_a_program_on_the_host_sends():
    with LinuxGuest("linux-echo") as g:
        before = g.open_files()
        for size in (1, 100, 65536, 262144, 8 * MIB):
            echo_hashed(g, size, size)
        g.check_files(before)


@linux_test
def a_program_in_linux_reaches_a_socket_of_the_host_and_each_half_closes_by_itself():
    chance = random.Random(1)
    with LinuxGuest("linux-to-host") as g, g.listen(PORT) as listener:
        for host_ends_first in (False, True):
            with g.relay(PORT) as program, listener.accept()[0] as c:
                c.settimeout(30)
                ends = (c, program) if host_ends_first else (program, c)
                check_arrives(chance.randbytes(3 * MIB), *ends)
                time.sleep(3)  # longer than vsockd's and Linux's timers for a connection that has been closed
                check_arrives(chance.randbytes(3 * MIB), *reversed(ends))


@linux_test
def ports_where_nobody_listens_are_refused_on_both_sides():
    with LinuxGuest("linux-refused") as g:
        g.relay(PORT, "Connection reset by peer").close()
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(20)
            s.connect(g.vsock)
            s.sendall(b"CONNECT 4321\n")
            check_equal(s.recv(100), b"", "what a program receives when nobody listens in the guest")
        echo_hashed(g, 1, MIB)


@linux_test
def fifty_connections_to_linux_carry_a_megabyte_each_way_at_once():
    with LinuxGuest("linux-50") as g:
        before = g.open_files()
        echo_connections(g, 50, MIB)
        g.check_files(before)


@linux_test
def a_hundred_connections_to_linux_cut_off_in_the_middle_do_no_harm():
    with LinuxGuest("linux-cut") as g:
        cut_off_connections(g, 100)
        echo_connections(g, 5, MIB)


@linux_test
def five_hundred_connections_to_linux_are_opened_and_closed():
    with LinuxGuest("linux-500") as g:
        short_connections(g, 500)


@linux_test
def a_connection_to_linux_survives_that_qemu_is_stopped():
    with LinuxGuest("linux-stop") as g, g.connect(7) as s:
        g.monitor("stop")
        s.sendall(b"x" * 100_000)
        time.sleep(9)  # longer than vsockd's timers
        g.monitor("cont")
        check_equal(len(s.makefile("rb").read(100_000)), 100_000, "bytes of the echo")


@linux_test
def a_reset_of_linux_ends_its_connections_and_the_next_ones_work():
    with LinuxGuest("linux-reset") as g:
        with g.connect(7) as s:
            s.settimeout(60)  # they end when the new driver starts
            g.monitor("system_reset")
            check_equal(s.recv(10), b"", "what a program receives when the guest is reset")
        g.wait_up()
        echo_connections(g, 5, MIB)


@linux_test
def linux_goes_on_when_vsockd_is_killed_and_a_new_qemu_uses_a_new_vsockd():
    with LinuxGuest("linux-killed") as g:
        with g.connect(7) as s:
            g.end_daemon()
            check_equal(s.recv(1), b"", "what a program receives when vsockd is killed")
        start = len(g.text)
        g.monitor("system_reset")
        g.wait("modules are loaded", 60, start)
        g.start_daemon()
        for _ in range(2):  # the second QEMU uses the same vsockd
            g.restart_qemu()
            echo_connections(g, 5, MIB)
