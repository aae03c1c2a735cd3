// The queues of a virtio socket device, without its registers: mbufs to the device and back.
#pragma once

#include "dev/virtio/queue.h"
#include "net/core/mbuf.h"
#include "net/vsock/device.h"

namespace dev {

// The receive queue. A buffer is a chain of mbufs, because the host splits data into packets that are not
// longer than a buffer (5.10.6.4), and each packet costs work on both sides. Of a short packet's buffer, the
// mbufs that the device has not written are used again. Not synchronised: only the device's thread uses it.
//
//   a buffer        mbuf ------------> mbuf ----> mbuf ----> ...
//   its descriptors |header|   data   |   data   |   data   |
//
// A device must accept any division into descriptors (2.7.4). But some (rust-vmm's virtio-vsock) write the
// data of a chain into its second descriptor, so a chain has a first descriptor for the header alone.
class VsockRxQueue {
  public:
    // Mbufs in a buffer. Fewer if the queue is small, so that it has at least kLeastBuffers.
    static constexpr u32 kMostMbufs = 8, kLeastBuffers = 8;

    VirtQueue& queue() { return queue_; }
    const VirtQueue& queue() const { return queue_; }

    // Gives the device as many buffers as the queue holds. NoMem: not one.
    Result<> fill();

    // Moves at most `most` received packets to `batch` and replaces their buffers. Returns false if the rest
    // must stay in the queue, because there are no mbufs for a new buffer: try again when there are some.
    bool take(net::MbufQueue& batch, usize most);

    // Frees all mbufs. Only after the device has been reset.
    void abandon();

    u32 mbufs_held() const { return held_; }
    struct Counters {
        u64 packets = 0, bytes = 0, no_mbuf = 0, bad = 0;
    };
    const Counters& counters() const { return counters_; }

  private:
    bool complete_spare();
    net::MbufPtr take_spare();
    void give(net::MbufPtr buffer);
    net::MbufPtr take_packet();
    void cut(net::Mbuf& buffer, u32 written);

    VirtQueue queue_;
    u32 mbufs_each_ = 1;          // mbufs in a buffer
    net::Mbuf* spare_ = nullptr;  // owned: the next buffer to be given, or a part of it
    u32 spare_count_ = 0;         // its mbufs
    u32 held_ = 0;                // mbufs of all buffers
    Counters counters_;
};

// The transmit queue. Not synchronised: the driver holds its lock.
class VsockTxQueue {
  public:
    VirtQueue& queue() { return queue_; }
    const VirtQueue& queue() const { return queue_; }

    // The longest payload whose packet fits into the empty queue: the header, and mbufs that are full except
    // for the first and the last. 0: not even the shortest fits.
    u32 max_payload() const {
        constexpr u32 kOthers = 3, kFull = net::kMbufRoom;
        const u32 most = queue_.size() > kOthers ? (queue_.size() - kOthers) * kFull : 0;
        return most < net::kVsockMaxPayload ? most : net::kVsockMaxPayload;
    }

    // Passes a packet to the device and consumes it. False: no room; the caller keeps it.
    bool push(net::MbufPtr& packet);
    // Frees the packets that the device has used.
    void reclaim();
    // Is at least half of the queue free, so that it pays to wake the senders?
    bool half_empty() const { return queue_.free_descriptors() * 2 >= queue_.size(); }

    void abandon();

    u32 mbufs_held() const { return held_; }
    struct Counters {
        u64 packets = 0, bytes = 0, full = 0;
    };
    const Counters& counters() const { return counters_; }

  private:
    VirtQueue queue_;
    u32 held_ = 0;
    Counters counters_;
};

}  // namespace dev
