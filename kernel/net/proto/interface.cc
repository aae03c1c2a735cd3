#include "net/proto/interface.h"

#include "net/proto/inet.h"

namespace net {

void Interface::attach(Inet& inet, NetDevice& device, Ipv4Prefix address, Kind kind) {
    inet_ = &inet;
    kind_ = kind;
    device_ = &device;
    mac_ = device.mac();
    max_frame_ = sizeof(EtherHeader) + device.mtu();
    prefix_ = address;
    device.attach(*this);
}

bool Interface::is_neighbour(Ipv4Addr a) const {
    const bool is_network = prefix_.length < 31 && (a.value() & ~prefix_.mask()) == 0;
    return prefix_.contains(a) && a != addr() && !is_broadcast(a) && !is_network;
}

bool Interface::loops(Ipv4Addr a) const { return inet_->is_own(a); }

Result<> Interface::send(MbufPtr&& packet, Ipv4Addr neighbour, WhenFull when) {
    MacAddr mac;
    if (!arp_.lookup(neighbour, mac)) [[unlikely]] {
        return send_unknown(std::move(packet), neighbour, when);
    }
    return send_frame(std::move(packet), mac, EtherType::Ipv4, when);
}

// For neighbours that are not in the ARP cache, including broadcast addresses and loopback.
Result<> Interface::send_unknown(MbufPtr&& packet, Ipv4Addr neighbour, WhenFull when) {
    if (is_loopback()) return send_frame(std::move(packet), mac_, EtherType::Ipv4, when);
    if (is_broadcast(neighbour)) {
        return send_frame(std::move(packet), MacAddr::broadcast(), EtherType::Ipv4, when);
    }
    return arp_.resolve(neighbour, std::move(packet), platform::now());
}

Result<> Interface::send_frame(MbufPtr&& payload, MacAddr to, EtherType type, WhenFull when) {
    auto* header = payload->push_header<EtherHeader>();
    if (!header) [[unlikely]] {
        inet_->bump(Stat::no_mbuf);
        return Errno::NoBufs;
    }
    *header = EtherHeader::make(to, mac_, type);
    return transmit(payload, when);
}

Result<> Interface::transmit(MbufPtr& frame, WhenFull when) {
    usize longest = frame->length();
    if (!frame->is_simple()) TRY(prepare_scattered(*frame, longest));
    if (longest > max_frame_) [[unlikely]]
        return refuse_oversize(longest);
    const Result<> sent = device_->transmit(frame);
    return sent.ok() ? sent : try_again(frame, sent, when);
}

// Copies the frame into one mbuf if the device cannot gather. Sets `longest` to the length of the longest
// frame on the wire.
[[gnu::noinline]] Result<> Interface::prepare_scattered(Mbuf& frame, usize& longest) {
    longest = frame.longest_length();
    const bool gathers = device_->features() & NetDevice::kGather;
    if (longest > max_frame_ || gathers || frame.flatten()) return {};
    inet_->bump(Stat::tx_failed);
    return Errno::MsgSize;
}

[[gnu::noinline]] Errno Interface::refuse_oversize(usize length) {
    inet_->bump(Stat::tx_oversize);
#ifdef NX6_DEBUG
    panic("%s: a frame of %lu bytes exceeds the maximum of %lu", device_->name(), length, max_frame_);
#endif
    (void)length;
    return Errno::MsgSize;
}

[[gnu::noinline]] Result<> Interface::try_again(MbufPtr& frame, Result<> sent, WhenFull when) {
    for (; !sent.ok(); sent = device_->transmit(frame)) {
        if (sent.error() != Errno::Again) {
            inet_->bump(Stat::tx_failed);
            return sent;
        }
        if (when == WhenFull::Drop) {
            inet_->bump(Stat::tx_ring_full);
            return Errno::NoBufs;
        }
        TRY(device_->wait_for_room());
    }
    return sent;
}

void Interface::announce() { arp_request(*this, addr(), MacAddr::broadcast()); }

}  // namespace net
