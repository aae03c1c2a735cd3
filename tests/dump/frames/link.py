"""Ethernet with VLAN tags (IEEE 802.1Q), and ARP (RFC 826)."""
import struct

IP, ARP, IPV6, VLAN, QINQ, LLDP = 0x0800, 0x0806, 0x86dd, 0x8100, 0x88a8, 0x88cc
BROADCAST = b"\xff" * 6


def ether(d, kind, payload, dst=None, tags=True):
    """Usually with padding to the minimum frame size."""
    head = (dst or d.mac()) + d.mac()
    for _ in range(d.choice((1, 1, 2, 3)) if tags and d.likely(0.15) else 0):
        head += struct.pack("!HH", d.choice((VLAN, VLAN, QINQ)), d.u16())
    frame = head + struct.pack("!H", kind) + payload
    return frame.ljust(60, b"\0") if d.likely(0.8) else frame


def arp(d):
    packet = struct.pack("!HHBBH6s4s6s4s", 1, IP, 6, 4, d.choice((1, 2, 1, 2, 3, 4)), d.mac(), d.choice((d.ipv4(), bytes(4))),
                         d.choice((d.mac(), bytes(6))), d.ipv4())
    return ether(d, ARP, packet, d.choice((None, BROADCAST)))
