// From the scenario to hosts, links, events and programs.
#include "simulation.h"
#include "world.h"
#include "wrap.h"

namespace sim {

void Simulation::read_link(const Element& e) {
    Network::Link& link = network_.link(e.a);
    for (Line* line : {&link.up, &link.down}) {
        Weather& w = line->weather;
        const auto value = static_cast<unsigned>(e.value);
        switch (e.kind) {
            case Kind::Loss: w.loss = value; break;
            case Kind::Burst: w.burst = value, w.burst_length = e.b; break;
            case Kind::Doubling: w.doubling = value; break;
            case Kind::Damage: w.damage = value; break;
            case Kind::Hold: w.hold = value, w.hold_time = e.length; break;
            case Kind::Delay: w.delay = e.length, w.jitter = microseconds(static_cast<i64>(e.value)); break;
            case Kind::Rate: w.bytes_per_second = static_cast<i64>(e.value), w.queue_limit = e.b; break;
            case Kind::Strip: link.strips = e.value; break;
            default: break;
        }
    }
    doubled_ |= e.kind == Kind::Doubling;
    calm_ &= e.kind == Kind::Delay || e.kind == Kind::Offload || e.kind == Kind::Strip;
}

// The script of a conversation over TCP.
void Simulation::read_part(const Element& e) {
    for (const auto& c : conversations_) {
        if (c->id != e.id) continue;
        End& end = c->ends[e.a];
        const bool limits = e.kind == Kind::Keepalive || e.kind == Kind::Timeout;
        limited_[e.a ? c->server_host : c->client_host] |= limits;
        switch (e.kind) {
            case Kind::Write: end.writes.push_back({e.value, e.length}); break;
            case Kind::SlowReader: end.read_size = e.value, end.read_pause = e.length; break;
            case Kind::LateReader: end.late = e.length; break;
            case Kind::Buffers: end.buffers.push_back({e.at, static_cast<int>(e.value)}); break;
            case Kind::NoDelay: end.no_delay = true; break;
            case Kind::Cork: end.cork = true; break;
            case Kind::Abort: end.abort_at = e.at; break;
            case Kind::CloseEarly: end.close_early = true; break;
            case Kind::Keepalive: end.keepalive = {e.at, e.length, static_cast<int>(e.value)}; break;
            case Kind::Timeout: end.user_timeout = e.length; break;
            case Kind::Wrap: plan_wrap(*c, e); break;
            case Kind::OldPort: end.port = static_cast<u16>(e.value); break;
            case Kind::Forgery: at(e.at, [this, &e] { forge(e); }); break;
            default: break;
        }
    }
}

void Simulation::begin_narrow(u32 host, usize mtu, bool silent) {
    network_.link(host).mtu = mtu;
    network_.link(host).silent = silent;
}

void Simulation::announce(const Element& e) {
    at(e.at, [this, &e] { report_.say("%s", in_words(e).c_str()); });
}

// What happens at a time.
void Simulation::plan(const Element& e) {
    calm_ = false;
    const u32 host = e.a;
    Host& h = *hosts_[host];
    announce(e);
    switch (e.kind) {
        case Kind::Cut:
            at(e.at, [this, host] { network_.link(host).cuts++; });
            at(e.at + e.length, [this, host] { network_.link(host).cuts--; });
            break;
        case Kind::Narrow:
            at(e.at, [this, &e] { begin_narrow(e.a, e.value, e.b != 0); });
            at(e.at + e.length, [this, host] { begin_narrow(host, net::kEtherMtu, false); });
            break;
        case Kind::Pause:
            at(e.at, [this, &h] {
                report_.totals.pauses++;
                h.pause();
                watch_.paused(addr_of(h.number()));
            });
            at(e.at + e.length, [this, &e, &h] {
                h.resume(Dice(scenario_.seed, static_cast<u64>(e.at.ns)).percent(50));
                vsock_.resume();
            });
            break;
        case Kind::NoMem: fake::world().fail_at = static_cast<long>(e.value); break;
        default:
            at(e.at, [this, host] { crash(host); });
            at(e.at + e.length, [this, host] { boot(host); });
            break;
    }
}

void Simulation::plan_series(const Element& e) {
    auto& s = *series_.emplace_back(std::make_unique<Series>());
    s.id = e.id, s.from = e.a, s.to = e.b, s.at = e.at, s.every = e.length;
    s.pings = e.kind == Kind::Pings;
    Dice dice(scenario_.seed, 1000 + e.id);
    static constexpr u64 kMost[] = {100, 1'480, 3'000, 9'000, 30'000};
    for (u64 i = 0; i < e.value; i++) s.sizes.push_back(dice.between(sizeof(Label), kMost[dice.below(5)]));
    s.sizes[0] = sizeof(Label);  // while ARP asks, only a few packets may wait
    s.copies.resize(s.sizes.size());
    at(e.at, [this, &s] {
        if (!hosts_[s.from]->has_programs()) return;
        programs_.push_back(std::make_unique<DatagramSender>(
            *hosts_[s.from], network_, report_, s,
            [this](Bytes b) { take_datagram(series_, b, doubled_, report_); }));
        hosts_[s.from]->wake();
    });
}

void Simulation::make_hosts() {
    u64 features[kMaxHosts] = {};
    for (const Element& e : scenario_.elements) {
        if (e.kind == Kind::Offload) features[e.a] = e.value;
    }
    for (u32 i = 0; i < kMaxHosts; i++) {
        hosts_.push_back(std::make_unique<Host>(i, static_cast<u32>(features[i]), network_, report_));
        vsock_.add(*hosts_[i]);
        hosts_[i]->sent = [this](const packets::Packet& frame) { watch_.sent(frame); };
        hosts_[i]->received = [this](const packets::Packet& frame) { watch_.arrived(frame, true); };
    }
}

void Simulation::make_conversations() {
    for (const Element& e : scenario_.elements) {
        if (e.kind != Kind::Stream && e.kind != Kind::VsockStream) continue;
        auto& c = *conversations_.emplace_back(std::make_unique<Conversation>());
        c.id = e.id, c.client_host = e.a, c.server_host = e.b, c.at = e.at;
        c.vsock = e.kind == Kind::VsockStream;
        const FlowKey out{addr_of(c.client_host).value(), 0, addr_of(c.server_host).value(), kStreamPort};
        c.wire = [this, &c, out](u32 side) -> const Side* {
            if (c.vsock) return nullptr;
            FlowKey key = out;
            std::get<1>(key) = c.client_over_tcp().port;
            return watch_.side(side ? reversed(key) : key);
        };
        at(e.at, [this, &c] { start(c); });
    }
}

// The first numbers depend on addresses, ports, and what is random when the host boots.
void Simulation::plan_wrap(Conversation& c, const Element& e) {
    constexpr u16 kFirstPort = 6000;  // below those that a stack chooses
    u16& port = c.ends[0].port = static_cast<u16>(kFirstPort + c.id);
    net::TcpKey key{addr_of(c.client_host), addr_of(c.server_host), port, kStreamPort};
    if (e.a) key = {key.remote, key.local, key.remote_port, key.local_port};
    const Instant begins = kStart + c.at + milliseconds(e.a ? 10 : 0);
    random_at_boot_[e.a ? c.server_host : c.client_host] =
        random_for_wrap(key, begins, Wraps{static_cast<u8>(e.value)}, scenario_.seed);
}

void Simulation::read_scenario() {
    make_hosts();
    make_conversations();
    for (const Element& e : scenario_.elements) {
        if (e.kind < Kind::Cut)
            read_link(e);
        else if (e.kind < Kind::Stream)
            plan(e);
        else if (is_part_of_stream(e.kind))
            read_part(e);
        else if (is_vsock(e.kind))
            read_vsock(e);
        else if (is_channel(e.kind))
            read_channel(e);
        else if (e.kind != Kind::Stream)
            plan_series(e);
    }
    at(kHeal, [this] { heal(); });
}

}  // namespace sim
