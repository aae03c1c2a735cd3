// The table of connections and TIME-WAIT entries, and the lists for memory pressure: kernel/net/tcp/table.cc
// and pressure.cc.
#include <vector>

#include "net/tcp/connection.h"
#include "net/tcp/tcp.h"
#include "net_test.h"
#include "socket_listing.h"

using namespace net;

namespace {

struct TcpFlows : NetTest {
    TcpFlows() {
        introduce(kGateway, kGatewayMac);
        config.congestion = &default_congestion_control();
    }
    Tcp& tcp() { return stack->tcp(); }
    TcpTable& table() { return tcp().table(); }
    static TcpKey key(u16 port) { return {kOurs, kGateway, port, 80}; }
    Errno try_to_connect(u16 port) { return tcp().connect(key(port), config).error(); }
    Ref<TcpConnection> connect(u16 port) {
        auto c = tcp().connect(key(port), config);
        EXPECT_TRUE(c.ok());
        return std::move(c.value());
    }
    static Instant now() { return platform::now(); }
    // Connects and replaces the connection by a TIME-WAIT entry.
    void leave_time_wait(u16 port, Seq snd_nxt = Seq(1), bool timestamps = true) {
        const Ref<TcpConnection> c = connect(port);
        TcpTimeWait* entry = tcp().new_time_wait();
        ASSERT_NE(entry, nullptr);
        entry->snd_nxt = snd_nxt;
        entry->timestamps = timestamps;
        entry->since = now();
        entry->until = now() + seconds(60);
        EXPECT_TRUE(table().retire(*c, *entry));
        c->drop_ref();
        c->abort(Errno::None, now());
        device.sent.clear();
    }
    u32 isn_sent() { return SentIp(device.take_sent()).tcp().seq; }
    TcpConfig config;
};

// --- keys

TEST_F(TcpFlows, AKeyIsUsedOnce) {
    connect(5000);
    EXPECT_EQ(try_to_connect(5000), Errno::AddrInUse);
    EXPECT_EQ(try_to_connect(5001), Errno::None);
}

TEST_F(TcpFlows, EachConnectIsCounted) {
    connect(5000);
    EXPECT_EQ(count(Stat::tcp_opened), 1u);
    fake::world().fail_at = 1;
    EXPECT_EQ(try_to_connect(5001), Errno::NoMem);
    EXPECT_EQ(count(Stat::tcp_opened), 1u);
    EXPECT_EQ(count(Stat::no_mbuf), 1u);
}

// Only connect() may replace an entry in TIME-WAIT, and nobody a connection.
TEST_F(TcpFlows, ATakenKeyStaysTaken) {
    const Ref<TcpConnection> old = connect(5000), other = connect(5001);
    std::optional<Seq> above;
    other->abort(Errno::None, now());  // takes it out of the table
    other->key = key(5000);
    EXPECT_ERROR(table().insert(*other, now(), &above), AddrInUse);
    EXPECT_FALSE(above);
    leave_time_wait(5002);
    fake::world().now = now() + seconds(10);
    other->key = key(5002);
    EXPECT_ERROR(table().insert(*other, now()), AddrInUse);
    old->abort(Errno::None, now());
    device.sent.clear();
}

TEST_F(TcpFlows, OfAReusedEntryNothingIsLeft) {
    leave_time_wait(5000);
    fake::world().now = now() + seconds(10);
    connect(5000)->abort(Errno::None, now());
    const auto found = table().find(key(5000));
    EXPECT_FALSE(found.connection || found.time_wait);
    device.sent.clear();
}

// A number that is above the old ones anyway is as random as ever.
TEST_F(TcpFlows, AReusedEntryRaisesTheSequenceNumberOnlyIfNecessary) {
    connect(5000)->abort(Errno::None, now());
    const Seq old = Seq(isn_sent()) - 10'000'000;
    leave_time_wait(5000, old);
    fake::world().now = now() + seconds(10);
    const Ref<TcpConnection> c = connect(5000);
    EXPECT_TRUE(Seq(isn_sent()).after(old + 65'536));
    c->abort(Errno::None, now());
    device.sent.clear();
}

// RFC 6056: an attacker cannot foresee it.
TEST_F(TcpFlows, AnAutomaticPortIsTheFirstFreeOneFromARandomOneOn) {
    for (const u64 random : {0, 5, 16'384 + 7}) {
        fake::world().random = [random] { return random; };
        EXPECT_EQ(connect(0)->key.local_port, 49'152 + random % 16'384);
        EXPECT_EQ(connect(0)->key.local_port, 49'153 + random % 16'384);
    }
    device.sent.clear();
}

// RFC 6191.
TEST_F(TcpFlows, ATimeWaitEntryIsReusedAfterASecond) {
    connect(5000)->abort(Errno::None, now());
    const Seq later = Seq(isn_sent()) + 10'000'000;
    leave_time_wait(5000, later);
    fake::world().now = now() + milliseconds(999);
    EXPECT_EQ(try_to_connect(5000), Errno::AddrInUse);
    fake::world().now = now() + milliseconds(1);
    const Ref<TcpConnection> c = connect(5000);
    EXPECT_EQ(Seq(isn_sent()), later + 65'536) << "above the old numbers";
    EXPECT_EQ(table().find(key(5000)).connection.get(), c.get());
    EXPECT_EQ(tcp().table().time_waits(), 1u) << "the old entry waits until it expires";
}

TEST_F(TcpFlows, WithoutTimestampsItIsNot) {
    leave_time_wait(5000, Seq(1), false);
    fake::world().now = now() + seconds(10);
    EXPECT_EQ(try_to_connect(5000), Errno::AddrInUse);
}

TEST_F(TcpFlows, AutomaticPortsAvoidTimeWaitEntries) {
    leave_time_wait(65'535);
    fake::world().now = now() + seconds(10);
    fake::world().random = [] { return 16'383; };
    EXPECT_EQ(connect(0)->key.local_port, 49'152) << "after the last port comes the first";
}

TEST_F(TcpFlows, APortIsFoundByItsAddress) {
    connect(5000);
    EXPECT_TRUE(table().has_local_port({}, 5000));
    EXPECT_TRUE(table().has_local_port(kOurs, 5000));
    EXPECT_FALSE(table().has_local_port(kGateway, 5000));
    EXPECT_FALSE(table().has_local_port({}, 5001));
    leave_time_wait(5001);
    EXPECT_TRUE(table().has_local_port(kOurs, 5001)) << "in TIME-WAIT, too";
}

// --- many

TEST_F(TcpFlows, TheTableGrowsAndShrinks) {
    std::vector<Ref<TcpConnection>> all;
    for (u16 i = 0; i < 2000; i++) all.push_back(connect(static_cast<u16>(10'000 + i)));
    device.sent.clear();
    EXPECT_GT(table().bytes(), 0u);
    EXPECT_LE(table().longest_chain(), 10u);
    for (u16 i = 0; i < 2000; i++)
        EXPECT_EQ(table().find(key(static_cast<u16>(10'000 + i))).connection.get(), all[i].get());
    for (const auto& c : all) c->abort(Errno::None, now());
    for (u16 i = 0; i < 2000; i++) {
        connect(5000)->abort(Errno::None, now());
        device.sent.clear();
    }
    EXPECT_EQ(table().bytes(), 0u);
}

TEST_F(TcpFlows, TheTableShrinksWithTimeWaitEntries) {
    for (u16 i = 0; i < 2000; i++) leave_time_wait(static_cast<u16>(10'000 + i));
    EXPECT_GT(table().bytes(), 0u);
    Instant next;
    for (u16 i = 0; i < 1000; i++)
        tcp().free_time_wait(*table().take_time_wait(key(static_cast<u16>(10'000 + i))));
    while (TcpTimeWait* entry = table().expired_time_wait(Instant::never(), next))
        tcp().free_time_wait(*entry);
    EXPECT_EQ(next, Instant::never());
    EXPECT_EQ(table().time_waits(), 0u);
}

// --- TIME-WAIT entries

TEST_F(TcpFlows, TimeWaitEntriesAreTakenByKey) {
    connect(5000);
    leave_time_wait(5001, Seq(77));
    EXPECT_EQ(table().take_time_wait(key(5000)), nullptr) << "a connection";
    EXPECT_EQ(table().take_time_wait(key(5002)), nullptr) << "nothing";
    TcpTimeWait* entry = table().take_time_wait(key(5001));
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(entry->snd_nxt, Seq(77));
    EXPECT_FALSE(table().find(key(5001)).time_wait);
    tcp().free_time_wait(*entry);
}

TEST_F(TcpFlows, ARefusedSynIsNoted) {
    leave_time_wait(5001);
    table().note_refused_syn(key(5002));
    EXPECT_FALSE(table().find(key(5001)).refused_syn);
    table().note_refused_syn(key(5001));
    EXPECT_TRUE(table().find(key(5001)).refused_syn);
}

TEST_F(TcpFlows, TimeWaitEntriesAreListed) {
    for (const u16 port : {5001, 5002, 5003}) leave_time_wait(port);
    SocketListing listing;
    stack->list_sockets(listing);
    std::multiset<u16> ports;
    for (const auto& [object, entry] : listing.found) {
        EXPECT_EQ(object, nullptr);
        EXPECT_EQ(entry.state, TCP_TIME_WAIT);
        ports.insert(entry.local_port);
    }
    EXPECT_EQ(ports, (std::multiset<u16>{5001, 5002, 5003}));
}

TEST_F(TcpFlows, AnEntryThatIsRestartedExpiresLast) {
    leave_time_wait(5001);
    leave_time_wait(5002);
    const Instant first = now() + seconds(60);
    fake::world().now = now() + seconds(10);
    table().restart_time_wait(key(5001), now());
    table().restart_time_wait(key(5003), now());
    Instant next;
    EXPECT_EQ(table().expired_time_wait(now(), next), nullptr);
    EXPECT_EQ(next, first);
    TcpTimeWait* entry = table().expired_time_wait(first, next);
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(entry->key, key(5002));
    tcp().free_time_wait(*entry);
    EXPECT_EQ(table().expired_time_wait(first, next), nullptr);
    EXPECT_EQ(next, first + seconds(10));
}

TEST_F(TcpFlows, AConnectionThatHasEndedIsNotRetired) {
    const Ref<TcpConnection> c = connect(5000);
    c->abort(Errno::None, now());
    TcpTimeWait* entry = tcp().new_time_wait();
    ASSERT_NE(entry, nullptr);
    EXPECT_FALSE(table().retire(*c, *entry));
    EXPECT_EQ(table().time_waits(), 0u);
    tcp().free_time_wait(*entry);
}

// --- memory pressure

struct TcpPressureLists : TcpFlows {
    enum : u8 {
        kOrphan = TcpPressureLinks::kOrphan,
        kStalled = TcpPressureLinks::kStalled,
        kHole = TcpPressureLinks::kHole
    };
    bool update(const Ref<TcpConnection>& c, u8 lists) { return tcp().pressure().update(*c, lists, now()); }
    static void pass(Duration d) { fake::world().now = now() + d; }
    bool ended(const Ref<TcpConnection>& c) { return c->state() == TcpState::Closed; }
    bool relieve() { return tcp().pressure().relieve_senders(now()); }
    Ref<TcpConnection> a = connect(5001), b = connect(5002);
    void TearDown() override { device.sent.clear(); }
};

TEST_F(TcpPressureLists, TheLongestStalledIsReset) {
    EXPECT_FALSE(update(a, kStalled));
    pass(seconds(1));
    EXPECT_FALSE(update(b, kStalled));
    pass(milliseconds(58'999));
    EXPECT_FALSE(relieve());
    pass(milliseconds(1));
    EXPECT_TRUE(relieve());
    EXPECT_TRUE(ended(a));
    EXPECT_FALSE(relieve());
    EXPECT_FALSE(ended(b));
    EXPECT_EQ(count(Stat::tcp_stalled_dropped), 1u);
}

TEST_F(TcpPressureLists, OrphansComeFirstAndSooner) {
    EXPECT_FALSE(update(a, kStalled));
    pass(seconds(60));
    EXPECT_FALSE(update(b, kStalled | kOrphan));
    pass(milliseconds(4999));
    EXPECT_TRUE(relieve());
    EXPECT_TRUE(ended(a)) << "the orphan has not yet stalled for long";
    pass(milliseconds(1));
    EXPECT_TRUE(relieve());
    EXPECT_TRUE(ended(b));
}

TEST_F(TcpPressureLists, AnOrphanIsPreferred) {
    EXPECT_FALSE(update(a, kStalled));
    EXPECT_FALSE(update(b, kStalled | kOrphan));
    pass(seconds(60));
    EXPECT_TRUE(relieve());
    EXPECT_TRUE(ended(b));
    EXPECT_FALSE(ended(a));
}

TEST_F(TcpPressureLists, ItsTimeBeginsWhenItBecomesAnOrphan) {
    EXPECT_FALSE(update(a, kStalled));
    pass(seconds(50));
    EXPECT_FALSE(update(a, kStalled | kOrphan));
    EXPECT_FALSE(relieve());
    pass(seconds(5));
    EXPECT_TRUE(relieve());
}

TEST_F(TcpPressureLists, OneThatGoesOnIsNotReset) {
    EXPECT_FALSE(update(a, kStalled));
    EXPECT_FALSE(update(a, 0));
    pass(seconds(100));
    EXPECT_FALSE(relieve());
    EXPECT_FALSE(update(a, kStalled));
    pass(seconds(59));
    EXPECT_FALSE(update(a, kStalled | kHole)) << "a hole is another matter";
    pass(seconds(1));
    EXPECT_TRUE(relieve());
}

TEST_F(TcpPressureLists, OrphansAreCounted) {
    TcpPressure two(2);
    const Ref<TcpConnection> c = connect(5003);
    const auto put = [&two](const Ref<TcpConnection>& which, u8 lists) {
        return two.update(*which, lists, now());
    };
    EXPECT_FALSE(put(a, kOrphan));
    EXPECT_FALSE(put(b, kOrphan));
    EXPECT_TRUE(put(c, kOrphan)) << "too many";
    EXPECT_EQ(two.orphans(), 3u);
    EXPECT_FALSE(put(c, kOrphan | kStalled)) << "it is not a new one";
    EXPECT_FALSE(put(c, 0)) << "one less";
    EXPECT_EQ(two.orphans(), 2u);
    two.relieve_orphans(now());
    EXPECT_FALSE(ended(a));
    (void)put(a, 0), (void)put(b, 0);
    EXPECT_EQ(two.orphans(), 0u);
}

TEST_F(TcpPressureLists, AFilledHoleIsForgotten) {
    EXPECT_FALSE(update(a, kHole));
    EXPECT_FALSE(update(b, kHole));
    EXPECT_FALSE(update(a, 0));
    pass(seconds(1));
    tcp().pressure().relieve_receivers(now());
    EXPECT_EQ(b->links().in, 0);
}

TEST_F(TcpPressureLists, AnOldHoleIsPruned) {
    EXPECT_FALSE(update(a, kHole));
    pass(milliseconds(500));
    EXPECT_FALSE(update(a, 0));
    EXPECT_FALSE(update(a, kHole));
    pass(milliseconds(999));
    tcp().pressure().relieve_receivers(now());
    EXPECT_EQ(a->links().in, kHole) << "not yet";
    pass(milliseconds(1));
    tcp().pressure().relieve_receivers(now());
    EXPECT_EQ(a->links().in, 0);
    tcp().pressure().relieve_receivers(now());
    EXPECT_FALSE(ended(a));
}

}  // namespace
