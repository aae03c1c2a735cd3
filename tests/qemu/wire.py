"""The test as the guest's network: QEMU's dgram netdev, where one UDP datagram on 127.0.0.1 is one Ethernet frame.

    with Wire() as wire, Guest("arp", NET=wire.net) as guest:
        wire.wait_for_guest()
        wire.send(...)
        reply = wire.expect(lambda f: f.arp_op == 2, "an ARP reply")
"""
import socket
import threading
import time

import packets as p
from guest import Failure, check

GUEST_MAC, GUEST_IP = "52:54:00:12:34:56", "10.0.2.15"
PEER_MAC, PEER_IP = "02:00:00:00:00:02", "10.0.2.2"


class Wire:
    def __init__(self, answer_arp=True):
        self.neighbours = {PEER_IP: PEER_MAC} if answer_arp else {}  # we answer ARP requests for these
        self.frames = []  # all frames that the guest sent, decoded
        self._read = 0  # how many of them expect() has read
        self._changed = threading.Condition()
        self._echo = 0
        self.sent = 0  # frames sent to QEMU

    def __enter__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind(("127.0.0.1", 0))
        here = self._socket.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:  # a port for QEMU's end
            probe.bind(("127.0.0.1", 0))
            self._there = probe.getsockname()
        self.net = f"dgram:{self._there[1]}:{here}"
        self._open = True
        self._pump = threading.Thread(target=self._receive, daemon=True)
        self._pump.start()
        return self

    def __exit__(self, *unused):
        self._open = False
        self._pump.join(2)
        self._socket.close()

    def _receive(self):
        self._socket.settimeout(0.2)
        while self._open:
            try:
                frame = p.parse(self._socket.recv(65536))
            except (TimeoutError, ConnectionError):
                continue
            if frame.arp_op == 1 and frame.arp_target[1] in self.neighbours:
                known = self.neighbours[frame.arp_target[1]]
                self.send_arp(2, known, frame.arp_target[1], frame.src, frame.arp_sender[1])
            with self._changed:
                self.frames.append(frame)
                self._changed.notify_all()

    # --- sending ---
    def send(self, frame):
        try:
            self._socket.sendto(frame, self._there)
            self.sent += 1
        except ConnectionError:
            pass  # QEMU has not started yet, or has ended

    def send_arp(self, op, sender_mac, sender_ip, target_mac, target_ip, dst=None):
        self.send(p.ether(dst or target_mac, sender_mac, p.ETH_ARP,
                          p.arp(op, sender_mac, sender_ip, target_mac, target_ip).ljust(46, b"\0")))

    def send_ip(self, protocol, body, src=PEER_IP, dst=GUEST_IP, to=GUEST_MAC, **fields):
        self.send(p.ether(to, PEER_MAC, p.ETH_IP, p.ipv4(src, dst, protocol, body, **fields)))

    # --- receiving ---
    def expect(self, wanted, what, timeout=5):
        """The next unread frame for which wanted() is true."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                while self._read < len(self.frames):
                    self._read += 1
                    if wanted(self.frames[self._read - 1]):
                        return self.frames[self._read - 1]
                left = deadline - time.monotonic()
                if left <= 0:
                    last = [f"{f.src} -> {f.dst} type {f.kind:#06x} {f.ip_src} {f.ip_dst} protocol {f.protocol} {f.fault}"
                            for f in self.frames[-6:]]
                    raise Failure(f"the guest did not send {what} within {timeout} s; its last frames: {last}")
                self._changed.wait(left)

    def forget(self):
        """Discards the frames received so far: expect() starts with the next one."""
        with self._changed:
            self._read = len(self.frames)

    def quiet(self, unwanted, what, seconds=0.5):
        """Fails if such a frame arrives."""
        time.sleep(seconds)
        with self._changed:
            rest, self._read = self.frames[self._read:], len(self.frames)
        check(not any(unwanted(f) for f in rest), f"the guest sent {what}")

    # --- is the guest up? ---
    def ask_arp(self, timeout=5, address=GUEST_IP):
        """Requests the guest's MAC address. Returns the reply."""
        self.forget()
        self.send_arp(1, PEER_MAC, PEER_IP, "00:00:00:00:00:00", address, dst=p.BROADCAST)
        return self.expect(lambda f: f.arp_op == 2 and f.arp_sender[1] == address, "an ARP reply", timeout)

    def wait_for_guest(self, timeout=20, address=GUEST_IP):
        """Repeats ARP requests: QEMU's E1000 receives nothing in its first second."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                return self.ask_arp(0.2, address)
            except Failure:
                if time.monotonic() > deadline:
                    raise

    def ping(self, size=56, timeout=5):
        self._echo += 1
        data = bytes(i & 0xff for i in range(size))
        self.forget()
        self.send_ip(p.ICMP, p.echo_request(77, self._echo, data))
        mark = (77 << 16 | self._echo).to_bytes(4, "big")
        reply = self.expect(lambda f: f.icmp_type == 0 and f.raw[38:42] == mark, "an echo reply", timeout)
        check(reply.payload == data and not reply.fault, f"the echo reply differs from the request: {reply}")
        return reply

    def burst(self, frames, batch=32):
        """Sends many frames, no faster than the guest processes them: it pings the guest after each batch and waits for
        the answer. (Not by ARP: the frames may be ARP requests themselves, and their replies would arrive too early.)"""
        for at in range(0, len(frames), batch):
            for frame in frames[at:at + batch]:
                self.send(frame)
            for attempt in range(20):
                try:
                    self.ping(8, 0.5)
                    break
                except Failure:
                    if attempt == 19:
                        raise
