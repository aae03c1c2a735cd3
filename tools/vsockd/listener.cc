#include "tools/vsockd/listener.h"

#include <sys/socket.h>

#include <cerrno>

#include "tools/vsockd/handshake.h"
#include "tools/vsockd/report.h"

namespace vsockd {
namespace {

// Long enough for a person who types the line.
constexpr Duration kPatience = seconds(30);
// Before accept() is tried again.
constexpr Duration kPause = milliseconds(100);

}  // namespace

Listener::Listener(Loop& loop, Muxer& muxer, Counters& counters, const std::string& path)
    : loop_(loop), muxer_(muxer), counters_(counters), socket_(path, 0) {
    if (!loop_.add(socket_.fd(), EPOLLIN, *this)) fail("epoll_ctl" + why(errno));
}

Listener::~Listener() { loop_.remove(socket_.fd()); }

void Listener::ready(u32, Instant now) {
    while (Fd client = socket_.accept()) {
        if (muxer_.is_full(waiting_.size())) {
            counters_.refused_full++;
            continue;
        }
        Handshake& h = waiting_.emplace_back(*this, std::move(client), now + kPatience);
        if (!loop_.add(h.fd.get(), EPOLLIN | EPOLLRDHUP, h)) fail("epoll_ctl" + why(errno));
    }
    accept_at_ = errno == EAGAIN ? Instant::never() : now + kPause;
}

void Listener::Handshake::ready(u32, Instant now) {
    if (!fd || !listener.take_line(*this, now)) return;
    leave();
    fd = Fd();
    listener.done_ = true;
}

// The bytes after the line stay in the socket: they are data.
bool Listener::take_line(Handshake& h, Instant now) {
    char line[kLongestConnect];
    const ssize_t n = recv(h.fd.get(), line, sizeof line, MSG_PEEK | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    const std::string_view seen(line, n > 0 ? static_cast<usize>(n) : 0);
    const usize end = seen.find('\n');
    if (end == std::string_view::npos && n > 0 && seen.size() < sizeof line) return false;
    const auto port = parse_connect(seen.substr(0, end));
    if (end == std::string_view::npos || !port) return counters_.refused_line++, true;
    if (recv(h.fd.get(), line, end + 1, MSG_DONTWAIT) != static_cast<ssize_t>(end + 1)) return true;
    loop_.remove(h.fd.get());
    muxer_.open(std::move(h.fd), *port, now);
    return true;
}

void Listener::tidy(Instant now) {
    while (!waiting_.empty() && waiting_.front().deadline <= now) {
        if (waiting_.front().fd) counters_.refused_late++;
        waiting_.pop_front();
    }
    if (std::exchange(done_, false)) waiting_.remove_if([](const Handshake& h) { return !h.fd; });
    if (accept_at_ <= now) ready(EPOLLIN, now);
}

}  // namespace vsockd
