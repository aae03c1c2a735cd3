"""The tools of user/bin behave as the host's (GNU coreutils, grep, findutils), on the host and in the guest."""
import concurrent.futures
import os
import re
import shutil
import subprocess

from guest import BUILD, ROOT, Guest, check, check_equal, work_dir
from suite import test
from test_sockets import wait_until

CASES = ROOT / "tests/tools/cases.txt"
CHANGES_FILES = re.compile(r"[>]|\b(cp|mv|rm|rmdir|mkdir|ln|touch|chmod|dd|tee|out|sort -o)\b")
BUILTIN = "true false echo pwd test [ kill printf"


class Case:
    def __init__(self, line):
        self.any_blanks, self.host_only = line.startswith("~ "), line.startswith("- ")
        self.command = line[2:] if self.any_blanks or self.host_only else line

    def seen(self, out, status, errors):
        """What must be the same: the output, the status, and whether there is an error message, but not its words."""
        if self.any_blanks:
            out = "\n".join(" ".join(line.split()) for line in out.split("\n"))
        return out, status, bool(errors)


def read_cases():
    """The lines that make the files, and the cases. A quoted newline continues a line."""
    files, cases, part = [], [], ""
    for line in CASES.read_text().splitlines():
        if line.startswith("#"):
            continue
        part += line
        if part.count("'") % 2 and '"' not in part:
            part += "\n"
            continue
        if part.startswith("+ "):
            files.append(part[2:])
        elif part:
            cases.append(Case(part))
        part = ""
    return files, cases


def build_tools(directory):
    """Builds the tools that need only POSIX with the host's compiler and library."""
    compiler = ["gcc", "-std=gnu17", "-O1", "-Wall", "-Wno-format-nonliteral", "-D_GNU_SOURCE", "-fno-builtin", "-iquote", ROOT / "user/include"]
    shared = [*sorted((ROOT / "user/lib/tools").glob("*.c")), ROOT / "tests/tools/manners.c"]
    objects = directory.parent / "objects"
    objects.mkdir(exist_ok=True)
    subprocess.run([*compiler, "-c", *shared], cwd=objects, check=True)

    def build(path):
        sources = sorted(path.glob("*.c")) if path.is_dir() else [path]
        subprocess.run([*compiler, "-iquote", sources[0].parent, "-o", directory / path.stem, *sources, *(objects / f"{s.stem}.o" for s in shared)], check=True)

    portable = [p for p in sorted((ROOT / "user/bin").iterdir()) if uses_tools(p)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(build, portable))
    shutil.copy(directory / "test", directory / "[")
    (directory / "echo").symlink_to("/bin/echo")  # ours uses the kernel's own calls


def uses_tools(path):
    """Programs with "tools.h", and those that are as simple: with "manners.h" and headers of POSIX alone."""
    sources = sorted(path.glob("*.c")) if path.is_dir() else [path]
    own = {name for s in sources for name in re.findall(r'#include "([^"]+)"', s.read_text())}
    posix = {name for s in sources for name in re.findall(r"#include <([^>]+)>", s.read_text())}
    return bool(sources) and "manners.h" in own and own <= {"manners.h", "tools.h", "keys.h", "sha256.h"} and not posix & {"netdb.h", "sys/socket.h", "termios.h"}


def run_on_host(case, template, directory, path, **extra):
    """Runs a case with the programs of `path` and no others: in a copy of the template, if it may change files."""
    copied = CHANGES_FILES.search(case.command)
    if copied:
        shutil.copytree(template, directory)
    done = bash(f"enable -n {BUILTIN}\n{case.command}", directory if copied else template, PATH=path, **extra)
    if copied:
        shutil.rmtree(directory)
    return case.seen(done.stdout, done.returncode, done.stderr)


def bash(script, directory, **env):
    return subprocess.run(["/bin/bash", "-c", f"umask 022; {script}"], cwd=directory, env={"LC_ALL": "C", "TZ": "UTC", **env}, stdin=subprocess.DEVNULL,
                          capture_output=True, encoding="latin-1", timeout=30)


def run_all_on_host(cases, files, work, path, **extra):
    template = work / "template"
    shutil.rmtree(template, ignore_errors=True)
    template.mkdir()
    made = bash("\n".join(files), template, PATH="/usr/bin:/bin")
    check_equal(made.stderr, "", "errors of the lines that make the files")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(cases, pool.map(lambda i: run_on_host(cases[i], template, work / f"case{i}", path, **extra), range(len(cases)))))


def available(case):
    """Whether the host has the case's programs: hexdump may be missing."""
    return "hexdump" not in case.command or shutil.which("hexdump")


def compare(found, expected, what):
    wrong = [f"`{c.command}`: {what} {found[c]!r}, the host's {expected[c]!r}" for c in found if found[c] != expected[c]]
    check(not wrong, f"{len(wrong)} of {len(found)} commands differ:\n" + "\n".join(wrong))


@test(deadline=400)
def the_tools_print_what_the_hosts_tools_print():
    work = work_dir("tools")
    bin_directory = work / "bin"
    shutil.rmtree(bin_directory, ignore_errors=True)
    bin_directory.mkdir()
    build_tools(bin_directory)
    files, cases = read_cases()
    cases = [c for c in cases if available(c)]
    expected = run_all_on_host(cases, files, work, "/usr/bin:/bin")
    # glibc's getopt() moves options that follow operands, unless it is told not to.
    found = run_all_on_host(cases, files, work, str(bin_directory), POSIXLY_CORRECT="1")
    compare(found, expected, "ours")


