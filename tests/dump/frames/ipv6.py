"""IPv6 (RFC 8200) with extension headers, ICMPv6 (RFC 4443), neighbor discovery (RFC 4861), MLD (RFC 2710, 3810)."""
import struct

from dump.frames.bytes import with_checksum
from dump.frames.ipv4 import ICMPV6, TCP, UDP

HOP_BY_HOP, ROUTING, FRAGMENT, NO_NEXT, DESTINATION = 0, 43, 44, 59, 60
ALL_NODES = b"\xff\x02" + bytes(13) + b"\x01"


class Ipv6:
    """Like Ipv4: the payload is added later."""
    needs_udp_checksum = True

    def __init__(self, draw, src=None, dst=None, hops=None, extensions=None):
        self.draw, self.src, self.dst = draw, src or draw.ipv6(), dst or draw.ipv6()
        self.hops = draw.randint(1, 255) if hops is None else hops
        self.extensions = self._extensions() if extensions is None else extensions

    def _extensions(self):
        d = self.draw
        kinds = [k for k in (HOP_BY_HOP, DESTINATION, ROUTING) if d.likely(0.15)]
        return [(k, _routing(d) if k == ROUTING else _options(d)) for k in kinds]

    def pseudo(self, protocol, length):
        return self.src + self.dst + struct.pack("!II", length, protocol)

    def packet(self, protocol, payload):
        d, first = self.draw, protocol
        for kind, body in reversed(self.extensions):
            payload = bytes((first, (len(body) + 2) // 8 - 1)) + body + payload
            first = kind
        flow = 6 << 28 | d.choice((0, d.u8())) << 20 | d.choice((0, d.randrange(1 << 20)))
        return struct.pack("!IHBB", flow, len(payload), first, self.hops) + self.src + self.dst + payload


def _padded(body):
    """Pads the options so that they and the two bytes before them are a multiple of 8 bytes."""
    missing = -(len(body) + 2) % 8
    return body + (b"\0" if missing == 1 else bytes((1, missing - 2)) + bytes(missing - 2) if missing else b"")


def _options(d):
    return _padded(b"".join(d.choice((b"\0", b"\5\2\0\0", bytes((0x1e, 3)) + d.randbytes(3))) for _ in range(d.randint(0, 2))) or b"\1\4" + bytes(4))


def _routing(d):
    """No segments left: the destination is the last address (type 2 is from RFC 6275)."""
    return bytes((2, 0)) + bytes(4) + d.ipv6()


def fragment(d):
    """The first fragment has the transport header; later ones do not."""
    offset = d.choice((0, d.randint(1, 180)))
    body = struct.pack("!HHHH", d.port(), d.port(), 3000, d.u16()) + d.randbytes(8 * d.randint(1, 10))
    return Ipv6(d, extensions=[]).packet(FRAGMENT, struct.pack("!BBHI", UDP, 0, offset << 3 | 1, d.u32()) + body)


def icmpv6(d, ip):
    message = d.choice((_echo, _error, _error))(d)
    return ip.packet(ICMPV6, with_checksum(message, 2, ip.pseudo(ICMPV6, len(message))))


def _echo(d):
    return struct.pack("!BBHHH", d.choice((128, 129)), 0, 0, d.u16(), d.u16()) + d.some(100)


def _error(d):
    kind = d.choice((1, 2, 3, 4))
    code = d.randint(0, {1: 6, 3: 1, 4: 2}.get(kind, 0))
    ip = Ipv6(d, extensions=[])
    if d.likely():
        length = 8 + d.randint(0, 40)
        quoted = ip.packet(UDP, struct.pack("!HHHH", d.port(), d.port(), length, d.u16()) + d.randbytes(length - 8))
    else:
        quoted = ip.packet(TCP, struct.pack("!HHIIHHHH", d.port(), d.port(), d.u32(), d.u32(), 0x5010, d.u16(), d.u16(), 0))
    return struct.pack("!BBHI", kind, code, 0, d.u32() if kind in (2, 4) else 0) + quoted


def _link_address(d, kind):
    return bytes((kind, 1)) + d.mac()


def _prefix(d):
    return struct.pack("!BBBBIII", 3, 4, d.randint(0, 128), d.choice((0x80, 0x40, 0xc0, 0xe0)), d.u32(), d.u32(), 0) + d.ipv6()


def neighbor_discovery(d):
    """The hop limit is 255, and there are no extension headers."""
    kind = d.choice((133, 134, 135, 136, 137))
    mtu = struct.pack("!BBHI", 5, 1, 0, d.u32())
    body = {
        133: lambda: bytes(4) + d.choice((b"", _link_address(d, 1))),
        134: lambda: struct.pack("!BBHII", d.u8(), d.choice((0, 0x80, 0x40, 0xc0)), d.u16(), d.u32(), d.u32())
        + b"".join(d.sample((_link_address(d, 1), mtu, _prefix(d)), d.randint(0, 3))),
        135: lambda: bytes(4) + d.ipv6() + d.choice((b"", _link_address(d, 1))),
        136: lambda: bytes((d.choice((0x20, 0x40, 0x60, 0x80, 0xe0)), 0, 0, 0)) + d.ipv6() + d.choice((b"", _link_address(d, 2))),
        137: lambda: bytes(4) + d.ipv6() + d.ipv6() + _link_address(d, 2),
    }[kind]()
    ip = Ipv6(d, hops=255, extensions=[])
    message = bytes((kind, 0, 0, 0)) + body
    return ip.packet(ICMPV6, with_checksum(message, 2, ip.pseudo(ICMPV6, len(message))))


def _record(d):
    sources = d.randint(0, 3)
    return struct.pack("!BBH", d.randint(1, 6), 0, sources) + b"\xff\x02" + d.randbytes(14) + b"".join(d.ipv6() for _ in range(sources))


def mld(d):
    """With the router alert in a hop-by-hop header (RFC 2710 section 3, RFC 3810 section 5)."""
    kind = d.choice((130, 131, 132, 143, "query 2"))
    group = d.choice((bytes(16), b"\xff\x02" + d.randbytes(14)))
    if kind == 143:
        records = d.randint(0, 3)
        message = struct.pack("!BBHHH", 143, 0, 0, 0, records) + b"".join(_record(d) for _ in range(records))
    elif kind == "query 2":
        sources = d.randint(0, 3)
        message = struct.pack("!BBHHH", 130, 0, 0, d.randrange(1 << 15), 0) + group + bytes((d.randint(0, 15), d.randrange(128)))
        message += struct.pack("!H", sources) + b"".join(d.ipv6() for _ in range(sources))
    else:
        message = struct.pack("!BBHHH", kind, 0, 0, d.u16(), 0) + group
    ip = Ipv6(d, src=b"\xfe\x80" + bytes(6) + d.randbytes(8), dst=ALL_NODES, hops=1, extensions=[(HOP_BY_HOP, b"\5\2\0\0\1\0")])
    return ip.packet(ICMPV6, with_checksum(message, 2, ip.pseudo(ICMPV6, len(message))))
