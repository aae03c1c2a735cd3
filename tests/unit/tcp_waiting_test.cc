// Whom a TCP connection wakes, and what poll reports: kernel/net/tcp/connection.cc.
#include "abi/poll.h"
#include "poll_counter.h"
#include "tcp_peer.h"

using namespace net;
using packets::text;

namespace {

constexpr u32 kReadable = POLLIN | POLLRDNORM, kWritable = POLLOUT | POLLWRNORM;

// Something that happens while a program waits.
class Event {
  public:
    Event(Duration after, std::function<void()> what) : what_(std::move(what)) {
        timer_.set(platform::now() + after);
    }

  private:
    static void happen(void* self) { static_cast<Event*>(self)->what_(); }
    std::function<void()> what_;
    platform::Timer timer_{happen, this};
};

struct TcpWaiting : TcpPeerTest {
    static constexpr Duration kSoon = milliseconds(10);
    // A call may wait for one second.
    void limit_waiting() {
        const timeval second{1, 0};
        const Bytes value{reinterpret_cast<const u8*>(&second), sizeof second};
        EXPECT_OK(program->set_option(SOL_SOCKET, SO_RCVTIMEO, value));
        EXPECT_OK(program->set_option(SOL_SOCKET, SO_SNDTIMEO, value));
    }
    void accept_limited() {
        accept_one();
        limit_waiting();
    }
    void fill() {
        while (send(10'000).ok()) continue;
        device.sent.clear();
    }
};

TEST_F(TcpWaiting, AReaderIsWokenByData) {
    accept_limited();
    EXPECT_EQ(receive(10, 0).error, Errno::Again) << "after its timeout";
    Event data(kSoon, [&] { say({.seq = 1, .ack = 1, .data = text("hello")}); });
    EXPECT_EQ(as_text(receive(10, 0).data), "hello");
}

TEST_F(TcpWaiting, AReaderIsWokenByTheEnd) {
    accept_limited();
    Event end(kSoon, [&] { say({.flags = kFin | kAck, .seq = 1, .ack = 1}); });
    const ReadResult read = receive(10, 0);
    EXPECT_EQ(read.error, Errno::None);
    EXPECT_TRUE(read.data.empty());
    device.sent.clear();
}

TEST_F(TcpWaiting, AReaderIsWokenByAReset) {
    accept_limited();
    Event reset(kSoon, [&] { say({.flags = kRst, .seq = 1}); });
    EXPECT_EQ(receive(10, 0).error, Errno::ConnReset);
}

TEST_F(TcpWaiting, AReaderIsWokenByShutdown) {
    accept_limited();
    Event shutdown(kSoon, [&] { EXPECT_OK(program->shutdown(SHUT_RD)); });
    EXPECT_EQ(receive(10, 0).error, Errno::None);
}

TEST_F(TcpWaiting, AReaderIsWokenByClose) {
    accept_limited();
    Event closing(kSoon, [&] { close(); });
    EXPECT_EQ(receive(10, 0).error, Errno::BadF);
    device.sent.clear();
}

TEST_F(TcpWaiting, AWriterIsWokenByRoom) {
    accept_limited();
    fill();
    EXPECT_ERROR(send(10'000, 0), Again) << "after its timeout";
    device.sent.clear();
    Event room(kSoon, [&] { say({.seq = 1, .ack = 1 + info().tcpi_unacked}); });
    EXPECT_EQ(value_of(send(1000, 0)), 1000u);
    device.sent.clear();
}

TEST_F(TcpWaiting, AWriterIsWokenByAReset) {
    accept_limited();
    fill();
    Event reset(kSoon, [&] { say({.flags = kRst, .seq = 1}); });
    EXPECT_ERROR(send(10'000, 0), ConnReset);
}

TEST_F(TcpWaiting, AWriterIsWokenByShutdown) {
    accept_limited();
    fill();
    Event shutdown(kSoon, [&] { shut(); });
    EXPECT_ERROR(send(10'000, 0), Pipe);
    device.sent.clear();
}

// Their bytes are not mixed, although no lock is held while they are copied.
TEST_F(TcpWaiting, AWriterWaitsUntilAnotherHasCopiedItsBytes) {
    accept_one();
    Result<usize> second = 0;
    fake::world().on_copy = [&] {
        fake::world().on_copy = nullptr;
        second = send(5);
    };
    EXPECT_EQ(value_of(send(kMbufRoom + 1)), kMbufRoom + 1);
    EXPECT_ERROR(second, Again);
    EXPECT_EQ(value_of(send(5)), 5u) << "its turn";
    device.sent.clear();
}

TEST_F(TcpWaiting, AWriteOfOneMbufNeedsNoTurnToCopy) {
    accept_one();
    Result<usize> second = 0;
    fake::world().on_copy = [&] {
        fake::world().on_copy = nullptr;
        second = send(5);
    };
    EXPECT_EQ(value_of(send(kMbufRoom)), kMbufRoom);
    EXPECT_EQ(value_of(second), 5u);
    EXPECT_EQ(info().tcpi_bytes_sent + info().tcpi_notsent, kMbufRoom + 5);
    device.sent.clear();
}

TEST_F(TcpWaiting, AReaderWaitsUntilAnotherHasCopiedItsBytes) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("hello")});
    Errno second = Errno::None;
    fake::world().on_copy = [&] {
        fake::world().on_copy = nullptr;
        second = receive(2).error;
    };
    EXPECT_EQ(as_text(receive(3).data), "hel");
    EXPECT_EQ(second, Errno::Again);
    EXPECT_EQ(as_text(receive(10).data), "lo");
    device.sent.clear();
}

// Data that a thread waits for may use all of the memory, but only while it waits.
TEST_F(TcpWaiting, AReaderThatHasGivenUpWaitsForNothing) {
    accept_limited();
    EXPECT_EQ(receive(10, 0).error, Errno::Again);
    MbufAccount others;
    others.open(stack->queue_budget(), 0);
    others.take_anyway(Inet::kMaxQueued * 31 / 32);
    say({.seq = 1, .ack = 1, .data = text("hello")});
    EXPECT_EQ(count(Stat::tcp_rcvq_full), 1u);
    others.give(others.held());
    device.sent.clear();
}

// A writer that finds the buffer nearly full waits until a quarter is free, unless all of its bytes fit.
TEST_F(TcpWaiting, AWriteThatFillsTheBufferExactlyNeedNotWait) {
    constexpr usize kBuffer = 128 << 10;
    accept_one();
    EXPECT_EQ(value_of(send(kBuffer - 10)), kBuffer - 10);
    EXPECT_ERROR(send(11), Again);
    EXPECT_EQ(value_of(send(10)), 10u);
    device.sent.clear();
}

TEST_F(TcpWaiting, NothingIsWrittenOrReadBeforeTheConnectionIsOpen) {
    start_connect();
    EXPECT_ERROR(send(10), Again);
    EXPECT_EQ(receive(10).error, Errno::Again);
    say({.flags = kSyn, .mss = 1460});
    EXPECT_EQ(state(), TcpState::SynReceived);
    EXPECT_ERROR(send(10), Again);
    EXPECT_EQ(receive(10).error, Errno::Again);
    device.sent.clear();
}

TEST_F(TcpWaiting, ConnectIsWokenByTheAnswer) {
    start_connect();
    limit_waiting();
    EXPECT_ERROR(program->connect({kPeer, 80}, true), InProgress) << "after its timeout";
    device.sent.clear();
    Event answer(kSoon, [&] { say({.flags = kSyn | kAck, .ack = 1, .mss = 1460}); });
    EXPECT_OK(program->connect({kPeer, 80}, true));
    HEARS(kAck, 1, 1);
}

// RFC 9293 figure 8: the connection is in SYN-RECEIVED in between.
TEST_F(TcpWaiting, ConnectWaitsForTheEndOfASimultaneousOpen) {
    start_connect();
    limit_waiting();
    say({.flags = kSyn, .mss = 1460});
    HEARS(kSyn | kAck, 0, 1);
    EXPECT_ERROR(program->connect({kPeer, 80}, true), InProgress);
    device.sent.clear();
    Event answer(kSoon, [&] { say({.seq = 1, .ack = 1}); });
    EXPECT_OK(program->connect({kPeer, 80}, true));
}

// --- poll

struct TcpPolling : TcpPeerTest {
    void watch() { (void)program->poll(&poll.entry), poll.wakes = 0; }
    int wakes() { return std::exchange(poll.wakes, 0); }
    u32 ready() { return program->poll(nullptr); }
    PollCounter poll;
};

TEST_F(TcpPolling, AConnectionThatOpensIsNotReady) {
    start_connect();
    watch();
    EXPECT_EQ(ready(), 0u);
    say({.flags = kSyn, .mss = 1460});
    EXPECT_EQ(state(), TcpState::SynReceived);
    EXPECT_EQ(ready(), 0u);
    EXPECT_EQ(wakes(), 0);
    say({.seq = 1, .ack = 1});
    EXPECT_EQ(ready(), kWritable);
    EXPECT_EQ(wakes(), 1);
    device.sent.clear();
}

TEST_F(TcpPolling, EachSideMayEndFirst) {
    accept_one();
    say({.flags = kFin | kAck, .seq = 1, .ack = 1});
    EXPECT_EQ(ready(), kReadable | POLLRDHUP | kWritable) << "the peer has closed";
    shut();
    EXPECT_EQ(ready(), kReadable | POLLRDHUP | kWritable | POLLHUP) << "both have";
    device.sent.clear();
}

TEST_F(TcpPolling, AfterShutdownAWriteDoesNotBlock) {
    accept_one();
    while (send(10'000).ok()) continue;
    EXPECT_EQ(ready(), 0u);
    watch();
    shut();
    EXPECT_EQ(wakes(), 1);
    EXPECT_EQ(ready(), kWritable) << "it fails at once";
    EXPECT_OK(program->shutdown(SHUT_RD));
    EXPECT_EQ(wakes(), 1);
    EXPECT_EQ(ready(), kReadable | POLLRDHUP | kWritable | POLLHUP);
    device.sent.clear();
}

TEST_F(TcpPolling, AResetIsAnErrorUntilItIsReported) {
    accept_one();
    watch();
    say({.flags = kRst, .seq = 1});
    EXPECT_EQ(wakes(), 1);
    EXPECT_EQ(ready(), kReadable | POLLRDHUP | kWritable | POLLHUP | POLLERR);
    EXPECT_EQ(error(), ECONNRESET);
    EXPECT_EQ(ready(), kReadable | POLLRDHUP | kWritable | POLLHUP);
}

// The send buffer has 128 KiB. It is writable while a quarter is free.
TEST_F(TcpPolling, ItIsWritableAgainWhenAQuarterIsFree) {
    accept_one();
    constexpr u32 kLimit = 128 << 10, kMost = kLimit - kLimit / 4;
    EXPECT_EQ(value_of(send(kMost)), kMost);
    EXPECT_EQ(ready(), kWritable);
    EXPECT_EQ(value_of(send(1)), 1u);
    EXPECT_EQ(ready(), 0u);
    EXPECT_EQ(value_of(send(999)), 999u);
    watch();
    hear_all();
    say({.seq = 1, .ack = 1000});
    EXPECT_EQ(ready(), 0u);
    EXPECT_EQ(wakes(), 0);
    say({.seq = 1, .ack = 1001});
    EXPECT_EQ(ready(), kWritable);
    EXPECT_EQ(wakes(), 1);
    device.sent.clear();
}

TEST_F(TcpPolling, NobodyIsWokenWithoutNews) {
    accept_one();
    watch();
    say({.seq = 1, .ack = 1});
    say({.seq = 100, .ack = 1, .data = text("behind a gap")});
    EXPECT_EQ(wakes(), 0);
    say({.seq = 1, .ack = 1, .data = text("x")});
    EXPECT_EQ(wakes(), 1);
    program->unwatch(poll.entry);
    EXPECT_FALSE(poll.entry.linked());
    say({.seq = 2, .ack = 1, .data = text("x")});
    EXPECT_EQ(wakes(), 0);
    device.sent.clear();
}

}  // namespace
