"""Ports of 127.0.0.1 for one checkout: chosen once, kept in a file while usable.

`make server`, `make qemu` and, through boot arguments, the guest agree on what the file says. If another
program, user or checkout already uses one of these ports, new ones are chosen.
"""
import contextlib
import fcntl
import os
import pathlib
import socket
import zlib

import guests

# Two groups, as two programs bind them: `make server`, and QEMU (forwards into the guest, and gdb). All guests share the
# server's; each has its own of QEMU's, whose names in the file end in "-2" and so on (guests.suffix).
SERVER = ["server", "dns", "sink", "http"]
GUEST = ["tcp7", "tcp80", "udp2000", "gdb"]
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
    return guests.is_locked(lock_file(path))


def choose(path, count):
    """That many free ports in a row. The search starts at a hash of the file's path, so that checkouts differ."""
    span = LAST - FIRST
    start = zlib.crc32(f"{os.path.realpath(path)} {os.getuid()}".encode()) % span
    for step in range(0, span, count):
        base = FIRST + (start + step) % (span - count)
        ports = range(base, base + count)
        if all(is_free(p) for p in ports):
            return ports
    raise SystemExit(f"nx6: no {count} free ports in a row on 127.0.0.1 between {FIRST} and {LAST}: end programs that hold them (ss -ltunp)")


def read(path):
    with contextlib.suppress(FileNotFoundError):
        lines = pathlib.Path(path).read_text().splitlines()
        return {k: int(v) for k, _, v in (line.partition("=") for line in lines) if v.isdigit()}
    return {}


def agree(path, guest=None, keep_server=False):
    try:
        return read_or_choose(path, guest, keep_server)
    except (OSError, UnicodeDecodeError) as e:
        why = getattr(e, "strerror", "it is not text")
        raise SystemExit(f"nx6: the file of ports {path} cannot be used: {why} (use another, PORTS=FILE)")


def read_or_choose(path, guest, keep_server):
    """The server's ports by name, and those of the guest with this number if one is given. Chooses anew what is not usable.

    keep_server: leave the server's ports as they are even if another program has one, because a running guest knows them.
    """
    directory = os.path.dirname(path) or "."
    os.makedirs(directory, exist_ok=True)
    guard = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX)
        ports = read(path)
        before = dict(ports)
        of_guest = {n: n + guests.suffix(guest) for n in GUEST} if guest else {}
        for names in filter(None, (SERVER, list(of_guest.values()))):
            known = all(n in ports for n in names)
            kept = names is SERVER and (keep_server or server_runs(path))
            if known and (kept or all(is_free(ports[n]) for n in names)):
                continue
            taken = {p for n, p in ports.items() if n not in names}
            fresh = [p for p in choose(path, len(names) + len(taken)) if p not in taken]
            ports.update(zip(names, fresh))
        if ports != before:
            temporary = f"{path}.new"
            pathlib.Path(temporary).write_text("".join(f"{n}={p}\n" for n, p in ports.items()))
            os.replace(temporary, path)
        return {n: ports[n] for n in SERVER} | {n: ports[key] for n, key in of_guest.items()}
    finally:
        os.close(guard)
