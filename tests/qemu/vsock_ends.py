"""The host's ends of a guest's vsock connections, and the daemon between them. The guest may be nx6's or Linux's."""
import hashlib
import os
import random
import re
import socket
import subprocess
import threading
import time

from guest import BUILD, Failure, check, check_equal

MIB = 1 << 20


class VsockEnds:
    """What VsockGuest and LinuxGuest have in common; the class Guest comes behind this one."""

    daemon_options = ("--once",)

    @staticmethod
    def path_of(name):
        return str(BUILD / "test" / name / "vsock")

    @staticmethod
    def monitor_argument(name):
        return f"-monitor unix:{BUILD}/test/{name}/monitor,server=on,wait=off"

    def __enter__(self):
        self.vsock = self.path_of(self.dir.name)
        self.start_daemon(*self.daemon_options)
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
        self.end_daemon()

    def start_daemon(self, *options):
        with open(self.dir / "vsockd.log", "a") as log:
            self.daemon = subprocess.Popen([BUILD / "host/vsockd", *options, self.vsock], stdin=subprocess.DEVNULL,
                                           stdout=subprocess.PIPE, stderr=log)
        check(self.daemon.stdout.readline(), "vsockd has ended: see vsockd.log")
        self._announcements = self.listen(1)

    def end_daemon(self):
        self.daemon.kill()
        self.daemon.communicate()
        self._announcements.close()

    def wait_vsockpeer(self, seconds):
        """Waits until vsockpeer is ready in the guest. Returns the time when its first byte arrived."""
        self._announcements.settimeout(seconds)
        try:
            with self._announcements.accept()[0] as s:
                s.settimeout(seconds)
                s.recv(1)
                heard = time.monotonic()
                check(s.makefile("rb").read() == b"p\n", "vsockpeer says something else than that it is up")
                return heard
        except TimeoutError:
            raise Failure(f"vsockpeer is not ready after {seconds} s. The last console output:\n{self.text[-1500:]}") from None

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

    def open_files(self):
        """How many files vsockd has open: as many as before when all connections have ended."""
        return len(os.listdir(f"/proc/{self.daemon.pid}/fd"))

    def check_files(self, before):
        check_becomes(lambda: max(before, self.open_files()), before, "open files of vsockd")


def check_becomes(now, want, what):
    """The last packets of connections need time, and so do timers."""
    deadline = time.monotonic() + 15
    while (got := now()) != want and time.monotonic() < deadline:
        time.sleep(0.3)
    check_equal(got, want, what)


def random_pieces(seed, size):
    chance = random.Random(seed)
    for at in range(0, size, MIB):
        yield chance.randbytes(min(MIB, size - at))


def echo_hashed(g, seed, size):
    """Sends random bytes to the guest's echo, and compares the SHA-256 of what comes back. No more than 1 MiB is in memory."""
    sent, back = hashlib.sha256(), hashlib.sha256()
    with g.connect(7) as s:
        def send():
            for piece in random_pieces(seed, size):
                sent.update(piece)
                s.sendall(piece)
        sender = threading.Thread(target=send)
        sender.start()
        got = 0
        while got < size and (data := s.recv(65536)):
            back.update(data)
            got += len(data)
        sender.join()
    check_equal((got, back.hexdigest()), (size, sent.hexdigest()), "bytes that came back, and their SHA-256")


def echo_connections(g, count, size):
    """`count` connections at once, each with `size` bytes of its own there and back."""
    failures = []

    def one(i):
        try:
            echo_hashed(g, i, size)
        except Exception as e:  # a thread's exception would be lost
            failures.append(f"connection {i}: {e}")

    threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check(not failures, "; ".join(failures))


def cut_off_connections(g, count):
    """That many connections to the guest's echo, each closed in the middle of data."""
    chance = random.Random(3)
    for _ in range(count):
        with g.connect(7) as s:
            s.settimeout(0.3)
            try:
                s.sendall(chance.randbytes(chance.randrange(300_000)))
                s.recv(chance.randrange(1, 100_000))
            except TimeoutError:
                pass  # the echo waits for us to read


def short_connections(g, count):
    """That many connections, one after the other, each with a few bytes there and back."""
    for i in range(count):
        with g.connect(7) as s:
            s.sendall(b"%d" % i)
            check_equal(s.recv(10), b"%d" % i, "the echo")
