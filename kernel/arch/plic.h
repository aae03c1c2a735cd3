// The platform-level interrupt controller (RISC-V PLIC 1.0): device interrupts.
#pragma once

#include "lib/types.h"

namespace arch {

// The hart that handles device interrupts: an idle hart more or less woken for nothing costs more than it
// helps.
inline constexpr unsigned kInterruptHart = 0;

void plic_init();       // once
void plic_init_hart();  // on each hart

// Calls handler(argument) for interrupt `irq` from now on. Several handlers may share an irq (PCI INTx does).
// Handlers run in interrupt context on kInterruptHart.
void irq_register(unsigned irq, void (*handler)(void*), void* argument);

// In the external interrupt: runs the handlers of all that is pending.
void plic_interrupt();

}  // namespace arch
