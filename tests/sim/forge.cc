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

}  // namespace

void Simulation::forge(const Element& e) {
    for (const auto& c : conversations_) {
        const End &client = c->ends[0], &server = c->ends[1];
        if (c->id != e.id || !client.started || !server.started || client.over || server.over ||
            c->may_fail())
            continue;
        Dice dice(scenario_.seed, 2000 + e.at.ns);
        const bool to_server = dice.percent(50);
        const net::Ipv4Addr server_addr = addr_of(c->server_host);
        const FlowKey out{c->client.addr.value(), c->client.port, server_addr.value(), kStreamPort};
        const Side *from = watch_.side(to_server ? out : reversed(out)),
                   *to = watch_.side(to_server ? reversed(out) : out);
        Host& victim = *hosts_[to_server ? c->server_host : c->client_host];
        if (!from || !to || !victim.runs()) continue;
        net::TcpFields f = fields_of(Forged{static_cast<u8>(e.value)}, {*from, *to}, dice.below(1'000'000));
        f.src_port = to_server ? c->client.port : kStreamPort;
        f.dst_port = to_server ? kStreamPort : c->client.port;
        packets::Packet payload;
        if (from->timestamp && to->timestamp) {
            f.options_length = 12;
            for (u32 word : {0x0101'080au, *from->timestamp, *to->timestamp})
                for (int shift = 24; shift >= 0; shift -= 8)
                    payload.push_back(static_cast<u8>(word >> shift));
        }
        if (f.flags == net::TcpFlags::Ack) payload.insert(payload.end(), 20, u8{'!'});
        const packets::Tcp tcp{to_server ? c->client.addr : server_addr,
                               to_server ? server_addr : c->client.addr, f};
        const packets::Packet frame =
            packets::ether(mac_of(victim.number()), mac_of(to_server ? c->client_host : c->server_host),
                           net::EtherType::Ipv4, packets::tcp_packet(tcp, payload));
        report_.totals.forged++;
        report_.show("gets, forged:", victim.number(), frame);
        victim.arrive(frame, false);
    }
}

}  // namespace sim
