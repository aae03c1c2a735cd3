"""Crashes: QEMU is killed while programs write; disks with bad blocks.

tests/unit/fs_kill_test.cc stops the same code at hundreds of chosen points. Here the whole machine stops at a few arbitrary
ones.
"""
import collections
import re
import struct
import subprocess
import time

from guest import BUILD, Guest, check, check_equal, work_dir
from suite import test

BLOCK = 1024
INODE = struct.Struct("<hHHhIHHQ10I")


def image_copy(directory):
    """A private disk that may be written; cp keeps it sparse."""
    image = work_dir(directory) / "fs.img"
    subprocess.run(["cp", BUILD / "fs.img", image], check=True)
    return image


def fsck(image):
    done = subprocess.run([BUILD / "host/fsck", "-v", image], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check_equal(done.returncode, 0, f"status of fsck, which printed\n{done.stdout}\n")
    return done.stdout


def disk(image, **more):
    return {"IMAGE": image, "SNAPSHOT": "", "NIC": "none", **more}


# --- killed while it writes ---

def reported(text, tag):
    """From filechurn's output: the files made and not removed, the next file to make, the next file to remove."""
    lines = re.findall(rf"{tag} (made|removed) (\d+)\n", text)
    made = [int(n) for what, n in lines if what == "made"]
    removed = [int(n) for what, n in lines if what == "removed"]
    return set(made) - set(removed), len(made), len(removed)


def found(guest, tag):
    return {int(n): state for n, state in re.findall(rf"^{tag} (\d+) (\w+)\n", guest.ok(f"filechurn -c {tag}", 60), re.M)}


def check_all_there(guest, tag, kept, next_made, next_removed):
    files = found(guest, tag)
    for n in kept:
        # The next file to remove may be gone before filechurn could report it.
        check(files.get(n) == "whole" or n == next_removed and n not in files,
              f"{tag}{n} was reported as written; after the crash it is {files.get(n, 'missing')}")
    for n in set(files) - kept:
        check(n == next_made, f"{tag}{n} exists, but was never written, or was reported as removed")
        check(files[n] in ("empty", "whole"), f"{tag}{n} was being written; after the crash it is {files[n]}")


def kill_while_writing(image, tags, delay, cpus):
    with Guest(f"crash-writing-{cpus}", CPUS=cpus, **disk(image)) as g:
        for tag in tags[:-1]:
            g.type(f"filechurn {tag} &\n")
        g.begin(f"filechurn {tags[-1]}")
        for tag in tags:
            g.wait(rf"{tag} made \d+\n", 30)
        time.sleep(delay)
        g.qemu.kill()
    return {tag: reported(g.text, tag) for tag in tags}


def survives_kills(cpus, delays):
    image = image_copy(f"crash-disk-{cpus}")
    for round_number, delay in enumerate(delays):
        tags = [f"{letter}{round_number}-" for letter in "xy"]
        said = kill_while_writing(image, tags, delay, cpus)
        fsck(image)
        with Guest(f"crash-looking-{cpus}", CPUS=cpus, **disk(image)) as g:
            for tag, files in said.items():
                check_all_there(g, tag, *files)
            g.poweroff()
        fsck(image)


@test(deadline=120)
def killing_qemu_while_programs_write_loses_no_file_on_one_hart():
    survives_kills(1, (0.05, 0.61, 1.37))


@test(deadline=120)
def killing_qemu_while_programs_write_loses_no_file_on_two_harts():
    survives_kills(2, (0.11, 0.43, 1.73))


# --- bad blocks: QEMU's blkdebug fails requests that touch a sector ---

Layout = collections.namedtuple("Layout", "magic size ninodes nlog logstart inodestart bmapstart datastart")


def layout_of(data):
    return Layout(*struct.unpack_from("<8I", data, BLOCK))


def blocks_of(data, name):
    """The direct blocks of a file in the root directory (kernel/abi/fs.h)."""
    def inode(n):
        return INODE.unpack_from(data, layout_of(data).inodestart * BLOCK + n * INODE.size)[8:16]
    for block in filter(None, inode(1)):
        for inum, entry in struct.iter_unpack("<H14s", data[block * BLOCK:(block + 1) * BLOCK]):
            if inum and entry.rstrip(b"\0") == name.encode():
                return inode(inum)
    raise AssertionError(f"no file {name} in the image")


def failing(image, kind, block):
    """A file name for QEMU: the image, with one block on which reads or writes fail."""
    rules = image.parent / "blkdebug.conf"
    rules.write_text("".join(f'[inject-error]\nevent = "none"\niotype = "{kind}"\nerrno = "5"\nonce = "off"\n'
                             f'sector = "{block * 2 + half}"\n\n' for half in (0, 1)))
    return f"blkdebug:{rules}:{image}"


@test()
def only_a_program_that_reads_a_bad_block_gets_an_error():
    image = image_copy("crash-bad-read")
    bad = blocks_of(image.read_bytes(), "grep")[5]
    with Guest("crash-reading", **disk(failing(image, "read", bad))) as g:
        for command in ("wc grep", "cat grep > copy", "grep word sh"):
            out, status = g.run(command)
            check("input/output error" in out and status != 0, f"`{command}` with a bad block: status {status}, {out!r}")
        check_equal(g.ok("echo still here | wc"), "1 2 11\n", "another program's output afterwards")
        check_equal(g.ok("rm copy; echo new > f; cat f"), "new\n", "a file written afterwards")
        g.poweroff()
    fsck(image)


@test()
def a_program_gets_an_error_when_the_disk_cannot_be_written():
    image = image_copy("crash-bad-write")
    before = image.read_bytes()
    with Guest("crash-writing", **disk(failing(image, "write", layout_of(before).logstart))) as g:
        for command in ("mkdir d", "echo text > f", "rm echo"):
            out, status = g.run(command)
            check("input/output error" in out and status != 0, f"`{command}` when writes fail: status {status}, {out!r}")
        check("nothing more will be written" in g.text, "the kernel does not report that it stops writing")
        check_equal(g.ok("echo reading goes on | wc"), "1 3 16\n", "output of a program that only reads")
        g.poweroff()
    fsck(image)
