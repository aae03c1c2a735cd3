"""Programs with a network stack of their own (docs/user-stack.md): uhttpd, unc and uttcp, beside the kernel's sockets."""
import concurrent.futures
import contextlib
import hashlib
import socket
import subprocess
import time

import test_httpd
from capture import check_tcp, need_tshark
from guest import Failure, Guest, check, check_equal
from suite import test
from test_netd import kill_netd
from test_netprograms import HostPeer, read_all
from test_programs import pid_of
from test_sockets import TEST_DISK, wait_until

FORWARDED = {"uhttpd": "tcp80", "httpd": "tcp7"}  # the ports of the host that lead to each server


def some_bytes(n):
    return hashlib.shake_128(str(n).encode()).digest(n)


def start_both(g):
    """uhttpd on port 80, on a stack of its own, and httpd on port 7, on the kernel's sockets."""
    g.background("httpd -p 7")
    start_uhttpd(g)
    g.wait_listening(7)


def start_uhttpd(g):
    """Starts it, and waits until it serves."""
    g.background("uhttpd")
    wait_until_uhttpd_serves(g)


def wait_until_uhttpd_serves(g):
    for _ in range(50):
        if subprocess.run(["curl", "-s", "-m", "5", url(g, "uhttpd", "/")], stdout=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(0.1)
    raise Failure(f"uhttpd does not serve:\n{g.text[-600:]}")


def url(g, server, path):
    return f"http://localhost:{g.ports[FORWARDED[server]]}{path}"


def get(g, server, path, *options, seconds=30):
    done = subprocess.run(["curl", "-s", "-m", str(seconds), *options, url(g, server, path)], stdout=subprocess.PIPE)
    check_equal(done.returncode, 0, f"curl's status for {path} from {server}")
    return done.stdout


def put_file(g, name, content):
    """Gives the guest a file, by a TCP connection that it opens."""
    with HostPeer(lambda s: (read_all(s), s.sendall(content))) as peer:
        g.ok(f"echo | nc host {peer.port} > {name}", 60)


@test(deadline=150, each_card=True)
def httpd_and_uhttpd_serve_the_same_bytes_at_the_same_time(nic):
    need_tshark()
    content = some_bytes(3 << 20)
    with Guest(f"ustack-both-{nic}", NIC=nic) as g:
        start_both(g)
        put_file(g, "big", content)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            jobs = [(server, pool.submit(get, g, server, "/big", seconds=90)) for server in ("httpd", "uhttpd") * 3]
            for server, job in jobs:
                check_equal(hashlib.md5(job.result()).hexdigest(), hashlib.md5(content).hexdigest(), f"hash from {server}")
        for path in "/", "/files", "/hosts":
            check_equal(get(g, "uhttpd", path), get(g, "httpd", path), f"what uhttpd sends for {path}")
        for options in (("-I",), ("-d", "x"), ("--http1.0",)):
            same = [get(g, s, "/hosts", "-i", *options).partition(b"Date:")[0] for s in ("uhttpd", "httpd")]
            check_equal(same[0], same[1], f"the status with curl {options}")
        check(b"nx6: status" in get(g, "uhttpd", "/status"), "uhttpd has no status page")
        g.poweroff()
    check_tcp(g.dir / "packets.pcap", least=2000)


def slow_reader(g, server, path, n):
    """Reads n bytes of the answer, and returns the connection, on which more is to come."""
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 20000)
    s.settimeout(30)
    s.connect(("127.0.0.1", g.ports[FORWARDED[server]]))
    s.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    while n > 0:
        n -= len(s.recv(min(n, 4096)))
    return s


