// Local ports and listeners: kernel/net/tcp/ports.cc.
#include <vector>

#include "net/tcp/listener.h"
#include "net/tcp/tcp.h"
#include "net_test.h"

using namespace net;

namespace {

constexpr u16 kPort = 80, kSameChain = 80 + 32768;  // of the hash table

struct TcpPortsTest : NetTest {
    TcpPorts& ports() { return stack->tcp().ports(); }
    Errno claim(TcpBinding& b) { return ports().claim(b).error(); }
    Ref<TcpListener> listen(TcpBinding& b) {
        auto l = stack->tcp().listen(b, {}, 1);
        return l.ok() ? std::move(l.value()) : Ref<TcpListener>();
    }
    void release(std::initializer_list<TcpBinding*> all) {
        for (TcpBinding* b : all) ports().release(*b);
    }
    TcpBinding ours{.addr = kOurs, .port = kPort}, other{.addr = kGateway, .port = kPort},
        any{.addr = {}, .port = kPort}, apart{.addr = kOurs, .port = kSameChain};
    ~TcpPortsTest() override { release({&ours, &other, &any, &apart}); }
};

TEST_F(TcpPortsTest, EachAddressHasItsOwn) {
    EXPECT_EQ(claim(ours), Errno::None);
    EXPECT_EQ(claim(other), Errno::None);
    TcpBinding again{.addr = kOurs, .port = kPort};
    EXPECT_EQ(claim(again), Errno::AddrInUse);
    EXPECT_EQ(claim(apart), Errno::None);
}

TEST_F(TcpPortsTest, AllAddressesOverlapEach) {
    EXPECT_EQ(claim(ours), Errno::None);
    EXPECT_EQ(claim(any), Errno::AddrInUse);
    release({&ours});
    EXPECT_EQ(claim(any), Errno::None);
    EXPECT_EQ(claim(ours), Errno::AddrInUse);
    release({&any});
}

// SO_REUSEADDR
TEST_F(TcpPortsTest, BothMustAgreeToShareOne) {
    ours.reuse = true;
    EXPECT_EQ(claim(ours), Errno::None);
    EXPECT_EQ(claim(any), Errno::AddrInUse) << "the second does not";
    any.reuse = true;
    EXPECT_EQ(claim(any), Errno::None);
    release({&ours, &any});
    any.reuse = false;
    EXPECT_EQ(claim(any), Errno::None);
    EXPECT_EQ(claim(ours), Errno::AddrInUse) << "the first does not";
}

TEST_F(TcpPortsTest, AListenerSharesNone) {
    ours.reuse = any.reuse = true;
    EXPECT_EQ(claim(ours), Errno::None);
    const auto l = listen(ours);
    EXPECT_TRUE(l);
    EXPECT_EQ(claim(any), Errno::AddrInUse);
}

TEST_F(TcpPortsTest, TwoThatShareOneCannotBothListen) {
    ours.reuse = any.reuse = true;
    EXPECT_EQ(claim(ours), Errno::None);
    EXPECT_EQ(claim(any), Errno::None);
    const auto l = listen(any);
    EXPECT_TRUE(l);
    EXPECT_FALSE(listen(ours));
    EXPECT_EQ(claim(apart), Errno::None);
    EXPECT_TRUE(listen(apart));
}

TEST_F(TcpPortsTest, AReleasedOneCannotListen) {
    EXPECT_EQ(claim(ours), Errno::None);
    release({&ours});
    EXPECT_EQ(ports().listen(ours, *listen(any)).error(), Errno::BadF);
}

TEST_F(TcpPortsTest, TheListenerOfTheExactAddressIsPreferred) {
    EXPECT_EQ(claim(other), Errno::None);
    const auto exact = listen(other);
    apart.addr = {};
    EXPECT_EQ(claim(apart), Errno::None);
    const auto everywhere = listen(apart);
    EXPECT_EQ(ports().find(kGateway, kPort).get(), exact.get());
    EXPECT_FALSE(ports().find(kOurs, kPort)) << "of another address, and of another port";
    EXPECT_EQ(ports().find(kOurs, kSameChain).get(), everywhere.get());
    EXPECT_TRUE(ports().is_claimed(kPort));
    release({&other});
    EXPECT_FALSE(ports().is_claimed(kPort));
    EXPECT_TRUE(ports().is_claimed(kSameChain));
}

TEST_F(TcpPortsTest, AListenerOfAllAddressesServesWhomNoOtherDoes) {
    ours.reuse = any.reuse = true;
    EXPECT_EQ(claim(any), Errno::None);
    EXPECT_EQ(claim(ours), Errno::None);
    const auto everywhere = listen(any);
    EXPECT_EQ(ports().find(kOurs, kPort).get(), everywhere.get()) << "the other binding does not listen";
}

TEST_F(TcpPortsTest, TheTableGrowsAndShrinksAndNeedsNoMemory) {
    const auto claim_all = [this](std::vector<TcpBinding>& all) {
        u16 port = 1;
        for (TcpBinding& b : all) {
            b.port = port++;
            ASSERT_EQ(claim(b), Errno::None);
        }
    };
    const long before = fake::world().pages_out;
    std::vector<TcpBinding> one(1), many(3000);
    claim_all(one);
    EXPECT_EQ(fake::world().pages_out, before);
    ports().release(one[0]);
    claim_all(many);
    EXPECT_GT(fake::world().pages_out, before);
    for (TcpBinding& b : many) ports().release(b);
    EXPECT_EQ(fake::world().pages_out, before);
    fake::world().pages_left = 0;
    claim_all(many);
    EXPECT_EQ(fake::world().pages_out, before);
    EXPECT_TRUE(ports().is_claimed(3000));
    for (TcpBinding& b : many) ports().release(b);
    fake::world().pages_left = -1;
}

TEST_F(TcpPortsTest, OnlyThoseThatListenAreListed) {
    ours.reuse = any.reuse = true;  // in one chain, in which the one that does not listen comes first
    EXPECT_EQ(claim(any), Errno::None);
    EXPECT_EQ(claim(ours), Errno::None);
    for (TcpBinding* b : {&any, &ours}) {
        const auto l = listen(*b);
        EXPECT_TRUE(l);
        TcpPorts::Place place;
        Ref<TcpListener> found[2];
        EXPECT_EQ(ports().list(place, found), 1u);
        EXPECT_EQ(found[0].get(), l.get());
        release({b});
        EXPECT_EQ(claim(*b), Errno::None);
    }
}

// RFC 6335 section 6: the dynamic ports.
TEST_F(TcpPortsTest, FreeOnesAreFoundUntilAllAreClaimed) {
    u64 start = 16'383;  // the last port
    fake::world().random = [&start] { return start; };
    std::vector<TcpBinding> all(16'384);
    for (TcpBinding& b : all) {
        ASSERT_TRUE(ports().claim_free_port(b).ok());
        if (&b != all.data()) start++;
    }
    EXPECT_EQ(all[0].port, 65'535);
    EXPECT_EQ(all[1].port, 49'152) << "after the last comes the first";
    EXPECT_EQ(all.back().port, 65'534);
    TcpBinding one_more;
    EXPECT_EQ(ports().claim_free_port(one_more).error(), Errno::AddrInUse);
    EXPECT_EQ(one_more.port, 0);
    for (TcpBinding& b : all) ports().release(b);
    EXPECT_FALSE(ports().is_claimed(50'000));
}

TEST_F(TcpPortsTest, OneThatAnotherAddressHasIsNotFree) {
    fake::world().random = [] { return 0; };
    other.port = 49'152;
    EXPECT_EQ(claim(other), Errno::None);
    EXPECT_TRUE(ports().claim_free_port(ours).ok());
    EXPECT_EQ(ours.port, 49'153);
}

}  // namespace
