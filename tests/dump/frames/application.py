"""Payloads of UDP and TCP on well-known ports: DNS (RFC 1035), DHCP (RFC 2131), NTP (RFC 5905), HTTP (RFC 9112)."""
import struct

from dump.frames import transport

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV = 1, 2, 5, 6, 12, 15, 16, 28, 33
TYPES = (A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV)
AT_QUESTION = b"\xc0\x0c"  # a pointer to the name in the question, after the 12 bytes of the header


def _name(d):
    labels = [d.label() for _ in range(d.randint(1, 4))]
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\0"


def _target(d):
    label = d.label()
    return d.choice((_name(d), AT_QUESTION, bytes((len(label),)) + label + AT_QUESTION))


def _data(d, kind):
    if kind == A:
        return d.ipv4()
    if kind == AAAA:
        return d.ipv6()
    if kind == MX:
        return struct.pack("!H", d.u16()) + _target(d)
    if kind == SRV:
        return struct.pack("!HHH", d.u16(), d.u16(), d.u16()) + _name(d)
    if kind == SOA:
        return _target(d) + _target(d) + struct.pack("!5I", d.u32(), *(d.randrange(1 << 31) for _ in range(4)))
    if kind == TXT:
        text = d.label()
        return bytes((len(text),)) + text
    return _target(d)


def _record(d):
    kind = d.choice(TYPES)
    data = _data(d, kind)
    return d.choice((AT_QUESTION, _name(d))) + struct.pack("!HHIH", kind, 1, d.randrange(1 << 31), len(data)) + data


def dns_message(d):
    response = d.likely()
    flags = (0x8000 | d.randrange(16) | d.choice((0, 0x0400)) | d.choice((0, 0x0200)) | d.choice((0, 0x0080)) if response else 0) | d.choice((0, 0x0100))
    counts = [d.randint(0, 3) if response else 0 for _ in range(3)]
    question = _name(d) + struct.pack("!HH", d.choice(TYPES), 1)
    return struct.pack("!6H", d.u16(), flags, 1, *counts) + question + b"".join(_record(d) for _ in range(sum(counts)))


def dns(d, ip):
    ports = {"sport": 53} if d.likely() else {"dport": 53}
    return transport.udp(d, ip, dns_message(d), **ports)


def _option(kind, value):
    return bytes((kind, len(value))) + value


def dhcp(d, ip):
    kind = d.randint(1, 8)
    from_client = kind in (1, 3, 4, 7, 8)
    seconds = d.u32()
    more = [_option(1, b"\xff\xff\xff\0"), _option(3, d.ipv4()), _option(6, d.ipv4() + d.ipv4()), _option(12, d.label()), _option(15, d.label()),
            _option(50, d.ipv4()), _option(51, struct.pack("!I", seconds)), _option(54, d.ipv4()), _option(55, bytes((1, 3, 6, 15))),
            _option(57, struct.pack("!H", 1500)), _option(61, b"\1" + d.mac())]
    options = _option(53, bytes((kind,))) + b"".join(option for option in more if d.likely(0.4)) + b"\xff"
    message = struct.pack("!BBBBIHH", 1 if from_client else 2, 1, 6, d.randrange(4), d.u32(), d.u16(), d.choice((0, 0x8000)))
    message += b"".join(d.choice((bytes(4), d.ipv4())) for _ in range(4)) + d.mac() + bytes(10) + bytes(64) + bytes(128)
    message += b"\x63\x82\x53\x63" + options
    sport, dport = (68, 67) if from_client else (67, 68)
    return transport.udp(d, ip, message.ljust(300, b"\0"), sport=sport, dport=dport)


def ntp(d, ip):
    mode, version = d.choice((1, 2, 3, 4, 5)), d.choice((3, 4))
    message = bytes((d.randrange(4) << 6 | version << 3 | mode, d.randrange(17), d.randrange(18), d.choice((0xe9, 0xfa, 0xec))))
    message += struct.pack("!II", d.randrange(1 << 16), d.randrange(1 << 16)) + d.ipv4()
    message += b"".join(struct.pack("!II", d.randint(0xe0000000, 0xefffffff), d.u32()) for _ in range(4))
    return transport.udp(d, ip, message, sport=123, dport=123)


def http(d, ip):
    path = "/" + "/".join(d.label().decode() for _ in range(d.randint(0, 3)))
    if d.likely():
        head = f"{d.choice(('GET', 'HEAD', 'POST', 'PUT', 'DELETE'))} {path} HTTP/1.1\r\nHost: nx6\r\nContent-Length: 0\r\n\r\n"
        return transport.tcp(d, ip, head.encode(), dport=80, flags=transport.PSH | transport.ACK)
    code, words = d.choice(((200, "OK"), (404, "Not Found"), (301, "Moved Permanently"), (500, "Internal Server Error")))
    head = f"HTTP/1.1 {code} {words}\r\nContent-Length: 0\r\n\r\n"
    return transport.tcp(d, ip, head.encode(), sport=80, flags=transport.PSH | transport.ACK)
