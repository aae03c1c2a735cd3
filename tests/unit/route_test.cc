#include "net/proto/route.h"

#include "net_test.h"

using namespace net;

namespace {

struct Routes : ::testing::Test {
    HopCache hops;
    RouteTable table{hops};
    Interface eth0, eth1;
};

TEST_F(Routes, AreNoneAtFirst) { EXPECT_FALSE(table.find(kGateway)); }

TEST_F(Routes, ToTheLinkLeadToTheDestinationItself) {
    EXPECT_OK(table.add({{kOurs, 24}, {}, &eth0}));
    const auto hop = table.find(kPeer);
    ASSERT_TRUE(hop);
    EXPECT_EQ(hop->interface, &eth0);
    EXPECT_EQ(hop->neighbour, kPeer);
    EXPECT_FALSE(table.find(kFar));
}

TEST_F(Routes, ToAGatewayLeadToTheGateway) {
    EXPECT_OK(table.add({{kOurs, 24}, {}, &eth0}));
    EXPECT_OK(table.add({{}, kGateway, &eth0}));
    EXPECT_EQ(table.find(kFar)->neighbour, kGateway);
    EXPECT_EQ(table.find(kPeer)->neighbour, kPeer);
    EXPECT_EQ(table.gateway(eth0), kGateway);
    EXPECT_EQ(table.gateway(eth1), Ipv4Addr{});
}

TEST_F(Routes, OfTheLongestPrefixWinInAnyOrder) {
    EXPECT_OK(table.add({{{192, 0, 2, 0}, 25}, {10, 0, 0, 25}, &eth1}));
    EXPECT_OK(table.add({{{192, 0, 0, 0}, 16}, {10, 0, 0, 16}, &eth0}));
    EXPECT_OK(table.add({{kFar, 32}, {10, 0, 0, 32}, &eth0}));
    EXPECT_EQ(table.find({192, 0, 2, 1})->neighbour, (Ipv4Addr{10, 0, 0, 32}));
    EXPECT_EQ(table.find({192, 0, 2, 2})->neighbour, (Ipv4Addr{10, 0, 0, 25}));
    EXPECT_EQ(table.find({192, 0, 2, 200})->neighbour, (Ipv4Addr{10, 0, 0, 16}));
}

TEST_F(Routes, AreReplacedAndRemovedByPrefixAndInterface) {
    EXPECT_OK(table.add({{}, kGateway, &eth0}));
    EXPECT_OK(table.add({{}, kPeer, &eth0}));
    EXPECT_EQ(table.gateway(eth0), kPeer);
    EXPECT_ERROR(table.remove({}, eth1), NoEnt);
    EXPECT_OK(table.remove({}, eth0));
    EXPECT_FALSE(table.find(kFar));
}

TEST_F(Routes, HaveALimit) {
    for (u8 i = 0; i < RouteTable::kMaxRoutes; i++) EXPECT_OK(table.add({{{i, 0, 0, 0}, 8}, {}, &eth0}));
    EXPECT_ERROR(table.add({{{200, 0, 0, 0}, 8}, {}, &eth0}), NoSpc);
}

}  // namespace
