"""IP in IP (RFC 2003), IPv6 in IPv4 (RFC 4213), GRE (RFC 2784, 2890), and IGMP (RFC 1112, 2236, 3376)."""
import struct

from dump.frames import link, transport
from dump.frames.bytes import with_checksum
from dump.frames.ipv4 import GRE, IGMP, IPIP, IPV6, Ipv4
from dump.frames.ipv6 import Ipv6

TRANSPARENT_ETHERNET = 0x6558  # a whole frame (RFC 1701)


def ip_in_ip(d, ip):
    if d.likely():
        return ip.packet(IPIP, transport.udp(d, Ipv4(d)))
    return ip.packet(IPV6, transport.udp(d, Ipv6(d, extensions=[])))


def gre(d, ip):
    flags = d.choice((0, 0x8000, 0x2000, 0x1000, 0xb000))
    inner = d.choice((link.IP, link.IPV6, TRANSPARENT_ETHERNET))
    payload = transport.udp(d, Ipv6(d, extensions=[]) if inner == link.IPV6 else Ipv4(d))
    if inner == TRANSPARENT_ETHERNET:
        payload = link.ether(d, link.IP, payload)
    header = struct.pack("!HH", flags, inner)
    header += bytes(4) if flags & 0x8000 else b""
    header += struct.pack("!I", d.u32()) if flags & 0x2000 else b""
    header += struct.pack("!I", d.u32()) if flags & 0x1000 else b""
    return ip.packet(GRE, with_checksum(header + payload, 4) if flags & 0x8000 else header + payload)


def _group(d):
    return bytes((d.randint(224, 239),)) + d.randbytes(3)


def _record(d):
    sources = d.randint(0, 3)
    return struct.pack("!BBH", d.randint(1, 6), 0, sources) + _group(d) + b"".join(d.ipv4() for _ in range(sources))


def igmp(d):
    kind = d.choice((0x11, 0x12, 0x16, 0x17, 0x22, "query 3"))
    if kind == 0x22:
        records = d.randint(1, 3)
        message = struct.pack("!BBHHH", 0x22, 0, 0, 0, records) + b"".join(_record(d) for _ in range(records))
    elif kind == "query 3":
        sources = d.randint(0, 3)
        message = struct.pack("!BBH", 0x11, d.u8(), 0) + d.choice((bytes(4), _group(d)))
        message += struct.pack("!BBH", d.randint(0, 15), d.u8(), sources) + b"".join(d.ipv4() for _ in range(sources))
    else:
        message = struct.pack("!BBH", kind, d.u8() if kind == 0x11 else 0, 0) + d.choice((bytes(4), _group(d)) if kind == 0x11 else (_group(d),))
    return Ipv4(d, dst=_group(d), ttl=1, options=b"\x94\x04\0\0").packet(IGMP, with_checksum(message, 2))
