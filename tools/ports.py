"""Ports of 127.0.0.1 for one checkout: chosen once, kept in a file while usable.

`make server`, `make qemu` and, through boot arguments, the guest agree on what the file says. Where two
checkouts or two users meet on one number, whoever comes second chooses anew.
"""
import contextlib
import fcntl
import os
import pathlib
import socket
import zlib

# Two groups, as two programs bind them: the server's, and QEMU's (forwards into the guest, and gdb).
GROUPS = {
    "server": ["server", "dns", "sink"],
    "qemu": ["tcp7", "tcp80", "udp2000", "gdb"],
}
FIRST, LAST = 20000, 32000  # below the range that systems give to outgoing connections


def is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as s:
            if kind == socket.SOCK_STREAM:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def lock_file(path):
    return f"{path}.lock"


def server_runs(path):
    """Whether this checkout's own server runs: it holds a lock as long as it does."""
    try:
        with open(lock_file(path)) as f:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True


def choose(path, count):
    """That many free ports in a row. Starts where the file's path says, so that checkouts differ from the start."""
    span = LAST - FIRST
    start = zlib.crc32(f"{os.path.realpath(path)} {os.getuid()}".encode()) % span
    for step in range(0, span, count):
        base = FIRST + (start + step) % (span - count)
        ports = range(base, base + count)
        if all(is_free(p) for p in ports):
            return ports
    raise SystemExit(f"no {count} free ports in a row on 127.0.0.1 between {FIRST} and {LAST}")


def read(path):
    with contextlib.suppress(FileNotFoundError):
        lines = pathlib.Path(path).read_text().splitlines()
        return {k: int(v) for k, _, v in (line.partition("=") for line in lines) if v.isdigit()}
    return {}


def agree(path, groups):
    """The ports by name; those of the given groups are usable now. Chooses anew what is not."""
    directory = os.path.dirname(path) or "."
    os.makedirs(directory, exist_ok=True)
    guard = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX)
        ports = read(path)
        before = dict(ports)
        for group, names in GROUPS.items():
            known = all(n in ports for n in names)
            usable = group not in groups or all(is_free(ports[n]) for n in names if n in ports)
            if known and (usable or group == "server" and server_runs(path)):
                continue
            taken = {p for n, p in ports.items() if n not in names}
            fresh = [p for p in choose(path, len(names) + len(taken)) if p not in taken]
            ports.update(zip(names, fresh))
        if ports != before:
            temporary = f"{path}.new"
            pathlib.Path(temporary).write_text("".join(f"{n}={p}\n" for n, p in ports.items()))
            os.replace(temporary, path)
        return ports
    finally:
        os.close(guard)
