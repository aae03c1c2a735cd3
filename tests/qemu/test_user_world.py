"""Programs for the guest have a world of their own: our headers, a library that gives way to the program's names, no Linux."""
import os
import re
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor

from guest import BUILD, ROOT, Guest, check, check_equal, work_dir
from source_tree import SourceTree
from suite import test

TEST_DISK = {"IMAGE": str(BUILD / "test.img")}
# xv6's headers are for C with GNU's extensions, which xv6's programs use.
ONLY_GNU_C = ("kernel/", "user/", "syscall.h")


def flags(*variables, **knobs):
    """The words of make's variables."""
    text = " ".join(f"$({v})" for v in variables)
    out = subprocess.run(["make", "-s", *(f"{k}={v}" for k, v in knobs.items()), "--eval", f"show:;@echo '{text}'", "show"],
                         cwd=ROOT, text=True, capture_output=True, check=True).stdout
    return shlex.split(out)


def compilers():
    """The commands that compile a program in C and in C++, without an output."""
    tools = flags("TOOLS")[0]
    without_output = [f for f in flags("USERFLAGS") if f not in ("-MMD", "-MP")] + ["-fsyntax-only"]
    return ([tools + "gcc", *without_output, *flags("HEADERS", "CONLY")],
            [tools + "g++", *without_output, *flags("CXXHEADERS", "CXXONLY")])


def compile_text(command, text, name):
    """Compiles the text; returns what the compiler says, which is nothing if all is well."""
    language = "c++" if command[0].endswith("++") else "c"
    done = subprocess.run([*command, "-x", language, "-"], cwd=ROOT, input=text, text=True, capture_output=True)
    return done.stderr and f"{name}: {done.stderr}"


def public_headers():
    """As a program writes them, such as sys/stat.h."""
    include = ROOT / "user/include"
    return sorted(str(h.relative_to(include)) for h in include.rglob("*.h") if "c++" not in h.parts)


@test(deadline=240)
def each_public_header_compiles_alone_and_twice_in_c_and_cplusplus():
    c, cxx = compilers()
    c99 = [*(f for f in c if not f.startswith("-std=")), "-std=c99", "-pedantic"]
    jobs = []
    for header in public_headers():
        text = f"#include <{header}>\n#include <{header}>\nint main(void) {{ return 0; }}\n"
        jobs.append((c, text, f"{header} in C"))
        if not header.startswith(ONLY_GNU_C):
            jobs.append((c99, text, f"{header} in C99"))
            jobs.append((cxx, text, f"{header} in C++"))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = [w for w in pool.map(lambda job: compile_text(*job), jobs) if w]
    check(not wrong, "\n".join(wrong))


@test(deadline=120)
def a_header_that_is_missing_is_not_taken_from_the_compilers_system():
    for compiler in compilers():
        for header in ("pthread.h", "sys/prctl.h", "wchar.h", "linux/types.h", "features.h", "gnu/libc-version.h"):
            said = compile_text(compiler, f"#include <{header}>\n", header)
            check("No such file or directory" in said, f"{compiler[0]} finds <{header}>: {said}")


@test()
def programs_are_compiled_for_nx6_and_not_for_linux():
    text = ("#if defined __linux__ || defined __linux || defined linux || defined __gnu_linux__\n#error for Linux\n#endif\n"
            "#if !defined __nx6__ || !defined __unix__\n#error not for nx6\n#endif\nint linux, unix;\n")
    for compiler in compilers():
        check_equal(compile_text(compiler, text, compiler[0]), "", "what the compiler says")


@test()
def netdb_h_alone_brings_addresses_and_byte_order():
    text = "#include <netdb.h>\nstruct sockaddr_in a = {.sin_family = AF_INET};\nint f(void) { return htons(a.sin_port); }\n"
    check_equal(compile_text(compilers()[0], text, "netdb.h"), "", "what the compiler says")


