"""The host's ends of a guest's vsock connections, and the daemon between them. The guest may be nx6's or Linux's."""
import hashlib
import os
import random
import re
import socket
import subprocess
import threading
import time

from guest import BUILD, check, check_equal


class VsockEnds:
    """What VsockGuest and LinuxGuest have in common; the class Guest comes behind this one."""

    @staticmethod
    def path_of(name):
        return str(BUILD / "test" / name / "vsock")

    @staticmethod
    def monitor_argument(name):
        return f"-monitor unix:{BUILD}/test/{name}/monitor,server=on,wait=off"

    def __enter__(self):
        self.vsock = self.path_of(self.dir.name)
        self.start_daemon("--once")
        try:
            super().__enter__()
            self.wait_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        if hasattr(self, "qemu"):
            super().__exit__()
        self.daemon.kill()
        self.daemon.communicate()

    def start_daemon(self, *options):
        with open(self.dir / "vsockd.log", "a") as log:
            self.daemon = subprocess.Popen([BUILD / "host/vsockd", *options, self.vsock], stdin=subprocess.DEVNULL,
                                           stdout=subprocess.PIPE, stderr=log)
        check(self.daemon.stdout.readline(), "vsockd has ended: see vsockd.log")

    def connect(self, port, seconds=30):
        """A connection to a port of the guest."""
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(seconds)
        s.connect(self.vsock)
        s.sendall(b"CONNECT %d\n" % port)
        line = b""
        while not line.endswith(b"\n"):
            got = s.recv(1)
            check(got, f"the guest refuses a connection to port {port}")
            line += got
        check(re.fullmatch(rb"OK \d+\n", line), f"vsockd says {line!r}")
        return s

    def listen(self, port):
        """A socket of the host that the guest reaches as a port of CID 2."""
        path = f"{self.vsock}_{port}"
        if os.path.exists(path):
            os.unlink(path)
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(20)
        s.bind(path)
        s.listen(100)
        return s

    def echo(self, data):
        """What the guest's echo service returns."""
        with self.connect(7) as s:
            sender = threading.Thread(target=s.sendall, args=(data,))
            sender.start()
            back = s.makefile("rb").read(len(data))
            sender.join()
            return back

    def monitor(self, command):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(str(self.dir / "monitor"))
            s.sendall(command.encode() + b"\n")
            time.sleep(0.2)


def echo_connections(g, count, size):
    """`count` connections at once, each with `size` bytes of its own there and back."""
    failures = []

    def one(i):
        data = random.Random(i).randbytes(size)
        try:
            back = g.echo(data)
            if hashlib.sha256(back).digest() != hashlib.sha256(data).digest():
                failures.append(f"connection {i}: {len(back)} bytes came back, not those that were sent")
        except Exception as e:  # a thread's exception would be lost
            failures.append(f"connection {i}: {e}")

    threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check(not failures, "; ".join(failures))
