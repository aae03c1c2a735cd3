"""nx6 on the host and the agent in the guest: commands and files over vsock, without a network."""
import contextlib
import hashlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

from guest import BUILD, Failure, Guest, check, check_equal
from suite import test
from test_sockets import wait_until
from vsock_guest import NX6, VsockGuest

PORT = 1006  # the agent's

# Words after nx6 run, input, patterns of the output and of the errors, status.
COMMANDS = [
    (["echo", "hello", "host"], b"", rb"hello host\n", rb"", 0),
    (["echo out; cat nothing; exit 7"], b"", rb"out\n", rb"cat: cannot open nothing: .*\n", 7),
    (["cat | wc"], b"one two\nthree\n", rb"2 3 14\n", rb"", 0),
    (["-n", "wc"], b"not passed on", rb"0 0 0\n", rb"", 0),
    (["echo in the background; sleep 1000 &"], b"", rb"in the background\n", rb"", 0),
    (["no-such-program"], b"", rb"", rb"sh: no-such-program: no such command .*\n", 127),
    (["nettests -x"], b"", rb"", rb"(?s).*usage: nettests.*", 1),
]


@test(deadline=60)
def a_command_in_the_guest_looks_as_if_it_ran_on_the_host():
    with VsockGuest("agent") as g:
        for words, stdin, output, errors, status in COMMANDS:
            done = g.nx6("run", *words, stdin=stdin)
            what = " ".join(words)
            check(re.fullmatch(output, done.stdout), f"`{what}` printed {done.stdout!r}, which does not match {output!r}")
            check(re.fullmatch(errors, done.stderr), f"the errors of `{what}` are {done.stderr!r}, which do not match {errors!r}")
            check_equal(done.returncode, status, f"status of `{what}`")
        g.wait_processes("agent", 1)


