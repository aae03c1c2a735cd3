#include "net/proto/interface.h"

#include "net/proto/inet.h"

namespace net {

void Interface::attach(Inet& inet, NetDevice& device, Kind kind) {
    inet_ = &inet;
    kind_ = kind;
    device_ = &device;
    mac_ = device.mac();
    mtu_ = static_cast<u16>(device.mtu());
    set({});
    device.attach(*this);
}

void Interface::set(Settings s) {
    constexpr auto kRelaxed = std::memory_order_relaxed;
    const bool has_broadcast = s.is_usable() && s.address.length < 31;
    const Ipv4Addr directed{s.address.addr.value() | ~s.address.mask()};
    settings_.store(s, kRelaxed);
    addr_.store(s.address.addr, kRelaxed);
    unicast_.store(s.is_usable() ? s.address.addr : Ipv4Addr(), kRelaxed);
    broadcast_.store(has_broadcast ? directed : Ipv4Addr(0xffff'ffff), kRelaxed);
    longest_frame_.store(s.up ? static_cast<u32>(sizeof(EtherHeader) + mtu_) : 0, kRelaxed);
}

bool Interface::loops(Ipv4Addr a) const { return inet_->is_own(a); }

Hop Interface::hop_to(Ipv4Addr neighbour) {
    Hop hop{this, neighbour, mac_, mtu_, true};
    if (is_loopback()) return hop;
    if (is_broadcast(neighbour))
        hop.mac = MacAddr::broadcast();
    else
        hop.has_mac = arp_.lookup(neighbour, hop.mac);
    return hop;
}

Result<> Interface::send_frame(MbufPtr&& payload, const MacAddr& to, EtherType type, WhenFull when) {
    auto* header = payload->push_header<EtherHeader>();
    if (!header) [[unlikely]] {
        inet_->bump(Stat::no_mbuf);
        return Errno::NoBufs;
    }
    header->dst = to;
    header->src = mac_;
    header->type = static_cast<u16>(type);
    return transmit(payload, when);
}

inline Result<> Interface::transmit(MbufPtr& frame, WhenFull when) {
    if (const Result<> ready = prepare(*frame); !ready.ok()) [[unlikely]]
        return refuse(*frame, ready.error());
    if (const Result<> sent = device_->transmit(frame); !sent.ok()) [[unlikely]]
        return try_again(frame, sent, when);
    return {};
}

Result<> Interface::send_whole(MbufPtr& frame) {
    TRY(prepare(*frame));
    return device_->transmit(frame);
}

inline Result<> Interface::prepare(Mbuf& frame) {
    usize longest = frame.length();
    if (!frame.is_simple()) longest = TRY(prepare_scattered(frame));
    if (longest > longest_frame_.load(std::memory_order_relaxed)) [[unlikely]]
        return longest > sizeof(EtherHeader) + mtu_ ? Errno::MsgSize : Errno::NetDown;
    if (inet_->is_tapped(Tap::Sent)) [[unlikely]]
        inet_->taps().offer(Tap::Sent, *this, frame);
    return {};
}

// Copies the frame into one mbuf if the device cannot gather. Returns the length of the longest frame on the
// wire.
[[gnu::noinline]] Result<usize> Interface::prepare_scattered(Mbuf& frame) {
    const usize longest = frame.longest_length();
    const bool gathers = device_->features() & NetDevice::kGather;
    if (longest > sizeof(EtherHeader) + mtu_ || gathers || frame.flatten()) return longest;
    return Errno::MsgSize;
}

[[gnu::noinline]] Errno Interface::refuse(const Mbuf& frame, Errno why) {
    const usize length = frame.longest_length(), longest = sizeof(EtherHeader) + mtu_;
    if (why == Errno::NetDown) return inet_->bump(Stat::tx_interface_down), why;
    if (length <= longest) return inet_->bump(Stat::tx_failed), why;
    inet_->bump(Stat::tx_oversize);
#ifdef NX6_DEBUG
    panic("%s: a frame of %lu bytes exceeds the maximum of %lu", device_->name(), length, longest);
#endif
    return why;
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

void Interface::announce() {
    if (is_usable()) arp_request(*this, addr(), MacAddr::broadcast());
}

}  // namespace net
