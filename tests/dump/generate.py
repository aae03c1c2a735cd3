"""Generates frames of every protocol from a seed, well-formed and damaged, and writes them as a pcap file."""
import struct

from dump.frames import application, bridge, icmp, ipv4, ipv6, link, mutate, other_links, transport, tunnel
from dump.frames.bytes import Draw
from dump.frames.ipv4 import Ipv4
from dump.frames.ipv6 import Ipv6

MUTATED = 0.3  # of the frames


def over_ipv4(make):
    return lambda d: make(d, Ipv4(d))


def over_ipv6(make):
    return lambda d: make(d, Ipv6(d))


def over_ip(make):
    return lambda d: make(d, d.choice((Ipv4, Ipv6))(d))


# Name -> a maker of IP packets.
IP_MAKERS = {
    "udp": over_ipv4(transport.udp),
    "tcp": over_ipv4(transport.tcp),
    "icmp": over_ipv4(icmp.icmp),
    "fragment": ipv4.fragments,
    "udp6": over_ipv6(transport.udp),
    "tcp6": over_ipv6(transport.tcp),
    "fragment6": ipv6.fragment,
    "icmpv6": over_ipv6(ipv6.icmpv6),
    "nd": ipv6.neighbor_discovery,
    "mld": ipv6.mld,
    "igmp": tunnel.igmp,
    "ipip": over_ipv4(tunnel.ip_in_ip),
    "gre": over_ip(tunnel.gre),
    "dns": over_ip(application.dns),
    "dhcp": over_ipv4(application.dhcp),
    "ntp": over_ip(application.ntp),
    "http": over_ip(application.http),
}


def in_ethernet(make):
    def frame(d):
        packet = make(d)
        return link.ether(d, link.IP if packet[0] >> 4 == 4 else link.IPV6, packet)
    return frame


# Name -> a maker of Ethernet frames.
MAKERS = {
    "arp": link.arp,
    "other": lambda d: link.ether(d, 0x88b5, d.some(100)),
    **{name: in_ethernet(make) for name, make in IP_MAKERS.items()},
    "llc": bridge.llc,
    "stp": bridge.stp,
    "lldp": bridge.lldp,
}
ETHERNET = 1


def in_link(name):
    """The number of a link type, and the makers of its frames."""
    number, wrap = other_links.LINKS[name]
    return number, {kind: lambda d, make=make: wrap(d, make(d)) for kind, make in IP_MAKERS.items()}


def frames(seed, count, names=None, mutated=MUTATED, of=None):
    """(bytes, length on the wire), `count` of them."""
    d, of = Draw(seed), of or MAKERS
    makers = [of[name] for name in (names or of)]
    for i in range(count):
        frame = makers[i % len(makers)](d)
        yield mutate.mutate(d, frame) if d.likely(mutated) else (frame, len(frame))


def write_pcap(path, packets, link_type=ETHERNET):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, link_type))
        for i, (frame, length) in enumerate(packets):
            f.write(struct.pack("<IIII", 1_700_000_000 + i // 1000, i % 1000 * 1000, len(frame), length) + frame)


def write_everything(folder):
    """Writes captures of undamaged frames of every kind, enough that each field occurs. Returns their paths."""
    paths = [folder / "everything.pcap"]
    write_pcap(paths[0], frames(1, 100 * len(MAKERS), mutated=0))
    for name in other_links.LINKS:
        number, makers = in_link(name)
        paths.append(folder / f"{name}.pcap")
        write_pcap(paths[-1], frames(1, 10 * len(makers), mutated=0, of=makers), number)
    return paths
