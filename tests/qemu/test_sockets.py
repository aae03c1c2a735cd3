"""The socket calls as programs see them: tests/programs holds programs as a user would write them, and they run
on a disk of their own."""
import re
import socket
import time

from guest import BUILD, Failure, Guest, check, check_equal
from suite import test
from test_programs import pid_of
from test_usertests import debug_kernel

TEST_DISK = {"IMAGE": str(BUILD / "test.img")}


def passes(harts, name="sockets", **knobs):
    with Guest(f"{name}-{harts}", CPUS=harts, **TEST_DISK, **knobs) as g:
        for program in ("sockets", "streams"):
            out, status = g.run(program, 60)
            check(status == 0 and out.endswith("all is well\n"), f"{program}, status {status}:\n{out}")
        check(" 0 sockets" in (after := g.ok("free")), f"sockets are left behind:\n{after}")
        g.poweroff()


@test(deadline=90)
def the_socket_calls_keep_posixs_promises_on_one_hart():
    passes(1)


@test(deadline=90)
def the_socket_calls_keep_posixs_promises_on_four_harts():
    passes(4)


@test(deadline=240)
def the_socket_calls_keep_posixs_promises_on_four_harts_of_a_debug_build():
    passes(4, "sockets-debug", KERNEL=debug_kernel())


def wait_until(g, command, pattern):
    """Repeats the command until it prints something like that."""
    for _ in range(100):
        if re.search(pattern, out := g.ok(command), re.M | re.S):
            return
        time.sleep(0.1)
    raise Failure(f"`{command}` never prints {pattern!r}, but\n{out}")


def wait_for_listener(g, port, protocol="tcp"):
    wait_until(g, "netstat", rf"^{protocol} [^\n]* \*:{port} ")


@test(deadline=60)
def a_textbook_chat_server_passes_on_what_its_talkers_say():
    with Guest("chat", **TEST_DISK) as g:
        g.background("chat > log")
        wait_for_listener(g, 9034)
        g.background("sleep 30 | nc localhost 9034 > heard")
        wait_until(g, "cat log", "came")
        g.ok("(echo one; sleep 0.3; echo two) | nc -w 1 localhost 9034")
        wait_until(g, "cat heard", r"\Aone\ntwo\n\Z")  # what the other talker hears
        wait_until(g, "cat log", "one left")
        log = g.ok("cat log")
        check(log.count("127.0.0.1 came") == 2 and "one left, 1 stay" in log, f"the chat server says\n{log}")


@test(deadline=120)
def a_textbook_server_that_forks_buries_its_children():
    with Guest("forkserver", **TEST_DISK) as g:
        g.background("forkserver 7000 > log")
        wait_for_listener(g, 7000)
        out = g.ok("(echo hello; echo sum 1.25 2) | nc localhost 7000")
        check(out.endswith(": 1 is at your service\nHELLO\n3.25\n"), f"the server says\n{out}")
        g.ok("echo 'echo x | nc localhost 7000 > said; wc said' > one; cat one one one one one > five")
        g.ok("cat five five five five five five five five five five > fifty; sh fifty > many", 60)
        check_equal(g.ok("cat many | wc").split()[0], "50", "clients served")
        alive = g.ok("ps").count("forkserver")
        check(alive <= 5, f"{alive} processes of the server are left")


@test(deadline=90)
def a_hundred_connections_over_loopback_echo_their_own_bytes():
    with Guest("loopback", SERVICES="inetd", **TEST_DISK) as g:
        for count, size in ((1, 1), (60, 30000), (3, 2000000)):
            out, status = g.run(f"manyecho localhost echo {count} {size}", 60)
            check(status == 0 and f"{count} connections, {count * size} bytes" in out, f"status {status}: {out}")


@test(deadline=60)
def the_calls_of_older_programs_are_there():
    with Guest("older", **TEST_DISK) as g:
        check_equal(g.ok("older"), "Hello from client\n", "what older prints")


@test(deadline=60)
def xv6s_connect_and_posixs_stand_side_by_side_in_cplusplus():
    with Guest("both", **TEST_DISK) as g:
        check_equal(g.ok("both 5555"), "xv6\nPOSIX\n", "what both prints")


@test(deadline=120)
def a_kill_ends_every_call_that_waits_and_nothing_is_left():
    with Guest("killed", CPUS=2, **TEST_DISK) as g:
        calls = g.ok("waits").split()
        check(len(calls) >= 12, f"waits knows only {calls}")
        for call in calls:
            g.background(f"waits {call}")
            pid = pid_of(g, "waits")
            wait_until(g, "ps", rf"^ *{pid} +\d+ sleeping ")
            g.ok(f"kill {pid}")
            wait_until(g, "ps", r"\A(?!.* waits)")
        wait_until(g, "free", "3 processes, 1 open files, 0 sockets")
        check("came back" not in g.text, f"a call came back by itself:\n{g.text[-3000:]}")


@test(deadline=60)
def poll_waits_for_the_console_too():
    with Guest("poll-console", SERVICES="inetd") as g:
        # nc polls the console and the socket: what is typed goes out, what comes back is shown.
        g.type("nc -w 5 localhost 7\n")
        for line in ("first words", "second words"):
            start = g.type(line + "\n")
            g.wait(rf"{line}\n{line}\n", 5, start)
        g.type("\x04")
        g.wait_prompt(10)


@test(deadline=60)
def the_forwarded_port_7_echoes_over_tcp_and_udp():
    with Guest("echo", SERVICES="inetd") as g:
        g.ok("ping -c 1 -W 3000 10.0.2.2")
        with socket.create_connection(("127.0.0.1", g.ports["tcp7"]), 10) as s:
            s.sendall(b"hello over TCP")
            s.shutdown(socket.SHUT_WR)
            check_equal(s.makefile("rb").read(), b"hello over TCP", "the echo over TCP")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(10)
            s.connect(("127.0.0.1", g.ports["tcp7"]))
            for size in (1, 1400, 9000):
                s.send(bytes(size))
                check_equal(len(s.recv(65536)), size, "bytes of an echo over UDP")
