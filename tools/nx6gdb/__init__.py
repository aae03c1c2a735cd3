"""The kernel's data in gdb: printers and commands. tools/gdb.py loads all of it."""
