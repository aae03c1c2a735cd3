#include "pktdump/filter.h"

#include "capture/link_type.h"
#include "pktdump/link.h"

namespace pktdump {
namespace {

using net::DumpLink;
using net::language::Link;

std::optional<Link> filtered_link(u16 link_type) {
    const auto link = link_of(link_type);
    if (!link) return std::nullopt;
    switch (*link) {
        case DumpLink::Ethernet: return Link::Ethernet;
        case DumpLink::RawIp: return Link::RawIp;
        case DumpLink::LinuxCooked: return Link::LinuxCooked;
        case DumpLink::LinuxCooked2: return Link::LinuxCooked2;
        default: return std::nullopt;
    }
}

void append(void* to, const char* text, usize n) { static_cast<std::string*>(to)->append(text, n); }

}  // namespace

std::optional<net::FilterProgram> Filter::compile(u16 link_type) {
    const auto link = filtered_link(link_type);
    error_.clear();
    if (!link) {
        error_ = capture::describe_link_type(link_type) + " cannot be filtered\n";
    } else if (!compiler_.compile(expression_, {.link = *link})) {
        net::language::print_fault({append, &error_}, expression_, compiler_.fault());
    } else {
        net::FilterProgram program;
        if (program.verify(compiler_.program()).ok()) return program;
        error_ = "the compiled program is not valid\n";
    }
    return std::nullopt;
}

std::optional<net::FilterProgram>& Filter::program_for(u16 link_type) {
    const auto found = programs_.find(link_type);
    return found != programs_.end() ? found->second : programs_[link_type] = compile(link_type);
}

bool Filter::prepare(u16 link_type) { return expression_.empty() || program_for(link_type); }

bool Filter::matches(const capture::Packet& p) {
    if (expression_.empty()) return true;
    const auto& program = program_for(p.link_type());
    return program && program->run(p.bytes, p.original_length) != 0;
}

}  // namespace pktdump
