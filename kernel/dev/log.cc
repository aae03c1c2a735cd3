// log and panic: the kernel's own words on the console.
#include "lib/log.h"

#include <atomic>

#include "dev/power.h"
#include "dev/uart.h"
#include "lib/format.h"
#include "lib/panic.h"
#include "proc/process.h"

namespace {

// A whole line is formatted first, then written at once, so that lines of several harts do not mix.
struct Line {
    char text[240];
    usize length = 0;

    static void append(void* context, const char* s, usize n) {
        auto* line = static_cast<Line*>(context);
        for (; n && line->length < sizeof line->text - 1; n--) line->text[line->length++] = *s++;
    }
    TextSink sink() { return {append, this}; }
};

constinit std::atomic<u32> panicking{0};  // the hart that does, plus one

void say(const char* fmt, ...) {
    Line line;
    std::va_list args;
    va_start(args, fmt);
    vformat(line.sink(), fmt, args);
    va_end(args);
    dev::uart_write_unlocked(line.text, line.length);
}

// Return addresses, found by following the frame pointers that a debug build keeps. They must lie on this
// very stack: a release build has other things in that register.
void say_backtrace() {
    auto frame = reinterpret_cast<uptr>(__builtin_frame_address(0));
    const uptr stack_end = mm::round_up(frame, KSTACK_SLOT);
    say("backtrace (addr2line -fe build/kernel.elf ADDRESS names them; make DEBUG=1 gives all):\n");
    for (int depth = 0; depth < 20 && frame % 8 == 0; depth++) {
        const auto* words = reinterpret_cast<const u64*>(frame);
        const u64 return_address = words[-1];
        const u64 caller = words[-2];
        if (return_address < reinterpret_cast<u64>(mm::kernel_begin)) break;
        if (return_address >= reinterpret_cast<u64>(mm::kernel_text_end)) break;
        say("  %#lx\n", return_address);
        if (caller <= frame || caller >= stack_end) break;
        frame = caller;
    }
}

}  // namespace

void log(const char* fmt, ...) {
    Line line;
    std::va_list args;
    va_start(args, fmt);
    vformat(line.sink(), fmt, args);
    va_end(args);
    line.text[line.length++] = '\n';
    dev::uart_write(line.text, line.length);
}

void panic(const char* fmt, ...) {
    arch::interrupts_off();
    const u32 me = arch::hart_id() + 1;
    u32 nobody = 0;
    if (!panicking.compare_exchange_strong(nobody, me)) {
        if (nobody == me) dev::power_off(dev::kPanicStatus);  // a panic while telling of a panic
        for (;;) arch::wait_for_interrupt();
    }
    Line line;
    std::va_list args;
    va_start(args, fmt);
    vformat(line.sink(), fmt, args);
    va_end(args);
    const arch::Hart& hart = arch::this_hart();
    const Thread* t = hart.current;
    say("\npanic: hart %u, %s", hart.id, t ? t->name : "booting");
    if (t && t->process) say(" (pid %d)", t->process->pid);
    say(": ");
    dev::uart_write_unlocked(line.text, line.length);
    say("\n");
    say_backtrace();
    dev::power_off(dev::kPanicStatus);
}

extern "C" __attribute__((noreturn)) void abort() { panic("abort"); }
extern "C" [[noreturn]] void __cxa_pure_virtual() { panic("pure virtual function called"); }

// What libstdc++'s assertions call: a span or array index out of range.
namespace std {
[[noreturn]] void __glibcxx_assert_fail(const char* file, int line, const char*,
                                        const char* condition) noexcept {
    panic("%s:%d: %s", file, line, condition);
}
}  // namespace std
