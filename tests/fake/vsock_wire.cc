#include "vsock_wire.h"

#include <cstring>

#include "new_mbuf.h"

namespace fake {

using net::Mbuf;
using net::MbufPtr;
using net::VsockHeader;
using net::VsockOp;
using packets::Packet;

namespace {

constexpr usize kRoom = 12;  // packets in one direction

// The packet in mbufs of random lengths, as a device with small buffers receives it.
MbufPtr chain_of(VsockWire& wire, const VsockHeader& h, const Packet& payload) {
    MbufPtr head = new_mbuf(0);
    std::memcpy(head->put(sizeof h), &h, sizeof h);
    for (usize done = 0; done < payload.size();) {
        const usize n = std::min<usize>(wire.random(1, 1900), payload.size() - done);
        MbufPtr m = new_mbuf(sizeof h);
        std::memcpy(m->put(n), payload.data() + done, n);
        head->append(std::move(m));
        done += n;
    }
    return head;
}

}  // namespace

Result<> VsockWire::End::transmit(MbufPtr& m) {
    if (queue_.size() >= kRoom) {
        refused_ = true;
        wire_.refusals++;
        return Errno::Again;
    }
    Packet all;
    m->for_each_range([&](Bytes b) { all.insert(all.end(), b.begin(), b.end()); });
    m.reset();
    VsockHeader h;
    std::memcpy(&h, all.data(), sizeof h);
    add(h, Packet(all.begin() + sizeof h, all.end()));
    if (!std::exchange(is_set_, true)) timer_.set(net::platform::now() + microseconds(wire_.random(1, 300)));
    return {};
}

// The flags of a message are those of its last part.
void VsockWire::End::add(const VsockHeader& whole, Packet payload) {
    VsockHeader h = whole;
    while (payload.size() > 1 && wire_.random(0, 1)) {
        const auto n = wire_.random(1, static_cast<u32>(payload.size()) - 1);
        h.length = n, h.flags = 0;
        queue_.push_back({h, Packet(payload.begin(), payload.begin() + n)});
        payload.erase(payload.begin(), payload.begin() + n);
    }
    h.length = static_cast<u32>(payload.size()), h.flags = whole.flags;
    queue_.push_back({h, std::move(payload)});
}

void VsockWire::End::deliver() {
    is_set_ = false;
    End& to = wire_.other(*this);
    for (u32 turn = wire_.random(1, 8); turn > 0 && !queue_.empty(); turn--) {
        const InTransit packet = std::move(queue_.front());
        queue_.pop_front();
        vsock_rx(to, chain_of(wire_, packet.header, packet.payload));
    }
    if (refused_ && queue_.size() <= kRoom / 2) {
        refused_ = false;
        vsock_room_again(*this);
    }
    if (!queue_.empty() && !std::exchange(is_set_, true))
        timer_.set(net::platform::now() + microseconds(wire_.random(1, 300)));
}

void VsockWire::reset() {
    for (End* e : {&left, &right}) e->queue_.clear();
    for (End* e : {&left, &right}) vsock_transport_reset(*e);
}

}  // namespace fake
