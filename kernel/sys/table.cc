// The table from system call numbers to functions, generated from abi/syscalls.def.
#include "sys/table.h"

#include <iterator>

#include "sys/sys_calls.h"

namespace {

using SystemCall = Result<i64> (*)(const SyscallArgs&);

constexpr SystemCall kCalls[] = {
    nullptr,
#define SYSCALL(number, name, ...) sys_##name,
#include "abi/syscalls.def"
#undef SYSCALL
};

// The table is indexed by number, so the list must have no gaps.
constexpr bool numbers_are_consecutive() {
    int next = 1;
#define SYSCALL(number, name, ...) \
    if (number != next++) return false;
#include "abi/syscalls.def"
#undef SYSCALL
    return true;
}
static_assert(numbers_are_consecutive());

}  // namespace

void system_call(arch::TrapFrame& frame) {
    const u64 number = frame.a[7];
    if (number == 0 || number >= std::size(kCalls)) [[unlikely]] {
        frame.a[0] = static_cast<u64>(-static_cast<i64>(Errno::NoSys));
        return;
    }
    const Result<i64> r = kCalls[number](SyscallArgs(frame));
    frame.a[0] = static_cast<u64>(r.ok() ? r.value() : -static_cast<i64>(r.error()));
}
