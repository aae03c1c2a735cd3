// The socket calls of programs with their own stacks: two programs, each with a channel, on one link.
#include "abi/fcntl.h"
#include "abi/ioctl.h"
#include "ustack_kit.h"

using namespace ustack_kit;
using net::IpProtocol;
using ustack::File;

namespace {

constexpr net::Ipv4Addr kLeft{10, 0, 2, 15}, kRight{10, 0, 2, 16};
constexpr u16 kPort = 8080;
constexpr int kPipe = 900;  // a descriptor of the kernel

// Links two programs: every frame that one sends arrives at the other.
class Linked : public UstackTest {
  protected:
    explicit Linked(unsigned offload = 0)
        : left(program(kLeft, 64, offload)), right(program(kRight, 64, offload)) {
        kernel.wire = [this](int from, const fake::Frame& frame, u16 flags) {
            if (loses && ++frames_ % loses == 0) return;
            kernel.deliver(from == left.fd ? right.fd : left.fd, frame, flags);
        };
    }
    ~Linked() override {
        for (Program* p : {&left, &right}) {
            for (int fd = 0; fd < NOFILE; fd++) {
                if (p->sockets.files().find(fd)) close(*p, fd);
            }
        }
        // TIME-WAIT and retransmissions end.
        ustack::event_loop().run();
        const Instant end = kernel.now + seconds(200);
        while (kernel.now < end) ustack::event_loop().wait(end);
        EXPECT_TRUE(left.ports.claimed.empty()) << "ports were not released";
        EXPECT_TRUE(right.ports.claimed.empty());
    }

    static int open(Program& p, int type = SOCK_STREAM) {
        const auto fd = p.sockets.open(type, 0);
        EXPECT_TRUE(fd.ok());
        return static_cast<int>(fd.value());
    }
    static File& file(Program& p, int fd) { return *p.sockets.files().find(fd); }
    static Errno bind(Program& p, int fd, net::Ipv4Addr a, u16 port) {
        const sockaddr_in to = address(a, port);
        return p.sockets.bind(file(p, fd), &to, sizeof to).error();
    }
    static Errno connect(Program& p, int fd, net::Ipv4Addr a, u16 port) {
        const sockaddr_in to = address(a, port);
        const Errno error = p.sockets.connect(file(p, fd), &to, sizeof to).error();
        p.sockets.finish();
        return error;
    }
    static Result<i64> write(Program& p, int fd, const Packet& data, int flags = 0) {
        const auto sent = p.sockets.send(file(p, fd), data.data(), data.size(), flags, nullptr, 0);
        p.sockets.finish();
        return sent;
    }
    static Result<i64> read(Program& p, int fd, Packet& data, usize n, int flags = 0) {
        data.resize(n);
        const auto got = p.sockets.receive(file(p, fd), data.data(), n, flags, nullptr, nullptr);
        data.resize(got.ok() ? static_cast<usize>(got.value()) : 0);
        return got;
    }
    static void close(Program& p, int fd) {
        EXPECT_TRUE(p.sockets.close(fd).ok());
        p.sockets.finish();
    }
    static sockaddr_in local(Program& p, int fd) {
        sockaddr_in a{};
        i32 n = sizeof a;
        EXPECT_TRUE(p.sockets.local(file(p, fd), &a, &n).ok());
        EXPECT_EQ(n, i32{sizeof a});
        return a;
    }
    static short polled(Program& p, int fd, short events, Duration patience = {}) {
        pollfd one{fd, events, 0};
        const int ready = p.sockets.poll(&one, 1, fake::kernel().now + patience);
        EXPECT_EQ(ready, one.revents != 0);
        return one.revents;
    }

    // left listens, and right connects.
    struct Pair {
        int listener, accepted, client;
    };
    Pair make_pair() {
        const int listener = open(left);
        EXPECT_EQ(bind(left, listener, {}, kPort), Errno::None);
        EXPECT_TRUE(left.sockets.listen(file(left, listener), 5).ok());
        const int client = open(right);
        EXPECT_EQ(connect(right, client, kLeft, kPort), Errno::None);
        const auto accepted = left.sockets.accept(file(left, listener), nullptr, nullptr, 0);
        EXPECT_TRUE(accepted.ok());
        return {listener, static_cast<int>(accepted.value()), client};
    }
    void transfer(usize total);

