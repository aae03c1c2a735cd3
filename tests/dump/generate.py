"""Frames of every protocol by seed, well-formed and damaged, as a pcap file."""
import struct

from dump.frames import application, bridge, icmp, ipv4, ipv6, link, mutate, transport, tunnel
from dump.frames.bytes import Draw
from dump.frames.ipv4 import Ipv4
from dump.frames.ipv6 import Ipv6

MUTATED = 0.3  # of the frames


def over_ipv4(make):
    return lambda d: link.ether(d, link.IP, make(d, Ipv4(d)))


def over_ipv6(make):
    return lambda d: link.ether(d, link.IPV6, make(d, Ipv6(d)))


def over_ip(make):
    return lambda d: d.choice((over_ipv4, over_ipv6))(make)(d)


MAKERS = {
    "arp": link.arp,
    "udp": over_ipv4(transport.udp),
    "tcp": over_ipv4(transport.tcp),
    "icmp": over_ipv4(icmp.icmp),
    "fragment": lambda d: link.ether(d, link.IP, ipv4.fragments(d)),
    "other": lambda d: link.ether(d, 0x88b5, d.some(100)),
    "udp6": over_ipv6(transport.udp),
    "tcp6": over_ipv6(transport.tcp),
    "fragment6": lambda d: link.ether(d, link.IPV6, ipv6.fragment(d)),
    "icmpv6": over_ipv6(ipv6.icmpv6),
    "nd": lambda d: link.ether(d, link.IPV6, ipv6.neighbor_discovery(d)),
    "mld": lambda d: link.ether(d, link.IPV6, ipv6.mld(d)),
    "igmp": lambda d: link.ether(d, link.IP, tunnel.igmp(d)),
    "ipip": over_ipv4(tunnel.ip_in_ip),
    "gre": over_ip(tunnel.gre),
    "dns": over_ip(application.dns),
    "dhcp": over_ipv4(application.dhcp),
    "ntp": over_ip(application.ntp),
    "http": over_ip(application.http),
    "llc": bridge.llc,
    "stp": bridge.stp,
    "lldp": bridge.lldp,
}


def frames(seed, count, names=None, mutated=MUTATED):
    """(bytes, length on the wire), `count` of them."""
    d = Draw(seed)
    makers = [MAKERS[name] for name in (names or MAKERS)]
    for i in range(count):
        frame = makers[i % len(makers)](d)
        yield mutate.mutate(d, frame) if d.likely(mutated) else (frame, len(frame))


def everything():
    """Clean frames of every kind, enough that each of their fields occurs."""
    return frames(1, 100 * len(MAKERS), mutated=0)


def write_pcap(path, packets):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for i, (frame, length) in enumerate(packets):
            f.write(struct.pack("<IIII", 1_700_000_000 + i // 1000, i % 1000 * 1000, len(frame), length) + frame)
