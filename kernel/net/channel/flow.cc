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

void ChannelFlow::take_frame(MbufPtr m, bool verified) { channel_->take(*m, verified); }

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

bool ChannelFlow::allows(const EndpointKey& sent) const {
    const EndpointKey& k = key();
    const bool to_remote =
        k.remote.is_any() || (k.remote == sent.remote && k.remote_port == sent.remote_port);
    return k.protocol == sent.protocol && k.local_port == sent.local_port &&
           (k.local.is_any() || k.local == sent.local) && to_remote;
}

}  // namespace net
