// Datagrams to the host and back: one, many, of every size, and faster than they are read.
#include "kit.h"
#include "lib/endian.h"

namespace nettests {

namespace {

bool ping(int fd, int number) {
    char text[64];
    return echo(fd, text,
                snprintf(text, sizeof text, "a message from nx6! (%d of process %d)", number, getpid()));
}

bool ping_many(int count) {
    const Fd fd(open_server());
    if (!fd.ok()) return false;
    for (int i = 1; i <= count; i++) {
        if (!ping(fd.get(), i)) return false;
    }
    return true;
}

// The drops since it was constructed. A failed test prints where packets were lost.
class Losses {
  public:
    Losses() { sample(stats_, interface_); }

    // Datagrams that have reached a socket, queued or dropped.
    unsigned long arrived() const {
        struct net_stats s;
        struct ifinfo i;
        sample(s, i);
        return s.udp_in - stats_.udp_in + s.udp_queue_full - stats_.udp_queue_full;
    }
    unsigned long queue_full() const {
        struct net_stats s;
        struct ifinfo i;
        sample(s, i);
        return s.udp_queue_full - stats_.udp_queue_full;
    }
    const char* words() const {
        static char text[160];
        struct net_stats s;
        struct ifinfo i;
        sample(s, i);
        snprintf(text, sizeof text,
                 "dropped in the guest: %lu socket queue full, %lu no mbuf, %lu missed by the NIC",
                 s.udp_queue_full - stats_.udp_queue_full, i.rx_no_mbuf - interface_.rx_no_mbuf,
                 i.rx_missed - interface_.rx_missed);
        return text;
    }

