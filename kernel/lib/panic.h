// For broken invariants of the kernel only. Input from outside (packets, files, arguments) must never cause a
// panic.
#pragma once

// Prints the message with hart, process and backtrace, stops every hart and ends QEMU with a failure status.
// In the host tests it prints and aborts.
[[noreturn]] void panic(const char* format, ...) __attribute__((format(printf, 1, 2)));

#define ASSERT(condition)                                                              \
    do {                                                                               \
        if (!(condition)) [[unlikely]]                                                 \
            panic("%s:%d: assertion failed: %s", __FILE_NAME__, __LINE__, #condition); \
    } while (0)

#ifndef __FILE_NAME__  // GCC 12 and newer, Clang 9 and newer have it
#define __FILE_NAME__ __FILE__
#endif

// Checks that are too expensive for a release build.
#ifdef NX6_DEBUG
#define DEBUG_ASSERT(condition) ASSERT(condition)
#else
#define DEBUG_ASSERT(condition) ((void)0)
#endif
