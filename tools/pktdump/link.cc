#include "pktdump/link.h"

#include "capture/link_type.h"

namespace pktdump {

std::optional<DumpLink> link_of(u16 link_type) {
    using capture::LinkType;
    switch (LinkType{link_type}) {
        case LinkType::Ethernet: return DumpLink::Ethernet;
        case LinkType::Raw:
        case LinkType::RawBsd:
        case LinkType::RawOpenBsd:
        case LinkType::Ipv4:
        case LinkType::Ipv6: return DumpLink::RawIp;
        case LinkType::LinuxCooked: return DumpLink::LinuxCooked;
        case LinkType::LinuxCooked2: return DumpLink::LinuxCooked2;
        case LinkType::Null: return DumpLink::Null;
        case LinkType::Loop: return DumpLink::Loop;
        case LinkType::Ppp:
        case LinkType::PppHdlc: return DumpLink::Ppp;
    }
    return std::nullopt;
}

void print_link(TextSink out, DumpLink link, Bytes captured, usize, net::DumpMode mode) {
    if (link == DumpLink::Ethernet) return net::dump_frame(out, captured, mode);
    const bool full = mode == net::DumpMode::Full;
    format(out, full ? "[the decoder knows Ethernet only]\n\n\n" : "[the decoder knows Ethernet only]\n");
}

}  // namespace pktdump
