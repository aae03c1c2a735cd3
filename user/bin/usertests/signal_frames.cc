// Programs that ruin their signal handlers, frames and stacks: each hurts only itself.
#include "abi/signal.h"
#include "abi/wait.h"
#include "signal_kit.h"

namespace usertests {
namespace {

unsigned long at;                  // what a handler puts somewhere
constexpr int kMask = 0, kPc = 1;  // words of the context

// A store at an address that the compiler does not know.
void fault() {
    static volatile unsigned long nowhere = 8;
    *static_cast<volatile int*>(pointer(nowhere)) = 1;
}

using Handler = void (*)(int, signal_info*, unsigned long*);
const void* address(Handler h) { return reinterpret_cast<const void*>(h); }

// The signal that ends a child that sends itself SIGUSR1; 0: it exits.
template <class Prepare>
int ended_by(Prepare prepare) {
    const int pid = fork();
    if (pid == 0) {
        prepare();
        sigsend(getpid(), SIGUSR1);
        exit(0);
    }
    int how = -1;
    if (pid < 0 || waitpid(pid, &how, 0) != pid) return -1;
    return WIFSIGNALED(how) ? WTERMSIG(how) : 0;
}

bool faults(const char* what, unsigned long where, int signal) {
    char text[80];
    snprintf(text, sizeof text, "the signal after %s %#lx", what, where);
    return expect(text, signal == SIGBUS ? SIGSEGV : signal, SIGSEGV);
}

bool each_bad_address() {
    for (int i = 0; i < kBadAddresses; i++) {
        at = bad_addresses()[i].at;
        // 0 is the default action.
        if (at > 1 && !faults("a handler at", at, ended_by([] { set_handler(SIGUSR1, pointer(at)); })))
            return false;
        const Handler nothing = [](int, signal_info*, unsigned long*) {};
        if (!faults("a return to", at,
                    ended_by([&] { set_handler(SIGUSR1, address(nothing), 0, pointer(at)); })))
            return false;
        const Handler go = [](int, signal_info*, unsigned long* c) { c[kPc] = at; };
        if (!faults("a pc in the frame of", at, ended_by([&] { set_handler(SIGUSR1, address(go)); })))
            return false;
        const Handler push = [](int, signal_info*, unsigned long*) {
            register unsigned long sp asm("a0") = at;
            asm volatile("mv sp, a0\n\tli a7, %1\n\tecall\n\tebreak" ::"r"(sp), "i"(kCall_sigreturn));
        };
        if (!faults("a frame at", at, ended_by([&] { set_handler(SIGUSR1, address(push)); }))) return false;
    }
    return true;
}

// A signal arrives while sp is wrong.
bool no_stack_for_a_handler() {
    for (int i = 0; i < kBadAddresses; i++) {
        at = bad_addresses()[i].at;
        if (at > 4096 && at < 0x8000'0000) continue;  // below it there is memory of the program
        const int signal = ended_by([] {
            const Handler nothing = [](int, signal_info*, unsigned long*) {};
            set_handler(SIGUSR1, address(nothing));
            register long pid asm("a0") = getpid();
            register unsigned long sp asm("a2") = at;
            asm volatile("mv sp, a2\n\tli a1, %2\n\tli a7, %3\n\tecall\n\tebreak"
                         : "+r"(pid)
                         : "r"(sp), "i"(SIGUSR1), "i"(kCall_sigsend));
        });
        if (!faults("a signal with sp", at, signal)) return false;
    }
    return true;
}

bool random_frames() {
    for (unsigned seed = 0; seed < (quick ? 30 : 300); seed++) {
        static Draw draw(0);
        draw = Draw(seed);
        const int pid = start([] {
            const Handler ruin = [](int, signal_info*, unsigned long* c) {
                constexpr unsigned kWords =
                    (sizeof(signal_frame) - offsetof(signal_frame, mask)) / sizeof(long);
                for (unsigned i = 0; i < kWords; i++) c[i] = draw.below(3) ? draw.next() : c[i];
                c[kPc] = draw.below(2) ? reinterpret_cast<unsigned long>(&raw_sigreturn) : draw.next();
            };
            set_handler(SIGUSR1, address(ruin));
            return sigsend(getpid(), SIGUSR1);
        });
        if (pid < 0) return false;
        const int watchdog = start_watchdog(pid, 5);
        if (end_of(pid) != kKilled) return fail("a program survived a random frame, seed %u", seed);
        kill(watchdog);
        end_of(watchdog);
    }
    return true;
}

}  // namespace

bool test_signal_frames() { return each_bad_address() && no_stack_for_a_handler() && random_frames(); }

// A handler that faults again and again ends when its stack is full, and a program cannot block SIGKILL.
bool test_stubborn_handlers() {
    const int overflow = ended_by([] {
        const Handler once_more = [](int, signal_info*, unsigned long*) { fault(); };
        set_handler(SIGSEGV, address(once_more), SA_NODEFER);
        fault();
    });
    if (!expect("the signal that ends a handler that faults", overflow, SIGSEGV)) return false;
    const int blocked = ended_by([] {
        const Handler once_more = [](int, signal_info*, unsigned long*) { fault(); };
        set_handler(SIGSEGV, address(once_more));
        fault();
    });
    if (!expect("the signal that ends a handler that faults once more", blocked, SIGSEGV)) return false;
    return can_be_killed("with everything blocked", [] {
        const Handler block = [](int, signal_info*, unsigned long* c) { c[kMask] = ~0ul; };
        set_handler(SIGUSR1, address(block));
        sigsend(getpid(), SIGUSR1);
        for (int n = 1; n < 32; n++) set_handler(n, pointer(1));
        for (;;) sleep(100);
    });
}

// Stops and continues against kills, forks and ends.
bool test_stop_races() {
    Draw draw(3);
    for (int round = 0; round < (quick ? 100 : 1000); round++) {
        const int victim = start([]() -> int {
            for (;;) {
                if (fork() == 0) exit(0);
                wait(nullptr);
            }
        });
        if (victim < 0) return false;
        constexpr int kSignals[] = {SIGSTOP, SIGCONT, SIGTSTP, SIGCONT, SIGUSR1, SIGCHLD};
        for (unsigned i = 0; i < 1 + draw.below(6); i++) {
            sigsend(victim, kSignals[draw.below(draw.below(8) ? 4 : 6)]);
            for (const unsigned long until = nanouptime() + draw.below(300'000); nanouptime() < until;)
                continue;
            waitpid(victim, nullptr, WNOHANG | WUNTRACED | WCONTINUED);
        }
        kill(victim);
        int how;
        while (waitpid(victim, &how, 0) == victim && !WIFSIGNALED(how)) continue;
    }
    while (wait(nullptr) > 0) continue;
    return true;
}

namespace {

bool bad_pointers() {
    unsigned long set = 0;
    const long good = reinterpret_cast<long>(&set);
    for (int i = 0; i < kBadAddresses; i++) {
        const auto bad = static_cast<long>(bad_addresses()[i].at);
        const struct {
            const char* name;
            long result;
        } calls[] = {{"sigpending()", call(kCall_sigpending, bad)},
                     {"sigsuspend()", call(kCall_sigsuspend, bad)},
                     // For these a null pointer is valid.
                     {"sigaction() from", bad ? call(kCall_sigaction, SIGUSR1, bad, 0) : -EFAULT},
                     {"sigaction() to", bad ? call(kCall_sigaction, SIGUSR1, 0, bad) : -EFAULT},
                     {"sigprocmask() from", bad ? call(kCall_sigprocmask, 0, bad, 0) : -EFAULT},
                     {"sigprocmask() to", bad ? call(kCall_sigprocmask, 0, good, bad) : -EFAULT},
                     {"setitimer() from", bad ? call(kCall_setitimer, bad, 0) : -EFAULT},
                     {"setitimer() to", bad ? call(kCall_setitimer, 0, bad) : -EFAULT}};
        for (const auto& c : calls) {
            char what[80];
            snprintf(what, sizeof what, "%s %#lx", c.name, bad_addresses()[i].at);
            if (!expect(what, c.result, -EFAULT)) return false;
        }
    }
    return true;
}

}  // namespace

// Arguments that are wrong.
bool test_signal_numbers() {
    if (!bad_pointers()) return false;
    unsigned long word = 0;
    const long odd[] = {-1, 32, 64, 1000, -2147483648l, 2147483647};
    for (const long n : odd) {
        if (!expect("sigsend() of no signal", call(kCall_sigsend, getpid(), n), -EINVAL) ||
            !expect("sigaction() of no signal", call(kCall_sigaction, n, 0, 0), -EINVAL))
            return false;
    }
    const long set = reinterpret_cast<long>(&word);
    const signal_action ignore{1, 0, 0, 0};
    const long ignored = reinterpret_cast<long>(&ignore);
    return expect("sigaction() of signal 0", call(kCall_sigaction, 0, 0, 0), -EINVAL) &&
           expect("sigaction() of SIGKILL", call(kCall_sigaction, SIGKILL, ignored, 0), -EINVAL) &&
           expect("sigaction() of SIGSTOP", call(kCall_sigaction, SIGSTOP, ignored, 0), -EINVAL) &&
           expect("sigprocmask() how", call(kCall_sigprocmask, 3, set, 0), -EINVAL) &&
           expect("sigsend() to init", call(kCall_sigsend, 1, SIGTERM), -EPERM) &&
           expect("sigsend() to nobody", call(kCall_sigsend, 0x7fff'ffff, SIGTERM), -ESRCH) &&
           expect("sigsend() to no group", call(kCall_sigsend, -0x7fff'ffff - 1, SIGTERM), -ESRCH) &&
           expect("waitpid() for nobody", call(kCall_waitpid, 0x7fff'ffff, 0, 0), -ECHILD) &&
           expect("waitpid() for no group", call(kCall_waitpid, -0x7fff'ffff - 1, 0, 0), -ECHILD) &&
           expect("waitpid() with an unknown option", call(kCall_waitpid, -1, 0, 4), -EINVAL) &&
           expect("getpgid() of nobody", call(kCall_getpgid, -5), -ESRCH) &&
           expect("getsid() of nobody", call(kCall_getsid, 0x7fff'ffff), -ESRCH);
}

}  // namespace usertests
