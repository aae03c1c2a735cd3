"""Checks captures with tshark, and splits the dump's text into packets."""
import re
import shutil
import struct
import subprocess

from guest import BUILD, Skip, check

CHECKSUMS = [w for proto in ("ip", "udp", "tcp") for w in ("-o", f"{proto}.check_checksum:TRUE")]
# tshark guesses the protocol from the port (4000 is ICQ) and would then report our bytes as malformed.
PLAIN = ["-d", "udp.port==0-65535,data", "-d", "tcp.port==0-65535,data"]


def need_tshark():
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed (tools/setup test)")


def tshark(pcap, fields, *more, occurrence="f"):
    """One dict per packet: the first value of each field (all values if occurrence is "a"), or "" without the field."""
    need_tshark()
    args = ["tshark", "-n", "-r", str(pcap), *CHECKSUMS, *PLAIN, *more, "-T", "fields", "-E", "separator=/t", "-E", f"occurrence={occurrence}"]
    out = subprocess.run(args + [w for f in fields for w in ("-e", f)], text=True, check=True, capture_output=True).stdout
    return [dict(zip(fields, line.split("\t"))) for line in out.splitlines()]


def check_capture(pcap, least, dns_port=53):
    """The capture has at least `least` packets, and none is malformed or has a bad checksum."""
    status = [f"{proto}.checksum.status" for proto in ("ip", "icmp", "udp", "tcp")]
    packets = tshark(pcap, ["frame.number", "_ws.malformed", "_ws.expert.message", *status], "-d", f"udp.port=={dns_port},dns",
                     occurrence="a")
    check(len(packets) >= least, f"{pcap}: only {len(packets)} packets, expected {least}")
    for packet in packets:
        bad = [f for f in status if packet[f].split(",")[0] == "0" and ALL_ONES not in packet["_ws.expert.message"]]
        check(not packet["_ws.malformed"] and not bad, f"{pcap}: packet {packet['frame.number']}: {packet}")
    return len(packets)


# If the wire loses nothing, tshark's TCP analysis must find none of these in what the guest sends.
NEEDLESS = ["retransmission", "fast_retransmission", "spurious_retransmission", "out_of_order", "lost_segment",
            "ack_lost_segment", "reused_ports"]
EXPERT_ERROR = 0x800000
# QEMU's E1000 inserts all ones where a checksum is zero. A receiver accepts both (RFC 1624 section 3).
ALL_ONES = "Checksum 0xffff instead of 0x0000"


def check_tcp(pcap, guest="10.0.2.15", least=1, lossless=False):
    """tshark finds no bad checksum, no malformed packet and no expert error in what the guest sent. With lossless, nothing
    was sent twice either."""
    analysis = [f"tcp.analysis.{name}" for name in NEEDLESS] if lossless else []
    fields = ["frame.number", "_ws.malformed", "_ws.expert.severity", "_ws.expert.message", "ip.checksum.status",
              "tcp.checksum.status", *analysis]
    packets = tshark(pcap, fields, "-o", "tcp.analyze_sequence_numbers:TRUE", "-Y", f"tcp && ip.src == {guest}", occurrence="a")
    check(len(packets) >= least, f"{pcap}: only {len(packets)} segments from the guest, expected {least}")
    for packet in packets:
        worst = max([int(n) for n in packet["_ws.expert.severity"].split(",") if n] or [0])
        bad = [name for name in analysis if packet[name]]
        wrong = [name for name in ("ip.checksum.status", "tcp.checksum.status") if packet[name].split(",")[0] == "0"]
        bad += [] if ALL_ONES in packet["_ws.expert.message"] else wrong
        check(not packet["_ws.malformed"] and worst < EXPERT_ERROR and not bad, f"{pcap}: a packet that the guest sent: {packet}")
    return len(packets)


def write_pcap(path, frames):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for i, frame in enumerate(frames):
            f.write(struct.pack("<IIII", i // 1000, i % 1000 * 1000, len(frame), len(frame)) + frame)


def frames_of(path):
    """Yields the frames of a capture that QEMU wrote, one at a time: it may be larger than the memory."""
    with open(path, "rb") as f:
        f.seek(24)
        while len(head := f.read(16)) == 16:
            yield f.read(struct.unpack_from("<I", head, 8)[0])


def read_pcap(path):
    """All frames of a capture."""
    return list(frames_of(path))


def host_dump(pcap, mode="full"):
    """The text of each packet as build/host/pktdump prints it, without the line with its number and time."""
    out = subprocess.run([BUILD / "host/pktdump", f"--{mode}", str(pcap)], text=True, check=True,
                         stdout=subprocess.PIPE).stdout
    return split_dump(out)


def split_dump(text):
    """Splits a dump into packets, each from its MAC LAYER to its last line."""
    parts = re.split(r"(?m)^(?=----- MAC LAYER -----)", text)[1:]
    return [re.sub(r"(?s)\n\n\n.*|\n\n(?!-----).*", "", part).strip("\n") for part in parts]
