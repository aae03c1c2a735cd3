// The virtio-vsock device as QEMU knows it: answers vhost-user's messages, and runs the two queues that are
// ours. (QEMU keeps the third, for events.)
#pragma once

#include <optional>

#include "tools/vsockd/vhost_message.h"
#include "tools/vsockd/vring.h"

namespace vsockd {

class VhostDevice;

// What uses the queues.
class QueueUser {
  public:
    // Both queues run. `continued`: the same driver goes on where it was stopped, so it still has its
    // connections.
    virtual void queues_started(bool continued) = 0;
    // QEMU has gone, and the guest with it. For the last time, what it sent can be taken out of the queue.
    virtual void guest_gone(VhostDevice& device, Instant now) = 0;

  protected:
    ~QueueUser() = default;
};

class VhostDevice final : public Handler {
  public:
    VhostDevice(Loop& loop, u64 guest_cid, QueueUser& user);
    ~VhostDevice() override { disconnect(); }

    // Talks to this QEMU from now on. There must be no other.
    void connect(Fd qemu);
    bool connected() const { return socket_.has_value(); }

    // Both queues run, and neither is broken.
    bool running();
    Virtqueue& receive_queue() { return rings_[0].queue(); }   // packets to the guest
    Virtqueue& transmit_queue() { return rings_[1].queue(); }  // packets from the guest
    // Interrupts the guest for what was used. Returns how many interrupts.
    u32 flush();
    // Reports a queue that the guest has broken, once. True: there is one.
    bool report_fault();

    void ready(u32 events, Instant now) override;

  private:
    void disconnect();
    void handle(Message& m);
    void acknowledge(const Message& m, const std::string& wrong);
    bool answer_query(const Message& m);
    std::string change(Message& m);
    std::string change_ring(Message& m);
    std::string set_ring_value(const Message& m, VringState state);
    std::string set_file(Message& m);
    std::string set_memory(Message& m);
    std::string set_features(u64 features);
    bool reply_base(const Message& m);
    void reply_config(const Message& m);
    void reply_number(const Message& m, u64 value);
    void start_rings();

    Loop& loop_;
    const u64 guest_cid_;
    QueueUser& user_;
    std::optional<MessageSocket> socket_;
    GuestMemory memory_;
    Vring rings_[2];
    u64 features_ = 0;
    u64 protocol_features_ = 0;
    bool announced_ = false;
};

}  // namespace vsockd
