#include "vsock_bus.h"

#include <algorithm>
#include <cstring>

#include "world.h"

using net::Mbuf;
using net::MbufPtr;
using net::Stat;
using net::VsockHeader;
using net::platform::now;

namespace sim {
namespace {

VsockWirePacket taken_apart(const Mbuf& m) {
    packets::Packet all;
    m.for_each_range([&](Bytes b) { all.insert(all.end(), b.begin(), b.end()); });
    VsockWirePacket p;
    std::memcpy(&p.header, all.data(), sizeof p.header);
    p.payload.assign(all.begin() + sizeof p.header, all.end());
    return p;
}

// In mbufs, as a device fills them. Null: there are not enough.
MbufPtr chain_of(const VsockWirePacket& p) {
    MbufPtr head = Mbuf::alloc(0);
    if (!head) return nullptr;
    std::memcpy(head->put(sizeof p.header), &p.header, sizeof p.header);
    for (usize done = 0; done < p.payload.size();) {
        MbufPtr m = Mbuf::alloc(0);
        if (!m) return nullptr;
        const usize n = std::min(m->tailroom(), p.payload.size() - done);
        std::memcpy(m->put(n), p.payload.data() + done, n);
        head->append(std::move(m));
        done += n;
    }
    return head;
}

}  // namespace

// --- one device

Result<> VsockPort::transmit(MbufPtr& m) {
    if (!host_.on()) {
        m.reset();
        return {};
    }
    if (queue_.size() >= room) {
        refused_ = true;
        bus_.report_.totals.vsock_refused++;
        return Errno::Again;
    }
    VsockWirePacket p = taken_apart(*m);
    m.reset();
    sent++;
    bus_.report_.totals.vsock_packets++;
    bus_.watch_.sent(p);
    add(std::move(p));
    return {};
}

void VsockPort::add(VsockWirePacket whole) {
    const Instant due = now() + delay;
    usize done = 0;
    do {
        const usize n = std::min(piece, whole.payload.size() - done);
        const auto from = whole.payload.begin() + static_cast<std::ptrdiff_t>(done);
        VsockWirePacket part{whole.header, {from, from + static_cast<std::ptrdiff_t>(n)}};
        part.header.length = static_cast<u32>(n);
        queue_.push_back({due, std::move(part)});
        done += n;
    } while (done < whole.payload.size());
    schedule();
}

void VsockPort::schedule() {
    if (queue_.empty() || std::exchange(scheduled_, true)) return;
    bus_.agenda_.at(std::max(now(), queue_.front().due), [this] { deliver(); });
}

// The first packet arrives. If its receiver pauses, the queue waits for VsockBus::resume().
void VsockPort::deliver() {
    scheduled_ = false;
    if (queue_.empty()) return;
    const VsockWirePacket& first = queue_.front().packet;
    VsockPort* to = bus_.find(first.header.dst_cid);
    const bool is_on = to && to->host_.on();
    if (is_on && !to->host_.runs()) return;
    MbufPtr m = is_on ? chain_of(first) : nullptr;
    if (is_on && !m) {  // as a driver without an mbuf, it leaves the packet in the queue
        queue_.front().due = now() + milliseconds(1);
        return schedule();
    }
    const VsockWirePacket p = std::move(queue_.front().packet);
    queue_.pop_front();
    if (is_on) {
        bus_.watch_.arrived(p);
        to->received++;
        to->host_.wake();
        const auto on = to->host_.here();
        net::vsock_rx(*to, std::move(m));
    }
    give_room();
    schedule();
}

void VsockPort::give_room() {
    if (!refused_ || !host_.runs() || queue_.size() > room / 2) return;
    refused_ = false;
    host_.wake();
    const auto on = host_.here();
    net::vsock_room_again(*this);
}

// --- all of them

VsockPort* VsockBus::find(u64 cid) {
    const u64 host = cid - net::kVsockFirstGuestCid;
    return host < ports_.size() ? ports_[host].get() : nullptr;
}

void VsockBus::boot(u32 host) {
    VsockPort& p = port(host);
    p.sent = p.received = 0;
    const auto on = p.host_.here();
    if (!p.host_.kernel().vsock().add_device(p).ok()) report_.fail("host %u has no vsock device", host);
}

void VsockBus::lose_packets_of(u32 host) {
    const u32 cid = cid_of(host);
    for (const auto& p : ports_) {
        std::erase_if(p->queue_, [cid](const VsockPort::InTransit& t) {
            return t.packet.header.src_cid == cid || t.packet.header.dst_cid == cid;
        });
    }
    port(host).refused_ = false;
    watch_.forget(cid);
}

void VsockBus::crash(u32 host) {
    lose_packets_of(host);
    resume();
}

void VsockBus::resume() {
    for (const auto& p : ports_) {
        p->give_room();
        p->schedule();
    }
}

void VsockBus::reset(u32 host) {
    VsockPort& p = port(host);
    if (!p.host_.on()) return;
    report_.totals.vsock_resets++;
    lose_packets_of(host);
    p.host_.wake();
    {
        const auto on = p.host_.here();
        net::vsock_transport_reset(p);
    }
    resume();
}

void VsockBus::check_counters(u32 host) {
    const VsockPort& p = port(host);
    net::Stack& stack = p.host_.kernel();
    const auto equal = [&](u64 a, u64 b, const char* what) {
        if (a != b) report_.fail("host %u: %s: %lu and %lu", host, what, a, b);
    };
    equal(p.received, stack.count(Stat::vsock_in), "vsock packets received, and counted");
    equal(p.sent, stack.count(Stat::vsock_out) + stack.count(Stat::vsock_reset_out),
          "vsock packets sent, and counted");
    for (const Stat s : {Stat::vsock_bad, Stat::vsock_not_for_us, Stat::vsock_wrong_type, Stat::vsock_overrun,
                         Stat::vsock_false_credit, Stat::vsock_wrong_op, Stat::vsock_no_room,
                         Stat::vsock_empty, Stat::vsock_listen_overflow})
        equal(stack.count(s), 0, "vsock packets that no peer should send");
}

}  // namespace sim
