// The packet filters: compiles or verifies, and runs, what the input has. A compiled program must be valid,
// its listing and its numbers complete; a verdict must not change when the packet is cut behind the program's
// reach.
//
//   an expression   'e', the text, a zero, the packet
//   a program       'p', the number of instructions, 8 bytes for each, the packet
//   numbers         'n', a text as `tcpdump -ddd` prints it
#include <cstring>
#include <memory>

#include "fake/filter_traffic.h"
#include "net/filter/language/compiler.h"
#include "net/filter/language/listing.h"
#include "net/filter/numbers.h"
#include "tests/fuzz/target.h"

namespace fuzz {
namespace {

using net::FilterProgram;

void append(void* to, const char* text, usize n) { static_cast<std::string*>(to)->append(text, n); }

void judge(const FilterProgram& program, Bytes packet) {
    const u32 verdict = program.run(packet, packet.size());
    if (program.reach() < packet.size())
        must(program.run(packet.first(program.reach()), packet.size()) == verdict, "reach() is a limit");
}

void numbers_come_back(std::span<const bpf_insn> program) {
    std::string text;
    net::print_numbers({append, &text}, program, ',');
    bpf_insn room[BPF_MAXINSNS];
    const auto parsed = net::parse_numbers(text, room);
    must(parsed && parsed->size() == program.size(), "printed numbers can be read");
    must(std::memcmp(parsed->data(), program.data(), program.size_bytes()) == 0, "the same numbers are read");
}

void expression(Bytes input) {
    static const auto compiler = std::make_unique<net::language::Compiler>();
    const char* first = reinterpret_cast<const char*>(input.data());
    const void* end = input.empty() ? nullptr : std::memchr(first, 0, input.size());
    const usize length = end ? static_cast<usize>(static_cast<const char*>(end) - first) : input.size();
    const TextView text(first, length);
    std::string out;
    if (!compiler->compile(text, {.netmask = 0xffff'ff00})) {
        const auto& fault = compiler->fault();
        must(fault.message && fault.at + fault.length <= length, "the place of a fault is in the expression");
        return net::language::print_fault({append, &out}, text, fault);
    }
    FilterProgram program;
    must(program.verify(compiler->program()).ok(), "a compiled program is valid");
    net::language::print_listing({append, &out}, compiler->program());
    numbers_come_back(compiler->program());
    judge(program, input.subspan(end ? length + 1 : length));
}

void program(Bytes input) {
    if (input.empty()) return;
    const usize count = input[0], whole = (input.size() - 1) / sizeof(bpf_insn);
    std::vector<bpf_insn> code(count < whole ? count : whole);
    if (!code.empty()) std::memcpy(code.data(), &input[1], code.size() * sizeof(bpf_insn));
    FilterProgram verified;
    if (!verified.verify(code).ok())
        return must(verified == FilterProgram(), "a refused program matches nothing");
    judge(verified, input.subspan(1 + code.size() * sizeof(bpf_insn)));
}

void numbers(Bytes input) {
    bpf_insn room[BPF_MAXINSNS];
    const auto parsed = net::parse_numbers({reinterpret_cast<const char*>(input.data()), input.size()}, room);
    FilterProgram program;
    if (parsed && program.verify(*parsed).ok()) judge(program, input);
}

std::string program_seed(std::span<const bpf_insn> code, Bytes packet) {
    std::string seed = std::string("p") + static_cast<char>(code.size());
    seed.append(reinterpret_cast<const char*>(code.data()), code.size_bytes());
    return seed + text_of(packet);
}

void run(Bytes input) {
    if (input.empty()) return;
    const Bytes rest = input.subspan(1);
    switch (input[0]) {
        case 'e': return expression(rest);
        case 'p': return program(rest);
        case 'n': return numbers(rest);
        default: return;
    }
}

std::vector<std::string> seeds() {
    static const auto compiler = std::make_unique<net::language::Compiler>();
    filter_traffic::Random random(7);
    std::vector<std::string> all = {"n4 40 0 0 12 21 0 1 2048 6 0 0 262144 6 0 0 0"};
    for (int i = 0; i < 150; i++) {
        const std::string text = filter_traffic::random_expression(random);
        const auto frame = filter_traffic::random_frame(random);
        all.push_back("e" + text + '\0' + text_of(frame));
        if (compiler->compile(text, {.netmask = 0xffff'ff00}) && compiler->program().size() < 256)
            all.push_back(program_seed(compiler->program(), frame));
    }
    return all;
}

}  // namespace

constinit const Target filter = {"filter", 4096, run, seeds};

}  // namespace fuzz
