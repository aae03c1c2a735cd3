"""Which process has a socket open: the files of all processes, by what stands behind them."""
from . import kernel
from .structures import elements


def files_of(table):
    """(descriptor, the fs::File's address) of a FileTable's open files."""
    chunks = [kernel.address_of(table["first_"])]
    chunks += [int(chunk) for chunk in kernel.items(table["more_"])]
    chunk_type = kernel.type_of("fs::FileChunk")
    files = next(f for f in chunk_type.fields() if f.name == "files")
    count = files.type.range()[1] + 1
    for c, address in enumerate(chunks):
        if not address:
            continue
        words = kernel.read(address + files.bitpos // 8, count * kernel.POINTER)
        for i in range(count):
            if file := int.from_bytes(words[i * 8:i * 8 + 8], "little"):
                yield c * count + i, file


def sockets():
    """{address of the net::Socket: "sh/3 fd 4" for each descriptor that stands for it}."""
    owners = {}
    seen = {}  # of files, which processes share
    for process in elements(kernel.variable("process_tree")["all_"]):
        if not int(process["files"]):
            continue
        name = f"{kernel.text(process['thread']['name'])}/{int(process['pid'])}"
        for descriptor, address in files_of(process["files"].dereference()):
            if address not in seen:
                file = kernel.at(address, "fs::File")
                seen[address] = int(file["object"]) if kernel.text(file["ops"]["name"]) == "socket" else 0
            if seen[address]:
                owners.setdefault(seen[address], []).append(f"{name} fd {descriptor}")
    return owners
