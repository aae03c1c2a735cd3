"""Debian's Linux kernel for riscv64, downloaded by this machine's apt from the mirror that it is configured with.

apt gets folders of its own for another architecture and suite: it changes nothing of the machine, and needs no root.
"""
import glob
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SUITE = "trixie"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Unavailable(Exception):
    """There is no kernel here; the text says why."""


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, **options)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it does not say why"]
        raise Unavailable(f"{command[0]}: {next((line for line in lines if 'error' in line), lines[-1])}")
    return done.stdout


def mirror():
    """Where this machine gets Debian's packages."""
    lines = run("apt-get", "indextargets", "--format", "$(SITE)|$(ORIGIN)|$(COMPONENT)|$(RELEASE)", "Created-By: Packages").splitlines()
    for site, origin, component, release in (line.split("|") for line in lines):
        if (origin, component) == ("Debian", "main") and "security" not in release:
            return site
    raise Unavailable("apt is not configured with a mirror of Debian")


def private_apt(folder):
    """The options with which apt sees Debian's suite for riscv64, and keeps everything in this folder."""
    for name in ("lists/partial", "cache/archives/partial", "preferences.d"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(f"deb [arch=riscv64 signed-by={KEYRING}] {mirror()} {SUITE} main\n")
    options = {"APT::Architecture": "riscv64", "APT::Architectures::": "riscv64", "APT::Sandbox::User": "root",
               "Dir::Etc::sourcelist": folder / "sources.list", "Dir::Etc::sourceparts": "/dev/null",
               "Dir::Etc::preferencesparts": folder / "preferences.d", "Dir::Etc::preferences": "/dev/null",
               "Dir::State": folder, "Dir::State::lists": folder / "lists", "Dir::State::status": folder / "status",
               "Dir::Cache": folder / "cache", "Acquire::Retries": "1", "Acquire::http::Timeout": "20"}
    return [word for name, value in options.items() for word in ("-o", f"{name}={value}")]


def kernel_package(folder):
    """The path of the kernel's package, which is downloaded (about 110 MB) unless the folder has it already."""
    folder = pathlib.Path(folder).resolve()
    if have := sorted(glob.glob(str(folder / "linux-image-*_riscv64.deb")), key=os.path.getmtime):
        return pathlib.Path(have[-1])
    if missing := [p for p in ("apt-get", "dpkg-deb") if not shutil.which(p)]:
        raise Unavailable(f"{missing[0]} is not installed")
    if not os.path.exists(KEYRING):
        raise Unavailable(f"{KEYRING} is not installed")
    apt = private_apt(folder / "apt")
    run("apt-get", *apt, "update", "-q")
    found = re.search(r"Depends: (linux-image-\d\S*)", run("apt-cache", *apt, "depends", "linux-image-riscv64"))
    if not found:
        raise Unavailable(f"Debian {SUITE} has no kernel for riscv64")
    print(f"downloading {found[1]} (110 MB) to {folder}", flush=True)
    with tempfile.TemporaryDirectory(dir=folder) as new:  # a download may be interrupted
        run("apt-get", *apt, "download", found[1], cwd=new)
        package = next(pathlib.Path(new).glob("*.deb"))
        return package.rename(folder / package.name)
