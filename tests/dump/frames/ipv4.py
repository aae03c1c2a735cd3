"""IPv4 packets (RFC 791) with every option, and transports whose payload is an argument."""
import struct

from dump.frames.bytes import checksum

ICMP, IGMP, IPIP, TCP, UDP, IPV6, GRE, ICMPV6 = 1, 2, 4, 6, 17, 41, 47, 58


ROUTES = RECORD, LOOSE, STRICT = 7, 131, 137


class Ipv4:
    """A header whose payload is added later, so that transports can include its addresses in their checksums."""
    needs_udp_checksum = False  # RFC 768; RFC 8200 section 8.1 requires one

    def __init__(self, draw, src=None, dst=None, ttl=None, options=None):
        self.draw, self.src, self.dst, self.ttl = draw, src or draw.ipv4(), dst or draw.ipv4(), ttl
        self.final = self.dst  # the final destination of a source route: checksums cover it
        self.options = (self._options() if draw.likely(0.2) else b"") if options is None else options

    def pseudo(self, protocol, length):
        return self.src + self.final + struct.pack("!BBH", 0, protocol, length)

    def packet(self, protocol, payload, flags_offset=None):
        d = self.draw
        if flags_offset is None:
            flags_offset = d.choice((0, 0x4000))
        size = 20 + len(self.options)
        head = struct.pack("!BBHHHBBH4s4s", 0x40 + size // 4, d.choice((0, d.u8())), size + len(payload), d.u16(), flags_offset,
                           self.ttl or d.randint(1, 255), protocol, 0, self.src, self.dst) + self.options
        return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload

    def _options(self):
        """No option twice (RFC 791 section 3.1), except the padding."""
        d = self.draw
        makers = [lambda: b"\x01", lambda: bytes((148, 4, 0, 0)), lambda: bytes((136, 4)) + d.randbytes(2), self._route]
        options = b"".join(make() for make in d.sample(makers, d.randint(1, 3)))
        if len(options) % 4 and d.likely():
            options += b"\x01" * (-len(options) % 4)
        return options + bytes(-len(options) % 4)

    def _route(self):
        d = self.draw
        kind, room = d.choice(ROUTES), d.randint(1, 4)
        used = d.randint(0, room)
        hops = [d.ipv4() for _ in range(room)]
        if kind != RECORD and used < room:
            self.final = hops[-1]
        return bytes((kind, 3 + 4 * room, 4 + 4 * used)) + b"".join(hops)


def fragments(d):
    """The first fragment, with the transport header, or a later one."""
    protocol = d.choice((ICMP, UDP, TCP))
    if d.likely():
        return Ipv4(d).packet(protocol, d.randbytes(8 * d.randint(1, 20)), flags_offset=d.choice((0, 0x2000)) | d.randint(1, 0x1f00))
    segment = struct.pack("!HHHH", d.port(), d.port(), d.randint(1000, 3000), d.u16())
    return Ipv4(d).packet(UDP, segment + d.randbytes(8 * d.randint(1, 20)), flags_offset=0x2000)
