"""QEMU's plugin that counts a guest's instructions between two marks (instructions.c).

    with Guest("name", CPUS=1, QEMUEXTRA=instructions.options(FILE)) as g:
        g.ok("guestbench getppid 100")
    instructions.read(FILE)  # {address: count} of the last measurement
"""
import os
import re
import shutil
import subprocess

from guest import BUILD, ROOT, Skip

SOURCE = ROOT / "tests/bench/instructions.c"
PLUGIN = BUILD / "bench/instructions.so"
# A nanosecond of the guest's time is one instruction, and an idle guest's time passes as fast as it can.
ICOUNT = "-icount shift=0"


def interface():
    """The version of the plugin interface to ask for. Raises Skip if QEMU has none."""
    qemu = os.environ.get("QEMU", "qemu-system-riscv64")
    if "-plugin" not in subprocess.run([qemu, "--help"], stdout=subprocess.PIPE, text=True).stdout:
        raise Skip(f"{qemu} is built without plugins")
    found = re.search(r"version (\d+)", subprocess.run([qemu, "--version"], stdout=subprocess.PIPE, text=True).stdout)
    return 2 if int(found[1]) >= 9 else 1


def build():
    """Compiles the plugin, unless it is newer than its source."""
    version = interface()
    compiler = os.environ.get("CC") or next((c for c in ("cc", "gcc") if shutil.which(c)), None)
    if not compiler:
        raise Skip("there is no C compiler for QEMU's plugin")
    if not PLUGIN.exists() or PLUGIN.stat().st_mtime < SOURCE.stat().st_mtime:
        PLUGIN.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([compiler, "-O2", "-Wall", "-shared", "-fPIC", f"-DVERSION={version}", "-o", PLUGIN, SOURCE], check=True)
    return PLUGIN


def options(file):
    """QEMU's arguments; the guest has one hart."""
    return f"{ICOUNT} -plugin {build()},out={file}"


def read(file):
    lines = (line.split() for line in file.read_text().splitlines())
    return {int(address, 16): int(count) for address, count in lines}
