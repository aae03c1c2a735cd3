#include "tools/vsockd/muxer.h"

#include <cerrno>

#include "tools/vsockd/report.h"
#include "tools/vsockd/unix_socket.h"

namespace vsockd {
namespace {

using net::VsockHeader;
using net::VsockKey;
using net::VsockPacket;
using net::VsockState;
using net::VsockType;

// Firecracker's: host ports are taken in turn from [2^30, 2^31).
constexpr u32 kFirstHostPort = 1u << 30;

constexpr net::VsockConfig kConfig{.close_timeout = seconds(2)};

}  // namespace

Muxer::Muxer(Loop& loop, const MuxerConfig& config, Counters& counters)
    : loop_(loop), config_(config), counters_(counters), host_port_(kFirstHostPort) {}

Connection& Muxer::add(Fd client, bool by_guest, const VsockKey& key) {
    Owned& place = flows_[key];
    place = std::make_unique<Connection>(*this, loop_, counters_, std::move(client), by_guest);
    return *place;
}

u32 Muxer::next_host_port(u32 guest_port) {
    for (;;) {
        const u32 port = std::exchange(host_port_, (host_port_ + 1) % kFirstHostPort + kFirstHostPort);
        if (!flows_.contains(key_of(port, guest_port))) return port;
    }
}

VsockKey Muxer::key_of(u32 host_port, u32 guest_port) const {
    return {static_cast<u32>(net::kVsockHostCid), static_cast<u32>(config_.guest_cid), host_port, guest_port};
}

void Muxer::open(Fd client, u32 guest_port, Instant now) {
    counters_.from_host++;
    const VsockKey key = key_of(next_host_port(guest_port), guest_port);
    Connection& c = add(std::move(client), false, key);
    net::vsock_open_active(c.block(), key, VsockType::Stream, kConfig, now);
    changed(c, now);
}

// The guest wants to connect to a program.
void Muxer::request(const VsockPacket& packet, Instant now) {
    const VsockHeader& h = packet.header();
    if (packet.type() != VsockType::Stream) return refuse(h, counters_.reset_type);
    if (is_full()) return refuse(h, counters_.refused_full);
    const std::string path = config_.path + "_" + std::to_string(h.dst_port);
    Fd program = connect_to(path);
    if (!program) {
        if (config_.verbose) say(text("guest port %u -> %s", u32{h.src_port}, path.c_str()) + why(errno));
        return refuse(h, counters_.refused_no_listener);
    }
    counters_.from_guest++;
    Connection& c = add(std::move(program), true, net::vsock_key_of(h));
    net::vsock_open_passive(c.block(), packet, kConfig, now);
    net::vsock_accept(c.block(), now);
    changed(c, now);
}

void Muxer::changed(Connection& c, Instant) {
    if (c.block().state == VsockState::Closed) return finish(c);
    if (c.block().state == VsockState::Established && !std::exchange(c.announced, true)) log(c, "connected");
    arm(c, net::vsock_next_deadline(c.block()));
    if (!c.linked()) due_.push_back(c);
}

void Muxer::arm(Connection& c, Instant when) {
    if (when == c.armed) return;
    if (c.armed != Instant::never()) timers_.erase({c.armed, &c});
    if (when != Instant::never()) timers_.insert({when, &c});
    c.armed = when;
}

// The guest's side has ended. The program's ends when it has got all that the guest sent.
void Muxer::finish(Connection& c) {
    const auto flow = flows_.find(c.block().key);
    if (flow != flows_.end() && flow->second.get() == &c) {
        if (const auto reset = net::vsock_next(c.block(), {})) resets_.push_back(*reset);
        if (c.is_refused()) counters_.refused_guest++;
        log(c, c.ending());
        arm(c, Instant::never());
        if (c.linked()) c.unlink();
        draining_.emplace(&c, std::move(flow->second));
        flows_.erase(flow);
        c.detach();
    }
    const auto draining = draining_.find(&c);
    if (draining == draining_.end() || !c.drained()) return;
    graveyard_.push_back(std::move(draining->second));
    draining_.erase(draining);
}

void Muxer::drop_all() {
    resets_.clear();
    while (!flows_.empty()) {
        Connection& c = *flows_.begin()->second;
        net::vsock_fail(c.block(), Errno::ConnReset);
        finish(c);
    }
}

void Muxer::queues_started(bool continued) {
    counters_.guest_starts++;
    if (!continued) drop_all();
    if (config_.verbose) say(continued ? "the guest continues" : "the guest's driver has started the device");
}

void Muxer::guest_gone(VhostDevice& device, Instant now) {
    if (config_.verbose) say("QEMU has disconnected");
    if (device.running()) take_packets(device.transmit_queue(), now);
    drop_all();
}

void Muxer::run_timers(Instant now) {
    while (next_deadline() <= now) {
        Connection& c = *timers_.begin()->second;
        if (c.block().state == VsockState::Closing) counters_.reset_timeout++;
        net::vsock_timers(c.block(), now);
        changed(c, now);
    }
}

void Muxer::log(Connection& c, const char* what) {
    if (!config_.verbose) return;
    const VsockKey& k = c.block().key;
    const std::string ends =
        c.by_guest() ? text("guest port %u -> %s_%u", k.remote_port, config_.path.c_str(), k.local_port)
                     : text("host port %u -> guest port %u", k.local_port, k.remote_port);
    say(ends + ": " + what +
        (c.block().state == VsockState::Closed
             ? text(" (%llu bytes from the guest, %llu to it)", static_cast<unsigned long long>(c.bytes_in),
                    static_cast<unsigned long long>(c.bytes_out))
             : ""));
}

}  // namespace vsockd
