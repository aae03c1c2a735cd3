"""build/host/lossybox, a bad wire between two ends (its --help explains ends and options).

    with LossyBox("dgram:5001:5002", "tap:nx6", "--loss", "5%") as box:
        ...
    box.counts["a-to-b"]["lost"]
"""
import contextlib
import re
import socket
import subprocess

from guest import BUILD, Failure


def free_ports(n, kind=socket.SOCK_DGRAM):
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket(socket.AF_INET, kind)) for _ in range(n)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


class LossyBox:
    def __init__(self, a, b, *options):
        self._command = [BUILD / "host/lossybox", a, b, *map(str, options)]
        self.counts = {}  # by direction; available after the block

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            first = self._process.stdout.readline()
            if first != "ready\n":
                raise Failure(first.strip() or "lossybox printed nothing")
        except BaseException:
            self._process.kill()
            self._process.communicate()
            raise
        return self

    def __exit__(self, *unused):
        self._process.terminate()
        try:
            printed = self._process.communicate(timeout=5)[0]
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise Failure("the lossy box did not end within 5 s") from None
        for name, rest in re.findall(r"^(\S+): (.*)", printed, re.M):
            self.counts[name] = {key: int(n) for key, n in re.findall(r"(\w+)=(\d+)", rest)}
