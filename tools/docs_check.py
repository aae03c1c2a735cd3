"""`make docs-check`: what the documentation names exists.

In README.md, CONTRIBUTING.md and docs/*.md it checks
  files, folders    in `code`, in links and in code blocks, relative to the top, to kernel/, kernel/net/ or the page
  identifiers       in `code`: a word of the sources, comments not counted; `Class::member`: both in one file
  commands          `make TARGET KNOB=...`, programs of the guest and of the host with their options
  links             the file is there, and the heading behind the #
and that the table of locks in docs/locking.md has the ranks of kernel/lib/lock_rank.h.
"""
import functools
import pathlib
import re

from doc_pages import ROOT, pages

# The only exceptions: words and files of other systems, and commands that are not ours, gdb's among them.
FOREIGN = set("""
    _callbench copy_packet_to_user init.c mit-pdos/xv6-riscv QEMUOPTS sh.c sigalarm symlink sysinfo tcp_mtu_probing trace UPROGS
""".split())
FOREIGN_COMMANDS = set("""
    cmp curl gdb-multiarch ip printf riscv64-linux-gnu-addr2line socat tcpdump
    backtrace break continue hbreak info next print program thread
""".split())

FOLDERS = ["kernel", "user", "mkfs", "tools", "tests"]
# Where a path in a page may begin.
BASES = ["", "kernel", "kernel/net", "kernel/net/tcp", "user/include", "user", "tests", "docs", "user/lib"]
ENDINGS = r"(?:cc|h|c|S|py|md|def|ld|mk|png)"
NOT_SOURCES = {"tools/docs_check.py", "tests/qemu/test_docs_check.py"}  # they hold wrong names on purpose
WORD = r"[A-Za-z_][A-Za-z0-9_]*"


# --- what exists ---

@functools.cache
def files():
    top = [p for p in ROOT.iterdir() if p.is_file()]
    deep = [p for d in [*FOLDERS, "docs", ".ci"] for p in (ROOT / d).rglob("*") if "__pycache__" not in p.parts]
    return {str(p.relative_to(ROOT)) for p in top + deep} | set(FOLDERS) | {"docs"}


@functools.cache
def words_by_file():
    """The words of every source, of its name too; not those that comments alone have."""
    found = {}
    for name in sorted(files()):
        path = ROOT / name
        if name in NOT_SOURCES or not path.is_file() or not (name.startswith(tuple(FOLDERS)) or name in ("Makefile", "kernel.ld")):
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        if path.suffix in (".cc", ".h", ".c", ".def"):
            text = re.sub(r"(?s)(?<!:)//[^\n]*|/\*.*?\*/", " ", text)
        elif path.suffix != ".S":
            text = re.sub(r'(?s)""".*?"""|(?:^|(?<=\s))#[^\n]*', " ", text)
        found[name] = set(re.findall(WORD, text)) | set(re.findall(WORD, path.stem))
    return found


@functools.cache
def words():
    # syscalls.def stands for the functions made from it.
    calls = re.findall(r"SYSCALL\(\d+, (\w+)", (ROOT / "kernel/abi/syscalls.def").read_text())
    made = {f"{p}{c}" for c in calls for p in ("SYS_", "sys_", "xv6_", "__xv6_", "posix_", "raw_", "__raw_")}
    return set().union(*words_by_file().values()) | made | FOREIGN


@functools.cache
def all_text():
    return "\n".join((ROOT / n).read_bytes().decode("utf-8", "replace") for n in words_by_file())


