"""A bad wire between the guest and QEMU's user network: it loses, doubles, reorders and damages frames, by seed.

    with Storm(seed=1, loss=0.02) as storm, Guest("storm", NET=storm.net) as g:
        ...  # 10.0.2.2 is this machine; storm.port leads to the guest's port `forward`

The user network is in a QEMU of its own, a machine with nothing but two ends of a hub: so TCP meets another's stack.
"""
import os
import random
import select
import shlex
import socket
import subprocess
import threading
import time

from guest import Failure


def free_port(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Storm:
    def __init__(self, seed=1, loss=0.0, doubling=0.0, damage=0.0, reorder=0.0, forward=7):
        self._random = random.Random(seed)
        self._chances = loss, doubling, damage, reorder
        self._forward = forward
        self.calm = True  # frames pass unharmed until a test says otherwise
        self.carried = self.harmed = 0

    # --- its life ---
    def __enter__(self):
        ours = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        for s in ours:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            s.bind(("127.0.0.1", 0))
        self._ends = dict(zip(ours, (free_port(), free_port())))  # each with QEMU's port at its other side
        guest, router = ours
        self.net = f"dgram:{self._ends[guest]}:{guest.getsockname()[1]}"
        self.port = free_port(socket.SOCK_STREAM)
        here = "{0}.type=inet,{0}.host=127.0.0.1,{0}.port={1}"
        self._router = subprocess.Popen([
            *shlex.split(os.environ.get("QEMU", "qemu-system-riscv64")), "-M", "none", "-nographic", "-serial", "none", "-monitor", "none",
            "-netdev", f"user,id=u,hostfwd=tcp:127.0.0.1:{self.port}-10.0.2.15:{self._forward}",
            "-netdev", f"dgram,id=d,{here.format('local', self._ends[router])},{here.format('remote', router.getsockname()[1])}",
            "-netdev", "hubport,id=h0,hubid=0,netdev=u", "-netdev", "hubport,id=h1,hubid=0,netdev=d"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._open = True
        self._pump = threading.Thread(target=self._run, args=(guest, router), daemon=True)
        self._pump.start()
        return self

    def __exit__(self, *unused):
        self._open = False
        self._pump.join(2)
        self._router.kill()
        self._router.wait()
        for s in self._ends:
            s.close()

    # --- its work ---
    def _run(self, guest, router):
        other = {guest: router, router: guest}
        late = []  # [(when, to, frame)]: what others overtake
        while self._open:
            ready, _, _ = select.select([guest, router], [], [], 0.002 if late else 0.1)
            for s in ready:
                try:
                    frame = s.recv(65536)
                except ConnectionError:
                    continue
                self._carry(other[s], frame, late)
            now = time.monotonic()
            for entry in [e for e in late if e[0] <= now]:
                late.remove(entry)
                self._send(entry[1], entry[2])

    def _send(self, to, frame):
        try:
            to.sendto(frame, ("127.0.0.1", self._ends[to]))
        except ConnectionError:
            pass  # nobody is there yet

    def _carry(self, to, frame, late):
        self.carried += 1
        is_tcp = len(frame) > 34 and frame[12:14] == b"\x08\x00" and frame[23] == 6
        if self.calm or not is_tcp:
            return self._send(to, frame)
        loss, doubling, damage, reorder = (self._random.random() < chance for chance in self._chances)
        self.harmed += loss or doubling or damage or reorder
        if loss:
            return None
        if damage:
            at = self._random.randrange(14, len(frame))
            frame = frame[:at] + bytes([frame[at] ^ 1 << self._random.randrange(8)]) + frame[at + 1:]
        if doubling:
            self._send(to, frame)
        if reorder:
            return late.append((time.monotonic() + self._random.uniform(0.001, 0.02), to, frame))
        return self._send(to, frame)

    def connect(self, timeout=10):
        """A connection of this machine to the guest's port."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout)
            except OSError:
                if time.monotonic() > deadline:
                    raise Failure("the user network does not run") from None
                time.sleep(0.1)
