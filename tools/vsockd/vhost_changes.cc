// QEMU's messages that change something.
#include <fcntl.h>

#include <cstring>

#include "tools/vsockd/report.h"
#include "tools/vsockd/vhost_device.h"
#include "tools/vsockd/vhost_features.h"

namespace vsockd {
namespace {

constexpr const char* kWrongLength = "it has a wrong length";

}  // namespace

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

}  // namespace vsockd
