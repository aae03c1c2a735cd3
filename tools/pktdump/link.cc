#include "pktdump/link.h"

#include "capture/link_type.h"

namespace pktdump {

std::optional<net::DumpLink> link_of(u16 link_type) {
    using capture::LinkType;
    using net::DumpLink;
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

}  // namespace pktdump
