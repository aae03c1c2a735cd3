"""Where the guest's instructions come from: the function and the source of an address in the kernel or in guestbench."""
import bisect
import importlib.machinery
import importlib.util
import re
import subprocess

from guest import BUILD, ROOT

KERNEL, PROGRAM = BUILD / "kernel.elf", BUILD / "user/guestbench.elf"
KERNEL_BEGIN = 1 << 63


def tool(name):
    """A program of the toolchain that the build uses."""
    text = next(BUILD.glob("toolchain*.mk")).read_text()
    return re.search(r"^TOOLS *:= *(\S*)", text, re.M)[1] + name


def load_symbols():
    """tools/symbols, which shortens names."""
    loader = importlib.machinery.SourceFileLoader("symbols", str(ROOT / "tools/symbols"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("symbols", loader))
    loader.exec_module(module)
    return module


short = load_symbols().short


def folder_of(path):
    """The folder of a source file in this tree, and nothing for others. The compiler may have run in another checkout."""
    if found := re.search(r"(?:^|/)((?:kernel|user|tests)/(?:.*/)?)[^/]+$", path):
        return found[1]
    return ""


def functions(elf):
    """The addresses of the functions in order, and their names."""
    text = subprocess.run([tool("nm"), "--demangle", "--numeric-sort", elf], check=True, text=True, stdout=subprocess.PIPE).stdout
    found = {}
    for line in text.splitlines():
        address, kind, name = line.split(" ", 2)
        if kind in "tTwW" and not name.startswith((".L", "$")):
            found.setdefault(int(address, 16), short(name))
    return found


def lines(elf, addresses):
    """For each address the functions and files that it belongs to: what is inlined first, the function itself last."""
    done = subprocess.run([tool("addr2line"), "-a", "-f", "-i", "-C", "-e", elf], check=True, text=True, stdout=subprocess.PIPE,
                          input="".join(f"{address:#x}\n" for address in addresses))
    frames, found = None, {}
    text = iter(done.stdout.splitlines())
    for line in text:
        if re.fullmatch("0x[0-9a-f]+", line):
            frames = found[int(line, 16)] = []
        else:
            frames.append((short(line), next(text).rpartition(":")[0]))
    return found


class Sources:
    def __init__(self, addresses):
        self._starts, self._names, self._lines = {}, {}, {}
        for elf, mine in ((KERNEL, [a for a in addresses if a >= KERNEL_BEGIN]), (PROGRAM, [a for a in addresses if a < KERNEL_BEGIN])):
            names = functions(elf)
            self._names.update(names)
            self._starts[elf] = list(names)
            self._lines.update(lines(elf, [*mine, *names]))

    def _start(self, address):
        """Of the function that an address is in."""
        starts = self._starts[KERNEL if address >= KERNEL_BEGIN else PROGRAM]
        return starts[max(0, bisect.bisect_right(starts, address) - 1)]

    def function(self, address):
        """Its name and the folder of its source."""
        start = self._start(address)
        return self._names[start], folder_of(self._lines[start][-1][1])

    def inlined_function(self, address):
        """The same; what is inlined is a function of its own."""
        frames = self._lines[address]
        return self.function(address) if len(frames) == 1 else (frames[0][0], folder_of(frames[0][1]))

    def folder(self, address):
        """Of the source line; what is inlined from the C++ library counts where it is used."""
        return next(filter(None, (folder_of(file) for _, file in self._lines[address])), "") or self.function(address)[1] or "elsewhere"

    def calls(self, name, counts):
        return sum(counts.get(start, 0) for start, other in self._names.items() if other == name)
