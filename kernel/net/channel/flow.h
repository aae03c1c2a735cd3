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

    bool allows(const EndpointKey& sent) const;

    using RefCounted::add_ref, RefCounted::drop_ref;
    ChannelFlow* next = nullptr;  // in the channel's list

  private:
    void take_frame(MbufPtr m, bool verified) override;
    bool deliver(MbufPtr, const Ipv4Packet&) override { return false; }
    void report(Errno) override {}
    bool merges_acks() const override;
    void last_ref_gone() override;
    Result<> claim_tcp_port(Inet& inet, Ipv4Addr local, u16 port);
    Result<> claim_free_tcp_port(Inet& inet, Ipv4Addr local, u16& port);

    const Ref<Channel> channel_;
    TcpBinding binding_;
};

}  // namespace net
