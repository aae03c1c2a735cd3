"""`program NAME`: debugging a user program."""
import os

import gdb

from .command import Command


class Main(gdb.Breakpoint):
    """At the first instruction of main. Other programs have code at this address too: argv[0] tells which one it is.

    A hardware breakpoint, since the program's memory need not be there yet.
    """

    def __init__(self, address, name):
        super().__init__(f"*{address:#x}", gdb.BP_HARDWARE_BREAKPOINT)
        self.name = name

    def stop(self):
        try:
            return os.path.basename(gdb.parse_and_eval("*(char**)$a1").string("latin-1")) == self.name
        except gdb.error:  # no such memory: in that program the register holds something else
            return False


class Program(Command):
    """Read the symbols of a user program and stop at its main, each time it is run.
Usage: program NAME

NAME is that of a program in the guest, such as cat; its symbols are in build/user/NAME.elf."""

    name = "program"
    needs_guest = False

    def run(self, argument):
        if not gdb.objfiles():
            raise gdb.GdbError("gdb has no kernel: `file build/kernel.elf`")
        path = os.path.join(os.path.dirname(gdb.objfiles()[0].filename), "user", argument + ".elf")
        if not argument or not os.path.exists(path):
            raise gdb.GdbError(f"there is no {path}")
        gdb.execute(f"add-symbol-file {path}", to_string=True)
        Main(int(gdb.parse_and_eval("(unsigned long)&main")), argument)
