#include <set>

#include "abi/ioctl.h"
#include "net_test.h"
#include "new_mbuf.h"

using namespace net;
using packets::Packet;

namespace {

struct SocketTest : NetTest {
    SocketTest() { introduce(kGateway, kGatewayMac); }
    // Calls `event` while a reader sleeps; then the reader wakes.
    void while_waiting(const std::function<void()>& event) {
        fake::world().on_wait = [event]() -> Result<> {
            fake::world().on_wait = nullptr;
            event();
            return {};
        };
    }
    void arrive(Socket& s, std::string_view text) { receive_ip(to_socket(s, packets::text(text))); }
};
using Connect = SocketTest;
using Read = SocketTest;
using Write = SocketTest;
using Close = SocketTest;

// --- connect ---

TEST_F(Connect, RefusesWhatCannotBe) {
    EXPECT_ERROR(stack->connect_udp(kGateway, 2000, 0), Inval);
    for (Ipv4Addr a : {Ipv4Addr{}, Ipv4Addr{224, 0, 0, 1}, Ipv4Addr{10, 0, 2, 0}, Ipv4Addr{10, 0, 2, 255},
                       Ipv4Addr{255, 255, 255, 255}}) {
        EXPECT_ERROR(stack->connect_udp(a, 2000, 7), AddrNotAvail) << format_addr(a).text;
        EXPECT_ERROR(stack->open_echo(a), AddrNotAvail) << format_addr(a).text;
    }
    EXPECT_EQ(stack->sockets_in_use(), 0u);
}

TEST_F(Connect, NeedsARoute) {
    EXPECT_OK(stack->routes().remove({}, *interface));
    EXPECT_ERROR(stack->connect_udp(kFar, 2000, 7), NetUnreach);
}

TEST_F(Connect, RefusesADuplicate) {
    auto s = udp_socket(kGateway, 2000, 7);
    EXPECT_ERROR(stack->connect_udp(kGateway, 2000, 7), AddrInUse);
    EXPECT_EQ(stack->sockets_in_use(), 1u) << "and nothing changed";
    auto other_port = udp_socket(kGateway, 2000, 8);
    auto other_host = udp_socket(kPeer, 2000, 7);
    arrive(*s, "still mine");
    EXPECT_EQ(as_text(read(*s).data), "still mine");
}

TEST_F(Connect, TakesAClosedSocketsPortAgain) {
    { auto s = udp_socket(kGateway, 2000, 7); }
    auto again = udp_socket(kGateway, 2000, 7);
}

TEST_F(Connect, PicksAFreePortThatIsHardToGuess) {
    std::set<u16> ports;
    std::vector<OpenSocket> sockets;
    for (int i = 0; i < 100; i++) {
        sockets.push_back(udp_socket(kGateway, 0, 7));
        const u16 port = endpoint_of(*sockets.back()).key().local_port;
        EXPECT_GE(port, 49152);
        EXPECT_TRUE(ports.insert(port).second);
    }
    unsigned consecutive = 0;
    for (usize i = 1; i < sockets.size(); i++) {
        consecutive +=
            endpoint_of(*sockets[i]).key().local_port == endpoint_of(*sockets[i - 1]).key().local_port + 1;
    }
    EXPECT_LT(consecutive, 5u);
}

TEST_F(Connect, WrapsAroundTheEndOfTheDynamicPorts) {
    fake::world().random = [] { return 16383; };
    auto last = udp_socket(kGateway, 0, 7), first = udp_socket(kGateway, 0, 7);
    EXPECT_EQ(endpoint_of(*last).key().local_port, 65535);
    EXPECT_EQ(endpoint_of(*first).key().local_port, 49152);
}

// Also sockets without addresses, so that there are enough ports.
TEST_F(Connect, IsLimitedToAShareOfTheMemory) {
    for (const usize memory : {4096u, 32768u}) {
        fake::world().memory_pages = memory;
        const long before = fake::world().pages_out;
        std::vector<OpenSocket> sockets;
        for (auto s = stack->open_socket(AF_INET, SOCK_DGRAM, 0); s.ok();
             s = stack->open_socket(AF_INET, SOCK_DGRAM, 0))
            sockets.emplace_back(std::move(s).value());
        EXPECT_GE(sockets.size(), memory * 10'000 / 32768);
        EXPECT_LE(fake::world().pages_out - before, static_cast<long>(memory / 16));
        auto refused = stack->connect_udp(kGateway, 0, 7);
        if (refused.ok()) refused.value()->close();
        EXPECT_ERROR(refused, NFile);
        auto other_kinds_have_room = echo_socket();
        sockets.pop_back();
        auto one_more = udp_socket(kGateway, 0, 7);
    }
}

TEST_F(Connect, FailsCleanlyWithoutMemory) {
    fake::world().pages_left = 0;
    EXPECT_ERROR(stack->connect_udp(kGateway, 0, 7), NoMem);
    EXPECT_EQ(stack->sockets_in_use(), 0u);
    fake::world().pages_left = -1;
    auto s = udp_socket(kGateway, 0, 7);
}

// --- read ---

TEST_F(Read, TakesOneDatagramAtATimeInOrder) {
    auto s = udp_socket();
    for (const char* t : {"one", "two", "three"}) arrive(*s, t);
    EXPECT_EQ(s->queued(), 3u);
    for (const char* t : {"one", "two", "three"}) EXPECT_EQ(as_text(read(*s).data), t);
}

TEST_F(Read, DiscardsTheRestOfALongerDatagram) {
    auto s = udp_socket();
    arrive(*s, "abcdef");
    arrive(*s, "next");
    EXPECT_EQ(as_text(read(*s, 3).data), "abc");
    EXPECT_EQ(as_text(read(*s).data), "next");
}

TEST_F(Read, FionreadTellsTheSizeOfTheNextDatagram) {
    auto s = udp_socket();
    EXPECT_EQ(value_of(s->ioctl(FIONREAD)), 0u);
    arrive(*s, "abc");
    arrive(*s, "longer");
    EXPECT_EQ(value_of(s->ioctl(FIONREAD)), 3u);
    EXPECT_EQ(s->ioctl(0x5413).error(), Errno::NotTty);
}

TEST_F(Read, OfNoBytesTakesADatagramToo) {
    auto s = udp_socket();
    arrive(*s, "abc");
    EXPECT_EQ(read(*s, 0), (ReadResult{Errno::None, {}}));
    EXPECT_EQ(s->queued(), 0u);
}

TEST_F(Read, WaitsForADatagram) {
    auto s = udp_socket();
    while_waiting([&] { arrive(*s, "at last"); });
    EXPECT_EQ(as_text(read(*s).data), "at last");
}

TEST_F(Read, GoesOnWaitingAfterASpuriousWakeup) {
    auto s = udp_socket();
    while_waiting([&] { while_waiting([&] { arrive(*s, "later"); }); });
    EXPECT_EQ(as_text(read(*s).data), "later");
}

TEST_F(Read, EndsWhenTheProcessIsKilled) {
    auto s = udp_socket();
    fake::world().on_wait = []() -> Result<> { return Errno::Intr; };
    EXPECT_EQ(read(*s).error, Errno::Intr);
    fake::world().on_wait = nullptr;
    arrive(*s, "for the next one");
    EXPECT_EQ(as_text(read(*s).data), "for the next one");
}

TEST_F(Read, LeavesToOthersWhatArrivesJustAsItsProcessIsKilled) {
    auto s = udp_socket();
    fake::world().on_wait = [&]() -> Result<> {  // while one reader sleeps, another one starts to sleep
        fake::world().on_wait = [&]() -> Result<> {
            arrive(*s, "for the survivor");
            return Errno::Intr;
        };
        EXPECT_EQ(read(*s).error, Errno::Intr);
        return {};
    };
    EXPECT_EQ(as_text(read(*s).data), "for the survivor");
}

TEST_F(Read, TakesWhatArrivesJustAtItsDeadline) {
    auto s = udp_socket();
    s->set_receive_timeout(milliseconds(300));
    fake::world().on_wait = [&]() -> Result<> {
        arrive(*s, "in time");
        return Errno::TimedOut;
    };
    EXPECT_EQ(as_text(read(*s).data), "in time");
}

TEST_F(Read, TimesOut) {
    auto s = udp_socket();
    s->set_receive_timeout(milliseconds(300));
    const Instant start = fake::world().now;
    EXPECT_EQ(read(*s).error, Errno::TimedOut);
    EXPECT_EQ((fake::world().now - start).ms(), 300);
    arrive(*s, "late");
    EXPECT_EQ(as_text(read(*s).data), "late");
}

TEST_F(Read, KeepsItsDeadlineOverSpuriousWakeups) {
    auto s = udp_socket();
    s->set_receive_timeout(milliseconds(300));
    const Instant start = fake::world().now;
    while_waiting([&] { fake::world().now = fake::world().now + milliseconds(200); });
    EXPECT_EQ(read(*s).error, Errno::TimedOut);
    EXPECT_EQ((fake::world().now - start).ms(), 300);
}

TEST_F(Read, WaitsForEverAgainWhenTheTimeoutIsTakenBack) {
    auto s = udp_socket();
    s->set_receive_timeout(milliseconds(300));
    s->set_receive_timeout({});
    while_waiting([&] { fake::world().advance(seconds(100)), arrive(*s, "patience"); });
    EXPECT_EQ(as_text(read(*s).data), "patience");
}

TEST_F(Read, EndsWithThePendingError) {
    auto s = udp_socket();
    while_waiting([&] { endpoint_of(*s).report(Errno::ConnRefused); });
    EXPECT_EQ(read(*s).error, Errno::ConnRefused);
    arrive(*s, "after all");
    EXPECT_EQ(as_text(read(*s).data), "after all");
}

TEST_F(Read, YieldsWhatArrivedBeforeTheError) {
    auto s = udp_socket();
    arrive(*s, "data");
    endpoint_of(*s).report(Errno::ConnRefused);
    EXPECT_EQ(as_text(read(*s).data), "data");
    EXPECT_EQ(read(*s).error, Errno::ConnRefused);
}

TEST_F(Read, IntoABadPointerLosesNothing) {
    auto s = udp_socket();
    arrive(*s, "kept");
    arrive(*s, "second");
    fake::world().bad_from = 0x1000;
    fake::world().bad_until = 0x2000;
    EXPECT_ERROR(s->read({0x1800}, 100), Fault);
    EXPECT_ERROR(s->read({0xfff}, 100), Fault);
    EXPECT_EQ(as_text(read(*s).data), "kept");
    EXPECT_EQ(as_text(read(*s).data), "second");
}

TEST_F(Read, IntoABadPointerOfASocketClosedMeanwhileLeaksNothing) {
    auto s = udp_socket();
    arrive(*s, "gone");
    fake::world().bad_until = 0x2000;
    fake::world().on_copy = [&] { s->close(); };
    EXPECT_ERROR(s->read({0x1800}, 100), Fault);
    EXPECT_EQ(read(*s).error, Errno::BadF);
}

TEST_F(Read, QueueDropsTheNewestAndCounts) {
    auto s = udp_socket();
    for (u32 i = 0; i < DatagramSocket::kQueueLimit + 5; i++) {
        receive_ip(to_socket(*s, {static_cast<u8>(i), static_cast<u8>(i >> 8)}));
    }
    EXPECT_EQ(count(Stat::udp_in), DatagramSocket::kQueueLimit);
    EXPECT_EQ(count(Stat::udp_queue_full), 5u);
    for (u32 i = 0; i < DatagramSocket::kQueueLimit; i++) {
        EXPECT_EQ(read(*s).data, (Packet{static_cast<u8>(i), static_cast<u8>(i >> 8)}));
    }
    EXPECT_EQ(s->queued(), 0u);
}

TEST_F(Read, QueuesOfAllSocketsTogetherLeaveHalfOfTheMbufs) {
    std::vector<OpenSocket> sockets;
    sockets.reserve(10);
    for (int i = 0; i < 10; i++) sockets.push_back(udp_socket(kGateway, 0, 7));
    for (u32 i = 0; i < DatagramSocket::kQueueLimit; i++) {
        for (auto& s : sockets) receive_ip(to_socket(*s, {}));
    }
    // Each of ten sockets gets the share that it would have among eleven: 7/8 of the bound, divided by 11.
    const u64 all = count(Stat::udp_in), share = Inet::kMaxQueued * 7 / 8 / 11;
    EXPECT_NEAR(static_cast<double>(all), static_cast<double>(10 * share), 10);
    EXPECT_EQ(count(Stat::udp_queue_full), 10 * DatagramSocket::kQueueLimit - all);
    for (auto& s : sockets) EXPECT_NEAR(static_cast<double>(s->queued()), static_cast<double>(share), 2);
    EXPECT_EQ(read(*sockets[0]).error, Errno::None);
    EXPECT_EQ(read(*sockets[0]).error, Errno::None);
    arrive(*sockets[0], "there is room again");
    EXPECT_EQ(count(Stat::udp_in), all + 1);
    sockets.clear();
    auto s = udp_socket();
    arrive(*s, "and closing made room");
    EXPECT_EQ(s->queued(), 1u);
}

// --- write ---

TEST_F(Write, RefusesMoreThanADatagramHolds) {
    auto s = udp_socket();
    EXPECT_ERROR(write(*s, packets::filled(65508)), MsgSize);
    EXPECT_ERROR(s->write({0}, ~usize{0}), MsgSize);
    nothing_was_sent();
}

TEST_F(Write, FromABadPointerSendsNothing) {
    auto s = udp_socket();
    fake::world().bad_until = 0x2000;
    EXPECT_ERROR(s->write({0x1000}, 10), Fault);
    nothing_was_sent();
    EXPECT_OK(s->write({0x1000}, 0)) << "zero bytes: the address is not accessed";
}

TEST_F(Write, TellsThePendingErrorOnceAndSendsNothing) {
    auto s = udp_socket();
    endpoint_of(*s).report(Errno::ConnRefused);
    EXPECT_ERROR(write(*s, packets::text("x")), ConnRefused);
    nothing_was_sent();
    EXPECT_OK(write(*s, packets::text("x")));
}

TEST_F(Write, WithoutMbufsIsAnError) {
    auto s = udp_socket();
    MbufQueue hoard;
    fake::world().pages_left = 0;
    while (MbufPtr m = Mbuf::alloc()) hoard.push_tail(std::move(m));
    EXPECT_ERROR(write(*s, packets::text("x")), NoBufs);
    EXPECT_EQ(count(Stat::no_mbuf), 1u);
    hoard.clear();
    EXPECT_OK(write(*s, packets::text("x")));
}

TEST_F(Write, WaitsWhileTheRingIsFull) {
    auto s = udp_socket();
    device.room = 1;
    EXPECT_OK(write(*s, packets::text("one")));
    EXPECT_EQ(device.waits, 0u);
    EXPECT_OK(write(*s, packets::text("two")));
    EXPECT_EQ(device.waits, 1u);
    EXPECT_EQ(device.sent.size(), 2u);
    device.room = 0;
    device.on_wait = []() -> Result<> { return Errno::Intr; };
    EXPECT_ERROR(write(*s, packets::text("three")), Intr);
    EXPECT_EQ(count(Stat::udp_out), 2u);
}

TEST_F(Write, ByAPingSocketHasTheSameErrors) {
    auto s = echo_socket();
    fake::world().bad_until = 0x2000;
    EXPECT_ERROR(s->write({0x1000}, 10), Fault);
    device.up = false;
    EXPECT_ERROR(write(*s, {}), NetDown);
    s->close();
    EXPECT_ERROR(write(*s, {}), BadF);
}

// --- close ---

TEST_F(Close, WakesABlockedReader) {
    auto s = udp_socket();
    while_waiting([&] { s->close(); });
    EXPECT_EQ(read(*s).error, Errno::BadF);
}

TEST_F(Close, EndsEverythingAndMayBeRepeated) {
    auto s = udp_socket();
    arrive(*s, "never read");
    s->close();
    s->close();
    EXPECT_EQ(read(*s).error, Errno::BadF);
    EXPECT_ERROR(write(*s, packets::text("x")), BadF);
    arrive(*s, "too late");
    EXPECT_EQ(count(Stat::udp_no_socket), 1u);
    endpoint_of(*s).report(Errno::ConnRefused);
    EXPECT_EQ(read(*s).error, Errno::BadF);
}

TEST_F(Close, DropsADatagramThatWasFoundJustBefore) {
    auto s = udp_socket();
    const auto found = stack->endpoints().find(endpoint_of(*s).key());
    s->close();
    const Packet p = to_socket(*s, packets::text("x"));
    EXPECT_FALSE(found->deliver(new_mbuf(), *Ipv4Packet::parse(p)));
}

TEST_F(Close, FreesTheSocketWithItsLastReference) {
    auto s = value_of(stack->connect_udp(kGateway, 0, 7));
    Ref<Socket> reader = s;
    s->close();
    s = {};
    EXPECT_EQ(stack->sockets_in_use(), 1u) << "a thread is still in read()";
    reader = {};
    EXPECT_EQ(stack->sockets_in_use(), 0u);
}

}  // namespace
