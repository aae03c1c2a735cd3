"""The guest's web server and its clients: curl and raw sockets on the host, wget in the guest."""
import contextlib
import hashlib
import http.server
import random
import re
import socket
import subprocess
import threading
import time

from capture import check_tcp, need_tshark
from guest import BUILD_AS_GIVEN, ROOT, Failure, Guest, check, check_equal, knobs_environment, work_dir
from suite import test


@contextlib.contextmanager
def serving(name, **knobs):
    """A guest whose services listen. They start beside the shell, so the prompt may come first."""
    with Guest(name, SERVICES="httpd inetd", **knobs) as g:
        g.wait_listening(80)
        g.wait_listening(19)  # the last of inetd
        yield g


def url(g, path="/"):
    return f"http://localhost:{g.ports['tcp80']}{path}"


def curl(g, path, *options, seconds=30):
    done = subprocess.run(["curl", "-s", "-m", str(seconds), *options, url(g, path)], stdout=subprocess.PIPE)
    check_equal(done.returncode, 0, f"curl's status for {path}")
    return done.stdout


def connect(g, seconds=30):
    return socket.create_connection(("127.0.0.1", g.ports["tcp80"]), seconds)


def connect_many(g, n, seconds=30, pause=0.005):
    """Pauses between connections: QEMU's listener has a backlog of 1, and a lost SYN is sent again only after a second."""
    clients = []
    for _ in range(n):
        clients.append(connect(g, seconds))
        time.sleep(pause)
    return clients


def request(path="/hosts", *fields, method="GET"):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: nx6", *fields, "", ""]).encode()


def answer(stream, head=False):
    """Reads the next answer of a connection. Returns its status, fields and body."""
    line = stream.readline().decode()
    check(re.match(r"HTTP/1\.1 \d{3} ", line), f"expected a status line, got {line!r}")
    fields = {}
    while (field := stream.readline().decode().strip()):
        name, _, value = field.partition(":")
        fields[name.lower()] = value.strip()
    body = b"" if head else stream.read(int(fields["content-length"]))
    check(head or len(body) == int(fields["content-length"]), f"the body ends after {len(body)} bytes: {fields}")
    return int(line.split()[1]), fields, body


def only_answer(g, raw):
    """The guest's answer to these bytes on a new connection. The guest must then close the connection."""
    with connect(g) as s:
        s.sendall(raw)
        stream = s.makefile("rb")
        status, fields, _ = answer(stream, raw.startswith(b"HEAD"))
        check_equal(stream.read(), b"", f"bytes after the answer {status}")
    return status, fields


class HostServer:
    """A web server on the host, for wget in the guest: 10.0.2.2 is the host's 127.0.0.1."""

    def __init__(self, files):
        self.go_on = go_on = threading.Event()  # until set, files named "pause" stop after 100,000 bytes

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *unused):
                pass

            def do_GET(self):
                if self.path == "/moved":
                    self.send_response(302)
                    self.send_header("Location", "/hello")
                    self.send_header("Content-Length", "0")
                    return self.end_headers()
                if self.path not in files:
                    return self.send_error(404)
                self.send_response(200)
                if "chunked" in self.path:
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    for at in range(0, len(files[self.path]), 700):
                        part = files[self.path][at:at + 700]
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                    return self.wfile.write(b"0\r\n\r\n")
                self.send_header("Content-Length", str(len(files[self.path])))
                self.end_headers()
                if "pause" in self.path:
                    self.wfile.write(files[self.path][:100000])
                    go_on.wait(20)
                    return self.wfile.write(files[self.path][100000:])
                self.wfile.write(files[self.path])

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://10.0.2.2:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()


def some_bytes(n):
    return hashlib.shake_128(str(n).encode()).digest(n)


@test(deadline=150, each_card=True)
def files_of_1_byte_to_10_MiB_pass_through_wget_and_httpd_unchanged(nic):
    need_tshark()
    sizes = (1, 1000, 1459, 1460, 1461, 4096, 65536, 1 << 20, 10 << 20)
    with HostServer({f"/{n}": some_bytes(n) for n in sizes}) as host, serving(f"httpd-files-{nic}", NIC=nic) as g:
        for n in sizes:
            g.ok(f"wget -q -O file {host.address}/{n}", 60)
            check_equal(hashlib.md5(curl(g, "/file", seconds=60)).hexdigest(), hashlib.md5(some_bytes(n)).hexdigest(),
                        f"hash of {n} bytes from the host to the guest and back")
        g.ok("rm file")
        g.poweroff()
    check_tcp(g.dir / "packets.pcap", least=10000)


