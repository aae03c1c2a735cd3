// The verifier: one pass, because jumps only go forward. Every path to an instruction comes from smaller
// indices, so what is known at an instruction is complete when the pass reaches it.
//
// Beside the checks it finds reach(): for each register it keeps how many bits its value can have. An IPv4
// header's length (BPF_MSH) has 6 bits, so that a load behind it has a bound.
#include <bit>

#include "net/filter/opcodes.h"
#include "net/filter/program.h"

namespace net {
namespace {

constexpr u8 kWord = 32;  // bits

constexpr u8 width_of(u32 value) { return static_cast<u8>(std::bit_width(value)); }
// Not <algorithm>'s: that needs the C library's headers, which the user library replaces.
template <class T>
constexpr T least(T a, T b) {
    return a < b ? a : b;
}
template <class T>
constexpr T greatest(T a, T b) {
    return a < b ? b : a;
}

constexpr u8 clamp(u32 width) { return static_cast<u8>(least<u32>(width, kWord)); }

// The last value with this many bits.
constexpr u64 last_of(u8 width) { return (u64{1} << width) - 1; }

bool is_conditional(u16 code) { return (code & 7) == BPF_JMP && code != (BPF_JMP | BPF_JA); }

}  // namespace

class Verifier {
  public:
    explicit Verifier(FilterProgram& program) : p_(program) {}

    FilterFault run(std::span<const bpf_insn> code) {
        if (code.empty()) return {FilterError::Empty, 0};
        if (code.size() > FilterProgram::kMaxSize) return {FilterError::TooLong, FilterProgram::kMaxSize};
        p_.size_ = static_cast<u32>(code.size());
        for (at_ = 0; at_ < p_.size_; at_++) p_.known_[at_] = {0xffff, 0, 0};  // no path leads here yet
        p_.known_[0].written = 0;
        for (at_ = 0; at_ < p_.size_; at_++) {
            const FilterError error = step(code[at_]);
            if (error != FilterError::None) return {error, static_cast<u16>(at_)};
        }
        find_pairs();
        p_.reach_ = static_cast<u32>(least<u64>(reach_, FilterProgram::kUnbounded));
        return {};
    }

  private:
    using Step = FilterProgram::Step;
    using Known = FilterProgram::Known;

    FilterError step(const bpf_insn& given) {
        const Op op = op_of(given.code);
        if (op == Op::Invalid) return FilterError::BadOpcode;
        p_.steps_[at_] = {static_cast<u8>(given.code), static_cast<u8>(op), given.jt, given.jf, given.k};
        Known after = p_.known_[at_];
        const FilterError error = check(given, after);
        return error == FilterError::None ? follow(given, after) : error;
    }

    FilterError check(const bpf_insn& s, Known& known) {
        switch (s.code & 7) {
            case BPF_LD: return load(s, known, known.a_width);
            case BPF_LDX: return load(s, known, known.x_width);
            case BPF_ST: return store(s, known, known.a_width);
            case BPF_STX: return store(s, known, known.x_width);
            case BPF_ALU: return calculate(s, known);
            default: break;
        }
        if (s.code == (BPF_MISC | BPF_TAX)) known.x_width = known.a_width;
        if (s.code == (BPF_MISC | BPF_TXA)) known.a_width = known.x_width;
        return FilterError::None;
    }

    FilterError load(const bpf_insn& s, const Known& known, u8& width) {
        switch (s.code & 0xe0) {
            case BPF_IMM: width = width_of(s.k); return FilterError::None;
            case BPF_LEN: width = kWord; return FilterError::None;
            case BPF_MEM: return load_memory(s, known, width);
            case BPF_ABS: return load_packet(s, 0, width);
            case BPF_IND: return load_packet(s, last_of(known.x_width), width);
            default: return load_header_length(s, width);
        }
    }

    FilterError load_memory(const bpf_insn& s, const Known& known, u8& width) {
        if (s.k >= BPF_MEMWORDS) return FilterError::MemoryOutside;
        if (!(known.written >> s.k & 1)) return FilterError::MemoryUnwritten;
        width = memory_width_;
        return FilterError::None;
    }

    FilterError load_packet(const bpf_insn& s, u64 greatest_index, u8& width) {
        const u32 bytes = (s.code & 0x18) == BPF_W ? 4 : (s.code & 0x18) == BPF_H ? 2 : 1;
        if (s.k >> 31) return FilterError::AncillaryLoad;
        reach_ = greatest(reach_, greatest_index + s.k + bytes);
        width = static_cast<u8>(8 * bytes);
        return FilterError::None;
    }

    FilterError load_header_length(const bpf_insn& s, u8& width) {
        const FilterError error = load_packet(s, 0, width);
        width = width_of(4 * 0xf);
        return error;
    }

