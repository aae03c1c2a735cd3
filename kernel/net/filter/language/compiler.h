// The compiler of the filter language: pcap-filter(7)'s, as far as docs/filter.md describes it.
//
// One compiler serves the guest's programs and the host's tools; the kernel has none. All that it needs is in
// the object, about 150 KiB: keep it in a global. It needs no more memory, and less than 32 KiB of the stack.
// One thread at a time.
#pragma once

#include "lib/format.h"
#include "lib/text_view.h"
#include "net/filter/language/emitter.h"
#include "net/filter/language/fault.h"
#include "net/filter/language/headers.h"
#include "net/filter/language/optimiser.h"
#include "net/filter/program.h"

namespace net::language {

struct Options {
    Link link = Link::Ethernet;
    u32 netmask = 0;  // of the link, for `ip broadcast`: 0xffffff00. 0: not known
};

class Compiler {
  public:
    // False: fault() says what is wrong and where. An empty expression accepts every packet. The text stays
    // the caller's.
    bool compile(TextView expression, const Options& options = {});

    // After success: what FilterProgram::verify() accepts. Valid until the next call.
    std::span<const bpf_insn> program() const { return program_; }
    const Fault& fault() const { return fault_; }

  private:
    bool fail(const char* why, u16 at = 0, u16 length = 0);

    Tree tree_;
    Graph graph_;
    Optimiser optimiser_;
    Emitter emitter_{tree_, graph_};
    bpf_insn room_[FilterProgram::kMaxSize];
    std::span<const bpf_insn> program_;
    Fault fault_;
};

// Prints the expression, and below it the place of the fault and the reason:
//   tcp port 99999
//            ^^^^^ a port is at most 65535
void print_fault(TextSink out, TextView expression, const Fault& fault);

}  // namespace net::language
