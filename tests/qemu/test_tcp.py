"""TCP in the guest with a scripted peer: opening, closing, timeouts, windows, floods. tshark checks each capture."""
import re
import time

import packets as p
from capture import check_tcp
from guest import Failure, Guest, check, check_equal
from suite import test
from tcp_peer import ACK, FIN, RST, SYN, Peer
from wire import GUEST_IP, PEER_IP, Wire

ECHO, DISCARD = 7, 9


class Scene:
    """A guest on a wire that knows our MAC address. At the end no mbuf is in use, and tshark finds no error in the capture."""

    def __init__(self, name, services="", least=1, **knobs):
        self.name, self.services, self.least, self.knobs = name, services, least, knobs

    def __enter__(self):
        self.wire = Wire().__enter__()
        try:
            self.g = Guest(self.name, NET=self.wire.net, **self.knobs).__enter__()
            self.wire.wait_for_guest()
            if self.services:
                self.g.background(f"inetd {self.services}")
                self.g.wait_listening(ECHO)
            self.before = self.g.mbufs_in_use()
        except BaseException:
            self.__exit__(True)
            raise
        return self.wire, self.g

    def __exit__(self, failed, *unused):
        try:
            if not failed:
                self.g.wait_mbufs(self.before)
                self.g.poweroff()
        finally:
            if hasattr(self, "g"):
                self.g.__exit__()
            self.wire.__exit__()
        if not failed:
            check_tcp(self.g.dir / "packets.pcap", least=self.least)


def netstat_states(g):
    return re.findall(r"\b(?:SYN-SENT|SYN-RECEIVED|ESTABLISHED|CLOSE-WAIT|FIN-WAIT-[12]|CLOSING|LAST-ACK)\b", g.ok("netstat"))


# --- opening and closing ---

@test(each_card=True)
def a_tcp_connection_carries_bytes_both_ways_and_can_be_half_closed(nic):
    with Scene(f"tcp-life-{nic}", "echo", NIC=nic) as (wire, g):
        peer = Peer(wire, ECHO).connect()
        text = bytes(range(256)) * 40
        for at in range(0, len(text), 1024):
            peer.say("PA", text[at:at + 1024])
        check_equal(peer.hear_data(len(text)), text, "the echo")
        peer.say("FA", b"the end")
        check_equal(peer.hear_data(7), b"the end", "the echo of the data sent with the FIN")
        peer.hear_fin()
        g.ok("echo settled")
        check_equal(netstat_states(g), [], "remaining connections")


@test()
def a_syn_to_a_closed_port_is_reset_and_a_reset_makes_connect_fail():
    with Scene("tcp-refused") as (wire, g):
        peer = Peer(wire, 81)
        peer.say("S")
        check_equal(peer.hear("an answer").tcp_flags, RST | ACK, "flags of the answer")
        g.begin("tcptests again 10.0.2.2 5000 3")
        peer = Peer(wire, port=5000)
        for _ in range(2):
            peer.heard_syn()
            peer.say("RA", seq=0)
        peer.accept()
        peer.hear("its FIN", flags="FA")
        peer.say("FA")
        out, status = g.finish()
        check_equal((out.count("connection refused"), status), (2, 0), f"refusals, status of a program that printed\n{out}\n")


@test()
def a_reset_ends_a_blocked_read():
    with Scene("tcp-reset-read") as (wire, g):
        g.begin("nc 10.0.2.2 5000")
        peer = Peer(wire, port=5000).accept()
        peer.say("R", seq=100)
        peer.hear("a challenge ACK (RFC 5961)", flags="A", data=b"")
        peer.say("R")
        out, status = g.finish()
        check(status != 0 and "reset" in out, f"nc printed {out!r}, status {status}")


@test()
def both_ends_may_close_at_the_same_time():
    with Scene("tcp-both-close") as (wire, g):
        g.begin("echo hello | nc 10.0.2.2 5000")
        peer = Peer(wire, port=5000).accept()
        check_equal(peer.hear("data").payload, b"hello\n", "the data that nc sends")
        check_equal(peer.hear("its FIN").tcp_flags & FIN, FIN, "a FIN")
        peer.say("FA", ack=1)  # acknowledges neither data nor FIN
        peer.hear_until("the ACK of our FIN", lambda f: f.acked == peer.seq)
        check_equal(g.finish()[1], 0, "status of nc")
        check_equal(netstat_states(g), ["CLOSING"], "the connection's state")
        peer.say()
        check_equal(netstat_states(g), [], "remaining connections")


# --- timeouts ---

@test(waits=True)
def connect_and_write_time_out_when_the_peer_is_silent():
    with Scene("tcp-patience") as (wire, g):
        out, _ = g.run("tcptests connect 10.0.2.2 5000 1500", 30)
        check_equal(out, "connect: timed out\n", "output of a connect without an answer")
        syns = [f for f in wire.frames if f.protocol == p.TCP and f.tcp_flags == SYN]
        check(2 <= len(syns) <= 3, f"{len(syns)} SYNs within two seconds")
        g.begin("tcptests write 10.0.2.2 5001 1500")
        peer = Peer(wire, port=5001).accept()
        peer.hear("data")
        out, _ = g.finish(30)
        check_equal(out, "connect: done\nwrite: timed out\n", "output of a write without an answer")
        peer.hear_until("a reset", lambda f: f.tcp_flags & RST)


@test(waits=True)
def connect_to_a_missing_neighbour_fails_with_no_route_to_host():
    with Scene("tcp-unreachable", least=0) as (wire, g):
        out, _ = g.run("tcptests connect 10.0.2.77 5000 60000", 30)
        check_equal(out, "connect: no route to host\n", "output of a connect to an unused address")


# --- windows ---

