"""The guest's network cards and the networks that they are connected to (NIC, NET, PCAP), in QEMU's words and the kernel's."""
import os

from knobs import cards, knob, nets

# No option ROM: it is for booting from the network, and not every distribution installs it with QEMU. Bus 0 is the disk's.
DEVICES = {"e1000": "e1000,bus=pcie.0,romfile=", "virtio": "virtio-net-device,bus=virtio-mmio-bus.{}"}


def capture_file(pcap, i):
    """Each card has a capture of its own: packets.pcap, then packets-eth1.pcap and so on."""
    stem, extension = os.path.splitext(pcap)
    return pcap if i == 0 else f"{stem}-eth{i}{extension}"


def captures():
    return [capture_file(knob("PCAP"), i) for i in range(len(cards()))] if knob("PCAP") else []


def forwarding_card():
    """The first card on QEMU's own network, to which the ports of this machine lead. None: there is none."""
    return next((i for i, (kind, *_) in enumerate(nets()) if kind == "user"), None)


def wire(i, port):
    """QEMU's -netdev for the i-th card."""
    kind, *rest = nets()[i]
    if kind == "tap":
        header = "on" if cards()[i].startswith("virtio") else "off"
        return f"tap,id=net{i},ifname={rest[0]},script=no,downscript=no,vnet_hdr={header}"
    if kind == "dgram":
        end = "{0}.type=inet,{0}.host=127.0.0.1,{0}.port={1}"
        return f"dgram,id=net{i},{end.format('local', rest[0])},{end.format('remote', rest[1])}"
    # Bound to 127.0.0.1: no other machine can reach the guest.
    forwards = [("tcp", "tcp7", 7), ("udp", "tcp7", 7), ("tcp", "tcp80", 80), ("udp", "udp2000", 2000)]
    forwards = forwards if i == forwarding_card() else []
    return f"user,id=net{i},net=10.0.{2 + i}.0/24" + "".join(f",hostfwd={p}:127.0.0.1:{port[n]}-:{g}" for p, n, g in forwards)


def arguments(port):
    """The cards, the networks behind them, and the files that record what passes."""
    args = []
    for i, card in enumerate(cards()):
        kind, *properties = card.split(",")
        args += ["-netdev", wire(i, port), "-device", ",".join([DEVICES[kind].format(1 + i), f"netdev=net{i}", *properties])]
    for i, file in enumerate(captures()):
        args += ["-object", f"filter-dump,id=pcap{i},netdev=net{i},file={file}"]
    return args or ["-nic", "none"]


def boot_arguments():
    """The addresses that further cards have on QEMU's own networks. The kernel knows that of eth0."""
    return [f"ip{i}=10.0.{2 + i}.15/24" for i, (kind, *_) in enumerate(nets()) if i and kind == "user"]
