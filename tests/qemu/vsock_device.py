"""A virtio-vsock device that can lie: the test plays vhost-user's backend, and the host behind it.

    with VsockDeviceGuest("lies") as g: g.device.connect() ...

The rings are written directly, so any index, id and length is possible (virtio 1.2, 2.7). No feature is offered
except version 1. QEMU keeps the event queue.
"""
import ctypes
import mmap
import os
import socket
import struct
import threading
import time
from dataclasses import dataclass

from guest import BUILD, Guest, check

REQUEST, RESPONSE, RST, SHUTDOWN, RW, CREDIT_UPDATE, CREDIT_REQUEST = range(1, 8)
RX, TX = 0, 1
GUEST_CID = 3
HEADER = struct.Struct("<QQIIIHHIII")  # CIDs, ports, length, type, op, flags, buf_alloc, fwd_cnt
LATER = 64  # a port of ours, when it does not matter which


@dataclass
class Packet:
    src_cid: int = 2
    dst_cid: int = GUEST_CID
    src_port: int = LATER
    dst_port: int = 7
    length: int = 0
    type: int = 1
    op: int = RW
    flags: int = 0
    buf_alloc: int = 1 << 20
    fwd_cnt: int = 0
    data: bytes = b""

    def encode(self):
        fields = (self.src_cid, self.dst_cid, self.src_port, self.dst_port, self.length, self.type, self.op, self.flags,
                  self.buf_alloc, self.fwd_cnt)
        return HEADER.pack(*fields) + self.data


def decode(raw):
    return Packet(*HEADER.unpack_from(raw), raw[HEADER.size:])


class Ring:
    """A queue in the guest's memory. The addresses of the rings are QEMU's, those of the buffers the guest's."""

    def __init__(self, device):
        self.device, self.size, self.places, self.call, self.enabled = device, 0, None, None, False
        self.reset()

    def reset(self):
        self.taken = self.returned = 0

    def _word(self, place):
        """A 16-bit word that both sides use: struct would write its bytes one after the other."""
        return ctypes.c_uint16.from_buffer(self.device.memory, place)

    def take(self):
        """The head of the next buffer that the driver offers; None: there is none."""
        if self.taken & 0xffff == self._word(self.places[1] + 2).value:
            return None
        head = self._word(self.places[1] + 4 + self.taken % self.size * 2).value
        self.taken += 1
        return head

    def chain(self, head):
        """(place, length) of each part of the buffer."""
        parts = []
        while True:
            at, length, flags, following = struct.unpack_from("<QIHH", self.device.memory, self.places[0] + head * 16)
            parts.append((self.device.place_of_guest(at), length))
            if not flags & 1:
                return parts
            head = following

    def use(self, head, length):
        struct.pack_into("<II", self.device.memory, self.places[2] + 4 + self.returned % self.size * 8, head, length)
        self.returned += 1
        self.set_index(self.returned)

    def set_index(self, index):
        self._word(self.places[2] + 2).value = index & 0xffff
        os.eventfd_write(self.call, 1)


