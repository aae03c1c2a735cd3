"""The one network stack of the kernel, and the parts of it that hold sockets and mbufs."""
import gdb

from . import kernel

MOST_SOCKETS = 1 << 16


def stack():
    """The net::Inet, with which the net::Stack begins."""
    room = kernel.variable("(anonymous namespace)::stack")["storage_"]
    found = room.address.cast(kernel.type_of("net::Inet").pointer()).dereference()
    if not int(found["tcp_"]):
        raise gdb.GdbError("the network is not set up yet: `hbreak boot_first_process`, `continue`")
    return found


def offset_of(type_name, field):
    return next(f.bitpos // 8 for f in kernel.type_of(type_name).fields() if f.name == field)


def heads(array):
    """The pointers in an array."""
    count = array.type.range()[1] + 1
    table = kernel.read(kernel.address_of(array), count * kernel.POINTER)
    return [int.from_bytes(table[i * 8:i * 8 + 8], "little") for i in range(count)]


def growing_heads(table):
    """The heads of the chains of a net::GrowingHash; those that do not exist yet are 0."""
    yield from heads(table["first_"])
    for i, page in enumerate(heads(table["pages_"])):
        if page:
            yield from heads(table["pages_"][i].dereference()["heads"])


def chains(firsts, type_name, field):
    """The addresses in all chains of a hash table, which begin with these."""
    offset = offset_of(type_name, field)
    for first in firsts:
        yield from kernel.walk(first, lambda a: kernel.read_number(a + offset), limit=MOST_SOCKETS)


def whole(address, type_name, part):
    """The object of that type whose part, a field or a base class, is at this address."""
    return kernel.at(address - offset_of(type_name, part), type_name)


def endpoints(net):
    """UDP and ping sockets that have an address. Flows of channels are no sockets."""
    for address in chains(growing_heads(net["endpoints_"]["by_key_"]), "net::Endpoint", "next_"):
        if not int(kernel.at(address, "net::Endpoint")["flow_interface_"]):
            yield whole(address, "net::DatagramSocket", "net::Endpoint")


def flows(net):
    """TCP connections and entries in TIME-WAIT: (whether it is a connection, the object)."""
    for address in chains(growing_heads(net["tcp_"]["table_"]["flows_"]), "net::TcpFlow", "chain"):
        is_connection = str(kernel.at(address, "net::TcpFlow")["kind"]).endswith("Connection")
        yield is_connection, whole(address, "net::TcpConnection" if is_connection else "net::TcpTimeWait", "net::TcpFlow")


def listeners(net):
    for address in chains(growing_heads(net["tcp_"]["ports_"]["bindings_"]), "net::TcpBinding", "next"):
        listener = kernel.at(address, "net::TcpBinding")["listener"]
        if int(listener):
            yield listener.dereference()


def interfaces(net):
    for i in range(int(net["interface_count_"])):
        yield net["interfaces_"][i]


def devices():
    """The registered network cards, each as an object of its driver's class."""
    registered = kernel.variable("dev::(anonymous namespace)::registered")
    count = int(kernel.variable("dev::(anonymous namespace)::registered_count"))
    return [nic.cast(nic.dynamic_type).dereference() for nic in (registered[i] for i in range(count))]
