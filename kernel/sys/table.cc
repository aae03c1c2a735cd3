// The table from system call numbers to functions, generated from abi/syscalls.def.
#include "sys/table.h"

#include <iterator>

#include "proc/sched.h"
#include "sys/signals.h"
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

// A call that signals have interrupted is made again, unless a handler is to run. Not inlined: a call that
// succeeds saves fewer registers.
[[gnu::noinline]] void failed(arch::TrapFrame& frame, Errno error) {
    const SystemCall call = kCalls[frame.a[7]];
    while (error == Errno::Intr && current_interrupted()) {
        const Interrupted next = interrupted_call();
        if (next == Interrupted::Restart) frame.pc -= arch::kCallInstruction;
        if (next == Interrupted::Restart) return;
        if (next == Interrupted::Fail) break;
        const Result<i64> r = call(SyscallArgs(frame));
        if (r.ok()) frame.a[0] = static_cast<u64>(r.value());
        if (r.ok()) return;
        error = r.error();
    }
    frame.a[0] = static_cast<u64>(-static_cast<i64>(error));
}

}  // namespace

void system_call(arch::TrapFrame& frame) {
    const u64 number = frame.a[7];
    if (number == 0 || number >= std::size(kCalls)) [[unlikely]] {
        frame.a[0] = static_cast<u64>(-static_cast<i64>(Errno::NoSys));
        return;
    }
    const Result<i64> r = kCalls[number](SyscallArgs(frame));
    if (r.ok()) [[likely]]
        frame.a[0] = static_cast<u64>(r.value());
    else
        failed(frame, r.error());
}
