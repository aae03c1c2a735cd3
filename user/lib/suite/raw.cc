#include "suite/raw.h"

#include "suite/kit.h"
#include "user.h"

namespace suite {

long call(long number, long a0, long a1, long a2, long a3, long a4, long a5) {
    register long r0 asm("a0") = a0;
    register long r1 asm("a1") = a1;
    register long r2 asm("a2") = a2;
    register long r3 asm("a3") = a3;
    register long r4 asm("a4") = a4;
    register long r5 asm("a5") = a5;
    register long r7 asm("a7") = number;
    asm volatile("ecall" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5), "r"(r7) : "memory");
    return r0;
}

const BadAddress* bad_addresses() {
    static BadAddress all[kBadAddresses] = {
        {"null", 0},
        {"the page of null", 4095},
        {"after the heap", 0},
        {"the page below the stack", 0},
        {"the address of RAM in xv6", 0x8000'0000},
        {"the last page of user memory", 0x3f'ffff'f000},
        {"the end of user memory", 0x40'0000'0000},
        {"not an address of Sv39", 0x8000'0000'0000},
        {"the kernel's devices", 0xffff'ffc0'1000'0000},
        {"the kernel's text", 0xffff'ffc0'8000'0000},
        {"the kernel's stacks", 0xffff'ffff'c000'3000},
        {"the last page of the address space", 0xffff'ffff'ffff'f000},
        {"the last byte of the address space", 0xffff'ffff'ffff'ffff},
    };
    static_assert(sizeof all / sizeof all[0] == kBadAddresses);
    all[2].at = (reinterpret_cast<unsigned long>(sbrk(0)) + 4095) & ~4095ul;
    // The heap begins at the top of the stack; the guard page is below the stack.
    static const unsigned long first_break = all[2].at;
    all[3].at = first_break - STACKSIZE - 4096;
    return all;
}

char* last_byte() {
    const unsigned long end = reinterpret_cast<unsigned long>(sbrk(0));
    sbrk(static_cast<int>((4096 - end % 4096) % 4096) + 4096);
    return sbrk(0) - 1;
}

bool expect_fault(const char* call_name, const BadAddress& bad, long got) {
    char what[80];
    snprintf(what, sizeof what, "%s at %#lx (%s)", call_name, bad.at, bad.what);
    return expect(what, got, -EFAULT);
}

}  // namespace suite
