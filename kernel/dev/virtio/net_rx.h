// The receive queue of virtio-net: buffers for the device and received packets, without registers and locks.
//
//   | Mbuf | headroom | header, 12 bytes | Ethernet frame ...        a buffer: from the header to the end
//                                          ^ kRxReserve
//
// The queue always holds the same number of mbufs: a received packet is taken only if new mbufs replace its
// own; else the packet is dropped (counted as no_mbuf) and its mbufs used again. So an empty pool never
// empties the queue.
#pragma once

#include "dev/frame.h"
#include "dev/rx_watch.h"
#include "dev/virtio/net_header.h"
#include "dev/virtio/queue.h"

namespace dev {

// - One thread only.
class VirtioRx {
  public:
    constexpr VirtioRx() = default;

    VirtQueue& queue() { return queue_; }
    const VirtQueue& queue() const { return queue_; }

    // Fills the queue, which has been created, with mbufs. merged: packets may take several buffers
    // (VIRTIO_NET_F_MRG_RXBUF). checksums: the header's flags are valid (VIRTIO_NET_F_GUEST_CSUM). NoMem: too
    // few mbufs; release() frees those that it holds.
    Result<> fill(bool merged, bool checksums);
    // Frees all mbufs and the queue. The device must have been reset.
    void release();

    RxWatch watch() const { return queue_.watch(); }

    // Moves up to `limit` received frames into `batch`, or a few more, and replaces their mbufs. A packet in
    // several buffers is a chain. Returns the number of buffers processed, including those of dropped frames;
    // 0: nothing is pending, or the queue is broken. Then ask queue().must_notify().
    u32 take(net::MbufQueue& batch, u32 limit);

    u32 mbufs_held() const { return held_; }

    // Other threads read them without a lock: each is one word.
    struct Counters {
        u64 packets = 0, bytes = 0;
        u64 no_mbuf = 0;
        u64 bad = 0;
    };
    const Counters& counters() const { return counters_; }

  private:
    u32 take_packet(net::MbufQueue& batch);
    net::MbufPtr next_buffer();
    bool collect(net::Mbuf& first, u32 count);
    u32 refill(u32 count);
    void give(net::MbufPtr m);
    u32 drop(net::MbufPtr m, u32 missing, u64& counter);
    void deliver(net::MbufQueue& batch, net::MbufPtr m);

    VirtQueue queue_;
    bool merged_ = false, checksums_ = false;
    u32 held_ = 0;
    Counters counters_;
};

}  // namespace dev
