// sendmsg(), recvmsg(), readv() and writev() on a program's own stack.
#include <string>

#include "ustack_kit.h"

using namespace ustack_kit;

namespace {

constexpr net::Ipv4Addr kOurs{10, 0, 2, 15}, kLocal{127, 0, 0, 1};

iovec range(std::string& s) { return {s.data(), s.size()}; }

// Two sockets of one program, connected over its loopback.
class UstackMessages : public UstackTest {
  protected:
    ~UstackMessages() override {
        for (int fd = 0; fd < NOFILE; fd++) {
            if (us.sockets.files().find(fd)) (void)us.sockets.close(fd);
        }
        const Instant end = kernel.now + seconds(100);
        while (kernel.now < end) ustack::event_loop().wait(end);
    }
    ustack::File& open(int type, u16 port) {
        const auto fd = us.sockets.open(type, 0);
        ustack::File& f = *us.sockets.files().find(static_cast<int>(fd.value()));
        const sockaddr_in here = address(kLocal, port);
        EXPECT_TRUE(us.sockets.bind(f, &here, sizeof here).ok());
        return f;
    }
    void connect(ustack::File& f, u16 port) {
        const sockaddr_in there = address(kLocal, port);
        EXPECT_TRUE(us.sockets.connect(f, &there, sizeof there).ok());
    }
    void connect_datagrams() { from = &open(SOCK_DGRAM, 1), to = &open(SOCK_DGRAM, 2), connect(*from, 2); }
    void connect_streams() {
        ustack::File& listener = open(SOCK_STREAM, 1);
        EXPECT_TRUE(us.sockets.listen(listener, 1).ok());
        from = &open(SOCK_STREAM, 2);
        connect(*from, 1);
        const auto fd = us.sockets.accept(listener, nullptr, nullptr, 0);
        to = us.sockets.files().find(static_cast<int>(fd.value()));
    }
    Result<i64> send(std::string a, std::string b) {
        iovec v[3] = {range(a), {nullptr, 0}, range(b)};
        msghdr m{};
        m.msg_iov = v, m.msg_iovlen = 3;
        return us.sockets.send_message(*from, m, 0);
    }
    Result<i64> receive(int flags = 0) {
        iovec v[2] = {range(first), range(second)};
        message.msg_iov = v, message.msg_iovlen = 2;
        return us.sockets.receive_message(*to, message, flags);
    }

    Program& us = program(kOurs);
    ustack::File *from = nullptr, *to = nullptr;
    std::string first = "....", second = "....";
    msghdr message{};
};

}  // namespace

TEST_F(UstackMessages, SeveralRangesAreOneDatagram) {
    connect_datagrams();
    EXPECT_EQ(send("one", "two").value(), 6);
    sockaddr_in sender{};
    message.msg_name = &sender, message.msg_namelen = sizeof sender;
    EXPECT_EQ(receive().value(), 6);
    EXPECT_EQ(first + second, "onetwo..");
    EXPECT_EQ(sender.sin_port, swap_bytes(u16{1}));
    EXPECT_EQ(message.msg_flags, 0);
}

TEST_F(UstackMessages, ADatagramThatDoesNotFitIsTruncated) {
    connect_datagrams();
    EXPECT_EQ(send("123456", "789").value(), 9);
    EXPECT_EQ(receive().value(), 8);
    EXPECT_EQ(first + second, "12345678");
    EXPECT_EQ(message.msg_flags, MSG_TRUNC);
    EXPECT_EQ(send("123456", "789").value(), 9);
    EXPECT_EQ(receive(MSG_TRUNC).value(), 9) << "its whole length";
}

TEST_F(UstackMessages, AStreamFillsTheRangesInTurn) {
    connect_streams();
    EXPECT_EQ(send("one", "two").value(), 6);
    EXPECT_EQ(receive(MSG_PEEK).value(), 4) << "not the same bytes twice";
    EXPECT_EQ(receive().value(), 6);
    EXPECT_EQ(first + second, "onetwo..");
    EXPECT_EQ(receive(MSG_DONTWAIT).error(), Errno::Again);
}

TEST_F(UstackMessages, TooManyRangesOrBytesAreRefused) {
    connect_datagrams();
    msghdr m{};
    m.msg_iovlen = UIO_MAXIOV + 1;
    EXPECT_EQ(us.sockets.send_message(*from, m, 0).error(), Errno::MsgSize);
    iovec v[2] = {{&m, 1ul << 40}, {&m, 5}};
    m.msg_iov = v, m.msg_iovlen = 2;
    EXPECT_EQ(us.sockets.send_message(*from, m, 0).error(), Errno::Inval);
    v[0].iov_len = 65508;
    EXPECT_EQ(us.sockets.send_message(*from, m, 0).error(), Errno::MsgSize);
}