  private:
    static void sample(struct net_stats& s, struct ifinfo& i) {
        netstats(&s);
        memset(&i, 0, sizeof i);
        ifinfo(0, &i);
    }
    struct net_stats stats_;
    struct ifinfo interface_;
};

// Receives a datagram of a burst. Returns the index at its front, or a negative error.
int receive_index(int fd, int size) {
    static unsigned char datagram[FRAME_MAX_PAYLOAD];
    const int n = read(fd, datagram, sizeof datagram);
    if (n < 0) return n;
    if (n != size) {
        fail("a datagram of the burst has %d bytes, not %d", n, size);
        return -EPROTO;
    }
    be32 index;
    memcpy(&index, datagram, sizeof index);
    return static_cast<int>(index & 0x7fffffff);
}

// Waits until nothing has arrived for 200 ms, 3 s at most.
void let_arrive(const Losses& losses, unsigned long expected) {
    unsigned long before = ~0ul;
    for (int i = 0; i < 15; i++) {
        const unsigned long now = losses.arrived();
        if (now >= expected || (now == before && now > 0)) return;
        before = now;
        sleep(2);
    }
}

constexpr int kBurst = 256;  // descriptors of the receive ring
constexpr int kBurstSize = 64;

}  // namespace

bool test_ping() { return ping_many(1); }
bool test_ping_100() { return ping_many(quick ? 10 : 100); }
bool test_ping_10_processes() {
    return in_processes(10, [](int) { return ping_many(quick ? 2 : 10); });
}

// From the smallest frame to fragments.
bool test_sizes() {
    static unsigned char data[kLargest];
    for (unsigned i = 0; i < sizeof data; i++) data[i] = static_cast<unsigned char>(i * 7 + i / 256);
    const Fd fd(open_server());
    if (!fd.ok()) return false;
    for (const int size :
         std::initializer_list<int>{0, 1, 2, 3, 17, 18, 19, 255, 512, 1471, FRAME_MAX_PAYLOAD,
                                    FRAME_MAX_PAYLOAD + 1, 4000, kLargest}) {
        if (echo(fd.get(), data, size)) continue;
        char why[sizeof remark];
        memcpy(why, remark, sizeof why);
        return fail("with %d bytes: %s", size, why);
    }
    return true;
}

bool test_burst() {
    static bool seen[kBurst];
    memset(seen, 0, sizeof seen);
    const Fd fd(open_answering_server());
    if (!fd.ok()) return false;
    const Losses losses;
    if (!ask_for_burst(fd.get(), kBurst, kBurstSize)) return false;
    for (int got = 0; got < kBurst; got++) {
        const int index = receive_index(fd.get(), kBurstSize);
        if (index == -ETIMEDOUT && got > 0) {
            return fail("only %d of %d datagrams came; %s", got, kBurst, losses.words());
        }
        if (index == -EPROTO) return false;
        if (index < 0) return fail("no burst: %s; %s", strerror(index), losses.words());
        if (index >= kBurst || seen[index]) return fail("datagram %d came twice, or was never sent", index);
        seen[index] = true;
    }
    return true;
}

// Sends more than the socket's queue holds while nobody reads. In rounds, because the host's queue is small
// too. Each round counts from 0, so the queue must hold 0 1 2 ... kRound-1 0 1 ... without a gap.
bool test_overflow() {
    constexpr int kRound = 160, kRounds = 2;
    static_assert(kRound < SOCKET_QUEUE_LIMIT && kRound * kRounds > SOCKET_QUEUE_LIMIT);
    const Fd fd(open_answering_server());
    if (!fd.ok()) return false;
    const Losses losses;
    for (int round = 1; round <= kRounds; round++) {
        if (!ask_for_burst(fd.get(), kRound, kBurstSize)) return false;
        let_arrive(losses, static_cast<unsigned>(round * kRound));
    }
    const auto arrived = static_cast<int>(losses.arrived()), dropped = static_cast<int>(losses.queue_full());
    if (arrived < kRound * kRounds) {
        return fail("only %d of %d datagrams came; %s", arrived, kRound * kRounds, losses.words());
    }
    settimeout(fd.get(), 200);
    int kept = 0;
    for (;; kept++) {
        const int index = receive_index(fd.get(), kBurstSize);
        if (index == -ETIMEDOUT) break;
        if (index == -EPROTO) return false;
        if (index < 0) return fail("cannot read the queued datagrams: %s", strerror(index));
        if (index != kept % kRound) return fail("datagram %d has index %d: the order is wrong", kept, index);
    }
    if (kept != SOCKET_QUEUE_LIMIT)
        return fail("the queue kept %d datagrams, not %d", kept, SOCKET_QUEUE_LIMIT);
    if (kept + dropped != arrived) {
        return fail("%d kept and %d counted as udp_queue_full, but %d came", kept, dropped, arrived);
    }
    // The socket still works.
    settimeout(fd.get(), kAnswerMs);
    return ping(fd.get(), 1);
}

// Each datagram goes to exactly one of the processes that read.
namespace {
constinit int shared_fd = -1;

bool read_until_quiet(int) {
    int count = 0;
    while (receive_index(shared_fd, kBurstSize) >= 0) count++;
    exit(count + 2);  // 0 and 1 are statuses of in_processes()
}
}  // namespace

bool test_readers() {
    constexpr int kReaders = 4, kDatagrams = 64;
    const Fd fd(open_answering_server());
    if (!fd.ok()) return false;
    shared_fd = fd.get();
    settimeout(shared_fd, 500);
    int started = 0, got = 0;
    for (; started < kReaders; started++) {
        const int pid = fork();
        if (pid == 0) read_until_quiet(started);
        if (pid < 0) break;
    }
    const bool asked = ask_for_burst(fd.get(), kDatagrams, kBurstSize);
    for (int i = 0; i < started; i++) {
        int status;
        wait(&status);
        got += status - 2;
    }
    if (!asked) return false;
    if (started < kReaders) return fail("only %d of %d processes could be started", started, kReaders);
    return got == kDatagrams ||
           fail("%d processes got %d datagrams in all, not %d", kReaders, got, kDatagrams);
}

}  // namespace nettests
