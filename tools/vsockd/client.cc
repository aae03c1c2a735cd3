#include "tools/vsockd/client.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "tools/vsockd/pieces.h"

namespace vsockd {
namespace {

constexpr usize kMostPieces = 1024;  // IOV_MAX

msghdr message_of(std::span<const iovec> pieces) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());
    message.msg_iovlen = std::min(pieces.size(), kMostPieces);
    return message;
}

}  // namespace

void Client::note(u32 events) {
    if (events & (EPOLLIN | EPOLLRDHUP)) readable_ = true;
    if (events & EPOLLOUT) writable_ = true;
    if (!(events & (EPOLLHUP | EPOLLERR))) return;
    gone_ = true;
    u8 byte;
    if (recv(fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) input_ended_ = true;
}

u32 Client::wanted_events() const {
    constexpr u32 kAlways = EPOLLIN | EPOLLRDHUP;
    return writable_ || output_failed_ ? kAlways : kAlways | EPOLLOUT;
}

usize Client::read(std::span<const iovec> pieces) {
    msghdr message = message_of(pieces);
    const ssize_t n = recvmsg(fd(), &message, MSG_DONTWAIT);
    if (n > 0) return static_cast<usize>(n);
    if (n < 0 && errno == EINTR) return 0;
    readable_ = false;
    if (n < 0 && errno == EAGAIN) return 0;
    input_ended_ = true;
    gone_ |= n < 0;  // it closed its end with our data unread
    return 0;
}

void Client::refuse_input() {
    if (!std::exchange(input_refused_, true)) shutdown(fd(), SHUT_RD);
    input_ended_ = true;
}

usize Client::write(std::span<const iovec> pieces) {
    if (output_failed_) return total(pieces);
    const usize sent = kept() ? 0 : send(pieces);
    if (output_failed_) return total(pieces);
    std::vector<iovec> rest(pieces.begin(), pieces.end());
    drop_front(rest, sent);
    if (rest.empty()) return sent;
    keep(rest);
    return sent + flush();  // until it says EAGAIN: only then does epoll tell when there is room
}

// How many bytes the socket took; fewer than all means that it is full, or that the program does not read.
usize Client::send(std::span<const iovec> pieces) {
    if (!writable_ || pieces.empty()) return 0;
    msghdr message = message_of(pieces);
    const ssize_t n = sendmsg(fd(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) return static_cast<usize>(n);
    if (errno == EAGAIN)
        writable_ = false;
    else if (errno != EINTR)
        output_failed_ = true;
    return 0;
}

void Client::keep(std::span<const iovec> pieces) {
    if (kept_begin_)
        kept_.erase(kept_.begin(),
                    kept_.begin() + static_cast<std::ptrdiff_t>(std::exchange(kept_begin_, 0)));
    for (const iovec& p : pieces) {
        const u8* begin = static_cast<const u8*>(p.iov_base);
        kept_.insert(kept_.end(), begin, begin + p.iov_len);
    }
}

usize Client::flush() {
    usize done = 0;
    while (kept() && writable_ && !output_failed_) {
        const iovec piece{kept_.data() + kept_begin_, kept()};
        const usize n = send({&piece, 1});
        kept_begin_ += n;
        done += n;
    }
    if (output_failed_) done += kept();
    if (!kept() || output_failed_) {
        std::vector<u8>().swap(kept_);  // most connections never keep anything again
        kept_begin_ = 0;
    }
    shut_if_asked();
    return done;
}

void Client::end_output() {
    output_ends_ = true;
    shut_if_asked();
}

void Client::shut_if_asked() {
    if (output_ends_ && !kept() && !std::exchange(output_ended_, true)) shutdown(fd(), SHUT_WR);
}

}  // namespace vsockd
