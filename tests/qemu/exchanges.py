"""What `make interop` lets the guest and Linux do with each other. Each function is one kind of exchange, and passes on any wire:
it repeats what a datagram service may lose, and nothing else.

`longest` is the size of the longest datagrams: on a wire that loses frames, one of 45 fragments rarely arrives.
"""
import contextlib
import hashlib
import random
import re
import select
import shutil
import socket
import struct
import subprocess
import time

from guest import ROOT, Failure, Skip, check, check_equal
from lan import GUEST_IP, PEER_IP, TAP, echo_request, ip, same
from test_sockets import wait_until
from test_tcp_bulk import echoed

LONGEST = 65507  # of a UDP datagram's or an echo request's data
ECHO, DISCARD = 7, 9
TRIES = 40
MEGABYTE = random.Random(1).randbytes(1_000_000)
PAGE = ROOT / "user/files/hosts"


def need(program):
    if not shutil.which(program):
        raise Skip(f"{program} is not installed (`tools/setup interop` installs it)")


def sizes(longest):
    return [size for size in (0, 1, 8, 56, 1471, 1472, 1473, 2960, 8000, 30_000, LONGEST - 1, LONGEST) if size <= longest]


def repeat(attempt, what):
    """Repeats an attempt whose packets may be lost."""
    for _ in range(TRIES):
        if attempt():
            return
    raise Failure(f"{what}: {TRIES} attempts failed")


def pings(g, longest=LONGEST):
    for size in sizes(longest):
        repeat(lambda size=size: echo_request(size, 1), f"an echo request of {size} bytes from Linux")
        repeat(lambda size=size: g.run(f"ping -c 1 -W 1000 -s {size} {PEER_IP}")[1] == 0, f"an echo request of {size} bytes to Linux")


def _is_echoed(s, data):
    s.send(data)
    with contextlib.suppress(TimeoutError):
        while s.recv(1 << 16) != data:  # the answer to an earlier attempt, which the wire has doubled or delayed
            continue
        return True
    return False


def datagrams(unused_guest, longest=LONGEST):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(1)
        s.connect((GUEST_IP, ECHO))
        for size in sizes(longest):
            data = random.Random(size).randbytes(size)
            repeat(lambda data=data: _is_echoed(s, data), f"a datagram of {size} bytes, echoed")


def web_clients(unused_guest, unused_size=0):
    need("wrk")
    page = subprocess.run(["curl", "-s", "-S", "-m", "60", f"http://{GUEST_IP}/hosts"], capture_output=True)
    check_equal((page.returncode, page.stdout, page.stderr), (0, PAGE.read_bytes(), b""), "status, output and errors of curl")
    printed = subprocess.run(["wrk", "-t", "2", "-c", "100", "-d", "3", "--timeout", "60", f"http://{GUEST_IP}/hosts"], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    answered = re.search(r"(\d+) requests in", printed)
    check(answered and int(answered[1]) > 100, f"wrk printed\n{printed}")
    check("Non-2xx" not in printed and "Socket errors" not in printed, f"wrk reports errors:\n{printed}")


def _connect_at_once(stack, count):
    """All SYNs are sent before the first answer is read: if each waited for the one before, lost ones would add up."""
    clients = [stack.enter_context(socket.socket()) for _ in range(count)]
    for c in clients:
        c.setblocking(False)
        c.connect_ex((GUEST_IP, 80))
    for c in clients:
        check(select.select([], [c], [], 60)[1], "a connection was not established within 60 s")
        check_equal(c.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), 0, "the error of connect()")
        c.settimeout(60)
    return clients


