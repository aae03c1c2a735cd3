// Flows get whole frames, before the transport protocol looks at them.
#include "net/proto/flow.h"

#include "net_test.h"
#include "new_mbuf.h"

using namespace net;
using packets::filled;
using packets::Packet;

namespace {

struct Owner : RefCounted {
    void last_ref_gone() override {}
};

// Keeps what it gets.
struct RecordingFlow final : Endpoint {
    RecordingFlow(Owner& owner, const EndpointKey& key, const Interface& from)
        : Endpoint(owner, key, from, nullptr) {}
    bool deliver(MbufPtr, const Ipv4Packet&) override {
        ADD_FAILURE() << "a flow gets no payload";
        return false;
    }
    void report(Errno) override {}
    void take_frame(const Mbuf& frame, bool verified) override {
        Packet all;
        frame.for_each_range([&](Bytes b) { all.insert(all.end(), b.begin(), b.end()); });
        frames.push_back(all);
        verified_count += verified;
    }
    std::vector<Packet> frames;
    int verified_count = 0;
};

struct FlowTest : NetTest {
    static Packet frame_of(const Packet& ip) {
        return packets::ether(kOurMac, kGatewayMac, EtherType::Ipv4, ip);
    }
    static EndpointKey key(IpProtocol protocol) { return {protocol, 2000, 7, kOurs, kPeer}; }

    // A packet of ports 7 and 2000, in three fragments.
    static std::vector<Packet> fragments(u8 protocol) {
        Packet payload = filled(100);
        payload[0] = 0, payload[1] = 7, payload[2] = 2000 >> 8, payload[3] = 2000 & 0xff;
        std::vector<Packet> parts;
        for (usize at : {0, 40, 80}) {
            const usize end = std::min<usize>(at + 40, 100);
            const u16 more = end < 100 ? Ipv4Header::kMoreFragments : u16{0};
            parts.push_back(packets::ipv4(
                {.src = kPeer,
                 .dst = kOurs,
                 .protocol = protocol,
                 .flags_offset = static_cast<u16>(at / 8 | more)},
                Packet(payload.begin() + static_cast<long>(at), payload.begin() + static_cast<long>(end))));
        }
        return parts;
    }
    void insert(RecordingFlow& flow) { EXPECT_OK(stack->endpoints().rekey(flow, flow.key(), {1, 1})); }
    Owner owner;
};

TEST_F(FlowTest, GetsADatagramAsTheFrameThatItWas) {
    RecordingFlow flow(owner, key(IpProtocol::Udp), *interface);
    insert(flow);
    const Packet ip = packets::udp_packet({kPeer, kOurs, 7, 2000}, packets::text("hello"));
    receive_ip(ip);
    EXPECT_EQ(flow.frames, std::vector<Packet>{frame_of(ip)});
    EXPECT_EQ(flow.verified_count, 0);
    EXPECT_EQ(count(Stat::udp_in) + count(Stat::udp_queue_full) + count(Stat::udp_no_socket), 0u);
    stack->endpoints().remove(flow);
}

TEST_F(FlowTest, GetsADatagramInTwoMbufsWithTheLengthOfAll) {
    RecordingFlow flow(owner, key(IpProtocol::Udp), *interface);
    insert(flow);
    const Packet frame = frame_of(packets::udp_packet({kPeer, kOurs, 7, 2000}, filled(100)));
    MbufPtr head = new_mbuf(), rest = new_mbuf();
    std::copy_n(frame.begin(), 50, head->put(50));
    std::copy(frame.begin() + 50, frame.end(), rest->put(frame.size() - 50));
    head->append(std::move(rest));
    net_rx(device, std::move(head));
    EXPECT_EQ(flow.frames, std::vector<Packet>{frame});
    EXPECT_EQ(count(Stat::udp_in) + count(Stat::udp_queue_full), 0u);
    stack->endpoints().remove(flow);
}

// Only the first fragment has the ports, so the flow gets the fragments when all have arrived.
TEST_F(FlowTest, GetsTheFragmentsOfUdpAndTcpInOrder) {
    for (IpProtocol protocol : {IpProtocol::Udp, IpProtocol::Tcp}) {
        RecordingFlow flow(owner, key(protocol), *interface);
        insert(flow);
        const auto parts = fragments(static_cast<u8>(protocol));
        for (usize i : {1u, 2u}) receive_ip(parts[i]);
        EXPECT_TRUE(flow.frames.empty());
        receive_ip(parts[0]);
        EXPECT_EQ(flow.frames,
                  (std::vector<Packet>{frame_of(parts[0]), frame_of(parts[1]), frame_of(parts[2])}));
        EXPECT_EQ(flow.verified_count, 0) << "the checksum covers all fragments";
        stack->endpoints().remove(flow);
    }
    EXPECT_EQ(count(Stat::ip_reassembled), 0u);
    EXPECT_EQ(stack->reassembly().fragments(), 0u);
}

// The first bytes of ICMP are no ports, even if they are equal to a flow's.
TEST_F(FlowTest, GetsNoFragmentsOfAProtocolWithoutPorts) {
    RecordingFlow flow(owner, key(IpProtocol::Icmp), *interface);
    insert(flow);
    for (const Packet& part : fragments(1)) receive_ip(part);
    EXPECT_TRUE(flow.frames.empty());
    EXPECT_EQ(count(Stat::ip_reassembled), 1u);
    stack->endpoints().remove(flow);
}

}  // namespace
