// Random arguments for the calls for signals: valid actions with handlers that harm the program itself, and
// invalid ones.
#include "abi/signal.h"
#include "abi/wait.h"
#include "arguments.h"

extern "C" long raw_sigreturn() NX6_CALL(sigreturn);  // the stub of the call; a handler returns to it

namespace sysfuzz {
namespace {

constexpr int kIntMin = -2147483647 - 1, kIntMax = 2147483647;

long number_of(const void* p) { return reinterpret_cast<long>(p); }
Draw own(1);  // for the handlers

// Overwrites its frame with random words, at random places, and then returns.
void ruin(int number, signal_info*, unsigned long* context) {
    constexpr unsigned kWords = (sizeof(signal_frame) - offsetof(signal_frame, mask)) / sizeof(long);
    for (unsigned i = 0; i < 1 + own.below(6); i++) context[own.below(kWords)] = own.next();
    context[1] = own.below(2) ? context[1] : 0xffff'ffc0'8020'0000 + static_cast<unsigned>(number);  // the pc
}

// Calls the kernel again.
void nest(int, signal_info*, unsigned long*) {
    char byte = 0;
    call(kCall_read, static_cast<long>(own.below(14)), number_of(&byte), 1);
    call(kCall_nanosleep, 1000);
}

long action(Draw& draw) {
    static signal_action a;
    const long kHandlers[] = {0, 1, number_of(reinterpret_cast<const void*>(&ruin)),
                              number_of(reinterpret_cast<const void*>(&nest)),
                              random_argument(draw, Kind::Buffer)};
    const unsigned long kFlags[] = {0, SA_SIGINFO, SA_RESTART, SA_NODEFER, SA_RESETHAND, SA_NOCLDWAIT, ~0ul};
    a.handler = static_cast<unsigned long>(kHandlers[draw.below(5)]);
    a.mask = draw.below(2) ? 0 : draw.next();
    a.flags = kFlags[draw.below(7)] | kFlags[draw.below(6)];
    a.restorer = draw.below(8) ? reinterpret_cast<unsigned long>(&raw_sigreturn) : draw.next();
    return number_of(&a);
}

long set(Draw& draw) {
    static unsigned long s;
    s = draw.below(3) ? 1ul << draw.below(32) : draw.below(2) ? 0 : draw.next();
    return number_of(&s);
}

long alarm(Draw& draw) {
    static alarm_time t;
    t = {draw.below(8) ? draw.below(20'000'000) : draw.next(),
         draw.below(8) ? draw.below(5'000'000) : draw.next()};
    return number_of(&t);
}

}  // namespace

long signal_argument(Draw& draw, Kind kind) {
    switch (kind) {
        case Kind::SignalNumber:
            return draw.below(10) ? draw.below(33) : random_argument(draw, Kind::Anything);
        case Kind::SignalTarget: {
            constexpr long kNobody[] = {kIntMin, kIntMax, 1l << 31};
            return draw.below(4) ? getpid() : kNobody[draw.below(3)];
        }
        case Kind::SignalHow: return static_cast<long>(draw.below(5)) - 1;
        case Kind::WaitOptions:
            return draw.below(8)
                       ? draw.below(2) * WNOHANG | draw.below(2) * WUNTRACED | draw.below(2) * WCONTINUED
                       : draw.below(100);
        default: break;
    }
    if (draw.below(6) == 0) return draw.below(3) ? random_argument(draw, Kind::Buffer) : 0;
    return kind == Kind::SignalAction ? action(draw) : kind == Kind::SignalSet ? set(draw) : alarm(draw);
}

}  // namespace sysfuzz
