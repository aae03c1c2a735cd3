// AF_UNIX sockets when memory, room or the process comes to an end. What POSIX says of them is tested in
// tests/programs/unixsockets.c, which runs on Linux too.
#include <map>

#include "abi/netlist.h"
#include "abi/tcp_info.h"
#include "ipc_kit.h"
#include "socket_listing.h"

using namespace ipc_kit;

namespace {

std::string pattern(usize n) {
    std::string s(n, '\0');
    for (usize i = 0; i < n; i++) s[i] = static_cast<char>(i * 7 + i / 251);
    return s;
}

void while_waiting(std::function<Result<>()> f) { fake::world().on_wait = std::move(f); }

TEST_F(UnixSockets, CarryBytesInPiecesOfAnySize) {
    FdPair p = pair();
    const std::string all = pattern(300'000);
    std::string got;
    u64 random = 1;
    const auto below = [&](usize n) { return (random = random * 6364136223846793005u + 1) / 65536 % n; };
    for (usize sent = 0; got.size() < all.size();) {
        const Result<usize> n = send(p.a, all.substr(sent, below(9000)));
        sent += n.value();
        got += receive(p.b, 1 + below(9000)).text;
    }
    EXPECT_TRUE(got == all);
    EXPECT_EQ(family->pages_in_use(), 0u) << "an empty queue has no pages";
}

TEST_F(UnixSockets, CarryMessagesOfAnySize) {
    FdPair p = pair(SOCK_SEQPACKET);
    for (usize n : {0u, 1u, 4071u, 4072u, 4073u, 4088u, 8176u, 100'000u}) {
        EXPECT_EQ(value_of(send(p.a, pattern(n))), n);
        EXPECT_OK(send(p.a, "next"));
        EXPECT_TRUE(receive(p.b, 200'000).text == pattern(n)) << n;
        EXPECT_EQ(receive(p.b).text, "next") << n;
    }
}

TEST_F(UnixSockets, ForgetNothingWhenACopyFaults) {
    FdPair s = pair(), m = pair(SOCK_SEQPACKET);
    static char memory[20'000];
    fake::world().bad_from = reinterpret_cast<uptr>(memory) + 6000;
    fake::world().bad_until = fake::world().bad_from + 14'000;
    const UserAddr partly{reinterpret_cast<uptr>(memory)}, bad = partly + 6000;
    EXPECT_ERROR(m.a->send(partly, 10'000, 0, nullptr), Fault);
    EXPECT_ERROR(m.a->send(bad, 1, 0, nullptr), Fault);
    EXPECT_ERROR(s.a->send(bad, 1, 0, nullptr), Fault);
    EXPECT_EQ(receive(m.b).error, Errno::Again);
    EXPECT_EQ(family->pages_in_use(), 0u);
    EXPECT_OK(send(m.a, pattern(10'000)));
    EXPECT_ERROR(m.b->receive(partly, 10'000, 0, nullptr), Fault);
    EXPECT_TRUE(receive(m.b, 10'000).text == pattern(10'000)) << "the message stays";
    EXPECT_OK(send(s.a, "bytes"));
    EXPECT_ERROR(s.b->receive(bad, 5, 0, nullptr), Fault);
    EXPECT_EQ(receive(s.b).text, "bytes");
}

TEST_F(UnixSockets, WaitForMemory) {
    FdPair p = pair();
    fake::world().pages_left = 0;
    EXPECT_ERROR(send(p.a, "x"), Again);
    int waits = 0;
    while_waiting([&] { return fake::world().pages_left = ++waits >= 3 ? 1 : 0, Result<>(Errno::TimedOut); });
    EXPECT_EQ(value_of(send(p.a, "x", {}, 0)), 1u);
    EXPECT_EQ(waits, 3);
    fake::world().pages_left = -1;
}

TEST_F(UnixSockets, ShareMemoryFairly) {
    std::vector<FdPair> hogs;
    for (int i = 0; i < 80; i++) {
        hogs.push_back(pair());
        const int size = net::SocketOptions::kMaxBuffer;
        EXPECT_OK(hogs.back().a->set_option(SOL_SOCKET, SO_SNDBUF, {reinterpret_cast<const u8*>(&size), 4}));
        (void)send(hogs.back().a, pattern(1 << 20));
    }
    EXPECT_LE(family->pages_in_use(), LocalFamily::kMostPages * 15 / 16);
    FdPair p = pair();
    EXPECT_OK(send(p.a, "x")) << "others' queues leave a page for an empty one";
}

TEST_F(UnixSockets, AreBoundedInNumber) {
    std::vector<Fd> all;
    for (u32 i = 0; i < family->most(); i++) all.push_back(open());
    EXPECT_ERROR(family->open(SOCK_STREAM, 0), NFile);
    EXPECT_ERROR(family->open_pair(SOCK_STREAM, 0), NFile);
    all.pop_back();
    EXPECT_ERROR(family->open_pair(SOCK_STREAM, 0), NFile) << "and leaves none";
    EXPECT_EQ(family->in_use(), family->most() - 1);
}

TEST_F(UnixSockets, SurviveWithoutMemoryForNewOnes) {
    Fd l = listening("/l"), c = open();
    fake::world().pages_left = 0;
    std::vector<Fd> all;
    for (;;) {
        auto s = family->open(SOCK_STREAM, 0);
        if (!s.ok()) {
            EXPECT_EQ(s.error(), Errno::NoMem);
            break;
        }
        all.emplace_back(s.value());
    }
    EXPECT_ERROR(c->connect(LocalAddr("/l"), false), NoMem);
    fake::world().pages_left = -1;
    EXPECT_OK(c->connect(LocalAddr("/l"), false));
}

TEST_F(UnixSockets, CanBeInterruptedInEveryCall) {
    while_waiting([] { return Errno::Intr; });
    FdPair p = pair();
    Fd l = listening("/l", 0), first = connected("/l"), second = open();
    EXPECT_EQ(receive(p.a, 1, 0).error, Errno::Intr);
    EXPECT_ERROR(second->connect(LocalAddr("/l"), true), Intr);
    Fd waiting = accept(l);
    EXPECT_ERROR(l->accept(true), Intr);
    while (send(p.a, pattern(1000)).ok()) continue;
    EXPECT_ERROR(send(p.a, "x", {&p.a}, 0), Intr);
    EXPECT_OK(second->connect(LocalAddr("/l"), true)) << "and may try again";
}

TEST_F(UnixSockets, EndWaitsWhenThePeerCloses) {
    FdPair p = pair(), q = pair();
    while_waiting([&] { return p.b.close(), Result<>(); });
    EXPECT_EQ(receive(p.a, 1, 0).text, "") << "end of file";
    while (send(q.a, pattern(1000)).ok()) continue;
    while_waiting([&] { return q.b.close(), Result<>(); });
    EXPECT_ERROR(send(q.a, "x", {}, 0), Pipe);
    Fd l = listening("/l", 0), one = connected("/l"), two = open();
    while_waiting([&] { return l.close(), Result<>(); });
    EXPECT_ERROR(two->connect(LocalAddr("/l"), true), ConnRefused);
    EXPECT_EQ(receive(one).error, Errno::ConnReset) << "it was never accepted";
}

TEST_F(UnixSockets, EndWaitsWhenTheyAreClosedThemselves) {
    const Ref<net::Socket> s = value_of(family->open(SOCK_STREAM, 0)),
                           l = value_of(family->open(SOCK_STREAM, 0));
    EXPECT_OK(l->bind(LocalAddr("/l")));
    EXPECT_OK(l->listen(3));
    while_waiting([&] { return l->close(), Result<>(); });
    EXPECT_ERROR(l->accept(true), BadF);
    const auto p = value_of(family->open_pair(SOCK_STREAM, 0));
    char byte;
    while_waiting([&] { return p.first->close(), Result<>(); });
    EXPECT_ERROR(p.first->receive({reinterpret_cast<uptr>(&byte)}, 1, 0, nullptr), BadF);
    s->close(), p.second->close();
    EXPECT_ERROR(s->bind(LocalAddr("/s")), BadF);
    EXPECT_ERROR(s->connect(LocalAddr("/s"), true), NoEnt);
    EXPECT_ERROR(s->listen(1), BadF);
    EXPECT_ERROR(s->shutdown(SHUT_RDWR), BadF);
    EXPECT_ERROR(s->send({reinterpret_cast<uptr>(&byte)}, 1, 0, nullptr), BadF);
}

TEST_F(UnixSockets, MayBeClosedByAThreadThatWritesToTheirQueue) {
    FdPair p = pair(SOCK_SEQPACKET);
    fake::world().on_copy = [&] { p.b.close(); };
    EXPECT_ERROR(send(p.a, pattern(9000)), Pipe);
    fake::world().on_copy = nullptr;
    FdPair q = pair();
    EXPECT_OK(send(q.a, pattern(9000)));
    fake::world().on_copy = [&] { q.b->close(); };
    EXPECT_EQ(receive(q.b, 9000).text.size(), 9000u) << "what was being read";
    fake::world().on_copy = nullptr;
}

TEST_F(UnixSockets, AreFoundByTheFileAndNotByItsPath) {
    Fd l = listening("/l");
    fake::processes().paths["/link"] = fake::processes().paths["/l"];
    fake::processes().paths.erase("/l");
    Fd c = open();
    EXPECT_ERROR(c->connect(LocalAddr("/l"), false), NoEnt);
    EXPECT_OK(c->connect(LocalAddr("/link"), false));
    fake::processes().paths["/stale"] = 12345;
    Fd d = open();
    EXPECT_ERROR(d->connect(LocalAddr("/stale"), false), ConnRefused);
    EXPECT_ERROR(d->connect(net::InetAddr{}, false), AfNoSupport);
    EXPECT_ERROR(d->connect(LocalAddr(""), false), Inval);
    EXPECT_ERROR(d->bind(LocalAddr("")), Inval);
    EXPECT_ERROR(d->bind(net::InetAddr{}), AfNoSupport);
}

TEST_F(UnixSockets, KeepTheSenderOfADatagram) {
    Fd from = open(SOCK_DGRAM), to = open(SOCK_DGRAM);
    EXPECT_OK(from->bind(LocalAddr("/from")));
    EXPECT_OK(to->bind(LocalAddr("/to")));
    const net::SocketAddr there = LocalAddr("/to");
    EXPECT_OK(from->send({reinterpret_cast<uptr>("a")}, 1, 0, &there));
    EXPECT_OK(from->send({reinterpret_cast<uptr>("b")}, 1, 0, &there));
    from.close();
    char byte;
    net::SocketAddr sender;
    EXPECT_OK(to->receive({reinterpret_cast<uptr>(&byte)}, 1, 0, &sender));
    EXPECT_EQ(sender, net::SocketAddr(LocalAddr("/from")));
    // The other one is dropped unread.
}

TEST_F(UnixSockets, AreListed) {
    Fd l = listening("/l", 3), c = connected("/l"), waiting = connected("/l"), s = accept(l);
    EXPECT_OK(send(c, "unread"));
    SocketListing listing;
    EXPECT_TRUE(family->list(listing));
    std::map<const void*, socket_entry> all(listing.found.begin(), listing.found.end());
    ASSERT_EQ(all.size(), 5u) << "one waits to be accepted";
    const socket_entry listener = all.at(&*l), client = all.at(&*c), accepted = all.at(&*s);
    EXPECT_EQ(listener.state, TCP_LISTEN);
    EXPECT_EQ(listener.receive_queue, 1u);
    EXPECT_EQ(listener.send_queue, 3u);
    EXPECT_STREQ(client.path, "/l");
    EXPECT_EQ(client.state, TCP_ESTABLISHED);
    EXPECT_EQ(accepted.receive_queue, 6u);
    EXPECT_EQ(accepted.local, client.remote);
}

TEST_F(UnixSockets, ThousandsHaveShortChains) {
    std::vector<Fd> sockets;
    for (int i = 0; i < 3000; i++) {
        sockets.push_back(open(SOCK_DGRAM));
        ASSERT_OK(sockets.back()->bind(LocalAddr(std::to_string(i))));
    }
    EXPECT_LE(family->longest_chain(), 8u);
    for (int i = 0; i < 3000; i += 100) EXPECT_OK(sockets[0]->connect(LocalAddr(std::to_string(i)), true));
}

}  // namespace