@test()
def a_closed_window_is_probed_and_opens_again():
    with Scene("tcp-window") as (wire, g):
        g.begin("ttcp -t -n 8 -l 1000 -p 5000 10.0.2.2")
        peer = Peer(wire, port=5000, window=2000)
        peer.accept()
        got = b""
        while len(got) < 2000:
            f = peer.hear("data up to the window")
            got += f.payload
            check(len(got) <= 2000, "the guest sent more than the window")
        peer.window = 0
        peer.say()
        for _ in range(2):
            probe = peer.hear_until("a probe", lambda f: f.payload)
            check_equal((probe.at, len(probe.payload)), (2001, 1), "sequence number and length of the probe")
            peer.ack = 2001  # does not acknowledge the probe
            peer.say()
        peer.window = 65535
        peer.say()
        rest = peer.hear_data(6000)
        check_equal((got + rest).strip(b"\0"), b"", "the data that ttcp sends, without zeros")
        peer.hear_fin()
        peer.say("FA")
        g.finish()


@test()
def the_window_closes_when_the_program_does_not_read():
    with Scene("tcp-no-reader") as (wire, g):
        g.background("nc -l 5000 | sleep 5")
        g.wait_listening(5000)
        peer = Peer(wire, 5000).connect()
        sent, closed = 0, False
        while not closed and sent < 1 << 20:
            peer.say(data=b"x" * 1460)
            sent += 1460
            try:
                while True:
                    closed = peer.hear("an ACK", timeout=0.02).window == 0 or closed
            except Failure:
                pass  # no more ACKs at the moment
        check(closed, f"the guest accepted {sent} bytes, although the program reads nothing")
        peer.say("R")


# --- killed ---

def killed_while_blocked(g, call, wire):
    port = {"read": 5001, "write": 5002, "poll": 5003, "connect": 5004, "accept": 5005}[call]
    g.background(f"tcptests wait {call} 10.0.2.2 {port} > log")
    peer = Peer(wire, port=port)
    if call == "connect":
        peer.heard_syn()
    elif call != "accept":
        peer.window = 1000
        peer.accept()
    else:
        g.wait_listening(port)
    time.sleep(0.2)  # the program needs a moment from the handshake to the call
    pid = re.search(r"^\s*(\d+) .* tcptests\b", g.ok("ps"), re.M)
    check(pid, f"there is no process tcptests, blocked in {call}")
    g.ok(f"kill {pid[1]}")
    deadline = time.monotonic() + 10
    while "tcptests" in g.ok("ps"):
        check(time.monotonic() < deadline, f"tcptests, killed in {call}, still exists")
    return peer


@test()
def a_kill_ends_every_blocking_call():
    with Scene("tcp-kill") as (wire, g):
        for call in ("read", "poll"):
            peer = killed_while_blocked(g, call, wire)
            peer.hear_fin()
            peer.say("FA")
        peer = killed_while_blocked(g, "write", wire)
        peer.window = 65535
        peer.say()
        peer.hear_fin()  # after everything that was written
        peer.say("FA")
        peer = killed_while_blocked(g, "connect", wire)
        peer.say("SA")
        check_equal(peer.hear("an answer to a late SYN-ACK").tcp_flags, RST, "its flags")
        killed_while_blocked(g, "accept", wire)
        check_equal(netstat_states(g), [], "remaining connections")


# --- many ---

@test(each_card=True)
def a_client_can_connect_after_a_syn_flood(nic):
    SYNS = 1400  # 1,024 of them may be half open
    with Scene(f"tcp-flood-{nic}", "echo", NIC=nic) as (wire, g):
        def syn(i):
            return p.ether("52:54:00:12:34:56", "02:00:00:00:00:02", p.ETH_IP, p.ipv4(f"10.0.{3 + i % 3}.{i % 250 + 1}", GUEST_IP, p.TCP,
                           p.tcp(f"10.0.{3 + i % 3}.{i % 250 + 1}", GUEST_IP, 1024 + i, ECHO, seq=i * 7919)))
        wire.burst([syn(i) for i in range(SYNS)])
        counters = g.counters()
        check(counters["tcp_cookies_out"] > 300, f"SYN cookies sent: {counters['tcp_cookies_out']}")
        peer = Peer(wire, ECHO).connect()
        peer.say("PA", b"still here?")
        check_equal(peer.hear_data(11), b"still here?", "the echo")
        check_equal(g.counters()["tcp_cookies_in"], 1, "connections made from a SYN cookie")
        peer.end()
        for i in range(SYNS):  # reset the half-open connections
            src = f"10.0.{3 + i % 3}.{i % 250 + 1}"
            answer = next((f for f in wire.frames if f.protocol == p.TCP and f.dport == 1024 + i and f.tcp_flags == SYN | ACK), None)
            if answer:
                wire.send_ip(p.TCP, p.tcp(src, GUEST_IP, 1024 + i, ECHO, seq=answer.tcp_ack, flags=RST), src=src)


def used_memory(g):
    return int(re.search(r"^memory\s+\d+\s+(\d+)", g.ok("free"), re.M)[1])


@test(deadline=120)
def a_thousand_idle_connections_fit_in_128_megabytes():
    with Scene("tcp-idle", MEM="128M") as (wire, g):
        g.background("tcptests hold 1000 5000")
        g.wait_listening(5000)
        before = used_memory(g)
        peers = []
        for _ in range(1000):
            peers.append(Peer(wire, 5000).connect())
        wire.ping()
        used = used_memory(g) - before
        check(used < 8 << 10, f"1,000 idle connections take {used} KiB")
        for peer in peers[::100]:
            peer.say("PA", b"are you there?")
            peer.hear_until("an ACK", lambda f: f.acked == peer.seq)
        for peer in peers:
            peer.end()
        g.wait_prompt(10, g.type("\n"))
