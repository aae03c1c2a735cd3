#!/usr/bin/env python3
"""Makes build/linux/Image and build/linux/initrd: a Linux guest for tests and measurements.

    tests/linux/image.py        makes them, or says why it cannot (exit status 1); what needs them is skipped for that reason

The kernel is Debian's (packages.py). The initial file system has the modules of virtio-vsock and of network cards, init.c, and
programs that nx6's guest runs, too: vsockpeer and guestbench. Nothing is done if both files exist and are newer than their sources.
"""
import fcntl
import os
import pathlib
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests/linux"))
import cpio  # noqa: E402
import modules  # noqa: E402
import packages  # noqa: E402
from packages import Unavailable  # noqa: E402

FOLDER = BUILD / "linux"
IMAGE, INITRD, REASON = FOLDER / "Image", FOLDER / "initrd", FOLDER / "reason"
COMPILER = "riscv64-linux-gnu-gcc"
PROGRAMS = {
    "init": [ROOT / "tests/linux/init.c"],
    "lines": [ROOT / "tests/linux/lines.c"],
    "vsockpeer": [ROOT / "tests/programs/vsockpeer.c"],
    "guestbench": sorted((ROOT / "tests/programs/guestbench").glob("*.c")),
}
MODULES = {  # by the file that lists them
    "modules": ("virtio_mmio", "vmw_vsock_virtio_transport"),
    "modules-e1000": ("e1000",),
    "modules-virtio": ("virtio_mmio", "virtio_net"),
}


def compiled(sources):
    """A program for Linux, with its libraries."""
    if not shutil.which(COMPILER):
        raise Unavailable(f"{COMPILER} is not installed")
    with tempfile.NamedTemporaryFile() as out:
        packages.run(COMPILER, "-O2", "-Wall", "-static", "-s", "-o", out.name, *sources)
        return pathlib.Path(out.name).read_bytes()


def unpack(package):
    """Puts the kernel into the folder. Returns the modules' names and contents for each list."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as tree:
        packages.run("dpkg-deb", "-x", package, tree)
        shutil.move(next(pathlib.Path(tree).glob("boot/vmlinu*")), IMAGE)
        return {name: modules.in_load_order(pathlib.Path(tree), *wanted) for name, wanted in MODULES.items()}


def make():
    files = {name: compiled(sources) for name, sources in PROGRAMS.items()}
    for name, drivers in unpack(packages.kernel_package(FOLDER)).items():
        files.update({f"{driver}.ko": data for driver, data in drivers.items()})
        files[name] = "".join(f"/{driver}.ko\n" for driver in drivers).encode()
    new = FOLDER / "initrd.new"
    new.write_bytes(cpio.archive(files))
    new.replace(INITRD)


def is_current():
    sources = [*sum(PROGRAMS.values(), []), *(ROOT / "tests/linux").glob("*.py")]
    return IMAGE.exists() and INITRD.exists() and INITRD.stat().st_mtime > max(s.stat().st_mtime for s in sources)


def prepare():
    """Makes both files, unless they are there. Raises Unavailable if that is impossible, and remembers the reason."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            if not is_current():
                make()
        except Unavailable as e:
            INITRD.unlink(missing_ok=True)
            REASON.write_text(str(e))
            raise


def files():
    """The paths of the kernel and of the initial file system, which prepare() has made; Unavailable with its reason if not."""
    if not INITRD.exists():
        raise Unavailable(REASON.read_text() if REASON.exists() else "tests/linux/image.py makes it")
    return IMAGE, INITRD


if __name__ == "__main__":
    try:
        prepare()
    except Unavailable as e:
        sys.exit(f"there is no Linux kernel for a guest: {e}")
