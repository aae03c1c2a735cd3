"""Vsock between the guest and programs on the host, through vsockd: data, many connections, and ends that vanish."""
import hashlib
import random
import re
import signal
import socket
import threading
import time

from guest import check, check_equal
from suite import test
from vsock_ends import MIB, cut_off_connections, echo_connections, short_connections
from vsock_guest import VsockGuest


def digest(data):
    return hashlib.sha256(data).hexdigest()


@test(deadline=60)
def a_program_on_the_host_reaches_a_port_of_the_guest():
    with VsockGuest("vsock-to-guest") as g:
        for size in (1, 100, 65536, 262144, 4 * MIB):
            data = random.Random(size).randbytes(size)
            check_equal(digest(g.echo(data)), digest(data), f"SHA-256 of {size} bytes there and back")
        g.check_nothing_lost()


@test(deadline=60)
def a_program_in_the_guest_reaches_a_socket_of_the_host():
    data = random.Random(1).randbytes(3 * MIB)
    with VsockGuest("vsock-to-host") as g, g.listen(5000) as listener:
        g.put("/file", data)
        with g.start("run", "nc vsock:2:5000 < /file > /back"), listener.accept()[0] as c:
            c.settimeout(30)
            check_equal(digest(c.makefile("rb").read(len(data))), digest(data), "SHA-256 of what the guest's nc sent")
            c.sendall(data[::-1])
            c.shutdown(socket.SHUT_WR)
            check_equal(c.recv(1), b"", "what follows the file")
        check_equal(digest(g.get("/back")), digest(data[::-1]), "SHA-256 of what the guest's nc received")
        g.check_nothing_lost()


@test(deadline=60)
def netstat_shows_a_connections_queues_and_credit():
    with VsockGuest("vsock-netstat") as g, g.connect(7) as s:
        s.setblocking(False)
        s.send(b"x" * 100_000)  # the first part of it fits into the socket at least
        line = re.search(r"^vsock +\d+ +(\d+)  3:7 +2:\d+ +ESTABLISHED +\d+  credit (\d+), gives (\d+) *$", text := g.ok("netstat"), re.M)
        check(line, f"netstat shows no connection with credit:\n{text}")


@test(deadline=60)
def writes_of_any_size_arrive_unchanged():
    chance = random.Random(2)
    data = chance.randbytes(2 * MIB)
    with VsockGuest("vsock-sizes") as g, g.connect(7) as s:
        def send():
            at = 0
            while at < len(data):
                n = chance.choice((1, 2, 43, 44, 45, 1972, 1973, 4096, 65535, 65536, 65537, 262144))
                s.sendall(data[at:at + n])
                at += n
        sender = threading.Thread(target=send)
        sender.start()
        back = s.makefile("rb").read(len(data))
        sender.join()
        check_equal(digest(back), digest(data), "SHA-256 of the echo")


@test(deadline=120)
def fifty_connections_carry_a_megabyte_each_way_at_once():
    with VsockGuest("vsock-50") as g:
        echo_connections(g, 50, MIB)
        g.check_nothing_lost()


@test(deadline=120)
def a_hundred_connections_cut_off_in_the_middle_do_no_harm():
    with VsockGuest("vsock-cut") as g:
        cut_off_connections(g, 100)
        echo_connections(g, 5, MIB)
        g.check_nothing_lost()


@test(deadline=120)
def a_thousand_connections_are_opened_and_closed():
    with VsockGuest("vsock-1000") as g:
        short_connections(g, 1000)
        g.check_nothing_lost()


@test(deadline=60, waits=True)
def a_connection_survives_that_qemu_is_stopped_for_longer_than_all_timers():
    with VsockGuest("vsock-stop") as g, g.connect(7) as s:
        g.qemu.send_signal(signal.SIGSTOP)
        s.sendall(b"x" * 100_000)
        time.sleep(9)  # a silent connection would end after 8 s
        g.qemu.send_signal(signal.SIGCONT)
        check_equal(len(s.makefile("rb").read(100_000)), 100_000, "bytes of the echo")


@test(deadline=60)
def a_reset_of_the_guest_ends_its_connections_and_the_next_ones_work():
    with VsockGuest("vsock-reset", monitor=True) as g:
        with g.connect(7) as s:
            s.sendall(b"before")
            check_equal(s.recv(10), b"before", "the echo")
            start = len(g.text)
            g.monitor("system_reset")
            check_equal(s.recv(10), b"", "what a program receives when the guest is reset")
        g.wait_prompt(30, start)
        g.wait_agent()
        check_equal(g.echo(b"after"), b"after", "the echo after the reset")


@test(deadline=60)
def sockets_in_the_guest_fail_within_seconds_when_vsockd_is_killed():
    with VsockGuest("vsock-killed") as g, g.listen(5000) as listener:
        g.begin("nc vsock:2:5000")
        with listener.accept()[0]:
            g.daemon.kill()
            out, status = g.finish(30)
        check(status != 0 and re.search("reset|timed out|no such device", out), f"status {status}: {out!r}")
        check("ESTABLISHED" not in g.ok("netstat"), "a connection has not ended")


def interrupts_of_echoes(g, count):
    """The interrupts that a guest takes for bytes to its echo service, each of which finds it idle."""
    before = g.interrupts()
    with g.connect(7) as s:
        for _ in range(count):
            time.sleep(0.02)
            s.sendall(b"x")
            check_equal(s.recv(1), b"x", "the echo of a byte")
    return g.interrupts() - before


@test(deadline=60)
def a_hart_that_polls_takes_no_interrupts():
    with VsockGuest("vsock-polling", CPUS=1, APPEND="poll=1000000") as g:
        count = interrupts_of_echoes(g, 60)
        check(count < 30, f"{count} interrupts for 60 bytes, though the guest polls for 1 s")


@test(deadline=60)
def a_guest_that_does_not_poll_is_interrupted():
    with VsockGuest("vsock-interrupts", CPUS=1, APPEND="poll=0") as g:
        count = interrupts_of_echoes(g, 60)
        check(count >= 60, f"{count} interrupts for 60 bytes, though the guest does not poll")