    Program &left, &right;
    usize loses = 0;  // every so many frames are lost

  private:
    usize frames_ = 0;
};

class LinkedWithOffload : public Linked {
  protected:
    LinkedWithOffload() : Linked(CHANNEL_CHECKSUM | CHANNEL_SEGMENTS) {}
};

u8 byte_at(usize i) { return static_cast<u8>(i * 7 + i / 251); }

}  // namespace

// Without waiting calls, as a server writes: poll() tells when to go on.
void Linked::transfer(usize total) {
    const Pair s = make_pair();
    file(right, s.client).nonblocking = file(left, s.accepted).nonblocking = true;
    Packet piece, data;
    usize sent = 0, got = 0;
    while (got < total) {
        if (sent < total && polled(right, s.client, POLLOUT) & POLLOUT) {
            piece.resize(std::min<usize>(5000, total - sent));
            for (usize i = 0; i < piece.size(); i++) piece[i] = byte_at(sent + i);
            const auto n = write(right, s.client, piece);
            ASSERT_TRUE(n.ok());
            sent += static_cast<usize>(n.value());
        }
        polled(left, s.accepted, POLLIN, milliseconds(1));
        while (read(left, s.accepted, data, 8192).ok() && !data.empty()) {
            for (usize i = 0; i < data.size(); i++)
                ASSERT_EQ(data[i], byte_at(got + i)) << "byte " << got + i;
            got += data.size();
        }
    }
    EXPECT_EQ(got, total);
}

// --- TCP ---

TEST_F(Linked, AStreamArrivesWhole) { transfer(1 << 20); }

TEST_F(LinkedWithOffload, AStreamArrivesWholeInLongFrames) {
    transfer(1 << 20);
    usize longest = 0;
    for (const fake::Frame& f : right.channel().sent) longest = std::max(longest, f.size());
    EXPECT_GT(longest, 3u * 1500) << "the card cuts the segments";
}

