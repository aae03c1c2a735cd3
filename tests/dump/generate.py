"""Frames of every protocol by seed, well-formed and damaged, as a pcap file."""
import struct

from dump.frames import icmp, ipv4, link, mutate, transport
from dump.frames.bytes import Draw
from dump.frames.ipv4 import Ipv4

MUTATED = 0.3  # of the frames


def over_ipv4(make):
    return lambda d: link.ether(d, link.IP, make(d, Ipv4(d)))


MAKERS = {
    "arp": link.arp,
    "udp": over_ipv4(transport.udp),
    "tcp": over_ipv4(transport.tcp),
    "icmp": over_ipv4(icmp.icmp),
    "fragment": lambda d: link.ether(d, link.IP, ipv4.fragments(d)),
    "other": lambda d: link.ether(d, d.choice((0x88b5, 0x9000)), d.some(100)),
}


def frames(seed, count, names=None, mutated=MUTATED):
    """(bytes, length on the wire), `count` of them."""
    d = Draw(seed)
    makers = [MAKERS[name] for name in (names or MAKERS)]
    for i in range(count):
        frame = makers[i % len(makers)](d)
        yield mutate.mutate(d, frame) if d.likely(mutated) else (frame, len(frame))


def write_pcap(path, packets):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for i, (frame, length) in enumerate(packets):
            f.write(struct.pack("<IIII", 1_700_000_000 + i // 1000, i % 1000 * 1000, len(frame), length) + frame)
