#include "pktdump/program.h"

#include <cstdio>
#include <memory>

#include "net/filter/language/compiler.h"
#include "net/filter/language/listing.h"
#include "net/filter/numbers.h"

namespace pktdump {
namespace {

void write_stdout(void*, const char* text, usize n) { std::fwrite(text, 1, n, stdout); }

void print_c(std::span<const bpf_insn> program) {
    for (const bpf_insn& i : program) std::printf("{ 0x%x, %u, %u, 0x%08x },\n", i.code, i.jt, i.jf, i.k);
}

}  // namespace

int print_program(const std::string& expression, ProgramStyle style) {
    const auto compiler = std::make_unique<net::language::Compiler>();
    if (!compiler->compile(expression)) {
        const TextSink errors{[](void*, const char* text, usize n) { std::fwrite(text, 1, n, stderr); },
                              nullptr};
        net::language::print_fault(errors, expression, compiler->fault());
        return 2;
    }
    const auto program = compiler->program();
    const TextSink out{write_stdout, nullptr};
    if (style == ProgramStyle::Listing) net::language::print_listing(out, program);
    if (style == ProgramStyle::C) print_c(program);
    if (style == ProgramStyle::Numbers) net::print_numbers(out, program, '\n');
    return 0;
}

}  // namespace pktdump
