"""tshark's expert analysis of what the guest has sent: what it may say, and what would be a fault."""
from capture import tshark
from guest import check
from wire import GUEST_MAC

CHAT = 0x200000  # below: SYN, FIN, window update

# Notes and warnings that describe a healthy connection.
NORMAL = (
    "This frame initiates the connection closing",
    "This frame undergoes the connection closing",
    "TCP Zero Window segment",               # the program does not read as fast as the peer sends
    "TCP window specified by the receiver is now completely full",
    "TCP Zero Window Probe",
    "ACK to a TCP Zero Window Probe",
    "TCP keep-alive segment",
    "ACK to a TCP keep-alive segment",
    "Connection reset (RST)",                # only where a test wants it
    "Duplicate ACK",                         # the card's ring was full, or the wire has lost a frame
    "D-SACK Sequence",                       # the peer has sent something twice (RFC 2883)
    "TCP Checksum 0xffff instead of 0x0000",  # how cards and Linux complete a checksum; receivers accept both (RFC 1624)
    # A tail loss probe (RFC 8985) is a retransmission. If the host does not run the guest for some milliseconds, the ACKs
    # already wait in the card's ring.
    "This frame is a (suspected) retransmission",
    "This frame is a (suspected) spurious retransmission",
)
# What follows from a wire that loses, delays or doubles frames.
BAD_WIRE = (
    "This frame is a (suspected) fast retransmission",
    "This frame is a (suspected) out-of-order segment",
    "No response seen to ICMP request",
)


def check_expert(pcap, allowed=NORMAL):
    """The guest's frames are well-formed, their checksums are right, and tshark says nothing above a chat but what is allowed.
    QEMU records each frame between the card and the wire: a segment that the guest has skipped, or acknowledged without having
    received it, would show, whatever the wire does."""
    packets = tshark(pcap, ["frame.number", "_ws.expert.severity", "_ws.expert.message"], "-o", "tcp.analyze_sequence_numbers:TRUE",
                     "-E", "aggregator=|", "-Y", f"eth.src == {GUEST_MAC}", occurrence="a")
    check(len(packets) > 100, f"{pcap}: only {len(packets)} frames of the guest")
    faults = [f"frame {packet['frame.number']}: {message}" for packet in packets
              for level, message in zip(packet["_ws.expert.severity"].split("|"), packet["_ws.expert.message"].split("|"))
              if message and int(level) > CHAT and not message.startswith(allowed)]
    check(not faults, f"{pcap}: tshark finds {len(faults)} faults in what the guest sent: {faults[:5]}")
