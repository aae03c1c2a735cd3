"""A bad wire between the guest and QEMU's user network: the lossy box. It does not need root.

    with Storm("--loss", "2%") as storm, Guest("storm", NET=storm.net) as g:
        ...  # 10.0.2.2 is this machine; storm.port is forwarded to the guest's port `forward`

The user network runs in a second QEMU, whose machine has only a hub with two ports. The guest's peer is slirp's TCP.
"""
import os
import shlex
import socket
import subprocess
import time

from guest import Failure
from lossybox import LossyBox, free_ports


class Storm:
    def __init__(self, *weather, forward=7):
        self._forward = forward
        self._guest, near, self._router, far = free_ports(4)
        self.net = f"dgram:{self._guest}:{near}"
        self._far = far
        self.box = LossyBox(f"dgram:{near}:{self._guest}", f"dgram:{far}:{self._router}", *weather)

    def __enter__(self):
        self.box.__enter__()
        try:
            self._process = self._start_user_network()
        except BaseException:
            self.box.__exit__()
            raise
        return self

    def _start_user_network(self):
        self.port, = free_ports(1, socket.SOCK_STREAM)
        end = "{0}.type=inet,{0}.host=127.0.0.1,{0}.port={1}"
        return subprocess.Popen([
            *shlex.split(os.environ.get("QEMU", "qemu-system-riscv64")), "-M", "none", "-nographic", "-serial", "none", "-monitor", "none",
            "-netdev", f"user,id=u,hostfwd=tcp:127.0.0.1:{self.port}-10.0.2.15:{self._forward}",
            "-netdev", f"dgram,id=d,{end.format('local', self._router)},{end.format('remote', self._far)}",
            "-netdev", "hubport,id=h0,hubid=0,netdev=u", "-netdev", "hubport,id=h1,hubid=0,netdev=d"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __exit__(self, *unused):
        self._process.kill()
        self._process.wait()
        self.box.__exit__()

    def connect(self, timeout=10):
        """A connection from this machine to the guest's port."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout)
            except OSError:
                if time.monotonic() > deadline:
                    raise Failure("the user network did not start") from None
                time.sleep(0.1)
