"""A Linux kernel's modules: which ones a module needs, and in which order they are loaded."""
import lzma
import re


def name_of(path):
    """As the kernel writes it: virtio_mmio, for .../virtio_mmio.ko.xz."""
    return path.name.partition(".ko")[0].replace("-", "_")


def read(path):
    data = path.read_bytes()
    return lzma.decompress(data) if path.suffix == ".xz" else data


def needs(module):
    """The modules that one needs: its section .modinfo has "depends=a,b"."""
    found = re.search(rb"\0depends=([^\0]*)\0", module)
    return [name.replace("-", "_") for name in found[1].decode().split(",") if name] if found else []


def in_load_order(tree, *wanted):
    """Names and contents of these modules and of all that they need, those first. What is built into the kernel is left out."""
    files = {name_of(path): path for path in tree.rglob("*.ko*")}
    order = {}

    def visit(name):
        if name in files and name not in order:
            data = read(files[name])
            for other in needs(data):
                visit(other)
            order[name] = data

    for name in wanted:
        visit(name)
    return order
