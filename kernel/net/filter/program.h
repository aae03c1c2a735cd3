// A verified packet filter: a classic BPF program (abi/bpf.h) that is safe to run on any bytes.
//
// verify() is the only door. A FilterProgram always holds a program that has passed it; a new one matches
// nothing. So run() is total: it ends after at most size() instructions, reads only the packet, and has no
// error. Neither allocates, recurses or takes a lock.
//
// The object is one page: 340 instructions, and for each of them what the verifier found out. It can be
// stored by value or placed into a page (new (page) FilterProgram); copying copies all of it.
#pragma once

#include "net/filter/fault.h"

namespace net {

class FilterProgram {
  public:
    static constexpr usize kMaxSize = BPF_MAXINSNS;
    // What reach() says of a program whose offsets have no known bound.
    static constexpr u32 kUnbounded = 0xffff'ffff;

    FilterProgram() { become_empty(); }

    // Copies `code`, checks the copy and becomes this program. On a fault this program matches nothing. Other
    // threads must not run it meanwhile. `code` must not change during the call: copy a user's program into
    // kernel memory first.
    [[nodiscard]] FilterFault verify(std::span<const bpf_insn> code);

    // The verdict: 0 means "no match". `packet` is what there is of the packet, from the link header on;
    // `wire_length` is how long the packet is on the wire. A load beyond `packet`, and a division by zero,
    // are "no match". Any context; the bytes stay the caller's.
    u32 run(Bytes packet, usize wire_length) const;
    bool matches(Bytes packet) const { return run(packet, packet.size()) != 0; }

    // A limit on the bytes that run() looks at: a packet cut to so many bytes gets the same verdict. 0: it
    // looks at none. kUnbounded: any byte may be looked at.
    u32 reach() const { return reach_; }

    usize size() const { return size_; }            // in instructions; at least 1
    bpf_insn instruction(usize i) const;            // i < size(). As it was given to verify()
    bool operator==(const FilterProgram& o) const;  // the same instructions

  private:
    friend class Verifier;

    // bpf_insn, whose code needs 8 bits only, with the interpreter's own number for it.
    struct Step {
        u8 code, op, jt, jf;
        u32 k;
    };
    // What holds before an instruction, on every path to it. A width of n bits says that a value is below
    // 2^n.
    struct Known {
        u16 written;  // the words of scratch memory that have a value, one bit each
        u8 a_width, x_width;
    };

    void become_empty();

    u32 size_, reach_;
    Step steps_[kMaxSize];
    Known known_[kMaxSize];
};
static_assert(sizeof(FilterProgram) <= 4096);

}  // namespace net