@test(deadline=150)
def killing_one_in_mid_transfer_disturbs_no_other():
    content = some_bytes(2 << 20)
    with Guest("ustack-kill") as g:
        start_both(g)
        put_file(g, "big", content)
        with HostPeer(lambda s: (time.sleep(2), len(read_all(s)))[1]) as sink:
            g.background(f"uttcp -t -n 100 -l 8192 -p {sink.port} host > sent")
            victim, other = slow_reader(g, "uhttpd", "/big", 50000), slow_reader(g, "httpd", "/big", 50000)
            g.ok(f"kill {pid_of(g, 'uhttpd')}")
            victim.close()
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                rest = pool.submit(read_all, other)
                check_equal(get(g, "httpd", "/big", seconds=60), content, "another transfer from httpd")
                check(content.endswith(rest.result()[-100000:]), "the rest of httpd's transfer")
            wait_until(g, "cat sent", r"sent 819200 bytes")
        check_equal(sink.result, 819200, "bytes from uttcp")
        start_uhttpd(g)
        check_equal(get(g, "uhttpd", "/big", seconds=60), content, "a transfer from the next uhttpd")
        g.poweroff()


@test(deadline=120)
def a_killed_uhttpd_leaves_nothing_and_netd_may_end_meanwhile():
    def used(g):
        return g.kib_in_use(), g.mbufs_in_use()

    with Guest("ustack-leak", PCAP="") as g:
        put_file(g, "big", some_bytes(300000))
        for turn in range(6):
            start_uhttpd(g)
            check_equal(len(get(g, "uhttpd", "/big")), 300000, "bytes")
            if turn == 3:
                g.ok(f"kill {pid_of(g, 'netd')}")
                check_equal(len(get(g, "uhttpd", "/big")), 300000, "bytes without netd")
            with slow_reader(g, "uhttpd", "/big", 5000):
                g.ok(f"kill {pid_of(g, 'uhttpd')}")
            g.run("sleep 3")
            if turn == 0:
                before = used(g)
        check_equal(used(g), before, "KiB of memory, and mbufs")
        g.poweroff()


@test(deadline=90)
def a_port_belongs_to_one_program_whoever_asks_first():
    with Guest("ustack-port") as g:
        start_uhttpd(g)
        out, status = g.run("httpd")
        check(status == 1 and "address already in use" in out, f"httpd on uhttpd's port: {status}\n{out}")
        out, status = g.run("uhttpd")
        check(status == 1 and "address already in use" in out, f"a second uhttpd: {status}\n{out}")
        g.background("httpd -p 8080")
        g.wait_listening(8080)
        out, status = g.run("uhttpd -p 8080")
        check(status == 1 and "address already in use" in out, f"uhttpd on httpd's port: {status}\n{out}")
        out, status = g.run("uhttpd -p 81")
        check(status == 1 and "permission denied" in out, f"a port that the policy refuses: {status}\n{out}")
        g.poweroff()


@test(deadline=90, each_card=True)
def nc_and_ttcp_on_their_own_stack_talk_to_the_host(nic):
    content = some_bytes(1 << 20)

    def echo(s):
        heard = read_all(s)
        s.sendall(heard)
        return heard

    with Guest(f"ustack-host-{nic}", NIC=nic) as g:
        put_file(g, "sent", content)
        with HostPeer(echo) as peer:
            g.ok(f"cat sent | unc host {peer.port} > back", 60)
        check_equal(hashlib.sha256(peer.result).hexdigest(), hashlib.sha256(content).hexdigest(), "hash of what unc sent")
        with HostPeer(read_all) as peer:
            g.ok(f"cat back | nc host {peer.port}", 60)
        check_equal(hashlib.sha256(peer.result).hexdigest(), hashlib.sha256(content).hexdigest(), "hash of what unc received")
        with HostPeer(lambda s: len(read_all(s))) as peer:
            out = g.ok(f"uttcp -t -n 200 -l 8192 -p {peer.port} host", 40)
            check("sent 1638400 bytes" in out, f"uttcp printed\n{out}")
        check_equal(peer.result, 1638400, "bytes that the host received: they arrived although uttcp has ended")
        out, status = g.run("unc -z host 1")
        check(status == 1 and "connection refused" in out, f"a closed port: {status}\n{out}")
        g.poweroff()


