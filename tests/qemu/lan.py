"""A separate network in which this machine's Linux is the guest's peer: a network namespace with a TAP interface that has
the address of the guest's gateway. The machine's own network is not changed.

    with Lan() as lan, Guest("lan", NET=lan.net) as g:                      # guest and Linux, connected directly
    with Lan("--loss", "5%") as lan, Guest("lan", NET=lan.net) as g:        # through the lossy box

It needs Linux, /dev/net/tun, and either root or a user namespace; without them the test is skipped.
"""
import contextlib
import ctypes
import hashlib
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time

import packets
from guest import Failure, Guest, Skip, check_equal
from lossybox import LossyBox, free_ports

TAP = "nx6"
PEER_IP, GUEST_IP = "10.0.2.2", "10.0.2.15"
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def ip(arguments, inside=()):
    """Runs iproute2's ip; `inside` is a command in front of it, such as nsenter."""
    done = subprocess.run([*inside, "ip", *arguments.split()], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failure(f"ip {arguments}: {done.stdout.strip()}")


def what_is_missing():
    if not os.path.exists("/dev/net/tun"):
        return "/dev/net/tun does not exist (`sudo modprobe tun` creates it)"
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "only root may open /dev/net/tun here: run `sudo make test`, or `sudo chmod 666 /dev/net/tun`"
    return "" if shutil.which("ip") else "`ip` is not installed (`tools/setup test` installs it)"


def unshare(flags):
    if ctypes.CDLL(None, use_errno=True).unshare(flags):
        raise Skip(f"this machine permits no network namespace ({os.strerror(ctypes.get_errno())}): run `sudo make test`")


def enter_namespace():
    """Moves this process and its future children into an empty network, which exists as long as one of them runs."""
    if missing := what_is_missing():
        raise Skip(missing)
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        unshare(CLONE_NEWNET)
    else:
        # A user may create a namespace and be root in it; the kernel requires this order.
        unshare(CLONE_NEWUSER | CLONE_NEWNET)
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            with open(f"/proc/self/{name}", "w") as f:
                f.write(text)
    ip("link set lo up")


def set_up(interface, address):
    """Gives a TAP its address, and a queue that loses no burst: only the box may lose frames."""
    ip(f"addr add {address}/24 dev {interface}")
    ip(f"link set {interface} txqueuelen 10000 up")


class Lan:
    def __init__(self, *weather):
        self._weather = weather
        self.box = None

    def __enter__(self):
        enter_namespace()
        ip(f"tuntap add dev {TAP} mode tap")
        if self._weather:
            guest, here = free_ports(2)
            self.net = f"dgram:{guest}:{here}"
            # The guest is end A of the box.
            self.box = LossyBox(f"dgram:{here}:{guest}", f"tap:{TAP}", *self._weather).__enter__()
        else:
            self.net = f"tap:{TAP}"
        try:
            set_up(TAP, PEER_IP)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        if self.box:
            self.box.__exit__()

    def wait_for(self, guest):
        """Waits until the guest reaches Linux: QEMU's E1000 receives nothing in its first second."""
        for _ in range(20):
            if guest.run(f"ping -c 1 -W 1000 {PEER_IP}")[1] == 0:
                return
        raise Failure("Linux answered none of the guest's pings")


def echo_request(size, timeout=3):
    """Linux pings the guest with `size` bytes, in fragments if necessary. True if the right answer arrives."""
    data = bytes(i & 0xff for i in range(size))
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as s:
        s.settimeout(timeout)
        s.sendto(packets.echo_request(77, size & 0xffff, data), (GUEST_IP, 0))
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                reply = s.recv(65536)
            except TimeoutError:
                return False
            if reply[20] == 0 and reply[24:] == packets.echo_request(77, size & 0xffff, data)[4:]:
                return True
    return False


@contextlib.contextmanager
def neighbours(name, *weather, **knobs):
    """The guest and its Lan. At the end no mbuf may be left in use."""
    with Lan(*weather) as lan, Guest(name, NET=lan.net, **knobs) as g:
        lan.wait_for(g)
        before = g.mbufs_in_use()
        yield g, lan
        g.wait_mbufs(before, 20)
        g.poweroff()


@contextlib.contextmanager
def web_server(content):
    """Linux serves `content` under every name. Gives the port."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *unused):
            pass
    with http.server.ThreadingHTTPServer((PEER_IP, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def same(got, want, what):
    check_equal(hashlib.sha256(got).hexdigest(), hashlib.sha256(want).hexdigest(), f"hash of {len(got)} bytes {what}")
