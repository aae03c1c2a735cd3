// The table of endpoints: who gets a packet, who may have a port, and what the table holds.
#include <deque>
#include <set>

#include "net_test.h"
#include "plain_endpoint.h"
#include "socket_listing.h"

using namespace net;

namespace {

constexpr IpProtocol kUdp = IpProtocol::Udp, kTcp = IpProtocol::Tcp, kIcmp = IpProtocol::Icmp;
constexpr Ipv4Addr kSecond{10, 0, 2, 16};  // another address of ours
constexpr EndpointTable::PortRange kPorts{100, 107};

struct Table : ::testing::Test {
    Table() {
        fake::world().reset();
        pages_before = fake::world().pages_out;
    }
    ~Table() override {
        for (PlainEndpoint& e : all) {
            table.remove(e);
            EXPECT_TRUE(e.owner.is_gone || e.owner.ref_count() == 0);
        }
        EXPECT_EQ(listed_in(table), 0u);
        EXPECT_FALSE(table.has_tcp_flows());
        EXPECT_EQ(fake::world().pages_out, pages_before) << "pages leaked";
    }
    PlainEndpoint& make(const EndpointKey& key) { return all.emplace_back(key); }
    PlainEndpoint& make_flow(const EndpointKey& key, const void* port_owner) {
        return all.emplace_back(key, interface, port_owner);
    }
    Result<> insert(PlainEndpoint& e) { return table.rekey(e, e.key(), kPorts); }
    PlainEndpoint& inserted(const EndpointKey& key) {
        PlainEndpoint& e = make(key);
        EXPECT_OK(insert(e));
        return e;
    }
    Interface interface;  // of the flows
    std::deque<PlainEndpoint> all;
    EndpointTable table;
    long pages_before;
};
using Lookup = Table;
using Ports = Table;
using FlowsIn = Table;

// --- who gets a packet

bool should_accept(const EndpointKey& own, const EndpointKey& packet) {
    if (own.remote.is_any()) return own.local.is_any() || own.local == packet.local;
    return own.local == packet.local && own.remote == packet.remote && own.remote_port == packet.remote_port;
}

TEST_F(Lookup, IsTheSameForAnEndpointAloneAtItsPortAndForOneOfSeveral) {
    const EndpointKey packets[] = {{kUdp, 53, 7, kOurs, kPeer},
                                   {kUdp, 53, 8, kOurs, kPeer},
                                   {kUdp, 53, 7, kOurs, kGateway},
                                   {kUdp, 53, 7, kSecond, kPeer}};
    const EndpointKey elsewhere{kUdp, 53, 99, kOurs, kFar};
    for (Ipv4Addr local : {Ipv4Addr{}, kOurs, kSecond}) {
        for (Ipv4Addr remote : {Ipv4Addr{}, kPeer}) {
            const u16 remote_port = remote.is_any() ? 0 : 7;
            PlainEndpoint& e = inserted({kUdp, 53, remote_port, local, remote});
            for (bool alone : {true, false}) {
                PlainEndpoint* other = alone ? nullptr : &inserted(elsewhere);
                for (const EndpointKey& p : packets)
                    EXPECT_EQ(table.find(p).get() == &e, should_accept(e.key(), p))
                        << format_addr(local).text << " " << format_addr(remote).text << " " << alone;
                if (other) table.remove(*other);
            }
            table.remove(e);
        }
    }
}

TEST_F(Lookup, PrefersTheNearestEndpoint) {
    PlainEndpoint& any = inserted({kUdp, 53, 0, {}, {}});
    PlainEndpoint& bound = inserted({kUdp, 53, 0, kOurs, {}});
    PlainEndpoint& connected = inserted({kUdp, 53, 7, kOurs, kPeer});
    const EndpointKey packet{kUdp, 53, 7, kOurs, kPeer};
    EXPECT_EQ(table.find(packet).get(), &connected);
    table.remove(connected);
    EXPECT_EQ(table.find(packet).get(), &bound);
    EXPECT_EQ(table.find({kUdp, 53, 7, kSecond, kPeer}).get(), &any);
    table.remove(bound);
    EXPECT_EQ(table.find(packet).get(), &any);
    EXPECT_EQ(table.find({kUdp, 54, 7, kOurs, kPeer}).get(), nullptr);
}

TEST_F(Lookup, APortOfOneProtocolIsNotThatOfAnother) {
    for (u16 port = 1; port < 3000; port++) {
        PlainEndpoint e({kUdp, port, 0, {}, {}});
        ASSERT_OK(insert(e));
        ASSERT_EQ(table.find({kIcmp, port, 0, kOurs, kPeer}).get(), nullptr) << port;
        ASSERT_EQ(table.find({kUdp, port, 0, kOurs, kPeer}).get(), &e) << port;
        table.remove(e);
    }
}

// --- what the table holds

TEST_F(Table, HoldsOneReferenceUntilTheEndpointIsRemoved) {
    PlainEndpoint& e = inserted({kUdp, 53, 0, {}, {}});
    EXPECT_OK(table.rekey(e, {kUdp, 53, 7, kOurs, kPeer}, kPorts));
    EXPECT_OK(table.rekey(e, e.key(), kPorts)) << "an endpoint may keep its key";
    EXPECT_EQ(e.owner.ref_count(), 1u);
    table.remove(e);
    EXPECT_TRUE(e.owner.is_gone);
    table.remove(e);
    EXPECT_EQ(e.owner.ref_count(), 0u) << "it has been removed already";
}

TEST_F(Table, FindsAnEndpointWithANewKeyByThatOnly) {
    std::vector<PlainEndpoint*> at_port;
    for (u16 remote_port = 1; remote_port <= 3; remote_port++)
        at_port.push_back(&inserted({kUdp, 53, remote_port, kOurs, kPeer}));
    for (u16 i = 0; i < 3; i++) {
        PlainEndpoint& e = *at_port[i];
        const EndpointKey before = e.key(), after{kUdp, 54, before.remote_port, kOurs, kPeer};
        EXPECT_OK(table.rekey(e, after, kPorts));
        EXPECT_EQ(e.key(), after);
        EXPECT_EQ(table.find(after).get(), &e);
        EXPECT_EQ(table.find(before).get(), nullptr);
        for (u16 other = static_cast<u16>(i + 1); other < 3; other++)
            EXPECT_EQ(table.find(at_port[other]->key()).get(), at_port[other]);
        EXPECT_EQ(listed_in(table), 3u);
    }
}

TEST_F(Table, KnowsItsLongestChain) {
    for (u16 remote_port = 1; remote_port <= 100; remote_port++)
        inserted({kUdp, 53, remote_port, kOurs, kPeer});
    EXPECT_EQ(table.longest_chain(), 100u) << "all have the same port";
}

TEST_F(Table, WorksWithoutMemoryToGrow) {
    fake::world().pages_left = 0;
    for (u16 port = 1; port <= 1000; port++) inserted({kUdp, port, 0, {}, {}});
    for (PlainEndpoint& e : all) EXPECT_EQ(table.find({kUdp, e.key().local_port, 7, kOurs, kPeer}).get(), &e);
    EXPECT_EQ(listed_in(table), 1000u);
    const usize before = table.longest_chain();
    fake::world().pages_left = -1;
    for (u16 port = 1001; port <= 2000; port++) inserted({kUdp, port, 0, {}, {}});
    EXPECT_LE(table.longest_chain(), before) << "it grows as soon as there is memory";
}

// --- ports

// So many that those of the two protocols are in the same chains.
TEST_F(Ports, OfOneProtocolAreFreeForAnother) {
    const int us = 0;
    for (u16 port = 1; port <= 1000; port++) EXPECT_OK(insert(make_flow({kUdp, port, 0, {}, {}}, &us)));
    for (u16 port = 1; port <= 1000; port++) EXPECT_OK(insert(make({kTcp, port, 0, {}, {}}))) << port;
}

TEST_F(Ports, AreEachChosenOnceAndThenThereIsNone) {
    for (const u64 start : {u64{0}, u64{3}, u64{7}, u64{8}, ~u64{0}}) {
        fake::world().random = [start] { return start; };
        std::set<u16> chosen;
        std::deque<PlainEndpoint> some;
        for (int i = 0; i < 8; i++) {
            PlainEndpoint& e = some.emplace_back(EndpointKey{kUdp, 0, 0, {}, {}});
            ASSERT_OK(insert(e));
            chosen.insert(e.key().local_port);
        }
        EXPECT_EQ(chosen, (std::set<u16>{100, 101, 102, 103, 104, 105, 106, 107}));
        PlainEndpoint& late = make({kUdp, 0, 0, {}, {}});
        EXPECT_ERROR(insert(late), AddrInUse);
        EXPECT_EQ(late.key().local_port, 0) << "nothing has changed";
        EXPECT_EQ(late.owner.ref_count(), 0u);
        for (PlainEndpoint& e : some) table.remove(e);
    }
}

// RFC 6056 section 3.3.1: an attacker cannot foresee the first port.
TEST_F(Ports, AreChosenFromARandomOneOn) {
    std::set<u16> first;
    for (u64 random = 0; random < 8; random++) {
        fake::world().random = [random] { return random; };
        PlainEndpoint e({kUdp, 0, 0, {}, {}});
        ASSERT_OK(insert(e));
        first.insert(e.key().local_port);
        table.remove(e);
    }
    EXPECT_EQ(first.size(), 8u);
}

// --- flows

TEST_F(FlowsIn, AFlowsPortIsItsOwnersAlone) {
    const int one = 1, two = 2;  // the owners
    PlainEndpoint& flow = make_flow({kUdp, 53, 0, kOurs, {}}, &one);
    EXPECT_OK(insert(flow));
    PlainEndpoint& anywhere = make({kUdp, 53, 0, {}, {}});
    PlainEndpoint& other_address = make({kUdp, 53, 0, kSecond, {}});
    EXPECT_ERROR(insert(anywhere), AddrInUse);
    EXPECT_ERROR(insert(make({kUdp, 53, 7, kOurs, kPeer})), AddrInUse);
    EXPECT_ERROR(insert(make_flow({kUdp, 53, 7, kOurs, kPeer}, &two)), AddrInUse);
    EXPECT_OK(insert(make_flow({kUdp, 53, 7, kOurs, kPeer}, &one)));
    EXPECT_OK(insert(make_flow({kUdp, 53, 0, {}, {}}, &one)));
    EXPECT_ERROR(insert(other_address), AddrInUse) << "the owner has the port at all addresses";
    table.remove(all.back());
    EXPECT_EQ(all.back().owner.ref_count(), 0u);
    for (PlainEndpoint& e : all) table.remove(e);
    EXPECT_OK(insert(flow));
    EXPECT_OK(insert(other_address)) << "the flow has the port at one address only";
    table.remove(flow);
    table.remove(other_address);
    EXPECT_OK(insert(anywhere)) << "the port is free again";
}

TEST_F(FlowsIn, APortThatASocketHasIsNoFlows) {
    const int owner = 1;
    inserted({kUdp, 53, 7, kOurs, kPeer});
    EXPECT_ERROR(insert(make_flow({kUdp, 53, 0, {}, {}}, &owner)), AddrInUse);
    EXPECT_OK(insert(make_flow({kUdp, 53, 0, kSecond, {}}, &owner)));
    EXPECT_OK(insert(make_flow({kTcp, 53, 0, {}, {}}, &owner)));
}

TEST_F(FlowsIn, ASocketThatComesAndGoesDoesNotFreeAFlowsPort) {
    const int owner = 1;
    EXPECT_OK(insert(make_flow({kUdp, 53, 0, {}, {}}, &owner)));
    table.remove(inserted({kUdp, 60, 0, {}, {}}));
    EXPECT_ERROR(insert(make({kUdp, 53, 0, kOurs, {}})), AddrInUse);
}

TEST_F(FlowsIn, TcpIsToldOfFlowsOfItsOwnOnly) {
    const int owner = 1;
    EXPECT_FALSE(table.has_tcp_flows());
    inserted({kTcp, 80, 0, {}, {}});
    EXPECT_OK(insert(make_flow({kUdp, 53, 0, {}, {}}, &owner)));
    EXPECT_FALSE(table.has_tcp_flows());
    PlainEndpoint &first = make_flow({kTcp, 81, 0, {}, {}}, &owner),
                  &second = make_flow({kTcp, 82, 0, {}, {}}, &owner);
    EXPECT_OK(insert(first));
    EXPECT_OK(insert(second));
    EXPECT_TRUE(table.has_tcp_flows());
    table.remove(first);
    EXPECT_TRUE(table.has_tcp_flows());
    table.remove(second);
    EXPECT_FALSE(table.has_tcp_flows());
    for (usize i = 0; i < 2; i++) table.remove(all[i]);
    EXPECT_OK(insert(first));
    EXPECT_TRUE(table.has_tcp_flows()) << "those of others have never been counted";
}

TEST_F(FlowsIn, AreNotListedAsSockets) {
    const int owner = 1;
    EXPECT_OK(insert(make_flow({kUdp, 53, 0, {}, {}}, &owner)));
    EXPECT_EQ(listed_in(table), 0u);
    const PlainEndpoint& socket = inserted({kUdp, 54, 0, {}, {}});
    EndpointTable::Place place;
    EndpointTable::Listed found[2];
    ASSERT_EQ(table.list(place, found), 1u);
    EXPECT_EQ(found[0].get(), &socket);
    EXPECT_TRUE(place.at_end());
}

// --- errors

TEST_F(Table, ReportsALossToTheConnectedSenderOnly) {
    PlainEndpoint& connected = inserted({kUdp, 53, 7, kOurs, kPeer});
    PlainEndpoint& unconnected = inserted({kUdp, 54, 0, kOurs, {}});
    const auto packet = packets::udp_packet({kOurs, kPeer, 53, 7}, {});
    table.report(Bytes(packet).first(27), Errno::HostUnreach);  // without the whole UDP header
    EXPECT_TRUE(connected.errors.empty());
    table.report(packet, Errno::HostUnreach);
    EXPECT_EQ(connected.errors, std::vector{Errno::HostUnreach});
    // RFC 1122 section 4.1.3.3: an unconnected socket cannot tell which of its datagrams was lost.
    table.report(packets::udp_packet({kOurs, kPeer, 54, 7}, {}), Errno::HostUnreach);
    EXPECT_TRUE(unconnected.errors.empty());
}

}  // namespace
