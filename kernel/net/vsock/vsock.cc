#include "net/vsock/vsock.h"

#include <algorithm>

namespace net {

Vsock::Vsock(Stats& stats, MbufBudget& queue_budget) : stats_(stats), queue_budget_(queue_budget) {
    loopback_.attach(*this);
}

// Only for tests: the kernel's stack is never destroyed.
Vsock::~Vsock() {
    fail_connections(nullptr);
    loopback_.stop();
}

Result<> Vsock::add_device(VsockDevice& device) {
    if (host_) return Errno::Busy;
    device.attach(*this);
    host_ = new (host_storage_) VsockLink(*this, device);
    return {};
}

// --- promises

u32 Vsock::promise(u32 bytes) {
    promised_.fetch_add(bytes, std::memory_order_relaxed);
    return bytes;
}

u32 Vsock::free_promises() const {
    const u32 promised = promised_.load(std::memory_order_relaxed);
    return promised < kMostPromised ? kMostPromised - promised : 0;
}

u32 Vsock::promise_more(u32 wanted) { return wanted <= free_promises() / 2 ? promise(wanted) : 0; }

// A new stream gets 64 KiB, less when many have been promised much, and 2 KiB at least. A message must fit
// into the buffer, and its sender knows the buffer's size only by what we tell, so a message socket gets all
// that it wants, or half of it and so on, but not less than 16 KiB.
u32 Vsock::promise_first(VsockType type, u32 wanted) {
    const bool is_message = type == VsockType::SeqPacket;
    const u32 first = is_message ? ~0u : 64 << 10, least = is_message ? 16 << 10 : 2 << 10;
    const u32 most = free_promises() / (is_message ? 2 : 8);
    u32 n = std::clamp(wanted, 1u, first);
    while (n > least && n > most) n /= 2;
    const u32 limit = is_message ? kMostPromised : kAllPromises;
    return n <= limit - std::min(limit, promised_.load(std::memory_order_relaxed)) ? promise(n) : 0;
}

// --- connections

void Vsock::free(VsockConnection& c) {
    connections_.destroy(&c);
    connection_count_.fetch_sub(1, std::memory_order_relaxed);
}

Result<Ref<VsockConnection>> Vsock::new_connection(VsockLink& link, const VsockKey& key, VsockType type,
                                                   const VsockConfig& config) {
    Errno error = Errno::NFile;
    if (connection_count_.fetch_add(1, std::memory_order_relaxed) < kMostConnections) {
        const u32 promised = promise_first(type, config.buffer);
        Ref<VsockConnection> c;
        if (promised)
            c = Ref(connections_.create(*this, link, key, type, config_for(link, config), promised));
        if (c) return c;
        error = promised ? Errno::NoMem : Errno::NoBufs;
        take_back_promise(promised);
    }
    connection_count_.fetch_sub(1, std::memory_order_relaxed);
    return error;
}

// A host daemon may die without a word, so a silent connection to the host is probed.
VsockConfig Vsock::config_for(const VsockLink& link, VsockConfig config) const {
    config.max_payload = link.device().max_payload();
    config.probe_interval = &link == &lo_ ? Duration{} : seconds(5);
    return config;
}

Result<Ref<VsockConnection>> Vsock::connect(u32 local_port, u32 remote_cid, u32 remote_port, VsockType type,
                                            const VsockConfig& config) {
    VsockLink* link = route(remote_cid);
    if (!link) return Errno::NoDev;
    if (type == VsockType::SeqPacket && !link->device().has_seqpacket()) return Errno::SockTNoSupport;
    const VsockKey key{.local_cid = link == &lo_ ? remote_cid : link->cid(),
                       .remote_cid = remote_cid,
                       .local_port = local_port,
                       .remote_port = remote_port};
    Ref<VsockConnection> c = TRY(new_connection(*link, key, type, config));
    TRY(table_.insert(*c));
    bump(Stat::vsock_opened);
    c->open_active(platform::now());
    return c;
}

Result<Ref<VsockListener>> Vsock::listen(VsockBinding& b, VsockType type, const VsockConfig& config,
                                         int backlog) {
    Ref<VsockListener> l(listeners_.create(*this, b.cid, b.port, type, config));
    if (!l) return Errno::NoMem;
    l->set_backlog(backlog);
    TRY(ports_.listen(b, *l));
    return l;
}

// --- packets

// No one but us may have our CIDs as the source, and only the loopback device carries packets between them.
bool Vsock::is_for_us(const VsockLink& link, const VsockHeader& h) {
    const u32 src = static_cast<u32>(h.src_cid), dst = static_cast<u32>(h.dst_cid);
    if (&link == &lo_) return is_own(src) && is_own(dst);
    return dst == link.cid() && !is_own(src);
}

void Vsock::receive(VsockDevice& from, MbufPtr m) {
    VsockLink& link = *link_of(from);
    bump(Stat::vsock_in);
    const usize length = m->chain_length();
    const auto packet = length < sizeof(VsockHeader)
                            ? std::nullopt
                            : VsockPacket::parse(m->bytes(), length - sizeof(VsockHeader));
    if (!packet) return bump(Stat::vsock_bad);
    if (!is_for_us(link, packet->header())) return bump(Stat::vsock_not_for_us);
    if (Ref<VsockConnection> c = table_.find(vsock_key_of(packet->header())))
        return c->arrive(*packet, std::move(m), platform::now());
    arrive_without_connection(link, *packet);
}

void Vsock::arrive_without_connection(VsockLink& link, const VsockPacket& packet) {
    const VsockHeader& h = packet.header();
    const Instant now = platform::now();
    if (packet.op() == VsockOp::Reset) return bump(Stat::vsock_reset_in);
    if (packet.op() == VsockOp::Request) {
        Ref<VsockListener> l = ports_.find(static_cast<u32>(h.dst_cid), h.dst_port);
        if (l && l->type == packet.type()) return open(link, *l, packet, now);
    }
    bump(Stat::vsock_no_connection);
    refuse(link, h, now);
}

void Vsock::refuse(VsockLink& link, const VsockHeader& received, Instant now) {
    const auto reset = vsock_refuse(received);
    if (!reset) return;
    if (!reset_limit_.take(now)) return bump(Stat::vsock_rate_limited);
    link.send_reset(*reset);
}

void Vsock::open(VsockLink& link, VsockListener& l, const VsockPacket& request, Instant now) {
    const auto c = new_connection(link, vsock_key_of(request.header()), l.type, l.config());
    if (!c.ok() || !table_.insert(*c.value()).ok()) {
        bump(Stat::vsock_listen_overflow);
        return refuse(link, request.header(), now);
    }
    c.value()->open_passive(l, request, now);
}

void Vsock::room_again(VsockDevice& device) { link_of(device)->room_again(); }

void Vsock::transport_reset(VsockDevice& device) {
    VsockLink& link = *link_of(device);
    bump(Stat::vsock_transport_resets);
    link.start_anew();
    fail_connections(&link);
}

// Those over one link; null: all.
void Vsock::fail_connections(const VsockLink* link) {
    for (VsockTable::Place place; !place.at_end();) {
        VsockTable::Listed found[16];
        const usize n = table_.list(place, found);
        for (const VsockTable::Listed& c : std::span(found, n)) {
            if (!link || &c->link() == link) c->fail(Errno::ConnReset);
        }
    }
}

// --- the functions of device.h

void vsock_rx(VsockDevice& from, MbufPtr packet) { from.vsock()->receive(from, std::move(packet)); }

void vsock_rx_all(VsockDevice& from, MbufQueue& packets) {
    while (!packets.empty()) from.vsock()->receive(from, packets.pop_head());
}

void vsock_room_again(VsockDevice& device) { device.vsock()->room_again(device); }

void vsock_transport_reset(VsockDevice& device) { device.vsock()->transport_reset(device); }

}  // namespace net
