"""The socket calls, tested by the programs in tests/programs, which are on a disk image of their own (build/test.img)."""
import re
import socket
import time

from guest import AT_REST, BUILD, Failure, Guest, check, check_equal
from suite import test
from test_programs import pid_of
from test_usertests import debug_kernel

TEST_DISK = {"IMAGE": str(BUILD / "test.img")}


def passes(harts, name="sockets", **knobs):
    with Guest(f"{name}-{harts}", CPUS=harts, **TEST_DISK, **knobs) as g:
        for program in ("sockets", "streams", "unixsockets", "unixrights"):
            out, status = g.run(program, 60)
            check(status == 0 and out.endswith("all checks passed\n"), f"{program}, status {status}:\n{out}")
        check(AT_REST in (after := g.ok("free")), f"sockets are still in use:\n{after}")
        g.poweroff()


@test(deadline=90)
def the_socket_calls_behave_as_posix_says_on_one_hart():
    passes(1)


@test(deadline=90)
def the_socket_calls_behave_as_posix_says_on_four_harts():
    passes(4)


@test(deadline=240)
def the_socket_calls_behave_as_posix_says_on_four_harts_of_a_debug_build():
    passes(4, "sockets-debug", KERNEL=debug_kernel())


def wait_until(g, command, pattern, tries=100):
    """Repeats the command until its output matches the pattern."""
    for _ in range(tries):
        if re.search(pattern, out := g.ok(command), re.M | re.S):
            return
        time.sleep(0.1)
    raise Failure(f"`{command}` never printed {pattern!r}. It printed\n{out}")


def wait_for_listener(g, port, protocol="tcp"):
    wait_until(g, "netstat", rf"^{protocol} [^\n]* \*:{port} ")


@test(deadline=60)
def a_textbook_chat_server_forwards_what_its_clients_send():
    with Guest("chat", **TEST_DISK) as g:
        g.background("chat > log")
        wait_for_listener(g, 9034)
        g.background("sleep 30 | nc localhost 9034 > heard")
        wait_until(g, "cat log", "connected")
        g.ok("(echo one; sleep 0.3; echo two) | nc -w 1 localhost 9034")
        wait_until(g, "cat heard", r"\Aone\ntwo\n\Z")  # what the other client receives
        wait_until(g, "cat log", "one disconnected")
        log = g.ok("cat log")
        check(log.count("127.0.0.1 connected") == 2 and "one disconnected, 1 remaining" in log, f"the chat server printed\n{log}")


@test(deadline=120)
def a_textbook_forking_server_reaps_its_children():
    with Guest("forkserver", **TEST_DISK) as g:
        g.background("forkserver 7000 > log")
        wait_for_listener(g, 7000)
        out = g.ok("(echo hello; echo sum 1.25 2) | nc localhost 7000")
        check(out.endswith(": pid is valid: 1\nHELLO\n3.25\n"), f"the server sent\n{out}")
        g.ok("echo 'echo x | nc localhost 7000 > said; wc said' > one; cat one one one one one > five")
        g.ok("cat five five five five five five five five five five > fifty; sh fifty > many", 60)
        check_equal(g.ok("cat many | wc").split()[0], "50", "clients served")
        alive = g.ok("ps").count("forkserver")
        check(alive <= 5, f"{alive} processes of the server remain")


@test(deadline=90)
def each_of_many_loopback_connections_gets_its_own_bytes_back():
    with Guest("loopback", SERVICES="inetd", **TEST_DISK) as g:
        for count, size in ((1, 1), (60, 30000), (3, 2000000)):
            out, status = g.run(f"manyecho localhost echo {count} {size}", 60)
            check(status == 0 and f"{count} connections, {count * size} bytes" in out, f"status {status}: {out}")


