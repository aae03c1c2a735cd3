"""Attacks on an open TCP connection: forged segments, floods, random bytes. The connection continues without a changed byte,
and every mbuf is freed."""
import contextlib
import random
import re
import struct
import time

import packets as p
from guest import Guest, check, check_equal
from suite import test
from tcp_peer import ACK, Peer
from test_hostile import still_well
from wire import GUEST_IP, GUEST_MAC, PEER_IP, PEER_MAC, Wire

ECHO = 7
WRAP = 1 << 32


class Conversation:
    """A connection to the guest's echo service, and what an attacker who knows its addresses and ports can send."""

    def __init__(self, wire, seed, options=b"\x02\x04\x05\xb4"):
        self.wire, self.draw = wire, random.Random(seed)
        self.peer = Peer(wire, ECHO).connect(options)

    def echo(self, n=3000):
        """Sends random bytes in segments of many sizes, and checks the echo."""
        text = self.draw.randbytes(n)
        while n:
            size = min(n, self.draw.choice((1, 100, 536, 1460)))
            self.peer.say("PA", text[len(text) - n:len(text) - n + size])
            n -= size
        check(self.peer.hear_data(len(text), "the echo") == text, "the echo differs from what was sent")

    def forged(self, seq, ack, flags, payload=b"", options=b"", window=1000, **fields):
        """A frame with a segment of the connection; seq and ack are absolute."""
        segment = p.tcp(PEER_IP, GUEST_IP, self.peer.port, ECHO, seq % WRAP, ack % WRAP, flags, window, options, payload)
        return p.ether(GUEST_MAC, PEER_MAC, p.ETH_IP, p.ipv4(PEER_IP, GUEST_IP, p.TCP, segment, **fields))

    @property
    def next_seq(self):
        return (self.peer.iss + self.peer.seq) % WRAP

    @property
    def next_ack(self):
        return (self.peer.irs + self.peer.ack) % WRAP

    def quoted(self, seq, size=28):
        """A segment of the guest, as an ICMP error quotes it."""
        segment = p.tcp(GUEST_IP, PEER_IP, ECHO, self.peer.port, seq % WRAP, self.next_seq, ACK, payload=bytes(100))
        return p.ipv4(GUEST_IP, PEER_IP, p.TCP, segment)[:size]

    def end(self):
        self.peer.end()


@contextlib.contextmanager
def under_attack(name, seed, **knobs):
    with Wire() as wire, Guest(name, NET=wire.net, **knobs) as g:
        wire.wait_for_guest()
        g.background("inetd echo")
        while not re.search(r":7\b.*LISTEN", g.ok("netstat")):
            time.sleep(0.1)
        mbufs = g.mbufs_in_use()
        talk = Conversation(wire, seed)
        talk.echo()
        yield wire, g, talk
        talk.echo()
        talk.end()
        still_well(wire, g, mbufs)
        check(not any(f.fault for f in wire.frames), f"the guest sent {[f.fault for f in wire.frames if f.fault][:3]}")


@test(deadline=120)
def blind_resets_syns_and_data_do_not_affect_a_connection():
    """RFC 5961: the attacker has guessed addresses and ports, but not the exact sequence number."""
    with under_attack("tcp-blind", 5961) as (wire, g, talk):
        def storm():
            here = talk.next_seq
            for i in range(1500):
                # Anywhere, and every third one inside the window; only the exact number would be accepted.
                seq = here + (talk.draw.randint(1, 60000) if i % 3 == 0 else talk.draw.randint(100_000, WRAP - 100_000))
                flags = (0x04, 0x14, 0x02, 0x12, 0x10, 0x18, 0x11, 0x3f, 0x00)[i % 9]
                inside = i % 3 == 0 and flags not in (0x04, 0x14, 0x02, 0x12)
                # Any TCP accepts data inside the window, so these carry an invalid ACK.
                ack = talk.next_ack + (1 << 30 if inside else talk.draw.randint(1 << 20, WRAP - (1 << 20)))
                yield talk.forged(seq, ack, flags, talk.draw.randbytes(i % 4 * 50))
        for _ in range(3):
            wire.burst(list(storm()))
            talk.echo()
        counters = g.counters()
        check(counters["tcp_challenges_out"] > 0, "the guest sent no challenge ACK")
        check(counters["tcp_challenges_out"] < 200, f"{counters['tcp_challenges_out']} challenge ACKs: no limit")
        check_equal(counters["tcp_connections_reset"], 0, "connections reset by a forged segment")


