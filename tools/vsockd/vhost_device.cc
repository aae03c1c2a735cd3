#include "tools/vsockd/vhost_device.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tools/vsockd/report.h"
#include "tools/vsockd/vhost_features.h"

namespace vsockd {

VhostDevice::VhostDevice(Loop& loop, u64 guest_cid, QueueUser& user)
    : loop_(loop), guest_cid_(guest_cid), user_(user), rings_{{loop, "receive"}, {loop, "transmit"}} {}

void VhostDevice::connect(Fd qemu) {
    socket_.emplace(std::move(qemu));
    if (!loop_.add(socket_->fd(), EPOLLIN | EPOLLRDHUP, *this)) fail("epoll_ctl" + why(errno));
}

void VhostDevice::disconnect() {
    if (!socket_) return;
    loop_.remove(socket_->fd());
    socket_.reset();
    for (Vring& ring : rings_) ring.forget();
    memory_.unmap();
    features_ = protocol_features_ = 0;
    announced_ = false;
}

bool VhostDevice::running() {
    return std::all_of(std::begin(rings_), std::end(rings_),
                       [](Vring& r) { return r.queue().running() && !r.queue().broken(); });
}

u32 VhostDevice::flush() {
    u32 n = 0;
    for (Vring& ring : rings_) n += ring.flush();
    return n;
}

bool VhostDevice::report_fault() {
    return std::any_of(std::begin(rings_), std::end(rings_), [](Vring& r) { return r.report_fault(); });
}

void VhostDevice::ready(u32, Instant now) {
    while (Message* m = socket_->receive()) handle(*m);
    if (!socket_->ended()) return;
    user_.guest_gone(*this, now);
    disconnect();
}

void VhostDevice::handle(Message& m) {
    if (answer_query(m)) return;
    std::string wrong = change(m);
    if (wrong.empty()) start_rings();
    acknowledge(m, wrong);
}

// A refused message that nobody hears of would leave QEMU with a device that does not work: end the
// conversation.
void VhostDevice::acknowledge(const Message& m, const std::string& wrong) {
    if (!wrong.empty()) say(text("QEMU's vhost-user message %u is refused: ", m.number()) + wrong);
    if (m.needs_reply() && protocol_features_ & kReplyAck)
        reply_number(m, wrong.empty() ? 0 : 1);
    else if (!wrong.empty())
        socket_->end();
}

// Messages that have an answer of their own.
bool VhostDevice::answer_query(const Message& m) {
    switch (m.request()) {
        case Request::GetFeatures: reply_number(m, kOffered); return true;
        case Request::GetProtocolFeatures: reply_number(m, kProtocolOffered); return true;
        case Request::GetVringBase: return reply_base(m);
        case Request::GetConfig: reply_config(m); return true;
        default: return false;
    }
}

void VhostDevice::reply_number(const Message& m, u64 value) {
    socket_->reply(m, {reinterpret_cast<const u8*>(&value), sizeof value});
}

// QEMU stops the queue with this, because of a reset or because it stops the whole guest.
bool VhostDevice::reply_base(const Message& m) {
    auto state = m.get<VringState>();
    if (!state || state->index >= std::size(rings_)) return false;
    Vring& ring = rings_[state->index];
    ring.stop();
    ring.set_kick(Fd());
    announced_ = false;
    state->value = ring.base;
    socket_->reply(m, {reinterpret_cast<const u8*>(&*state), sizeof *state});
    return true;
}

// The device's configuration space is the guest's CID (virtio 1.2, 5.10.4). An empty answer is an error.
void VhostDevice::reply_config(const Message& m) {
    ConfigRange range;
    const Bytes payload = m.payload();
    if (payload.size() < sizeof range) return socket_->reply(m, {});
    std::memcpy(&range, payload.data(), sizeof range);
    if (range.size != payload.size() - sizeof range || range.offset > sizeof guest_cid_ ||
        range.size > sizeof guest_cid_ - range.offset)
        return socket_->reply(m, {});
    u8 answer[sizeof range + sizeof guest_cid_];
    std::memcpy(answer, &range, sizeof range);
    std::memcpy(answer + sizeof range, reinterpret_cast<const u8*>(&guest_cid_) + range.offset, range.size);
    socket_->reply(m, {answer, payload.size()});
}

void VhostDevice::start_rings() {
    const Virtqueue::Features features{.indirect = (features_ & kIndirect) != 0,
                                       .event_index = (features_ & kEventIndex) != 0};
    const bool continued =
        std::all_of(std::begin(rings_), std::end(rings_), [](Vring& r) { return r.continues(); });
    for (Vring& ring : rings_)
        if (!memory_.empty()) ring.start(memory_, features);
    if (announced_ || !running()) return;
    announced_ = true;
    user_.queues_started(continued);
}

}  // namespace vsockd