@test(deadline=120)
def cplusplus_headers_that_need_no_more_than_we_have_compile():
    headers = ("algorithm", "array", "atomic", "bit", "cstdlib", "cstring", "functional", "memory", "optional", "span",
               "string_view", "tuple", "utility", "variant")
    text = "".join(f"#include <{header}>\n" for header in headers)
    text += "std::unique_ptr<int> p;\nbool f(std::string_view s) { return s.empty() || std::abs(s[0]) == 1; }\n"
    check_equal(compile_text(compilers()[1], text, "headers"), "", "what the compiler says")


@test(deadline=120)
def the_headers_are_the_same_with_a_compiler_of_another_prefix():
    folder = work_dir("other-prefix")
    ours = flags("TOOLS")[0]
    for tool in ("gcc", "g++"):
        script = folder / f"riscv64-other-elf-{tool}"
        script.write_text(f'#!/bin/sh\nexec {ours}{tool} "$@"\n')
        script.chmod(0o755)
    found = subprocess.run([ROOT / "tools/toolchain"], cwd=ROOT, text=True, capture_output=True, check=True,
                           env=os.environ | {"TOOLPREFIX": f"{folder}/riscv64-other-elf-",
                                             "TARGETFLAGS": " ".join(flags("TARGETFLAGS"))}).stdout
    for variable in ("HEADERS", "CXXHEADERS"):
        check(f"{variable} := {' '.join(flags(variable))}\n" in found, f"{variable} is different:\n{found}")


# --- the names of the library ---

def library_symbols():
    out = subprocess.run([flags("TOOLS")[0] + "nm", "-g", "--defined-only", "--format=posix", BUILD / "user/libuser.a"],
                         text=True, capture_output=True, check=True).stdout
    return [line.split()[:2] for line in out.splitlines() if len(line.split()) >= 3]


def declared_names():
    """Every word of the public headers, after the preprocessor."""
    c = [f for f in compilers()[0] if f != "-fsyntax-only"]
    words = set()
    for header in public_headers():
        words |= set(re.findall(r"\w+", subprocess.run([*c, "-E", "-P", "-x", "c", "-"], cwd=ROOT, text=True, check=True,
                                                       input=f"#include <{header}>\n", capture_output=True).stdout))
    return words


@test(deadline=180)
def the_library_defines_no_name_that_a_program_may_not_define():
    allowed = {"_start"}
    strong = sorted({name for name, kind in library_symbols() if kind not in "WVu"})
    taken = [name for name in strong if not name.startswith(("__", "_ZN")) and name not in allowed]
    check(not taken, f"strong symbols of libuser.a: {taken}")
    declared = declared_names()
    leaked = sorted({name for name, kind in library_symbols()
                     if kind in "WV" and not name.startswith(("__", "_Z")) and name not in declared})
    check(not leaked, f"names of libuser.a that no header declares: {leaked}")


# The functions that a program uses beside the name that it defines, each with the names that its use needs.
NEIGHBOURS = ("printf", "malloc", "free", "fopen", "fgets", "fclose", "strtol", "getaddrinfo", "qsort", "regcomp", "strftime",
              "popen", "system", "getenv", "getline", "sscanf", "opendir", "socket", "poll", "sigaction", "exit", "pow",
              "memcpy", "strlen", "write", "environ", "errno", "stdout", "getopt_long", "setjmp", "getifaddrs", "syslog")