@test(deadline=60)
def a_command_ends_with_ctrl_c_and_with_its_nx6():
    with VsockGuest("agent-ends") as g:
        for number, status in (signal.SIGINT, -signal.SIGINT), (signal.SIGKILL, -signal.SIGKILL):
            for command in "sleep 1000 | cat", "sleep 1000; echo not reached":
                running = g.start("run", command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                g.wait_processes("sleep", 1)
                running.send_signal(number)
                out, _ = running.communicate(timeout=20)
                check_equal((out, running.returncode), (b"", status), f"output and status of nx6 after {number.name}")
                g.wait_processes("sleep", 0)
        g.wait_processes("agent", 1)


@test(deadline=60)
def the_status_of_a_command_tells_the_signal_that_killed_it():
    with VsockGuest("agent-killed") as g:
        running = g.start("run", "sleep 1000", stdin=subprocess.DEVNULL)
        g.wait_processes("sleep", 1)
        shell = re.search(r"^ *\d+ +(\d+) .* sleep ", g.ok("ps"), re.M)[1]
        g.ok(f"kill {shell}")
        check_equal(running.wait(20), 128 + signal.SIGTERM, "status of nx6")


def digest(data):
    return hashlib.sha256(data).hexdigest()


@test(deadline=120)
def files_and_fifty_megabytes_arrive_unchanged():
    with VsockGuest("agent-files") as g:
        data = os.urandom(5_000_000)
        here, back = g.dir / "data", g.dir / "back"
        here.write_bytes(data)
        check_equal(g.nx6("put", str(here)).stderr, b"", "errors of put")
        check_equal(g.nx6("get", "/data", str(back)).stderr, b"", "errors of get")
        check_equal(digest(back.read_bytes()), digest(data), "SHA-256 of a file there and back")
        for i in range(2):  # the second one replaces the first
            check_equal(g.nx6("put", "-", "note", stdin=b"note %d" % i).returncode, 0, "status of put -")
            check_equal(g.nx6("get", "note", "-").stdout, b"note %d" % i, "what get - prints")
        done = g.nx6("run", "-n", "cat " + 10 * "data ", timeout=90)
        check_equal(digest(done.stdout), digest(10 * data), "SHA-256 of 50 MB of output")
        check_equal(digest(g.nx6("run", "cat", stdin=data).stdout), digest(data), "SHA-256 of 5 MB to cat and back")


@test(deadline=60)
def a_file_that_does_not_arrive_leaves_nothing():
    with VsockGuest("agent-no-file") as g:
        def names():
            return re.findall(r"^\S+", g.ok("ls /"), re.M)

        before = names()
        for words, message in [(["put", "Makefile", "no/such"], b"nx6: cannot write no/such: no such file or directory\n"),
                               (["put", "Makefile", "/console"], b"nx6: /console exists and is not a file\n"),
                               (["get", "nothing", str(g.dir / "got")], b"nx6: cannot read nothing: no such file or directory\n"),
                               (["get", "/", str(g.dir / "got")], b"nx6: / is not a file\n")]:
            done = g.nx6(*words)
            check_equal((done.stderr, done.returncode), (message, 1), f"`nx6 {' '.join(words)}`")
        cut_off = g.start("put", "-", "half", stdin=subprocess.PIPE)
        cut_off.stdin.write(bytes(100_000))
        cut_off.stdin.flush()
        deadline = time.monotonic() + 10
        while not any(n.startswith(".put") for n in names()) and time.monotonic() < deadline:
            time.sleep(0.1)
        cut_off.kill()
        cut_off.communicate()
        g.wait_processes("agent", 1)
        check_equal(names(), before, "the guest's files after puts that failed")
        check(not list(g.dir.glob("got*")), "get left a file")


@test(deadline=90)
def many_commands_run_at_once():
    with VsockGuest("agent-many") as g:
        each = [os.urandom(100_000) for _ in range(20)]
        running = [g.start("run", "cat", stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in each]
        # Each gets its input only when all have been started, and one that nobody feeds holds up no other.
        stalled = g.start("run", "cat", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for process, data in zip(running, each):
            out, _ = process.communicate(data, timeout=60)
            check_equal((digest(out), process.returncode), (digest(data), 0), "SHA-256 and status of one of 20 commands")
        stalled.communicate(timeout=20)
        check_equal(stalled.returncode, 0, "status of the command without input")
        g.wait_processes("agent", 1)


def read_all(s):
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := s.recv(65536):
            data += piece
    return data


def say(path, port, data):
    """Connects to the guest's port, sends the data and their end, and returns the answer."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(20)
        s.connect(path)
        s.sendall(b"CONNECT %d\n" % port)
        answer = b""
        while not answer.endswith(b"\n"):
            byte = s.recv(1)
            if not byte:
                raise Failure(f"nobody accepts on port {port}")
            answer += byte
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        return read_all(s)


@test(deadline=60)
def nc_ttcp_and_inetd_talk_over_vsock():
    with VsockGuest("agent-programs", SERVICES="inetd") as g:
        check_equal(say(g.vsock, 7, b"to echo"), b"to echo", "inetd's echo on vsock")
        with socket.socket(socket.AF_UNIX) as listener:
            pathlib.Path(g.vsock + "_5000").unlink(missing_ok=True)  # of the last run
            listener.bind(g.vsock + "_5000")
            listener.listen()
            g.begin("echo from the guest | nc vsock:2:5000")
            with listener.accept()[0] as s:
                s.settimeout(20)
                s.sendall(b"from the host\n")
                s.shutdown(socket.SHUT_WR)
                check_equal(read_all(s), b"from the guest\n", "what nc sends to the host")
            check_equal(g.finish(), ("from the host\n", 0), "what nc prints, and its status")
        out, status = g.run("nc vsock:2:5001")
        check(status == 1 and out.startswith("nc: cannot connect to vsock:2:5001: "), f"nc to nobody: status {status}, {out!r}")
        for command, sent, heard in (("nc -l vsock:5002 > heard", b"to the listener\n", r"\Ato the listener\n\Z"),
                                     ("ttcp -r vsock:5002 > heard", bytes(1_000_000), r"received 1000000 bytes")):
            g.background(command)
            wait_until(g, "netstat", r"5002 .*LISTEN")
            say(g.vsock, 5002, sent)
            wait_until(g, "cat heard", heard)
        g.background("ttcp -r vsock:5003 > heard")
        wait_until(g, "netstat", r"5003 .*LISTEN")
        check("sent 640000 bytes" in g.ok("ttcp -t -n 64 -l 10000 vsock:1:5003"), "ttcp does not send over the local CID")


@test(deadline=90)
def the_agent_survives_nonsense_and_the_guest_gets_all_memory_back():
    with VsockGuest("agent-nonsense") as g:
        request = b"\1\0\0\0\x0c\0\0\0nx6a\1\0\0\0echo"
        g.nx6("run", "echo before")
        g.wait_processes("agent", 1)
        before = re.search(r"(\d+) processes.*", g.ok("free"))[0]
        check_equal(say(g.vsock, PORT, b"GET / HTTP/1.0\r\n\r\n").count(b"not its request"), 1, "answers to HTTP")
        for data in (b"", b"\0" * 8, b"\xff" * 100_000, request[:-1], request + b"\xff" * 8, request.replace(b"nx6a\1", b"nx6a\2"),
                     request + b"\4\0\0\0\0\x40\0\0" + 100 * b"x", b"\2" + request[1:], b"\3" + request[1:]):
            say(g.vsock, PORT, data)
            check_equal(g.nx6("run", "echo alive").stdout, b"alive\n", f"the next command after {data[:24]!r}")
        g.wait_processes("agent", 1)
        check_equal(re.search(r"(\d+) processes.*", g.ok("free"))[0], before, "processes, files and sockets at the end")


@test(deadline=30)
def nx6_says_what_to_do_without_a_guest():
    for words, status, message in [(["--vsock", "/nowhere/vsock", "run", "ls"], 125, r"nx6: there is no guest at /nowhere/vsock: `make "),
                                   (["run"], 125, r"nx6: run needs a command \(see nx6 --help\)\n"),
                                   (["fly", "away"], 125, r"nx6: there is no fly: use run, put or get")]:
        done = subprocess.run([NX6, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        check(re.match(message, done.stderr), f"nx6 {words} says {done.stderr!r}")
        check_equal(done.returncode, status, f"status of nx6 {words}")
    done = subprocess.run([NX6, "--help"], stdout=subprocess.PIPE, text=True, check=True)
    check(done.stdout.startswith("usage: nx6 run"), "nx6 --help prints no usage")
