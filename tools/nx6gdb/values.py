"""Printers of small values: numbers in network order, addresses, times, results, and those of the C++ library."""
import ipaddress

import gdb

from . import kernel
from .printers import Printer, printer


def raw(value):
    return kernel.read(kernel.address_of(value), value.type.sizeof) if value.address else bytes(
        int(value.cast(gdb.lookup_type("unsigned char").array(value.type.sizeof - 1))[i]) for i in range(value.type.sizeof))


def ordered(value):
    """The number in a be16, le32 ..."""
    order = "big" if "big" in str(value.type.strip_typedefs().template_argument(1)) or \
        int(value.type.strip_typedefs().template_argument(1)) == 4321 else "little"
    size = value.type.sizeof
    return int.from_bytes(bytes(int(value["bytes_"][i]) for i in range(size)), order)


def ipv4(value):
    return str(ipaddress.IPv4Address(ordered(value["value_"])))


def mac(value):
    return ":".join(f"{int(value['bytes'][i]):02x}" for i in range(6))


@printer(r"Ordered<.*>")
class Ordered(Printer):
    def text(self):
        n = ordered(self.value)
        return f"{n} ({n:#x})"


@printer(r"net::Ipv4Addr")
class Ipv4Addr(Printer):
    def text(self):
        return ipv4(self.value)


@printer(r"net::Ipv4Prefix")
class Ipv4Prefix(Printer):
    def text(self):
        return f"{ipv4(self.value['addr'])}/{int(self.value['length'])}"


@printer(r"net::Ipv6Addr")
class Ipv6Addr(Printer):
    def text(self):
        groups = (ordered(self.value["groups"][i]) for i in range(8))
        return str(ipaddress.IPv6Address(b"".join(g.to_bytes(2, "big") for g in groups)))


@printer(r"net::MacAddr")
class MacAddr(Printer):
    def text(self):
        return mac(self.value)


@printer(r"net::InetAddr")
class InetAddr(Printer):
    def text(self):
        return f"{ipv4(self.value['addr'])}:{int(self.value['port'])}"


@printer(r"net::VsockAddr")
class VsockAddr(Printer):
    def text(self):
        return f"{int(self.value['cid'])}:{int(self.value['port'])}"


@printer(r"net::SocketAddr")
class SocketAddr(Printer):
    MEMBERS = {1: "local_", 2: "inet_", 40: "vsock_"}  # by AF_*

    def text(self):
        member = self.MEMBERS.get(int(self.value["family_"]))
        return str(self.value[member]) if member else "none"


@printer(r"net::(TcpKey|EndpointKey)")
class Key(Printer):
    def text(self):
        v = self.value
        return f"{ipv4(v['local'])}:{int(v['local_port'])} to {ipv4(v['remote'])}:{int(v['remote_port'])}"


@printer(r"net::Seq")
class Seq(Printer):
    def text(self):
        return str(int(self.value["value_"]))


@printer(r"net::SeqRange")
class SeqRange(Printer):
    def text(self):
        left, right = (int(self.value[end]["value_"]) for end in ("left", "right"))
        return f"[{left}, {right}): {(right - left) & 0xffff_ffff} numbers"


def seconds(ns):
    return f"{ns / 1e9:.9f}".rstrip("0").rstrip(".") + " s"


@printer(r"Duration")
class Duration(Printer):
    def text(self):
        ns = int(self.value["ns"])
        return seconds(ns) if abs(ns) >= 1e9 else f"{ns / 1e6:g} ms" if abs(ns) >= 1e6 or not ns else f"{ns / 1e3:g} us"


@printer(r"Instant")
class Instant(Printer):
    def text(self):
        ns = int(self.value["ns"])
        return "never" if ns == (1 << 64) - 1 else seconds(ns)


@printer(r"UserAddr")
class UserAddr(Printer):
    def text(self):
        return f"{int(self.value['value']):#x} in the program"


@printer(r"Result<.*>")
class Result(Printer):
    def text(self):
        if int(self.value["error_"]):
            return str(self.value["error_"])
        return str(self.value["value_"]) if "value_" in kernel.keys(self.value) else "ok"


@printer(r"Ref<.*>")
class Ref(Printer):
    def text(self):
        pointer = self.value["p_"]
        if not int(pointer):
            return "null"
        object_ = pointer.dereference()
        counted = object_["owner_"].referenced_value() if "owner_" in kernel.keys(object_) else object_
        count = int(kernel.atomic(counted["refs_"]))
        return f"({pointer.dynamic_type}) {int(pointer):#x}, {count} reference{'s' * (count != 1)}"


@printer(r"LateInit<.*>")
class LateInit(Printer):
    def items(self):
        inner = self.value.type.template_argument(0)
        yield "object", self.value["storage_"].address.cast(inner.pointer()).dereference()


@printer(r"std::span<.*>")
class Span(Printer):
    hint = "array"

    def __init__(self, value):
        super().__init__(value)
        extent = value["_M_extent"]
        fixed = "_M_extent_value" not in kernel.keys(extent)
        self.size = int(value.type.strip_typedefs().template_argument(1) if fixed else extent["_M_extent_value"])
        self.is_bytes = value.type.strip_typedefs().template_argument(0).sizeof == 1

    def text(self):
        start = int(self.value["_M_ptr"])
        shown = f"{self.size} at {start:#x}"
        if not self.is_bytes:
            return shown
        first = kernel.read(start, min(self.size, 16)).hex(" ") if self.size else ""
        return f"{self.size} bytes at {start:#x}: {first}{' ...' if self.size > 16 else ''}"

    def children(self):
        return () if self.is_bytes else super().children()

    def items(self):
        for i in range(self.size):
            yield f"[{i}]", (self.value["_M_ptr"] + i).dereference()


@printer(r"std::array<.*>")
class Array(Printer):
    hint = "array"

    def items(self):
        for i in range(int(self.value.type.strip_typedefs().template_argument(1))):
            yield f"[{i}]", self.value["_M_elems"][i]


@printer(r"std::optional<.*>")
class Optional(Printer):
    def payload(self):
        payload = self.value["_M_payload"]
        while "_M_engaged" not in kernel.keys(payload):
            payload = payload.cast(payload.type.fields()[0].type)
        return payload

    def text(self):
        payload = self.payload()
        if not bool(payload["_M_engaged"]):
            return "nothing"
        inner = self.value.type.strip_typedefs().template_argument(0)
        return str(payload["_M_payload"]["_M_value"].cast(inner))


@printer(r"std::atomic<.*>")
class Atomic(Printer):
    def text(self):
        return str(kernel.atomic(self.value))


@printer(r"std::basic_string_view<char.*>")
class StringView(Printer):
    hint = "string"

    def text(self):
        return self.value["_M_str"].string("latin-1", length=min(int(self.value["_M_len"]), 1000))
