"""What must be so before QEMU starts: each check ends in one line that says what to do, instead of QEMU's own words."""
import errno
import fcntl
import os
import re
import shutil
import socket
import stat
import struct
import subprocess

import guests
import network
from knobs import BUILD, fail, knob, nets

LEAST_QEMU = (7, 2)  # the first with Sstc, the supervisor's own timer, and with netdev dgram
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454ca, 2, 0x1000  # <linux/if_tun.h>


def qemu_output(qemu, *arguments):
    try:
        return subprocess.run([qemu, *arguments], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired) as e:
        return fail(f"QEMU={qemu} does not run ({getattr(e, 'strerror', 'no answer')}): `make doctor` says what is missing")


def qemu_complaint(qemu):
    """What keeps this QEMU from running nx6; "" if nothing does."""
    version = re.search(r"version (\d+)\.(\d+)", qemu_output(qemu, "--version"))
    if not version:
        return "does not say its version, so it is not QEMU"
    if (int(version[1]), int(version[2])) < LEAST_QEMU:
        return f"is QEMU {version[1]}.{version[2]}, but nx6 needs 7.2 or newer"
    if network.forwarding_card() is not None and "user" not in qemu_output(qemu, "-netdev", "help").split():
        return "is built without the user network (slirp): install your distribution's QEMU, or use NET=tap:IFNAME"
    return ""


def check_qemu():
    """Asks QEMU about itself; remembers a good answer as long as its file and NET do not change."""
    qemu = knob("QEMU")
    path = shutil.which(qemu)
    if not path:
        fail(f"QEMU={qemu} is not an executable program: `make doctor` says what is missing")
    file = os.stat(path)
    identity = f"{os.path.realpath(path)} {file.st_size} {file.st_mtime_ns} {network.forwarding_card()}\n"
    memory = os.path.join(BUILD, "qemu-is-good")
    if os.path.exists(memory) and open(memory).read() == identity:
        return
    if complaint := qemu_complaint(qemu):
        fail(f"QEMU={qemu} {complaint} (`make doctor` says more)")
    with open(memory, "w") as f:
        f.write(identity)


def refuse_second(build, number):
    free = next((n for n in guests.NUMBERS if n not in guests.running(build)), None)
    fail(f"guest {number} runs already in this checkout{guests.owner(build, number)}: "
         + (f"`make qemu GUEST={free}` starts another beside it" if free else "all numbers are taken"))


def why_not_writable(path):
    """Tries it, and leaves nothing behind."""
    if os.path.isdir(path):
        return "it is a folder"
    if os.path.exists(path):
        return "" if os.access(path, os.W_OK) else "the file is not writable"
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        os.unlink(path)
    except OSError as e:
        return e.strerror
    return ""


def check_capture():
    for pcap in network.captures():
        if why := why_not_writable(pcap):
            fail(f"PCAP={pcap} cannot be written: {why} (use another file, or PCAP= for no capture)")


def check_files():
    for name in ("KERNEL", "IMAGE"):
        path = knob(name)
        if re.match(r"[a-z]\w+:", path):
            continue  # a QEMU block driver such as blkdebug: QEMU checks it
        if not os.path.isfile(path) and not (os.path.exists(path) and stat.S_ISBLK(os.stat(path).st_mode)):
            fail(f"{name}={path}: there is no such file (leave {name} out to use the one that `make` builds)")
        if not os.access(path, os.R_OK if name == "KERNEL" or knob("SNAPSHOT") == "1" else os.R_OK | os.W_OK):
            fail(f"{name}={path}: you may not {'read' if name == 'KERNEL' else 'write'} this file"
                 + ("" if name == "KERNEL" else " (SNAPSHOT=1 only reads it)"))
    check_kernel()


def check_kernel():
    """QEMU would load any file as machine code and run it without a word."""
    with open(knob("KERNEL"), "rb") as f:
        if f.read(4) != b"\x7fELF":
            fail(f"KERNEL={knob('KERNEL')} is not an ELF file (leave KERNEL out to use the one that `make` builds)")


def check_tap(interface):
    if not os.path.isdir("/sys/class/net"):
        return  # no Linux: QEMU's own message has to do
    if not os.path.exists(f"/sys/class/net/{interface}"):
        fail(f"NET=tap:{interface}: there is no such interface; make it with "
             f"`sudo ip tuntap add dev {interface} mode tap user $USER`")
    try:
        with open("/dev/net/tun", "rb", buffering=0) as tun:
            fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", interface.encode(), IFF_TAP | IFF_NO_PI))
    except OSError as e:
        hint = {errno.EBUSY: "another program uses it", errno.EINVAL: "it is not a TAP interface",
                errno.EPERM: "it belongs to another user; `sudo ip tuntap add ... user $USER` makes one for you"}
        fail(f"NET=tap:{interface} cannot be opened: {hint.get(e.errno, e.strerror)}")


def check_port(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.bind(("127.0.0.1", int(port)))
        except OSError as e:
            fail(f"NET={knob('NET')}: UDP port {port} of 127.0.0.1 cannot be used ({e.strerror}); use another")


def check_network():
    for kind, *rest in nets():
        if kind == "tap":
            check_tap(rest[0])
        if kind == "dgram":
            check_port(rest[0])
