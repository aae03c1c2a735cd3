// vsockd: the host's end of a guest's virtio-vsock device. docs/vsockd.md describes it.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "tools/vsockd/daemon.h"
#include "tools/vsockd/report.h"

namespace {

using namespace vsockd;

// Beside the connections: the standard ones, two listening sockets, epoll, QEMU's sockets, events and memory.
constexpr rlim_t kOtherFiles = 64;

void raise_file_limit(u32 connections) {
    const rlim_t needed = connections + kOtherFiles;
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= needed) return;
    limit.rlim_cur = needed;
    if (limit.rlim_max < needed || setrlimit(RLIMIT_NOFILE, &limit) < 0)
        fail(text(
            "%u connections need %llu open files, but only %llu are allowed: use --connections %llu, or "
            "raise the "
            "limit (as root: `ulimit -n %llu`)",
            connections, static_cast<unsigned long long>(needed),
            static_cast<unsigned long long>(limit.rlim_max),
            static_cast<unsigned long long>(limit.rlim_max > kOtherFiles ? limit.rlim_max - kOtherFiles : 1),
            static_cast<unsigned long long>(needed)));
}

// The process that started vsockd has ended. If it was QEMU, then its socket ends too, and vsockd may have
// data left.
constexpr u32 kParentEnded = SIGUSR2;

// Signals as events of the loop.
class Signals final : public Handler {
  public:
    explicit Signals(Loop& loop) {
        sigset_t wanted;
        sigemptyset(&wanted);
        for (int s : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&wanted, s);
        sigprocmask(SIG_BLOCK, &wanted, nullptr);
        fd_ = Fd(signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC));
        if (!fd_ || !loop.add(fd_.get(), EPOLLIN, *this)) fail("signalfd" + why(errno));
    }
    bool end = false, print = false, orphaned = false;

  private:
    void ready(u32, Instant) override {
        signalfd_siginfo info;
        while (read(fd_.get(), &info, sizeof info) == sizeof info)

            (info.ssi_signo == SIGUSR1 ? print : info.ssi_signo == kParentEnded ? orphaned : end) = true;
    }
    Fd fd_;
};

// The kernel sends this signal when the parent ends, unless it has ended before.
void end_with_parent(pid_t parent) {
    prctl(PR_SET_PDEATHSIG, kParentEnded);
    if (getppid() != parent) std::exit(0);
}

}  // namespace

int main(int argc, char** argv) {
    const pid_t parent = getppid();
    const Options options = parse_options(argc, argv);
    raise_file_limit(options.connections);
    Loop loop;
    Signals signals(loop);
    if (options.once) end_with_parent(parent);
    Daemon daemon(loop, options);
    // A script that starts vsockd waits for this line.
    std::printf("vsockd: programs connect to %s, QEMU to %s\n", options.path.c_str(), options.qemu.c_str());
    std::fflush(stdout);
    while (!signals.end && !daemon.ended()) {
        daemon.step(-1);
        if (std::exchange(signals.orphaned, false) && daemon.waits_for_qemu()) break;
        if (std::exchange(signals.print, false)) daemon.counters().print();
    }
    daemon.counters().print();
}