    FilterError store(const bpf_insn& s, Known& known, u8 width) {
        if (s.k >= BPF_MEMWORDS) return FilterError::MemoryOutside;
        known.written = static_cast<u16>(known.written | 1 << s.k);
        memory_width_ = greatest(memory_width_, width);
        return FilterError::None;
    }

    FilterError calculate(const bpf_insn& s, Known& known) {
        const bool constant = !(s.code & BPF_X);
        const u8 other = constant ? width_of(s.k) : known.x_width;
        const u8 op = s.code & 0xf0;
        if (constant && s.k == 0 && (op == BPF_DIV || op == BPF_MOD)) return FilterError::DivisionByZero;
        const bool shift = op == BPF_LSH || op == BPF_RSH;
        if (constant && shift && s.k >= kWord) return FilterError::ShiftTooLong;
        known.a_width = shift ? shifted(s, known.a_width) : combined(op, known.a_width, other);
        return FilterError::None;
    }

    static u8 shifted(const bpf_insn& s, u8 width) {
        const bool left = (s.code & 0xf0) == BPF_LSH;
        if (s.code & BPF_X) return left ? kWord : width;
        return left ? clamp(width + s.k) : static_cast<u8>(width > s.k ? width - s.k : 0);
    }

    // The width of a result, from those of its operands.
    static u8 combined(u8 op, u8 a, u8 b) {
        switch (op) {
            case BPF_ADD: return clamp(greatest(a, b) + 1u);
            case BPF_MUL: return clamp(u32{a} + b);
            case BPF_DIV: return a;
            case BPF_AND:
            case BPF_MOD: return least(a, b);
            case BPF_OR:
            case BPF_XOR: return greatest(a, b);
            default: return kWord;  // a difference or a negative number wraps
        }
    }

    // Passes what is known to the instructions that can be next.
    FilterError follow(const bpf_insn& s, const Known& known) {
        if ((s.code & 7) == BPF_RET) return FilterError::None;
        if (is_conditional(s.code)) {
            const FilterError error = jump(s.jt, known);
            return error == FilterError::None ? jump(s.jf, known) : error;
        }
        if (s.code == (BPF_JMP | BPF_JA)) return jump(s.k, known);
        return at_ + 1 < p_.size_ ? jump(0, known) : FilterError::NoReturn;
    }

    FilterError jump(u32 skipped, const Known& known) {
        const u64 target = u64{at_} + 1 + skipped;
        if (target >= p_.size_) return FilterError::JumpOutside;
        Known& there = p_.known_[target];
        there.written &= known.written;
        there.a_width = greatest(there.a_width, known.a_width);
        there.x_width = greatest(there.x_width, known.x_width);
        return FilterError::None;
    }

    // A jump between the two finds the second in its place.
    void find_pairs() {
        for (u32 i = 0; i + 1 < p_.size_; i++) {
            const Op second = op_of(p_.steps_[i + 1].code);
            p_.steps_[i].op = static_cast<u8>(pair_of(op_of(p_.steps_[i].code), second));
        }
    }

    FilterProgram& p_;
    u32 at_ = 0;
    u64 reach_ = 0;
    u8 memory_width_ = 0;  // of all that the instructions before have stored
};

FilterFault FilterProgram::verify(std::span<const bpf_insn> code) {
    const FilterFault fault = Verifier(*this).run(code);
    if (!fault.ok()) become_empty();
    return fault;
}

void FilterProgram::become_empty() {
    size_ = 1;
    reach_ = 0;
    steps_[0] = {BPF_RET | BPF_K, static_cast<u8>(Op::Return), 0, 0, 0};
}

bpf_insn FilterProgram::instruction(usize i) const {
    const Step& s = steps_[i];
    return {s.code, s.jt, s.jf, s.k};
}

bool FilterProgram::operator==(const FilterProgram& o) const {
    if (size_ != o.size_) return false;
    for (usize i = 0; i < size_; i++) {
        const Step &a = steps_[i], &b = o.steps_[i];
        if (a.code != b.code || a.jt != b.jt || a.jf != b.jf || a.k != b.k) return false;
    }
    return true;
}

const char* describe(FilterError error) {
    switch (error) {
        case FilterError::None: return "no error";
        case FilterError::Empty: return "the program is empty";
        case FilterError::TooLong: return "the program has too many instructions";
        case FilterError::BadOpcode: return "there is no such instruction";
        case FilterError::AncillaryLoad: return "load at a negative offset";
        case FilterError::JumpOutside: return "jump beyond the end of the program";
        case FilterError::MemoryOutside: return "scratch memory has only 16 words";
        case FilterError::MemoryUnwritten: return "read of scratch memory that may not have been written";
        case FilterError::DivisionByZero: return "division by zero";
        case FilterError::ShiftTooLong: return "shift by more than 31 bits";
        case FilterError::NoReturn: return "the last instruction is no return";
    }
    return "unknown error";
}

}  // namespace net
