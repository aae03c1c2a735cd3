#include "mm/uaccess.h"

#include "arch/riscv.h"
#include "mm/layout.h"

extern "C" {
i64 copy_user(void* to, const void* from, usize n);
i64 copy_user_string(char* to, const void* from, usize room);
extern char copy_user_begin[], copy_user_end[], copy_user_failed[];
}

namespace mm {
namespace {

bool is_user_range(UserAddr a, usize n) { return a.value < kUserEnd && n <= kUserEnd - a.value; }
void* pointer(UserAddr a) { return reinterpret_cast<void*>(a.value); }

// While it lives, supervisor mode may touch user pages.
struct UserAccess {
    UserAccess() { SET_CSR_BITS(sstatus, arch::kSstatusSum); }
    ~UserAccess() { CLEAR_CSR_BITS(sstatus, arch::kSstatusSum); }
};

Result<> copy(void* to, const void* from, usize n) {
    UserAccess allowed;
    if (copy_user(to, from, n) < 0) return Errno::Fault;
    return {};
}

}  // namespace

Result<> copy_in(void* to, UserAddr from, usize n) {
    if (!is_user_range(from, n)) return Errno::Fault;
    return copy(to, pointer(from), n);
}

Result<> copy_out(UserAddr to, const void* from, usize n) {
    if (!is_user_range(to, n)) return Errno::Fault;
    return copy(pointer(to), from, n);
}

Result<usize> copy_in_string(char* to, UserAddr from, usize room) {
    if (from.value >= kUserEnd) return Errno::Fault;
    const usize reachable = kUserEnd - from.value < room ? kUserEnd - from.value : room;
    UserAccess allowed;
    const i64 n = copy_user_string(to, pointer(from), reachable);
    if (n < 0) return Errno::Fault;
    if (static_cast<usize>(n) == reachable) return reachable < room ? Errno::Fault : Errno::NameTooLong;
    return static_cast<usize>(n);
}

bool fix_user_fault(arch::KernelTrapFrame& frame) {
    const auto pc = frame.pc;
    if (pc < reinterpret_cast<u64>(copy_user_begin) || pc >= reinterpret_cast<u64>(copy_user_end)) return false;
    frame.pc = reinterpret_cast<u64>(copy_user_failed);
    return true;
}

}  // namespace mm
