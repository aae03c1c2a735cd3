// How vsockd's connections end: each half by itself, everything that was sent still arrives, and timers.
#include "fake/vsockd/machine.h"

namespace {

using namespace fake;

constexpr u32 kNoReceive = VsockHeader::kNoReceive, kNoSend = VsockHeader::kNoSend;

TEST(VsockdClose, HalfCloseOfTheProgramIsCarried) {
    Machine m;
    auto [program, host, guest] = m.connected();
    program.send("last words");
    program.shut(SHUT_WR);
    m.run();
    EXPECT_EQ(m.expect(VsockOp::Data).data, "last words");
    EXPECT_EQ(m.expect(VsockOp::Shutdown).header.flags, kNoSend);
    m.send(VsockOp::Data, host, guest, "an answer");
    EXPECT_EQ(program.receive(), "an answer");
    EXPECT_FALSE(program.is_at_end());
    m.send(VsockOp::Shutdown, host, guest, "", kNoReceive | kNoSend);
    m.expect(VsockOp::Reset);
    EXPECT_TRUE(program.is_at_end());
    EXPECT_TRUE(m.daemon->idle());
}

TEST(VsockdClose, HalfCloseOfTheGuestIsCarried) {
    Machine m;
    auto [program, host, guest] = m.connected();
    m.send(VsockOp::Data, host, guest, "last words");
    m.send(VsockOp::Shutdown, host, guest, "", kNoSend);
    EXPECT_EQ(program.receive(), "last words");
    EXPECT_TRUE(program.is_at_end());
    program.send("an answer");
    m.run();
    EXPECT_EQ(m.expect(VsockOp::Data).data, "an answer");
    program.close();
    m.run();
    EXPECT_EQ(m.expect(VsockOp::Shutdown).header.flags, kNoReceive | kNoSend);
}

TEST(VsockdClose, GuestThatReadsNoMoreMakesWritesFail) {
    Machine m;
    auto [program, host, guest] = m.connected();
    m.send(VsockOp::Shutdown, host, guest, "", kNoReceive);
    EXPECT_EQ(program.send("x"), 0u);
    m.send(VsockOp::Data, host, guest, "still sent");
    EXPECT_EQ(program.receive(), "still sent");
}

TEST(VsockdClose, ProgramThatReadsNoMoreIsToldToTheGuest) {
    Machine m;
    auto [program, host, guest] = m.connected();
    program.shut(SHUT_RD);
    m.send(VsockOp::Data, host, guest, "unheard");
    EXPECT_EQ(m.expect(VsockOp::Shutdown).header.flags, kNoReceive);
    program.send("still sent");
    m.run();
    EXPECT_EQ(m.expect(VsockOp::Data).data, "still sent");
}

TEST(VsockdClose, WhatAProgramSentBeforeItClosedArrives) {
    Machine m({.buffers = 0});
    m.refill = false;
    Program program = m.connect("CONNECT 52\nall of it");
    program.close();
    m.run();
    m.offer_buffers(1);
    m.kick();
    const u32 host = m.expect(VsockOp::Request).header.src_port;
    m.offer_buffers(3);
    m.send(VsockOp::Response, host, 52);
    EXPECT_EQ(m.expect(VsockOp::Shutdown).header.flags, kNoReceive) << "nobody reads the OK";
    EXPECT_EQ(m.expect(VsockOp::Data).data, "all of it");
    EXPECT_EQ(m.expect(VsockOp::Shutdown).header.flags, kNoReceive | kNoSend);
}

TEST(VsockdClose, WhatTheGuestSentBeforeItsResetArrives) {
    for (VsockOp end : {VsockOp::Reset, VsockOp::Shutdown}) {
        Machine m;
        auto [program, host, guest] = m.connected();
        int small = 1;
        setsockopt(program.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        std::string sent;
        for (u32 i = 0; i < 8; i++) {
            sent += std::string(60'000, static_cast<char>('a' + i));
            m.send(VsockOp::Data, host, guest, std::string(60'000, static_cast<char>('a' + i)));
            if (m.daemon->counters().bytes_kept) break;  // the program's socket is full
        }
        ASSERT_GT(m.daemon->counters().bytes_kept, 0u);
        m.send(end, host, guest, "", kNoReceive | kNoSend);
        EXPECT_FALSE(m.daemon->idle());
        std::string got;
        for (int i = 0; i < 10'000 && !program.is_at_end(); i++) got += program.receive(50'000), m.run();
        EXPECT_TRUE(got == sent) << got.size() << " of " << sent.size();
        EXPECT_TRUE(m.daemon->idle());
    }
}

TEST(VsockdClose, GuestThatDoesNotAnswerIsReset) {
    Machine m;
    auto [program, host, guest] = m.connected();
    program.close();
    m.run();
    m.expect(VsockOp::Shutdown);
    m.pass(milliseconds(1900));
    EXPECT_FALSE(m.receive());
    m.pass(milliseconds(200));
    m.expect(VsockOp::Reset);
    EXPECT_TRUE(m.daemon->idle());
    EXPECT_EQ(m.daemon->counters().reset_timeout, 1u);
}

TEST(VsockdClose, GuestThatDoesNotAcceptInTimeIsReset) {
    Machine m;
    Program program = m.connect("CONNECT 52\n");
    m.expect(VsockOp::Request);
    m.pass(milliseconds(1900));
    EXPECT_FALSE(program.is_at_end());
    m.pass(milliseconds(200));
    EXPECT_TRUE(program.is_at_end());
    EXPECT_EQ(program.receive(), "") << "no text";
    m.expect(VsockOp::Reset);
    EXPECT_EQ(m.daemon->counters().refused_guest, 1u);
}

TEST(VsockdClose, GuestThatRefusesClosesTheProgram) {
    Machine m;
    Program program = m.connect("CONNECT 52\n");
    m.send(VsockOp::Reset, m.expect(VsockOp::Request).header.src_port, 52);
    EXPECT_TRUE(program.is_at_end());
    EXPECT_FALSE(m.receive()) << "a RST is not answered";
}

TEST(VsockdClose, WithoutAGuestAProgramWaitsNoLongerThanTwoSeconds) {
    Machine m;
    m.stop();
    Program program = m.connect("CONNECT 52\n");
    m.pass(milliseconds(2100));
    EXPECT_TRUE(program.is_at_end());
    EXPECT_TRUE(m.daemon->idle());
}

}  // namespace
