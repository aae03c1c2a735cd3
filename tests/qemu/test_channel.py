"""Packet channels of programs in the guest. The boot argument netctl=sh gives the shell the control descriptor."""
import re
import socket
import time

import packets as p
from capture import frames_of
from guest import BUILD, Guest, Server, check, check_equal
from suite import test
from test_netd import usage
from test_programs import pid_of
from test_sockets import wait_until
from test_usertests import debug_kernel
from wire import GUEST_IP, GUEST_MAC, PEER_IP, PEER_MAC, Wire

CONTROL = {"IMAGE": str(BUILD / "test.img"), "APPEND": "netctl=sh"}


def nothing_is_left(g):
    out = g.ok("netstat -c")
    check("open" not in out and "shut" not in out, f"channels are left:\n{out}")


@test(deadline=60, each_card=True)
def a_program_maps_a_channel_and_sends_only_what_it_may(nic):
    with Guest(f"channel-{nic}", NIC=nic, **CONTROL) as g:
        out, status = g.run("channel check", 30)
        check(status == 0 and "all checks passed\n" in out, f"status {status}:\n{out}")
        nothing_is_left(g)


@test(deadline=300)
def a_program_maps_a_channel_and_sends_only_what_it_may_in_a_debug_build():
    with Guest("channel-debug", KERNEL=debug_kernel(), **CONTROL) as g:
        out, status = g.run("channel check", 60)
        check(status == 0 and "all checks passed\n" in out, f"status {status}:\n{out}")
        nothing_is_left(g)


@test()
def a_program_without_the_control_descriptor_gets_no_channel():
    with Guest("channel-none", IMAGE=CONTROL["IMAGE"]) as g:
        out, status = g.run("channel check refuses_nonsense", 30)
        check(status != 0, f"a program without the descriptor made a channel:\n{out}")


def echoes(wire, port, payload):
    wire.send_ip(p.UDP, p.udp(PEER_IP, GUEST_IP, 5000, port, payload))
    reply = wire.expect(lambda f: f.protocol == p.UDP and f.sport == port, f"an echo from port {port}")
    check_equal((reply.src, reply.dst, reply.ip_src, reply.payload), (GUEST_MAC, PEER_MAC, GUEST_IP, payload), "the echo")


@test(deadline=90, each_card=True)
def two_channels_echo_and_one_that_is_killed_disturbs_no_other(nic):
    with Wire() as wire, Guest(f"channel-echo-{nic}", NIC=nic, NET=wire.net, **CONTROL) as g:
        wire.wait_for_guest()
        for port in (4000, 4001):
            g.background(f"channel echo {port} > log")
            wait_until(g, "netstat -c", rf"udp \*:{port} from")
        for size in (0, 1, 18, 200, 1472):
            for port in (4000, 4001):
                echoes(wire, port, b"x" * size)
        check("udp *:4000 from *:0" in (out := g.ok("netstat -c")), f"netstat lists the claims:\n{out}")
        wire.burst([p.ether(GUEST_MAC, PEER_MAC, 0x0800, p.ipv4(PEER_IP, GUEST_IP, p.UDP,
                    p.udp(PEER_IP, GUEST_IP, 5000, 4000, b"x" * 500))) for _ in range(2000)])
        g.ok(f"kill {pid_of(g, 'channel')}")
        time.sleep(0.3)
        wire.forget()
        left = [port for port in (4000, 4001) if f"udp *:{port} " in g.ok("netstat -c")]
        check_equal(len(left), 1, "channels left after one program was killed")
        echoes(wire, left[0], b"still here")
        g.ok(f"kill {pid_of(g, 'channel')}")
        time.sleep(0.3)
        nothing_is_left(g)


def signals(out, name):
    return int(re.search(rf"^{name}_signals +(\d+) ", out, re.M)[1])


