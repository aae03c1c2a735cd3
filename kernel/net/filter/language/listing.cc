#include "net/filter/language/listing.h"

namespace net::language {
namespace {

struct Text {
    char text[32] = "";
};

__attribute__((format(printf, 1, 2))) Text text_of(const char* how, ...) {
    Text t;
    std::va_list arguments;
    va_start(arguments, how);
    vformat_to(t.text, sizeof t.text, how, arguments);
    va_end(arguments);
    return t;
}

const char* const kCalculations[16] = {"add", "sub", "mul", "div", "or", "and",
                                       "lsh", "rsh", "neg", "mod", "xor"};
const char* const kJumps[16] = {"ja", "jeq", "jgt", "jge", "jset"};

const char* name_of(u16 code) {
    const u16 size = code & 0x18;
    switch (code & 7) {
        case BPF_LD: return size == BPF_H ? "ldh" : size == BPF_B ? "ldb" : "ld";
        case BPF_LDX: return size == BPF_B ? "ldxb" : "ldx";
        case BPF_ST: return "st";
        case BPF_STX: return "stx";
        case BPF_ALU: return kCalculations[code >> 4 & 15];
        case BPF_JMP: return kJumps[code >> 4 & 15];
        case BPF_RET: return "ret";
        default: return code & BPF_TXA ? "txa" : "tax";
    }
}

Text load_operand(const bpf_insn& i) {
    switch (i.code & 0xe0) {
        case BPF_IMM: return text_of("#0x%x", i.k);
        case BPF_ABS: return text_of("[%u]", i.k);
        case BPF_IND: return text_of("[x + %u]", i.k);
        case BPF_MEM: return text_of("M[%u]", i.k);
        case BPF_LEN: return text_of("#pktlen");
        default: return text_of("4*([%u]&0xf)", i.k);
    }
}

Text operand(const bpf_insn& i) {
    const bool x = i.code & BPF_X;
    switch (i.code & 7) {
        case BPF_LD:
        case BPF_LDX: return load_operand(i);
        case BPF_ST:
        case BPF_STX: return text_of("M[%u]", i.k);
        case BPF_RET: return (i.code & 0x18) == BPF_A ? Text{} : text_of("#%u", i.k);
        case BPF_MISC: return Text{};
        default: break;
    }
    if ((i.code & 0xf0) == BPF_NEG && (i.code & 7) == BPF_ALU) return Text{};
    const bool bits = (i.code & 7) == BPF_JMP || (i.code & 0xf0) == BPF_AND || (i.code & 0xf0) == BPF_OR ||
                      (i.code & 0xf0) == BPF_XOR;
    return x ? text_of("%s", "x") : text_of(bits ? "#0x%x" : "#%u", i.k);
}

}  // namespace

void print_listing(TextSink out, std::span<const bpf_insn> program) {
    for (usize n = 0; n < program.size(); n++) {
        const bpf_insn& i = program[n];
        if (i.code == (BPF_JMP | BPF_JA)) {
            format(out, "(%03zu) %-8s %zu\n", n, "ja", n + 1 + i.k);
        } else if ((i.code & 7) == BPF_JMP) {
            format(out, "(%03zu) %-8s %-16s jt %zu\tjf %zu\n", n, name_of(i.code), operand(i).text,
                   n + 1 + i.jt, n + 1 + i.jf);
        } else if (const Text k = operand(i); k.text[0]) {
            format(out, "(%03zu) %-8s %s\n", n, name_of(i.code), k.text);
        } else {
            format(out, "(%03zu) %s\n", n, name_of(i.code));
        }
    }
}

}  // namespace net::language
