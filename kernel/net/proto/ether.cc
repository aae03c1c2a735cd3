#include "net/proto/ether.h"

#include "net/proto/ack_run.h"
#include "net/proto/arp.h"
#include "net/proto/inet.h"
#include "net/proto/ip.h"

namespace net {

static void dump(Bytes frame, DumpMode mode) {
    const TextSink console{[](void*, const char* text, usize n) { port::print(text, n); }, nullptr};
    dump_frame(console, frame, mode);
}

static void take_frame(Interface& in, MbufPtr frame) {
    Inet& inet = in.inet();
    inet.bump(Stat::rx_frames);
    const DumpMode mode = inet.dump_mode();
    if (mode != DumpMode::Off) [[unlikely]]
        dump(frame->bytes(), mode);
    ether_in(in, std::move(frame));
}

// A device without an interface is one that the stack was never given.
void net_rx(NetDevice& from, MbufPtr frame) {
    if (Interface* in = from.interface()) take_frame(*in, std::move(frame));
}

// A run of ACKs. The last goes up alone if that is enough: if it gives its connection what that was waiting
// for. When it is damaged, forged or too old, all the others are looked at.
static void take_ack_run(Interface& in, MbufQueue& earlier, MbufPtr last) {
    Inet& inet = in.inet();
    const TcpAck ack = ack_in(*last);
    if (tcp_waits_for(inet, ack)) {
        take_frame(in, std::exchange(last, nullptr));
        if (!tcp_waits_for(inet, ack)) {
            inet.bump(Stat::tcp_acks_merged, earlier.size());
            return earlier.clear();
        }
    }
    while (MbufPtr frame = earlier.pop_head()) take_frame(in, std::move(frame));
    if (last) take_frame(in, std::move(last));
}

void net_rx_all(NetDevice& from, MbufQueue& frames) {
    Interface* in = from.interface();
    if (!in) return frames.clear();
    MbufQueue earlier;
    while (MbufPtr frame = frames.pop_head()) {
        const Mbuf* next = frames.front();
        if (next && ack_says_all_of(*next, *frame) && in->inet().dump_mode() == DumpMode::Off)
            earlier.push_tail(std::move(frame));
        else if (!earlier.empty())
            take_ack_run(*in, earlier, std::move(frame));
        else
            take_frame(*in, std::move(frame));
    }
}

void net_link_changed(NetDevice& device, bool up) {
    if (up && device.interface()) device.interface()->announce();
}

void ether_in(Interface& in, MbufPtr m) {
    Inet& inet = in.inet();
    const auto frame = EtherFrame::parse(m->bytes());
    if (!frame) return inet.bump(Stat::ether_short);
    // A NIC that filters badly, or not at all, may hand up anything. We joined no multicast group.
    const bool broadcast = frame->dst() == MacAddr::broadcast();
    if (!broadcast && frame->dst() != in.mac()) return inet.bump(Stat::ether_not_for_us);
    m->pull(sizeof(EtherHeader));
    switch (frame->type()) {
        case EtherType::Ipv4: return ip_in(in, std::move(m), broadcast);
        case EtherType::Arp: return arp_in(in, frame->src(), std::move(m));
        default: return inet.bump(Stat::ether_unknown_type);
    }
}

}  // namespace net
