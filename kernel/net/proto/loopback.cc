#include "net/proto/loopback.h"

#include "net/proto/tcp_frame.h"

namespace net {

// Does what a card would have done. A short segment is copied, because otherwise its receiver would hold two
// mbufs; it also gets its checksum, for those who look at the frame.
static void finish(Mbuf& frame) {
    const Offload asked = frame.offload();
    if (asked == Offload::None) [[likely]]
        return;
    frame.set_offload(Offload::Verified);
    if (asked != Offload::TcpChecksum || !frame.flatten()) return;
    reinterpret_cast<TcpFrame*>(frame.data())->tcp.checksum =
        checksum_of(frame.bytes().subspan(TcpFrame::kTcp));
}

// --- the sender, with its locks held ---

// Both directions of a flow have the same queue: the answers to what a thread passes up are the next that it
// passes up. The sum of the ports, unlike their exclusive or, differs between sockets that send to
// themselves. Fragments of datagrams have no ports, or not all of them do, so all share one queue.
usize Loopback::queue_of(const Mbuf& frame) {
    if (frame.length() < TcpFrame::kTcp + 2 * sizeof(be16)) return 0;
    const auto& f = *reinterpret_cast<const TcpFrame*>(frame.data());
    if (f.ip.protocol == static_cast<u8>(IpProtocol::Icmp) || f.ip.is_fragment()) return 0;
    const u32 mixed = u32{f.tcp.src_port} + u32{f.tcp.dst_port};
    return (mixed ^ mixed >> 3) % kQueues;
}

Result<> Loopback::transmit(MbufPtr& frame) {
    const usize number = queue_of(*frame);
    Queue& queue = queues_[number];
    platform::Guard guard(queue.lock);
    if (queue.frames.size() >= kRoom) {
        queue.full++;
        return Errno::Again;
    }
    queue.packets++;
    queue.bytes += frame->chain_length();
    queue.frames.push_tail(std::move(frame));
    if (!queue.taken) waiting_.fetch_or(1u << number, std::memory_order_relaxed);
    queue.taken = true;
    return {};
}

// A queue is full only while a thread passes its frames up, or the timer thread is about to.
Result<> Loopback::wait_for_room() {
    deliver();
    for (Queue& queue : queues_) {
        platform::Guard guard(queue.lock);
        while (queue.frames.size() >= kRoom) TRY(queue.room.wait(queue.lock));
    }
    return {};
}

// --- passing up ---

// Null when the queue is empty; then nobody has it.
MbufPtr Loopback::next(Queue& queue) {
    platform::Guard guard(queue.lock);
    MbufPtr frame = queue.frames.pop_head();
    queue.taken = frame != nullptr;
    if (queue.frames.size() == kRoom / 2) queue.room.wake_all();
    return frame;
}

// The caller has taken the queue's bit out of waiting_. If frames are left, the bit is set again.
void Loopback::pass_up(usize number, usize& left) {
    while (left > 0) {
        MbufPtr frame = next(queues_[number]);
        if (!frame) return;
        left--;
        finish(*frame);
        net_rx(*this, std::move(frame));
    }
    waiting_.fetch_or(1u << number, std::memory_order_relaxed);
}

// No thread moves to another hart, or sleeps, on the way up: so one flag a hart is enough to find out that
// this is a call from inside of net_rx(). Its frames have a bit, or are behind those of another thread.
void Loopback::deliver() {
    bool& delivering = delivering_.local();
    if (delivering) return;
    delivering = true;
    usize left = kBatch;
    while (const u32 waiting = waiting_.load(std::memory_order_relaxed)) {
        if (left == 0) {
            timer_.set(platform::now());
            break;
        }
        const auto number = static_cast<usize>(__builtin_ctz(waiting));
        const u32 bit = 1u << number;
        if (waiting_.fetch_and(~bit, std::memory_order_relaxed) & bit) pass_up(number, left);
    }
    delivering = false;
}

NetDeviceCounters Loopback::counters() const {
    NetDeviceCounters c{};
    for (const Queue& queue : queues_) {
        platform::Guard guard(queue.lock);
        c.rx_packets += queue.packets - queue.frames.size();
        c.rx_bytes += queue.bytes;
        c.tx_packets += queue.packets;
        c.tx_bytes += queue.bytes;
        c.tx_ring_full += queue.full;
    }
    return c;
}

}  // namespace net
