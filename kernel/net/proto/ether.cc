#include "net/proto/ether.h"

#include "net/proto/ack_run.h"
#include "net/proto/arp.h"
#include "net/proto/flow.h"
#include "net/proto/inet.h"
#include "net/proto/ip.h"
#include "net/proto/segment_run.h"

namespace net {

static bool is_watched(Inet& inet) { return inet.dump().on() || inet.is_tapped(Tap::Received); }

[[gnu::noinline]] static void show(Interface& in, Mbuf& frame) {
    Inet& inet = in.inet();
    if (inet.dump().on()) inet.dump().see(frame.bytes());
    if (inet.is_tapped(Tap::Received)) inet.taps().offer(Tap::Received, in, frame);
}

static void take_frame(Interface& in, MbufPtr&& frame) {
    in.inet().bump(Stat::rx_frames);
    if (is_watched(in.inet())) [[unlikely]]
        show(in, *frame);
    ether_in(in, std::move(frame));
}

// A device without an interface has not been added to the stack: its frames are dropped.
void net_rx(NetDevice& from, MbufPtr frame) {
    Interface* in = from.interface();
    if (!in) return;
    take_frame(*in, std::move(frame));
    in->inet().deliver_loopback();
}

static void drop_acks(Interface& in, MbufQueue& frames, usize n) {
    in.inet().bump(Stat::tcp_acks_merged, n);
    while (n-- > 0) frames.pop_head();
}

// Drops the ACKs at the head of the queue that a later one covers: if TCP accepts the last of their run, the
// others contain no new information. A flow's TCP cannot be asked; a flow may want only the last (Endpoint::
// merges_acks), which is intact. True: it has dropped some, and another run may be next. If TCP does not wait
// for what the last one acknowledges, because it is forged or too old, or the connection is another flow's,
// the run needs no second look: looked_at is then how many of its frames follow the first.
static bool merge_acks(Interface& in, MbufQueue& frames, usize& looked_at) {
    Mbuf* before = nullptr;
    usize n = 0;
    for (Mbuf *last = frames.front(), *next; (next = MbufQueue::next(*last)) != nullptr; last = next, n++) {
        if ((n == 0 && !is_pure_ack(*last)) || !ack_covers(*next, *last)) break;
        before = last;
    }
    if (n == 0) return false;
    const Mbuf& last = *MbufQueue::next(*before);
    const TcpAck ack = ack_in(last);
    if (!tcp_waits_for(in.inet(), ack)) {
        if (!is_for_merging_flow(in, ack) || !ack_is_intact(last)) return looked_at = n, false;
    } else {
        take_frame(in, frames.take_after(before));
        if (tcp_waits_for(in.inet(), ack)) return false;  // the last one was corrupted
    }
    drop_acks(in, frames, n);
    return true;
}

// A flow gets the frames as they were.
static void merge_data(Inet& inet, MbufQueue& frames) {
    if (inet.endpoints().has_tcp_flows() || inet.is_tapped(Tap::Unclaimed)) return;
    const usize n = merge_segments(frames);
    if (n == 0) return;
    for (Stat s : {Stat::rx_frames, Stat::ip_in, Stat::tcp_in, Stat::tcp_segments_merged}) inet.bump(s, n);
}

[[gnu::noinline]] static void take_all(Interface& in, MbufQueue& frames) {
    usize looked_at = 0;  // of the frames at the head
    while (!frames.empty()) {
        const bool watched = is_watched(in.inet());
        if (looked_at > 0)
            looked_at--;
        else if (!watched && merge_acks(in, frames, looked_at))
            continue;
        if (looked_at == 0 && !watched && frames.size() > 1) merge_data(in.inet(), frames);
        take_frame(in, frames.pop_head());
    }
}

void net_rx_all(NetDevice& from, MbufQueue& frames) {
    Interface* in = from.interface();
    if (!in) return frames.clear();
    if (frames.size() == 1)
        take_frame(*in, frames.pop_head());
    else
        take_all(*in, frames);
    in->inet().deliver_loopback();
}

void net_link_changed(NetDevice& device, bool up) {
    if (up && device.interface()) device.interface()->announce();
}

void ether_in(Interface& in, MbufPtr&& m) {
    Inet& inet = in.inet();
    if (!in.is_usable()) [[unlikely]]
        return inet.bump(in.is_up() ? Stat::ether_no_address : Stat::ether_interface_down);
    const bool verified = m->take_verified();
    const auto frame = EtherFrame::parse(m->bytes());
    if (!frame) return inet.bump(Stat::ether_short);
    // The NIC may not filter by address. We have joined no multicast group.
    const bool broadcast = frame->dst() == MacAddr::broadcast();
    if (!broadcast && frame->dst() != in.mac()) return inet.bump(Stat::ether_not_for_us);
    m->pull(sizeof(EtherHeader));
    switch (frame->type()) {
        case EtherType::Ipv4: return ip_in(in, std::move(m), broadcast, verified);
        case EtherType::Arp: return arp_in(in, frame->src(), std::move(m));
        default: offer_to_taps(Tap::Unclaimed, in, *m); return inet.bump(Stat::ether_unknown_type);
    }
}

}  // namespace net
