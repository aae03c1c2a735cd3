"""A network of the test's own, with this machine's Linux as the guest's peer: a namespace, in it a TAP interface with the
address that the guest takes for its gateway. Nothing of the machine's own network is touched.

    with Lan() as lan, Guest("lan", NET=lan.net) as g:                      # guest and Linux on one cable
    with Lan("--loss", "5%") as lan, Guest("lan", NET=lan.net) as g:        # with the lossy box between them

It needs Linux, /dev/net/tun, and either root or a user namespace; where they are missing the test is skipped.
"""
import ctypes
import os
import shutil
import socket
import subprocess
import time

import packets
from guest import Failure, Skip
from lossybox import LossyBox, free_ports

TAP = "nx6"
PEER_IP, GUEST_IP = "10.0.2.2", "10.0.2.15"
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def ip(arguments, inside=()):
    """Runs iproute2's ip; `inside`: a command before it, such as nsenter."""
    done = subprocess.run([*inside, "ip", *arguments.split()], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failure(f"ip {arguments}: {done.stdout.strip()}")


def what_is_missing():
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun (`sudo modprobe tun` loads it)"
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "only root may open /dev/net/tun here: run `sudo make test`, or `sudo chmod 666 /dev/net/tun`"
    return "" if shutil.which("ip") else "there is no `ip` (`tools/setup test` installs it)"


def unshare(flags):
    if ctypes.CDLL(None, use_errno=True).unshare(flags):
        raise Skip(f"this machine permits no network namespace ({os.strerror(ctypes.get_errno())}): run `sudo make test`")


def enter_namespace():
    """From now on this process and all that it starts have an empty network, which ends with the last of them."""
    if missing := what_is_missing():
        raise Skip(missing)
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        unshare(CLONE_NEWNET)
    else:
        # A user may have a namespace in which he is root; the kernel asks for this order.
        unshare(CLONE_NEWUSER | CLONE_NEWNET)
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            with open(f"/proc/self/{name}", "w") as f:
                f.write(text)
    ip("link set lo up")


def set_up(interface, address):
    """Gives a TAP its address, and a queue in which no burst is lost: losses are the box's alone."""
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
            # What the guest sends enters at A.
            self.box = LossyBox(f"dgram:{here}:{guest}", f"tap:{TAP}", *self._weather).__enter__()
        else:
            self.net = f"tap:{TAP}"
        set_up(TAP, PEER_IP)
        return self

    def __exit__(self, *unused):
        if self.box:
            self.box.__exit__()

    def wait_for(self, guest):
        """Until guest and Linux know each other: the E1000 receives nothing in its first second."""
        for _ in range(20):
            if guest.run(f"ping -c 1 -W 1000 {PEER_IP}")[1] == 0:
                return
        raise Failure("the guest reaches Linux by no ping")


def echo_request(size, timeout=3):
    """Linux pings the guest with so many bytes, in fragments if need be: does the right answer come?"""
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
