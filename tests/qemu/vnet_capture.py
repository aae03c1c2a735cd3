"""QEMU's capture of a virtio card on a TAP, made readable: QEMU writes struct virtio_net_hdr in front of each frame, and leaves
the checksum to the host where the header says so (virtio 1.2, section 5.1.6). Other captures stay as they are.
"""
import struct

from packets import ETH_ARP, ETH_IP, checksum, mac
from wire import GUEST_MAC

ETHER_TYPES = {ETH_IP, ETH_ARP, 0x86dd}
NEEDS_CHECKSUM = 1
SIZES = (12, 10)  # of the header: with the field num_buffers, and without it, before the guest's driver runs


def _is_ethernet(data):
    return int.from_bytes(data[12:14], "big") in ETHER_TYPES


def _records(pcap):
    """The time of each frame, and QEMU's record of it."""
    with open(pcap, "rb") as f:
        f.seek(24)
        while len(head := f.read(16)) == 16:
            yield head[:8], f.read(struct.unpack_from("<I", head, 8)[0])


def _split(record):
    size = next((size for size in SIZES if _is_ethernet(record[size:])), SIZES[0])
    return record[:size], record[size:]


def has_headers(pcap):
    return not _is_ethernet(next(_records(pcap))[1])


def _complete(header, frame):
    """The frame with the checksum that is left to the host."""
    flags, _, _, _, start, offset = struct.unpack_from("<BBHHHH", header)
    if not flags & NEEDS_CHECKSUM:
        return frame
    at = start + offset
    return frame[:at] + struct.pack("!H", checksum(frame[start:]) or 0xffff) + frame[at + 2:]


def readable(pcap):
    """The path of a capture of Ethernet frames."""
    if not has_headers(pcap):
        return pcap
    plain = pcap.with_name("frames.pcap")
    with open(plain, "wb") as new:
        new.write(pcap.open("rb").read(24))
        for when, record in _records(pcap):
            frame = _complete(*_split(record))
            new.write(when + struct.pack("<II", len(frame), len(frame)) + frame)
    return plain


def tcp_packet_lengths(pcap, from_guest):
    """The length of each TCP packet that the guest sends or receives, or that of its segments, if they are cut behind the capture."""
    headers = has_headers(pcap)
    for _, record in _records(pcap):
        header, frame = _split(record) if headers else (b"", record)
        if (frame[6:12] == mac(GUEST_MAC)) != from_guest or frame[12:14] != b"\x08\x00" or frame[23] != 6:
            continue
        cut = struct.unpack_from("<H", header, 4)[0] if header and header[1] else 0
        yield cut + 20 + (frame[46] >> 4) * 4 if cut else int.from_bytes(frame[16:18], "big")
