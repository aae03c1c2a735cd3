// Fair sharing of the memory for data to send: some remote hosts take none of it, and others are still
// served.
#include "crowd.h"

using namespace net;
using packets::filled;
using packets::Packet;

namespace {

struct ShareSend : CrowdTest {
    // n connections of n hosts with a closed window, whose programs write as much as they can.
    std::vector<Guest> stall(unsigned n, bool then_close, bool one_host = false) {
        std::vector<Guest> all;
        for (unsigned i = 0; i < n; i++) {
            all.push_back(enter(host(one_host ? 0 : i % 200), static_cast<u16>(5000 + i), 0));
            write_all(all.back());
            if (then_close) all.back().program->close();
            device.sent.clear();
        }
        return all;
    }
    // A connection of an honest host.
    Guest honest() { return enter({203, 0, 113, 7}, 4711); }
    static constexpr usize kQuarter = kMaxMbufs / 4;
};

TEST_F(ShareSend, ClosedWindowsTakeAQuarterOfMemoryAtMost) {
    const auto guests = stall(1300, false);
    EXPECT_LE(mbufs_held(), kQuarter);
    EXPECT_EQ(connections(), 1300u) << "programs still hold them";
}

TEST_F(ShareSend, OrphansTakeAQuarterOfMemoryAtMost) {
    const u32 most = stack->tcp().pressure().most_orphans();
    const auto guests = stall(most + 300, true);
    EXPECT_LE(mbufs_held(), kQuarter);
    EXPECT_EQ(connections(), most) << "the oldest were reset";
    EXPECT_EQ(count(Stat::tcp_orphans_dropped), 300u);
}

TEST_F(ShareSend, AnOrphanThatOnlyAnswersProbesEnds) {
    Guest g = enter(host(0), 5000, 0);
    write_all(g);
    g.program->close();
    for (int s = 0; s < 300 && !g.reset; s++) {
        if (!device.sent.empty()) say(g, {.window = 0});
        hear(g);
        pass(seconds(1));
    }
    EXPECT_EQ(connections(), 0u);
    EXPECT_EQ(mbufs_held(), 0u);
}

TEST_F(ShareSend, AnOrphanThatMakesProgressLives) {
    Guest g = enter(host(0), 5000, 1000);
    const usize all = write_all(g, 20'000);
    g.program->close();
    hear(g);
    // The window is closed for a minute each time.
    for (int i = 0; i < 100 && g.heard < all + 2 && !g.reset; i++) {
        say(g, {.ack = g.heard, .window = 0});
        for (int s = 0; s < 60; s += 5) {
            pass(seconds(5));
            say(g, {.ack = g.heard, .window = 0});
        }
        device.sent.clear();
        say(g, {.ack = g.heard, .window = 1000});
        hear(g);
    }
    EXPECT_EQ(g.heard, all + 2) << "including the FIN";
    EXPECT_FALSE(g.reset);
}

TEST_F(ShareSend, ClosedWindowsLeaveRoomForOneWhoReads) {
    const auto guests = stall(400, false);
    for (int s = 0; s < 70; s++) {
        for (const Guest& g : guests) say(g, {.window = 0});
        device.sent.clear();
        pass(seconds(1));
    }
    Guest g = honest();
    usize written = 0;
    for (int round = 0; round < 400 && g.heard < 100'001; round++) {
        written += write_all(g, 100'000 - written);
        hear(g);
        say(g, {.ack = g.heard});
        pass(milliseconds(10));
    }
    EXPECT_EQ(g.heard, 100'001u);
    EXPECT_GT(count(Stat::tcp_stalled_dropped), 0u);
}

// Without an mbuf for its data, a writer ends an orphan whose peer takes none.
TEST_F(ShareSend, AWriterWithoutMbufsEndsAStalledOrphan) {
    Guest stalled = enter(host(0), 5000, 0);
    write_all(stalled, 1000);
    stalled.program->close();
    const Guest writer = enter(host(1), 5000);
    MbufAccount others;
    others.open(stack->tcp().send_budget(), 0);
    others.take_anyway(Tcp::kMaxSendMbufs);
    fake::world().now = platform::now() + TcpPressure::kOrphanStall;
    const Packet ten = filled(10);
    EXPECT_ERROR(writer.program->send({reinterpret_cast<uptr>(ten.data())}, 10, MSG_DONTWAIT, nullptr),
                 Again);
    EXPECT_EQ(count(Stat::tcp_stalled_dropped), 1u);
    others.give(others.held());
    device.sent.clear();
}

// Its own peer must make room. Memory is not short.
TEST_F(ShareSend, AWriterWithAFullBufferEndsNobody) {
    Guest stalled = enter(host(0), 5000, 0);
    write_all(stalled, 1000);
    stalled.program->close();
    const Guest writer = enter(host(1), 5000);
    const Packet some = filled(10'000);
    const auto write = [&] {
        return writer.program->send({reinterpret_cast<uptr>(some.data())}, some.size(), MSG_DONTWAIT,
                                    nullptr);
    };
    while (write().ok()) continue;
    fake::world().now = platform::now() + TcpPressure::kOrphanStall;
    EXPECT_ERROR(write(), Again);
    EXPECT_EQ(count(Stat::tcp_stalled_dropped), 0u);
    device.sent.clear();
}

TEST_F(ShareSend, OneHostsClosedWindowsLeaveRoomForOtherHosts) {
    const auto guests = stall(400, false, true);
    Guest g = honest();
    EXPECT_GE(write_all(g, 100'000), 65'536u);
    device.sent.clear();
}

// There are 20 mbufs for all. The third connection of a host gets only what each may have.
TEST_F(ShareSend, AnotherHostGetsWhatOneHostsThirdConnectionDoesNot) {
    constexpr usize kEach = kMbufSize - sizeof(Mbuf);
    MbufAccount others;
    others.open(stack->tcp().send_budget(), 0);
    others.take_anyway(Tcp::kMaxSendMbufs - Tcp::kMaxSendMbufs / 8 - 20);
    std::vector<Guest> guests;
    for (u16 i = 0; i < 3; i++) guests.push_back(enter(host(0), static_cast<u16>(5000 + i), 0));
    EXPECT_GT(write_all(guests[0]), 8 * kEach);
    EXPECT_GT(write_all(guests[1]), kEach);
    EXPECT_EQ(write_all(guests[2]), kEach);
    EXPECT_GT(write_all(enter(host(1), 5000, 0)), kEach);
    others.give(others.held());
    device.sent.clear();
}

}  // namespace
