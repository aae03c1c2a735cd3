// Credit of virtio-vsock: how much may be sent, at every edge.
#include <gtest/gtest.h>

#include "net/vsock/credit.h"

using net::VsockReceiveCredit, net::VsockSendCredit;
using Heard = VsockSendCredit::Heard;

namespace {

constexpr u32 kKiB = 1024;

// --- the peer's buffer

VsockSendCredit with_buffer(u32 bytes) {
    VsockSendCredit c;
    EXPECT_EQ(c.hear(0, bytes), Heard::Fine);
    return c;
}

// Both counters stand n bytes after 0.
VsockSendCredit at(u32 n, u32 bytes) {
    VsockSendCredit c = with_buffer(bytes);
    for (u32 left = n; left > 0;) {
        const u32 step = left < VsockSendCredit::kMostAlloc ? left : VsockSendCredit::kMostAlloc;
        left -= step;
        c.sent(step);
        EXPECT_EQ(c.hear(n - left, bytes), Heard::Fine);
    }
    return c;
}

TEST(VsockSendCredit, IsNothingBeforeThePeerHasSpoken) { EXPECT_EQ(VsockSendCredit().available(), 0u); }

TEST(VsockSendCredit, IsWhatThePeersBufferHasFree) {
    VsockSendCredit c = with_buffer(100);
    EXPECT_EQ(c.available(), 100u);
    c.sent(99);
    EXPECT_EQ(c.available(), 1u);
    c.sent(1);
    EXPECT_EQ(c.available(), 0u);
    EXPECT_EQ(c.hear(60, 100), Heard::Fine);
    EXPECT_EQ(c.available(), 60u);
}

TEST(VsockSendCredit, IsNothingWhenThePeerShrinksItsBufferBelowWhatIsInFlight) {
    VsockSendCredit c = with_buffer(100);
    c.sent(80);
    EXPECT_EQ(c.hear(0, 80), Heard::Fine);
    EXPECT_EQ(c.available(), 0u);
    EXPECT_EQ(c.hear(0, 1), Heard::Fine);
    EXPECT_EQ(c.available(), 0u);
    EXPECT_EQ(c.hear(80, 1), Heard::Fine);
    EXPECT_EQ(c.available(), 1u);
    EXPECT_EQ(c.hear(80, 0), Heard::Fine);
    EXPECT_EQ(c.available(), 0u);
}

TEST(VsockSendCredit, CountsAcrossTheWrapOfItsNumbers) {
    VsockSendCredit c = at(0xffff'fff0, 100);
    c.sent(0x20);
    EXPECT_EQ(c.in_flight(), 0x20u);
    EXPECT_EQ(c.available(), 100u - 0x20);
    EXPECT_EQ(c.hear(0x10, 100), Heard::Fine);
    EXPECT_EQ(c.in_flight(), 0u);
    EXPECT_EQ(c.hear(0x11, 100), Heard::False);
}

TEST(VsockSendCredit, DoesNotBelieveThatMoreWasReadThanSent) {
    VsockSendCredit c = with_buffer(100);
    c.sent(10);
    EXPECT_EQ(c.hear(11, 100), Heard::False);
    EXPECT_EQ(c.hear(0x7fff'ffff, 100), Heard::False);
    EXPECT_EQ(c.in_flight(), 10u) << "and takes nothing of it";
    EXPECT_EQ(c.hear(10, 100), Heard::Fine);
}

TEST(VsockSendCredit, IgnoresOlderValues) {
    VsockSendCredit c = with_buffer(100);
    c.sent(50);
    EXPECT_EQ(c.hear(40, 90), Heard::Fine);
    EXPECT_EQ(c.hear(39, 100), Heard::Stale);
    EXPECT_EQ(c.available(), 80u);
}

TEST(VsockSendCredit, BelievesOneGibibyteAtMost) {
    VsockSendCredit c = with_buffer(0xffff'ffff);
    EXPECT_EQ(c.available(), 1u << 30);
    c.sent(1 << 30);
    EXPECT_EQ(c.available(), 0u);
    EXPECT_EQ(c.hear(0, 0xffff'ffff), Heard::Fine) << "still in order, although a GiB is in flight";
}

// --- our buffer

VsockReceiveCredit ours(u32 bytes, u32 received = 0, u32 read = 0) {
    VsockReceiveCredit c;
    c.set_buffer(bytes);
    c.told();
    EXPECT_TRUE(c.receive(received));
    c.read(read);
    return c;
}

TEST(VsockReceiveCredit, RefusesWhatThePeerMayNotSend) {
    VsockReceiveCredit c = ours(100);
    EXPECT_FALSE(c.receive(101));
    EXPECT_TRUE(c.receive(100));
    EXPECT_FALSE(c.receive(1));
    EXPECT_TRUE(c.receive(0));
    c.read(100);
    EXPECT_FALSE(c.receive(1)) << "the peer has not been told yet";
    c.told();
    EXPECT_TRUE(c.receive(100));
}

TEST(VsockReceiveCredit, TakesNothingBeforeThePeerWasTold) {
    VsockReceiveCredit c;
    c.set_buffer(100);
    EXPECT_FALSE(c.receive(1));
}

TEST(VsockReceiveCredit, KeepsItsWordWhenTheBufferShrinks) {
    VsockReceiveCredit c = ours(100);
    c.set_buffer(10);
    c.told();
    EXPECT_EQ(c.window(), 10u);
    EXPECT_TRUE(c.receive(100)) << "it may have sent this before";
    c.read(50);
    EXPECT_EQ(c.gain(), 0u);
    c.read(50);
    EXPECT_EQ(c.gain(), 10u);
}

TEST(VsockReceiveCredit, CountsAcrossTheWrapOfItsNumbers) {
    VsockReceiveCredit c = ours(1 << 30);
    for (int i = 0; i < 9; i++) {
        EXPECT_TRUE(c.receive(1 << 30));
        EXPECT_FALSE(c.receive(1));
        c.read(1 << 30);
        EXPECT_EQ(c.gain(), 1u << 30);
        c.told();
    }
    EXPECT_EQ(c.fwd_cnt(), 9u << 30);
    EXPECT_EQ(c.unread(), 0u);
}

TEST(VsockReceiveCredit, UpdatesWhenHalfOfTheBufferWasRead) {
    EXPECT_FALSE(ours(1000, 1000, 499).is_update_due(false));
    EXPECT_TRUE(ours(1000, 1000, 500).is_update_due(false));
}

TEST(VsockReceiveCredit, UpdatesALargeBufferAfterOnePacket) {
    EXPECT_FALSE(ours(256 * kKiB, 256 * kKiB, 64 * kKiB - 1).is_update_due(false));
    EXPECT_TRUE(ours(256 * kKiB, 256 * kKiB, 64 * kKiB).is_update_due(false));
}

TEST(VsockReceiveCredit, UpdatesABufferThatHasShrunk) {
    VsockReceiveCredit c = ours(1000);
    c.set_buffer(100);
    c.told();
    EXPECT_TRUE(c.receive(100));
    c.read(49);
    EXPECT_FALSE(c.is_update_due(false));
    c.read(1);
    EXPECT_TRUE(c.is_update_due(false)) << "the peer uses the smaller size";
}

TEST(VsockReceiveCredit, UpdatesABufferOfOneByte) {
    EXPECT_FALSE(ours(1, 1, 0).is_update_due(false));
    EXPECT_TRUE(ours(1, 1, 1).is_update_due(false));
    EXPECT_FALSE(ours(0).is_update_due(false));
}

TEST(VsockReceiveCredit, UpdatesAtOnceWhenTheEndOfAMessageHasNoRoom) {
    EXPECT_TRUE(ours(1000, 1000, 1).is_update_due(true));
    EXPECT_FALSE(ours(1000, 999, 1).is_update_due(true)) << "the peer can still send";
}

}  // namespace
