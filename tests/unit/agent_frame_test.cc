// The frames of nx6 and the agent: whole, in pieces, and from a peer that sends something else.
#include "agent_kit.h"

#include <fcntl.h>

#include <random>

namespace {

using namespace agent_kit;

class AgentFrame : public testing::Test {
  protected:
    AgentFrame() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_), 0); }
    ~AgentFrame() override { close(ends_[0]), close(ends_[1]); }
    void arrive(const std::string& bytes) {
        ASSERT_EQ(write(ends_[0], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    }
    Got read() { return in_.read(ends_[1]); }

    int ends_[2];
    FrameReader in_;
    agent::FrameWriter out_;
};

std::string header(u8 kind, u32 length, u8 zero = 0) {
    const agent::FrameHeader h{static_cast<Kind>(kind), {0, zero, 0}, length};
    return {reinterpret_cast<const char*>(&h), sizeof h};
}

TEST_F(AgentFrame, ArrivesAsItWasSent) {
    for (const std::string& payload :
         {std::string(), std::string("abc"), std::string(agent::kMaxPayload, 'x')}) {
        out_.put(Kind::Output, bytes_of(payload));
        EXPECT_FALSE(out_.is_idle());
        EXPECT_TRUE(out_.flush(ends_[0]));
        EXPECT_TRUE(out_.is_idle());
        ASSERT_EQ(read(), Got::Frame);
        EXPECT_EQ(in_.kind(), Kind::Output);
        EXPECT_EQ(text_of(in_.payload()), payload);
        in_.next();
    }
}

TEST_F(AgentFrame, HasTheBytesThatTheProtocolSays) {
    out_.put(Kind::Errors, bytes_of("no"));
    EXPECT_TRUE(out_.flush(ends_[0]));
    char bytes[16];
    ASSERT_EQ(::read(ends_[1], bytes, sizeof bytes), 10);
    EXPECT_EQ(std::string(bytes, 10), std::string("\x08\0\0\0\2\0\0\0no", 10));
}

TEST_F(AgentFrame, ArrivesByteByByteToo) {
    const std::string all = header(static_cast<u8>(Kind::Data), 5) + "hello";
    for (usize i = 0; i < all.size(); i++) {
        EXPECT_EQ(read(), Got::More);
        arrive(all.substr(i, 1));
    }
    EXPECT_EQ(read(), Got::Frame);
    EXPECT_EQ(text_of(in_.payload()), "hello");
}

TEST_F(AgentFrame, LeavesTheNextOneInTheSocket) {
    arrive(header(static_cast<u8>(Kind::Data), 1) + "a" + header(static_cast<u8>(Kind::End), 0));
    ASSERT_EQ(read(), Got::Frame);
    EXPECT_EQ(read(), Got::Frame) << "the same frame until next()";
    EXPECT_EQ(text_of(in_.payload()), "a");
    in_.next();
    ASSERT_EQ(read(), Got::Frame);
    EXPECT_EQ(in_.kind(), Kind::End);
    in_.next();
    EXPECT_EQ(read(), Got::More);
}

TEST_F(AgentFrame, IsNonsenseWithAnUnknownKindOrLength) {
    constexpr u8 kLast = static_cast<u8>(Kind::kLast);
    for (const std::string& bad : {header(0, 0), header(kLast + 1, 0), header(255, 0), header(1, 0, 7),
                                   header(1, agent::kMaxPayload + 1), header(1, 0xffff'ffff),
                                   header(kLast, 0x8000'0000), std::string("GET / HT")}) {
        in_.next();
        arrive(bad);
        EXPECT_EQ(read(), Got::Nonsense);
    }
}

TEST_F(AgentFrame, IsLostWhenTheStreamEndsInIt) {
    arrive(header(static_cast<u8>(Kind::Data), 5) + "hell");
    shutdown(ends_[0], SHUT_WR);
    EXPECT_EQ(read(), Got::Lost);
}

TEST_F(AgentFrame, WaitsInTheWriterWhileThePeerReadsNothing) {
    int sent = 0;
    do {
        out_.put(Kind::Data, agent::kMaxPayload);
        EXPECT_TRUE(out_.flush(ends_[0]));
    } while (out_.is_idle() && ++sent < 10'000);
    EXPECT_FALSE(out_.is_idle());
    for (int i = 0; i <= sent; i++) {
        while (read() == Got::More) EXPECT_TRUE(out_.flush(ends_[0]));
        EXPECT_EQ(in_.payload().size(), agent::kMaxPayload);
        in_.next();
    }
    EXPECT_TRUE(out_.is_idle());
}

TEST_F(AgentFrame, FailsToBeSentToAPeerThatHasGone) {
    shutdown(ends_[1], SHUT_RDWR);
    out_.put(Kind::Data, bytes_of("x"));
    EXPECT_FALSE(out_.flush(ends_[0]));
}

TEST_F(AgentFrame, HasAStructOnlyOfItsSize) {
    arrive(header(static_cast<u8>(Kind::Credit), 3) + "abc");
    ASSERT_EQ(read(), Got::Frame);
    EXPECT_EQ(in_.as<agent::CreditGrant>(), nullptr);
    in_.next();
    arrive(header(static_cast<u8>(Kind::Credit), 4) + std::string("\1\1\0\0", 4));
    ASSERT_EQ(read(), Got::Frame);
    EXPECT_EQ(in_.as<agent::CreditGrant>()->bytes, 257u);
}

TEST_F(AgentFrame, SurvivesRandomBytes) {
    std::mt19937 random(1);
    for (int round = 0; round < 2000; round++) {
        std::string bytes(1 + random() % 64, '\0');
        for (char& c : bytes) c = static_cast<char>(random() % (round % 2 ? 16 : 256));
        arrive(bytes);
        Got got;
        while ((got = read()) == Got::Frame || got == Got::Nonsense) in_.next();
        EXPECT_EQ(got, Got::More);
    }
}

}  // namespace
