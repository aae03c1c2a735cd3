#include "net/channel/flow.h"

#include "net/channel/channels.h"
#include "net/proto/inet.h"
#include "net/tcp/tcp.h"

namespace net {

ChannelFlow::ChannelFlow(Channel& channel, const Interface& from)
    : Endpoint(static_cast<RefCounted&>(*this), {}, from, &channel), channel_(&channel) {
    binding_.flow_owner = &channel;
}

void ChannelFlow::take_frame(MbufPtr m, bool verified) { channel_->take(*m, verified); }

void ChannelFlow::last_ref_gone() {
    const Ref<Channel> channel = channel_;  // outlives this object
    channel->home().free(*this);
}

// Connections that remain from a closed listener have the port, too.
Result<> ChannelFlow::claim_tcp_port(Inet& inet, EndpointKey& key) {
    constexpr int kMostTries = 64;
    TcpPorts& ports = inet.tcp().ports();
    binding_.addr = key.local;
    binding_.port = key.local_port;
    for (int i = 0; i < kMostTries; i++) {
        TRY(key.local_port ? ports.claim(binding_) : ports.claim_free_port(binding_));
        if (!inet.tcp().table().has_local_port(key.local, binding_.port)) {
            key.local_port = binding_.port;
            return {};
        }
        ports.release(binding_);
        if (key.local_port) break;
    }
    return Errno::AddrInUse;
}

Result<> ChannelFlow::open(Inet& inet, const EndpointKey& wanted) {
    constexpr EndpointTable::PortRange kFree{49152, 65535};  // RFC 6335 section 6
    EndpointKey key = wanted;
    if (key.protocol == IpProtocol::Tcp) TRY(claim_tcp_port(inet, key));
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
