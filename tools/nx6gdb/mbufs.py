"""`mbufs`: the pool, and who has the mbufs that are not in it."""
import ipaddress

import gdb

from . import kernel, mbuf, network, packets, structures
from .command import Command, table

MOST_LISTED = 200
DATAGRAMS = "datagrams not read"


def pool():
    """(total, free in the shared list, free in each hart's cache, failed allocations)."""
    caches = kernel.variable("net::(anonymous namespace)::caches")["slots_"]
    slots = [slot["value"] for slot in kernel.items(caches)]
    shared = int(kernel.variable("net::(anonymous namespace)::shared")["size_"])
    total = int(kernel.variable("net::(anonymous namespace)::total"))
    return total, shared, [int(s["free"]["size_"]) for s in slots], sum(int(s["exhausted"]) for s in slots)


def queue_mbufs(queue):
    """The tokens of a virtqueue (kernel/dev/virtio/queue.h): the mbufs that the device has."""
    size = int(queue["size_"])
    words = kernel.read(int(queue["slots_"]), size * 16) if size else b""
    return [a for i in range(0, len(words), 16) if (a := int.from_bytes(words[i:i + 8], "little"))]


def ring_mbufs(ring):
    if any(field.name == "queue_" for field in ring.type.fields()):
        return queue_mbufs(ring["queue_"])
    words = kernel.read(kernel.address_of(ring["mbufs_"]), ring["mbufs_"].type.sizeof)
    return [a for i in range(0, len(words), 8) if (a := int.from_bytes(words[i:i + 8], "little"))]


def holders():
    """(who, the addresses of the packets' first mbufs) for every place where mbufs stay."""
    for nic in network.devices():
        name = kernel.text(nic["name_"])
        yield f"{name} receive ring", ring_mbufs(nic["rx_"])
        yield f"{name} transmit ring", ring_mbufs(nic["tx_"])
    net = network.stack()
    yield DATAGRAMS, [a for s in network.endpoints(net) for a in mbuf.queue(s["queue_"])]
    connections = [c["tcb_"] for is_connection, c in network.flows(net) if is_connection]
    yield "TCP, not read", [a for t in connections for a in mbuf.queue(t["receive"]["queue_"])]
    yield "TCP, out of order", [a for t in connections for a in mbuf.queue(t["out_of_order"]["queue_"])]
    yield "TCP, not acknowledged", [a for t in connections for a in mbuf.queue(t["send"]["queue_"])]
    yield "waiting for ARP", list(arp_queues(net))
    waiting = [p["fragments"] for p in kernel.items(net["reassembly_"]["packets_"])]
    yield "IP fragments", [a for queue in waiting for a in mbuf.queue(queue)]


def arp_queues(net):
    for interface in network.interfaces(net):
        for neighbour in structures.elements(interface["arp_"]["incomplete_"]):
            yield from mbuf.queue(neighbour.dereference()["waiting"])


def origin(address):
    """Of a datagram in a socket's queue: DatagramSocket::Origin is where its UDP or ICMP header was."""
    m = mbuf.Mbuf(address)
    if len(m.before) < 8:
        raise kernel.Damaged(f"no datagram at {address:#x}: there is no room in front of its data")
    sender, port = m.before[-8:-4], int.from_bytes(m.before[-4:-2], "big")
    return f"{len(mbuf.packet_bytes(m))} bytes from {ipaddress.IPv4Address(sender)}:{port}"


class Mbufs(Command):
    """Show the mbuf pool: how many there are, how many are free, and who has the others.
Usage: mbufs
       mbufs list

`mbufs list` adds a line for each mbuf that is not in a receive ring. "elsewhere" are the mbufs that a thread works on at
this moment, and those in the queue of the loopback interface."""

    name = "mbufs"

    def run(self, argument):
        if argument not in ("", "list"):
            raise gdb.GdbError("usage: mbufs, mbufs list")
        total, shared, caches, failed = pool()
        if not total:
            raise gdb.GdbError("the mbuf pool is empty: no mbuf was made yet. `hbreak boot_first_process`, `continue`")
        in_use = total - shared - sum(caches)
        gdb.write(f"{total} mbufs of {mbuf.SIZE} bytes, at most {mbuf.MOST_MBUFS}; allocations that failed: {failed}\n")
        rows = [("free, shared", shared)] + [(f"free, hart {i}", n) for i, n in enumerate(caches) if n] + [("in use", in_use)]
        found = [(who, addresses) for who, addresses in holders() if addresses]
        counts = [(who, sum(mbuf.piece_count(mbuf.Mbuf(a))[0] for a in addresses) if "receive" not in who else len(addresses))
                  for who, addresses in found]
        rows += [("  " + who, n) for who, n in counts]
        table(rows + [("  elsewhere", in_use - sum(n for _, n in counts))], right=(1,))
        if argument == "list":
            self.list([(who, addresses) for who, addresses in found if "receive ring" not in who])

    def list(self, found):
        for who, addresses in found:
            gdb.write(f"{who}:\n")
            shown = addresses[:MOST_LISTED]
            texts = map(origin, shown) if who == DATAGRAMS else packets.describe(shown)
            for address, text in zip(shown, texts):
                gdb.write(f"  {address:#x}  {text}\n")
            if len(addresses) > len(shown):
                gdb.write(f"  and {len(addresses) - len(shown)} more\n")
