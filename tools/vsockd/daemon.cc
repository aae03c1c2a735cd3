#include "tools/vsockd/daemon.h"

#include <algorithm>
#include <cerrno>

#include "tools/vsockd/report.h"

namespace vsockd {
namespace {

// With --once: for programs that have not yet read what the guest sent.
constexpr Duration kGrace = seconds(2);

}  // namespace

Daemon::Daemon(Loop& loop, const Options& options)
    : loop_(loop),
      options_(options),
      muxer_(loop,
             {.guest_cid = options.cid,
              .path = options.path,
              .most_connections = options.connections,
              .verbose = options.verbose},
             counters_),
      device_(loop, options.cid, muxer_),
      listener_(loop, muxer_, counters_, options.path),
      qemu_(options.qemu, 0600) {  // whoever connects there gives us memory
    if (!loop_.add(qemu_.fd(), EPOLLIN, *this)) fail("epoll_ctl" + why(errno));
}

Daemon::~Daemon() { loop_.remove(qemu_.fd()); }

void Daemon::ready(u32, Instant now) {
    while (Fd client = qemu_.accept()) {
        if (device_.connected()) device_.ready(EPOLLIN, now);  // the old one may have gone a moment ago
        if (device_.connected()) {
            say("a second QEMU connects to " + options_.qemu +
                " and is refused: each guest needs a vsockd of its own");
            continue;
        }
        qemu_was_here_ = true;
        device_.connect(std::move(client));
    }
}

int Daemon::time_to_wait(int most) const {
    const Instant next = std::min({muxer_.next_deadline(), listener_.next_deadline(), end_at_});
    if (busy_ || next <= loop_.now()) return 0;
    if (next == Instant::never()) return most;
    const int until = static_cast<int>((next - loop_.now()).ms()) + 1;
    return most < 0 ? until : std::min(most, until);
}

bool Daemon::step(int milliseconds) {
    const bool woken = loop_.wait(time_to_wait(milliseconds));
    counters_.wakeups++;
    listener_.tidy(loop_.now());
    if (options_.once && qemu_was_here_ && !device_.connected() && end_at_ == Instant::never())
        end_at_ = loop_.now() + kGrace;
    busy_ = muxer_.work(device_, loop_.now());
    return woken || busy_;
}

}  // namespace vsockd
