// The bus scan: finds the functions, sizes their BARs and assigns addresses.
#include "dev/pci.h"

namespace dev {
namespace {

// Offsets of 32-bit words in a function's configuration space.
constexpr u32 kId = 0x00;       // vendor, device << 16
constexpr u32 kCommand = 0x04;  // command, status << 16
constexpr u32 kClass = 0x08;    // revision, class code << 8
constexpr u32 kHeader = 0x0c;   // header type << 16
constexpr u32 kBar0 = 0x10;
constexpr u32 kInterrupt = 0x3c;  // line, pin << 8

constexpr u32 kCommandIo = 1 << 0;
constexpr u32 kCommandMemory = 1 << 1;
constexpr u32 kCommandMaster = 1 << 2;
constexpr u32 kCommandNoIntx = 1 << 10;
constexpr u32 kCommandBits = 0xffff;  // the status half is write-1-to-clear: always write zeros there

constexpr u32 kHeaderType = 0x7f;  // 0: an endpoint, not a bridge
constexpr u32 kMultifunction = 0x80;

constexpr u32 kBarIo = 1 << 0;
constexpr u32 kBarType = 3 << 1;
constexpr u32 kBarType64 = 2 << 1;
constexpr u32 kBarFlags = 0xf;

}  // namespace

void PciBus::scan() {
    for (u8 slot = 0; slot < 32; slot++) scan_slot(slot);
}

void PciBus::scan_slot(u8 slot) {
    if (static_cast<u16>(config_.read({slot, 0}, kId)) == 0xffff) return;
    const bool several = (config_.read({slot, 0}, kHeader) >> 16) & kMultifunction;
    const u8 functions = several ? 8 : 1;
    for (u8 function = 0; function < functions; function++) {
        const u32 id = config_.read({slot, function}, kId);
        if (static_cast<u16>(id) != 0xffff) add({slot, function}, id);
    }
}

void PciBus::add(PciAddress at, u32 id) {
    if (count_ == kMaxFunctions) return;
    PciFunction& f = functions_[count_++];
    f.at = at;
    f.vendor = static_cast<u16>(id);
    f.device = static_cast<u16>(id >> 16);
    f.class_code = config_.read(at, kClass) >> 8;
    f.irq = pci_irq(at.slot, static_cast<u8>(config_.read(at, kInterrupt) >> 8));
    if ((config_.read(at, kHeader) >> 16 & kHeaderType) != 0) return;  // a bridge has other BARs

    // Decoding must be off during sizing, because the BAR temporarily holds an invalid address.
    const u32 command = config_.read(at, kCommand) & kCommandBits;
    config_.write(at, kCommand, command & ~(kCommandIo | kCommandMemory));
    for (unsigned i = 0; i < f.bars.size();) i += set_up_bar(f, i);
}

// Returns the number of BAR registers used: a 64-bit BAR takes two.
unsigned PciBus::set_up_bar(PciFunction& f, unsigned index) {
    const u32 offset = kBar0 + 4 * index;
    const u32 flags = config_.read(f.at, offset);
    if (flags & kBarIo) return 1;
    const bool is_64_bit = (flags & kBarType) == kBarType64 && index + 1 < f.bars.size();

    u64 mask = size_mask(f.at, offset) & ~kBarFlags;
    if (is_64_bit) {
        mask |= static_cast<u64>(size_mask(f.at, offset + 4)) << 32;
    } else if (mask) {
        mask |= ~u64{0xffff'ffff};
    }
    // The writable address bits read back as ones; the lowest of them is the size.
    PciBar& bar = f.bars[index];
    bar.size = mask & -mask;
    if (bar.size == 0) return is_64_bit ? 2 : 1;
    if (auto base = place(bar.size, is_64_bit)) {
        bar.base = *base;
        config_.write(f.at, offset, static_cast<u32>(*base));
        if (is_64_bit) config_.write(f.at, offset + 4, static_cast<u32>(*base >> 32));
    }
    return is_64_bit ? 2 : 1;
}

u32 PciBus::size_mask(PciAddress at, u32 offset) {
    const u32 before = config_.read(at, offset);
    config_.write(at, offset, ~0u);
    const u32 mask = config_.read(at, offset);
    config_.write(at, offset, before);
    return mask;
}

std::optional<u64> PciBus::place(u64 size, bool is_64_bit) {
    auto base = low_.take(size);
    return base || !is_64_bit ? base : high_.take(size);
}

const PciFunction* PciBus::find(u16 vendor, u16 device, unsigned index) const {
    for (const PciFunction& f : functions()) {
        if (f.vendor == vendor && f.device == device && index-- == 0) return &f;
    }
    return nullptr;
}

void PciBus::enable(const PciFunction& function) {
    const u32 command = config_.read(function.at, kCommand) & kCommandBits & ~kCommandNoIntx;
    config_.write(function.at, kCommand, command | kCommandMemory | kCommandMaster);
}

}  // namespace dev
