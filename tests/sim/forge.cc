// Segments that an attacker forges who knows addresses and ports, but sees no frame.
#include "simulation.h"
#include "world.h"

namespace sim {
namespace {

// The state of a connection that the forged numbers keep away from, or come close to.
struct Target {
    const Side& sender;    // in whose name the segment is forged
    const Side& receiver;  // the victim
};

net::TcpFields fields_of(Forged kind, const Target& t, u64 random) {
    using net::TcpFlags;
    const u32 expected = t.sender.iss + t.receiver.next(), ack = t.receiver.iss + t.receiver.known_una;
    const u32 far = expected + (u32{1} << 30) + static_cast<u32>(random % 1000);
    net::TcpFields f{.seq = expected, .ack = ack, .flags = TcpFlags::Ack, .window = 1000};
    switch (kind) {
        case Forged::FarReset: f.seq = far, f.flags = TcpFlags::Rst; break;
        case Forged::NearReset:
            f.seq = expected + 1 + static_cast<u32>(random % 500), f.flags = TcpFlags::Rst;
            break;
        case Forged::Syn: f.seq = expected + static_cast<u32>(random % 500), f.flags = TcpFlags::Syn; break;
        case Forged::FarData: f.seq = far; break;
        case Forged::FutureAck: f.ack = t.receiver.iss + t.receiver.end + (u32{1} << 29); break;
        case Forged::FarFin: f.seq = far, f.flags = TcpFlags::Ack | TcpFlags::Fin; break;
    }
    return f;
}

packets::Packet timestamps(u32 value, u32 echo) {
    packets::Packet option;
    for (const u32 word : {0x0101'080au, value, echo}) {
        for (int shift = 24; shift >= 0; shift -= 8) option.push_back(static_cast<u8>(word >> shift));
    }
    return option;
}

// The forged segment: with a timestamp that is current, and with data if it is only an ACK.
packets::Packet segment_of(net::TcpFields f, const FlowKey& key, const Target& t) {
    const auto& [from, from_port, to, to_port] = key;
    f.src_port = from_port, f.dst_port = to_port;
    packets::Packet payload;
    if (t.sender.timestamp && t.receiver.timestamp) {
        f.options_length = 12;
        payload = timestamps(*t.sender.timestamp, *t.receiver.timestamp);
    }
    if (f.flags == net::TcpFlags::Ack) payload.insert(payload.end(), 20, u8{'!'});
    return packets::tcp_packet({net::Ipv4Addr(from), net::Ipv4Addr(to), f}, payload);
}

}  // namespace

void Simulation::forge(const Element& e) {
    for (const auto& c : conversations_) {
        const bool runs = c->ends[0].started && c->ends[1].started && !c->ends[0].over && !c->ends[1].over;
        if (c->id == e.id && runs && !c->may_fail()) forge_for(*c, e);
    }
}

void Simulation::forge_for(const Conversation& c, const Element& e) {
    Dice dice(scenario_.seed, 2000 + static_cast<u64>(e.at.ns));
    const FlowKey out{c.client_over_tcp().addr.value(), c.client_over_tcp().port,
                      addr_of(c.server_host).value(), kStreamPort};
    const bool to_server = dice.percent(50);
    const FlowKey key = to_server ? out : reversed(out);
    const Side *sender = watch_.side(key), *receiver = watch_.side(reversed(key));
    Host& victim = *hosts_[to_server ? c.server_host : c.client_host];
    if (!sender || !receiver || !victim.runs()) return;
    const Target target{*sender, *receiver};
    const net::TcpFields fields = fields_of(Forged{static_cast<u8>(e.value)}, target, dice.below(1'000'000));
    const u32 other = to_server ? c.client_host : c.server_host;
    const packets::Packet frame = packets::ether(mac_of(victim.number()), mac_of(other), net::EtherType::Ipv4,
                                                 segment_of(fields, key, target));
    report_.totals.forged++;
    report_.show("gets, forged:", victim.number(), frame);
    if (victim.put_in_ring(frame, false)) victim.serve_ring();
}

}  // namespace sim
