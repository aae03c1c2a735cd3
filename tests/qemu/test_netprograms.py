"""The network programs: what they print for each option, and for wrong arguments."""
import contextlib
import re
import socket
import threading

from guest import Guest, check, check_equal
from suite import test
from test_sockets import TEST_DISK, wait_for_listener, wait_until

# Command, a pattern for its whole output, its status. Services run.
COMMANDS = [
    ("ifconfig", r"(?s)eth0: UP  mtu 1500\n    inet 10\.0\.2\.15/24  netmask 255\.255\.255\.0  gateway 10\.0\.2\.2\n"
     r"    ether 52:54:00:12:34:56\n.*lo: UP  mtu 1500\n    inet 127\.0\.0\.1/8 .*", 0),
    ("ifconfig lo", r"(?s)lo: UP.*RX packets \d+  bytes \d+  errors 0  dropped 0\n    TX packets .*", 0),
    ("ifconfig eth9", r"ifconfig: there is no interface eth9\n", 1),
    ("ifconfig eth9 up", r"ifconfig: there is no interface eth9\n", 1),
    ("ifconfig lo down", r"ifconfig: cannot set lo to down: operation not supported\n", 1),
    ("ifconfig eth0 10.0.2.16", r"ifconfig: .*neither up nor down nor an address such as.*\n", 1),
    ("ifconfig eth0 10.0.2.255/24", r"ifconfig: eth0 cannot have 10\.0\.2\.255/24: it is not the address of one host.*\n", 1),
    ("ifconfig eth0 up down", r"(?s)usage: ifconfig.*", 1),
    ("route", r"(?s)Destination .*10\.0\.2\.0/24 +on-link .*default +10\.0\.2\.2 .*", 0),
    ("route add 10.9.0.0/16 10.0.2.2 5; route", r"(?s).*10\.9\.0\.0/16 +10\.0\.2\.2 +5 +eth0\n.*", 0),
    ("route delete 10.9.0.0/16; route", r"(?s)(?!.*10\.9).*", 0),
    ("route delete 10.9.0.0/16", r"route: cannot delete the route: .*\n", 1),
    ("route add 10.9.0.0/16 8.8.8.8", r"route: no interface has 8\.8\.8\.8 on its link\n", 1),
    ("route add 10.9.0.0 10.0.2.2", r"route: .*not a network such as.*\n", 1),
    ("route show", r"(?s)usage: route.*", 1),
    ("ping -c 3 -i 50 -W 3000 host", r"(?s)PING host \(10\.0\.2\.2\): 56 .*icmp_seq=3 ttl=\d+ time=\d+\.\d{3} ms\n.*"
     r"3 packets transmitted, 3 received, 0% packet loss\nrtt min/avg/max = [\d.]+/[\d.]+/[\d.]+ ms\n", 0),
    ("ping -c 1 -s 9000 localhost", r"(?s).*9008 bytes from 127\.0\.0\.1.*", 0),
    ("ping -c 2 -i 50 -W 200 10.0.2.99", r"(?s).*2 packets transmitted, 0 received, 100% packet loss\n", 1),
    ("ping -s 70000 host", r"(?s)usage: ping.*", 1),
    ("arp", r"(?s)Address (?=.*10\.0\.2\.99 +- +INCOMPLETE ).*10\.0\.2\.2 +52:55:0a:00:02:02 +REACHABLE +eth0\n.*", 0),
    ("arp -d", r"usage: arp .*\n", 1),
    ("nslookup localhost gateway", r"localhost has address 127\.0\.0\.1\ngateway has address 10\.0\.2\.2\n", 0),
    ("nslookup", r"(?s)usage: nslookup.*", 1),
    ("traceroute -q 2 host", r"traceroute to host \(10\.0\.2\.2\), 30 hops max\n 1  10\.0\.2\.2  [\d.]+ ms  [\d.]+ ms\n", 0),
    ("traceroute -w 100 -m 2 -q 1 10.0.2.99", r"(?s).*\n 1  \*\n 2  \*\n", 1),
    ("traceroute -m 0 host", r"(?s)usage: traceroute.*", 1),
    ("netstat -l", r"(?s)Proto +Recv-Q +Send-Q +Local +Remote +State +PID +Timer\n.*tcp +0 +4096 +\*:80 +\*:\* +LISTEN +\d+ .*", 0),
    ("netstat -s", r"(?s).*\d+  tcp_in +TCP segments received\n.*\d+  no_mbuf .*", 0),
    ("netstat -x", r"(?s)netstat: there is no option -x\nusage: netstat.*", 1),
    ("netstat --frob", r"(?s)netstat: there is no option --frob\nusage: netstat.*", 1),
    ("wget http://10.0.2.2:99999/", r"wget: port 99999 is invalid: use 1 to 65535\n", 1),
    ("nc -z localhost http", r"localhost port http answers\n", 0),
    ("nc -z localhost 81", r"nc: cannot connect to localhost port 81: connection refused\n", 1),
    ("nc -w 1 10.0.2.99 80", r"nc: cannot connect to 10\.0\.2\.99 port 80: timed out\n", 1),
    ("wget -T 1 http://10.0.2.99/", r"wget: cannot connect to 10\.0\.2\.99 port 80: timed out\n", 1),
    ("nc localhost 70000", r"nc: localhost port 70000: no such service\n", 1),
    ("nc -w", r"(?s)nc: option -w needs a value\nusage: nc.*", 1),
    ("echo to echo | nc localhost echo", r"to echo\n", 0),
    ("echo to echo | nc -u -w 1 localhost 7", r"to echo\n", 0),
    (f"cat {7 * 'usertests '} | wc > a; cat {7 * 'usertests '} | nc localhost 7 | wc > b; cat a b", r"(\d+ \d+ \d+)\n\1\n", 0),
    ("echo gone | nc localhost discard", r"", 0),
    ("nc localhost daytime", r"\w+, \w+ \d+, \d{4} \d\d:\d\d:\d\d-UTC\n", 0),
    ("echo | nc -u -w 1 localhost chargen | grep ABCDEF | wc", r"\d+ \d+ \d+\n", 0),
    ("ttcp -t -p 9 -n 64 -l 10000 -d -c newreno localhost",
     r"sent 640000 bytes in \d+\.\d+ s: [\d.]+ MB/s\nretransmitted segments: \d+; congestion window \d+ bytes.*\n", 0),
    ("ttcp -t -c magic localhost", r"ttcp: there is no congestion control magic.*\n", 1),
    ("ttcp -t localhost", r"ttcp: cannot connect to localhost port 5001: connection refused\n", 1),
    ("ttcp -t -r", r"(?s)usage: ttcp.*", 1),
    ("ttcp -t vsock:2:70x", r"ttcp: vsock:2:70x is not a vsock address such as vsock:2:5001\n", 1),
    ("nc vsock:4294967296:7", r"nc: vsock:4294967296:7 is not a vsock address such as vsock:2:5000\n", 1),
    ("nc -l vsock:", r"nc: vsock: is not a vsock address such as vsock:2:5000\n", 1),
    ("nc -u vsock:2:7", r"(?s)usage: nc.*", 1),
    ("inetd smtp", r"inetd: there is no service smtp.*\n", 1),
    ("inetd echo", r"inetd: cannot bind port 7: address already in use\n", 1),
]


