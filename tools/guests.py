"""Which guests of this checkout run: each holds a lock on a file under build/ as long as it runs.

QEMU inherits the lock through exec, so it ends with QEMU, whatever ends that.
"""
import contextlib
import fcntl
import os

NUMBERS = range(1, 10)


def suffix(number):
    """What is added to the names of a guest's own files: nothing for the first, "-2" for the second."""
    return "" if number == 1 else f"-{number}"


def lock_file(build, number):
    return os.path.join(build, f"guest{suffix(number)}.lock")


def is_locked(path):
    """Whether a process holds a lock on this file."""
    try:
        with open(path) as f:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True


def running(build):
    return [n for n in NUMBERS if is_locked(lock_file(build, n))]


def owner(build, number):
    """The process that holds the guest's lock, in words."""
    with contextlib.suppress(OSError), open(lock_file(build, number)) as f:
        pid = f.read().strip()
        return f" (process {pid})" if pid else ""
    return ""


def take(build, number):
    """Locks the guest's number for this process and for the QEMU that it becomes. False if that guest runs already."""
    fd = os.open(lock_file(build, number), os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return False
    os.set_inheritable(fd, True)
    os.truncate(fd, 0)
    os.write(fd, f"{os.getpid()}\n".encode())
    return True
