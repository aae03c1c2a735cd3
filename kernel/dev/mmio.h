// A device's registers: an enum of byte offsets and an accessor with a virtual base address.
//
//     enum class Reg : u32 { Status = 0x00008, ... };
//     Mmio<Reg> regs(mm::virt_of(0x4000'0000));
//     regs.write(Reg::Tdt, tail);
//
// The accesses are volatile: each is done once, with its width, in program order. They do not order accesses
// to ordinary memory; for that, see the fences below.
#pragma once

#include "lib/types.h"

namespace dev {

template <class Reg>
class Mmio {
  public:
    constexpr Mmio() = default;
    explicit Mmio(void* base) : base_(static_cast<volatile u8*>(base)) {}

    u32 read(Reg r) const { return read_as<u32>(r); }
    void write(Reg r, u32 v) const { write_as<u32>(r, v); }

    u8 read8(Reg r) const { return read_as<u8>(r); }
    u16 read16(Reg r) const { return read_as<u16>(r); }
    u64 read64(Reg r) const { return read_as<u64>(r); }
    void write8(Reg r, u8 v) const { write_as<u8>(r, v); }
    void write16(Reg r, u16 v) const { write_as<u16>(r, v); }
    void write64(Reg r, u64 v) const { write_as<u64>(r, v); }

    // The n-th register of an array: `regs.write_nth(Reg::Mta, i, 0)`.
    void write_nth(Reg first, u32 n, u32 v) const { *at<u32>(static_cast<u32>(first) + 4 * n) = v; }

  private:
    template <class T>
    T read_as(Reg r) const {
        return *at<T>(static_cast<u32>(r));
    }
    template <class T>
    void write_as(Reg r, T v) const {
        *at<T>(static_cast<u32>(r)) = v;
    }
    template <class T>
    volatile T* at(u32 offset) const {
        return reinterpret_cast<volatile T*>(base_ + offset);
    }
    volatile u8* base_ = nullptr;
};

// Order accesses to memory that a device also accesses: descriptors before the tail register; the done bit
// before the data.
//
// fence_full: the device sees all earlier writes before the hart does a later read. Of a driver that writes
// an index and then reads whether the device sleeps, and a device that goes to sleep and then reads the
// index, at least one then sees what the other has written. QEMU before 8.1 leaves out `fence` when it
// emulates one hart, although the device is another thread of the host. `pause` makes it leave the translated
// code, which orders the host's accesses too.
#ifdef __riscv
inline void fence_before_doorbell() { asm volatile("fence w, o" ::: "memory"); }
inline void fence_after_dma() { asm volatile("fence r, r" ::: "memory"); }
inline void fence_full() { asm volatile("fence\n .insn i 0x0f, 0, x0, x0, 0x010" ::: "memory"); }
#else
inline void fence_before_doorbell() { asm volatile("" ::: "memory"); }
inline void fence_after_dma() { asm volatile("" ::: "memory"); }
inline void fence_full() { asm volatile("" ::: "memory"); }
#endif

}  // namespace dev
