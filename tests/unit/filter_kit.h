// What the tests of packet filters share: an assembler, and programs known from elsewhere.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <vector>

#include "net/filter/opcodes.h"
#include "net/filter/program.h"

namespace net {

using Code = std::vector<bpf_insn>;

inline bpf_insn op(u16 code, u32 k = 0) { return {code, 0, 0, k}; }
inline bpf_insn jump(u16 code, u32 k, u8 jt, u8 jf) { return {code, jt, jf, k}; }
inline bpf_insn accept() { return op(BPF_RET | BPF_K, 262144); }
inline bpf_insn reject() { return op(BPF_RET | BPF_K, 0); }

inline bool operator==(const FilterFault& a, const FilterFault& b) {
    return a.error == b.error && a.at == b.at;
}
inline void PrintTo(const FilterFault& f, std::ostream* out) {
    *out << "\"" << describe(f.error) << "\" at instruction " << f.at;
}

inline FilterFault fault_of(const Code& code) {
    FilterProgram p;
    return p.verify(code);
}

inline FilterProgram verified(const Code& code) {
    FilterProgram p;
    const FilterFault fault = p.verify(code);
    EXPECT_TRUE(fault.ok()) << "instruction " << fault.at << ": " << describe(fault.error);
    return p;
}

// The verdict on a packet that is whole.
inline u32 verdict(const Code& code, const std::vector<u8>& packet) {
    return verified(code).run(packet, packet.size());
}

inline u16 random_code(std::mt19937& random) {
    for (;;) {
        const u16 code = static_cast<u16>(random() % 256);
        if (op_of(code) != Op::Invalid || random() % 200 == 0) return code;
    }
}

// A random program, mostly valid, so that most of them pass the verifier. Half of them write all scratch
// memory first.
inline Code random_program(std::mt19937& random) {
    const usize size = 1 + random() % 24;
    Code code;
    for (usize i = 0; i + 1 < size; i++) {
        const u32 left = static_cast<u32>(size - i - 1);
        const u32 k = random() % 16 ? random() % 64 : static_cast<u32>(random());
        bpf_insn s = {random_code(random), static_cast<u8>(random() % left), static_cast<u8>(random() % left),
                      k};
        if (s.code == (BPF_JMP | BPF_JA)) s.k = random() % left;
        if (s.code == BPF_ST || s.code == BPF_STX) s.k %= 16;
        code.push_back(s);
    }
    code.push_back(random() % 2 ? op(BPF_RET | BPF_A) : accept());
    for (u32 k = 0; k < BPF_MEMWORDS && size % 2; k++) code.insert(code.begin(), op(BPF_ST, k));
    return code;
}

// What `tcpdump -d 'ether dst 52:54:00:12:34:56 and dst host 10.0.2.15 and udp dst port 53'` prints.
inline const Code kUdpPort = {
    {0x20, 0, 0, 2},  {0x15, 0, 14, 0x123456}, {0x28, 0, 0, 0},  {0x15, 0, 12, 0x5254},
    {0x28, 0, 0, 12}, {0x15, 0, 10, 0x800},    {0x20, 0, 0, 30}, {0x15, 0, 8, 0x0a00020f},
    {0x30, 0, 0, 23}, {0x15, 0, 6, 0x11},      {0x28, 0, 0, 20}, {0x45, 4, 0, 0x1fff},
    {0xb1, 0, 0, 14}, {0x48, 0, 0, 16},        {0x15, 0, 1, 53}, {0x06, 0, 0, 262144},
    {0x06, 0, 0, 0},
};

}  // namespace net
