#include "arch/float.h"

#include "arch/hart.h"

extern "C" void float_load_registers(const arch::FloatState* from);
extern "C" void float_store_registers(arch::FloatState* to);

namespace arch {
namespace {
// sstatus.FS is 0 off, 1 initial, 2 clean, 3 dirty.
constexpr u64 kFsClean = 2 << 13, kFsDirty = 3 << 13;
constexpr u64 kCleanToDirty = kFsDirty & ~kFsClean;
}  // namespace

void float_switch_on(const FloatState& state) {
    SET_CSR_BITS(sstatus, kFsClean);
    float_load_registers(&state);
    CLEAR_CSR_BITS(sstatus, kCleanToDirty);  // the load has set FS to Dirty
    this_hart().float_on = true;
}

void float_save(FloatState& state) {
    if ((READ_CSR(sstatus) & kSstatusFs) != kFsDirty) return;
    float_store_registers(&state);
    CLEAR_CSR_BITS(sstatus, kCleanToDirty);
}

void float_switch_off() {
    CLEAR_CSR_BITS(sstatus, kSstatusFs);
    this_hart().float_on = false;
}

}  // namespace arch
