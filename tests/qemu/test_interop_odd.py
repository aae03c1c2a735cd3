"""Packets that no honest host sends: Linux and the guest go on as if there were none."""
import contextlib
import hashlib
import random
import socket

import packets as p
from attacker import Attacker, to_guest
from exchanges import ECHO, MEGABYTE
from guest import check, check_equal
from lan import GUEST_IP, PEER_IP, neighbours, same, web_server
from suite import test
from test_interop_floods import fetch
from test_tcp_bulk import echoed
from wire import GUEST_MAC

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
WRAP = 1 << 32


@contextlib.contextmanager
def attacked(name, nic, **knobs):
    with neighbours(f"interop-{name}-{nic}", NIC=nic, SERVICES="httpd inetd", **knobs) as (g, _), Attacker() as attacker:
        for port in (80, ECHO):
            g.wait_listening(port)
        yield g, attacker
        fetch()
        with socket.create_connection((GUEST_IP, ECHO), 60) as c:
            same(echoed(c, MEGABYTE), MEGABYTE, "echoed after the attack")


# --- fragments that overlap

def fragment(body, at, size, ident, more=True):
    return to_guest(p.UDP, body[at:at + size], ident=ident, flags=(0x2000 if more else 0) | at // 8)


def overlapping(port):
    """Attacks on reassembly, by the names under which they became known. None of them is a datagram."""
    good = p.udp(PEER_IP, GUEST_IP, port, ECHO, bytes(range(200)))
    evil = good[:8] + b"\xee" * 200
    yield "teardrop: the second fragment is inside of the first", [
        fragment(good, 0, 160, 1), fragment(evil, 24, 40, 1), fragment(good, 160, 48, 1, more=False)]
    yield "the second fragment begins before the end of the first", [
        fragment(good, 0, 104, 2), fragment(evil, 96, 112, 2, more=False)]
    yield "the second fragment has the header again, and a little more", [
        fragment(good, 0, 104, 3), fragment(evil, 0, 112, 3), fragment(good, 104, 104, 3, more=False)]
    yield "the last fragment comes first, and the next goes beyond it", [
        fragment(good, 104, 104, 4, more=False), fragment(evil + bytes(80), 96, 160, 4), fragment(good, 0, 104, 4)]
    yield "two last fragments", [
        fragment(good, 104, 104, 5, more=False), fragment(evil, 104, 80, 5, more=False), fragment(good, 0, 104, 5)]
    yield "ping of death: the end is beyond 65,535 bytes", [
        fragment(good, 0, 104, 6), to_guest(p.UDP, bytes(1000), ident=6, flags=65528 // 8)]


@test(deadline=120, each_card=True, group="interop", daily=True)
def overlapping_fragments_are_never_delivered(nic):
    with attacked("overlap", nic) as (g, attacker), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect((GUEST_IP, ECHO))
        s.settimeout(0.5)
        for what, fragments in overlapping(s.getsockname()[1]):
            dropped = g.counters()["ip_fragments_dropped"]
            for frame in fragments:
                attacker.send(frame)
            with contextlib.suppress(TimeoutError):
                check(False, f"{what}: the guest has echoed {s.recv(65536)[:64]!r}")
            g.wait_counter("ip_fragments_dropped", dropped + 1, what)
        s.settimeout(20)
        # A second fragment for the same bytes is taken for a copy: the first one counts, as on Linux.
        good = p.udp(PEER_IP, GUEST_IP, s.getsockname()[1], ECHO, bytes(200))
        for frame in (fragment(good, 0, 104, 7), fragment(b"\xee" * 208, 0, 104, 7), fragment(good, 104, 104, 7, more=False)):
            attacker.send(frame)
        check_equal(s.recv(65536), bytes(200), "a datagram of which a forged copy of a fragment arrived second")
        data = random.Random(791).randbytes(20_000)
        s.send(data)
        check_equal(s.recv(65536), data, "an honest datagram in fragments, echoed")


# --- addresses of the guest itself

@test(deadline=120, each_card=True, group="interop", daily=True)
def packets_from_the_guests_own_address_are_dropped(nic):
    """LAND, and the echo service that would answer itself for ever."""
    with attacked("land", nic) as (g, attacker):
        frames = []
        for src in (GUEST_IP, "127.0.0.1"):
            frames += [to_guest(p.TCP, p.tcp(src, GUEST_IP, port, port, flags=flags), src=src)
                       for port in (80, ECHO, 4000) for flags in (SYN, ACK, SYN | ACK, RST, FIN)]
            frames.append(to_guest(p.UDP, p.udp(src, GUEST_IP, ECHO, ECHO, b"for ever"), src=src))
            frames.append(to_guest(p.ICMP, p.echo_request(1, 1), src=src))
        before = g.counters()["ip_bad_source"]
        for frame in frames:
            attacker.send(frame)
        g.wait_counter("ip_bad_source", before + len(frames))
        answers = [f for f in attacker.seen(1) if f.src == GUEST_MAC and f.kind == p.ETH_IP]
        check(not answers, f"the guest answered: {answers[:3]}")
        check_equal(g.counters()["ip_bad_source"] - before, len(frames), "packets dropped for their source address")


# --- options

def bad_options():
    """Every kind of option with lengths that are right, wrong and beyond the header's end."""
    draw = random.Random(9293)
    for kind in range(256):
        for size in (0, 1, 2, 3, 4, 10, 40, 255):
            option = bytes([kind, size]) + draw.randbytes(max(0, min(size, 40) - 2))
            option = option[:40] + bytes(-len(option[:40]) % 4)
            port = draw.randrange(1024, 65536)
            yield to_guest(p.TCP, p.tcp(PEER_IP, GUEST_IP, port, 80, seq=draw.getrandbits(32), options=option))
            yield to_guest(p.TCP, p.tcp(PEER_IP, GUEST_IP, port, 80, seq=draw.getrandbits(32), flags=ACK, options=option))
            yield to_guest(p.UDP, p.udp(PEER_IP, GUEST_IP, port, ECHO, b"options"), options=option)


@test(deadline=120, each_card=True, group="interop", daily=True)
def bad_options_of_ip_and_tcp_do_no_harm(nic):
    with attacked("bad-options", nic) as (g, attacker):
        before = g.counters()["rx_frames"]
        frames = list(bad_options())
        for frame in frames:
            attacker.send(frame)
        g.wait_counter("rx_frames", before + len(frames))
        answers = [f for f in attacker.seen(2) if f.src == GUEST_MAC]
        check(sum(f.tcp_flags == SYN | ACK for f in answers) > 100, "the guest answered hardly any SYN: it ignores unknown options")
        check(not any(f.fault for f in answers), f"the guest sent {[f.fault for f in answers if f.fault][:3]}")


# --- blind attacks on a connection (RFC 5961)

def blind(draw, port, guest_port, known=None):
    """Segments that claim to be from Linux. known: a segment of the connection; the sequence numbers are then in the window
    behind its data, but not the next one. Any TCP must accept data there if the ACK is valid, too: so it is not."""
    for flags in (RST, RST | ACK, SYN, SYN | ACK, PSH | ACK, FIN | ACK) * 400:
        seq, ack = draw.getrandbits(32), draw.getrandbits(32)
        if known:
            seq = known.tcp_seq + len(known.payload) + draw.randrange(1, 60_000)
            ack = known.tcp_ack + draw.randrange(1 << 24, WRAP - (1 << 24))
        # Half of them have a timestamp, one half of which is new enough for PAWS.
        options = draw.choice((b"", bytes.fromhex("0101080a") + draw.randbytes(8)))
        yield to_guest(p.TCP, p.tcp(PEER_IP, GUEST_IP, port, guest_port, seq % WRAP, ack % WRAP, flags, options=options,
                                    payload=draw.randbytes(draw.choice((0, 100)))))


@test(deadline=120, each_card=True, group="interop", daily=True)
def blind_segments_inside_the_window_do_not_end_a_connection(nic):
    draw = random.Random(5961)
    with attacked("blind", nic) as (g, attacker), socket.create_connection((GUEST_IP, ECHO), 60) as c:
        before = g.counters()
        port = c.getsockname()[1]
        for i in range(3):
            hello = b"hello %d" % i
            c.sendall(hello)
            known = attacker.next_segment(port, hello)
            check_equal(c.recv(100), hello, "the echo before the attack")
            for frame in blind(draw, port, ECHO, known):
                attacker.send(frame)
        same(echoed(c, MEGABYTE), MEGABYTE, "echoed after the attack, on the attacked connection")
        more = {name: n - before[name] for name, n in g.counters().items()}
        check_equal(more["tcp_connections_reset"], 0, "connections that were reset")
        check(0 < more["tcp_challenges_out"] < 200, f"{more['tcp_challenges_out']} challenge ACKs: RFC 5961 wants some, but not many")


@test(deadline=180, each_card=True, group="interop")
def blind_segments_do_not_disturb_a_transfer(nic):
    data = random.Random(16).randbytes(64 << 20)
    draw = random.Random(5961)
    with attacked("blind-bulk", nic, PCAP="") as (g, attacker), web_server(data) as port:
        g.begin(f"wget -q -O /file http://{PEER_IP}:{port}/file")
        segment = attacker.next_segment(port)
        with attacker.flood(list(blind(draw, port, segment.dport)), pause=0.003):
            check_equal(g.finish(120)[1], 0, "status of wget during the attack")
        check_equal(g.ok("sha256sum /file", 60).split()[0], hashlib.sha256(data).hexdigest(), "hash of what wget has received")
