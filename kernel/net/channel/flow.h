// ChannelFlow: what arrives for one protocol, address and port, and perhaps from one remote end only, goes
// whole to a channel; and the channel may send from there. It is in the tables in which sockets are, so a
// port has one owner: its Endpoint in EndpointTable, and for TCP a binding in TcpPorts too.
#pragma once

#include "net/proto/endpoint.h"
#include "net/tcp/ports.h"

namespace net {

class Channel;
class Inet;

class ChannelFlow final : public RefCounted, public Endpoint {
  public:
    ChannelFlow(Channel& channel, const Interface& from);

    // Enters the tables; port 0 selects a free one. AddrInUse: a socket or another channel has the port.
    Result<> open(Inet& inet, const EndpointKey& key);
    void close(Inet& inet);

    // May the channel send from sent.local to sent.remote because of this flow?
    bool allows(const EndpointKey& sent) const {
        const EndpointKey& k = key();
        const bool to_remote =
            k.remote.is_any() || (k.remote == sent.remote && k.remote_port == sent.remote_port);
        return k.protocol == sent.protocol && k.local_port == sent.local_port &&
               (k.local.is_any() || k.local == sent.local) && to_remote;
    }

    using RefCounted::add_ref, RefCounted::drop_ref;
    Ref<ChannelFlow> next;  // in ChannelFlows

  private:
    void take_frame(const Mbuf& frame, bool verified) override;
    bool deliver(MbufPtr, const Ipv4Packet&) override { return false; }
    void report(Errno) override {}
    bool merges_acks() const override;
    void last_ref_gone() override;
    Result<> claim_tcp_port(Inet& inet, Ipv4Addr local, u16 port);
    Result<> claim_free_tcp_port(Inet& inet, Ipv4Addr local, u16& port);

    const Ref<Channel> channel_;
    TcpBinding binding_;
};

// The flows of one channel. The cost of a look-up does not depend on their number.
// - Not synchronised, except count().
class ChannelFlows {
  public:
    // May the channel send from sent.local to sent.remote?
    bool allow(const EndpointKey& sent) const {
        for (const ChannelFlow* f = bucket(sent.local_port).get(); f; f = f->next.get()) {
            if (f->allows(sent)) return true;
        }
        return false;
    }
    bool has(const EndpointKey& key) const;
    void add(Ref<ChannelFlow> flow);
    Ref<ChannelFlow> take(const EndpointKey& key);  // removes it; null: there is none
    Ref<ChannelFlow> take_any();
    // The index-th, in any order; null past the last.
    const ChannelFlow* at(usize index) const;
    u32 count() const { return count_.load(std::memory_order_relaxed); }

  private:
    static constexpr u32 kBuckets = 32;
    Ref<ChannelFlow>& bucket(u16 port) { return buckets_[port % kBuckets]; }
    const Ref<ChannelFlow>& bucket(u16 port) const { return buckets_[port % kBuckets]; }
    Ref<ChannelFlow> unlink(Ref<ChannelFlow>& at);

    Ref<ChannelFlow> buckets_[kBuckets];
    std::atomic<u32> count_{0};
};

}  // namespace net
