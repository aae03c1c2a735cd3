#include "net/filter/language/headers.h"

#include <cstddef>

#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"

namespace net::language {
namespace {

constexpr u16 kOldQinQ = 0x9100;  // of bridges that are older than IEEE 802.1ad

struct Place {
    u32 type, network;
};

Place place_of(Link link) {
    switch (link) {
        case Link::Ethernet: return {offsetof(EtherHeader, type), sizeof(EtherHeader)};
        case Link::RawIp: return {0, 0};
        case Link::LinuxCooked: return {14, 16};
        case Link::LinuxCooked2: return {0, 20};
    }
    return {};
}

}  // namespace

Headers::Headers(Tree& tree, Link link)
    : tree_(tree), link_(link), type_at_(place_of(link).type), network_at_(place_of(link).network) {}

NodeId Headers::is_type(EtherType type) {
    if (link_ != Link::RawIp) return tree_.field(BPF_H, type_at_, static_cast<u32>(type));
    if (type == EtherType::Ipv4) return tree_.field(BPF_B, 0, 0x40, 0xf0);
    if (type == EtherType::Ipv6) return tree_.field(BPF_B, 0, 0x60, 0xf0);
    return tree_.always(false);
}

NodeId Headers::is_ipv4(u8 protocol) {
    return tree_.both(is_type(EtherType::Ipv4), network(BPF_B, offsetof(Ipv4Header, protocol), protocol));
}

NodeId Headers::is_ipv6(u8 protocol) {
    constexpr u32 kNext = offsetof(Ipv6Header, next_header);
    const NodeId fragment = network(BPF_B, kNext, static_cast<u32>(IpProtocol::Fragment));
    const NodeId behind = network(BPF_B, sizeof(Ipv6Header), protocol);
    const NodeId at_once = network(BPF_B, kNext, protocol);
    return tree_.both(is_type(EtherType::Ipv6), tree_.either(at_once, tree_.both(fragment, behind)));
}

NodeId Headers::has_transport() {
    return network(BPF_H, offsetof(Ipv4Header, flags_offset), 0, Ipv4Header::kOffsetMask);
}

NodeId Headers::network(u8 size, u32 at, u32 value, u32 mask) {
    return tree_.field(size, network_at_ + at, value, mask);
}

NodeId Headers::load_link(u8 size, NodeId index) { return tree_.load(size, 0, index); }
NodeId Headers::load_network(u8 size, NodeId index) { return tree_.load(size, network_at_, index); }

NodeId Headers::load_behind_ipv4(u8 size, NodeId index) {
    const NodeId header = tree_.header_length(network_at_);
    if (!tree_.is_constant(index)) return tree_.load(size, network_at_, index, header);
    return tree_.load(size, network_at_ + tree_[index].value, kNone, header);
}

NodeId Headers::load_behind_ipv6(u8 size, NodeId index) {
    return tree_.load(size, network_at_ + sizeof(Ipv6Header), index);
}

NodeId Headers::enter_vlan(std::optional<u16> id) {
    const NodeId old = tree_.field(BPF_H, type_at_, kOldQinQ);
    const NodeId tagged = tree_.either(tree_.either(is_type(EtherType::Vlan), is_type(EtherType::QinQ)), old);
    const NodeId asked =
        id ? tree_.both(tagged, network(BPF_H, offsetof(VlanTag, control), *id, 0xfff)) : tagged;
    type_at_ += sizeof(VlanTag);
    network_at_ += sizeof(VlanTag);
    return asked;
}

}  // namespace net::language
