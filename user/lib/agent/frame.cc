#include "agent/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

namespace agent {
namespace {

bool is_valid(const FrameHeader& h) {
    return h.kind >= Kind::Run && h.kind <= Kind::kLast && !h.zero[0] && !h.zero[1] && !h.zero[2] &&
           h.length <= kMaxPayload;
}

}  // namespace

usize FrameReader::want() const {
    if (have_ < sizeof(FrameHeader)) return sizeof(FrameHeader);
    return sizeof(FrameHeader) + reinterpret_cast<const FrameHeader*>(bytes_)->length;
}

FrameReader::Got FrameReader::read(int fd) {
    while (have_ < sizeof(FrameHeader) || have_ < want()) {
        const ssize_t n = ::read(fd, bytes_ + have_, want() - have_);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == EAGAIN ? Got::More : Got::Lost;
        if (n == 0) return Got::Lost;
        have_ += static_cast<usize>(n);
        if (have_ == sizeof(FrameHeader) && !is_valid(*reinterpret_cast<const FrameHeader*>(bytes_)))
            return Got::Nonsense;
    }
    return Got::Frame;
}

void FrameWriter::put(Kind kind, usize length) {
    auto& header = *reinterpret_cast<FrameHeader*>(bytes_);
    header = {kind, {}, static_cast<u32>(length)};
    at_ = 0;
    end_ = sizeof header + length;
}

void FrameWriter::put(Kind kind, Bytes payload) {
    memcpy(room().data(), payload.data(), payload.size());
    put(kind, payload.size());
}

bool FrameWriter::flush(int fd) {
    while (!is_idle()) {
        const ssize_t n = send(fd, bytes_ + at_, end_ - at_, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == EAGAIN;
        at_ += static_cast<usize>(n);
    }
    return true;
}

}  // namespace agent
