"""Programs that stress the kernel: usertests, grind, forktest, stressfs, sysfuzz. Each checks for memory leaks; fsck then
checks the disk."""
import re
import shutil
import subprocess

from guest import BUILD, ROOT, Guest, check, check_equal, work_dir
from source_tree import SourceTree
from suite import test


def debug_kernel():
    """Builds the debug kernel if it does not exist. KERNEL is given because the make that runs the tests exports its own."""
    path = BUILD / "kernel-debug.elf"
    name = str(path.relative_to(ROOT))
    done = subprocess.run(["make", "-s", f"BUILD={BUILD.relative_to(ROOT)}", "DEBUG=1", f"KERNEL={name}", name], cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check_equal(done.returncode, 0, f"make DEBUG=1, which printed\n{done.stdout}\n")
    return path


def fsck(image):
    program = BUILD / "host/fsck"
    if not program.exists():
        return
    done = subprocess.run([program, image], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check_equal(done.returncode, 0, f"status of fsck afterwards, which printed\n{done.stdout}\n")


def attack(name, commands, seconds, **knobs):
    """Runs the commands in one guest with a private disk. All must succeed, and fsck must find no error afterwards."""
    image = work_dir(name + "-disk") / "fs.img"
    shutil.copyfile(BUILD / "fs.img", image)
    with Guest(name, SNAPSHOT="", IMAGE=image, **knobs) as g:
        for command in commands:
            out, status = g.run(command, seconds)
            check_equal(status, 0, f"status of `{command}`, which printed\n{out[-5000:]}\n")
        g.poweroff()
    fsck(image)
    image.unlink()
    return out


def usertests_passes(name, **knobs):
    out = attack(name, ["usertests -q"], 150, **knobs)
    check(re.search(r"usertests: [1-9]\d* passed, 0 failed", out), f"the last line of usertests:\n{out[-400:]}")


@test(deadline=180)
def usertests_passes_on_one_hart():
    usertests_passes("usertests-1", CPUS=1)


@test(deadline=180)
def usertests_passes_on_four_harts():
    usertests_passes("usertests-4", CPUS=4)


@test(deadline=300)
def usertests_passes_on_four_harts_of_a_debug_build():
    usertests_passes("usertests-debug", CPUS=4, KERNEL=debug_kernel())


@test(deadline=180)
def forktest_stressfs_and_grind_succeed_on_one_and_on_four_harts():
    for harts in (1, 4):
        attack(f"grind-{harts}", ["forktest", "stressfs", "grind 1 400"], 60, CPUS=harts)


@test(deadline=180)
def the_kernel_survives_random_system_calls_on_one_and_on_four_harts():
    for harts in (1, 4):
        out = attack(f"sysfuzz-{harts}", [f"sysfuzz {harts} 10000 4"], 80, CPUS=harts)
        check("calls with mapped channels" in out, f"mmap never succeeded:\n{out}")


@test(deadline=60)
def usertests_lists_its_tests_and_runs_those_named():
    with Guest("usertests-usage") as g:
        check("kill-races" in g.ok("usertests -l"), "usertests -l does not list its tests")
        out, status = g.run("usertests nonsense")
        check(status == 1 and "no test" in out, f"usertests with a wrong name: status {status}, {out!r}")
        out = g.ok("usertests status fds", 30)
        check("usertests: 2 passed, 0 failed" in out, f"usertests with two names printed {out!r}")


XV6_PROGRAM = r"""
#include "kernel/types.h"
#include "kernel/param.h"
#include "kernel/stat.h"
#include "user/user.h"
#include "kernel/fs.h"
#include "kernel/fcntl.h"
#include "kernel/syscall.h"
#include "kernel/memlayout.h"
#include "kernel/riscv.h"

char buf[(MAXOPBLOCKS + 2) * BSIZE];
char *args[MAXARG] = {"echo", "from", "xv6", 0};

int
main(int argc, char *argv[])
{
  struct stat st;
  struct dirent de;
  int fds[2], fd, i, status, unused;
  uint64 sp = r_sp();

  if (open("no-such-file", O_RDONLY) != -1 || read(99, buf, 1) != -1 || unlink("no") != -1 || kill(99999) != -1)
    exit(1);
  if (wait(&status) != -1 || (long)sbrk(1 << 30) != -1 || write(1, (char*)KERNBASE, 1) != -1)
    exit(2);
  if (sp >= MAXVA || sp >= TRAMPOLINE || NPROC < 64 || NOFILE < 16 || NDIRECT < 8 || SYS_write != 16 || MAXPATH != 128)
    exit(3);
  fd = open("f", O_CREATE | O_RDWR);
  if (fstat(fd, &st) != 0 || st.type != T_FILE || close(fd) != 0 || open("f/g", O_CREATE) != -1)
    exit(4);
  fd = open(".", 0);
  while (read(fd, &de, sizeof(de)) == sizeof(de))
    if (de.inum != 0 && strcmp(de.name, "f") == 0)
      printf("found %s: %d %x %p %l%%\n", de.name, -1, 57616, (void*)0x1234, 18446744073709551615UL);
  pipe(fds);
  if (fork() == 0) {
    close(0);
    dup(fds[0]);
    close(fds[0]);
    close(fds[1]);
    gets(buf, sizeof buf);
    fprintf(1, "got %s", buf);
    exec("echo", args);
    exit(5);
  }
  write(fds[1], "a line\n", 7);
  wait(&status);
  for (i = 0; i < 3; i++)
    sleep(0), pause(0);
  printf("status %d\n", status);
  exit(0);
}
"""


@test(deadline=120)
def a_c_program_written_for_xv6_builds_unchanged_and_runs():
    tree = SourceTree("xv6")
    for name in ("xv6try.c", "forktest.c", "usertests.c"):  # a new program, and two that replace ours
        tree.write(f"user/bin/{name}", XV6_PROGRAM)
    tree.make("build/fs.img")
    with Guest("xv6", IMAGE=tree.build / "fs.img") as g:
        want = "found f: -1 E110 0x0000000000001234 18446744073709551615%\ngot a line\nfrom xv6\nstatus 0\n"
        check_equal(g.ok("xv6try"), want, "output of an xv6 program")
        for name in ("forktest", "usertests"):
            check_equal(g.ok(name), want, "output of an xv6 program that replaces ours")
    tree.remove()
