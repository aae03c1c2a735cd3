// What the kernel says when it breaks, to be seen at will: a debug build started with the boot argument
// provoke=KIND breaks in that way. docs/debugging.md shows how the answers are read; tests/qemu/test_panic.py
// checks them.
#pragma once

#ifdef NX6_DEBUG
// Does what the boot argument asks for, if it is there. Thread context.
void provoke(const char* boot_arguments);
#else
inline void provoke(const char*) {}
#endif
