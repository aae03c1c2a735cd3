// PCI, as much as a machine without bridges needs: find the functions on bus 0, give their BARs addresses,
// and say which interrupt each raises. (PCI Local Bus 3.0, chapter 6; PCI Express 5.0, 7.2.2 for ECAM.)
//
// With `-bios none` nobody has done that before us: every BAR starts out unassigned.
#pragma once

#include <array>
#include <optional>

#include "lib/types.h"

namespace dev {

// Which function, on bus 0.
struct PciAddress {
    u8 slot = 0;      // 0..31
    u8 function = 0;  // 0..7
    bool operator==(const PciAddress&) const = default;
};

// Configuration space: 4 KiB a function, read and written in aligned 32-bit words.
class PciConfig {
  public:
    virtual u32 read(PciAddress at, u32 offset) = 0;
    virtual void write(PciAddress at, u32 offset, u32 value) = 0;

  protected:
    ~PciConfig() = default;
};

// A base address register: a piece of physical address space that the function answers to.
struct PciBar {
    u64 base = 0;  // 0: not there, an I/O BAR (nothing here needs one), or no address space was left
    u64 size = 0;
};

struct PciFunction {
    PciAddress at;
    u16 vendor = 0;
    u16 device = 0;
    u32 class_code = 0;  // class, subclass, interface: 0x020000 is an Ethernet controller
    unsigned irq = 0;    // PLIC source of its INTx; 0: it has none
    std::array<PciBar, 6> bars{};
};

// A stretch of address space that BARs are cut from.
class PciWindow {
  public:
    constexpr PciWindow(u64 from, u64 to) : next_(from), end_(to) {}

    // `size` bytes at a multiple of `size`, a power of two; nothing when they do not fit any more.
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

// QEMU's virt wires INTA..INTD of slot s to four PLIC sources in turn.
constexpr unsigned pci_irq(u8 slot, u8 pin) { return pin ? 32 + (slot + pin - 1u) % 4 : 0; }

// Bus 0 and what was found on it. Boot only, one hart; afterwards it does not change.
class PciBus {
  public:
    static constexpr unsigned kMaxFunctions = 32;

    constexpr PciBus(PciConfig& config, PciWindow low, PciWindow high)
        : config_(config), low_(low), high_(high) {}

    // Once. Functions come up with decoding off: their driver calls enable().
    void scan();

    // The index-th function of that kind, or null.
    const PciFunction* find(u16 vendor, u16 device, unsigned index = 0) const;
    std::span<const PciFunction> functions() const { return {functions_.data(), count_}; }

    // Lets the function answer to its memory BARs and do DMA.
    void enable(const PciFunction& function);

  private:
    void scan_slot(u8 slot);
    void add(PciAddress at, u32 id);
    unsigned set_up_bar(PciFunction& f, unsigned index);
    u32 size_mask(PciAddress at, u32 offset);
    std::optional<u64> place(u64 size, bool is_64_bit);

    PciConfig& config_;
    PciWindow low_;   // below 4 GiB, where any memory BAR may be
    PciWindow high_;  // above, for 64-bit BARs that did not fit
    std::array<PciFunction, kMaxFunctions> functions_{};
    unsigned count_ = 0;
};

// This machine's bus, behind the configuration space at 0x30000000. pci_ecam.cc.
PciBus& pci();

}  // namespace dev
