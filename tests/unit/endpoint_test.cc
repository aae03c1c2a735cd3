// An endpoint of the kernel's own in a stack: what it gets if it overrides nothing.
#include "ack_kit.h"
#include "net/proto/udp.h"
#include "new_mbuf.h"
#include "plain_endpoint.h"

using namespace net;
using packets::Packet;

namespace {

struct EndpointOf : NetTest {
    EndpointOf() { introduce(kPeer, kPeerMac); }
    ~EndpointOf() override {
        for (PlainEndpoint* e : {&echo, &socket, &flow}) stack->endpoints().remove(*e);
    }
    void insert(PlainEndpoint& e) { EXPECT_OK(stack->endpoints().rekey(e, e.key(), {1, 1})); }
    // A router's error about a datagram from the socket.
    void complain(u8 code, u16 mtu = 0) {
        packets::Ip about{.src = kOurs, .dst = kPeer, .protocol = 17};
        about.flags_offset = Ipv4Header::kDontFragment;
        const Packet quote = packets::ipv4(about, packets::udp({kOurs, kPeer, 53, 7}, {}));
        receive_ip(packets::ipv4({.src = kGateway, .dst = kOurs, .protocol = 1},
                                 packets::icmp(IcmpType::Unreachable, code, 0, mtu, quote)));
    }
    static MbufPtr datagram() {
        MbufPtr m = new_mbuf();
        *m->put(1) = 'x';
        return m;
    }

    PlainEndpoint socket{{IpProtocol::Udp, 53, 7, kOurs, kPeer}};
    PlainEndpoint echo{{IpProtocol::Udp, 54, 53, kOurs, kOurs}};
    PlainEndpoint flow{{IpProtocol::Tcp, 4000, 0, {}, {}}, *interface, this};
};

TEST_F(EndpointOf, ErrorsAreReportedAndNotDelivered) {
    insert(socket);
    complain(3);
    EXPECT_EQ(socket.errors, std::vector{Errno::ConnRefused});
    EXPECT_EQ(socket.delivered, 0u);
}

TEST_F(EndpointOf, NoRouterIsBelievedThatTooLongPacketsWereSent) {
    insert(socket);
    complain(4, 600);
    EXPECT_TRUE(stack->path_mtus().empty()) << "the endpoint does not set DF";
}

TEST_F(EndpointOf, AFlowGetsEachAckOfARun) {
    insert(flow);
    MbufQueue frames;
    for (u32 number : {2001u, 2002u, 2003u})
        frames.push_tail(ack_kit::mbuf_of(ack_kit::frame_of({.ack = number})));
    net_rx_all(device, frames);
    EXPECT_EQ(flow.frames, 3u);
}

// As a service of the kernel would, which answers a program on this host.
TEST_F(EndpointOf, WhatItSendsToThisHostIsDeliveredBeforeTheReceiverReturns) {
    insert(socket);
    insert(echo);
    socket.on_deliver = [&] {
        EXPECT_OK(net_tx_udp(*stack, datagram(), {IpProtocol::Udp, 53, 54, kOurs, kOurs}, WhenFull::Drop));
        EXPECT_EQ(echo.delivered, socket.delivered - 1) << "no call into the stack from inside of it";
    };
    const Packet frame = packets::ether(kOurMac, kPeerMac, EtherType::Ipv4,
                                        packets::udp_packet({kPeer, kOurs, 7, 53}, packets::text("x")));
    device.receive(frame);
    EXPECT_EQ(echo.delivered, 1u);
    MbufQueue frames;
    frames.push_tail(ack_kit::mbuf_of(frame));
    net_rx_all(device, frames);
    EXPECT_EQ(echo.delivered, 2u);
}

}  // namespace
