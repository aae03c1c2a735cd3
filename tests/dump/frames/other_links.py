"""IP packets in captures of other link types: https://www.tcpdump.org/linktypes.html."""
import struct


def _family(packet):
    return 2 if packet[0] >> 4 == 4 else 30  # IPv6 is 24, 28 or 30, depending on the system


def _ether_type(packet):
    return 0x0800 if packet[0] >> 4 == 4 else 0x86dd


def null(d, packet):
    """The family in the byte order of the capturing machine."""
    return struct.pack(d.choice("<>") + "I", _family(packet)) + packet


def loop(d, packet):
    return struct.pack(">I", _family(packet)) + packet


def cooked(d, packet):
    return struct.pack("!HHH8sH", d.randrange(5), 1, 6, d.mac() + b"\0\0", _ether_type(packet)) + packet


def cooked_2(d, packet):
    return struct.pack("!HHIHBB8s", _ether_type(packet), 0, d.randint(1, 9), 1, d.randrange(5), 6, d.mac() + b"\0\0") + packet


def ppp(d, packet):
    return d.choice((b"", b"\xff\x03")) + struct.pack("!H", 0x21 if packet[0] >> 4 == 4 else 0x57) + packet


# Name -> number, header.
LINKS = {
    "raw": (101, lambda d, packet: packet),
    "null": (0, null),
    "loop": (108, loop),
    "cooked": (113, cooked),
    "cooked2": (276, cooked_2),
    "ppp": (9, ppp),
}
