// Traps: a program that accesses forbidden memory or executes a forbidden instruction is killed, and has no
// other effect.
#include "kit.h"

namespace usertests {
namespace {

constexpr unsigned long kPage = 4096;

template <class Job>
bool killed(const char* what, Job job) {
    const int status = status_of([&] {
        job();
        return 7;
    });
    if (status == 7) return fail("a program survived %s", what);
    return expect(what, status, kKilled);
}

void load(unsigned long at) { (void)*static_cast<volatile char*>(pointer(at)); }
void store(unsigned long at) { *static_cast<volatile char*>(pointer(at)) = 1; }
void jump(unsigned long to) { reinterpret_cast<void (*)()>(to)(); }

}  // namespace

bool test_forbidden_memory() {
    for (int i = 0; i < kBadAddresses; i++) {
        const BadAddress& bad = bad_addresses()[i];
        char what[80];
        snprintf(what, sizeof what, "a load from %#lx (%s)", bad.at, bad.what);
        if (!killed(what, [&] { load(bad.at); })) return false;
        snprintf(what, sizeof what, "a store to %#lx (%s)", bad.at, bad.what);
        if (!killed(what, [&] { store(bad.at); })) return false;
    }
    static const char kConstant[] = "constant";
    return killed("a store into its text",
                  [] { store(reinterpret_cast<unsigned long>(&test_forbidden_memory)); }) &&
           killed("a store into a constant", [] { store(reinterpret_cast<unsigned long>(kConstant)); }) &&
           kConstant[0] == 'c';
}

bool test_forbidden_jumps() {
    for (int i = 0; i < kBadAddresses; i++) {
        const BadAddress& bad = bad_addresses()[i];
        char what[80];
        snprintf(what, sizeof what, "a jump to %#lx (%s)", bad.at, bad.what);
        if (!killed(what, [&] { jump(bad.at); })) return false;
    }
    static unsigned data[] = {0x0000'8067};  // ret
    return killed("a jump to data", [] { jump(reinterpret_cast<unsigned long>(data)); }) &&
           killed("a jump to its stack",
                  [] {
                      volatile unsigned code[] = {0x0000'8067};
                      jump(reinterpret_cast<unsigned long>(&code[0]));
                  }) &&
           killed("a jump to its heap", [] {
               char* heap = sbrk(kPage);
               memcpy(heap, data, sizeof data);
               jump(reinterpret_cast<unsigned long>(heap));
           });
}

bool test_forbidden_instructions() {
    return killed("an illegal instruction", [] { asm volatile(".word 0"); }) &&
           killed("ebreak", [] { asm volatile("ebreak"); }) && killed("sret", [] { asm volatile("sret"); }) &&
           killed("mret", [] { asm volatile("mret"); }) &&
           killed("sfence.vma", [] { asm volatile("sfence.vma"); }) &&
           killed("a read of satp",
                  [] {
                      asm volatile("csrr t0, satp" ::: "t0");
                  }) &&
           killed("a write to sstatus", [] { asm volatile("csrs sstatus, %0" ::"r"(1ul << 18)); }) &&
           killed("a read of mstatus",
                  [] {
                      asm volatile("csrr t0, mstatus" ::: "t0");
                  }) &&
           killed("a write to the clock", [] { asm volatile("csrw 0x14d, zero"); });
}

namespace {

int __attribute__((noinline)) descend(int depth) {
    volatile char frame[256];
    frame[0] = static_cast<char>(depth);
    return depth > 0 ? descend(depth - 1) + frame[0] : frame[0];
}

}  // namespace

bool test_stack_overflow() {
    return killed("an endless recursion", [] { descend(1 << 30); }) &&
           killed("a stack pointer in the kernel",
                  [] { asm volatile("li sp, -4096\n\tsd zero, 0(sp)\n\tebreak"); }) &&
           killed("a trap without a stack", [] { asm volatile("li sp, 0\n\tebreak"); }) &&
           expect("the status of a program that exits without a stack", status_of([] {
                      asm volatile("mv sp, zero\n\tmv tp, zero\n\tli a0, 5\n\tli a7, 2\n\tecall");
                      return 6;
                  }),
                  5);
}

// The stack has the right size; below it is an unmapped page, above it the heap.
bool test_stack_size() {
    const unsigned long guard = bad_addresses()[3].at;
    const auto load_stack = [guard] {
        for (unsigned long at = guard + kPage; at < guard + kPage + STACKSIZE; at += kPage) load(at);
        return 0;
    };
    return expect("loads from the whole stack", status_of(load_stack), 0) &&
           killed("a load from below the stack", [guard] { load(guard + kPage - 1); });
}

}  // namespace usertests
