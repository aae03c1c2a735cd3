#include "tools/vsockd/vhost_device.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tools/vsockd/report.h"

namespace vsockd {
namespace {

constexpr u64 bit(int n) { return 1ull << n; }

// Feature bits of the device. Bit 30 is vhost-user's own: there are protocol features.
constexpr u64 kIndirect = bit(28), kEventIndex = bit(29), kProtocol = bit(30), kVersion1 = bit(32);
constexpr u64 kOffered = kIndirect | kEventIndex | kProtocol | kVersion1;
// Protocol features
constexpr u64 kReplyAck = bit(3), kConfig = bit(9);
constexpr u64 kProtocolOffered = kReplyAck | kConfig;

constexpr const char* kWrongLength = "it has a wrong length";

}  // namespace

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

// Messages that change something; returns what is wrong with them.
std::string VhostDevice::change(Message& m) {
    switch (m.request()) {
        case Request::SetOwner:
        case Request::ResetOwner: return "";
        case Request::SetFeatures: return m.get<u64>() ? set_features(*m.get<u64>()) : kWrongLength;
        case Request::SetProtocolFeatures:
            if (!m.get<u64>() || *m.get<u64>() & ~kProtocolOffered) return "it asks for what was not offered";
            protocol_features_ = *m.get<u64>();
            return "";
        case Request::SetMemTable: return set_memory(m);
        case Request::SetVringKick:
        case Request::SetVringCall:
        case Request::SetVringErr: return set_file(m);
        default: return change_ring(m);
    }
}

std::string VhostDevice::set_features(u64 features) {
    if (features & ~kOffered) return "it asks for what was not offered";
    features_ = features;
    return "";
}

std::string VhostDevice::set_memory(Message& m) {
    struct Table {
        u32 count, padding;
    } table;
    const Bytes payload = m.payload();
    if (payload.size() < sizeof table) return kWrongLength;
    std::memcpy(&table, payload.data(), sizeof table);
    if (table.count > GuestMemory::kMaxRegions ||
        payload.size() != sizeof table + table.count * sizeof(Region))
        return kWrongLength;
    Region regions[GuestMemory::kMaxRegions];
    std::memcpy(regions, payload.data() + sizeof table, table.count * sizeof(Region));
    // The rings move with the memory.
    for (Vring& ring : rings_) ring.stop();
    return memory_.map({regions, table.count}, m.files());
}

std::string VhostDevice::change_ring(Message& m) {
    if (m.request() == Request::SetVringAddr) {
        const auto address = m.get<VringAddress>();
        if (!address || address->index >= std::size(rings_)) return "it names no queue";
        Virtqueue::Place& place = rings_[address->index].place;
        place.descriptors = address->descriptors, place.available = address->available,
        place.used = address->used;
        return "";
    }
    const auto state = m.get<VringState>();
    return state ? set_ring_value(m, *state) : text("message %u is not known", m.number());
}

std::string VhostDevice::set_ring_value(const Message& m, VringState state) {
    if (state.index >= std::size(rings_)) return "it names no queue";
    Vring& ring = rings_[state.index];
    switch (m.request()) {
        case Request::SetVringNum:
            if (!state.value || state.value > Virtqueue::kMaxSize || state.value & (state.value - 1))
                return text("a queue of %u: use a power of two up to %u", state.value, Virtqueue::kMaxSize);
            ring.place.size = static_cast<u16>(state.value);
            return "";
        case Request::SetVringBase: ring.base = static_cast<u16>(state.value); return "";
        case Request::SetVringEnable:
            ring.enabled = state.value == 1;
            if (!ring.enabled) ring.stop();
            return "";
        default: return text("message %u is not known", m.number());
    }
}

std::string VhostDevice::set_file(Message& m) {
    const auto file = m.get<VringFile>();
    const usize index = file ? file->value & 0xff : std::size(rings_);
    const usize expected = file && file->value & VringFile::kNoFile ? 0 : 1;
    if (index >= std::size(rings_)) return "it names no queue";
    if (m.files().size() != expected) return "its descriptors are not those that it announces";
    Vring& ring = rings_[index];
    Fd fd = expected ? std::move(m.files()[0]) : Fd();
    if (fd) fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    if (m.request() == Request::SetVringKick)
        return ring.set_kick(std::move(fd)) ? "" : "its descriptor cannot be waited for";
    (m.request() == Request::SetVringCall ? ring.call : ring.error) = std::move(fd);
    return "";
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
