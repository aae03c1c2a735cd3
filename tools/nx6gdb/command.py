"""What every command has in common: it runs on a stopped guest, and what goes wrong is told in one line."""
import gdb

from . import kernel

NO_GUEST = "no guest: run `make qemu-gdb` in another terminal and start gdb with -x build/gdbinit"
NO_KERNEL = "the guest has no kernel memory yet: `hbreak boot_first_process`, `continue`"


class Command(gdb.Command):
    """A subclass has a name, help as its docstring, and run(argument), which prints."""

    name = ""
    needs_guest = True

    def __init__(self):
        super().__init__(self.name, gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        try:
            if self.needs_guest:
                self.run_on_guest(argument.strip())
            else:
                self.run(argument.strip())
        except kernel.FAILURES as e:
            raise gdb.GdbError(f"{self.name}: {e}") from None

    def run_on_guest(self, argument):
        if not gdb.selected_inferior().threads():
            raise gdb.GdbError(NO_GUEST)
        with kernel.view():
            if not kernel.is_readable():
                raise gdb.GdbError(NO_KERNEL)
            self.run(argument)

    def run(self, argument):
        raise NotImplementedError


def table(rows, right=()):
    """Prints rows of cells below each other; `right` has the numbers of the columns that are numbers.

    When making a row fails, the rows before it are printed all the same.
    """
    made = []
    try:
        made.extend(rows)
    finally:
        widths = [max(len(str(row[i])) for row in made) for i in range(len(made[0]))] if made else []
        for row in made:
            cells = (str(c).rjust(w) if i in right else str(c).ljust(w) for i, (c, w) in enumerate(zip(row, widths)))
            gdb.write("  ".join(cells).rstrip() + "\n")
