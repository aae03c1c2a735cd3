// The platform-level interrupt controller (RISC-V PLIC 1.0): device interrupts.
#pragma once

#include "lib/types.h"

namespace arch {

// All device interrupts go to this one hart. If several received them, QEMU would wake an idle hart for each
// interrupt, which costs more than the parallel handling gains.
inline constexpr unsigned kInterruptHart = 0;

void plic_init();       // once
void plic_init_hart();  // on each hart

// Registers handler(argument) for interrupt `irq`. Several handlers may share an irq, as with PCI INTx. They
// run in interrupt context on kInterruptHart. Boot only; panics if there are too many.
void irq_register(unsigned irq, void (*handler)(void*), void* argument);

// In the external interrupt: claims one pending interrupt, runs its handlers and completes it.
void plic_interrupt();

}  // namespace arch