@test(deadline=300)
def a_program_may_define_any_name_of_the_library():
    folder = work_dir("own-names")
    tools = flags("TOOLS")[0]
    link = [tools + "g++", *flags("USERTARGET", "LINK"), "-Wl,-T,user/user.ld"]
    names = sorted({name for name, kind in library_symbols() if kind in "WV" and not name.startswith(("__", "_Z"))})
    check(len(names) > 400 and "strncmp" in names and "write" in names, f"the library has {len(names)} names")

    def try_to_define(some):
        used = "".join(f"    .quad {n}\n" for n in NEIGHBOURS if n not in some)
        program, source = folder / some[0], folder / f"{some[0]}.s"
        source.write_text(".globl main\n.section .text.main, \"ax\"\nmain: la a1, used\n ret\n.data\n" +
                          "".join(f".globl {name}\n{name}: .word 42\n" for name in some) + f".balign 8\nused:\n{used}")
        done = subprocess.run([*link, "-o", program, source, BUILD / "user/libuser.a", "-lgcc"], cwd=ROOT, text=True,
                              capture_output=True)
        program.unlink(missing_ok=True)
        return done.stderr if done.returncode else None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = [w for w in pool.map(try_to_define, (names[i:i + 8] for i in range(0, len(names), 8))) if w]
    check(not wrong, "\n".join(wrong))


OWN_NAMES_PRINT = """12 2.500
getline 12 second line
rename 0, remove 0
gone: 1 1
directory 1
qsort 123
sscanf 2 17 blue
strtol -16, strtod 1000, pow 1024
regcomp 0, regexec 0, fnmatch 0
popen from a pipe
pclose 0, system 0
getenv from the environment
getopt b
getaddrinfo 0 127.0.0.1 80
strftime 1970-01-02
the end
"""


@test()
def the_library_works_in_a_program_that_uses_its_names_for_other_things():
    with Guest("ownnames", **TEST_DISK) as g:
        check_equal(g.ok("ownnames"), OWN_NAMES_PRINT, "what tests/programs/ownnames prints")
        check_equal(g.ok("ownmalloc"), "a copy of 42\nall of it is ours\n", "what tests/programs/ownmalloc.c prints")


# --- xv6's programs of each era ---

# Until 2018, for x86: printf() has the descriptor first.
OLD_XV6 = r"""
#include "types.h"
#include "stat.h"
#include "user.h"
#include "fs.h"
#include "fcntl.h"

int
main(int argc, char *argv[])
{
  struct stat st;
  int fd, pid;

  if((fd = open("old", O_CREATE|O_RDWR)) < 0 || fstat(fd, &st) < 0 || st.type != T_FILE || open("no", O_RDONLY) != -1){
    printf(2, "files\n");
    exit();
  }
  close(fd);
  pid = fork();
  if(pid == 0)
    exit();
  printf(1, "%s: %d %x\n", argv[0], wait() == pid, 0xab);
  printf(1, "no child: %d, DIRSIZ %d\n", wait(), DIRSIZ);
  exit();
}
"""
# Of autumn 2019, for RISC-V: exit() and wait() without arguments.
XV6_OF_2019 = r"""
#include "kernel/types.h"
#include "kernel/stat.h"
#include "user/user.h"

int
main(int argc, char *argv[])
{
  int pid = fork();
  if(pid == 0)
    exit();
  printf("%s: %d\n", argv[0], wait() == pid);
  exit();
}
"""
XV6_OF_TODAY = XV6_OF_2019.replace("exit()", "exit(0)").replace("wait()", "wait((int *) 0)")
# Some write "user.h" for user/user.h.
XV6_SHORT = XV6_OF_TODAY.replace("user/user.h", "user.h")


@test(deadline=300)
def xv6_programs_of_each_era_build_unchanged_and_run():
    tree = SourceTree("xv6-eras")
    for name, text in (("old", OLD_XV6), ("2019", XV6_OF_2019), ("today", XV6_OF_TODAY), ("short", XV6_SHORT)):
        tree.write(f"user/bin/xv6{name}.c", text)
    tree.make("build/fs.img")
    with Guest("xv6-eras", IMAGE=tree.build / "fs.img") as g:
        check_equal(g.ok("xv6old"), "xv6old: 1 AB\nno child: -1, DIRSIZ 14\n", "what a program of xv6 for x86 prints")
        for name in ("xv62019", "xv6today", "xv6short"):
            check_equal(g.ok(name), f"{name}: 1\n", "what a program of xv6 prints")
    tree.remove()
