// float: tests floating point in programs, and that the kernel saves and restores each program's registers.
//
// The compiler may use any register between two statements. So each check of the registers is one piece of
// assembly: load all 32, make a system call or wait for preemption, store all 32.
#include "lib/types.h"
#include "user.h"

namespace {

const char kUsage[] =
    "float      checks arithmetic, and that registers survive system calls, preemption, fork and exec";

constexpr int kWorkers = 4, kRounds = 40;

struct Registers {
    u64 f[32];
    u64 fcsr;
};

#define ALL_REGISTERS(op, base)                                                                           \
    ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n" #op \
    " f\\n, 8*\\n(" base ")\n.endr\n"
#define LOAD_ALL  ALL_REGISTERS(fld, "%[in]") "ld t0, 256(%[in])\nfscsr t0\n"
#define STORE_ALL ALL_REGISTERS(fsd, "%[out]") "frcsr t0\nsd t0, 256(%[out])\n"
#define ALL_FLOATS                                                                                        \
    "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "f13", "f14", "f15", \
        "f16", "f17", "f18", "f19", "f20", "f21", "f22", "f23", "f24", "f25", "f26", "f27", "f28", "f29", \
        "f30", "f31", "t0", "memory"

enum Call : long { kFork = 1, kSleep = 13 };

// Loads all registers, makes a system call, stores them all. Returns the call's result.
long over_a_call(Call number, long argument, const Registers& in, Registers& out) {
    register long a0 asm("a0") = argument;
    register long a7 asm("a7") = number;
    asm volatile(LOAD_ALL "ecall\n" STORE_ALL
                 : "+r"(a0)
                 : "r"(a7), [in] "r"(&in), [out] "r"(&out)
                 : ALL_FLOATS);
    return a0;
}

// The same with a loop that takes long enough to be preempted now and then.
void over_a_loop(long turns, const Registers& in, Registers& out) {
    asm volatile(LOAD_ALL "1: addi %[turns], %[turns], -1\nbnez %[turns], 1b\n" STORE_ALL
                 : [turns] "+r"(turns)
                 : [in] "r"(&in), [out] "r"(&out)
                 : ALL_FLOATS);
}

Registers registers_now() {
    Registers out;
    asm volatile(STORE_ALL : : [out] "r"(&out) : ALL_FLOATS);
    return out;
}

// No two processes have a value in common, and their rounding modes differ.
Registers pattern_of(u64 seed) {
    Registers r;
    for (u64 i = 0; i < 32; i++) r.f[i] = (seed << 32 | i) * 0x9e37'79b9'7f4a'7c15 | 1;
    r.fcsr = (seed % 5) << 5;
    return r;
}

void expect_same(const Registers& got, const Registers& want, const char* when) {
    for (int i = 0; i < 32; i++) {
        if (got.f[i] != want.f[i]) die("f%d is %#lx instead of %#lx %s", i, got.f[i], want.f[i], when);
    }
    if (got.fcsr != want.fcsr) die("fcsr is %#lx instead of %#lx %s", got.fcsr, want.fcsr, when);
}

void expect(bool true_statement, const char* statement) {
    if (!true_statement) die("wrong: %s", statement);
}

void check_arithmetic() {
    volatile double one = 1, three = 3, two = 2;
    volatile float third = 1.0f / 3.0f;
    double root, pi = 0;
    asm("fsqrt.d %0, %1" : "=f"(root) : "f"(static_cast<double>(two)));
    for (int n = 0; n < 100'000; n++) pi += (n % 2 ? -4.0 : 4.0) / (2 * n + one);
    expect(one / three * three == one, "1 / 3 * 3 == 1");
    expect(third > 0.33333f && third < 0.33334f, "a third, in single precision");
    expect(root * root > 1.999999999 && root * root < 2.000000001, "sqrt(2) squared is 2");
    expect(pi > 3.14158 && pi < 3.14160, "the sum of 100,000 terms is pi");
    expect(static_cast<int>(pi * 1000) == 3141, "1000 pi, cut to an integer");
}

void check_counters() {
    u64 a[3], b[3];
    asm volatile("rdtime %0\nrdcycle %1\nrdinstret %2" : "=r"(a[0]), "=r"(a[1]), "=r"(a[2]));
    sleep(1);
    asm volatile("rdtime %0\nrdcycle %1\nrdinstret %2" : "=r"(b[0]), "=r"(b[1]), "=r"(b[2]));
    expect(b[0] - a[0] >= 1'000'000, "100 ms are a million ticks of rdtime");
    expect(b[1] > a[1] && b[2] > a[2], "rdcycle and rdinstret count up");
}

// A worker: its registers must not change while others run.
[[noreturn]] void work(u64 seed) {
    const Registers mine = pattern_of(seed);
    Registers after;
    for (int i = 0; i < kRounds; i++) {
        over_a_call(kSleep, 0, mine, after);
        expect_same(after, mine, "after a system call");
        over_a_loop(1'000'000, mine, after);
        expect_same(after, mine, "after a while");
    }
    over_a_call(kSleep, 1, mine, after);
    expect_same(after, mine, "after 100 ms of sleep");
    exit(0);
}

void wait_for_success() {
    int status;
    if (wait(&status) < 0 || status != 0) exit(1);  // the child has printed the reason
}

void check_workers() {
    for (int i = 0; i < kWorkers; i++) {
        if (fork() == 0) work(static_cast<u64>(getpid()));
    }
    for (int i = 0; i < kWorkers; i++) wait_for_success();
}

void check_fork() {
    const Registers mine = pattern_of(77);
    Registers after;
    const bool child = over_a_call(kFork, 0, mine, after) == 0;
    expect_same(after, mine, child ? "in a forked child" : "after fork");
    if (child) exit(0);
    wait_for_success();
}

void check_exec() {
    char name[] = "/float", argument[] = "fresh";
    char* argv[] = {name, argument, nullptr};
    Registers after;
    if (fork() == 0) {
        over_a_call(kSleep, 0, pattern_of(99), after);
        exec(name, argv);
        die("cannot run %s", name);
    }
    wait_for_success();
}

}  // namespace

int main(int argc, char** argv) {
    const Registers at_start = registers_now();
    help_if_asked(argc, argv, kUsage);
    expect_same(at_start, Registers{}, "when the program starts");
    if (argc == 2 && strcmp(argv[1], "fresh") == 0) return 0;  // check_exec's child
    if (argc != 1) bad_usage(kUsage);
    check_arithmetic();
    check_counters();
    check_fork();
    check_exec();
    check_workers();
    printf("float: registers are kept, arithmetic is right\n");
    return 0;
}
