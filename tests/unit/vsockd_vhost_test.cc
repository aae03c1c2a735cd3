// vsockd and QEMU: the vhost-user conversation, a guest that is reset or stopped, and a QEMU that goes and
// comes back.
#include "fake/vsockd/machine.h"

#include <sys/eventfd.h>

namespace {

using namespace fake;
using tools::Fd;

TEST(VsockdVhost, OffersModernQueuesAndTheConfiguration) {
    Machine m;
    m.qemu->send(Request::GetFeatures, Bytes());
    m.run();
    const u64 features = m.qemu->answer_as<u64>();
    for (int bit : {28, 29, 30, 32}) EXPECT_TRUE(features >> bit & 1) << bit;
    m.qemu->send(Request::GetProtocolFeatures, Bytes());
    m.run();
    EXPECT_EQ(m.qemu->answer_as<u64>(), 1u << 9 | 1u << 3);
}

TEST(VsockdVhost, TellsTheGuestsCid) {
    Machine m;
    struct {
        u32 offset, size, flags;
        u8 cid[8];
    } whole{0, 8, 0, {}};
    m.qemu->send(Request::GetConfig, whole);
    m.run();
    EXPECT_EQ(m.qemu->answer_as<decltype(whole)>().cid[0], Machine::kCid);
    whole.offset = 1;
    m.qemu->send(Request::GetConfig, whole);
    m.run();
    EXPECT_TRUE(m.qemu->answer().empty()) << "behind the end: an empty answer is an error";
}

TEST(VsockdVhost, AcknowledgesWhenAsked) {
    Machine m;
    m.qemu->send(Request::SetProtocolFeatures, u64{1 << 3});
    m.qemu->send(Request::SetVringNum, vsockd::VringState{0, 64}, {}, true);
    m.qemu->send(Request::SetVringNum, vsockd::VringState{0, 65}, {}, true);
    m.qemu->send(Request::SetOwner, Bytes(), {}, true);
    m.run();
    EXPECT_EQ(m.qemu->answer_as<u64>(), 0u);
    EXPECT_EQ(m.qemu->answer_as<u64>(), 1u);
    EXPECT_EQ(m.qemu->answer_as<u64>(), 0u);
}

TEST(VsockdVhost, EndsTheConversationOnNonsense) {
    Machine m;
    const auto refused = [&](auto&& send) {
        send(*m.qemu);
        m.run();
        EXPECT_TRUE(m.qemu->is_refused());
        m.connect_qemu();
    };
    const u8 zeros[600] = {};
    for (u32 request : {0u, 6u, 7u, 17u, 19u, 99u, ~0u})
        refused([&](FakeQemu& q) { q.send(static_cast<Request>(request), Bytes()); });
    for (u32 request = 1; request <= 24; request++)
        if (request != 1 && request != 3 && request != 4 && request != 15 && request != 24)
            refused([&](FakeQemu& q) { q.send(static_cast<Request>(request), Bytes(zeros, 7)); });
    refused([&](FakeQemu& q) { q.send(Request::SetOwner, Bytes(zeros, 513)); });
    refused([&](FakeQemu& q) { q.send(Request::SetFeatures, ~u64{0}); });
    refused([&](FakeQemu& q) { q.send(Request::SetVringNum, vsockd::VringState{2, 64}); });
    refused([&](FakeQemu& q) { q.send(Request::SetVringNum, vsockd::VringState{0, 2048}); });
    refused([&](FakeQemu& q) { q.send(Request::SetVringKick, vsockd::VringFile{0}); });
    refused([&](FakeQemu& q) { q.send(Request::SetVringKick, vsockd::VringFile{0}, {m.memory.fd.get()}); });
    refused(
        [&](FakeQemu& q) { q.send(Request::SetVringCall, vsockd::VringFile{0}, std::vector<int>(9, 0)); });
}

TEST(VsockdVhost, MessageMayComeInPieces) {
    Machine m;
    const u32 header[] = {static_cast<u32>(Request::GetFeatures), 1, 0};
    for (usize i = 0; i < sizeof header; i++) {
        ASSERT_EQ(send(m.qemu->fd(), reinterpret_cast<const u8*>(header) + i, 1, 0), 1);
        m.run();
    }
    EXPECT_EQ(m.qemu->answer().size(), 8u);
}

TEST(VsockdVhost, QueueIsNotReadBeforeItIsEnabled) {
    Machine m;
    m.stop();
    m.receive_queue.clear(), m.transmit_queue.clear();
    const Fd kick(eventfd(1, 0)), call(eventfd(0, 0));
    m.transmit_queue.offer({{SharedMemory::kGuest, 44, 0, 0}});
    for (u32 i : {0u, 1u})
        m.qemu->offer_queue(i, i ? m.transmit_queue.place : m.receive_queue.place, 0, kick.get(), call.get());
    m.run();
    EXPECT_FALSE(m.transmit_queue.take());
    for (u32 i : {0u, 1u}) m.qemu->enable(i, true);
    m.run();
    EXPECT_TRUE(m.transmit_queue.take());
}

TEST(VsockdVhost, ResetOfTheGuestEndsItsConnections) {
    Machine m;
    auto [program, host, guest] = m.connected();
    m.send(VsockOp::Data, host, guest, "before");
    m.reset_guest();
    EXPECT_EQ(program.receive(), "before");
    EXPECT_TRUE(program.is_at_end());
    EXPECT_FALSE(m.receive()) << "the new guest is told nothing of the old one's connections";
    auto [other, host2, guest2] = m.connected();
    m.send(VsockOp::Data, host2, guest2, "after");
    EXPECT_EQ(other.receive(), "after");
}

TEST(VsockdVhost, ConnectionsSurviveWhenQemuStopsAndContinues) {
    Machine m;
    auto [program, host, guest] = m.connected();
    const auto [receive, transmit] = m.stop();
    program.send("while stopped");
    m.pass(seconds(3600));
    m.start(receive, transmit);
    EXPECT_EQ(m.expect(VsockOp::Data).data, "while stopped");
    m.send(VsockOp::Data, host, guest, "goes on");
    EXPECT_EQ(program.receive(), "goes on");
}

TEST(VsockdVhost, ConnectionsSurviveANewMemoryTable) {
    Machine m;
    auto [program, host, guest] = m.connected();
    m.qemu->offer_memory(m.memory);
    m.run();
    m.send(VsockOp::Data, host, guest, "goes on");
    EXPECT_EQ(program.receive(), "goes on");
}

TEST(VsockdVhost, QemuMayGoAndComeBack) {
    Machine m;
    for (int i = 0; i < 3; i++) {
        auto [program, host, guest] = m.connected();
        m.send(VsockOp::Data, host, guest, "before");
        m.connect_qemu();  // the old socket is closed
        EXPECT_EQ(program.receive(), "before");
        EXPECT_TRUE(program.is_at_end());
        m.start();
    }
}

TEST(VsockdVhost, SecondQemuIsRefused) {
    Machine m;
    FakeQemu second(vsockd::connect_to(m.path + ".qemu"));
    m.run();
    EXPECT_TRUE(second.is_refused());
    m.connected();
}

TEST(VsockdVhost, EndsWithQemuIfAsked) {
    Machine m({.once = true});
    EXPECT_FALSE(m.daemon->ended());
    m.qemu.reset();
    m.run();
    EXPECT_TRUE(m.daemon->ended());
}

TEST(VsockdVhost, LastPacketsOfAGuestWhoseQemuEndsArrive) {
    Machine m({.once = true});
    auto [program, host, guest] = m.connected();
    VsockHeader h = m.header(VsockOp::Data, host, guest);
    h.length = 4;
    const u64 at = SharedMemory::kGuest + 0x80'0000;
    std::memcpy(m.memory.at(0x80'0000), &h, sizeof h);
    std::memcpy(m.memory.at(0x80'0000 + sizeof h), "last", 4);
    m.transmit_queue.offer({{at, sizeof h + 4, 0, 0}});
    m.qemu.reset();
    m.run();
    EXPECT_EQ(program.receive(), "last");
    EXPECT_TRUE(program.is_at_end());
}

TEST(VsockdVhost, EndWithQemuWaitsForReadersButNotForever) {
    Machine m({.once = true});
    auto [program, host, guest] = m.connected();
    while (!m.daemon->counters().bytes_kept) m.send(VsockOp::Data, host, guest, std::string(10'000, 'x'));
    m.qemu.reset();
    m.run();
    EXPECT_FALSE(m.daemon->ended());
    m.pass(milliseconds(2100));
    EXPECT_TRUE(m.daemon->ended());
}

TEST(VsockdVhost, InterruptsOnlyWhenSomethingWasUsed) {
    Machine m;
    auto [program, host, guest] = m.connected();
    m.interrupted();
    m.run();
    EXPECT_FALSE(m.interrupted());
    program.send("x");
    m.run();
    EXPECT_TRUE(m.interrupted());
}

}  // namespace
