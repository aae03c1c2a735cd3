// Deliberate failures, to show and test the kernel's diagnostics: a debug build with the boot argument
// provoke=KIND fails in that way. docs/debugging.md explains the output; tests/qemu/test_panic.py checks it.
#pragma once

#ifdef NX6_DEBUG
// Causes the failure that the boot argument names, if it is given. Thread context.
void provoke(const char* boot_arguments);
#else
inline void provoke(const char*) {}
#endif