@functools.cache
def makefile():
    text = (ROOT / "Makefile").read_text() + (ROOT / "tools/host.mk").read_text()
    targets = set(re.findall(r"^([a-z][\w.-]*):", text, re.M))
    knobs = set(re.findall(r"^([A-Z][A-Z0-9_]*) +[?:]?=", text, re.M)) | {"TOOLPREFIX", "TUNE"}
    knobs |= set(re.findall(r"\$\(if \$\(([A-Z][A-Z0-9_]*)\)", text))
    knobs |= set(re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', all_text()))
    tools = set(re.findall(r"^(?:HOST_TOOLS|UNIT_TESTS) .*?,([\w ]+)\)", text, re.M))
    return targets, knobs, set(" ".join(tools).split())


@functools.cache
def programs():
    """The sources of each program of the guest and of the host, as one text, in which its options are looked for."""
    found = {}
    for folder in ("user/bin", "tests/programs"):
        for p in (p for p in (ROOT / folder).iterdir() if p.is_dir() or p.suffix in (".c", ".cc")):
            found[p.stem] = "\n".join(x.read_text() for x in (p.rglob("*.c*") if p.is_dir() else [p]))
    # Programs that are built a second time, with a stack of their own.
    for name in re.search(r"^TWICE *:= *(.*)", (ROOT / "tools/ustack.mk").read_text(), re.M)[1].split():
        found["u" + name] = found[name]
    for name in makefile()[2]:
        sources = [p for d in (f"tools/{name}", "tools", "mkfs", "tests/wire") for p in (ROOT / d).glob("*.cc")]
        found.setdefault(name, "\n".join(p.read_text() for p in sources))
    for p in (ROOT / "tools").iterdir():
        if p.is_file():
            found.setdefault(p.name, p.read_text())
    return found


# --- files ---

def braces(text):
    """a{b,c}d: abd, acd."""
    if found := re.search(r"\{([^{}]*)\}", text):
        return [t for part in found[1].split(",") for t in braces(text[:found.start()] + part + text[found.end():])]
    return [text]


def is_file(name, page):
    near = str(page.path.parent.relative_to(ROOT)) if page.path.is_relative_to(ROOT) else ""
    if "/" not in name and any(f.rpartition("/")[2] == name for f in files()):
        return True  # its folder was named before
    for base in {*BASES, near}:
        path = re.sub(r"[^/]+/\.\./", "", f"{base}/{name.rstrip('/')}".lstrip("/"))
        pattern = re.compile(re.escape(path).replace(r"\*", "[^/]*"))
        if any(pattern.fullmatch(f) for f in files()):
            return True
    return False


def is_made(name):
    """Something under build/: does the Makefile make it?"""
    rest = name.removeprefix("build/")
    kind, _, stem = rest.partition("/")
    if kind == "host":
        return stem in makefile()[2]
    if kind == "user":
        return stem.removesuffix(".elf") in programs()
    return rest.rstrip("0123456789") in ("", "kernel.elf", "kernel-debug.elf", "fs.img", "test.img", "gdbinit", "ports", "test/")


def file_exists(name, page):
    if name in FOREIGN or name in page.created():
        return True
    if re.search(r"\b[A-Z]{3,}\b", name) and not name.endswith(".md"):  # NAME.c: the reader's own
        return True
    if name.startswith("build/"):
        return is_made(name)
    if name.startswith("/"):  # of the guest, or of a server there: some source or file of the image says it
        stem = name.strip("/").split("/")[0]
        return not stem or name in all_text() or f"user/files/{stem}" in files() or name.startswith(("/dev/", "/proc/"))
    return all(is_file(n, page) for n in braces(name))


# --- code ---

def unknown_words(text, known):
    for member in re.findall(rf"{WORD}(?:::~?{WORD})+", text):
        parts = set(re.findall(WORD, member))
        if not any(parts <= w for w in words_by_file().values()) and not parts <= known:
            yield member
    for word in re.findall(rf"(?<![\w-]){WORD}", text):
        if word not in words() and word not in known and not re.fullmatch(r"[A-Z]|0x.*", word):
            yield word


def check_command(text, page, typed=False):
    """A command line. typed: behind a prompt, so that its first word is a program for certain."""
    for part in re.split(r"&&|;|\|\||\| ", re.split(r"\s#|  ", text)[0]):  # without what stands beside it
        first, *rest = part.strip(" ()").split() or [""]
        name = pathlib.PurePath(first).name
        if first == "make":
            yield from check_make(rest)
        elif name in programs():
            for option in [w for w in rest if re.fullmatch(r"-[a-zA-Z]|--[a-z-]+", w)]:
                said = rf"(?<![\w-]){re.escape(option)}(?![\w-])"
                letter = rf'getopt\([^"]*"[^"]*{re.escape(option[1])}' if len(option) == 2 else r"(?!)"
                if option != "--help" and not re.search(f"{said}|{letter}", programs()[name]):
                    yield f"`{name}` has no option {option}"
        elif typed and name not in FOREIGN_COMMANDS and not {f"{name}.c", f"{name}.cc"} & page.created():
            yield f"there is no program {name}"


def check_make(words_of_line):
    targets, knobs, _ = makefile()
    # What is in quotes is a knob's value.
    line = re.sub(r'"[^"]*"', "", " ".join(words_of_line))
    for word in line.split():
        knob = re.fullmatch(r"([A-Z][A-Z0-9_]*)=.*", word)
        if knob and knob[1] not in knobs:
            yield f"make has no knob {knob[1]}="
        elif not knob and re.fullmatch(r"[a-z][\w-]*", word) and word not in targets:
            yield f"make has no target {word}"


def is_command(text):
    first = text.split()[0] if text.split() else ""
    name = pathlib.PurePath(first).name
    return first == "make" or (name in programs() and (" " in text or "/" in first)) or name in FOREIGN_COMMANDS


def check_span(span, page, known):
    if re.search(r"\bhttps?://|^\d[\d.]*(/\d+)?$|^0x|^-", span):
        return
    if is_command(span):
        yield from check_command(span, page)
        return
    if re.match(r"[\w.-]+/[\w./-]+ [^(]*$", span):  # a script and its arguments
        span = span.split()[0]
    if re.fullmatch(r"[\w./*{},-]+", span) and (re.search(rf"\.(?:{ENDINGS}|\*)$", span) or "/" in span):
        name = re.sub(r"\.\*$", ".h", span)
        if not file_exists(name, page):
            yield f"there is no file {span}"
        return
    assigned = re.match(r"([A-Za-z_]\w*)=", span)
    if assigned:
        name = assigned[1]
        if not ({name, name.rstrip("0123456789")} & (makefile()[1] if name.isupper() else words())):
            yield f"there is no knob and no boot argument {name}="
        return
    for word in unknown_words(span, known):
        yield f"no source has {word}"


def check_block(block, page, known):
    """Only what is plainly a name: paths, functions with an underscore or ::, commands behind a prompt or make."""
    for n, line in enumerate(block.text.splitlines()):
        where = block.line + n
        line = re.sub(r"https?://\S+", "", line)
        command = re.match(r"(?:\$ )?((?:make|build/host/\w+|tests/\w+|tools/\w+)( .*|$))|\$ (.*)", line)
        if command:
            for problem in check_command((command[1] or command[3]).strip(), page, typed=line.startswith("$ ")):
                yield where, problem
        for name in re.findall(rf"(?<![\w./\"<])(?:[\w-]+/)*[\w-]+\.{ENDINGS}\b", line):
            if not file_exists(name, page):
                yield where, f"there is no file {name}"
        if block.language or command:
            continue
        for name in re.findall(rf"(?<![\w.]){WORD}(?:::{WORD}|_[a-z0-9]\w*)+", line):
            for problem in unknown_words(name, known):
                yield where, f"no source has {problem}"


def check_links(page, by_name):
    for line, target in page.links():
        name, _, anchor = target.partition("#")
        if "://" in name or name.startswith("mailto:"):
            continue
        path = (page.path.parent / name).resolve() if name else page.path
        if not path.exists():
            yield line, f"the link leads to {name}, which is not there"
        elif anchor and anchor not in by_name[path].anchors():
            yield line, f"the link leads to #{anchor}: no such heading in {path.name}"


def check_page(page, by_name):
    """(line, problem) of all that is wrong."""
    # What the code of a page itself writes down is known there: a how-to's example, which a test builds.
    known = {w for b in page.blocks if b.language in ("cpp", "c") for w in re.findall(WORD, b.text)}
    for line, span in page.spans():
        for problem in check_span(span, page, known):
            yield line, problem
    for block in page.blocks:
        yield from check_block(block, page, known)
    yield from check_links(page, by_name)


def check_ranks():
    """docs/locking.md lists the ranks of all locks in their order."""
    ranks = re.findall(r"^    (\w+),", (ROOT / "kernel/lib/lock_rank.h").read_text(), re.M)
    rows = re.findall(r"^\| ([A-Z]\w+) \|", (ROOT / "docs/locking.md").read_text(), re.M)
    if ranks != rows:
        yield f"docs/locking.md: the ranks of kernel/lib/lock_rank.h are {' '.join(ranks)}, the table has {' '.join(rows)}"


def check_headers(there, programs, xv6):
    """Each header of user/include is in a table of docs/programs.md or docs/xv6.md, and none that is said to be missing is there."""
    named = set()
    for row in re.findall(r"(?m)^\| (`[^|]*`) \|", programs + xv6):
        names = re.findall(r"`([\w/]+\.h)`", row)
        # In docs/xv6.md, a row that begins in kernel/ stays there.
        named |= set(names) | ({f"kernel/{n}" for n in names} if "kernel/" in row else set())
    for header in sorted(there - named):
        yield f"docs/programs.md: user/include/{header} is in no table of headers"
    missing = programs.partition("These are missing:")[2].partition("\nC++")[0]
    for header in sorted(there & set(re.findall(r"[\w/]+\.h\b", missing))):
        yield f"docs/programs.md: {header} is said to be missing, but it is there"


def public_headers():
    include = ROOT / "user/include"
    return {str(h.relative_to(include)) for h in include.rglob("*.h") if "c++" not in h.parts}


def problems():
    found = pages()
    by_name = {p.path: p for p in found}
    headers = check_headers(public_headers(), *((ROOT / "docs" / name).read_text() for name in ("programs.md", "xv6.md")))
    return [*check_ranks(), *headers] + [f"{page.name}:{line}: {text}" for page in found for line, text in sorted(set(check_page(page, by_name)))]
