"""Frames of every kind for the guest's address, well-formed and damaged."""
import random
import struct

import packets as p
from wire import GUEST_IP, GUEST_MAC, PEER_IP, PEER_MAC

CLOSED_UDP, CLOSED_TCP = 4000, 7


def to_guest(payload, kind=p.ETH_IP):
    return p.ether(GUEST_MAC, PEER_MAC, kind, payload).ljust(60, b"\0")


def ip_to_guest(protocol, body, **fields):
    return to_guest(p.ipv4(PEER_IP, GUEST_IP, protocol, body, **fields))


def udp_to_guest(payload=b"some words for the guest", sport=53000, dport=CLOSED_UDP, **fields):
    return ip_to_guest(p.UDP, p.udp(PEER_IP, GUEST_IP, sport, dport, payload, **fields))


def tcp_to_guest(**fields):
    return ip_to_guest(p.TCP, p.tcp(PEER_IP, GUEST_IP, 47044, CLOSED_TCP, **fields))


# RFC 9293 3.1, RFC 7323, RFC 2018: MSS 1460, SACK permitted, timestamps, NOP, window scale 7.
SYN_OPTIONS = bytes.fromhex("020405b4 0402 080a 00010203 00000000 01 030307".replace(" ", ""))
# NOP, NOP, one SACK block.
SACK_OPTIONS = bytes.fromhex("0101 050a 00000064 000000c8".replace(" ", ""))
# RFC 791 3.1: record route with room for two addresses, one of them filled in; then end of options.
RECORD_ROUTE = bytes.fromhex("070b08 0a000202 00000000 00".replace(" ", ""))
ROUTER_ALERT = bytes.fromhex("94040000")  # RFC 2113


