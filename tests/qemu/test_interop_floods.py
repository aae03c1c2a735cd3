"""Clients are served while an attacker on their network floods the guest."""
import random
import socket
import time

import packets as p
from attacker import Attacker, to_guest
from exchanges import ECHO, PAGE
from guest import check, check_equal
from lan import GUEST_IP, PEER_IP, neighbours
from specimens import SYN_OPTIONS
from suite import test
from wire import GUEST_MAC

ROUNDS, ENOUGH = 20, 1000


def fetch():
    with socket.create_connection((GUEST_IP, 80), 60) as c, c.makefile("rb") as stream:
        c.sendall(b"GET /hosts HTTP/1.0\r\n\r\n")
        check(stream.read().endswith(b"\r\n\r\n" + PAGE.read_bytes()), "a client did not receive the page")


def check_service_during(name, nic, frames, counter):
    """An old connection and new ones work while the frames arrive: for 20 rounds at least, and until more than 1,000 of them are
    counted. Returns what the guest has counted meanwhile."""
    with neighbours(f"interop-{name}-{nic}", NIC=nic, PCAP="", SERVICES="httpd inetd") as (g, _), Attacker() as attacker:
        for port in (80, ECHO):
            g.wait_listening(port)
        before = g.counters()
        with socket.create_connection((GUEST_IP, ECHO), 60) as old:
            more = {counter: 0}
            deadline = time.monotonic() + 60
            with attacker.flood(frames):
                while more[counter] <= ENOUGH and time.monotonic() < deadline:
                    for i in range(ROUNDS):
                        fetch()
                        old.sendall(b"round %2d" % i)
                        check_equal(old.recv(100), b"round %2d" % i, "the echo on a connection from before the flood")
                    more = {name: n - before[name] for name, n in g.counters().items()}
        check(more[counter] > ENOUGH, f"{counter} counted only {more[counter]} in 60 s")
        return more


@test(deadline=180, each_card=True, group="interop")
def clients_are_served_during_a_syn_flood(nic):
    draw = random.Random(4987)

    def syn():
        src, port = f"198.{draw.choice((18, 19))}.{draw.randrange(256)}.{draw.randrange(1, 255)}", draw.randrange(1024, 65536)
        return to_guest(p.TCP, p.tcp(src, GUEST_IP, port, 80, seq=draw.getrandbits(32), options=SYN_OPTIONS), src=src)
    more = check_service_during("syn-flood", nic, [syn() for _ in range(5000)], "tcp_cookies_out")
    check(more["tcp_cookies_in"] > 0, "no client got in with a SYN cookie")


@test(deadline=180, each_card=True, group="interop")
def clients_are_served_during_an_arp_flood(nic):
    draw = random.Random(826)

    def claim():
        mac, ip = "02:" + draw.randbytes(5).hex(":"), f"10.0.2.{draw.choice([*range(3, 15), *range(16, 255)])}"
        op, dst = draw.choice(((1, p.BROADCAST), (2, GUEST_MAC)))
        return p.ether(dst, mac, p.ETH_ARP, p.arp(op, mac, ip, GUEST_MAC, GUEST_IP).ljust(46, b"\0"))
    check_service_during("arp-flood", nic, [claim() for _ in range(5000)], "arp_in")


@test(deadline=180, each_card=True, group="interop")
def clients_are_served_during_an_icmp_flood(nic):
    draw = random.Random(792)

    def message():
        quoted = p.ipv4(GUEST_IP, PEER_IP, p.TCP, p.tcp(GUEST_IP, PEER_IP, 80, draw.randrange(65536), draw.getrandbits(32)))
        return to_guest(p.ICMP, draw.choice((
            p.echo_request(draw.getrandbits(16), draw.getrandbits(16), bytes(draw.choice((56, 1400)))),
            p.icmp(draw.choice((3, 4, 5, 11, 12)), draw.randrange(16), draw.getrandbits(16), quoted),
            p.icmp(draw.randrange(256), draw.randrange(256), draw.getrandbits(32), draw.randbytes(40)))))
    check_service_during("icmp-flood", nic, [message() for _ in range(5000)], "icmp_in")
