// A TCP listener's two queues and SYN cookies: kernel/net/tcp/listener.cc.
#include "crowd.h"

using namespace net;
using packets::text;

namespace {

struct TcpQueues : CrowdTest {
    static Instant now() { return platform::now(); }
    Ref<TcpListener> listener() { return stack->tcp().ports().find(kOurs, 80); }
    Ref<TcpConnection> connection_of(const Guest& g) {
        return stack->tcp().table().find({kOurs, g.addr, 80, g.port}).connection;
    }
    Guest guest(unsigned of_host, u16 port) { return {.addr = host(of_host), .port = port, .iss = 7000}; }
    // A connection in the SYN queue.
    Guest half_open(unsigned of_host, u16 port) {
        Guest g = guest(of_host, port);
        EXPECT_TRUE(knock(g));
        return g;
    }
    // A connection in the accept queue.
    Guest ready(unsigned of_host, u16 port) {
        Guest g = half_open(of_host, port);
        say(g, {});
        return g;
    }
    Ref<TcpConnection> accepted() { return listener()->accept({.wait = false}).value(); }
};

// --- the accept queue

TEST_F(TcpQueues, TheBacklogLimitsTheAcceptQueue) {
    listen(2);
    ready(0, 5000);
    EXPECT_TRUE(listener()->has_room(host(0)));
    ready(0, 5001);
    EXPECT_FALSE(listener()->has_room(host(0)));
    EXPECT_EQ(listener()->waiting(), 2u);
    Ref<TcpConnection> c = accepted();
    EXPECT_TRUE(listener()->has_room(host(0)));
    c->abort(Errno::None, now());
    device.sent.clear();
}

TEST_F(TcpQueues, AHostWithoutAConnectionInItMayUseTwiceTheBacklog) {
    listen(2);
    ready(0, 5000), ready(0, 5001), ready(1, 5000);
    EXPECT_FALSE(listener()->has_room(host(0)));
    EXPECT_FALSE(listener()->has_room(host(1)));
    EXPECT_TRUE(listener()->has_room(host(2)));
    ready(2, 5000);
    EXPECT_FALSE(listener()->has_room(host(3))) << "it has twice the backlog";
    listening->close();
    device.sent.clear();
}

// The last ACK is dropped, but what else the peer sends is processed.
TEST_F(TcpQueues, AFullQueueHoldsBackOnlyTheLastAck) {
    listen(1);
    Guest late = half_open(0, 5000), gone = half_open(0, 5001);
    ready(0, 5002);
    say(late, {});
    EXPECT_EQ(connection_of(late)->state(), TcpState::SynReceived);
    EXPECT_EQ(count(Stat::tcp_listen_overflow), 1u);
    say(late, {.seq = 0, .flags = TcpFlags::Syn});
    hear(late);
    EXPECT_EQ(late.acked, 1u) << "the SYN-ACK again";
    say(gone, {.flags = TcpFlags::Rst});
    EXPECT_FALSE(connection_of(gone));
    EXPECT_EQ(count(Stat::tcp_listen_overflow), 1u);
    Ref<TcpConnection> c = accepted();
    say(late, {});
    EXPECT_EQ(connection_of(late)->state(), TcpState::Established);
    c->abort(Errno::None, now());
    listening->close();
    device.sent.clear();
}

// --- the SYN queue

TEST_F(TcpQueues, TheSynQueueHasRoomForWhoLeavesIt) {
    listen(8);
    Guest last, one_more;
    for (u32 i = 1; i < TcpListener::kMaxHalfOpen; i++) send_syn(guest(i % 100, static_cast<u16>(5000 + i)));
    device.sent.clear();
    EXPECT_TRUE(listener()->has_room_for_syn());
    last = half_open(100, 5000);
    EXPECT_FALSE(listener()->has_room_for_syn());
    say(last, {});
    EXPECT_TRUE(listener()->has_room_for_syn()) << "it is established";
    one_more = half_open(200, 5000);
    EXPECT_FALSE(listener()->has_room_for_syn());
    say(one_more, {.flags = TcpFlags::Rst});
    EXPECT_TRUE(listener()->has_room_for_syn()) << "it was reset";
    EXPECT_EQ(count(Stat::tcp_cookies_out), 0u);
    Ref<TcpListener> l = listener();
    half_open(200, 5001);
    listening->close();
    EXPECT_EQ(connections(), 0u);
    EXPECT_TRUE(l->has_room_for_syn());
    device.sent.clear();
}

TEST_F(TcpQueues, AConnectionLeavesAQueueOnce) {
    listen(8);
    Guest g = ready(0, 5000);
    Ref<TcpListener> l = listener();
    Ref<TcpConnection> c = accepted();
    EXPECT_FALSE(l->ready(*c));
    EXPECT_FALSE(l->forget(*c));
    EXPECT_EQ(l->waiting(), 0u);
    c->abort(Errno::None, now());
    device.sent.clear();
}

// Another hart may close the listener after it was found for a SYN.
TEST_F(TcpQueues, AClosedListenerTakesNoConnection) {
    listen(1);
    ready(0, 5000);
    Ref<TcpListener> l = listener();
    Ref<TcpConnection> c = accepted();
    ready(0, 5001);
    listening->close();
    EXPECT_FALSE(l->add(*c));
    EXPECT_FALSE(l->ready(*c));
    EXPECT_TRUE(l->has_room(host(0))) << "so that the last ACK is not held back";
    Segment s;
    EXPECT_FALSE(c->open_passive(*l, s, {}, now()));
    EXPECT_FALSE(c->open_by_cookie(*l, s, 1000, now()));
    EXPECT_EQ(c->state(), TcpState::Established);
    c->abort(Errno::None, now());
    device.sent.clear();
}

// --- SYN cookies

TEST_F(TcpQueues, ACookieIsExpectedForTwoSlicesOfTime) {
    listen(8);
    Ref<TcpListener> l = listener();
    EXPECT_FALSE(l->expects_cookies(Instant{})) << "none was sent";
    const Instant sent{seconds(1000).ns};
    EXPECT_FALSE(l->expects_cookies(sent));
    l->note_cookie(sent);
    EXPECT_TRUE(l->expects_cookies(sent + Duration{seconds(128).ns - 1}));
    EXPECT_FALSE(l->expects_cookies(sent + seconds(128)));
}

TEST_F(TcpQueues, AConnectionFromACookieSendsAndReceivesFromTheFirstByte) {
    listen(8);
    listener()->note_cookie(now());
    Guest g = guest(0, 5000);
    const TcpKey key{kOurs, g.addr, 80, g.port};
    g.our_iss = stack->tcp().secrets().cookie(key, Seq(g.iss), 1000, now()).value();
    say(g, {.data = text("hello"), .window = 500});
    g.program = keep(value_of(listening->accept(false)));
    EXPECT_EQ(as_text(read_all(g)), "hello");
    EXPECT_EQ(write_all(g, 2000), 2000u);
    hear(g);
    EXPECT_EQ(g.heard, 501u) << "as much as the window allows";
    EXPECT_EQ(g.acked, 6u);
    say(g, {.seq = 6, .ack = 501, .window = 5000});
    hear(g);
    EXPECT_EQ(g.heard, 2001u);
}

}  // namespace
