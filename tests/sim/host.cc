#include "host.h"

#include <cstring>

#include "tcp_sim.h"
#include "world.h"

using packets::Packet;

namespace sim {

net::MacAddr Card::mac() const { return mac_of(host_.number()); }

Result<> Card::transmit(net::MbufPtr& frame) {
    const net::MbufPtr taken = std::move(frame);
    if (!host_.on_) return {};
    host_.seen.frames_out++;
    for (Packet& p : as_the_hardware_sends(*taken)) {
        host_.sent(p);
        host_.network_.send(host_.number(), std::move(p));
    }
    return {};
}

Host::Host(u32 number, u32 features, Network& network, Report& report)
    : number_(number), network_(network), report_(report), card_(*this, features) {}

Host::~Host() = default;

void Host::boot() {
    report_.say("host %u boots", number_);
    on_ = true;
    seen = {};
    stack_ = std::make_unique<net::Stack>();
    if (!stack_->add_interface(card_, {addr_of(number_), 24}).ok())
        report_.fail("host %u cannot boot", number_);
}

void Host::crash() {
    ring_.clear();
    add_totals();
    stack_.reset();
}

void Host::resume() {
    pauses_--;
    if (runs()) pass_up();
}

void Host::arrive(const Packet& frame, bool damaged) {
    if (!on_ || ring_.size() >= kRing) return;
    net::MbufPtr m = net::Mbuf::alloc(net::kRxHeadroom);
    if (!m) return;
    std::memcpy(m->put(frame.size()), frame.data(), frame.size());
    ring_.push_tail(std::move(m));
    seen.frames_in++;
    seen.damaged_in += damaged;
    if (runs()) pass_up();
}

void Host::pass_up() {
    news_ = true;
    net::MbufQueue frames;
    frames.take(ring_);
    net::net_rx_all(card_, frames);
}

void Host::add_totals() {
    using net::Stat;
    Totals& t = report_.totals;
    const auto count = [this](Stat s) { return stack_->count(s); };
    t.fragments += count(Stat::ip_fragments_in);
    t.reassembled += count(Stat::ip_reassembled);
    t.connections += count(Stat::tcp_accepted);
    t.retransmits += count(Stat::tcp_retransmits);
    t.timeouts += count(Stat::tcp_timeouts);
    t.window_probes += count(Stat::tcp_window_probes);
    t.resets += count(Stat::tcp_connections_reset);
    t.challenges += count(Stat::tcp_challenges_out);
    t.arp_requests += count(Stat::arp_requests_out);
}

}  // namespace sim