@test(deadline=60)
def datagrams_pass_to_and_from_a_program_on_its_own_stack():
    with Guest("ustack-udp") as g:
        g.background("unc -l -u -w 3 2000 < README > heard")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(1)
            for _ in range(20):  # until the program has its port
                s.sendto(b"over its own stack\n", ("127.0.0.1", g.ports["udp2000"]))
                with contextlib.suppress(socket.timeout):
                    check(s.recv(8192).startswith(b"This is nx6"), "the answer is not the guest's README")
                    break
        wait_until(g, "cat heard", r"\A(over its own stack\n)+\Z")
        g.poweroff()


@test(deadline=60)
def descriptors_behave_alike_on_both_stacks_but_a_child_has_no_stack_of_its_own():
    def heard(s):
        text = s.recv(100)
        while not text.endswith(b"\n"):
            text += s.recv(100)
        s.sendall(text)
        return text + read_all(s)

    child = {"stacktest": ("ok", "ok", b"child "), "ustacktest": ("bad file descriptor", "operation not supported", b"")}
    with Guest("ustack-fork", **TEST_DISK) as g:
        for program, (write, opened, said) in child.items():
            with HostPeer(heard) as peer:
                out = g.ok(f"{program} {peer.port}")
            text = (said + b"in pieces\n").decode()
            check_equal(out, f"child of a parent without sockets: ok\nchild: write: {write}\nchild: socket: {opened}\nchild: ping socket: ok\n"
                             f"the child ended with status 7\nthe host: {text}read: timed out\n", f"the output of {program}")
            check_equal(peer.result, said + b"in pieces\nlast words\n", f"what the host received from {program}")
        g.poweroff()


@test(deadline=60)
def without_netd_a_program_with_its_own_stack_says_so():
    with Guest("ustack-no-netd") as g:
        for _ in range(3):
            kill_netd(g)
        g.wait("it is not started again", 10)
        out, status = g.run("uhttpd", 30)
        check(status == 1 and "network is down" in out, f"uhttpd without netd: {status}\n{out}")
        g.poweroff()


@contextlib.contextmanager
def serving_with_uhttpd(name, **knobs):
    """What test_httpd.serving does for httpd."""
    with Guest("u" + name, SERVICES="uhttpd inetd", **knobs) as g:
        g.wait_listening(19)
        wait_until_uhttpd_serves(g)
        yield g


def as_uhttpd(function, *arguments):
    """Runs a test of httpd with uhttpd. Each test has a process of its own."""
    test_httpd.serving = serving_with_uhttpd
    function(*arguments)


@test(deadline=60)
def uhttpd_answers_pipelined_requests_in_order():
    as_uhttpd(test_httpd.pipelined_requests_are_answered_in_order_on_one_connection)


@test(deadline=60)
def random_requests_do_not_harm_uhttpd():
    as_uhttpd(test_httpd.random_requests_do_not_harm_the_server)


@test(deadline=150, each_card=True)
def uhttpd_serves_a_large_file_to_five_hundred_clients_at_the_same_time(nic):
    as_uhttpd(test_httpd.five_hundred_clients_fetch_a_large_file_at_the_same_time, nic)


@test(deadline=90)
def slow_clients_of_uhttpd_delay_no_other_client():
    as_uhttpd(test_httpd.two_hundred_slow_clients_delay_no_other_client_and_are_closed)


@test(deadline=60, each_card=True)
def of_bursts_of_acks_uhttpd_does_not_get_all(nic):
    with Guest(f"ustack-acks-{nic}", NIC=nic, **TEST_DISK) as g:
        start_uhttpd(g)
        for _ in range(20):
            get(g, "uhttpd", "/usertests")
        counters = g.counters()
        check(counters["tcp_acks_merged"] > 0, f"no ACK was dropped: {counters}")


@test(deadline=150)
def files_pass_through_wget_and_uhttpd_unchanged():
    as_uhttpd(test_httpd.files_of_1_byte_to_10_MiB_pass_through_wget_and_httpd_unchanged, "virtio")
