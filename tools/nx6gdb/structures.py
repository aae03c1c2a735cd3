"""Printers of what the kernel is built from: lists, locks, wait queues, threads, mbufs."""
import gdb

from . import kernel, mbuf, packets
from .printers import Printer, printer


def thread_name(pointer):
    """`sh (pid 3)`, or `eth0` for a thread of the kernel's own."""
    thread = pointer.dereference()
    name = kernel.text(thread["name"])
    process = thread["process"]
    return f"{name} (pid {int(process['pid'])})" if int(process) else name


def elements(value):
    """Pointers to the elements of a List<T, Tag>."""
    kind = value.type.strip_typedefs()
    element, node = kind.template_argument(0), value["head_"].type.strip_typedefs()
    offset = kernel.offset_of_base(element, node.name)
    if offset is None:
        raise kernel.Damaged(f"{element} has no base {node.name}")
    head = kernel.address_of(value["head_"])
    if kernel.read_number(head) == 0:
        raise kernel.Damaged("not constructed yet")
    for address in kernel.walk(kernel.read_number(head), kernel.read_number, end=head):
        yield gdb.Value(address - offset).cast(element.pointer())


def waiters(queue):
    """The names of the threads that wait on a WaitQueue."""
    return [thread_name(t) for t in elements(queue["waiting_"])]


def counted(n, what):
    return f"{n} {what}{'s' * (n != 1)}"


@printer(r"List<.*>")
class List(Printer):
    def text(self):
        return counted(sum(1 for _ in elements(self.value)), "element")

    def items(self):
        short = {"Thread": thread_name, "Process": lambda p: thread_name(p["thread"].address)}
        name = short.get(self.value.type.strip_typedefs().template_argument(0).name)
        for i, pointer in enumerate(elements(self.value)):
            yield f"[{i}]", f"{int(pointer):#x} {name(pointer)}" if name else pointer


@printer(r"WaitQueue")
class WaitQueue(Printer):
    def text(self):
        names = waiters(self.value)
        return f'"{kernel.text(self.value["what_"])}": ' + (f"{', '.join(names)}" if names else "nobody") + " waiting"


def hart_text(pointer):
    hart = pointer.dereference()
    return f"hart {int(hart['id'])} ({thread_name(hart['current']) if int(hart['current']) else 'booting'})"


@printer(r"SpinLock")
class SpinLock(Printer):
    """Only a debug build knows the holder and the name."""

    def text(self):
        held = int(kernel.atomic(self.value["held_"]))
        debug = self.value["debug_"]
        if "holder_" not in kernel.keys(debug):
            return "held" if held else "free"
        holder = f"held by {hart_text(debug['holder_'])}" if held and int(debug["holder_"]) else "held" if held else "free"
        return f'"{kernel.text(debug["name_"])}": {holder}'


@printer(r"IrqSpinLock")
class IrqSpinLock(Printer):
    def text(self):
        return SpinLock(self.value["lock_"]).text()


@printer(r"SleepLock")
class SleepLock(Printer):
    def text(self):
        queue = self.value["waiters_"]
        holder = self.value["holder_"]
        held = f"held by {thread_name(holder)}" if int(holder) else "free"
        names = waiters(queue)
        return f'"{kernel.text(queue["what_"])}": {held}' + (f", {', '.join(names)} waiting" if names else "")


@printer(r"Thread")
class Thread(Printer):
    def text(self):
        text = f"{thread_name(self.value.address)}, {str(self.value['state']).rpartition(':')[2].lower()}"
        waiting_on = self.value["waiting_on"]
        return text + (f", waits for \"{kernel.text(waiting_on['what_'])}\"" if int(waiting_on) else "")


@printer(r"PollList")
class PollList(Printer):
    def text(self):
        return counted(sum(1 for _ in elements(self.value["entries_"])), "poller")


@printer(r"net::Mbuf")
class Mbuf(Printer):
    def text(self):
        return packets.describe([kernel.address_of(self.value)])[0]


@printer(r"Owned<net::Mbuf, net::MbufFree>")
class MbufPtr(Printer):
    def text(self):
        address = mbuf.of_pointer(self.value)
        return f"{address:#x}, {packets.describe([address])[0]}" if address else "null"


@printer(r"Owned<.*>")
class Owned(Printer):
    def text(self):
        return str(self.value["p_"])


@printer(r"net::MbufQueue")
class MbufQueue(Printer):
    def text(self):
        return counted(int(self.value["size_"]), "packet")

    def items(self):
        addresses = []
        for address in mbuf.queue(self.value):
            addresses.append(address)
            if len(addresses) > self.MOST_ITEMS:
                break
        for i, (address, text) in enumerate(zip(addresses, packets.describe(addresses))):
            yield f"[{i}]", f"{address:#x}, {text}"
