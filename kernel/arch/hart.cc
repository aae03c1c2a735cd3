#include "arch/hart.h"

#include "mm/layout.h"

namespace arch {

static_assert(sizeof(Hart) == HART_SIZE);
constinit Hart harts[kMaxHarts];
constinit unsigned hart_count = 1;

// ACLINT SSWI: a 1 written to a hart's word makes its supervisor software interrupt pending.
void send_ipi(unsigned hart) {
    constexpr u64 kSswiBase = 0x02f0'0000;
    static_cast<volatile u32*>(mm::virt_of(kSswiBase))[hart] = 1;
}

}  // namespace arch