def script(files, cases):
    """The lines of a shell script for the guest: behind the output of each case it prints the status, and how long its errors are."""
    yield from ["mkdir /in", "cd /in", *files, "cd /"]
    clean = False
    for c in cases:
        if not clean:
            yield "cd /; rm -rf w; cp -r in w; cd w"
        yield from [f"({c.command}) 2> /errors", "echo @@ $?", "wc -c < /errors"]
        clean = not CHANGES_FILES.search(c.command)


def disk_with(work, lines):
    (work / "cases").write_text("\n".join([*lines, ""]))
    programs = sorted(p.with_suffix("") for p in (BUILD / "user").glob("*.elf"))
    subprocess.run([BUILD / "host/mkfs", "--size", "81920", "--link", "[=test", work / "fs.img", *programs, work / "cases", ROOT / "user/README"], check=True)
    return str(work / "fs.img")


@test(deadline=400)
def the_tools_print_the_same_in_the_guest():
    work = work_dir("tools-guest-host")
    files, cases = read_cases()
    cases = [c for c in cases if available(c) and not c.host_only and "\n" not in c.command]
    expected = run_all_on_host(cases, files, work, "/usr/bin:/bin")
    with Guest("tools-guest", IMAGE=disk_with(work, script(files, cases))) as g:
        g.begin("sh cases < README")
        out, _ = g.finish(300)
    results = re.findall(r"(.*?)@@ (-?\d+)\n(\d+)\n", out, re.S)
    check_equal(len(results), len(cases), f"commands that ended; the last output: {out[-300:]!r}")
    compare({c: c.seen(text, int(status), int(size)) for c, (text, status, size) in zip(cases, results)}, expected, "the guest's")


# What the host's tools print otherwise, or what only the guest has. Command, a pattern for its whole output, its status.
IN_GUEST = [
    ("mkdir l; cd l; echo one > b; echo twotwo > a; mkdir c; echo x > .h", r"", 0),
    ("ls", r"a +- +\d+ +7\nb +- +\d+ +4\nc +d +\d+ +\d+\n", 0),
    ("ls -a", r"\. +d.*\n\.\. +d.*\n\.h +- .*\na .*\nb .*\nc .*\n", 0),
    ("ls -l", r"total \d+\n-rw-r--r-- 1 root root +7 \w{3} [ \d]\d \d\d:\d\d a\n-rw-.* b\ndrwxr-xr-x 1 root root +\d+ .* c\n", 0),
    ("ls -l /console", r"crw-rw-rw- 1 root root \d+, +\d+ .* /console\n", 0),
    ("ln -s a d", r"ln: there are no symbolic links.*\n", 1),
    ("date -s 1", r"date: the clock cannot be set.*\n", 1),
    ("date +%s", r"[12]\d{9}\n", 0),
    ("date", r"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d UTC 20\d\d\n", 0),
    ("uptime", r" \d\d:\d\d:\d\d up  0:0\d\n", 0),
    ("which ls", r"/ls\n", 0),
    ("env | grep -c =; echo done", r"\d+\ndone\n", 0),
    ("ps -e", r"(?s) +PID +PPID.*init.*", 0),
    ("ps aux", r"(?s) +PID +PPID.*init.*", 0),
    ("/kill -l", r"(?s).* 9 KILL\n.*15 TERM\n.*", 0),
    ("du -s", r"\d+\t\.\n", 0),
    ("clear", r"\x1b\[H\x1b\[2J\x1b\[3J", 0),
    ("n=d; while [ ${#n} -lt 200 ]; do mkdir d; cd d; n=$n/d; done; mkdir e; echo > e/f; echo > g; rm -r e g; ls", r"", 0),
    ("cd /l; rm -r d; ls -d d", r"ls: cannot open d: no such file or directory\n", 2),
    ("cd /; rm -rf l; ls -d l", r"ls: cannot open l: no such file or directory\n", 2),
]


@test()
def the_tools_print_what_only_the_guest_has():
    with Guest("tools-own") as g:
        for command, pattern, status in IN_GUEST:
            out, got = g.run(command)
            check(re.fullmatch(pattern, out), f"`{command}` printed {out!r}, which does not match {pattern!r}")
            check_equal(got, status, f"status of `{command}`")


@test(deadline=240)
def the_tools_say_that_the_disk_is_full():
    work = work_dir("tools-full-disk")
    programs = [BUILD / "user" / name for name in "init netd agent sh echo seq cat cp dd tee sort rm".split()]
    room = 200 + sum(p.stat().st_size // 1024 + 2 for p in programs)
    subprocess.run([BUILD / "host/mkfs", "--size", str(room), "--inodes", "64", work / "fs.img", *programs], check=True)
    with Guest("tools-full", IMAGE=str(work / "fs.img")) as g:
        for command, status in (("seq 35000 > f", 1), ("seq 35000 | cat > f", 1), ("seq 35000 | tee f | cat > g", 1), ("seq 35000 | sort > f", 2),
                                ("seq 35000 | dd of=f", 1), ("seq 8000 > f; cp f g; cp f h", 1), ("seq 8000 > f; cp f g; seq 8000 | sort -o h", 2)):
            out, got = g.run(command, 40)
            check(re.search(r"(?m)^\w+: cannot write.*: no space left on device$", out), f"`{command}` printed {out!r}")
            check_equal(got, status, f"status of `{command}`")
            g.run("rm -f f g h")


@test()
def tail_prints_what_is_added_to_a_file():
    with Guest("tail") as g:
        g.ok("echo one > log")
        g.background("tail -f log > seen")
        g.ok("echo two >> log")
        wait_until(g, "cat seen", r"\Aone\ntwo\n\Z")
        g.ok("echo three >> log")
        wait_until(g, "cat seen", r"\Aone\ntwo\nthree\n\Z")
