// Descriptors in flight, and those that nobody can reach any more. The fixture checks after each test that
// all sockets, files and pages are gone.
#include <thread>

#include "ipc_kit.h"

using namespace ipc_kit;

namespace {

class InFlight : public UnixSockets {};

TEST_F(InFlight, ArriveAtTheReceiver) {
    FdPair p = pair();
    Fd plain(fake::plain_file());
    EXPECT_OK(send(p.a, "x", {&plain, &p.a}));
    plain.close();
    EXPECT_EQ(descriptors_in_flight(), 2u);
    Received r = receive(p.b);
    ASSERT_EQ(r.fds.size(), 2u);
    EXPECT_FALSE(r.fds[0].is_socket());
    EXPECT_EQ(&*r.fds[1], &*p.a);
    EXPECT_EQ(descriptors_in_flight(), 0u);
    p.a.close();
    EXPECT_OK(send(r.fds[1], "still open")) << "the received descriptor keeps it open";
}

TEST_F(InFlight, AreClosedWithTheirReceiver) {
    FdPair p = pair(), q = pair();
    EXPECT_OK(send(p.a, "x", {&q.a}));
    q.a.close();
    EXPECT_EQ(receive(q.b).error, Errno::Again);
    p.b.close();
    EXPECT_EQ(receive(q.b).error, Errno::None) << "end of file: q.a is closed";
}

TEST_F(InFlight, AreClosedByAReadWithoutRoomForThem) {
    FdPair p = pair(), q = pair();
    EXPECT_OK(send(p.a, "x", {&q.a}));
    q.a.close();
    char byte;
    EXPECT_OK(p.b->receive({reinterpret_cast<uptr>(&byte)}, 1, 0, nullptr));
    EXPECT_EQ(receive(q.b).text, "") << "end of file";
    EXPECT_EQ(descriptors_in_flight(), 0u);
}

TEST_F(InFlight, AreCollectedWhenASocketHoldsItself) {
    FdPair p = pair();
    EXPECT_OK(send(p.b, "x", {&p.a}));
    p.a.close();
    EXPECT_EQ(descriptors_in_flight(), 0u) << "nobody can receive it";
    EXPECT_EQ(send(p.b, "x").error(), Errno::Pipe);
}

TEST_F(InFlight, AreCollectedWhenTheReceiverClosesFirst) {
    FdPair p = pair();
    EXPECT_OK(send(p.b, "x", {&p.a}));
    p.b.close();
    EXPECT_EQ(descriptors_in_flight(), 1u) << "a is open";
    p.a.close();
    EXPECT_EQ(descriptors_in_flight(), 0u);
}

TEST_F(InFlight, AreCollectedWhenBothEndsAreInEachOther) {
    FdPair p = pair();
    EXPECT_OK(send(p.b, "x", {&p.b, &p.a, &p.b}));
    EXPECT_OK(send(p.a, "x", {&p.a, &p.b}));
    p.b.close();
    EXPECT_EQ(descriptors_in_flight(), 5u) << "a is open";
    p.a.close();
}

TEST_F(InFlight, AreCollectedInARing) {
    std::vector<FdPair> ring;
    for (int i = 0; i < 50; i++) ring.push_back(pair());
    Fd plain(fake::plain_file());
    for (usize i = 0; i < 50; i++) EXPECT_OK(send(ring[i].a, "x", {&ring[(i + 1) % 50].b, &plain}));
    plain.close();
    for (FdPair& p : ring) p.a.close();
    for (usize i = 0; i < 49; i++) ring[i].b.close();
    EXPECT_EQ(descriptors_in_flight(), 100u) << "all are reachable from the last one";
    ring[49].b.close();
}

TEST_F(InFlight, StayIfOneOfThemIsReachable) {
    FdPair p = pair(), outside = pair();
    EXPECT_OK(send(p.b, "x", {&p.a}));
    EXPECT_OK(send(outside.a, "y", {&p.a}));
    p.a.close();
    EXPECT_EQ(descriptors_in_flight(), 2u);
    Received r = receive(outside.b);
    ASSERT_EQ(r.fds.size(), 1u);
    Received inner = receive(r.fds[0]);
    EXPECT_EQ(inner.text, "x");
    EXPECT_EQ(inner.fds.size(), 1u);
}

TEST_F(InFlight, StayIfReachableThroughOthers) {
    FdPair p = pair(), q = pair(), outside = pair();
    EXPECT_OK(send(p.b, "x", {&p.a, &q.a}));  // p.a's queue: itself, and q.a
    EXPECT_OK(send(q.b, "y", {&q.a}));
    EXPECT_OK(send(outside.a, "z", {&p.a}));
    p.a.close();
    q.a.close();
    EXPECT_EQ(descriptors_in_flight(), 4u);
    Received r = receive(receive(outside.b).fds[0]);
    ASSERT_EQ(r.fds.size(), 2u);
    EXPECT_EQ(receive(r.fds[1]).text, "y");
}

TEST_F(InFlight, AreCollectedInABacklog) {
    Fd l = listening("/l"), c = connected("/l");
    EXPECT_OK(send(c, "x", {&l, &c}));
    c.close();
    EXPECT_EQ(descriptors_in_flight(), 2u);
    l.close();
    EXPECT_EQ(descriptors_in_flight(), 0u);
}

TEST_F(InFlight, StayInABacklogThatCanBeReached) {
    Fd l = listening("/l"), c = connected("/l");
    EXPECT_OK(send(c, "x", {&l}));
    c.close();
    EXPECT_EQ(receive(accept(l)).fds.size(), 1u);
}

TEST_F(InFlight, AreCollectedWhenAReadDropsTheLastWayToThem) {
    FdPair p = pair(), outside = pair();
    EXPECT_OK(send(p.b, "x", {&p.a}));
    EXPECT_OK(send(outside.a, "y", {&p.a}));
    p.a.close();
    p.b.close();
    char byte;
    EXPECT_OK(outside.b->receive({reinterpret_cast<uptr>(&byte)}, 1, 0, nullptr));
    EXPECT_EQ(descriptors_in_flight(), 0u);
}

// Each socket's queue holds the next one. The stack must not grow with the depth.
TEST_F(InFlight, AreClosedHoweverDeepTheyAreNested) {
    Fd inner = open();
    for (int i = 0; i < 1000; i++) {
        FdPair p = pair();
        EXPECT_OK(send(p.a, "x", {&inner}));
        inner = std::move(p.b);
    }
    EXPECT_EQ(descriptors_in_flight(), 1000u);
    EXPECT_EQ(family->in_use(), 1001u);
    inner.close();
}

TEST_F(InFlight, AreBoundedInOneQueue) {
    FdPair p = pair();
    Fd plain(fake::plain_file());
    for (u32 i = 0; i < kMostInFlightOfOne; i++) ASSERT_OK(send(p.a, "x", {&plain})) << i;
    EXPECT_ERROR(send(p.a, "x", {&plain}), TooManyRefs);
    EXPECT_OK(send(p.a, "without descriptors"));
    EXPECT_EQ(receive(p.b).fds.size(), 1u);
    EXPECT_OK(send(p.a, "x", {&plain}));
}

class SentByProcesses : public InFlight {
  protected:
    // How many descriptors this process can send on sockets of its own until it gets TooManyRefs.
    u32 send_all_it_can(int pid) {
        fake::processes().pid = pid;
        u32 all = 0;
        for (u32 n = 1; n > 0; all += n) {
            pairs.push_back(pair());
            n = 0;
            Result<usize> sent(usize{0});
            while ((sent = send(pairs.back().a, "x", {&plain})).ok()) n++;
            EXPECT_ERROR(sent, TooManyRefs);
        }
        return all;
    }

