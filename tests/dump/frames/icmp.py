"""ICMP (RFC 792, 1191, 950), with the quoted packets of errors."""
import struct

from dump.frames.bytes import with_checksum
from dump.frames.ipv4 import ICMP, TCP, UDP, Ipv4


def icmp(d, ip, **more):
    return ip.packet(ICMP, with_checksum(d.choice((_query, _query, _error))(d), 2), **more)


def _query(d):
    kind = d.choice((0, 8, 13, 14, 17, 18))
    body = {13: 12, 14: 12, 17: 4, 18: 4}.get(kind)
    return struct.pack("!BBHHH", kind, 0, 0, d.u16(), d.u16()) + (d.some(200) if body is None else d.randbytes(body))


def quoted(d):
    """The header and at least the next 8 bytes (RFC 792), often more (RFC 1812 section 4.3.2.3)."""
    protocol = d.choice((UDP, TCP, ICMP))
    ip = Ipv4(d)
    if protocol == UDP:
        length = d.randint(8, 60)
        body = struct.pack("!HHHH", d.port(), d.port(), length, d.u16()) + d.randbytes(length - 8)
    elif protocol == TCP:
        body = struct.pack("!HHIIHHHH", d.port(), d.port(), d.u32(), d.u32(), 0x5000 | d.randrange(1 << 9), d.u16(), d.u16(), 0)
    else:
        body = with_checksum(struct.pack("!BBHHH", d.choice((0, 8)), 0, 0, d.u16(), d.u16()) + d.some(40), 2)
    packet = ip.packet(protocol, body)
    header = (packet[0] & 15) * 4
    return packet[:header + 8] if d.likely() else packet


def _error(d):
    kind = d.choice((3, 3, 4, 5, 11, 12))
    code = 4 if kind == 3 and d.likely(0.3) else d.randint(0, {3: 15, 5: 3, 11: 1, 12: 2}.get(kind, 0))
    rest = {3: struct.pack("!HH", 0, d.u16() if code == 4 else 0), 5: d.ipv4(), 12: bytes((d.u8(), 0, 0, 0))}.get(kind, bytes(4))
    return struct.pack("!BBH", kind, code, 0) + rest + quoted(d)