@test(deadline=120)
def forged_icmp_errors_neither_end_nor_slow_down_a_connection():
    """RFC 5927: every kind of error, for segments that are in flight and others; and impossible MTUs."""
    with under_attack("tcp-icmp", 5927) as (wire, g, talk):
        errors = [(3, code) for code in range(16)] + [(4, 0), (5, 0), (5, 1), (11, 0), (11, 1), (12, 0)]
        frames = []
        for kind, code in errors:
            for seq in (talk.next_ack - 100, talk.next_ack, talk.next_ack + 100_000, talk.draw.getrandbits(32)):
                for size in (28, 128, 24, 20):
                    for rest in (0, 1, 68, 296, 65535):
                        frames.append(p.ether(GUEST_MAC, PEER_MAC, p.ETH_IP,
                                              p.ipv4(PEER_IP, GUEST_IP, p.ICMP, p.icmp(kind, code, rest, talk.quoted(seq, size)))))
        wire.burst(frames)
        talk.echo()
        # The same while data are in flight, not yet acknowledged by us: these errors quote them correctly.
        talk.peer.say("PA", b"x" * 1000)
        talk.peer.hear_until("the echo", lambda f: f.payload)
        for kind, code in errors:
            for mtu in (0, 1, 68, 296, 1500, 65535):
                wire.send(p.ether(GUEST_MAC, PEER_MAC, p.ETH_IP, p.ipv4(PEER_IP, GUEST_IP, p.ICMP,
                          p.icmp(kind, code, mtu, talk.quoted(talk.next_ack - 1000)))))
        talk.peer.say()
        talk.echo(6000)
        wire.forget()
        talk.peer.say("PA", b"y" * 1400)
        first = talk.peer.hear_until("the echo", lambda f: f.payload)
        check(len(first.payload) >= 500, f"segments of {len(first.payload)} bytes after forged MTUs")
        talk.peer.say()
        if len(first.payload) < 1400:
            talk.peer.hear_data(1400 - len(first.payload))


@test(deadline=120)
def invalid_options_and_windows_do_not_change_the_data_of_a_connection():
    with under_attack("tcp-options", 7323) as (wire, g, talk):
        draw, peer = talk.draw, talk.peer
        for i in range(400):
            kinds = [0, 1, 2, 3, 4, 5, 8, 5, 5, 19, 28, 34, 254]
            raw = b""
            while len(raw) < 36 and draw.random() < 0.8:
                raw += bytes([draw.choice(kinds), draw.choice((0, 1, 2, 3, 4, 10, 18, 34, 255))]) + draw.randbytes(draw.randrange(9))
            raw = raw[:40] + bytes(-len(raw[:40]) % 4)
            data = draw.randbytes(draw.choice((1, 10, 400)))
            peer.say("PA", data, options=raw, window=65535)
            if i % 4 == 0:  # our window closes, shrinks and reopens
                for window in (0, 1, 65535, 0, 100, 65535):
                    peer.say(window=window)
            check(peer.hear_data(len(data), "the echo") == data, f"a wrong echo in round {i}")
        check_equal(g.counters()["tcp_connections_reset"], 0, "connections reset")


@test(deadline=120)
def acks_and_sack_blocks_for_data_never_sent_are_ignored():
    with under_attack("tcp-sacks", 2018) as (wire, g, talk):
        wire.forget()
        sacked = Conversation(wire, 6675, options=bytes.fromhex("020405b4 0402 0101".replace(" ", "")))
        sacked.echo()
        for round_ in range(60):
            data = sacked.draw.randbytes(1400)
            sacked.peer.say("PA", data)
            at = sacked.peer.ack
            first = sacked.peer.hear_until("the echo", lambda f: f.payload and f.at == at)
            base = (sacked.peer.irs + at) % WRAP  # not acknowledged yet
            for _ in range(20):
                blocks = b""
                for _ in range(sacked.draw.randint(1, 4)):
                    left = base + sacked.draw.choice((-5000, -1, 0, 1, 700, 1400, 1401, 100_000, 1 << 31))
                    blocks += struct.pack("!II", left % WRAP, (left + sacked.draw.choice((-1, 0, 1, 700, 1 << 20))) % WRAP)
                option = b"\x01\x01\x05" + bytes([2 + len(blocks)]) + blocks
                ack = base + sacked.draw.choice((0, 0, -1, -70000, 1401, 1 << 20, 1 << 31))
                wire.send(sacked.forged(sacked.next_seq, ack, ACK, options=option, window=65535))
            sacked.peer.say()
            rest = sacked.peer.hear_data(len(data) - len(first.payload))
            check(first.payload + rest == data, f"a wrong echo in round {round_}")
        sacked.echo()
        sacked.end()