@test(deadline=60)
def wget_follows_redirects_reads_chunks_and_reports_errors():
    files = {"/hello": b"hello\n", "/chunked": some_bytes(20000)}
    with HostServer(files) as host, serving("wget") as g:
        check_equal(g.ok(f"wget -q -O - {host.address}/hello"), "hello\n", "wget -O -")
        check_equal(g.ok(f"wget -q -O - {host.address}/moved"), "hello\n", "wget of a redirected file")
        g.ok(f"wget {host.address}/hello; cat hello")
        g.ok(f"wget -q -O chunks {host.address}/chunked")
        check(curl(g, "/chunks") == files["/chunked"], "a file received in chunks differs")
        for address, words in ((f"{host.address}/none", "404"), ("http://10.0.2.2:1/", "refused"), ("ftp://x/", "not an address"),
                               ("http://no.such.name.invalid/", "no "), ("http://:80/", "not an address")):
            out, status = g.run(f"wget -T 5 {address}", 30)
            check(status == 1 and words in out, f"wget {address}: status {status}, {out!r}")


@test(deadline=60)
def wget_writes_large_pieces_because_each_write_costs_two_flushes():
    files = {"/pause": some_bytes(150000)}
    with HostServer(files) as host, serving("wget-pieces") as g:
        g.background(f"wget -q -O file {host.address}/pause")
        for _ in range(50):
            if len(curl(g, "/file")) >= 65536:
                break
            time.sleep(0.2)
        time.sleep(0.5)
        check_equal(len(curl(g, "/file")), 65536, "bytes of the file after 100,000 were sent")
        host.go_on.set()
        for _ in range(50):
            if len(curl(g, "/file")) == 150000:
                break
            time.sleep(0.2)
        check(curl(g, "/file") == files["/pause"], "the complete file differs")


@test(deadline=60)
def pipelined_requests_are_answered_in_order_on_one_connection():
    with serving("httpd-ahead") as g, connect(g) as s:
        s.sendall(request() + request("/none") + request(method="HEAD") + request("/", "Content-Length: 5", method="POST") +
                  b"12345" + request("/status") + b"\r\n" + request("/hosts"))
        stream = s.makefile("rb")
        got = [answer(stream, head=i == 2) for i in range(6)]
        check_equal([status for status, _, _ in got], [200, 404, 200, 405, 200, 200], "the statuses")
        check(got[0][2] == got[5][2] == (ROOT / "user/files/hosts").read_bytes(), "a file differs")
        check_equal(got[2][1]["content-length"], got[0][1]["content-length"], "the Content-Length of HEAD")
        check_equal(got[3][1]["allow"], "GET, HEAD", "the Allow field of 405")
        for i in range(20):  # the connection stays open
            s.sendall(request())
            check_equal(answer(stream)[0], 200, f"status of request {i} on a persistent connection")
        s.sendall(request("/hosts", "Connection: close"))
        check_equal(answer(stream)[1]["connection"], "close", "the Connection field of the last answer")
        check_equal(stream.read(), b"", "bytes after the last answer")
        g.poweroff()
    need_tshark()
    check_tcp(g.dir / "packets.pcap", least=20, lossless=True)


