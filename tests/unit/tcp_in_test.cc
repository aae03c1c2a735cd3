// Segments on their way from IP to a connection, a listener or nobody: kernel/net/tcp/tcp_in.cc.
#include "crowd.h"
#include "new_mbuf.h"
#include "tcp_peer.h"

using namespace net;
using packets::filled;
using packets::Packet;
using packets::text;

namespace {

struct TcpIn : CrowdTest {
    static Instant now() { return platform::now(); }
    Ref<TcpListener> listener() { return stack->tcp().ports().find(kOurs, 80); }
    TcpKey key_of(const Guest& g) { return {kOurs, g.addr, 80, g.port}; }
};

// --- a frame in several mbufs

struct ScatteredSegment : TcpIn {
    Guest g = enter(host(0), 5000);
    // The next data of g, in mbufs of these lengths; the first has all headers.
    void arrive(const Packet& data, std::initializer_list<usize> lengths, u16 spoil = 0,
                u16 flags = TcpFlags::Ack) {
        const TcpFields f{.src_port = g.port,
                          .dst_port = 80,
                          .seq = g.iss + 1,
                          .ack = g.our_iss + 1,
                          .flags = flags,
                          .window = 65535};
        const Packet frame = packets::ether(kOurMac, kGatewayMac, EtherType::Ipv4,
                                            packets::tcp_packet({g.addr, kOurs, f, spoil}, data));
        MbufPtr head;
        usize done = 0;
        for (const usize length : lengths) {
            MbufPtr m = new_mbuf();
            const usize n = std::min(length, frame.size() - done);
            std::copy_n(frame.begin() + static_cast<long>(done), n, m->put(n));
            done += n;
            if (head)
                head->append(std::move(m));
            else
                head = std::move(m);
        }
        ASSERT_EQ(done, frame.size());
        net_rx(device, std::move(head));
    }
};

TEST_F(ScatteredSegment, TheChecksumIsThatOfAllPieces) {
    const Packet data = filled(200);
    arrive(data, {65, 7, 100, 1000});
    EXPECT_EQ(read_all(g), data) << "pieces of odd lengths";
    EXPECT_EQ(count(Stat::tcp_bad_checksum), 0u);
    device.sent.clear();
}

TEST_F(ScatteredSegment, AWrongChecksumIsNoticed) {
    arrive(filled(200), {65, 7, 100, 1000}, 1);
    EXPECT_TRUE(read_all(g).empty());
    EXPECT_EQ(count(Stat::tcp_bad_checksum), 1u);
    device.sent.clear();
}

TEST_F(ScatteredSegment, TheFinIsBehindAllPieces) {
    const Packet data = filled(200);
    arrive(data, {65, 7, 100, 1000}, 0, TcpFlags::Fin | TcpFlags::Ack);
    EXPECT_EQ(read_all(g), data);
    EXPECT_EQ(stack->tcp().table().find(key_of(g)).connection->state(), TcpState::CloseWait);
    device.sent.clear();
}

// --- LISTEN

TEST_F(TcpIn, ASynWithoutMemoryIsLost) {
    listen();
    for (long fails = 2; fails <= 4; fails++) {  // the first is the frame
        Guest g{.addr = host(0), .port = static_cast<u16>(5000 + fails), .iss = 7};
        fake::world().fail_at = fails;
        send_syn(g);
        fake::world().fail_at = 0;
        fake::world().advance(seconds(1));
        device.sent.clear();
        EXPECT_TRUE(knock(g)) << "it comes again, and allocation " << fails << " succeeds";
    }
    device.sent.clear();
}

struct SmallLink : TcpPeerTest {
    SmallLink() : TcpPeerTest(0, 1400) {}
};

TEST_F(SmallLink, ACookiesSynAckHasItsMss) {
    listen();
    for (u16 p = 0; p < TcpListener::kMaxHalfOpen; p++) {
        their_port = static_cast<u16>(1000 + p);
        say({.flags = kSyn});
    }
    device.sent.clear();
    {  // the SYN-ACK's mbuf holds no options of an earlier one
        std::vector<MbufPtr> all(8);
        for (MbufPtr& m : all) memset((m = new_mbuf(0))->put(kMbufRoom), 0xee, kMbufRoom);
    }
    their_port = 5000;
    say({.flags = kSyn, .mss = 1460});
    EXPECT_EQ(hear().mss, 1360);
    EXPECT_EQ(count(Stat::tcp_cookies_out), 1u);
}

// The ACK of a SYN cookie, when a SYN was answered with one lately.
struct Cookie : TcpIn {
    Cookie() {
        listen(1);
        listener()->note_cookie(now());
    }
    Guest with_cookie(u16 port) {
        Guest g{.addr = host(1), .port = port, .iss = 77};
        g.our_iss = stack->tcp().secrets().cookie(key_of(g), Seq(g.iss), 1000, now()).value();
        return g;
    }
    bool is_open(const Guest& g) {
        return static_cast<bool>(stack->tcp().table().find(key_of(g)).connection);
    }
    bool was_reset() {
        const bool sent = !device.sent.empty();
        device.sent.clear();
        return sent;
    }
};

TEST_F(Cookie, OpensAConnectionOnce) {
    const Guest g = with_cookie(5000);
    say(g, {});
    EXPECT_TRUE(is_open(g));
    EXPECT_EQ(count(Stat::tcp_cookies_in), 1u);
    EXPECT_EQ(count(Stat::tcp_accepted), 1u);
    EXPECT_FALSE(was_reset());
}

TEST_F(Cookie, CountsOnlyInAnAckWithoutSyn) {
    const Guest g = with_cookie(5000);
    say(g, {.flags = TcpFlags::Syn | TcpFlags::Ack});
    EXPECT_FALSE(is_open(g));
    EXPECT_TRUE(was_reset());
}

TEST_F(Cookie, ThatIsTooLateIsRefused) {
    const Guest g = with_cookie(5000);
    fake::world().now = now() + seconds(300);
    say(g, {});
    EXPECT_EQ(count(Stat::tcp_cookies_bad), 0u) << "none is expected";
    EXPECT_TRUE(was_reset());
}

TEST_F(Cookie, ThatWasForgedIsRefused) {
    Guest g = with_cookie(5000);
    g.our_iss ^= 1;
    say(g, {});
    EXPECT_EQ(count(Stat::tcp_cookies_bad), 1u);
    EXPECT_TRUE(was_reset());
}

// The peer's data come again, and then there may be room.
TEST_F(Cookie, WaitsForRoomInTheAcceptQueue) {
    for (const u16 port : {5000, 5001}) say(with_cookie(port), {});
    const Guest late = with_cookie(5002);
    say(late, {});
    EXPECT_FALSE(is_open(late));
    EXPECT_EQ(count(Stat::tcp_listen_overflow), 2u);
    EXPECT_FALSE(was_reset());
    keep(value_of(listening->accept(false)));
    say(late, {});
    EXPECT_TRUE(is_open(late));
}

TEST_F(Cookie, WithoutMemoryWaitsToo) {
    const Guest g = with_cookie(5000);
    fake::world().fail_at = 2;  // the first is the frame
    say(g, {});
    EXPECT_FALSE(was_reset());
    say(g, {});
    EXPECT_TRUE(is_open(g));
}

TEST_F(Cookie, OpensNoConnectionInTheMemoryOfProgramsThatConnect) {
    EXPECT_OK(listening->listen(100));
    fake::world().memory_pages = 16;  // room for a few connections
    std::vector<Guest> guests = {with_cookie(5000)};
    for (say(guests[0], {}); is_open(guests.back()); say(guests.back(), {}))
        guests.push_back(with_cookie(static_cast<u16>(5000 + guests.size())));
    const Guest late = guests.back();
    EXPECT_GT(guests.size(), 3u);
    EXPECT_EQ(count(Stat::tcp_listen_overflow), 1u);
    say(guests[0], {.flags = TcpFlags::Rst});
    value_of(listening->accept(false))->close();
    say(late, {});
    EXPECT_TRUE(is_open(late)) << "in the place of one that has ended";
}

}  // namespace
