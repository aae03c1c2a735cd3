#include "tools/vsockd/vhost_message.h"

#include <cerrno>
#include <cstring>

namespace vsockd {

Message* MessageSocket::receive() {
    constexpr usize kHeader = sizeof(Message::Header);
    if (received_ >= kHeader && received_ == kHeader + message_.header_.size) {  // the last one is done with
        received_ = 0;
        message_.files_.clear();
    }
    while (!ended_) {
        const bool whole_header = received_ >= kHeader;
        if (whole_header && (message_.header_.size > Message::kMaxPayload ||
                             (message_.header_.flags & Message::kVersionMask) != Message::kVersion))
            ended_ = true;
        else if (whole_header && received_ == kHeader + message_.header_.size)
            return &message_;
        else if (!fill())
            break;
    }
    return nullptr;
}

// Reads what is missing of the header or of the payload. False: nothing there.
bool MessageSocket::fill() {
    constexpr usize kHeader = sizeof(Message::Header);
    iovec piece;
    if (received_ < kHeader)
        piece = {reinterpret_cast<u8*>(&message_.header_) + received_, kHeader - received_};
    else
        piece = {message_.payload_.data() + (received_ - kHeader),
                 kHeader + message_.header_.size - received_};
    alignas(cmsghdr) char control[CMSG_SPACE(Message::kMaxFiles * sizeof(int))];
    msghdr header{};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    const ssize_t n = recvmsg(fd_.get(), &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    ended_ = n <= 0 || !take_files(header);
    if (!ended_) received_ += static_cast<usize>(n);
    return !ended_;
}

// All descriptors are owned from here on, also those of a message that is refused.
bool MessageSocket::take_files(msghdr& header) {
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        for (usize i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
            int fd;
            std::memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            message_.files_.emplace_back(fd);
        }
    }
    return !(header.msg_flags & MSG_CTRUNC) && message_.files_.size() <= Message::kMaxFiles;
}

void MessageSocket::reply(const Message& to, Bytes payload) {
    u8 buffer[sizeof(Message::Header) + Message::kMaxPayload];
    const Message::Header header{to.header_.request, Message::kVersion | Message::kReply,
                                 static_cast<u32>(payload.size())};
    std::memcpy(buffer, &header, sizeof header);
    if (!payload.empty()) std::memcpy(buffer + sizeof header, payload.data(), payload.size());
    const usize length = sizeof header + payload.size();
    if (send(fd_.get(), buffer, length, MSG_DONTWAIT | MSG_NOSIGNAL) != static_cast<ssize_t>(length))
        ended_ = true;
}

}  // namespace vsockd