class LyingDevice:
    def __init__(self, path):
        self.path, self.memory, self.region = f"{path}.qemu", None, None
        self.rings = [Ring(self), Ring(self)]
        self.lock = threading.RLock()

    def __enter__(self):
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)

    # --- vhost-user
    def _serve(self):
        try:
            qemu, _ = self.listener.accept()
        except OSError:
            return
        while len(header := qemu.recv(12, socket.MSG_PEEK | socket.MSG_WAITALL)) == 12:
            request, _, size = struct.unpack("<III", header)
            message, files, _, _ = socket.recv_fds(qemu, 12 + size, 16, socket.MSG_WAITALL)
            with self.lock:
                answer = self._handle(request, message[12:], files)
            if answer is not None:
                qemu.sendall(struct.pack("<III", request, 5, len(answer)) + answer)
        qemu.close()

    def _handle(self, request, body, files):
        index, value = struct.unpack_from("<II", body) if len(body) >= 8 else (0, 0)
        ring = self.rings[index & 1]
        if request == 1:  # GET_FEATURES: version 1, and that there are protocol features
            return struct.pack("<Q", 1 << 32 | 1 << 30)
        if request == 15:  # GET_PROTOCOL_FEATURES: the configuration space
            return struct.pack("<Q", 1 << 9)
        if request == 24:  # GET_CONFIG
            return body[:12] + struct.pack("<Q", GUEST_CID)
        if request == 5:  # SET_MEM_TABLE
            self.region = struct.unpack_from("<QQQQ", body, 8)  # guest address, size, QEMU's address, offset in the file
            self.memory = mmap.mmap(files[0], self.region[1] + self.region[3])
        elif request == 8:
            ring.size = value
        elif request == 9:  # SET_VRING_ADDR: descriptors, used, available
            descriptors, used, available = struct.unpack_from("<QQQ", body, 8)
            ring.places = [self._place(a, self.region[2]) for a in (descriptors, available, used)]
        elif request == 10:
            ring.reset()
        elif request == 11:  # GET_VRING_BASE
            ring.enabled = False
            return struct.pack("<II", index, ring.taken & 0xffff)
        elif request == 13:
            ring.call = files.pop() if files else None
        elif request == 18:
            ring.enabled = bool(value)
        for f in files:
            os.close(f)
        return None

    def _place(self, address, base):
        offset = address - base
        check(0 <= offset < self.region[1], f"the address {address:#x} is not in the guest's memory")
        return offset + self.region[3]

    def place_of_guest(self, address):
        return self._place(address, self.region[0])

    # --- the host
    def wait_started(self):
        for _ in range(600):
            if all(r.enabled for r in self.rings):
                return
            time.sleep(0.05)
        check(False, "the guest has not started the device within 30 s")

    def send(self, packet, length=None, head=None):
        """A packet in the next receive buffer. length, head: what the used ring says, if not the truth."""
        raw = packet.encode()
        for _ in range(1000):
            with self.lock:
                if (taken := self.rings[RX].take()) is not None:
                    self._write(self.rings[RX].chain(taken), raw)
                    self.rings[RX].use(taken if head is None else head, len(raw) if length is None else length)
                    return
            time.sleep(0.005)
        check(False, "the guest offers no receive buffer for 5 s")

    def _write(self, parts, data):
        for place, room in parts:
            part, data = data[:room], data[room:]
            self.memory[place:place + len(part)] = part

    def say(self, op, port=LATER, data=b"", **lies):
        """A packet from our port to the guest's port 7, or to `dst_port`."""
        self.send(Packet(**{"op": op, "src_port": port, "length": len(data), "data": data, **lies}))

    def receive(self, timeout=5):
        """The next packet of the guest; its buffer is returned. None: there is none."""
        deadline = time.monotonic() + timeout
        while True:
            with self.lock:
                if (head := self.rings[TX].take()) is not None:
                    raw = b"".join(self.memory[at:at + n] for at, n in self.rings[TX].chain(head))
                    self.rings[TX].use(head, 0)
                    return decode(raw)
            if time.monotonic() > deadline:
                return None
            time.sleep(0.002)

    def expect(self, op, port=LATER, timeout=5):
        """The next packet to this port of ours with this operation. Others are dropped."""
        deadline = time.monotonic() + timeout
        while packet := self.receive(max(0, deadline - time.monotonic())):
            if (packet.op, packet.dst_port) == (op, port):
                return packet
        check(False, f"the guest sends no packet with operation {op} to port {port}")

    def connect(self, port=LATER):
        """A connection to the guest's echo service."""
        self.say(REQUEST, port)
        self.expect(RESPONSE, port)

    def check_echo(self, port):
        """A new connection works."""
        self.connect(port)
        self.say(RW, port, b"alive")
        check(self.expect(RW, port).data == b"alive", "the echo is wrong")
        self.say(RST, port, fwd_cnt=5)


class VsockDeviceGuest(Guest):
    """A guest whose vsock device is played by the test."""

    def __init__(self, name, **knobs):
        self.device = LyingDevice(BUILD / "test" / name / "vsock")
        super().__init__(name, PCAP="", VSOCK=BUILD / "test" / name / "vsock", SERVICES="inetd", **knobs)

    def __enter__(self):
        self.device.__enter__()
        try:
            super().__enter__()
            self.device.wait_started()
        except BaseException:
            self.device.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        super().__exit__()
        self.device.__exit__()
