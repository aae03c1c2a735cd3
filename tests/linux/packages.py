"""Debian's packages, downloaded by this machine's apt from the mirror that it is configured with: the Linux kernel for riscv64, and
sources that are measured beside nx6.

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


def check_tools(*programs):
    if missing := [p for p in programs if not shutil.which(p)]:
        raise Unavailable(f"{missing[0]} is not installed")
    if not os.path.exists(KEYRING):
        raise Unavailable(f"{KEYRING} is not installed")


def private_apt(folder, kind, suite, architecture=None):
    """The options with which apt sees a suite of Debian, and keeps everything in this folder. The kind is "deb" or "deb-src"."""
    for name in ("lists/partial", "cache/archives/partial", "preferences.d"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    described = f"arch={architecture} signed-by={KEYRING}" if architecture else f"signed-by={KEYRING}"
    (folder / "sources.list").write_text(f"{kind} [{described}] {mirror()} {suite} main\n")
    options = {"APT::Sandbox::User": "root", "Dir::Etc::sourcelist": folder / "sources.list", "Dir::Etc::sourceparts": "/dev/null",
               "Dir::Etc::preferencesparts": folder / "preferences.d", "Dir::Etc::preferences": "/dev/null",
               "Dir::State": folder, "Dir::State::lists": folder / "lists", "Dir::State::status": folder / "status",
               "Dir::Cache": folder / "cache", "Acquire::Retries": "1", "Acquire::http::Timeout": "20"}
    if architecture:
        options |= {"APT::Architecture": architecture, "APT::Architectures::": architecture}
    return [word for name, value in options.items() for word in ("-o", f"{name}={value}")]


def kernel_package(folder):
    """The path of the kernel's package, which is downloaded (about 110 MB) unless the folder has it already."""
    folder = pathlib.Path(folder).resolve()
    if have := sorted(glob.glob(str(folder / "linux-image-*_riscv64.deb")), key=os.path.getmtime):
        return pathlib.Path(have[-1])
    check_tools("apt-get", "dpkg-deb")
    apt = private_apt(folder / "apt", "deb", SUITE, "riscv64")
    run("apt-get", *apt, "update", "-q")
    found = re.search(r"Depends: (linux-image-\d\S*)", run("apt-cache", *apt, "depends", "linux-image-riscv64"))
    if not found:
        raise Unavailable(f"Debian {SUITE} has no kernel for riscv64")
    print(f"downloading {found[1]} (110 MB) to {folder}", flush=True)
    with tempfile.TemporaryDirectory(dir=folder) as new:  # a download may be interrupted
        run("apt-get", *apt, "download", found[1], cwd=new)
        package = next(pathlib.Path(new).glob("*.deb"))
        return package.rename(folder / package.name)


def source_archive(folder, name, suite):
    """The path of a source package's archive, as its authors published it. It is downloaded unless the folder has it already."""
    folder = pathlib.Path(folder).resolve()
    pattern = f"{name}_*.orig.tar.*[!c]"  # without signatures, *.asc
    if not (have := sorted(folder.glob(pattern))):
        check_tools("apt-get", "tar")
        apt = private_apt(folder / "apt", "deb-src", suite)
        run("apt-get", *apt, "update", "-q")
        run("apt-get", *apt, "source", "--download-only", name, cwd=folder)
        have = sorted(folder.glob(pattern))
    if not have:
        raise Unavailable(f"Debian {suite} has no source of {name}")
    return have[-1]
