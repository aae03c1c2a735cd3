#include "arch/plic.h"

#include "arch/hart.h"
#include "lib/panic.h"
#include "mm/layout.h"

namespace arch {
namespace {

constexpr u64 kPlicBase = 0x0c00'0000;
constexpr unsigned kSources = 96;
constexpr unsigned kHandlers = 32;

volatile u32& reg(u64 offset) { return *static_cast<volatile u32*>(mm::virt_of(kPlicBase + offset)); }

// QEMU's virt machine has two contexts per hart: machine mode, then supervisor mode.
constexpr u64 context_of(unsigned hart) { return 2 * hart + 1; }
volatile u32& priority(unsigned irq) { return reg(4 * irq); }
volatile u32& enable_word(unsigned hart, unsigned irq) {
    return reg(0x2000 + 0x80 * context_of(hart) + 4 * (irq / 32));
}
volatile u32& threshold(unsigned hart) { return reg(0x20'0000 + 0x1000 * context_of(hart)); }
volatile u32& claim(unsigned hart) { return reg(0x20'0004 + 0x1000 * context_of(hart)); }

struct Handler {
    unsigned irq;
    void (*call)(void*);
    void* argument;
    Handler* next;
};
// Registered at boot, before the interrupt is enabled; never removed.
constinit Handler handlers[kHandlers] = {};
constinit unsigned handler_count = 0;
constinit Handler* by_irq[kSources] = {};

}  // namespace

void plic_init() {
    for (unsigned irq = 1; irq < kSources; irq++) priority(irq) = 0;
}

void plic_init_hart() { threshold(hart_id()) = 0; }

void irq_register(unsigned irq, void (*call)(void*), void* argument) {
    if (irq == 0 || irq >= kSources || handler_count == kHandlers)
        panic("irq %u: invalid number, or too many interrupt handlers", irq);
    Handler& h = handlers[handler_count++];
    h = {irq, call, argument, by_irq[irq]};
    by_irq[irq] = &h;
    priority(irq) = 1;
    enable_word(kInterruptHart, irq) = enable_word(kInterruptHart, irq) | 1u << (irq % 32);
}

void plic_interrupt() {
    const unsigned hart = hart_id();
    const u32 irq = claim(hart);
    if (irq == 0) return;  // none is pending
    if (irq < kSources) {
        for (const Handler* h = by_irq[irq]; h; h = h->next) h->call(h->argument);
    }
    claim(hart) = irq;  // complete
}

}  // namespace arch
