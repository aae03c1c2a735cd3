"""Damaged, random and excessive traffic. Afterwards the guest answers as before, and no mbuf is lost."""
import random
import re
import time

import packets as p
from guest import Failure, Guest, check, check_equal
from specimens import CLOSED_UDP, randomized, truncated, udp_to_guest, wrong_lengths
from suite import test
from wire import GUEST_IP, PEER_IP, PEER_MAC, Wire


def still_well(wire, g, mbufs):
    wire.wait_for_guest(10)
    wire.ping()
    for attempt in range(10):  # ICMP errors are rate-limited, and the traffic before may have used up the limit
        wire.forget()
        wire.send_ip(p.UDP, p.udp(PEER_IP, GUEST_IP, 5000, CLOSED_UDP, b"well?"))
        try:
            wire.expect(lambda f: f.icmp_type == 3, "an answer for a closed UDP port", 1)
            break
        except Failure:
            if attempt == 9:
                raise
    g.ok("echo alive")
    g.wait_mbufs(mbufs)
    # A fragment waits for the rest of its packet for at most a minute.
    deadline = time.monotonic() + 70
    while (held := g.mbufs_in_fragments()) and time.monotonic() < deadline:
        time.sleep(1)
    check_equal(held, 0, "fragments that still wait after 70 s")
    g.wait_mbufs(mbufs)


def survives(name, frames, nic="e1000", **knobs):
    frames = list(frames)
    with Wire() as wire, Guest(f"{name}-{nic}", NIC=nic, NET=wire.net, **knobs) as g:
        wire.wait_for_guest()
        wire.ping()
        mbufs, before, sent = g.mbufs_in_use(), g.counters(), wire.sent
        wire.burst(frames)
        received, sent = g.counters()["rx_frames"] - before["rx_frames"], wire.sent - sent
        if nic == "virtio":  # QEMU pads no short frames for it; its driver drops those without a header
            received += int(re.search(r"(\d+) bad, ", g.ok("ifstat"))[1])
        # The test proves nothing unless the frames reached the guest.
        check_equal(received, sent, "frames that reached the guest, of the frames sent")
        check(sent >= len(frames), f"only {sent} of {len(frames)} frames were sent")
        still_well(wire, g, mbufs)
        check(not any(f.fault for f in wire.frames), f"the guest sent {[f.fault for f in wire.frames if f.fault][:3]}")


@test(deadline=120, each_card=True)
def the_guest_survives_frames_truncated_at_every_length(nic):
    survives("truncated", truncated(), nic)


@test(deadline=120, each_card=True)
def the_guest_survives_wrong_values_in_every_length_field(nic):
    survives("lengths", wrong_lengths(), nic)


@test(deadline=180, waits=True)
def the_guest_survives_ten_thousand_random_frames():
    survives("random", randomized(10_000, 1981))


@test(deadline=180, waits=True)
def the_guest_survives_two_thousand_random_frames_over_virtio_with_the_dump_on():
    survives("random-dump", randomized(2_000, 792), "virtio", DUMP="brief", CPUS="1")


@test(deadline=120, each_card=True)
def the_guest_survives_an_arp_flood_from_thousands_of_neighbours(nic):
    draw = random.Random(826)
    frames = []
    for i in range(5_000):
        mac, ip = "02:" + draw.randbytes(5).hex(":"), f"10.0.2.{draw.choice([*range(3, 15), *range(16, 255)])}"
        op, dst = draw.choice([(1, p.BROADCAST), (2, "52:54:00:12:34:56")])
        frames.append(p.ether(dst, mac, p.ETH_ARP, p.arp(op, mac, ip, "52:54:00:12:34:56", GUEST_IP).ljust(46, b"\0")))
    survives("arp-flood", frames, nic)


@test(deadline=120, each_card=True)
def the_shell_works_during_a_broadcast_storm(nic):
    storm = p.ether(p.BROADCAST, PEER_MAC, p.ETH_IP,
                    p.ipv4(PEER_IP, "255.255.255.255", p.UDP, p.udp(PEER_IP, "255.255.255.255", 1, 2, bytes(200))))
    with Wire() as wire, Guest(f"storm-{nic}", NIC=nic, NET=wire.net) as g:
        wire.wait_for_guest()
        mbufs = g.mbufs_in_use()
        g.begin("ls; ps; echo through the storm")
        for _ in range(20_000):
            wire.send(storm)
        out, status = g.finish(30)
        check_equal((status, out.endswith("through the storm\n")), (0, True), f"status and output of the shell, which printed\n{out}\n")
        still_well(wire, g, mbufs)


@test(deadline=120)
def icmp_errors_for_datagrams_to_a_closed_port_are_rate_limited():
    with Wire() as wire, Guest("icmp-limit", NET=wire.net) as g:
        wire.wait_for_guest()
        mbufs = g.mbufs_in_use()
        wire.forget()
        wire.burst([udp_to_guest()] * 2_000)
        answers = sum(f.icmp_type == 3 for f in wire.frames)
        check(1 <= answers <= 1_000, f"{answers} ICMP errors for 2000 datagrams")
        check(g.counters()["icmp_rate_limited"] > 0, "no ICMP error was suppressed")
        still_well(wire, g, mbufs)
