// The register sequences that initialise an 82540EM. They are templates over the register accessor, so that a
// host test can use a fake device and check every write.
#pragma once

#include "dev/e1000_ring.h"
#include "net/wire/addr.h"

namespace dev {

// The enabled interrupts. TXDW is enabled only while a sender waits for room. TXQE stays masked, because
// every write of TDT raises it.
inline constexpr u32 kRxCauses = icr::kRxt0 | icr::kRxo;
inline constexpr u32 kUsualCauses = kRxCauses | icr::kLsc;

// Resets the device: interrupts masked and cleared, link set up.
template <class Registers>
void e1000_reset(Registers& regs) {
    regs.write(E1000Reg::Imc, ~0u);
    regs.write(E1000Reg::Ctrl, regs.read(E1000Reg::Ctrl) | ctrl::kRst);
    regs.write(E1000Reg::Imc, ~0u);
    regs.read(E1000Reg::Icr);
    regs.write(E1000Reg::Ctrl, (regs.read(E1000Reg::Ctrl) & ~ctrl::kRst) | ctrl::kSlu | ctrl::kAsde);
}

// RCTL is written once, after the filters: QEMU receives nothing for a second after each write. RDH is set
// explicitly, because QEMU's reset does not clear the ring registers.
template <class Registers>
void e1000_start_receiver(Registers& regs, u64 ring, u32 tail) {
    for (u32 i = 0; i < kE1000MtaWords; i++) regs.write_nth(E1000Reg::Mta, i, 0);
    regs.write(E1000Reg::Rdbal, static_cast<u32>(ring));
    regs.write(E1000Reg::Rdbah, static_cast<u32>(ring >> 32));
    regs.write(E1000Reg::Rdlen, kRingBytes);
    regs.write(E1000Reg::Rdh, 0);
    regs.write(E1000Reg::Rdt, tail);
    regs.write(E1000Reg::Rctl, rctl::kEn | rctl::kBam | rctl::kBsize2048 | rctl::kSecrc);
}

template <class Registers>
void e1000_start_transmitter(Registers& regs, u64 ring) {
    regs.write(E1000Reg::Tdbal, static_cast<u32>(ring));
    regs.write(E1000Reg::Tdbah, static_cast<u32>(ring >> 32));
    regs.write(E1000Reg::Tdlen, kRingBytes);
    regs.write(E1000Reg::Tdh, 0);
    regs.write(E1000Reg::Tdt, 0);
    regs.write(E1000Reg::Tipg, kTipgCopper);
    regs.write(E1000Reg::Tctl, tctl::kEn | tctl::kPsp | tctl::kCt | tctl::kColdFull);
}

// Reads one 16-bit word of the EEPROM; 0xffff, as from an empty EEPROM, if it does not respond.
template <class Registers>
u16 e1000_read_eeprom(Registers& regs, u32 address) {
    regs.write(E1000Reg::Eerd, address << eerd::kAddressShift | eerd::kStart);
    for (int tries = 0; tries < 10'000; tries++) {
        const u32 v = regs.read(E1000Reg::Eerd);
        if (v & eerd::kDone) return static_cast<u16>(v >> eerd::kDataShift);
    }
    return 0xffff;
}

// The MAC address: from the receive filter, else from the EEPROM, which is then written to the filter.
template <class Registers>
net::MacAddr e1000_read_mac(Registers& regs) {
    u32 low = regs.read(E1000Reg::Ral0);
    u32 high = regs.read(E1000Reg::Rah0);
    if (!(high & kRahAddressValid)) {
        low = e1000_read_eeprom(regs, 0) | static_cast<u32>(e1000_read_eeprom(regs, 1)) << 16;
        high = e1000_read_eeprom(regs, 2) | kRahAddressValid;
        regs.write(E1000Reg::Ral0, low);
        regs.write(E1000Reg::Rah0, high);
    }
    net::MacAddr mac;
    for (int i = 0; i < 4; i++) mac.bytes[i] = static_cast<u8>(low >> (8 * i));
    for (int i = 0; i < 2; i++) mac.bytes[4 + i] = static_cast<u8>(high >> (8 * i));
    return mac;
}

}  // namespace dev