@test(deadline=90, each_card=True)
def each_network_program_prints_what_the_table_says(nic):
    with Guest(f"netprograms-{nic}", NIC=nic, SERVICES="httpd inetd") as g:
        for command, pattern, status in COMMANDS:
            out, got = g.run(command, 30)
            check(re.fullmatch(pattern, out), f"`{command}` printed {out!r}, which does not match {pattern!r}")
            check_equal(got, status, f"status of `{command}`")


@test(deadline=60)
def netstat_names_the_process_that_holds_a_socket():
    def pid_in_netstat(g, pattern):
        found = re.search(rf"^{pattern} +(\S+) .*$", out := g.ok("netstat"), re.M)
        check(found, f"no line like {pattern!r}:\n{out}")
        return found[1]

    with Guest("netstat-pid", SERVICES="httpd", **TEST_DISK) as g:
        def pids_in_ps(name):
            return re.findall(rf"^ *(\d+) .* {name} ", g.ok("ps"), re.M)

        wait_for_listener(g, 80)
        check_equal(pid_in_netstat(g, r"tcp .* \*:80 .* LISTEN"), pids_in_ps("httpd")[0], "the owner of port 80")
        g.background("forkserver 7000")
        wait_for_listener(g, 7000)
        g.background("sleep 1000 | nc localhost 7000 > a")
        wait_until(g, "netstat", r"127\.0\.0\.1:7000 .*ESTABLISHED")
        parent, child = pids_in_ps("forkserver")
        check_equal(pid_in_netstat(g, r"tcp .* \*:7000 .* LISTEN"), parent, "the owner of the listener, which the child closes")
        check_equal(pid_in_netstat(g, r"tcp .* 127.0.0.1:7000 +127.0.0.1:\d+ +ESTABLISHED"), child,
                    "the owner of the connection, which the parent accepts and closes")
        g.ok("wget -q -O a http://localhost/")
        check_equal(pid_in_netstat(g, r"tcp .* TIME-WAIT"), "-", "the owner of a connection in TIME-WAIT")


