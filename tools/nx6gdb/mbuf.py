"""Mbufs and queues of them (kernel/net/core/mbuf.h), read with one access each."""
import struct

import gdb

from . import kernel

SIZE = 2048
MOST_MBUFS = 4096
MOST_BYTES = 1 << 17  # of one packet: twice what IPv4 can carry
OFFLOADS = {1: "the device fills in the TCP checksum", 2: "the device cuts it into TCP segments of {} bytes"}


class Mbuf:
    def __init__(self, address):
        self.address = address
        self.raw = kernel.read(address, SIZE)
        fields = {f.name: f for f in kernel.type_of("net::Mbuf").fields() if hasattr(f, "bitpos")}

        def field(name):
            start = fields[name].bitpos // 8
            return int.from_bytes(self.raw[start:start + fields[name].type.sizeof], "little")

        self.next, self.more = field("next_"), field("more_")
        self.offset, self.length = field("offset_"), field("length_")
        self.fragment_count, self.offload, self.segment_size = field("fragments_"), field("offload_"), field("segment_size_")
        if not kernel.type_of("net::Mbuf").sizeof <= self.offset <= self.offset + self.length <= SIZE:
            raise kernel.Damaged(f"no mbuf at {address:#x}: {self.length} bytes at offset {self.offset}")

    @property
    def data(self):
        return self.raw[self.offset:self.offset + self.length]

    @property
    def before(self):
        """The headroom. Headers that were pulled are still in it."""
        return self.raw[kernel.type_of("net::Mbuf").sizeof:self.offset]

    def fragments(self):
        """The runs of bytes in other mbufs that follow this one's own, as (owner, offset, length). The list is at the buffer's end."""
        for i in range(self.fragment_count):
            end = SIZE - 16 * i
            yield struct.unpack("<QHH", self.raw[end - 16:end - 4])


def packet_bytes(first):
    """All bytes of the packet that begins with this mbuf."""
    data = first.data
    for address in kernel.walk(first.address, lambda a: Mbuf(a).more, limit=MOST_MBUFS):
        m = Mbuf(address)
        if address != first.address:
            data += m.data
        for owner, offset, length in m.fragments():
            data += kernel.read(owner + offset, length)
        if len(data) > MOST_BYTES:
            raise kernel.Damaged(f"the packet at {first.address:#x} has more than {MOST_BYTES} bytes")
    return data


def piece_count(first):
    """Mbufs of a chain, and runs of bytes in others."""
    chain = [Mbuf(a) for a in kernel.walk(first.address, lambda a: Mbuf(a).more, limit=MOST_MBUFS)]
    return len(chain), sum(m.fragment_count for m in chain)


def queue(value):
    """The mbufs' addresses in an MbufQueue."""
    next_offset = next(f.bitpos // 8 for f in kernel.type_of("net::Mbuf").fields() if f.name == "next_")
    return kernel.walk(int(value["head_"]), lambda a: kernel.read_number(a + next_offset), limit=MOST_MBUFS)


def in_queue(value):
    """How many mbufs all packets in an MbufQueue have, chains counted."""
    return sum(piece_count(Mbuf(a))[0] for a in queue(value))


def of_pointer(value):
    """The mbuf's address in an MbufPtr; 0: it is empty."""
    return int(value["p_"])


def address_in(value):
    """The mbuf's address if the value is an Mbuf, a pointer or reference to one, or an MbufPtr; else nothing."""
    kind = value.type.strip_typedefs()
    if kind.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        return address_in(value.referenced_value())
    name = kind.unqualified().name or ""
    if name == "net::Mbuf":
        return kernel.address_of(value)
    if name == "Owned<net::Mbuf, net::MbufFree>":
        return of_pointer(value)
    if kind.code == gdb.TYPE_CODE_PTR:
        target = kind.target().strip_typedefs().unqualified()
        if target.name == "net::Mbuf":
            return int(value)
        if target.name == "Owned<net::Mbuf, net::MbufFree>":
            return of_pointer(value.dereference())
    return None
