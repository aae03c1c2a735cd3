"""The kernel's memory as gdb sees it: global variables, bytes, and walks that end whatever the memory holds."""
import contextlib

import gdb

POINTER = 8


class Damaged(Exception):
    """The memory holds something that the kernel never writes. The text says what and where."""


# What a command or a printer may raise, whatever the memory holds. gdb.error and gdb.MemoryError are RuntimeErrors.
FAILURES = (RuntimeError, ValueError, OverflowError, Damaged)


def variable(name):
    """A global variable, by its full name in C++."""
    try:
        return gdb.parse_and_eval(f"'{name}'")
    except gdb.error:
        raise gdb.GdbError(f"no symbol {name}: is this the kernel that runs?") from None


def type_of(name):
    try:
        return gdb.lookup_type(name)
    except gdb.error:
        raise gdb.GdbError(f"no type {name}: is this the kernel that runs?") from None


def read(address, size):
    return gdb.selected_inferior().read_memory(address, size).tobytes()


def read_number(address, size=POINTER):
    return int.from_bytes(read(address, size), "little")


def at(address, type_name):
    """The object of that type at an address."""
    return gdb.Value(address).cast(type_of(type_name).pointer()).dereference()


def address_of(value):
    return int(value.address)


def is_readable():
    """Does the guest have its kernel's memory yet? Paging comes first."""
    try:
        read_number(address_of(variable("arch::hart_count")), 4)
        return True
    except gdb.error:
        return False


def text(pointer, fallback="?"):
    """The C string behind a pointer, at most 40 characters of it."""
    try:
        return pointer.string("latin-1", length=40).split("\0")[0]
    except gdb.error:
        return fallback


def atomic(value):
    """The number in a std::atomic."""
    return value["_M_b"]["_M_p"] if "_M_b" in keys(value) else value["_M_i"]


def keys(value):
    return {f.name for f in value.type.strip_typedefs().fields()}


def items(array):
    """The elements of an array or a std::array."""
    if array.type.strip_typedefs().code != gdb.TYPE_CODE_ARRAY:
        array = array["_M_elems"]
    return [array[i] for i in range(array.type.strip_typedefs().range()[1] + 1)]


def offset_of_base(derived, base_name):
    """Bytes from the start of an object to its base class of that name."""
    for field in derived.strip_typedefs().fields():
        if not field.is_base_class:
            continue
        if field.type.strip_typedefs().name == base_name:
            return field.bitpos // 8
        inner = offset_of_base(field.type, base_name)
        if inner is not None:
            return field.bitpos // 8 + inner
    return None


def walk(first, next_of, end=0, limit=10000):
    """The addresses of a linked list's nodes. Damaged: it is a loop, endless, or leads to where no memory is."""
    seen, node = set(), first
    while node != end:
        if node in seen:
            raise Damaged(f"the list is a loop: {node:#x} comes twice")
        if len(seen) == limit:
            raise Damaged(f"the list has more than {limit} nodes")
        seen.add(node)
        try:
            following = next_of(node)
        except gdb.MemoryError:
            raise Damaged(f"no memory at {node:#x}, where the list leads") from None
        yield node
        node = following


def select_frame(level):
    frame = gdb.newest_frame()
    for _ in range(level):
        frame = frame.older()
    frame.select()


def set_privilege(n):
    """Of the hart: 0 is user mode, 1 is supervisor mode. A register is written in the innermost frame."""
    level = gdb.selected_frame().level()
    select_frame(0)
    gdb.execute(f"set $priv = {n}", to_string=True)
    select_frame(level)


@contextlib.contextmanager
def view():
    """While a command runs: gdb's settings are those it counts on, and the kernel's memory can be read.

    gdb sees what the hart may access. A hart in user mode may access the program's memory only, so it is put into
    supervisor mode until the command is done.
    """
    with gdb.with_parameter("language", "c++"), gdb.with_parameter("print pretty", False):
        if int(gdb.newest_frame().read_register("priv")) != 0:
            yield
            return
        set_privilege(1)
        try:
            yield
        finally:
            set_privilege(0)
