"""The knobs of `make qemu`: what each may be. They come from make as environment variables.

Every error is one line that begins with "nx6:" and says what to do.
"""
import difflib
import os
import re
import shlex
import sys

CARD = r"(e1000|virtio)(,[\w.-]+=[^,+]*)*"
WIRE = r"(user|tap:[\w.-]{1,15}|dgram:\d{1,5}:\d{1,5})"
UP_TO_FOUR = "{0}([+]{0}){{0,3}}"

BUILD = os.environ.get("BUILD", "build")

# Name: default, pattern, and what to use where the pattern does not match. README.md and `make help` explain them.
KNOBS = {
    "GUEST": ("1", "[1-9]", "use 1 to 9"),
    "CPUS": ("2", "[1-8]", "use 1 to 8"),
    "MEM": ("128M", "[1-9][0-9]*[MG]", "use a number of M or G, such as 128M"),
    "NIC": ("e1000", "none|" + UP_TO_FOUR.format(CARD),
            "use none, e1000 or virtio, each with ,PROPERTY=VALUE if you like, or up to four cards with + between them"),
    "NET": ("user", UP_TO_FOUR.format(WIRE),
            "use user, tap:IFNAME or dgram:LOCALPORT:REMOTEPORT, or one for each card with + between them"),
    "PCAP": ("packets.pcap", "[^,]*", "use a file name without commas"),
    "VSOCK": ("", r"[^,\n]{0,96}", "use a file name without commas, of at most 96 characters"),
    "CID": ("3", r"[1-9]\d{0,8}", "use a number from 3 on"),
    "DUMP": ("off", "off|brief|full", "use off, brief or full"),
    "DUMPFILTER": ("", "[^\n]*", "use one line"),
    "SERVICES": ("", r"[\w ]{0,100}", 'use names of programs, such as "httpd inetd", or nothing'),
    "SNAPSHOT": ("", "[01]?", "use 1 or 0"),
    "APPEND": ("", "[^\n]*", "use one line"),
    "QEMU": ("qemu-system-riscv64", ".+", "use the name of QEMU's program"),
    "QEMUEXTRA": ("", "[^\n]*", "use one line"),
    "IMAGE": (f"{BUILD}/fs.img", "[^,]+", "use a file name without commas"),
    "KERNEL": (f"{BUILD}/kernel.elf", "[^,]+", "use a file name without commas"),
    "PORTS": (f"{BUILD}/ports", ".+", "use a file name"),
    "WWW": ("docs", ".+", "use the name of a folder"),
}
LEAST_MEM = 8  # MiB: with less, a debug kernel, its services and a shell run out of memory


def fail(text):
    sys.exit(f"nx6: {text}")


def refuse(name, value, say):
    fail(f"{name}={value} is invalid: {say} (`make help` explains the knobs)")


def knob(name):
    default, pattern, say = KNOBS[name]
    value = os.environ.get(name, default)
    if not re.fullmatch(pattern, value):
        refuse(name, value, say)
    return value


def memory():
    mem = knob("MEM")
    if int(mem[:-1]) * (1024 if mem[-1] == "G" else 1) < LEAST_MEM:
        refuse("MEM", mem, f"use {LEAST_MEM}M or more")
    return mem


def cid():
    """0 to 2 are the hypervisor, the guest itself and the host."""
    if int(knob("CID")) < 3:
        refuse("CID", knob("CID"), KNOBS["CID"][2])
    return knob("CID")


def cards():
    """The network cards, each with its properties. The i-th is the guest's eth(i): the kernel takes the e1000s first."""
    nic = knob("NIC")
    if nic == "none":
        return []
    kinds = [card.partition(",")[0] for card in nic.split("+")]
    if kinds != sorted(kinds):
        refuse("NIC", nic, "name each e1000 before the first virtio, because the guest numbers them in this order")
    return nic.split("+")


def nets():
    """For each card the kind of its network, and its arguments: ["user"], ["tap", "nx6"] or ["dgram", "5001", "5002"]."""
    given = knob("NET").split("+")
    all_nets = [given[i].split(":") if i < len(given) else ["user"] for i in range(len(cards()))]
    if len(given) > max(1, len(all_nets)):
        refuse("NET", knob("NET"), f"use at most one network for each card of NIC={knob('NIC')}")
    for kind, *rest in all_nets:
        if kind == "dgram" and not all(1 <= int(port) <= 65535 for port in rest):
            refuse("NET", knob("NET"), "use ports from 1 to 65535")
        if kind == "dgram" and int(rest[0]) == int(rest[1]):
            refuse("NET", knob("NET"), "use two different ports")
    owned = [net[:2] for net in all_nets if net[0] != "user"]  # an interface or a port has one owner
    if twice := [net for i, net in enumerate(owned) if net in owned[:i]]:
        refuse("NET", knob("NET"), f"two cards cannot share {':'.join(twice[0])}")
    return all_nets


def extra_arguments():
    try:
        return shlex.split(knob("QEMUEXTRA"))
    except ValueError:
        return refuse("QEMUEXTRA", knob("QEMUEXTRA"), "close the quote, or put a backslash before it")


def check_all():
    for name in KNOBS:
        knob(name)
    if knob("DUMPFILTER") and knob("DUMP") == "off":
        refuse("DUMPFILTER", knob("DUMPFILTER"), "it chooses packets to print, so use DUMP=brief or DUMP=full too")
    if knob("APPEND").count('"') % 2:
        refuse("APPEND", knob("APPEND"), "close the quote")
    memory()
    cid()
    nets()
    extra_arguments()


def unknown(name, known):
    """What to say about a variable on make's command line that the Makefile does not have."""
    likeness = {k: difflib.SequenceMatcher(None, k, name.upper()).ratio() for k in known}
    near = max(known, key=likeness.get)  # the first of those that are equally near
    return f"{name} is not a knob" + (f"; did you mean {near}?" if likeness[near] >= 0.5 else "") + " (`make help` lists them)"


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: tools/knobs.py NAME KNOWN... (the Makefile calls it)")
    print(unknown(sys.argv[1], sys.argv[2:]))