def fragments(draw, count):
    """Fragments of UDP, TCP and ICMP: tiny, overlapping, repeated, in any order, without a last one, beyond 64 KiB."""
    for i in range(count):
        ident, protocol = draw.randrange(40), draw.choice((p.UDP, p.TCP, p.ICMP))
        offset = draw.choice((0, 0, 1, 2, 3, 10, 100, 185, 8000, 8189, 8191))
        size = draw.choice((0, 1, 7, 8, 8, 16, 24, 100, 1480))
        more = 0x2000 if draw.random() < 0.8 else 0
        src = f"10.0.2.{draw.randrange(2, 9)}"
        yield p.ether(GUEST_MAC, PEER_MAC, p.ETH_IP,
                      p.ipv4(src, GUEST_IP, protocol, draw.randbytes(size), ident=ident, flags=more | offset))


@test(deadline=180, waits=True)
def a_flood_of_fragments_neither_stops_a_connection_nor_keeps_memory():
    with under_attack("fragments", 815) as (wire, g, talk):
        for _ in range(3):
            wire.burst(list(fragments(talk.draw, 1200)))
            # Datagrams of almost 64 KiB whose last fragment never arrives.
            endless = [p.ether(GUEST_MAC, PEER_MAC, p.ETH_IP,
                               p.ipv4(f"10.0.2.{20 + i % 12}", GUEST_IP, p.UDP, bytes(1400), ident=i // 40, flags=0x2000 | i % 40 * 175))
                       for i in range(1200)]
            wire.burst(endless)
            talk.echo()
        check(g.mbufs_in_fragments() <= 512, f"{g.mbufs_in_fragments()} fragments wait")
        check(g.counters()["ip_fragments_dropped"] > 100, "no fragment was dropped")


@test(deadline=120)
def resets_for_segments_of_no_connection_are_rate_limited():
    with under_attack("tcp-nobody", 9293) as (wire, g, talk):
        def segment(i):
            src = f"10.0.2.{i % 200 + 20}" if i % 2 else PEER_IP
            flags = (0x10, 0x02, 0x12, 0x11, 0x18, 0x00, 0x29)[i % 7]
            port = talk.draw.choice((1, 81, 50000) if flags == 0x02 else (1, ECHO, 81, 50000))
            return p.ether(GUEST_MAC, PEER_MAC, p.ETH_IP, p.ipv4(src, GUEST_IP, p.TCP,
                           p.tcp(src, GUEST_IP, talk.draw.randrange(65536), port, talk.draw.getrandbits(32), talk.draw.getrandbits(32), flags, payload=bytes(i % 3))))
        for _ in range(2):
            wire.burst([segment(i) for i in range(1500)])
            talk.echo()
        counters = g.counters()
        check(counters["tcp_rate_limited"] > 0 or counters["tcp_reset_out"] < 3000, "the guest answers each segment with a RST")


@test(deadline=150, each_card=True)
def ten_thousand_random_segments_for_one_connection_do_not_affect_another(nic):
    """Sequence numbers, flags, options and lengths are almost right, so that they reach every step of the input. TCP may accept
    some of these segments, so each victim is lost sooner or later. The other connection continues."""
    with under_attack(f"tcp-random-{nic}", 1122, NIC=nic, CPUS="2") as (wire, g, talk):
        draw = talk.draw
        for round_ in range(10):
            victim = Conversation(wire, round_)
            frames = []
            for _ in range(1000):
                near = draw.choice((0, 0, 1, -1, 100, 1460, 65535, 70000, -70000, draw.getrandbits(32)))
                options = draw.randbytes(draw.choice((0, 0, 4, 12, 40)))
                flags = draw.choice((0x10, 0x10, 0x18, 0x02, 0x11, 0x04, draw.getrandbits(8)))
                ack = victim.next_ack + draw.choice((0, 0, 1, -1, 5000, draw.getrandbits(32)))
                frames.append(victim.forged(victim.next_seq + near, ack, flags, draw.randbytes(draw.choice((0, 1, 100, 1400))),
                                            options, draw.choice((0, 1, 1000, 65535))))
            wire.burst(frames)
            wire.send(victim.forged(victim.next_seq, 0, 0x04))  # resets the victim, unless its sequence number has changed
            talk.echo()
        # The remaining victims retransmit: reset them with the sequence numbers that they acknowledge.
        deadline = time.monotonic() + 60
        while (left := g.mbufs_in_use()) and time.monotonic() < deadline:
            for f in [f for f in wire.frames[-300:] if f.protocol == p.TCP and f.dport != talk.peer.port]:
                wire.send(p.ether(GUEST_MAC, PEER_MAC, p.ETH_IP, p.ipv4(PEER_IP, GUEST_IP, p.TCP,
                          p.tcp(PEER_IP, GUEST_IP, f.dport, f.sport, f.tcp_ack, 0, 0x04))))
            time.sleep(1)
        check_equal(left, 0, "mbufs held by attacked connections")
        wire.forget()