def well_formed():
    """Name -> frame. All checksums and lengths are right."""
    quoted = p.ipv4(GUEST_IP, PEER_IP, p.UDP, p.udp(GUEST_IP, PEER_IP, 2000, 9, b"quoted bytes"))
    first = p.udp(PEER_IP, GUEST_IP, 53000, CLOSED_UDP, bytes(range(256)) * 4)
    return {
        "arp request": p.ether(p.BROADCAST, PEER_MAC, p.ETH_ARP, p.arp(1, PEER_MAC, PEER_IP, "00:00:00:00:00:00", GUEST_IP).ljust(46, b"\0")),
        "arp reply": p.ether(GUEST_MAC, PEER_MAC, p.ETH_ARP, p.arp(2, PEER_MAC, PEER_IP, GUEST_MAC, GUEST_IP).ljust(46, b"\0")),
        "udp": udp_to_guest(),
        "udp empty": udp_to_guest(b""),
        "udp 1472": udp_to_guest(bytes(i * 7 & 0xff for i in range(1472))),
        "udp no checksum": ip_to_guest(p.UDP, struct.pack("!HHHH", 53000, CLOSED_UDP, 13, 0) + b"plain"),
        "ip options": udp_to_guest_with_options(RECORD_ROUTE),
        "router alert": udp_to_guest_with_options(ROUTER_ALERT),
        "ip don't fragment, ttl 1": ip_to_guest(p.UDP, p.udp(PEER_IP, GUEST_IP, 1, CLOSED_UDP, b"x"), ttl=1, ident=0xbeef),
        "first fragment": ip_to_guest(p.UDP, first[:512], flags=0x2000, ident=77),
        "last fragment": ip_to_guest(p.UDP, first[512:], flags=512 // 8, ident=77),
        "echo request": ip_to_guest(p.ICMP, p.echo_request(0x1234, 5, bytes(range(56)))),
        "echo reply": ip_to_guest(p.ICMP, p.icmp(0, 0, 0x12340005, b"unasked")),
        "port unreachable": ip_to_guest(p.ICMP, p.icmp(3, 3, 0, quoted[:28])),
        "fragmentation needed": ip_to_guest(p.ICMP, p.icmp(3, 4, 1400, quoted[:28])),
        "time exceeded": ip_to_guest(p.ICMP, p.icmp(11, 0, 0, quoted[:28])),
        "syn": tcp_to_guest(seq=9408001, options=bytes.fromhex("020405b4"), window=65535),
        "syn with options": tcp_to_guest(seq=0xfffffff0, options=SYN_OPTIONS, window=64240),
        "ack with sack": tcp_to_guest(seq=5, ack=0x80000001, flags=0x10, options=SACK_OPTIONS),
        "psh ack with data": tcp_to_guest(seq=5, ack=7, flags=0x18, payload=b"some words for the guest"),
        "all flags": tcp_to_guest(seq=1, ack=1, flags=0xff),
        "rst": tcp_to_guest(flags=0x04),
        "unknown protocol": ip_to_guest(253, b"experiment"),
        "unknown type": to_guest(b"what is this?", 0x88b5),
    }


def udp_to_guest_with_options(options):
    return ip_to_guest(p.UDP, p.udp(PEER_IP, GUEST_IP, 53000, CLOSED_UDP, b"behind options"), options=options)


def truncated():
    """Every kind of frame, cut at every length from 6 bytes on: a shorter frame has no complete destination address.
    QEMU pads frames shorter than 60 bytes with zeros, so their missing fields are zero."""
    for frame in well_formed().values():
        for n in range(6, min(len(frame), 120)):
            yield frame[:n]


def wrong_lengths():
    """Each length field with every interesting value, and checksums that match."""
    body = p.udp(PEER_IP, GUEST_IP, 53000, CLOSED_UDP, b"some words for the guest")
    for n in [*range(0, 120), 1500, 1501, 0x7fff, 0x8000, 0xfffe, 0xffff]:
        yield ip_to_guest(p.UDP, body, length=n)
        yield udp_to_guest(length=n)
    for ihl in range(16):
        for version in (0, 4, 5, 6, 15):
            yield ip_to_guest(p.UDP, body, ihl=ihl, version=version)
    for offset in range(16):
        yield tcp_to_guest(offset=offset)
    for kind in range(256):  # IPv4 and TCP options with a wrong length
        for size in (0, 1, 2, 3, 5, 255):
            option = bytes([kind, size, 4, 0])
            yield ip_to_guest(p.UDP, body, options=option)
            if kind < 40:
                yield tcp_to_guest(options=option)
    arp = bytearray(well_formed()["arp request"])
    for at in (14, 15, 16, 17, 18, 19, 20, 21):  # hardware type, protocol type, their lengths, operation
        for value in (0, 1, 2, 3, 4, 5, 6, 8, 127, 255):
            yield bytes(arp[:at]) + bytes([value]) + bytes(arp[at + 1:])
    for kind in range(20):  # ICMP errors with a quote that is too short or random
        for quote in (b"", b"\x45", bytes(20), b"\xff" * 28, p.ipv4(GUEST_IP, PEER_IP, p.UDP, b"", length=9, ihl=15)):
            yield ip_to_guest(p.ICMP, p.icmp(kind, 3, 0, quote))
    for fragment in (0x2000, 0x1fff, 0x3fff, 0x8000, 1):
        yield ip_to_guest(p.UDP, body, flags=fragment)
    # Addresses that are invalid as a source or as a destination.
    for src in ("0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "10.0.2.255", GUEST_IP):
        for dst in (GUEST_IP, "10.0.2.255", "255.255.255.255", "224.0.0.1", "127.0.0.1", "0.0.0.0"):
            yield to_guest(p.ipv4(src, dst, p.UDP, p.udp(src, dst, 7, 7, b"loop?")))
            yield to_guest(p.ipv4(src, dst, p.ICMP, p.echo_request(1, 1)))


def randomized(count, seed):
    """One third random bytes, one third random bytes after a valid Ethernet header, one third well-formed frames with
    changed bytes. All are for the guest or broadcast: the card itself drops others."""
    draw = random.Random(seed)
    originals = list(well_formed().values())
    for i in range(count):
        size = draw.randint(1, 1500) if draw.random() < 0.3 else draw.randint(1, 200)
        if i % 3 == 0:
            yield p.mac(draw.choice((GUEST_MAC, p.BROADCAST))) + draw.randbytes(size)
        elif i % 3 == 1:
            kind = draw.choice((p.ETH_IP, p.ETH_ARP, 0x86dd, 0x8100))
            yield p.ether(draw.choice((GUEST_MAC, p.BROADCAST)), PEER_MAC, kind, draw.randbytes(size))
        else:
            frame = bytearray(draw.choice(originals))
            for _ in range(draw.randint(1, 4)):
                frame[draw.randrange(12, len(frame))] = draw.randrange(256)
            if frame[12:14] == b"\x08\x00" and draw.random() < 0.7:  # a right checksum, so that later headers are parsed too
                frame[24:26] = b"\0\0"
                frame[24:26] = struct.pack("!H", p.checksum(bytes(frame[14:34])))
            yield bytes(frame)