    std::vector<FdPair> pairs;
    Fd plain{fake::plain_file()};
};

TEST_F(SentByProcesses, AreAtMostHalfOfAllForOneWithManySockets) {
    EXPECT_EQ(send_all_it_can(100), kMostInFlight / 2);
    // The next one gets half of the rest.
    EXPECT_EQ(send_all_it_can(101), kMostInFlight / 4);
}

TEST_F(SentByProcesses, CountUntilTheyAreReceivedOrClosed) {
    const u32 most = send_all_it_can(100);
    EXPECT_EQ(receive(pairs.front().b).fds.size(), 1u);
    EXPECT_OK(send(pairs.front().a, "x", {&plain}));
    EXPECT_ERROR(send(pairs.front().a, "x", {&plain}), TooManyRefs);
    pairs.clear();
    EXPECT_EQ(send_all_it_can(100), most);
}

TEST_F(SentByProcesses, CountForTheirSenderWhoeverReceivesThem) {
    send_all_it_can(100);
    fake::processes().pid = 101;
    for (u32 i = 0; i < 10; i++) EXPECT_EQ(receive(pairs.front().b).fds.size(), 1u);
    EXPECT_EQ(send_all_it_can(100), 10u);
}

TEST_F(SentByProcesses, AreBoundedInAll) {
    u32 all = 0;
    for (int pid = 100; pid < 200; pid++) all += send_all_it_can(pid);
    EXPECT_EQ(all, descriptors_in_flight());
    EXPECT_LE(all, kMostInFlight);
    EXPECT_GE(all, kMostInFlight * 3 / 4);
}

// What one thread cannot reach, another may be receiving just now.
TEST_F(InFlight, SurviveThreadsThatSendReceiveAndClose) {
    std::vector<FdPair> shared;
    for (int i = 0; i < 4; i++) shared.push_back(pair());
    fake::world().on_wait = [] { return Result<>(); };
    const auto work = [&](unsigned hart) {
        net::platform::this_hart = hart;
        u64 random = hart + 1;
        const auto below = [&](unsigned n) {
            return static_cast<unsigned>((random = random * 6364136223846793005u + 1442695040888963407u) >>
                                         33) %
                   n;
        };
        for (int i = 0; i < 500; i++) {
            const FdPair& p = shared[below(4)];
            const FdPair own = pair();
            switch (below(4)) {
                case 0: (void)send(p.a, "x", {&own.a, &own.b}); break;
                case 1: (void)send(own.a, "x", {&own.b}), (void)send(p.b, "y", {&own.a}); break;
                case 2: (void)receive(p.a), (void)receive(p.b); break;
                default: (void)send(p.a, "x", {&p.b, &shared[below(4)].a});
            }
        }
    };
    std::thread one(work, 1), two(work, 2), three(work, 3);
    one.join(), two.join(), three.join();
    fake::world().on_wait = nullptr;
}

}  // namespace