@test()
def wget_names_the_hosts_server_when_a_connection_is_refused():
    with Guest("wget-refused", APPEND="http=8123") as g:
        out, status = g.run("wget http://10.0.2.2:9/", 10)
        check_equal(out, "wget: cannot connect to 10.0.2.2 port 9: connection refused; `make server` on the host serves "
                         "http://10.0.2.2:8123/\n", "the output of wget")
        check_equal(status, 1, "wget's status")
        check("such as http://10.0.2.2:8123/file" in g.run("wget ftp://x")[0], "wget does not name the host's port")
        check("serves http://10.0.2.2:8123/\n" in g.ok("wget --help"), "wget --help does not name the host's server")


@test(deadline=60)
def nc_listens_and_connects_over_tcp_and_udp():
    with Guest("nc") as g:
        for options, words in (("", "over TCP"), ("-u", "over UDP")):
            g.background(f"nc -l {options} -w 2 4000 < README > heard")
            wait_for_listener(g, 4000, "udp" if options else "tcp")
            said = g.ok(f"echo {words} | nc {options} -w 1 localhost 4000", 20)
            check_equal(said[:40], "This is nx6, a teaching kernel for netwo", f"what the client {options} receives")
            wait_until(g, "cat heard", rf"\A{words}\n\Z")
            wait_until(g, "ps", r"\A(?!.* nc )")
        g.background("nc -l -k 4001 > heard")
        wait_for_listener(g, 4001)
        g.ok("echo one | nc -w 1 localhost 4001; echo two | nc -w 1 localhost 4001")
        wait_until(g, "cat heard", r"\Aone\ntwo\n\Z")
        check_equal(g.run("nc -l 4001")[1], 1, "status of a second listener on the port")


class HostPeer:
    """A server on the host for one TCP connection, which it passes to `talk`."""

    def __init__(self, talk):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.result = None
        self._talk = talk
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        with contextlib.suppress(OSError), self.listener.accept()[0] as s:
            s.settimeout(30)
            self.result = self._talk(s)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.listener.close()
        self._thread.join(5)


def read_all(s):
    data = b""
    while piece := s.recv(65536):
        data += piece
    return data


@test(deadline=60, each_card=True)
def nc_and_ttcp_talk_to_the_host(nic):
    def answer(s):
        heard = read_all(s)
        s.sendall(b"the host heard " + heard)
        return heard

    with Guest(f"host-peer-{nic}", NIC=nic, SERVICES="inetd") as g:
        with HostPeer(answer) as peer:
            check_equal(g.ok(f"echo hello host | nc host {peer.port}"), "the host heard hello host\n", "the output of nc")
        with HostPeer(lambda s: len(read_all(s))) as peer:
            out = g.ok(f"ttcp -t -n 200 -l 8192 -p {peer.port} host", 40)
            check("sent 1638400 bytes" in out, f"ttcp printed\n{out}")
        check_equal(peer.result, 1638400, "bytes that the host received")
        g.background("ttcp -r -l 1000 > got")
        wait_for_listener(g, 5001)
        g.ok("ttcp -t -n 100 localhost")
        wait_until(g, "cat got", r"received 1638400 bytes in .* MB/s")
        # From the host to the guest: nc's port is not forwarded, but echo's is.
        with socket.create_connection(("127.0.0.1", g.ports["tcp7"]), 10) as s:
            sent = bytes(range(256)) * 400
            threading.Thread(target=lambda: (s.sendall(sent), s.shutdown(socket.SHUT_WR)), daemon=True).start()
            check(read_all(s) == sent, "the guest's echo differs from the 100 KB that were sent")


