#include "tests/oracle/libpcap.h"

#include <pcap.h>

namespace oracle {
namespace {

constexpr int kSnapLength = 262144;
constexpr bpf_u_int32 kNetmask = 0xffffff00;  // in host byte order, whatever the manual page says

static_assert(sizeof(Instruction) == sizeof(bpf_insn));

const bpf_insn* instructions(const Program& p) { return reinterpret_cast<const bpf_insn*>(p.data()); }

}  // namespace

Program compile(const std::string& expression, std::string& error, LinkType link, bool optimise) {
    pcap_t* capture = pcap_open_dead(static_cast<int>(link), kSnapLength);
    bpf_program code{};
    Program program;
    if (pcap_compile(capture, &code, expression.c_str(), optimise, kNetmask) == 0) {
        const auto* first = reinterpret_cast<const Instruction*>(code.bf_insns);
        program.assign(first, first + code.bf_len);
        pcap_freecode(&code);
    } else {
        error = pcap_geterr(capture);
    }
    pcap_close(capture);
    return program;
}

u32 run(const Program& program, Bytes packet, usize wire_length) {
    return bpf_filter(instructions(program), packet.data(), static_cast<u_int>(wire_length),
                      static_cast<u_int>(packet.size()));
}

bool is_valid(const Program& program) {
    return bpf_validate(instructions(program), static_cast<int>(program.size())) != 0;
}

}  // namespace oracle
