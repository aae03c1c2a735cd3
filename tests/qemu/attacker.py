"""An attacker on the network of the guest and Linux: it sends any frame to the guest, and sees every frame.

    with Attacker() as attacker:
        attacker.send(frame)
        with attacker.flood(frames):
            ...  # the frames are sent again and again
"""
import contextlib
import itertools
import socket
import threading
import time

import packets as p
from guest import Failure, check
from lan import GUEST_IP, PEER_IP, TAP
from wire import GUEST_MAC, PEER_MAC

EVERY_PROTOCOL = 3  # ETH_P_ALL


def to_guest(protocol, body, src=PEER_IP, **fields):
    return p.ether(GUEST_MAC, PEER_MAC, p.ETH_IP, p.ipv4(src, GUEST_IP, protocol, body, **fields))


class Attacker:
    def __enter__(self):
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERY_PROTOCOL))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind((TAP, EVERY_PROTOCOL))
        return self

    def __exit__(self, *unused):
        self._socket.close()

    def send(self, frame):
        """Waits when the interface's queue is full."""
        for _ in range(10_000):
            with contextlib.suppress(OSError):  # ENOBUFS
                return self._socket.send(frame)
            time.sleep(0.001)
        raise Failure("the guest has read no frame for 10 s")

    @contextlib.contextmanager
    def flood(self, frames, pause=0.0):
        """pause: in seconds, after every ten frames. Without one, the interface's queue is full: Linux's own frames are lost, too."""
        ended, sent = threading.Event(), itertools.count()

        def pour():
            for frame in itertools.cycle(frames):
                if ended.is_set():
                    return
                self.send(frame)
                if next(sent) % 10 == 9:
                    time.sleep(pause)
        thread = threading.Thread(target=pour, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(20)
        check(next(sent) >= 500, "the attacker has sent fewer than 500 frames")

    def seen(self, seconds):
        """The frames of the next seconds, and those that have not been read yet."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            with contextlib.suppress(TimeoutError):
                yield p.parse(self._socket.recv(65536))
        self._socket.settimeout(None)

    def next_segment(self, from_port, data=None):
        """The next segment that Linux sends from this port, or the next with these data."""
        for f in self.seen(10):
            if f.protocol == p.TCP and f.ip_src == PEER_IP and f.sport == from_port and data in (None, f.payload):
                self._socket.settimeout(None)
                return f
        raise Failure(f"Linux sent no segment from port {from_port}")
