"""IEEE 802.3 frames with LLC (802.2) and SNAP, spanning tree (802.1D, 802.1w), and LLDP (802.1AB)."""
import struct

from dump.frames import link, transport
from dump.frames.ipv4 import Ipv4

STP_GROUP = bytes.fromhex("0180c2000000")
LLDP_GROUP = bytes.fromhex("0180c200000e")


def with_length(d, payload, dst=None):
    return link.ether(d, len(payload), payload, dst)


def llc(d):
    if d.likely():
        return with_length(d, b"\xaa\xaa\x03\0\0\0\x08\0" + transport.udp(d, Ipv4(d)))
    return with_length(d, bytes((d.choice((0x80, 0xf0, 0x7e)) & 0xfe, 0x7e, d.choice((0x03, 0xe3, 0xaf)))))


def _bridge(d):
    return struct.pack("!H", d.randrange(16) << 12 | d.randrange(1 << 12)) + d.mac()


def stp(d):
    kind = d.choice((0x00, 0x80, 0x02))
    if kind == 0x80:
        return with_length(d, b"\x42\x42\x03" + struct.pack("!HBB", 0, 0, 0x80), STP_GROUP)
    version = 2 if kind == 2 else 0
    flags = d.choice((0, 1, 0x80, 0x81)) if kind == 0 else d.u8()
    seconds = [d.randint(0, 40) * 256 for _ in range(4)]
    bpdu = struct.pack("!HBBB", 0, version, kind, flags) + _bridge(d) + struct.pack("!I", d.u32()) + _bridge(d)
    bpdu += struct.pack("!H4H", d.u16(), *seconds) + (b"\0" if version == 2 else b"")
    return with_length(d, b"\x42\x42\x03" + bpdu, STP_GROUP)


def _tlv(kind, value):
    return struct.pack("!H", kind << 9 | len(value)) + value


def lldp(d):
    chassis = d.choice((b"\4" + d.mac(), b"\7" + d.label(), b"\5\1" + d.ipv4()))
    port = d.choice((b"\3" + d.mac(), b"\5" + d.label(), b"\7" + d.label()))
    tlvs = _tlv(1, chassis) + _tlv(2, port) + _tlv(3, struct.pack("!H", d.u16()))
    more = (_tlv(4, d.label()), _tlv(5, d.label()), _tlv(6, d.label()), _tlv(7, struct.pack("!HH", d.randrange(256), d.randrange(256))),
            _tlv(8, b"\5\1" + d.ipv4() + struct.pack("!BI", 2, d.u32()) + b"\0"))
    tlvs += b"".join(tlv for tlv in more if d.likely())
    return link.ether(d, link.LLDP, tlvs + _tlv(0, b""), LLDP_GROUP)
