"""Where in memory a packet's Ethernet frame begins, and its text, which the host's pktdump makes."""
import os
import struct
import subprocess

import gdb

ETHERNET = 14
MOST_HEADERS = ETHERNET + 60 + 60  # with all options of IPv4 and TCP
IPV4 = 0x0800
KNOWN_TYPES = (IPV4, 0x0806, 0x0842, 0x8035, 0x8100, 0x86dd, 0x8808, 0x88a8, 0x88cc)


def ethernet_type(data):
    return int.from_bytes(data[12:14], "big") if len(data) >= ETHERNET else 0


def checksum_ok(data):
    total = sum(struct.unpack(f">{(len(data) + 1) // 2}H", data + bytes(len(data) % 2)))
    return total != 0 and total % 0xffff == 0


def ipv4_header(data):
    """(its length, the packet's) if the bytes begin with a right IPv4 header; else nothing."""
    if len(data) < 20 or data[0] >> 4 != 4:
        return None
    length, total = (data[0] & 15) * 4, int.from_bytes(data[2:4], "big")
    if length < 20 or total < length or len(data) < length or not checksum_ok(data[:length]):
        return None
    return length, total


def looks_like_ethernet(data):
    kind = ethernet_type(data)
    if kind == IPV4:
        return len(data) > ETHERNET and data[ETHERNET] >> 4 == 4
    return kind in KNOWN_TYPES


def transport_ok(ip, header_length, total):
    """Is the checksum of UDP, TCP or ICMP right? A socket may have overwritten the bytes in front of its data."""
    protocol, segment = ip[9], ip[header_length:total]
    if protocol == 17 and segment[6:8] == b"\0\0":
        return int.from_bytes(segment[4:6], "big") == len(segment)
    pseudo = ip[12:20] + struct.pack(">HH", protocol, len(segment)) if protocol in (6, 17) else b""
    return len(ip) >= total and checksum_ok(pseudo + segment)


def pulled(before, data):
    """How many bytes in front of the data are headers of the same frame, which the stack has pulled; 0: none."""
    for back in range(ETHERNET, min(len(before), MOST_HEADERS) + 1):
        head = before[len(before) - back:]
        if ethernet_type(head) != IPV4:
            continue
        ip = (head + data)[ETHERNET:]
        found = ipv4_header(ip)  # its length, the packet's
        if not found:
            continue
        behind = back - ETHERNET - found[0]  # bytes of the transport header that are pulled
        if behind in (-found[0], 0) or behind > 0 and transport_ok(ip, *found):
            return back
    if len(before) >= ETHERNET and ethernet_type(before[-ETHERNET:]) == 0x0806 and data[:4] == b"\0\x01\x08\0":
        return ETHERNET
    return 0


def frame_of(before, data):
    """(the frame, a note on where its first bytes are from), or nothing when no header is found."""
    if looks_like_ethernet(data):
        return data, ""
    if back := pulled(before, data):
        return before[len(before) - back:] + data, f"the first {back} bytes lie in front of the data: the stack has pulled them"
    if data[:1] and data[0] >> 4 == 4 and len(data) >= 20 and (data[0] & 15) >= 5:
        return bytes(12) + b"\x08\0" + data, "the data begin with an IPv4 header; the Ethernet header is made up"
    return None


def pktdump_path():
    if not gdb.objfiles():
        raise gdb.GdbError("gdb has no kernel: `file build/kernel.elf`")
    return os.path.join(os.path.dirname(gdb.objfiles()[0].filename), "host", "pktdump")


def pktdump(frames, mode):
    """The text that pktdump prints on these frames, without times."""
    path = pktdump_path()
    capture = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 1 << 18, 1)
    for frame in frames:
        capture += struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame
    try:
        done = subprocess.run([path, mode, "-t", "-"], input=capture, capture_output=True, timeout=10)
    except FileNotFoundError:
        raise gdb.GdbError(f"{path} is not there: `make` builds it") from None
    except (OSError, subprocess.SubprocessError) as e:
        raise gdb.GdbError(f"{path}: {e}") from None
    if done.returncode:
        raise gdb.GdbError(done.stderr.decode("latin-1").strip() or f"{path} ended with status {done.returncode}")
    return done.stdout.decode("latin-1")


def full(frame):
    """The full dump, without pktdump's own line with the number."""
    return pktdump([frame], "full").partition("\n")[2]


def briefs(frames):
    """One line each."""
    return pktdump(frames, "brief").splitlines() if frames else []


def hex_dump(data):
    lines = []
    for start in range(0, len(data), 16):
        row = data[start:start + 16]
        shown = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
        lines.append(f"  {start:04x}  {row.hex(' '):47}  {shown}\n")
    return "".join(lines)