def many_connections(g, unused_size=0):
    """200 clients are connected before the first one has asked for its page. Each sends a piece of its request at once: a guest
    that answers with SYN cookies knows nothing of a client whose next segment was lost, and only data are sent again."""
    request, page = b"GET /hosts HTTP/1.0\r\n\r\n", PAGE.read_bytes()
    established = "netstat | grep ':80 .*ESTABLISHED' | wc -l"
    wait_until(g, established, r"^0$", tries=300)  # earlier clients whose reset was lost: httpd closes them after 15 s
    with contextlib.ExitStack() as stack:
        clients = _connect_at_once(stack, 200)
        for c in clients:
            c.sendall(request[:10])
        wait_until(g, established, r"^200$")
        for c in clients:
            c.sendall(request[10:])
        for i, c in enumerate(clients):
            with c.makefile("rb") as stream:
                check(stream.read().endswith(b"\r\n\r\n" + page), f"client {i} did not receive the page")


def half_closes(g, unused_size=0):
    """Each end sends a megabyte after the other one has closed its direction."""
    with socket.create_connection((GUEST_IP, ECHO), 60) as c:
        same(echoed(c, MEGABYTE), MEGABYTE, "echoed to a peer that has half closed")
    with socket.create_server((PEER_IP, 5001)) as listener:
        listener.settimeout(30)
        g.begin(f"nc {PEER_IP} 5001 < /hosts | sha256sum")
        with listener.accept()[0] as c:
            c.settimeout(60)
            with c.makefile("rb") as stream:
                check_equal(stream.read(), PAGE.read_bytes(), "what nc sends before it half closes")
            c.sendall(MEGABYTE)
        check_equal(g.finish(60)[0].split()[0], hashlib.sha256(MEGABYTE).hexdigest(), "the hash of what nc has received after that")


def resets(g, unused_size=0):
    with contextlib.suppress(ConnectionRefusedError), socket.create_connection((GUEST_IP, 81), 60):
        raise Failure("Linux was connected to a port on which no program listens")
    out, status = g.run(f"nc {PEER_IP} 81", 60)
    check(status != 0 and "connection refused" in out, f"nc to a closed port: status {status}, it printed {out!r}")
    with socket.create_server((PEER_IP, 5001)) as listener:
        listener.settimeout(30)
        g.begin(f"nc {PEER_IP} 5001")
        with listener.accept()[0] as c:
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close() sends a RST
        # A RST is not sent again: if the wire loses it, nc learns of it when it sends.
        g.type("anybody?\n")
        out, status = g.finish(60)
        check(status != 0 and "reset" in out, f"nc after a RST: status {status}, it printed {out!r}")
    g.background("nc -l 5002 | head -c 1")
    g.wait_listening(5002)
    with socket.create_connection((GUEST_IP, 5002), 60) as c, contextlib.suppress(ConnectionResetError, BrokenPipeError):
        while True:
            c.sendall(MEGABYTE)  # until nc ends: it has received what it will never read


def keepalives(g, unused_size=0):
    """Both ends of two idle connections send probes, and answer them. Then Linux disappears: the guest gives it up."""
    with socket.create_connection((GUEST_IP, ECHO), 60) as c, socket.create_server((PEER_IP, 5001)) as listener:
        for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 4)):
            c.setsockopt(socket.IPPROTO_TCP, option, value)
        c.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        listener.settimeout(30)
        sent = g.counters()["tcp_keepalives_out"]
        g.begin(f"tcptests keep {PEER_IP} 5001 4")
        with listener.accept()[0] as other:
            time.sleep(7)  # after 5 s, an end whose probes are not answered gives up
            c.sendall(b"still here")
            check_equal(c.recv(100), b"still here", "the echo after 7 s of silence")
            other.sendall(b"still here")
            g.wait("read: 10 bytes", 20)
            ip(f"link set {TAP} down")
            try:
                g.wait("read: timed out", 30)
            finally:
                ip(f"link set {TAP} up")
        g.finish(20)
        check(g.counters()["tcp_keepalives_out"] - sent >= 4, "the guest sent no keepalive probes")


ALL = (pings, datagrams, web_clients, many_connections, half_closes, resets, keepalives)
