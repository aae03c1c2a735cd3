"""Builds and parses packets, independently of the guest's code. RFC 826, 791, 792, 768, 9293."""
import dataclasses
import ipaddress
import struct

BROADCAST = "ff:ff:ff:ff:ff:ff"
ETH_IP, ETH_ARP = 0x0800, 0x0806
ICMP, TCP, UDP = 1, 6, 17


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ip(text):
    return ipaddress.IPv4Address(text).packed


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ether(dst, src, kind, payload):
    return mac(dst) + mac(src) + struct.pack("!H", kind) + payload


def arp(op, sender_mac, sender_ip, target_mac, target_ip):
    return struct.pack("!HHBBH", 1, ETH_IP, 6, 4, op) + mac(sender_mac) + ip(sender_ip) + mac(target_mac) + ip(target_ip)


def ipv4(src, dst, protocol, payload, ident=1, ttl=64, options=b"", flags=0x4000, length=None, ihl=None, version=4):
    """length, ihl and version may be wrong; the checksum then matches the wrong header."""
    size = 20 + len(options)
    head = struct.pack("!BBHHHBBH4s4s", version << 4 | (size // 4 if ihl is None else ihl), 0,
                       size + len(payload) if length is None else length, ident, flags, ttl, protocol, 0, ip(src), ip(dst))
    head += options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def _with_pseudo_header(src, dst, protocol, segment, at):
    pseudo = ip(src) + ip(dst) + struct.pack("!BBH", 0, protocol, len(segment))
    value = checksum(pseudo + segment) or 0xffff
    return segment[:at] + struct.pack("!H", value) + segment[at + 2:]


def udp(src, dst, sport, dport, payload, length=None):
    size = 8 + len(payload) if length is None else length
    return _with_pseudo_header(src, dst, UDP, struct.pack("!HHHH", sport, dport, size, 0) + payload, 6)


def tcp(src, dst, sport, dport, seq=1, ack=0, flags=0x02, window=1024, options=b"", payload=b"", offset=None):
    words = 5 + len(options) // 4 if offset is None else offset
    head = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, words << 4 & 0xf0, flags, window, 0, 0)
    return _with_pseudo_header(src, dst, TCP, head + options + payload, 16)


def icmp(kind, code, rest, payload=b""):
    message = struct.pack("!BBHI", kind, code, 0, rest) + payload
    return message[:2] + struct.pack("!H", checksum(message)) + message[4:]


def echo_request(ident, seq, payload=b"nx6"):
    return icmp(8, 0, ident << 16 | seq, payload)


@dataclasses.dataclass
class Frame:
    """A frame that the guest sent, decoded as far as the tests need. `fault` says what is wrong with it, if anything."""
    raw: bytes
    dst: str = ""
    src: str = ""
    kind: int = 0
    arp_op: int = 0
    arp_sender: tuple = ()
    arp_target: tuple = ()
    ip_src: str = ""
    ip_dst: str = ""
    ttl: int = 0
    protocol: int = -1
    icmp_type: int = -1
    icmp_code: int = -1
    sport: int = 0
    dport: int = 0
    tcp_flags: int = 0
    tcp_seq: int = 0
    tcp_ack: int = 0
    window: int = 0
    payload: bytes = b""
    fault: str = ""


def _mac_text(b):
    return b.hex(":")


def _ip_text(b):
    return str(ipaddress.IPv4Address(b))


def parse(raw):
    f = Frame(raw)
    if len(raw) < 14:
        f.fault = "shorter than an Ethernet header"
        return f
    f.dst, f.src, f.kind = _mac_text(raw[:6]), _mac_text(raw[6:12]), struct.unpack("!H", raw[12:14])[0]
    if len(raw) < 60:
        f.fault = f"{len(raw)} bytes: shorter than the minimum frame size"
    if f.kind == ETH_ARP:
        _parse_arp(f, raw[14:])
    elif f.kind == ETH_IP:
        _parse_ip(f, raw[14:])
    return f


def _parse_arp(f, b):
    if len(b) < 28 or b[:6] != bytes.fromhex("000108000604"):
        f.fault = "malformed ARP"
        return
    f.arp_op = struct.unpack("!H", b[6:8])[0]
    f.arp_sender = (_mac_text(b[8:14]), _ip_text(b[14:18]))
    f.arp_target = (_mac_text(b[18:24]), _ip_text(b[24:28]))


def _parse_ip(f, b):
    if len(b) < 20 or b[0] != 0x45:
        f.fault = "malformed IPv4 header"
        return
    total = struct.unpack("!H", b[2:4])[0]
    if total > len(b) or checksum(b[:20]):
        f.fault = "wrong IPv4 total length or checksum"
        return
    f.ttl, f.protocol, f.ip_src, f.ip_dst = b[8], b[9], _ip_text(b[12:16]), _ip_text(b[16:20])
    body = b[20:total]
    if b[6] & 0x1f or b[7]:  # a later fragment: it has no transport header
        f.payload = body
        return
    pseudo = b[12:20] + struct.pack("!BBH", 0, f.protocol, len(body))
    if f.protocol == ICMP:
        f.icmp_type, f.icmp_code, f.payload = body[0], body[1], body[8:]
        f.fault = f.fault or ("wrong ICMP checksum" if checksum(body) else "")
    elif f.protocol == UDP:
        f.sport, f.dport, length, given = struct.unpack("!HHHH", body[:8])
        f.payload = body[8:]
        bad = length != len(body) or given == 0 or checksum(pseudo + body)
        f.fault = f.fault or ("wrong UDP length or checksum" if bad else "")
    elif f.protocol == TCP:
        f.sport, f.dport, f.tcp_seq, f.tcp_ack, offset, f.tcp_flags, f.window = struct.unpack("!HHIIBBH", body[:16])
        f.payload = body[offset // 16 * 4:]
        f.fault = f.fault or ("wrong TCP checksum" if checksum(pseudo + body) else "")
