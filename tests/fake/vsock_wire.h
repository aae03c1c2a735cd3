// A wire between the vsock of two stacks: each is the other's host. It delays packets, splits data packets,
// delivers them in turns of random length, and its queues are short. It loses nothing, except by reset().
#pragma once

#include <deque>
#include <random>

#include "net/vsock/vsock.h"
#include "packets.h"

namespace fake {

class VsockWire {
  public:
    explicit VsockWire(u64 seed) : random_(seed) {}

    // One end: a stack's device. cid: of this stack.
    class End final : public net::VsockDevice {
      public:
        End(VsockWire& wire, u32 cid) : VsockDevice("wire"), wire_(wire), cid_(cid) {}
        u32 cid() const override { return cid_; }
        bool has_seqpacket() const override { return true; }
        net::VsockDeviceCounters counters() const override { return {}; }
        Result<> transmit(net::MbufPtr& packet) override;

      private:
        friend VsockWire;
        struct InTransit {
            net::VsockHeader header;
            packets::Packet payload;
        };
        void add(const net::VsockHeader& h, packets::Packet payload);
        void deliver();

        VsockWire& wire_;
        const u32 cid_;
        std::deque<InTransit> queue_;  // to the other end
        bool refused_ = false;
        net::platform::Timer timer_{[](void* self) { static_cast<End*>(self)->deliver(); }, this};
        bool is_set_ = false;
    };

    End left{*this, 3}, right{*this, 4};

    u64 refusals = 0;  // packets for which there was no room

    // Loses all packets and resets the transport of both stacks.
    void reset();
    // A random number from least to most.
    u32 random(u32 least, u32 most) { return least + static_cast<u32>(random_() % (most - least + 1)); }

  private:
    End& other(const End& e) { return &e == &left ? right : left; }
    std::mt19937_64 random_;
};

}  // namespace fake