@test(deadline=120)
def ten_thousand_udp_sockets_and_ten_thousand_connections_fit_into_128_mib():
    """Over loopback both ends are here: 20,000 of them."""
    with Guest("many-sockets", CPUS=2, MEM="128M", **TEST_DISK) as g:
        def used():
            out = g.ok("free")
            check(AT_REST in out, f"sockets are still in use:\n{out}")
            return g.kib_in_use()

        before = used()
        for what in ("udp 10000", "tcp 10000"):
            out, status = g.run(f"manysockets {what}", 60)
            check(status == 0 and out.endswith("all checks passed\n"), f"manysockets {what}, status {status}:\n{out}")
            wait_until(g, "free", AT_REST)
            check_equal(used(), before, f"KiB in use after {what}")
        netstat_lists_ten_thousand_sockets(g)


def netstat_lists_ten_thousand_sockets(g):
    """A thousand each of ten processes."""
    g.background("sleep 1000 | manysockets udp 10000 hold > out")
    wait_until(g, "cat out", "all sockets are there")
    check_equal(g.ok("netstat | grep '^udp ' | wc -l").split()[0], "10000", "lines of netstat")
    owners = re.findall(r"127\.0\.0\.1:2\d500 .* (\d+) *$", g.ok("netstat | grep ':2.500 '"), re.M)
    processes = sorted(int(pid) for pid in re.findall(r"^ *(\d+) .* manysockets ", g.ok("ps"), re.M))
    check_equal(sorted(int(pid) for pid in owners), processes[1:], "the owners of one socket of each process")


@test(deadline=60)
def a_small_machine_refuses_sockets_and_stays_usable():
    with Guest("few-sockets", CPUS=2, MEM="16M", **TEST_DISK) as g:
        out, status = g.run("manysockets udp 10000", 60)
        check(status != 0 and "too many open files in the system" in out, f"manysockets udp, status {status}:\n{out}")
        wait_until(g, "free", AT_REST)
        g.background("manysockets tcp 10000")  # its SYNs are dropped, and it tries again
        wait_until(g, "netstat -s", r"^ *[1-9]\d* +tcp_listen_overflow ")
        first = min(int(pid) for pid in re.findall(r"^ *(\d+) .* manysockets", g.ok("ps"), re.M))
        g.ok(f"kill {first}")
        wait_until(g, "free", AT_REST)
        out, status = g.run("manysockets tcp 1000", 60)
        check(status == 0 and out.endswith("all checks passed\n"), f"manysockets tcp 1000, status {status}:\n{out}")


@test(deadline=60)
def programs_that_use_older_socket_functions_run():
    with Guest("older", **TEST_DISK) as g:
        check_equal(g.ok("older"), "Hello from client\n", "what older prints")


@test(deadline=60)
def a_cplusplus_program_can_use_connect_of_xv6_and_of_posix():
    with Guest("both", **TEST_DISK) as g:
        check_equal(g.ok("both 5555"), "xv6\nPOSIX\n", "what both prints")


@test(deadline=120)
def a_kill_ends_every_waiting_call_and_frees_all_its_resources():
    with Guest("killed", CPUS=2, **TEST_DISK) as g:
        calls = g.ok("waits").split()
        check(len(calls) >= 12, f"waits has only the calls {calls}")
        for call in calls:
            g.background(f"waits {call}")
            pid = pid_of(g, "waits")
            wait_until(g, "ps", rf"^ *{pid} +\d+ sleeping ")
            g.ok(f"kill {pid}")
            wait_until(g, "ps", r"\A(?!.* waits)")
        wait_until(g, "free", AT_REST)
        check(" returned: " not in g.text, f"a call returned without a kill:\n{g.text[-3000:]}")


@test(deadline=60)
def poll_waits_for_the_console_and_a_socket():
    with Guest("poll-console", SERVICES="inetd") as g:
        # nc polls both: it sends what is typed, and prints what it receives.
        g.type("nc -w 5 localhost 7\n")
        for line in ("first words", "second words"):
            start = g.type(line + "\n")
            g.wait(rf"{line}\n{line}\n", 5, start)
        g.type("\x04")
        g.wait_prompt(10)


@test(deadline=60, each_card=True)
def the_forwarded_port_7_echoes_over_tcp_and_udp(nic):
    with Guest(f"echo-{nic}", NIC=nic, SERVICES="inetd") as g:
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
