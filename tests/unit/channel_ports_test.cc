// Channels and sockets share the ports: each has one owner. And the limits.
#include "channel_kit.h"
#include "socket_listing.h"

using namespace net;

namespace {

using ChannelPorts = ChannelTest;

struct Case {
    IpProtocol protocol;
    int type;
};
constexpr Case kBoth[] = {{kUdp, SOCK_DGRAM}, {kTcp, SOCK_STREAM}};

OpenSocket socket_of(Stack& stack, const Case& c) {
    return OpenSocket(value_of(stack.open_socket(AF_INET, c.type, 0)));
}

TEST_F(ChannelPorts, WhoAsksFirstHasThePort) {
    for (const Case& c : kBoth) {
        OpenSocket socket = socket_of(*stack, c), late = socket_of(*stack, c);
        ASSERT_OK(socket->bind(InetAddr{kOurs, 80}));
        ChannelUser user = open(), other = open();
        EXPECT_ERROR(claim(user, c.protocol, 80), AddrInUse) << "a socket has it";
        EXPECT_ERROR(claim(user, c.protocol, 80, kOurs), AddrInUse);
        EXPECT_ERROR(claim(user, c.protocol, 80, kOurs, kPeer, 5), AddrInUse);
        ASSERT_OK(claim(user, c.protocol, 81));
        EXPECT_ERROR(claim(other, c.protocol, 81), AddrInUse) << "a channel has it";
        EXPECT_ERROR(claim(other, c.protocol, 81, kOurs), AddrInUse);
        EXPECT_ERROR(late->bind(InetAddr{kOurs, 81}), AddrInUse);
        EXPECT_ERROR(late->bind(InetAddr{{}, 81}), AddrInUse);
        EXPECT_ERROR(late->bind(InetAddr{{127, 0, 0, 1}, 81}), AddrInUse) << "the claim is for all addresses";
        user.close();
        EXPECT_OK(late->bind(InetAddr{{}, 81})) << "free again";
    }
}

TEST_F(ChannelPorts, AnotherProtocolIsAnotherPort) {
    ChannelUser user = open(), other = open();
    EXPECT_OK(claim(user, kUdp, 80));
    EXPECT_OK(claim(other, kTcp, 80));
}

TEST_F(ChannelPorts, TheOwnerMayHaveSeveralFlowsAtOnePort) {
    for (const Case& c : kBoth) {
        ChannelUser user = open();
        EXPECT_OK(claim(user, c.protocol, 80));
        EXPECT_OK(claim(user, c.protocol, 80, {}, kPeer, 5));
        EXPECT_OK(claim(user, c.protocol, 80, {}, kPeer, 6));
        EXPECT_ERROR(claim(user, c.protocol, 80, {}, kPeer, 6), Exist) << "twice the same";
    }
}

TEST_F(ChannelPorts, ConnectedSocketsHaveTheirPortToo) {
    const OpenSocket udp = udp_socket(kGateway, 2000, 9);
    ChannelUser user = open();
    EXPECT_ERROR(claim(user, kUdp, 2000), AddrInUse);
    const OpenSocket tcp(value_of(open_tcp(*stack)));
    EXPECT_ERROR(tcp->connect(InetAddr{kGateway, 80}, false), InProgress);
    EXPECT_ERROR(claim(user, kTcp, tcp->local().inet()->port), AddrInUse);
    device.sent.clear();
}

TEST_F(ChannelPorts, AutomaticPortsAvoidChannelsAndTheOtherWayRound) {
    fake::world().random = [] { return u64{0}; };  // every choice starts at 49152
    for (const Case& c : kBoth) {
        ChannelUser user = open(), other = open();
        EndpointKey key{c.protocol, 0, 0, {}, {}};
        ASSERT_OK(user->claim(key));
        EXPECT_EQ(key.local_port, 49152);
        OpenSocket socket = socket_of(*stack, c), connected = socket_of(*stack, c);
        ASSERT_OK(socket->bind(InetAddr{{}, 0}));
        EXPECT_EQ(socket->local().inet()->port, 49153);
        const Result<> made = connected->connect(InetAddr{kGateway, 80}, false);
        EXPECT_TRUE(made.ok() || made.error() == Errno::InProgress);
        const u16 last = connected->local().inet()->port;  // of UDP, it may be that of a bound socket
        EXPECT_GE(last, 49153);
        key.local_port = 0;
        ASSERT_OK(other->claim(key));
        EXPECT_EQ(key.local_port, last + 1);
        device.sent.clear();
    }
}

// A channel claims the port that connect() has just found to be free.
TEST_F(ChannelPorts, HaveOneOwnerWhenAClaimMeetsAConnect) {
    struct Race {
        TcpPorts& ports;
        ChannelUser& user;
        u16 claimed = 0;
    };
    const auto is_claimed = [](void* argument, u16 port) {
        Race& race = *static_cast<Race*>(argument);
        const bool is = race.ports.is_claimed(port);
        if (!race.claimed && claim(race.user, kTcp, port).ok()) race.claimed = port;
        return is;
    };
    ChannelUser user = open();
    Race race{stack->tcp().ports(), user};
    const auto c = stack->tcp().connect({kOurs, kGateway, 0, 80}, {});
    ASSERT_OK(c);
    c.value()->abort(Errno::None, platform::now());  // it leaves the table
    TcpTable& table = stack->tcp().table();
    EXPECT_OK(table.insert_with_free_port(*c.value(), is_claimed, &race));
    EXPECT_NE(race.claimed, 0);
    EXPECT_FALSE(table.has_local_port({}, race.claimed));
    EXPECT_TRUE(table.remove(*c.value()));
    c.value()->drop_ref();  // the table's
    device.sent.clear();
}

TEST_F(ChannelPorts, ClaimsAreChecked) {
    ChannelUser user = open();
    EXPECT_ERROR(claim(user, IpProtocol::Icmp, 80), Inval);
    EXPECT_ERROR(claim(user, kUdp, 80, kPeer), AddrNotAvail);
    EXPECT_ERROR(claim(user, kUdp, 80, {}, kPeer, 0), Inval);
    EXPECT_ERROR(claim(user, kUdp, 80, {}, {}, 5), Inval);
}

TEST_F(ChannelPorts, OnlyTheOwnerMayRelease) {
    for (const Case& c : kBoth) {
        ChannelUser user = open(), other = open();
        const EndpointKey key{c.protocol, 80, 0, {}, {}};
        ASSERT_OK(claim(user, c.protocol, 80));
        EXPECT_ERROR(other->release(key), Perm);
        EXPECT_OK(user->release(key));
        EXPECT_ERROR(user->release(key), NoEnt);
        EXPECT_OK(claim(other, c.protocol, 80));
    }
}

TEST_F(ChannelPorts, AChannelHas256FlowsAtMost) {
    ChannelUser user = open();
    for (u16 i = 0; i < Channel::kMostFlows; i++)
        ASSERT_OK(claim(user, i % 2 ? kTcp : kUdp, static_cast<u16>(1000 + i)));
    EXPECT_ERROR(claim(user, kUdp, 5000), NoSpc);
    EXPECT_OK(user->release({kTcp, 1001, 0, {}, {}}));
    EXPECT_OK(claim(user, kUdp, 5000));
}

TEST_F(ChannelPorts, TenThousandFlowsGetTheirFrames) {
    std::vector<ChannelUser> users;
    for (u16 i = 0; i < 40; i++) users.push_back(open(16, 16, false, i));
    for (u16 i = 0; i < 10'000; i++) ASSERT_OK(claim(users[i / 250], kUdp, static_cast<u16>(1000 + i)));
    for (u16 i = 0; i < 10'000; i += 250) {
        users[i / 250].lend(4);
        device.receive(udp_to(static_cast<u16>(1000 + i)));
        EXPECT_EQ(users[i / 250].received().size(), 1u);
    }
}

TEST_F(ChannelPorts, SocketsAreListedWithoutFlows) {
    ChannelUser user = open_flow(kUdp, 53);
    EXPECT_EQ(listed_in(stack->endpoints()), 0u);
    const OpenSocket socket = udp_socket();
    EXPECT_EQ(listed_in(stack->endpoints()), 1u);
}

// --- limits ---

TEST_F(ChannelPorts, SizesAreChecked) {
    const auto create = [this](u32 slots, u32 buffers) {
        auto c = stack->channels().create(*interface, 1, slots, buffers, false);
        if (c.ok()) c.value()->close();
        return Result<>(c.error());
    };
    for (const u32 slots : {0u, 3u, 255u, 512u, ~0u}) EXPECT_ERROR(create(slots, 8), Inval);
    EXPECT_ERROR(create(8, 0), Inval);
    EXPECT_ERROR(create(8, CHANNEL_MOST_BUFFERS + 1), Inval);
    EXPECT_OK(create(1, 1));
    EXPECT_OK(create(256, CHANNEL_MOST_BUFFERS));
}

TEST_F(ChannelPorts, MemoryIsBoundedForEachOwnerAndInAll) {
    std::vector<ChannelUser> users;
    users.push_back(open(8, CHANNEL_MOST_BUFFERS, false, 1));
    EXPECT_ERROR(stack->channels().create(*interface, 1, 8, 1024, false), Again) << "9 MiB of one owner";
    for (int owner = 2; owner <= 4; owner++) users.push_back(open(8, CHANNEL_MOST_BUFFERS, false, owner));
    EXPECT_ERROR(stack->channels().create(*interface, 5, 8, 8, false), Again) << "32 MiB in all";
    users.pop_back();
    users.push_back(open(8, 8, false, 5));
}

TEST_F(ChannelPorts, MappedMemoryCountsUntilItIsUnmapped) {
    ChannelUser user = open(8, CHANNEL_MOST_BUFFERS, false, 1);
    Ref<SharedPages> mapping(user->memory().get());
    user.close();
    EXPECT_ERROR(stack->channels().create(*interface, 1, 8, 1024, false), Again);
    mapping = {};
    EXPECT_EQ(stack->channels().memories().bytes(), 0u);
}

TEST_F(ChannelPorts, FailsWithoutMemoryAtEveryStep) {
    bool made = false;
    for (long pages = 0; !made; pages++) {
        ASSERT_LT(pages, 100);
        fake::world().pages_left = pages;
        auto c = stack->channels().create(*interface, 1, 256, 16, false);
        made = c.ok();
        if (!made) {
            EXPECT_ERROR(c, NoMem);
            continue;
        }
        ChannelUser user(std::move(c).value());
        EXPECT_ERROR(claim(user, kUdp, 1), NoMem);
        fake::world().pages_left = -1;
        EXPECT_OK(claim(user, kUdp, 1));
    }
    EXPECT_EQ(stack->channels().memories().bytes(), 0u);
}

TEST_F(ChannelPorts, OneOwnerCannotTakeAllChannels) {
    std::vector<ChannelUser> users;
    for (u32 i = 0; i < ChannelMemories::kMostEach; i++) users.push_back(open(1, 1, false, 1));
    EXPECT_ERROR(stack->channels().create(*interface, 1, 1, 1, false), Again);
    users.push_back(open(1, 1, false, 2));
    users.pop_back();
    users.pop_back();
    users.push_back(open(1, 1, false, 1));
}

TEST_F(ChannelPorts, ThereAre256ChannelsAtMost) {
    std::vector<ChannelUser> users;
    for (u32 i = 0; i < Channels::kMostChannels; i++) users.push_back(open(1, 1, false, static_cast<int>(i)));
    EXPECT_ERROR(stack->channels().create(*interface, 1, 1, 1, false), NFile);
    users.pop_back();
    users.push_back(open(1, 1));
}

}  // namespace
