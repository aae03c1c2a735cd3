"""One end of a TCP connection, controlled by the test: say() sends one segment, hear() checks one answer.

    peer = Peer(wire, 7).connect()
    peer.say(data=b"abc")
    peer.hear("the echo", data=b"abc")

Sequence numbers are relative: `seq` counts from our SYN, `ack` from the guest's. say() and hear() advance them.
"""
import itertools

import packets as p
from guest import check, check_equal
from wire import GUEST_IP, PEER_IP

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
NAMES = "FSRPAU"
WRAP = 1 << 32
_ports = itertools.count(40000)


def flags_of(text):
    return sum(1 << NAMES.index(c) for c in text)


class Peer:
    def __init__(self, wire, guest_port=None, port=None, window=65535):
        self.wire, self.guest_port, self.port = wire, guest_port, port or next(_ports)
        self.window = window
        self.iss, self.irs = 0xffff_f000, 0  # wraps after 4 KiB
        self.seq, self.ack = 0, 0            # the next sequence number to send, to receive
        self.ended = False                   # the guest's FIN was received, in order

    # --- opening ---
    def connect(self, options=b"\x02\x04\x05\xb4"):
        self.say("S", options=options)
        self.seq = 1
        self.hear("a SYN-ACK", flags="SA")
        self.say()
        return self

    def accept(self, timeout=10):
        """Waits for the guest's SYN to our port."""
        self.heard_syn(timeout)
        return self.answer()

    def heard_syn(self, timeout=10):
        syn = self.wire.expect(lambda f: f.protocol == p.TCP and f.dport == self.port and f.tcp_flags == SYN,
                               f"a SYN to port {self.port}", timeout)
        check(not syn.fault, f"the SYN is malformed: {syn}")
        self.guest_port, self.irs, self.ack, self.seq = syn.sport, syn.tcp_seq, 1, 0
        return syn

    def answer(self):
        self.say("SA", options=b"\x02\x04\x05\xb4")
        self.seq = 1
        self.hear("the ACK of our SYN")
        return self

    # --- sending ---
    def say(self, flags="A", data=b"", seq=None, ack=None, window=None, options=b""):
        bits = flags_of(flags)
        at = self.seq if seq is None else seq
        segment = p.tcp(PEER_IP, GUEST_IP, self.port, self.guest_port, seq=(self.iss + at) % WRAP,
                        ack=(self.irs + (self.ack if ack is None else ack)) % WRAP if bits & ACK else 0, flags=bits,
                        window=self.window if window is None else window, options=options, payload=data)
        self.wire.send_ip(p.TCP, segment)
        if seq is None:
            self.seq += len(data) + bool(bits & FIN)

    # --- receiving ---
    def is_ours(self, f):
        return f.protocol == p.TCP and f.dport == self.port and f.sport == self.guest_port

    def hear(self, what, flags=None, data=None, timeout=5):
        """The next segment. A FIN or data in order advance `ack`. flags: exactly these, PSH ignored."""
        f = self.wire.expect(self.is_ours, what, timeout)
        check(not f.fault, f"{what} is malformed: {f}")
        if f.tcp_flags & SYN:
            self.irs, self.ack = f.tcp_seq, 1
        f.acked, f.at = (f.tcp_ack - self.iss) % WRAP, (f.tcp_seq - self.irs) % WRAP
        end = f.at + len(f.payload)
        if f.at <= self.ack <= end and not self.ended:
            self.ended = bool(f.tcp_flags & FIN)
            self.ack = end + self.ended
        if flags is not None:
            check_equal(f.tcp_flags & ~PSH, flags_of(flags), f"flags of {what}")
        if data is not None:
            check_equal(f.payload, data, f"the data of {what}")
        if f.tcp_flags & ACK and not f.tcp_flags & RST:
            check((f.tcp_ack - self.iss) % WRAP <= self.seq, f"{what} acknowledges data that were not sent: {f}")
        return f

    def hear_until(self, what, wanted, timeout=5):
        """Skips segments until wanted() is true for one."""
        while True:
            f = self.hear(what, timeout=timeout)
            if wanted(f):
                return f

    def hear_data(self, n, what="data"):
        """Receives n bytes in order, and acknowledges each segment."""
        got = b""
        while len(got) < n:
            before = self.ack
            f = self.hear(what)
            if f.at == before and f.payload:
                got += f.payload
                self.say()
        return got

    def hear_fin(self):
        """Acknowledges everything up to the guest's FIN, unless it was received already."""
        while not self.ended:
            self.hear("its FIN")
            self.say()

    def end(self):
        """We close first, then the guest."""
        self.say("FA")
        self.hear_fin()
