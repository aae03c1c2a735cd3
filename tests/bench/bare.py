"""Programs for the bare machine, without an operating system, which `make bench` compares with the kernel."""
import re
import subprocess

from guest import BUILD, ROOT

FLAGS = ("-std=gnu++20", "-O2", "-ffreestanding", "-fno-exceptions", "-fno-rtti", "-fno-pic", "-fno-stack-protector",
         "-fno-tree-loop-distribute-patterns", "-mcmodel=medany", "-mabi=lp64", "-march=rv64imac_zicsr_zifencei",
         "-isystem", "kernel/compat", "-Ikernel", "-Ikernel/platform", "-nostdlib", "-static", "-Wl,--build-id=none,--no-warn-rwx-segments",
         "-T", "tests/bench/ceiling.ld")

PROGRAMS = {"ceiling": ["kernel/lib/string.cc"], "empty": []}  # tests/bench/NAME.cc: the other sources


def build(name):
    """Compiles one of the programs. Returns the path of the ELF file."""
    (BUILD / "bench").mkdir(parents=True, exist_ok=True)
    makefile = next(BUILD.glob("toolchain*.mk")).read_text()
    compiler = re.search(r"^TOOLS *:= *(\S+)", makefile, re.M)[1] + "g++"
    elf = BUILD / f"bench/{name}.elf"
    subprocess.run([compiler, *FLAGS, f"tests/bench/{name}.cc", *PROGRAMS[name], "-o", elf], cwd=ROOT, check=True)
    return elf
