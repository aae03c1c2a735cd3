// panic(): stops every hart, prints the reason and backtraces, and ends QEMU with a failure status.
#include "lib/panic.h"

#include <atomic>

#include "arch/symbols.h"
#include "dev/power.h"
#include "dev/uart.h"
#include "lib/format.h"
#include "proc/process.h"

namespace {

constinit std::atomic<u32> panicking{0};  // the panicking hart's id plus one; 0: none

// Takes no lock, because the holder may be a stopped hart.
TextSink console() {
    return {[](void*, const char* text, usize n) { dev::uart_write_unlocked(text, n); }, nullptr};
}

void say(const char* fmt, ...) {
    std::va_list args;
    va_start(args, fmt);
    vformat(console(), fmt, args);
    va_end(args);
}

// Whether the two words below `frame` are on the hart's boot stack or its thread's stack, and so readable.
bool is_frame(const arch::Hart& hart, uptr frame) {
    const auto on_stack = [](uptr top, uptr at) {
        return top && at > top - KSTACK_SIZE + 2 * sizeof(u64) && at <= top;
    };
    if (frame % sizeof(u64) != 0) return false;
    return on_stack(arch::boot_stack_top(hart.id), frame) ||
           (hart.current && on_stack(hart.current->stack.top, frame));
}

// Looks up pc - 1, in the call instruction: after a call that never returns, pc may be in the next function.
void say_return_address(u64 pc, unsigned times) {
    const arch::Symbol s = arch::symbol_of(pc - 1);
    say("  %#lx", pc);
    if (arch::has_symbols()) say("  %s+%#lx", s.name, s.offset + 1);
    say(times > 1 ? "  (%u times)\n" : "\n", times);
}

// Prints the return addresses by following the frame pointers of a debug build: below the address in s0 are
// the return address and the caller's s0. A leaf function saves only s0.
void say_backtrace(const arch::Hart& hart, uptr frame) {
    const int depth = arch::has_symbols() ? 500 : 1;
    u64 last = 0;
    unsigned times = 0;
    for (int i = 0; i < depth && is_frame(hart, frame); i++) {
        const auto* words = reinterpret_cast<const u64*>(frame);
        const bool leaf = !arch::is_kernel_text(words[-1]);
        const uptr caller = leaf ? words[-1] : words[-2];
        if (caller == 0) break;  // the thread's entry function
        if (!leaf && words[-1] != last) {
            if (times) say_return_address(last, times);
            last = words[-1];
            times = 0;
        }
        times += !leaf;
        if (caller == frame) break;
        frame = caller;
    }
    if (times) say_return_address(last, times);
}

void say_who(const arch::Hart& hart) {
    const Thread* t = hart.current;
    say("hart %u, %s", hart.id, t ? t->name : "booting");
    if (t && t->process) say(" (pid %d)", t->process->pid);
}

void say_stopped_at(u64 pc) {
    const arch::Symbol s = arch::symbol_of(pc);
    say(arch::is_kernel_text(pc) ? ", at pc %#lx (%s+%#lx)" : ", in user mode at pc %#lx", pc, s.name,
        s.offset);
}

void say_others() {
    for (unsigned i = 0; i < arch::hart_count; i++) {
        const arch::Hart& hart = arch::harts[i];
        if (i == arch::hart_id()) continue;
        say_who(hart);
        const uptr frame = hart.stopped.load();
        if (!frame) say(", does not respond: its interrupts are off");
        if (frame && hart.current != hart.idle) say_stopped_at(hart.stopped_pc);
        say("\n");
        if (frame && hart.current != hart.idle) say_backtrace(hart, frame);
    }
}

}  // namespace

void panic(const char* fmt, ...) {
    arch::interrupts_off();
    const u32 me = arch::hart_id() + 1;
    u32 nobody = 0;
    if (!panicking.compare_exchange_strong(nobody, me)) {
        if (nobody == me) dev::power_off(dev::kPanicStatus);  // a panic during the panic
        for (;;) arch::wait_for_interrupt();
    }
    arch::stop_other_harts();
    say("\npanic: ");
    say_who(arch::this_hart());
    say(": ");
    std::va_list args;
    va_start(args, fmt);
    vformat(console(), fmt, args);
    va_end(args);
    say("\n");
    say_backtrace(arch::this_hart(), reinterpret_cast<uptr>(__builtin_frame_address(0)));
    say_others();
    if (!arch::has_symbols()) say("For a backtrace with names use `make qemu DEBUG=1`: docs/debugging.md\n");
    dev::power_off(dev::kPanicStatus);
}

extern "C" __attribute__((noreturn)) void abort() { panic("abort"); }
extern "C" [[noreturn]] void __cxa_pure_virtual() { panic("pure virtual function called"); }

// Called by libstdc++'s assertions, such as a span or array index out of range.
namespace std {
[[noreturn]] void __glibcxx_assert_fail(const char* file, int line, const char*,
                                        const char* condition) noexcept {
    panic("%s:%d: %s", file, line, condition);
}
}  // namespace std
