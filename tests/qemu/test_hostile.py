"""A wire full of nonsense. Afterwards the guest answers as before, and no mbuf is lost."""
import random
import time

import packets as p
from guest import Failure, Guest, check, check_equal
from specimens import CLOSED_UDP, randomized, truncated, udp_to_guest, wrong_lengths
from suite import test
from wire import GUEST_IP, PEER_IP, PEER_MAC, Wire


def still_well(wire, g, mbufs):
    wire.wait_for_guest(10)
    wire.ping()
    for attempt in range(10):  # unreachables are rate-limited, and the noise used up the budget
        wire.forget()
        wire.send_ip(p.UDP, p.udp(PEER_IP, GUEST_IP, 5000, CLOSED_UDP, b"well?"))
        try:
            wire.expect(lambda f: f.icmp_type == 3, "an answer for a closed UDP port", 1)
            break
        except Failure:
            if attempt == 9:
                raise
    # What the noise taught the ARP cache must not outlive the next honest word of a neighbour.
    g.ok("echo alive")
    g.wait_mbufs(mbufs)
    # Fragments may wait a minute for the rest of their packet; not longer.
    deadline = time.monotonic() + 70
    while (held := g.mbufs_in_fragments()) and time.monotonic() < deadline:
        time.sleep(1)
    check_equal(held, 0, "fragments that still wait for the rest of their packet")
    g.wait_mbufs(mbufs)


def survives(name, frames, **knobs):
    frames = list(frames)
    with Wire() as wire, Guest(name, NET=wire.net, **knobs) as g:
        wire.wait_for_guest()
        wire.ping()
        mbufs, before, sent = g.mbufs_in_use(), g.counters(), wire.sent
        wire.burst(frames)
        received, sent = g.counters()["rx_frames"] - before["rx_frames"], wire.sent - sent
        # A test of what the guest survives is worth nothing if the frames never reached it.
        check_equal(received, sent, "frames that reached the stack, of those sent")
        check(sent >= len(frames), f"only {sent} of {len(frames)} frames were sent")
        still_well(wire, g, mbufs)
        check(not any(f.fault for f in wire.frames), f"the guest sent {[f.fault for f in wire.frames if f.fault][:3]}")


@test(deadline=120)
def frames_truncated_at_every_length():
    survives("truncated", truncated())


@test(deadline=120)
def every_length_field_wrong():
    survives("lengths", wrong_lengths())


@test(deadline=180)
def ten_thousand_random_frames():
    survives("random", randomized(10_000, 1981))


@test(deadline=180)
def two_thousand_random_frames_while_the_dump_prints_them():
    survives("random-dump", randomized(2_000, 792), DUMP="brief", CPUS="1")


@test(deadline=120)
def an_arp_flood_from_thousands_of_neighbours():
    draw = random.Random(826)
    frames = []
    for i in range(5_000):
        mac, ip = "02:" + draw.randbytes(5).hex(":"), f"10.0.2.{draw.choice([*range(3, 15), *range(16, 255)])}"
        op, dst = draw.choice([(1, p.BROADCAST), (2, "52:54:00:12:34:56")])
        frames.append(p.ether(dst, mac, p.ETH_ARP, p.arp(op, mac, ip, "52:54:00:12:34:56", GUEST_IP).ljust(46, b"\0")))
    survives("arp-flood", frames)


@test(deadline=120)
def a_broadcast_storm_leaves_the_shell_usable():
    storm = p.ether(p.BROADCAST, PEER_MAC, p.ETH_IP,
                    p.ipv4(PEER_IP, "255.255.255.255", p.UDP, p.udp(PEER_IP, "255.255.255.255", 1, 2, bytes(200))))
    with Wire() as wire, Guest("storm", NET=wire.net) as g:
        wire.wait_for_guest()
        mbufs = g.mbufs_in_use()
        g.begin("ls; ps; echo through the storm")
        for _ in range(20_000):
            wire.send(storm)
        out, status = g.finish(30)
        check_equal((status, out.endswith("through the storm\n")), (0, True), f"the shell in a storm, which printed\n{out}\n")
        still_well(wire, g, mbufs)


@test(deadline=120)
def a_flood_of_datagrams_for_a_closed_port_is_answered_with_restraint():
    with Wire() as wire, Guest("icmp-limit", NET=wire.net) as g:
        wire.wait_for_guest()
        mbufs = g.mbufs_in_use()
        wire.forget()
        wire.burst([udp_to_guest()] * 2_000)
        answers = sum(f.icmp_type == 3 for f in wire.frames)
        check(1 <= answers <= 1_000, f"{answers} unreachables for 2000 datagrams")
        check(g.counters()["icmp_rate_limited"] > 0, "none was held back")
        still_well(wire, g, mbufs)
