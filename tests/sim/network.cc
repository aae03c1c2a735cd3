#include "network.h"

#include <optional>

#include "middlebox.h"
#include "world.h"

using packets::Packet;

namespace sim {

Network::Network(u64 seed, Report& report) : report_(report) {
    for (u32 host = 0; host < kMaxHosts; host++) links_.push_back(std::make_unique<Link>(seed, host));
}

static std::optional<Network::PacketKey> fragment_key(const Packet& frame) {
    const net::Ipv4Header* h = ipv4_of(frame);
    if (!h || !h->is_fragment()) return std::nullopt;
    return Network::PacketKey{h->src.value(), h->dst.value(), h->protocol, h->identification};
}

// ARP has no checksum, so nobody could notice the damage. A packet with two damages may have a correct one.
Line::Spared Network::spared(const Packet& frame, bool damaged) const {
    const auto key = fragment_key(frame);
    const bool has_damage = damaged || (key && damaged_.contains(*key));
    return has_damage || !ipv4_of(frame) ? Line::Spared::FromDamage : Line::Spared::No;
}

void Network::carry(u32 host, Line& line, Packet frame, bool damaged,
                    const std::function<void(const Line::Copy&)>& then) {
    std::vector<Line::Copy> copies;
    if (link(host).cuts == 0) copies = line.carry(frame, net::platform::now(), spared(frame, damaged));
    if (copies.empty()) {
        report_.totals.lost++;
        report_.show(&line == &link(host).up ? "loses on the way out:" : "never gets", host, frame);
    }
    for (Line::Copy& c : copies) {
        if (const auto key = fragment_key(frame); key && c.damaged) damaged_.insert(*key);
        c.damaged |= damaged;
        agenda_.at(c.at, [then, copy = std::move(c)] { then(copy); });
    }
}

void Network::send(u32 host, Packet frame) {
    report_.totals.frames++;
    renumbering_.apply(frame);
    report_.show("sends", host, frame);
    report_.keep(frame);
    carry(host, link(host).up, std::move(frame), false,
          [this, host](const Line::Copy& c) { route(host, c.frame, c.damaged); });
}

void Network::route(u32 from, const Packet& frame, bool damaged) {
    const auto& ether = *reinterpret_cast<const net::EtherHeader*>(frame.data());
    for (u32 host = 0; host < links_.size(); host++) {
        const bool wanted = ether.dst == net::MacAddr::broadcast() ? host != from : ether.dst == mac_of(host);
        if (!wanted) continue;
        const u64 strips = link(from).strips | link(host).strips;
        if (strips && !damaged)
            deliver(from, host, without_syn_options(frame, strips), false);
        else
            deliver(from, host, frame, damaged);
    }
}

void Network::deliver(u32 from, u32 host, const Packet& frame, bool damaged) {
    const usize mtu = link(host).mtu, length = frame.size() - sizeof(net::EtherHeader);
    if (length <= mtu || !ipv4_of(frame)) {
        forward(host, frame, damaged);
    } else if (!damaged && ipv4_of(frame)->dont_fragment()) {
        report_.show("cannot get, because it is too long:", host, frame);
        if (link(host).silent) return;
        report_.totals.too_big++;
        forward(from, too_big(frame, mtu), false);
    } else if (!damaged) {
        for (const Packet& piece : fragments_of(frame, mtu)) forward(host, piece, false);
    }
}

void Network::forward(u32 host, const Packet& frame, bool damaged) {
    carry(host, link(host).down, frame, damaged, [this, host](const Line::Copy& c) {
        report_.totals.damaged += c.damaged;
        report_.show(c.damaged ? "gets, damaged:" : "gets", host, c.frame);
        arrived(host, c.frame, c.damaged);
    });
}

}  // namespace sim
