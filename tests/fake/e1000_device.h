// The 82540EM for host tests: registers and DMA, with QEMU's behaviour: the write of TDT transmits
// synchronously, reading ICR clears it, a reset clears no register.
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

    // --- for the driver ---
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

    // --- for the test ---
    u32& at(Reg r) { return registers_[r]; }

    // Receives a frame or a part of one. False: no descriptor is free, the frame is lost.
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
            const auto& x = reinterpret_cast<const dev::TxData&>(d);
            descriptors_sent++;
            if (!(x.command_length & dev::txx::kExtended))
                take_plain(d);
            else if (x.command_length & dev::txx::kData)
                take_data(x);
            else
                take_context(reinterpret_cast<const dev::TxContext&>(d));
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

    bool stalled = false;  // transmission stops until the test calls transmit(limit)
    bool eeprom_answers = true;
    std::vector<u16> eeprom{0x5452, 0x1200, 0x5634};
    std::vector<Write> writes;
    std::deque<std::vector<u8>> sent;
    u32 contexts = 0, descriptors_sent = 0;

  private:
    void take_plain(const dev::TxDescriptor& d) {
        const u8* data = static_cast<const u8*>(mm::virt_of(d.address));
        frame_.insert(frame_.end(), data, data + d.length);
        if (d.command & dev::txd::kEndOfPacket) sent.push_back(std::move(frame_)), frame_.clear();
    }
    // As in QEMU: one context for segmentation, one for other frames.
    void take_context(const dev::TxContext& c) {
        contexts++;
        (c.command_length & dev::txx::kSegment ? cutting_ : plain_) = c;
    }
    void take_data(const dev::TxData& d) {
        const u8* data = static_cast<const u8*>(mm::virt_of(d.address));
        if (frame_.empty()) options_ = d.options;
        frame_.insert(frame_.end(), data, data + (d.command_length & 0xfffff));
        if (!(d.command_length & dev::txx::kEndOfPacket)) return;
        if (d.command_length & dev::txx::kSegment)
            cut();
        else
            finish(frame_, plain_), sent.push_back(frame_);
        frame_.clear();
    }
    static u32 sum(const u8* p, usize n) {
        u32 s = 0;
        for (usize i = 0; i < n; i++) s += static_cast<u32>(p[i]) << (i % 2 ? 0 : 8);
        while (s >> 16) s = (s & 0xffff) + (s >> 16);
        return s;
    }
    static void put(std::vector<u8>& f, usize at, u32 v) {
        f.at(at) = static_cast<u8>(v >> 8), f.at(at + 1) = static_cast<u8>(v);
    }
    void finish(std::vector<u8>& f, const dev::TxContext& c) {
        if (options_ & dev::txx::kInsertTcpChecksum)
            put(f, c.checksum, ~sum(f.data() + c.start, f.size() - c.start));
        if (options_ & dev::txx::kInsertIpChecksum)
            put(f, c.ip_checksum, ~sum(f.data() + c.ip_start, c.ip_end + 1u - c.ip_start));
    }
    void cut() {
        const usize headers = cutting_.header_length, mss = cutting_.mss;
        // If the payload is a multiple of the MSS, QEMU sends one more segment, without payload.
        for (usize at = headers, n = 0; at <= frame_.size(); at += mss, n++) {
            std::vector<u8> f(frame_.begin(), frame_.begin() + static_cast<long>(headers));
            const usize end = std::min(at + mss, frame_.size());
            f.insert(f.end(), frame_.begin() + static_cast<long>(at),
                     frame_.begin() + static_cast<long>(end));
            put(f, cutting_.ip_start + 2u, static_cast<u32>(f.size() - cutting_.ip_start));
            put(f, cutting_.ip_start + 4u, static_cast<u32>((f[18] << 8 | f[19]) + static_cast<int>(n)));
            u32 seq = 0;
            for (usize i = 0; i < 4; i++) seq = seq << 8 | f[cutting_.start + 4u + i];
            seq += static_cast<u32>(n * mss);
            for (usize i = 0; i < 4; i++) f[cutting_.start + 4u + i] = static_cast<u8>(seq >> (24 - 8 * i));
            if (end < frame_.size()) f[cutting_.start + 13u] &= static_cast<u8>(~9);
            // The field holds the pseudo header's sum without the length.
            u32 pseudo = (static_cast<u32>(f[cutting_.checksum]) << 8 | f[cutting_.checksum + 1u]) +
                         static_cast<u32>(f.size() - cutting_.start);
            put(f, cutting_.checksum, (pseudo >> 16) + (pseudo & 0xffff));
            finish(f, cutting_);
            sent.push_back(f);
        }
    }
    std::vector<u8> frame_;
    dev::TxContext plain_, cutting_;
    u8 options_ = 0;
    template <class Descriptor>
    Descriptor* ring(Reg low) {
        const u64 high = at(static_cast<Reg>(static_cast<u32>(low) + 4));
        return static_cast<Descriptor*>(mm::virt_of(high << 32 | at(low)));
    }
    std::map<Reg, u32> registers_;
};

}  // namespace fake
