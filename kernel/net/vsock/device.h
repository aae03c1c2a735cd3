// The interface between the stack and a device that carries vsock packets: a virtio socket device
// (virtio 1.2, 5.10), or the loopback device of CID 1.
#pragma once

#include "lib/result.h"
#include "net/core/mbuf.h"
#include "net/wire/vsock.h"

namespace net {

class Vsock;  // vsock.h: the stack's side

// The counters of a driver, since boot. Bytes include headers.
struct VsockDeviceCounters {
    u64 rx_packets, rx_bytes, tx_packets, tx_bytes;
    u64 rx_no_mbuf;  // a packet stayed in the queue because there was no mbuf to replace its buffer
    u64 rx_bad;      // the device returned a buffer with less than a header, or with an impossible length
    u64 tx_full;     // transmit returned Again
    u64 interrupts;
};

// The base class of drivers. It has no virtual destructor: devices are never destroyed.
//
// Vsock packets are never lost: a full queue delays them. Every rule below serves this.
class VsockDevice {
  public:
    // Our CID: 3 or more from the device's configuration space, 1 for loopback. After a transport reset, it
    // may be another one.
    virtual u32 cid() const = 0;

    // Does the device know VIRTIO_VSOCK_F_SEQPACKET? Without it, there are only streams.
    virtual bool has_seqpacket() const = 0;

    virtual VsockDeviceCounters counters() const = 0;

    // Frees the packets that the device has sent. Returns how many mbufs its queues hold.
    virtual u32 mbufs_held() { return 0; }

    // Passes one packet to the queue and consumes it (`packet` becomes null). Its first mbuf starts with the
    // complete VsockHeader; the payload follows in the same mbuf and in the rest of the chain
    // (Mbuf::for_each_range: at most max_payload() / 2 KiB + 2 ranges). The driver frees the chain when the
    // device has used it.
    //
    // Again: the queue is full, and the caller still owns the packet. The driver must then call
    // vsock_room_again() when the queue has room, preferably half of it. Any other error consumes the packet:
    // the device does not work any more.
    //
    // Thread context, never sleeps. The caller may hold the lock of a connection, so the driver must not call
    // up from here.
    virtual Result<> transmit(MbufPtr& packet) = 0;

    // The longest payload that transmit takes.
    u32 max_payload() const { return max_payload_; }

    const char* name() const { return name_; }
    Vsock* vsock() const { return vsock_; }
    void attach(Vsock& v) { vsock_ = &v; }  // once, before the first packet

  protected:
    constexpr explicit VsockDevice(const char* name) : name_(name) {}
    ~VsockDevice() = default;
    // For devices that learn this only when they are found. Before attach().
    void set_max_payload(u32 bytes) { max_payload_ = bytes; }

  private:
    const char* name_;
    u32 max_payload_ = kVsockMaxPayload;
    Vsock* vsock_ = nullptr;
};

// The functions below are called by drivers. Thread context, no lock held; they never sleep, and they may
// call transmit. A device passes packets up from one hart at a time, in the order of its queue: the bytes of
// a stream have no numbers that could restore the order.

// Takes one received packet and consumes it: a chain whose first mbuf has the complete header at its start.
// The chain's bytes are those that the device has written, and it has no empty mbufs. A packet of any other
// form is dropped and counted, so the driver need not check what is in it.
void vsock_rx(VsockDevice& from, MbufPtr packet);

// Takes several received packets, in order, and leaves the queue empty.
void vsock_rx_all(VsockDevice& from, MbufQueue& packets);

// The transmit queue has room again, after transmit has returned Again. A call without need costs little.
void vsock_room_again(VsockDevice& device);

// The device's event VIRTIO_VSOCK_EVENT_TRANSPORT_RESET (5.10.6.7), or the driver has given the device up:
// all its connections end with ECONNRESET, listeners stay, and cid() is read again. The driver has already
// freed what was in its queues.
void vsock_transport_reset(VsockDevice& device);

}  // namespace net
