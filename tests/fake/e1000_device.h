// The 82540EM for host tests: registers, and the DMA that they set off, with QEMU's habits: transmission
// happens inside the write of TDT, reading ICR clears it, a reset clears nothing.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

#include "dev/e1000_regs.h"
#include "mm/layout.h"

namespace fake {

class E1000Device {
  public:
    using Reg = dev::E1000Reg;
    struct Write {
        Reg reg;
        u32 value;
        bool operator==(const Write&) const = default;
    };

    // --- what the driver sees ---
    u32 read(Reg r) {
        const u32 v = at(r);
        if (r == Reg::Icr) at(r) = 0;
        return v;
    }
    void write(Reg r, u32 v) {
        writes.push_back({r, v});
        at(r) = v;
        if (r == Reg::Ctrl) at(r) &= ~dev::ctrl::kRst;
        if (r == Reg::Eerd && eeprom_answers) {
            const u16 word = eeprom.at(v >> dev::eerd::kAddressShift & 0xff);
            at(r) = v | dev::eerd::kDone | static_cast<u32>(word) << dev::eerd::kDataShift;
        }
        if (r == Reg::Tdt || r == Reg::Tctl) transmit();
    }
    void write_nth(Reg first, u32 n, u32 v) { write(static_cast<Reg>(static_cast<u32>(first) + 4 * n), v); }

    // --- what the test does ---
    u32& at(Reg r) { return registers_[r]; }

    // A frame, or a part of one, comes in. False: no descriptor is the hardware's, the frame is lost.
    bool receive(Bytes frame, u8 status = dev::rxd::kEndOfPacket, u8 errors = 0) {
        u32& head = at(Reg::Rdh);
        if (!(at(Reg::Rctl) & dev::rctl::kEn) || head == at(Reg::Rdt)) {
            at(Reg::Mpc)++;
            return false;
        }
        dev::RxDescriptor& d = ring<dev::RxDescriptor>(Reg::Rdbal)[head];
        std::copy(frame.begin(), frame.end(), static_cast<u8*>(mm::virt_of(d.address)));
        d.length = static_cast<u16>(frame.size());
        d.errors = errors;
        d.status = static_cast<u8>(status | dev::rxd::kDone);
        head = (head + 1) % (at(Reg::Rdlen) / 16);
        at(Reg::Icr) |= dev::icr::kRxt0;
        return true;
    }

    // Sends the frames between TDH and TDT, at most `limit` of them.
    void transmit(usize limit = ~usize{0}) {
        u32& head = at(Reg::Tdh);
        if (stalled && limit == ~usize{0}) return;
        for (; head != at(Reg::Tdt) && (at(Reg::Tctl) & dev::tctl::kEn) && limit > 0; limit--) {
            dev::TxDescriptor& d = ring<dev::TxDescriptor>(Reg::Tdbal)[head];
            const u8* data = static_cast<const u8*>(mm::virt_of(d.address));
            sent.emplace_back(data, data + d.length);
            if (d.command & dev::txd::kReportStatus) d.status |= dev::txd::kDone;
            head = (head + 1) % (at(Reg::Tdlen) / 16);
        }
    }

    usize times_written(Reg r) const {
        return static_cast<usize>(
            std::count_if(writes.begin(), writes.end(), [r](auto& w) { return w.reg == r; }));
    }
    usize first_write(Reg r) const {
        auto it = std::find_if(writes.begin(), writes.end(), [r](auto& w) { return w.reg == r; });
        return static_cast<usize>(it - writes.begin());
    }

    bool stalled = false;  // transmission stands still until the test calls transmit(limit)
    bool eeprom_answers = true;
    std::vector<u16> eeprom{0x5452, 0x1200, 0x5634};
    std::vector<Write> writes;
    std::deque<std::vector<u8>> sent;

  private:
    template <class Descriptor>
    Descriptor* ring(Reg low) {
        const u64 high = at(static_cast<Reg>(static_cast<u32>(low) + 4));
        return static_cast<Descriptor*>(mm::virt_of(high << 32 | at(low)));
    }
    std::map<Reg, u32> registers_;
};

}  // namespace fake
