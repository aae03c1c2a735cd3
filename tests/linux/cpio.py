"""Writes an initial file system for Linux: an archive in cpio's format "newc" (buffer-format.rst in Linux's documentation)."""
import stat

CONSOLE = (5, 1)  # major and minor number


def record(number, name, mode, data=b"", device=(0, 0)):
    label = name.encode() + b"\0"
    #        inode, mode, uid, gid, links, mtime, size, the device of the file, the device that it is, the name's size, checksum
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(label), 0)
    head = b"070701" + b"".join(b"%08X" % f for f in fields) + label
    return b"".join(part + bytes(-len(part) % 4) for part in (head, data))


def archive(files):
    """An archive of executable files, by name, and of /dev/console."""
    records = [("dev", stat.S_IFDIR | 0o755), ("dev/console", stat.S_IFCHR | 0o600, b"", CONSOLE)]
    records += [(name, stat.S_IFREG | 0o755, data) for name, data in files.items()]
    return b"".join(record(i, *r) for i, r in enumerate([*records, ("TRAILER!!!", 0)], 1))
