// Deliberate failures, to show and test the kernel's diagnostics: a debug build with the boot argument
// provoke=KIND fails in that way. docs/debugging.md explains the output; tests/qemu/test_panic.py checks it.
#pragma once

#ifdef NX6_DEBUG
// Causes the failure that the boot argument names, if it is given. Thread context.
void provoke();
bool is_provocation(const char* kind);
inline constexpr char kProvocations[] = "expected assert, null, overflow, deep, order, sleep, stuck or held";
#else
inline void provoke() {}
inline bool is_provocation(const char*) { return false; }
inline constexpr char kProvocations[] = "only a debug build has it: make qemu DEBUG=1";
#endif