@test(deadline=60, waits=True)
def names_come_from_the_hosts_file_and_dns_with_retries():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(20)
        seen = []

        def serve():  # the first two queries for each name are lost
            with contextlib.suppress(OSError):
                while True:
                    query, client = server.recvfrom(512)
                    seen.append(query)
                    if len(seen) % 3:
                        continue
                    answer = query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + query[12:]
                    if b"in-addr" in query:
                        answer += b"\xc0\x0c\0\x0c\0\1\0\0\0\x3c\0\6\1x\2yz\0"
                    else:
                        answer += b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\1\2\3"
                    server.sendto(b"\0\0" + answer[2:], client)  # the answer to another query
                    server.sendto(answer, client)

        threading.Thread(target=serve, daemon=True).start()
        with Guest("dns", APPEND=f"nameserver=10.0.2.2:{server.getsockname()[1]} dns=") as g:
            check_equal(g.ok("nslookup far.example.org", 30), "far.example.org has address 10.1.2.3\n", "nslookup")
            check_equal(len(seen), 3, "queries until one was answered")
            g.ok("echo 10.4.4.4 near.example.org >> hosts")
            check_equal(g.ok("nslookup near.example.org"), "near.example.org has address 10.4.4.4\n", "a name in /hosts")
            check_equal(g.ok("nslookup 10.4.4.4"), "10.4.4.4 has the name near.example.org\n", "an address in /hosts")
            check_equal(len(seen), 3, "queries after lookups in /hosts")
            check_equal(g.ok("nslookup 10.1.2.3", 30), "10.1.2.3 has the name x.yz\n", "an address in the DNS")
            check(b"\0013\0012\0011\00210\7in-addr\4arpa\0\0\x0c\0\1" in seen[-1], f"the query for a PTR record: {seen[-1]}")
            del seen[3:]
            g.ok("mkdir /etc; echo nameserver 10.0.2.99 > /etc/resolv.conf")
            g.run("nslookup third.example.org", 60)
            check_equal(len(seen), 3, "queries to the boot argument's server while there is /etc/resolv.conf")
            check(g.counters()["arp_unresolved"] > 0, "the server of /etc/resolv.conf, which does not exist, was not asked")
            g.ok("rm /etc/resolv.conf")
            g.ok("nslookup third.example.org", 30)


@test()
def four_cards_of_two_kinds_connect_to_four_networks():
    nic = "+".join(f"{kind},mac=52:54:00:99:00:0{i}" for i, kind in enumerate(("e1000", "e1000", "virtio", "virtio")))
    with Guest("four-cards", NIC=nic) as g:
        found = re.findall(r"^(eth\d): .* ([\da-f:]{17}), irq", g.text, re.M)
        check_equal(found, [(f"eth{i}", f"52:54:00:99:00:0{i}") for i in range(4)], "names and addresses of the cards")
        for i in range(4):
            g.ok(f"ping -c 1 -W 3000 10.0.{2 + i}.2", 10)
            check(f"10.0.{2 + i}.15" in g.ok("ifconfig"), f"no interface with the address 10.0.{2 + i}.15")
            check(re.search(rf"10\.0\.{2 + i}\.0/24 .* eth{i}", g.ok("route")), f"no route to the network of eth{i}")
            check(re.search(rf"^10\.0\.{2 + i}\.2 .*eth{i}", out := g.ok("arp"), re.M), f"the router is no neighbour on eth{i}:\n{out}")


@test()
def a_cable_pulled_out_of_a_virtio_card_is_noticed():
    with Guest("virtio-link", NIC="virtio,id=card0") as g:
        g.ok("ping -c 1 -W 3000 10.0.2.2", 10)
        for state, status in ("off", 1), ("on", 0):
            start = g.type("\x01c")  # QEMU's monitor
            g.wait(r"\(qemu\) ", 10, start)
            g.type(f"set_link card0 {state}\n")
            g.type("\x01c")
            g.wait("eth0: link " + {"off": "down", "on": "up"}[state], 10, start)
            g.wait_prompt(10, g.type("\n"))
            check_equal(g.run("ping -c 1 -W 1000 10.0.2.2")[1] != 0, bool(status), f"no answer with the link {state}")
