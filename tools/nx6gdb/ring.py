"""`ring`: the descriptor rings of an E1000 (kernel/dev/e1000_ring.h), beside what the hardware says, or the queues of a virtio
card (kernel/dev/virtio/queue.h)."""
import struct

import gdb

from . import frames, kernel, network, packets
from .command import Command

SIZE = 256
DESCRIPTOR = 16
DONE = 1
REGISTERS = {"RDH": 0x2810, "RDT": 0x2818, "TDH": 0x3810, "TDT": 0x3818}  # reading these changes nothing
EXTENDED = 1 << 29
DATA = 1 << 20


def register(nic, name):
    return kernel.read_number(int(nic["regs_"]["base_"]) + REGISTERS[name], 4)


def descriptors(ring):
    base = int(ring["descriptors_"])
    if not base:
        raise gdb.GdbError("the ring is not set up yet")
    page = kernel.read(base, SIZE * DESCRIPTOR)
    return [page[i * DESCRIPTOR:(i + 1) * DESCRIPTOR] for i in range(SIZE)]


def is_done(descriptor):
    return bool(descriptor[12] & DONE)


def runs(slots):
    """Consecutive slots as text: "3-7, 255-1"."""
    slots = list(slots)
    parts = []
    while slots:
        n = 1
        while n < len(slots) and slots[n] == (slots[n - 1] + 1) % SIZE:
            n += 1
        parts.append(f"{slots[0]}-{slots[n - 1]}" if n > 1 else f"{slots[0]}")
        slots = slots[n:]
    return ", ".join(parts) or "none"


def received_frame(ring, slot, descriptor):
    """What the hardware has put into a slot's mbuf."""
    address = int.from_bytes(kernel.read(kernel.address_of(ring["mbufs_"]) + slot * 8, 8), "little")
    length = struct.unpack_from("<H", descriptor, 8)[0]
    offset = int.from_bytes(kernel.read(address + network.offset_of("net::Mbuf", "offset_"), 2), "little")
    data = kernel.read(address + offset, min(length, 2048))
    text = frames.briefs([data])[0] if data else "empty"
    return f"{address:#x}  {length} bytes: {text}"


class Ring(Command):
    """Show the receive and transmit descriptor rings of a network card.
Usage: ring [NAME]

The default NAME is eth0. Head and tail are the card's registers: the card owns the descriptors from head up to tail, the
driver owns the others. "done, not taken": the card has written a frame, and the driver's thread has not taken it yet.
"done, not freed": the card has sent a frame, and the driver has not freed its mbuf yet. Of a virtio card, its two queues are
shown: the numbers of buffers ever given, used and taken back, modulo 65536."""

    name = "ring"

    def run(self, argument):
        name = argument or "eth0"
        nics = {kernel.text(nic["name_"]): nic for nic in network.devices()}
        if name not in nics:
            raise gdb.GdbError(f"no card is called {name}: there is {', '.join(nics) or 'none (yet)'}")
        if any(field.name == "transport_" for field in nics[name].type.fields()):
            self.queue(f"{name} receive", nics[name]["rx_"]["queue_"])
            self.queue(f"{name} transmit", nics[name]["tx_"]["queue_"])
            return
        self.receive(name, nics[name])
        self.transmit(name, nics[name])

    def queue(self, title, queue):
        """A virtqueue of virtio-net."""
        added, taken = int(queue["next_"]), int(queue["seen_"])
        used = int(queue["used_"]["index"])
        gdb.write(f"{title}: {int(queue['size_'])} descriptors at {int(queue['descriptors_']):#x}, {int(queue['free_count_'])} free\n"
                  f"  buffers given to the device {added}, used by it {used}, taken back {taken}; "
                  f"used, not taken: {(used - taken) % 65536}\n")

    def receive(self, name, nic):
        ring = nic["rx_"]
        all_, following = descriptors(ring), int(ring["next_"])
        done = []
        while len(done) < SIZE and is_done(all_[(following + len(done)) % SIZE]):
            done.append((following + len(done)) % SIZE)
        gdb.write(f"{name} receive: {SIZE} descriptors at {int(ring['descriptors_']):#x}, "
                  f"head {register(nic, 'RDH')}, tail {register(nic, 'RDT')}\n")
        gdb.write(f"  next to take {following}; done, not taken: {len(done)}" + (f" ({runs(done)})\n" if done else "\n"))
        for slot in done:
            gdb.write(f"  {slot:3}  {received_frame(ring, slot, all_[slot])}\n")

    def transmit(self, name, nic):
        ring = nic["tx_"]
        all_, following, oldest = descriptors(ring), int(ring["next_"]), int(ring["oldest_"])
        waiting = [n % SIZE for n in range(oldest, min(following, oldest + SIZE))]
        gdb.write(f"{name} transmit: {SIZE} descriptors at {int(ring['descriptors_']):#x}, "
                  f"head {register(nic, 'TDH')}, tail {register(nic, 'TDT')}\n")
        gdb.write(f"  next to fill {following % SIZE}, oldest not freed {oldest % SIZE}; in use: {runs(waiting)}\n")
        words = kernel.read(kernel.address_of(ring["mbufs_"]), SIZE * 8)
        for slot in waiting:
            address = int.from_bytes(words[slot * 8:slot * 8 + 8], "little")
            state = "done, not freed" if is_done(all_[slot]) else "the card's, or not the last of its frame"
            text = f"  {address:#x}  {packets.describe([address])[0]}" if address else f"  {self.kind(all_[slot])}"
            gdb.write(f"  {slot:3}  {state}{text}\n")

    def kind(self, descriptor):
        command = struct.unpack_from("<I", descriptor, 8)[0]
        if command & EXTENDED and not command & DATA:
            return "context: where the headers and checksums are"
        return f"{command & 0xfffff} bytes of a scattered frame"
