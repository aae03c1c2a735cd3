"""`packet`: any packet in memory in words; and the one line that printers and lists show of an mbuf."""
import gdb

from . import frames, kernel, mbuf
from .command import Command


def describe(addresses):
    """One line on each mbuf: its length and, where headers are found, pktdump's brief text."""
    found, notes = [], []
    for address in addresses:
        try:
            m = mbuf.Mbuf(address)
            data = mbuf.packet_bytes(m)
            frame = frames.frame_of(m.before, data)
            notes.append((f"{len(data)} bytes", frame is not None))
            if frame:
                found.append(frame[0])
        except kernel.Damaged as e:
            notes.append((f"damaged: {e}", False))
        except gdb.MemoryError:
            notes.append((f"no memory at {address:#x}", False))
    try:
        texts = iter(frames.briefs(found))
    except gdb.GdbError as e:
        texts = iter([f"({e})"] * len(found))
    return [f"{note}: {next(texts, '?')}" if known else note for note, known in notes]


def span_in(value):
    """(address, size) of Bytes, or of a view that has them: an Ipv4Packet, a UdpDatagram ..."""
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        value = value.referenced_value()
    if value.type.strip_typedefs().code != gdb.TYPE_CODE_STRUCT:
        return None
    if "bytes_" in kernel.keys(value):
        value = value["bytes_"]
    name = value.type.strip_typedefs().unqualified().name or ""
    if not name.startswith("std::span<") or value.type.strip_typedefs().template_argument(0).sizeof != 1:
        return None
    size = int(value["_M_extent"]["_M_extent_value"])
    if size > mbuf.MOST_BYTES:
        raise kernel.Damaged(f"{size} bytes are no packet")
    return int(value["_M_ptr"]), size


def number(expression):
    return int(gdb.parse_and_eval(expression))


class Packet(Command):
    """Print a packet in words, with every header field.
Usage: packet EXPRESSION
       packet ADDRESS, LENGTH

EXPRESSION is an mbuf, a pointer to one, an MbufPtr, Bytes, or a view with bytes, such as an Ipv4Packet. If the stack has
pulled headers, the command finds them in front of the data. ADDRESS and LENGTH are bytes that begin with an Ethernet or
IPv4 header. build/host/pktdump makes the text; `pktdump full` in the guest prints the same."""

    name = "packet"

    def run(self, argument):
        if not argument:
            raise gdb.GdbError("which packet? `packet m`, `packet ADDRESS, LENGTH`; more: `help packet`")
        before, data, title = self.find(argument)
        gdb.write(title + "\n")
        frame = frames.frame_of(before, data)
        if not frame:
            gdb.write("no Ethernet or IPv4 header is found in it:\n" + frames.hex_dump(data[:256]))
            return
        if frame[1]:
            gdb.write(f"({frame[1]})\n")
        gdb.write(frames.full(frame[0]).rstrip() + "\n")

    def find(self, argument):
        """(the bytes in front, the packet's bytes, a title)."""
        try:
            value = gdb.parse_and_eval(argument)  # a comma is an operator: its value is the length
            is_number = value.type.strip_typedefs().code == gdb.TYPE_CODE_INT
        except gdb.error as e:
            raise gdb.GdbError(f"packet: {e}") from None
        if value.is_optimized_out:
            raise gdb.GdbError(f"{argument} is optimized out here: try `up`, or a debug build")
        if is_number:
            return self.at_address(argument)
        address = mbuf.address_in(value)
        if address == 0:
            raise gdb.GdbError(f"{argument} is null")
        if address is not None:
            return self.at_mbuf(address)
        span = span_in(value)
        if span is not None:
            start, size = span
            # The bytes may be in an mbuf, with headers in front of them.
            front = min(start % mbuf.SIZE, frames.MOST_HEADERS)
            data = kernel.read(start - front, front + size)
            return data[:front], data[front:], f"{size} bytes at {start:#x}"
        raise gdb.GdbError(f"{argument} is no mbuf and no Bytes: with an address say `packet ADDRESS, LENGTH`")

    def at_address(self, argument):
        address, comma, length = argument.rpartition(",")
        if not comma:
            raise gdb.GdbError("how long is it? `packet ADDRESS, LENGTH`")
        start, size = number(address) & 0xffff_ffff_ffff_ffff, number(length)
        if not 0 < size <= mbuf.MOST_BYTES:
            raise gdb.GdbError(f"length {size}: 1 to {mbuf.MOST_BYTES} bytes")
        return b"", kernel.read(start, size), f"{size} bytes at {start:#x}"

    def at_mbuf(self, address):
        m = mbuf.Mbuf(address)
        data = mbuf.packet_bytes(m)
        mbufs, parts = mbuf.piece_count(m)
        title = f"mbuf {address:#x}: {len(data)} bytes, data at offset {m.offset}"
        if mbufs > 1 or parts:
            title += f", in {mbufs} mbufs and {parts} runs of bytes in others"
        if m.offload in mbuf.OFFLOADS:
            title += "; " + mbuf.OFFLOADS[m.offload].format(m.segment_size)
        return m.before, data, title
