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

TEST_F(Routes, OfTheLowestMetricWinInAnyOrder) {
    for (bool lowest_first : {true, false}) {
        if (lowest_first) EXPECT_OK(table.add({{}, kGateway, &eth1, 1}));
        EXPECT_OK(table.add({{}, kPeer, &eth0, 5}));
        if (!lowest_first) EXPECT_OK(table.add({{}, kGateway, &eth1, 1}));
        EXPECT_EQ(table.find(kFar)->interface, &eth1);
        EXPECT_OK(table.remove({}, eth0));
        EXPECT_OK(table.remove({}, eth1));
    }
}

TEST_F(Routes, OfTheSameMetricTheLatestWins) {
    EXPECT_OK(table.add({{}, kPeer, &eth0, 5}));
    EXPECT_OK(table.add({{}, kGateway, &eth1, 5}));
    EXPECT_EQ(table.find(kFar)->interface, &eth1);
}

TEST_F(Routes, KeepTheirOrderWhenTheFirstIsRemoved) {
    for (u8 bits : {8, 16, 24}) EXPECT_OK(table.add({{{192, 0, 0, 0}, bits}, {10, 0, 0, bits}, &eth0}));
    EXPECT_OK(table.remove({{192, 0, 0, 0}, 24}, eth0));
    EXPECT_EQ(table.at(0)->to.length, 16);
    EXPECT_EQ(table.at(1)->to.length, 8);
    EXPECT_FALSE(table.at(2));
}

struct ManyRoutes : Routes {
    void add(usize n, Interface& to) {
        for (u8 i = 0; i < n; i++) EXPECT_OK(table.add({{{i, 0, 0, 0}, 8}, {}, &to}));
    }
    usize found(usize n) {
        usize all = 0;
        for (u8 i = 0; i < n; i++) all += table.find({i, 0, 0, 1}).has_value();
        return all;
    }
    // The index-th of the routes that an address of eth0 makes.
    Route made(u8 index) { return {{{172, 16, index, 0}, 24}, {}, &eth0, 0, &eth0}; }
};

TEST_F(ManyRoutes, HaveALimit) {
    add(RouteTable::kMaxRoutes, eth0);
    EXPECT_ERROR(table.add({{{200, 0, 0, 0}, 8}, {}, &eth0}), NoSpc);
    EXPECT_OK(table.add({{{0, 0, 0, 0}, 8}, kPeer, &eth0})) << "it replaces a route";
    EXPECT_EQ(table.find({0, 0, 0, 1})->neighbour, kPeer);
}

TEST_F(ManyRoutes, HaveALimitWhenAnAddressChanges) {
    add(RouteTable::kMaxRoutes - 1, eth1);
    const Route two[] = {made(1), made(2)};
    EXPECT_ERROR(table.replace(eth0, {kOurs, 24}, two), NoSpc);
    EXPECT_FALSE(table.find({172, 16, 1, 1})) << "nothing has changed";
    EXPECT_OK(table.replace(eth0, {kOurs, 24}, std::span(two).first(1)));
    EXPECT_OK(table.replace(eth0, {kOurs, 24}, std::span(two).last(1))) << "the old one is gone";
    EXPECT_FALSE(table.find({172, 16, 1, 1}));
    EXPECT_EQ(table.find({172, 16, 2, 1})->interface, &eth0);
    EXPECT_EQ(found(RouteTable::kMaxRoutes), RouteTable::kMaxRoutes - 1);
}

TEST_F(ManyRoutes, OfAnInterfaceThatIsDownAreNotUsed) {
    constexpr usize kAll = RouteTable::kMaxRoutes;
    add(kAll, eth0);
    for (bool up : {false, true}) {
        const u64 before = hops.epoch();
        eth0.set({{kOurs, 24}, up});
        table.state_changed(eth0);
        EXPECT_EQ(found(kAll), up ? kAll : 0);
        EXPECT_NE(hops.epoch(), before) << "a hop in the cache may be another one now";
    }
}

TEST_F(Routes, AddedByHandStayWhileTheNewLinkHasTheirGateway) {
    EXPECT_OK(table.add({{kFar, 32}, kPeer, &eth0}));
    EXPECT_OK(table.add({{{203, 0, 113, 0}, 24}, {}, &eth0}));
    const auto stays = [this](Ipv4Prefix address) {
        const u64 before = hops.epoch();
        EXPECT_OK(table.replace(eth0, address, {}));
        EXPECT_NE(hops.epoch(), before) << "a hop in the cache may be another one now";
        return (table.find(kFar) ? 1 : 0) + (table.find({203, 0, 113, 7}) ? 2 : 0);
    };
    EXPECT_EQ(stays({kOurs, 24}), 3);
    EXPECT_EQ(stays({{10, 9, 9, 9}, 24}), 2) << "the other gateway is on the old link";
    EXPECT_EQ(stays({}), 0) << "there is no link";
}

}  // namespace
