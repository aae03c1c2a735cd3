// What the kernel says when it breaks, to be seen at will: a debug build started with the boot argument
// provoke=KIND breaks in that way. docs/debugging.md shows how the answers are read; tests/qemu/test_panic.py
// checks them.
#pragma once

#ifdef NX6_DEBUG
// Does what the boot argument asks for, if it is there. Thread context.
void provoke();
bool is_provocation(const char* kind);
inline constexpr char kProvocations[] = "expected assert, null, overflow, deep, order, sleep, stuck or held";
#else
inline void provoke() {}
inline bool is_provocation(const char*) { return false; }
inline constexpr char kProvocations[] = "only a debug build has it: make qemu DEBUG=1";
#endif
