"""What gdb knows beyond its own commands when it is started with build/gdbinit (`make qemu-gdb`): docs/debugging.md.

`help user-defined` lists the commands. The code is in tools/nx6gdb.
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from nx6gdb import (mbufs, packets, pointers, printers, program, ring, sockets, structures, threads,  # noqa: E402,F401
                    values)

for command in (program.Program, packets.Packet, threads.Threads, sockets.Sockets, mbufs.Mbufs, ring.Ring):
    command()
printers.install()
pointers.install()
