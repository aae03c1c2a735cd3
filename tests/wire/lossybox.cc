// The lossy box: a bad wire between two ends, each a QEMU or a TAP interface. See --help.
#include <poll.h>
#include <sys/signalfd.h>

#include <csignal>
#include <cstdio>
#include <ctime>

#include "tests/wire/end.h"
#include "tests/wire/options.h"
#include "tests/wire/under_way.h"

using namespace wire;

namespace {

Instant now() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return {static_cast<u64>(t.tv_sec) * 1'000'000'000 + static_cast<u64>(t.tv_nsec)};
}

class Box {
  public:
    // `end_signals`: becomes readable when the box must end.
    Box(const Options& o, int end_signals)
        : ends_{open_end(o.ends[0]), open_end(o.ends[1])},
          directions_{Direction(o.weather[0], o.seed * 2), Direction(o.weather[1], o.seed * 2 + 1)},
          end_signals_(end_signals) {}

    void run() {
        bool more = false;
        while (!wait(more)) {
            more = take_in(0) | take_in(1);
            deliver();
        }
    }

    void print() const {
        print_direction("a-to-b", directions_[0].counts);
        print_direction("b-to-a", directions_[1].counts);
        std::printf("box: under_way=%zu refused=%llu nobody_there=%llu socket_full=%llu\n",
                    under_way_.frames(), static_cast<unsigned long long>(refused_),
                    static_cast<unsigned long long>(nobody_there_),
                    static_cast<unsigned long long>(ends_[0]->overflows() + ends_[1]->overflows()));
    }

  private:
    // Waits until a frame arrives or is due; returns at once if `more` is set. Linux's timer slack (50 us)
    // groups several frames. True: the box must end.
    bool wait(bool more) {
        pollfd fds[] = {{ends_[0]->fd(), POLLIN, 0}, {ends_[1]->fd(), POLLIN, 0}, {end_signals_, POLLIN, 0}};
        const Instant next = under_way_.next(), here = now();
        const u64 left = !more && next > here ? next.ns - here.ns : 0;
        const timespec timeout{static_cast<time_t>(left / 1'000'000'000),
                               static_cast<long>(left % 1'000'000'000)};
        ppoll(fds, 3, next == Instant::never() && !more ? nullptr : &timeout, nullptr);
        return fds[2].revents & POLLIN;
    }

    bool take_in(int end) {
        const Instant here = now();
        return ends_[end]->receive([&](Bytes frame) {
            arrivals_.clear();
            directions_[end].carry(here, frame, arrivals_);
            for (Arrival& a : arrivals_) {
                const int to = a.back ? end : 1 - end;
                if (!under_way_.add(std::move(a), to)) refused_++;
            }
        });
    }

    void deliver() {
        const Instant here = now();
        for (auto& batch : due_) batch.clear();
        while (under_way_.next() <= here) {
            int end;
            Frame frame = under_way_.take(end);
            due_[end].push_back(std::move(frame));
        }
        for (int end : {0, 1}) {
            if (due_[end].empty()) continue;
            const usize sent = ends_[end]->send(due_[end]);
            directions_[1 - end].counts.delivered += sent;
            nobody_there_ += due_[end].size() - sent;
        }
    }

    static void print_direction(const char* name, const Counts& c) {
        const struct {
            const char* what;
            u64 count;
        } rows[] = {{"entered", c.entered},  {"bytes", c.bytes},           {"delivered", c.delivered},
                    {"lost", c.lost},        {"damaged", c.damaged},       {"doubled", c.doubled},
                    {"held", c.held},        {"queue_full", c.queue_full}, {"fragmented", c.fragmented},
                    {"too_long", c.too_long}};
        std::printf("%s:", name);
        for (const auto& r : rows) std::printf(" %s=%llu", r.what, static_cast<unsigned long long>(r.count));
        std::printf("\n");
    }

    std::unique_ptr<End> ends_[2];
    Direction directions_[2];  // each from the end with the same index
    UnderWay under_way_;
    std::vector<Arrival> arrivals_;  // of one frame; a member to reuse its memory
    std::vector<Frame> due_[2];      // for each end, likewise
    u64 refused_ = 0, nobody_there_ = 0;
    int end_signals_;
};

// A file descriptor that becomes readable at SIGTERM or SIGINT.
int open_end_signals() {
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGTERM);
    sigaddset(&both, SIGINT);
    sigprocmask(SIG_BLOCK, &both, nullptr);
    return signalfd(-1, &both, SFD_CLOEXEC);
}

}  // namespace

int main(int, char** argv) {
    try {
        const Options o = parse_options(argv + 1);
        if (o.help) return std::fputs(kUsage, stdout) < 0;
        Box box(o, open_end_signals());
        std::puts("ready");
        std::fflush(stdout);
        box.run();
        box.print();
    } catch (const Problem& p) {
        std::fprintf(stderr, "lossybox: %s\n", p.what());
        return 1;
    }
}