@test(deadline=120, each_card=True)
def a_program_that_spins_sends_with_few_system_calls(nic):
    """On two harts: the program runs on one, the other looks at its ring, for so long that a busy host does not matter."""
    name = f"channel-spin-{nic}"
    with Guest(name, NIC=nic, CPUS=2, IMAGE=CONTROL["IMAGE"], APPEND="poll=50000", PCAP="") as g, Server(name):
        out = g.ok("chanbench spin 4000 1", 90)
        check_equal(re.search(r"^echo_lost +(\d+)", out, re.M)[1], "0", "round trips without an answer")
        check(signals(out, "echo") < 3000, f"4000 round trips needed a system call each:\n{out}")


@test(deadline=120)
def no_frame_is_forgotten_when_a_hart_stops_polling():
    """The pauses between two frames are as long as the time for which a hart polls, more or less."""
    name = "channel-pause"
    with Guest(name, CPUS=2, IMAGE=CONTROL["IMAGE"], PCAP="") as g, Server(name):
        for seed in (1, 2, 3):
            out = g.ok(f"chanbench pause 1000 {seed}", 60)
            check(0 < signals(out, "pause") <= 1000, out)


def is_forged(raw):
    """A frame of the program `channel flip` that is not from its own address and port."""
    later_fragment = int.from_bytes(raw[20:22], "big") & 0x1fff  # it has no ports
    from_us = raw[6:12] == p.mac(GUEST_MAC) and raw[12:14] == b"\x08\0" and raw[26:30] == p.ip(GUEST_IP)
    return not from_us or raw[23] != p.UDP or not later_fragment and raw[34:36] != (7777).to_bytes(2, "big")


def check_no_frame_is_forged(pcap, sent):
    """The capture has each frame that was sent, once, and no forged one."""
    found, forged, to_guest = 0, [], p.mac(GUEST_MAC)
    for raw in frames_of(pcap):
        if raw[:6] != to_guest and b"xxxxxxxxxxxxxxxx" in raw:
            found += 1
            if is_forged(raw):
                forged.append(raw)
    check(not forged, f"{len(forged)} of {found} frames are forged, the first: {forged[:1]}")
    check_equal(found, sent, "frames in the capture")


def check_is_answered(port, number):
    """Another channel's program answers meanwhile. A datagram may get lost, but not changed."""
    data = b"undisturbed %d " % number * 20
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(2)
        for _ in range(5):
            s.sendto(data, ("127.0.0.1", port))
            try:
                return check_equal(s.recv(2000), data, "the answer")
            except TimeoutError:
                pass
    check(False, f"datagram {number} was not answered")


def flip(name, nic, count, seconds):
    """A child changes headers while its parent sends `count` frames, and another program echoes."""
    with Guest(f"{name}-{nic}", NIC=nic, **CONTROL) as g:
        g.background("channel echo 2000 > log")
        wait_until(g, "netstat -c", r"udp \*:2000 from")
        g.ok("channel flip 1000")
        time.sleep(0.3)
        before, start = usage(g), len(g.text)
        g.begin(f"channel flip {count}")
        number = 0
        while number < 20 or " refused\n" not in g.text[start:]:
            check_is_answered(g.ports["udp2000"], number)
            number += 1
        out, status = g.finish(seconds)
        check(status == 0, f"status {status}:\n{out}")
        time.sleep(0.3)
        check_equal(usage(g), before, "memory in KiB, mbufs in use, the rest")
        g.ok(f"kill {pid_of(g, 'channel')}")
        time.sleep(0.3)
        nothing_is_left(g)
        g.poweroff()
    check_no_frame_is_forged(g.dir / "packets.pcap", sum(int(n) for n in re.findall(r"flip: (\d+) sent", g.text)))
    return g


@test(deadline=120, each_card=True)
def a_child_that_changes_headers_forges_no_frame_of_a_channel(nic):
    flip("channel-flip", nic, 20_000, 90)


@test(deadline=900, each_card=True, group="stress")
def a_child_that_changes_headers_forges_none_of_a_million_frames_of_a_channel(nic):
    g = flip("channel-flip-million", nic, 1_000_000, 600)
    (g.dir / "packets.pcap").unlink()  # about 400 MB