TEST_F(Linked, AStreamArrivesWholeOverALinkThatLosesFrames) {
    loses = 13;
    transfer(300'000);
}

TEST_F(Linked, CallsThatWaitRunTheStack) {
    const Pair s = make_pair();
    EXPECT_EQ(write(right, s.client, packets::text("question")).value(), 8);
    Packet data;
    EXPECT_EQ(read(left, s.accepted, data, 100).value(), 8);
    EXPECT_EQ(data, packets::text("question"));
    EXPECT_TRUE(right.sockets.shutdown(file(right, s.client), SHUT_WR).ok());
    right.sockets.finish();
    EXPECT_EQ(read(left, s.accepted, data, 100).value(), 0) << "the end of the stream";
}

TEST_F(Linked, ACallThatMayNotWaitProcessesWhatHasArrived) {
    const Pair s = make_pair();
    Packet data;
    EXPECT_EQ(read(left, s.accepted, data, 10, MSG_DONTWAIT).error(), Errno::Again);
    EXPECT_TRUE(write(right, s.client, packets::text("x")).ok());
    kernel.work_all();
    EXPECT_EQ(read(left, s.accepted, data, 10, MSG_DONTWAIT).value(), 1) << "without poll()";
}

TEST_F(Linked, AConnectionToAPortWithoutAListenerIsRefused) {
    const int client = open(right);
    EXPECT_EQ(connect(right, client, kLeft, 9), Errno::ConnRefused);
}

TEST_F(Linked, ANonblockingConnectIsReportedByPoll) {
    const int listener = open(left), client = open(right, SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_EQ(bind(left, listener, {}, kPort), Errno::None);
    EXPECT_TRUE(left.sockets.listen(file(left, listener), 5).ok());
    EXPECT_EQ(connect(right, client, kLeft, kPort), Errno::InProgress);
    EXPECT_EQ(polled(right, client, POLLOUT, seconds(1)), POLLOUT);
    EXPECT_EQ(polled(left, listener, POLLIN), POLLIN);
}

TEST_F(Linked, AReceiveTimeoutHolds) {
    const Pair s = make_pair();
    const sock_timeval patience{0, 200'000};
    EXPECT_TRUE(
        left.sockets.set_option(file(left, s.accepted), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience)
            .ok());
    const Instant start = kernel.now;
    Packet data;
    EXPECT_EQ(read(left, s.accepted, data, 10).error(), Errno::Again);
    EXPECT_EQ(kernel.now, start + milliseconds(200));
}

// Reads a socket until its end, and then closes it, while other calls wait.
struct Reader {
    explicit Reader(net::Socket& s) : socket(s) { timer.set(net::platform::now()); }
    static void on_timer(void* self) { static_cast<Reader*>(self)->read(); }
    void read() {
        u8 data[4096];
        const auto n = socket.receive({reinterpret_cast<uptr>(data)}, sizeof data, MSG_DONTWAIT, nullptr);
        if (n.ok()) got += n.value();
        ended = n.ok() && n.value() == 0;
        if (ended) return socket.close();
        timer.set(net::platform::now() + milliseconds(1));
    }
    net::Socket& socket;
    usize got = 0;
    bool ended = false;
    net::platform::Timer timer{on_timer, this};
};

TEST_F(Linked, AtItsEndAProgramWaitsUntilItsDataHaveArrived) {
    const Pair s = make_pair();
    loses = 7;
    EXPECT_EQ(write(left, s.accepted, Packet(60'000, 7)).value(), 60'000);
    Reader reader(*file(right, s.client).socket);
    left.sockets.close_all();
    EXPECT_TRUE(reader.ended);
    EXPECT_EQ(reader.got, 60'000u);
    EXPECT_EQ(left.sockets.files().find(s.accepted), nullptr);
}

TEST_F(Linked, AtItsEndAProgramDoesNotWaitForEver) {
    const Pair s = make_pair();
    EXPECT_TRUE(write(left, s.accepted, packets::text("nobody reads it")).ok());
    const Instant start = kernel.now;
    left.sockets.close_all();
    EXPECT_EQ(kernel.now, start + seconds(20));
    close(right, s.client);
}

// --- UDP ---

TEST_F(Linked, DatagramsFindTheirPort) {
    const int server = open(left, SOCK_DGRAM), client = open(right, SOCK_DGRAM);
    EXPECT_EQ(bind(left, server, {}, 53), Errno::None);
    const sockaddr_in to = address(kLeft, 53);
    const Packet question = packets::text("who?");
    EXPECT_EQ(right.sockets.send(file(right, client), question.data(), 4, 0, &to, sizeof to).value(), 4);
    right.sockets.finish();
    EXPECT_TRUE(right.ports.has(IpProtocol::Udp, 50000)) << "the first datagram gets a port";
    u8 data[10];
    sockaddr_in from{};
    i32 n = sizeof from;
    EXPECT_EQ(left.sockets.receive(file(left, server), data, sizeof data, 0, &from, &n).value(), 4);
    EXPECT_EQ(from.sin_addr.s_addr, address(kRight, 0).sin_addr.s_addr);
    EXPECT_EQ(from.sin_port, swap_bytes(u16{50000}));
}

TEST_F(Linked, AConnectedDatagramSocketKnowsItsAddress) {
    const int client = open(right, SOCK_DGRAM);
    EXPECT_EQ(connect(right, client, kLeft, 53), Errno::None);
    EXPECT_EQ(local(right, client).sin_addr.s_addr, address(kRight, 0).sin_addr.s_addr);
    EXPECT_EQ(local(right, client).sin_port, swap_bytes(u16{50000}));
}

// --- ports ---

TEST_F(Linked, APortOfAnotherProgramIsInUse) {
    const int fd = open(left);
    left.ports.error = Errno::AddrInUse;
    EXPECT_EQ(bind(left, fd, {}, kPort), Errno::AddrInUse);
    left.ports.error = Errno::None;
    EXPECT_EQ(bind(left, fd, {}, kPort), Errno::None);
    EXPECT_EQ(bind(left, fd, {}, kPort), Errno::Inval) << "it is bound";
}

TEST_F(Linked, APortThatThePolicyRefusesIsRefused) {
    const int fd = open(left);
    left.ports.error = Errno::Access;
    EXPECT_EQ(bind(left, fd, {}, 80), Errno::Access);
    EXPECT_EQ(connect(left, fd, kRight, 80), Errno::Access);
    EXPECT_EQ(left.sockets.listen(file(left, fd), 1).error(), Errno::Access);
}

TEST_F(Linked, AFailedBindKeepsNoPort) {
    const int fd = open(left);
    EXPECT_EQ(bind(left, fd, kRight, kPort), Errno::AddrNotAvail) << "not our address";
    EXPECT_TRUE(left.ports.claimed.empty());
}

TEST_F(Linked, AListenerWithoutAddressGetsAPort) {
    const int fd = open(left);
    EXPECT_TRUE(left.sockets.listen(file(left, fd), 1).ok());
    EXPECT_EQ(local(left, fd).sin_port, swap_bytes(u16{50000}));
}

TEST_F(Linked, APortIsReleasedAfterItsLastConnection) {
    const Pair s = make_pair();
    close(left, s.listener);
    EXPECT_TRUE(left.ports.has(IpProtocol::Tcp, kPort)) << "the connection has it too";
    close(left, s.accepted);
    EXPECT_TRUE(left.ports.has(IpProtocol::Tcp, kPort)) << "it is still closing";
    close(right, s.client);
    const Instant end = kernel.now + seconds(65);  // TIME-WAIT
    while (kernel.now < end) ustack::event_loop().wait(end);
    EXPECT_FALSE(left.ports.has(IpProtocol::Tcp, kPort));
}

TEST_F(Linked, TwoSocketsOfOneProgramMaySharAPort) {
    const int one = 1, first = open(left), second = open(left);
    for (const int fd : {first, second})
        EXPECT_TRUE(left.sockets.set_option(file(left, fd), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one).ok());
    EXPECT_EQ(bind(left, first, {}, kPort), Errno::None);
    EXPECT_EQ(bind(left, second, {}, kPort), Errno::None);
    EXPECT_EQ(left.ports.asked, 1u) << "it is claimed once";
    close(left, first);
    EXPECT_TRUE(left.ports.has(IpProtocol::Tcp, kPort));
}

TEST_F(Linked, LoopbackNeedsNoPortOfTheKernels) {
    const int server = open(left, SOCK_DGRAM), client = open(left, SOCK_DGRAM);
    EXPECT_EQ(bind(left, server, {127, 0, 0, 1}, 7), Errno::None);
    EXPECT_EQ(bind(left, client, {127, 0, 0, 1}, 8), Errno::None);
    EXPECT_EQ(connect(left, client, {127, 0, 0, 1}, 7), Errno::None);
    EXPECT_TRUE(write(left, client, packets::text("self")).ok());
    Packet data;
    EXPECT_EQ(read(left, server, data, 10).value(), 4);
    EXPECT_EQ(left.ports.asked, 0u);
}

// --- descriptors ---

TEST_F(Linked, ADescriptorIsTheLowestThatIsFree) {
    const int first = open(left), second = open(left);
    EXPECT_EQ(second, first + 1);
    close(left, first);
    EXPECT_EQ(open(left), first);
}

TEST_F(Linked, DuplicatesShareOneSocket) {
    const Pair s = make_pair();
    const int copy = static_cast<int>(left.sockets.duplicate(file(left, s.accepted)).value());
    EXPECT_EQ(left.sockets.duplicate_to(file(left, copy), 0).value(), 0);
    EXPECT_TRUE(left.sockets.fcntl(file(left, copy), F_SETFL, O_NONBLOCK).ok());
    EXPECT_EQ(left.sockets.fcntl(file(left, 0), F_GETFL, 0).value(), O_RDWR | O_NONBLOCK);
    close(left, s.accepted);
    close(left, copy);
    EXPECT_TRUE(write(right, s.client, packets::text("still open")).ok());
    Packet data;
    polled(left, 0, POLLIN, seconds(1));
    EXPECT_EQ(read(left, 0, data, 100).value(), 10);
}

TEST_F(Linked, IoctlTellsWhatCanBeRead) {
    const Pair s = make_pair();
    EXPECT_TRUE(write(right, s.client, packets::text("seven..")).ok());
    kernel.work_all();
    int n = 0;
    EXPECT_TRUE(left.sockets.ioctl(file(left, s.accepted), FIONREAD, &n).ok());
    EXPECT_EQ(n, 7);
    n = 1;
    EXPECT_TRUE(left.sockets.ioctl(file(left, s.accepted), FIONBIO, &n).ok());
    EXPECT_TRUE(file(left, s.accepted).nonblocking);
    EXPECT_EQ(left.sockets.ioctl(file(left, s.accepted), 1, &n).error(), Errno::NotTty);
}

TEST_F(Linked, OnlyTcpAndUdpAreServed) {
    using ustack::Sockets;
    EXPECT_TRUE(Sockets::serves(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    EXPECT_TRUE(Sockets::serves(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
    EXPECT_FALSE(Sockets::serves(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
    EXPECT_FALSE(Sockets::serves(AF_VSOCK, SOCK_STREAM, 0));
}

TEST_F(Linked, BadAddressesAreRefused) {
    const int fd = open(left);
    sockaddr_in a = address({}, kPort);
    EXPECT_EQ(left.sockets.bind(file(left, fd), &a, 3).error(), Errno::Inval);
    EXPECT_EQ(left.sockets.bind(file(left, fd), nullptr, sizeof a).error(), Errno::Fault);
    a.sin_family = AF_VSOCK;
    EXPECT_EQ(left.sockets.bind(file(left, fd), &a, sizeof a).error(), Errno::AfNoSupport);
    i32 negative = -1;
    EXPECT_EQ(left.sockets.local(file(left, fd), &a, &negative).error(), Errno::Inval);
    EXPECT_EQ(left.sockets.remote(file(left, fd), &a, &negative).error(), Errno::NotConn);
}

// --- poll ---

TEST_F(Linked, PollSeesDescriptorsOfBothKinds) {
    const Pair s = make_pair();
    kernel.events[kPipe] = 0;
    pollfd fds[3] = {{s.accepted, POLLIN, 0}, {-1, POLLIN, 0}, {kPipe, POLLIN, 0}};
    EXPECT_EQ(left.sockets.poll(fds, 3, kernel.now), 0);

    kernel.on_idle = [this] { kernel.events[kPipe] = POLLIN; };
    EXPECT_EQ(left.sockets.poll(fds, 3, Instant::never()), 1);
    EXPECT_EQ(fds[0].revents, 0);
    EXPECT_EQ(fds[2].revents, POLLIN);

    EXPECT_TRUE(write(right, s.client, packets::text("x")).ok());
    EXPECT_EQ(left.sockets.poll(fds, 3, Instant::never()), 2);
    EXPECT_EQ(fds[0].revents, POLLIN);
    EXPECT_EQ(fds[2].revents, POLLIN);
}

TEST_F(Linked, PollOfOwnSocketsThatAreReadyMakesNoSystemCall) {
    const Pair s = make_pair();
    ustack::event_loop().run();
    const usize before = kernel.polls;
    EXPECT_EQ(polled(left, s.accepted, POLLOUT), POLLOUT);
    EXPECT_EQ(kernel.polls, before);
}

TEST_F(Linked, PollEndsAtItsDeadline) {
    const Pair s = make_pair();
    const Instant start = kernel.now;
    EXPECT_EQ(polled(left, s.accepted, POLLIN, milliseconds(300)), 0);
    EXPECT_EQ(kernel.now, start + milliseconds(300));
}

TEST_F(Linked, TheStackWorksWhileItsProgramPollsForSomethingElse) {
    kernel.events[kPipe] = 0;
    const int listener = open(left), client = open(right, SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_EQ(bind(left, listener, {}, kPort), Errno::None);
    EXPECT_TRUE(left.sockets.listen(file(left, listener), 5).ok());
    EXPECT_EQ(connect(right, client, kLeft, kPort), Errno::InProgress);
    pollfd pipe{kPipe, POLLIN, 0};
    EXPECT_EQ(left.sockets.poll(&pipe, 1, kernel.now + seconds(1)), 0);
    EXPECT_EQ(polled(right, client, POLLOUT), POLLOUT) << "connected meanwhile";
}
