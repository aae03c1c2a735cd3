// PCI without bridges: finds the functions on bus 0, assigns their BARs and determines their interrupts. (PCI
// Local Bus 3.0, chapter 6; PCI Express 5.0, 7.2.2 for ECAM.)
//
// With `-bios none` no firmware has run before the kernel, so every BAR is unassigned.
#pragma once

#include <array>
#include <optional>

#include "lib/types.h"

namespace dev {

// A function on bus 0.
struct PciAddress {
    u8 slot = 0;      // 0..31
    u8 function = 0;  // 0..7
    bool operator==(const PciAddress&) const = default;
};

// Configuration space: 4 KiB per function, accessed in aligned 32-bit words.
class PciConfig {
  public:
    virtual u32 read(PciAddress at, u32 offset) = 0;
    virtual void write(PciAddress at, u32 offset, u32 value) = 0;

  protected:
    ~PciConfig() = default;
};

// A base address register: a range of physical addresses that the function decodes.
struct PciBar {
    u64 base = 0;  // 0: unimplemented, an I/O BAR (no driver needs one), or out of address space
    u64 size = 0;
};

struct PciFunction {
    PciAddress at;
    u16 vendor = 0;
    u16 device = 0;
    u32 class_code = 0;  // class, subclass, interface: 0x020000 is an Ethernet controller
    unsigned irq = 0;    // PLIC source of its INTx; 0: none
    std::array<PciBar, 6> bars{};
};

// A range of addresses from which BARs are allocated.
class PciWindow {
  public:
    constexpr PciWindow(u64 from, u64 to) : next_(from), end_(to) {}

    // Allocates `size` bytes, a power of two, aligned to `size`; nullopt if they do not fit.
    constexpr std::optional<u64> take(u64 size) {
        const u64 base = (next_ + size - 1) & ~(size - 1);
        if (size == 0 || base < next_ || base >= end_ || end_ - base < size) return std::nullopt;
        next_ = base + size;
        return base;
    }

  private:
    u64 next_;
    u64 end_;
};

// QEMU's virt machine connects INTA..INTD of slot s to four PLIC sources in rotation.
constexpr unsigned pci_irq(u8 slot, u8 pin) { return pin ? 32 + (slot + pin - 1u) % 4 : 0; }

// Bus 0 and its functions. Written at boot by one hart, then constant.
class PciBus {
  public:
    static constexpr unsigned kMaxFunctions = 32;

    constexpr PciBus(PciConfig& config, PciWindow low, PciWindow high)
        : config_(config), low_(low), high_(high) {}

    // Once. Leaves decoding off in all functions; their drivers call enable().
    void scan();

    // The index-th function with these ids, or null.
    const PciFunction* find(u16 vendor, u16 device, unsigned index = 0) const;
    std::span<const PciFunction> functions() const { return {functions_.data(), count_}; }

    // Enables memory decoding, bus mastering (DMA) and INTx.
    void enable(const PciFunction& function);

  private:
    void scan_slot(u8 slot);
    void add(PciAddress at, u32 id);
    unsigned set_up_bar(PciFunction& f, unsigned index);
    u32 size_mask(PciAddress at, u32 offset);
    std::optional<u64> place(u64 size, bool is_64_bit);

    PciConfig& config_;
    PciWindow low_;   // below 4 GiB, for any memory BAR
    PciWindow high_;  // above, for 64-bit BARs that do not fit below
    std::array<PciFunction, kMaxFunctions> functions_{};
    unsigned count_ = 0;
};

// The machine's bus, with its configuration space at 0x30000000 (pci_ecam.cc).
PciBus& pci();

}  // namespace dev
