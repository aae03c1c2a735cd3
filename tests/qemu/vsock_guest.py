"""A guest with a vsock device and its daemon, and the host's side of its connections."""
import hashlib
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time

from guest import BUILD, Guest, check, check_equal

NX6 = BUILD / "host/nx6"


class VsockGuest(Guest):
    """A guest without a network card, but with a vsock device and its daemon. The agent answers, and inetd's echo."""

    def __init__(self, name, monitor=False, once=True, **knobs):
        """once=False: vsockd waits for the next QEMU when this one ends."""
        folder = BUILD / "test" / name
        self._once = ["--once"] if once else []
        if monitor:
            knobs["QEMUEXTRA"] = f"-monitor unix:{folder}/monitor,server=on,wait=off"
        super().__init__(name, NIC="none", PCAP="", VSOCK=folder / "vsock", **{"SERVICES": "inetd", **knobs})
        self.vsock = str(self.env["VSOCK"])

    def __enter__(self):
        with open(self.dir / "vsockd.log", "w") as log:
            self.daemon = subprocess.Popen([BUILD / "host/vsockd", *self._once, self.vsock], stdin=subprocess.DEVNULL,
                                           stdout=subprocess.PIPE, stderr=log)
        check(self.daemon.stdout.readline(), "vsockd has ended: see vsockd.log")
        try:
            super().__enter__()
            self.wait_agent()
            if self.env["SERVICES"]:
                self.count_held()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        if hasattr(self, "qemu"):
            super().__exit__()
        self.daemon.kill()
        self.daemon.communicate()

    def boot_again(self):
        """Another QEMU, with the vsockd that is there."""
        Guest.__exit__(self)
        Guest.__enter__(self)
        self.wait_agent()

    # --- through the agent
    def start(self, *words, **streams):
        # Tests may run in the background of a script, where SIGINT is ignored, and nx6 would leave it ignored.
        return subprocess.Popen([NX6, "--vsock", self.vsock, *words], **streams,
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def nx6(self, *words, stdin=b"", timeout=30):
        return subprocess.run([NX6, "--vsock", self.vsock, *words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=timeout)

    def wait_agent(self):
        check_equal(self.nx6("--wait", "10", "run", "echo up").stdout, b"up\n", "the first command")

    def put(self, name, data):
        file = self.dir / "put"
        file.write_bytes(data)
        done = self.nx6("put", file, name)
        check_equal(done.returncode, 0, f"nx6 put {name}: {done.stderr}")

    def get(self, name):
        file = self.dir / "got"
        done = self.nx6("get", name, file)
        check_equal(done.returncode, 0, f"nx6 get {name}: {done.stderr}")
        return file.read_bytes()

    def processes(self, name):
        """How many processes have this name in the guest."""
        return len(re.findall(rf" {name} ", self.ok("ps")))

    def wait_processes(self, name, want):
        deadline = time.monotonic() + 15
        while (got := self.processes(name)) != want and time.monotonic() < deadline:
            time.sleep(0.2)
        check_equal(got, want, f"processes of the name {name} in the guest")

    # --- connections
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

    # --- what is held
    def _held(self):
        """Sockets and mbufs in use in the guest, and open files of vsockd."""
        text = self.ok("free")
        return re.search(r"(\d+) sockets", text)[1], self.mbufs_in_use(), len(os.listdir(f"/proc/{self.daemon.pid}/fd"))

    def count_held(self):
        """Nothing is in use now that will not be in use in check_nothing_lost()."""
        self._before = self._held()

    def check_nothing_lost(self):
        """All that connections have used is free again, on both sides."""
        deadline = time.monotonic() + 15
        while (now := self._held()) != self._before and time.monotonic() < deadline:
            time.sleep(0.3)
        check_equal(now, self._before, "sockets and mbufs in use in the guest, and files of vsockd")


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
