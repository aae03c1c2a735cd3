// Polls of many descriptors, for which the kernel remembers what has not occurred: the answer must be the
// same as that of a poll of one, which asks the object.
#include "abi/poll.h"
#include "socket_kit.h"

namespace usertests {
namespace {

constexpr int kEach = 4, kFiles = 5 * kEach;
constexpr short kEvents = POLLIN | POLLOUT | POLLRDHUP;

// Sockets and pipes, each with its other end.
class Files {
  public:
    Files() {
        for (int i = 0; i < kFiles; i++) open(i);
    }
    ~Files() {
        for (int i = 0; i < kFiles; i++) shut(i);
    }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    int fd(int i) const { return ends_[i][0]; }

    void change(int i, unsigned how) {
        static char bytes[9000];
        switch (how % 8) {
            case 0: shut(i), open(i); break;
            case 1: call(kCall_shutdown, ends_[i][how >> 3 & 1], how >> 4 & 1); break;
            case 2: call(kCall_close, ends_[i][1]), ends_[i][1] = -1; break;
            case 3:
            case 4: read(ends_[i][how >> 3 & 1], bytes, how >> 4 & 1 ? sizeof bytes : 1); break;
            default: write(ends_[i][how >> 3 & 1], bytes, how >> 4 & 1 ? sizeof bytes : 1); break;
        }
    }

  private:
    void open(int i) {
        int* ends = ends_[i];
        switch (i / kEach) {
            case 0: pipe(ends); break;
            case 1: pipe(ends), swap(ends); break;
            case 2: call(kCall_socketpair, AF_UNIX, SOCK_STREAM, 0, word(ends)); break;
            case 3:
                for (int k = 0; k < 2; k++) ends[k] = udp_socket(), bind_to(ends[k], kLoopback, 0);
                for (int k = 0; k < 2; k++)
                    connect_to(ends[k], kLoopback, static_cast<unsigned>(port_of(ends[1 - k])));
                break;
            default: {
                const int listener = tcp_socket();
                bind_to(listener, kLoopback, 0);
                sys(kCall_listen, listener, 1);
                ends[0] = tcp_socket();
                connect_to(ends[0], kLoopback, static_cast<unsigned>(port_of(listener)));
                ends[1] = static_cast<int>(sys(kCall_accept, listener, 0, 0, 0));
                close(listener);
            }
        }
        for (int k = 0; k < 2; k++) set_nonblocking(ends[k]);
    }
    void shut(int i) {
        for (int& end : ends_[i]) {
            const struct linger reset { 1, 0 };
            sys(kCall_setsockopt, end, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            close(end);
            end = -1;
        }
    }
    static void swap(int* ends) {
        const int reader = ends[0];
        ends[0] = ends[1], ends[1] = reader;
    }

    int ends_[kFiles][2];
};

// TCP's events follow within a moment.
bool all_agree(const Files& files, int round) {
    pollfd set[kFiles];
    for (int tries = 0;; tries++) {
        int bad = -1;
        short alone = 0;
        for (int i = 0; i < kFiles; i++) set[i] = {files.fd(i), kEvents, 0};
        sys(kCall_poll, set, kFiles, 0);
        for (int i = 0; i < kFiles && bad < 0; i++) {
            alone = static_cast<short>(ready_for(files.fd(i), kEvents, 1));
            if (alone != set[i].revents) bad = i;
        }
        if (bad < 0) return true;
        if (tries == 100)
            return fail("round %d, file %d: %#x in the set, %#x alone", round, bad, set[bad].revents, alone);
        call(kCall_nanosleep, 1'000'000);
    }
}

}  // namespace

bool test_poll_sets() {
    Files files;
    Draw draw(7);
    for (int round = 0; round < (quick ? 300 : 3000); round++) {
        files.change(static_cast<int>(draw.below(kFiles)), static_cast<unsigned>(draw.below(1 << 16)));
        if (!all_agree(files, round)) return false;
    }
    return true;
}

// A change that comes while nobody polls, and one that comes while the poll waits, from another process.
bool test_poll_wakeups() {
    Pipe pipes[12];
    pollfd set[12];
    for (int i = 0; i < 12; i++) set[i] = {pipes[i].reader(), POLLIN, 0};
    const auto poll_all = [&](int ms) { return sys(kCall_poll, set, 12, ms); };
    for (int round = 0; round < (quick ? 20 : 200); round++) {
        Pipe& one = pipes[round % 12];
        char byte = 'x';
        if (!expect("poll() of idle pipes", poll_all(0), 0)) return false;
        const int pid = start([&] {
            if (round % 2) call(kCall_nanosleep, 2'000'000);
            return write(one.writer(), &byte, 1) - 1;
        });
        if (!expect("poll() while another process writes", poll_all(5000), 1)) return false;
        if (!expect("the writer", end_of(pid), 0) || !expect("poll() again", poll_all(0), 1)) return false;
        const int reader = start([&] { return read(one.reader(), &byte, 1) - 1; });
        if (!expect("the reader", end_of(reader), 0)) return false;
    }
    return true;
}

}  // namespace usertests
