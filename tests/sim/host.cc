#include "host.h"

#include <algorithm>
#include <cstring>

#include "shortage.h"
#include "tcp_sim.h"

using packets::Packet;

namespace sim {

net::MacAddr Card::mac() const { return mac_of(host_.number()); }

Result<> Card::transmit(net::MbufPtr& frame) {
    net::MbufPtr taken = std::move(frame);
    if (!host_.on_) return {};
    host_.seen.frames_out++;
    if (late.ns && taken_.empty()) {
        const fake::OnMachine no_host(0);  // the card goes on while the host pauses
        read_.set(net::platform::now() + late);
    }
    taken_.push_tail(std::move(taken));
    if (late.ns == 0) read();
    return {};
}

void Card::read() {
    const auto on = host_.here();  // that frees what the card has sent
    while (const net::MbufPtr m = taken_.pop_head()) {
        if (!host_.on_) continue;
        for (Packet& p : as_the_hardware_sends(*m)) host_.put_on_wire(std::move(p));
    }
}

void Card::lose_frames() {
    read_.cancel();
    taken_.clear();
}

Host::Host(u32 number, u32 features, Network& network, Report& report)
    : number_(number), network_(network), report_(report), card_(*this, features) {}

Host::~Host() = default;

void Host::boot() {
    const auto on = here();
    report_.say("host %u boots", number_);
    on_ = true;
    seen = {};
    kernel_ = std::make_unique<net::Stack>();
    const auto add = [this] { return kernel_->add_interface(card_, {addr_of(number_), 24}); };
    if (!with_patience(add).ok()) report_.fail("host %u cannot boot", number_);
    if (own_stack_) start_application();
}

void Host::off() {
    on_ = false;
    if (application_) application_->off();
}

void Host::crash() {
    const auto on = here();
    card_.lose_frames();  // so that a channel is gone when it is closed
    if (application_) end_application();
    ring_.clear();
    add_totals(*kernel_);
    kernel_.reset();
}

// --- a stack of its own

void Host::give_own_stack(const ApplicationSettings& settings, Duration card_is_late) {
    own_stack_ = settings;
    card_.late = card_is_late;
}

void Host::start_application() {
    const auto on = here();
    posted_.clear();
    application_ = std::make_unique<Application>(*this, report_, *own_stack_);
    application_->card().sent = [this](const Packet& p) {
        posted_.push_back(p);
        sent(p);
    };
    application_->card().received = [this](const Packet& p) {
        if (std::erase(damaged_, p) == 0) received(p);
    };
    for (const auto& [protocol, port] :
         {std::pair(net::IpProtocol::Tcp, kStreamPort), std::pair(net::IpProtocol::Udp, kDatagramPort)}) {
        if (!application_->claim(protocol, port).ok())
            report_.fail("host %u: port %u is taken", number_, port);
    }
}

void Host::end_application() {
    const auto on = here();
    const net::Channel::State state = application_->state();
    seen.sent_for_channels += state.counters.sent;
    seen.application_crashed = true;
    report_.totals.channel_in += state.counters.received;
    report_.totals.channel_out += state.counters.sent;
    report_.totals.channel_dropped += state.counters.no_buffer;
    add_totals(application_->stack());
    application_.reset();
}

// What the kernel sends for a channel must be what its program has posted (check_application). A late card
// may read a frame of a program that has crashed since.
void Host::put_on_wire(Packet frame) {
    const auto found = std::find(posted_.begin(), posted_.end(), frame);
    if (found != posted_.end())
        posted_.erase(found);
    else if (!application_)
        sent(frame);
    network_.send(number_, std::move(frame));
}

Result<> Host::bind(net::Socket& socket, net::IpProtocol protocol, u16 port) {
    if (application_) port = TRY(application_->claim(protocol, port));
    return port ? socket.bind({net::Ipv4Addr(), port}) : Result<>();
}

void Host::pause() {
    pauses_++;
    fake::world().stop(number_ + 1);
}

void Host::resume(bool timers_first) {
    if (--pauses_ > 0) return;
    fake::world().resume(number_ + 1);
    if (timers_first) fake::world().advance({});
    serve_ring();
}

bool Host::put_in_ring(const Packet& frame, bool damaged) {
    if (!on_ || ring_.size() >= kRing) return false;
    net::MbufPtr m = net::Mbuf::alloc(net::kRxHeadroom);
    if (!m) return false;
    std::memcpy(m->put(frame.size()), frame.data(), frame.size());
    ring_.push_tail(std::move(m));
    seen.frames_in++;
    seen.damaged_in += damaged;
    if (damaged && own_stack_) damaged_.push_back(frame);
    return true;
}

void Host::serve_ring() {
    if (!runs()) return;
    const auto on = here();
    news_ = true;
    net::MbufQueue frames;
    frames.take(ring_);
    net::net_rx_all(card_, frames);
}

void Host::add_totals(net::Stack& stack) {
    using net::Stat;
    Totals& t = report_.totals;
    const auto count = [&stack](Stat s) { return stack.count(s); };
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
