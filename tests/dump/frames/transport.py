"""UDP (RFC 768) and TCP (RFC 9293) over either IP: `ip` has pseudo() and packet()."""
import struct

from dump.frames.bytes import with_checksum
from dump.frames.ipv4 import TCP, UDP

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def udp(d, ip, payload=None, sport=None, dport=None, **more):
    payload = d.some(300) if payload is None else payload
    length = 8 + len(payload)
    datagram = struct.pack("!HHHH", sport or d.port(), dport or d.port(), length, 0) + payload
    if not ip.needs_udp_checksum and d.likely(0.1):
        return ip.packet(UDP, datagram, **more)
    return ip.packet(UDP, with_checksum(datagram, 6, ip.pseudo(UDP, length), 0xffff), **more)


def tcp(d, ip, payload=None, sport=None, dport=None, flags=None, **more):
    payload = d.some(300) if payload is None else payload
    options = tcp_options(d) if d.likely(0.7) else b""
    flags = d.choice((SYN, SYN | ACK, ACK, PSH | ACK, FIN | ACK, RST, d.randrange(1 << 12))) if flags is None else flags
    head = struct.pack("!HHIIHHHH", sport or d.port(), dport or d.port(), d.u32(), d.u32(), (5 + len(options) // 4) << 12 | flags,
                       d.u16(), 0, d.choice((0, d.u16()))) + options
    segment = head + payload
    return ip.packet(TCP, with_checksum(segment, 16, ip.pseudo(TCP, len(segment))), **more)


def _sack(d):
    blocks = d.randint(1, 3)
    return bytes((5, 2 + 8 * blocks)) + b"".join(struct.pack("!II", d.u32(), d.u32()) for _ in range(blocks))


def tcp_options(d):
    makers = (lambda: b"\x01", lambda: b"\x01\x01", lambda: struct.pack("!BBH", 2, 4, d.u16()), lambda: struct.pack("!BBB", 3, 3, d.randint(0, 14)),
              lambda: b"\x04\x02", lambda: struct.pack("!BBII", 8, 10, d.u32(), d.u32()), lambda: _sack(d))
    options = b""
    for make in d.sample(makers, d.randint(1, 5)):
        option = make()
        if len(options) + len(option) <= 40:
            options += option
    return options + (b"\x01" if d.likely() else b"\x00") * (-len(options) % 4)