@test(deadline=60)
def each_bad_request_gets_the_right_status():
    cases = [
        (b"nonsense\r\n\r\n", 400), (b"GET / HTTP/1.1\r\n\r\n", 400), (request("no-slash", "Connection: close"), 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n", 400), (b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"\0\1\2\r\n\r\n", 400), (request("/../x", "Connection: close"), 403), (request("/console", "Connection: close"), 403),
        (request("/none", "Connection: close"), 404), (request("/", "Connection: close", method="DELETE"), 405),
        (request("/", "Transfer-Encoding: chunked", method="POST") + b"5\r\nhello\r\n0\r\n\r\n", 411),
        (request("/", "Content-Length: 2000000", method="POST") + bytes(300000), 413),
        (b"GET /" + b"a" * 6000, 414), (request("/", "X: " + "y" * 6000), 431),
        (request("/", "Connection: close", method="BREW"), 501), (b"GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505),
        (request("/", "Content-Length: 5, 6"), 400), (b"HEAD /none HTTP/1.0\r\n\r\n", 404),
    ]
    with serving("httpd-bad") as g:
        for raw, want in cases:
            check_equal(only_answer(g, raw)[0], want, f"status of {raw[:60]!r}")
        check_equal(len(curl(g, "/hosts")), (ROOT / "user/files/hosts").stat().st_size, "bytes of a file afterwards")


@test(deadline=60)
def random_requests_do_not_harm_the_server():
    words = [b"GET ", b"HEAD ", b"/", b" HTTP/1.1", b"\r\n", b"\n", b"Host: x", b"Content-Length: 7", b": ", b"%", b"\0", b"\xff" * 40]
    chance = random.Random(4)
    with serving("httpd-nonsense") as g:
        before = sockets(g)
        for _ in range(80):
            with connect(g) as s, contextlib.suppress(OSError):
                s.settimeout(0.2)
                s.sendall(b"".join(chance.choices(words, k=chance.randrange(60))))
                if chance.random() < 0.5:
                    s.shutdown(socket.SHUT_WR)
                if chance.random() < 0.5:
                    s.recv(10)
        check(b"</html>" in curl(g, "/status"), "httpd no longer answers")
        wait_for_sockets(g, before)


@test(deadline=120)
def five_hundred_clients_are_served_at_the_same_time():
    need_tshark()
    page = (ROOT / "user/files/hosts").read_bytes()
    with serving("httpd-500") as g:
        curl(g, "/")
        clients = connect_many(g, 500)
        streams = [s.makefile("rb") for s in clients]
        for turn in range(2):  # on the same connections
            for s in clients:
                s.sendall(request()[:20])
            for s in clients:
                s.sendall(request()[20:])
            for i, stream in enumerate(streams):
                status, _, body = answer(stream)
                check_equal((status, body == page), (200, True), f"status and page for client {i}, request {turn}")
        for s in clients:
            s.close()
        check_equal(g.counters().get("tcp_reset_out", 0), 0, "resets that the guest sent")
        g.poweroff()
    check_tcp(g.dir / "packets.pcap", least=1500)


@test(deadline=150, each_card=True)
def five_hundred_clients_fetch_a_large_file_at_the_same_time(nic):
    """The files need more mbufs than there are: writers wait."""
    with serving(f"httpd-large-{nic}", NIC=nic) as g:
        whole = curl(g, "/httpd")
        clients = connect_many(g, 500, seconds=60)
        for s in clients:
            s.sendall(request("/httpd"))
        for i, s in enumerate(clients):
            status, _, body = answer(s.makefile("rb"))
            check_equal((status, body == whole), (200, True), f"status and file for client {i}")


def is_closed(s):
    s.setblocking(False)
    try:
        return s.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    finally:
        s.settimeout(30)


def ask(s, path="/hosts"):
    s.sendall(request(path))
    return answer(s.makefile("rb"))[0]


@test(deadline=120)
def a_full_server_closes_the_connections_that_have_been_silent_for_longest():
    with serving("httpd-full") as g:
        curl(g, "/")  # from now on the card is ready, and no SYN is lost
        idle = connect_many(g, 520, pause=0.003)  # a few more than it can serve
        asking = connect(g)
        asking.sendall(request()[:20])
        began = time.monotonic()
        for i in range(30):
            with connect(g) as s:
                check_equal(ask(s), 200, f"status for newcomer {i}")
        took = time.monotonic() - began
        check(took < 8, f"thirty newcomers waited {took:.1f} s")
        asking.sendall(request()[20:])
        check_equal(answer(asking.makefile("rb"))[0], 200, "status for the client that was in the middle of its request")
        closed = [i for i, s in enumerate(idle) if is_closed(s)]
        check(closed and closed[-1] < len(closed) + 20 < 200, f"of {len(idle)} silent clients these were closed: {closed}")
        check_equal(ask(idle[-1]), 200, "status for the last of the silent clients")


class Trickle:
    """Clients that send one byte of their request per second."""

    def __init__(self, g, n):
        self.clients, self._done = [], threading.Event()
        for _ in range(n):
            self.clients += connect_many(g, 1)
            self.clients[-1].send(b"G")
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self.clients

    def _run(self):
        while not self._done.wait(1):
            for s in self.clients:
                with contextlib.suppress(OSError):
                    s.send(b"G")

    def __exit__(self, *unused):
        self._done.set()
        self._thread.join()
        for s in self.clients:
            s.close()


@test(deadline=90)
def two_hundred_slow_clients_delay_no_other_client_and_are_closed():
    with serving("httpd-slow") as g:
        before = sockets(g)
        with connect(g) as greedy, Trickle(g, 200) as slow:
            greedy.sendall(request("/httpd") * 20)  # requests a lot and reads nothing
            for _ in range(5):
                check(b"localhost" in curl(g, "/hosts", seconds=2), "a fast client gets a wrong answer")
            check_equal(answer(slow[0].makefile("rb"))[0], 408, "status for a client that sends a byte per second")
        wait_for_sockets(g, before)


def wait_for_sockets(g, before):
    for _ in range(60):
        if sockets(g) == before:
            break
        time.sleep(0.5)
    check_equal(sockets(g), before, "sockets in use after all clients have closed")


def sockets_in(text):
    return re.search(r"(\d+) sockets", text)[1]


def sockets(g):
    return sockets_in(g.ok("free"))


@test(deadline=60)
def httpd_lists_folders():
    with serving("httpd-folder") as g:
        g.ok("mkdir d; echo x > 'd/a <b>&'; mkdir d/inner")
        page = curl(g, "/d").decode()
        check('<a href="/d/a%20%3Cb%3E%26">a &#60;b&#62;&#38;</a><td class=n>2' in page, f"the file is missing in\n{page[-600:]}")
        check('<a href="/d/inner">inner</a>' in page, f"the folder is missing in\n{page[-600:]}")
        check_equal(curl(g, "/d/a%20%3Cb%3E%26"), b"x\n", "the linked file")
        check('href="/httpd"' in curl(g, "/files").decode(), "the list of the root directory lacks httpd")


@test(deadline=60)
def the_status_page_of_httpd_shows_current_counters():
    with serving("httpd-status") as g:
        def counter(page, name):
            found = re.search(rf"<td class=n>(\d+)<td>[^<]*<td><code>{name}</code>", page)
            check(found, f"no counter {name} on the page:\n{page[-3000:]}")
            return int(found[1])
        first = curl(g, "/status").decode()
        g.ok("ping -c 3 -i 100 -W 3000 10.0.2.2")
        second = curl(g, "/status").decode()
        check(counter(second, "tcp_accepted") > counter(first, "tcp_accepted"), "the counter of accepted connections does not increase")
        check(counter(second, "ip_in") >= counter(first, "ip_in") + 3, "the counter of received packets does not increase")
        for word in ("requests answered", "eth0", "10.0.2.15/24", "LISTEN", "ESTABLISHED", "httpd"):
            check(word in second, f"{word!r} is not on the status page")
        check(second.rstrip().endswith("</html>"), "the page is cut off")


@test(deadline=60)
def curl_reaches_the_guest_right_after_make_qemu():
    knobs = knobs_environment(work_dir("services"), {})
    del knobs["SERVICES"]
    line = subprocess.run(["make", "-s", "qemu-command", f"BUILD={BUILD_AS_GIVEN}", f"PORTS={knobs['PORTS']}"], cwd=ROOT, env=knobs, text=True,
                          stdout=subprocess.PIPE, check=True).stdout
    check('services="httpd inetd"' in line, f"make qemu starts no services:\n{line}")
    with serving("services") as g:
        check(b"</html>" in curl(g, "/"), "httpd serves a wrong page")
        out = g.ok("ps")
        check("httpd" in out and "inetd" in out, f"a service does not run:\n{out}")
        # Ctrl-C ends only what the shell runs.
        g.begin("sleep 100")
        time.sleep(1)
        g.type("\x03")
        check_equal(g.finish_interrupted(), 130, "the status of a program that Ctrl-C ended")
        check(b"</html>" in curl(g, "/"), "httpd does not survive Ctrl-C")


@test(deadline=30)
def init_names_a_missing_service_and_starts_the_shell():
    with Guest("no-service", SERVICES="nonsense httpd") as g:
        # Services start beside the shell, so the prompt may come first.
        g.wait("cannot run nonsense", 10)
        g.wait_listening(80)
        check("httpd" in g.ok("ps"), "the other service does not run")
        out, status = g.run("httpd")
        check(status == 1 and "port 80: address already in use" in out, f"a second httpd: status {status}, {out!r}")
        out, status = g.run("httpd -p 0")
        check(status == 1 and "usage" in out, f"httpd -p 0: status {status}, {out!r}")
