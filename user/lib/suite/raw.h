// Raw: system calls with arguments that the library would not pass on, and addresses that no program may use.
#pragma once

namespace suite {

// A system call with any number and any arguments.
long call(long number, long a0 = 0, long a1 = 0, long a2 = 0, long a3 = 0, long a4 = 0, long a5 = 0);
enum CallNumber {
#define SYSCALL(number, name, ...) kCall_##name = number,
#include "abi/syscalls.def"
#undef SYSCALL
    kCallsEnd  // one more than the last
};

// Addresses that no program may use, each for a different reason.
struct BadAddress {
    const char* what;
    unsigned long at;
};
constexpr int kBadAddresses = 13;
const BadAddress* bad_addresses();
// Whether a call with this address has failed with EFAULT.
bool expect_fault(const char* call_name, const BadAddress& bad, long got);
inline void* pointer(unsigned long at) { return reinterpret_cast<void*>(at); }

// The last byte of the heap, with nothing mapped behind it.
char* last_byte();

}  // namespace suite
