#include "net/channel/flow.h"

#include "net/channel/channels.h"
#include "net/proto/inet.h"
#include "net/tcp/tcp.h"

namespace net {

static constexpr EndpointTable::PortRange kFree{49152, 65535};  // RFC 6335 section 6

ChannelFlow::ChannelFlow(Channel& channel, const Interface& from)
    : Endpoint(static_cast<RefCounted&>(*this), {}, from, &channel), channel_(&channel) {
    binding_.flow_owner = &channel;
}

void ChannelFlow::take_frame(const Mbuf& frame, bool verified) { channel_->take(frame, verified); }

bool ChannelFlow::merges_acks() const { return channel_->merges_acks(); }

void ChannelFlow::last_ref_gone() {
    const Ref<Channel> channel = channel_;  // outlives this object
    channel->home().free(*this);
}

Result<> ChannelFlow::claim_tcp_port(Inet& inet, Ipv4Addr local, u16 port) {
    binding_.addr = local;
    binding_.port = port;
    return inet.tcp().claim_unused_port(binding_);
}

Result<> ChannelFlow::claim_free_tcp_port(Inet& inet, Ipv4Addr local, u16& port) {
    constexpr u32 kCount = kFree.last - kFree.first + 1;
    const u32 start = static_cast<u32>(platform::random() % kCount);
    for (u32 i = 0; i < kCount; i++) {
        port = static_cast<u16>(kFree.first + (start + i) % kCount);
        if (claim_tcp_port(inet, local, port).ok()) return {};
    }
    return Errno::AddrInUse;
}

Result<> ChannelFlow::open(Inet& inet, const EndpointKey& wanted) {
    EndpointKey key = wanted;
    if (key.protocol == IpProtocol::Tcp)
        TRY(key.local_port ? claim_tcp_port(inet, key.local, key.local_port)
                           : claim_free_tcp_port(inet, key.local, key.local_port));
    const Result<> entered = inet.endpoints().rekey(*this, key, kFree);
    if (!entered.ok()) inet.tcp().ports().release(binding_);
    return entered;
}

void ChannelFlow::close(Inet& inet) {
    inet.tcp().ports().release(binding_);
    inet.endpoints().remove(*this);
}

// --- the flows of one channel ---

bool ChannelFlows::has(const EndpointKey& key) const {
    for (const ChannelFlow* f = bucket(key.local_port).get(); f; f = f->next.get()) {
        if (f->key() == key) return true;
    }
    return false;
}

void ChannelFlows::add(Ref<ChannelFlow> flow) {
    Ref<ChannelFlow>& head = bucket(flow->key().local_port);
    flow->next = std::move(head);
    head = std::move(flow);
    count_++;
}

Ref<ChannelFlow> ChannelFlows::unlink(Ref<ChannelFlow>& at) {
    Ref<ChannelFlow> flow = std::move(at);
    at = std::move(flow->next);
    count_--;
    return flow;
}

Ref<ChannelFlow> ChannelFlows::take(const EndpointKey& key) {
    for (Ref<ChannelFlow>* at = &bucket(key.local_port); *at; at = &(*at)->next) {
        if ((*at)->key() == key) return unlink(*at);
    }
    return {};
}

Ref<ChannelFlow> ChannelFlows::take_any() {
    for (Ref<ChannelFlow>& head : buckets_) {
        if (head) return unlink(head);
    }
    return {};
}

const ChannelFlow* ChannelFlows::at(usize index) const {
    for (const Ref<ChannelFlow>& head : buckets_) {
        for (const ChannelFlow* f = head.get(); f; f = f->next.get()) {
            if (index-- == 0) return f;
        }
    }
    return nullptr;
}

}  // namespace net
