// Called by the compiler and the C++ headers on undefined behaviour that they detect.
#include "user.h"

extern "C" {
[[noreturn]] void abort() { die("aborted"); }
[[noreturn]] void __cxa_pure_virtual() { die("pure virtual function called"); }
}

namespace std {
[[noreturn]] void __glibcxx_assert_fail(const char* file, int line, const char*, const char* condition) {
    die("%s:%d: assertion failed: %s", file, line, condition);
}
}  // namespace std
