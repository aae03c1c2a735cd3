// sendmsg() and recvmsg() of several ranges. What is sent is copied to one buffer, so that it is one
// datagram, or in as few segments as possible. A stream fills the ranges of a receiver one after the other.
#include "abi/uio.h"
#include "lib/string.h"
#include "ustack/sockets.h"

extern "C" {
void* malloc(usize n);
void free(void* p);
}

namespace ustack {
namespace {

using net::IpProtocol;

constexpr usize kMostBytes = 0x7fff'ffff;  // of one call

// The bytes of all ranges.
Result<usize> total_of(const msghdr& m) {
    if (m.msg_iovlen > UIO_MAXIOV) return Errno::MsgSize;
    usize n = 0;
    for (usize i = 0; i < m.msg_iovlen; i++) {
        if (m.msg_iov[i].iov_len > kMostBytes - n) return Errno::Inval;
        n += m.msg_iov[i].iov_len;
    }
    return n;
}

class Buffer {
  public:
    explicit Buffer(usize n) : bytes_(static_cast<u8*>(malloc(n + 1))) {}
    ~Buffer() { free(bytes_); }
    Buffer(const Buffer&) = delete;
    u8* bytes() const { return bytes_; }

  private:
    u8* const bytes_;
};

void gather(const msghdr& m, u8* to) {
    for (const iovec& range : std::span(m.msg_iov, m.msg_iovlen)) {
        if (range.iov_len > 0) memcpy(to, range.iov_base, range.iov_len);
        to += range.iov_len;
    }
}

// m has room for n bytes.
void scatter(const u8* from, usize n, const msghdr& m) {
    for (const iovec* range = m.msg_iov; n > 0; range++) {
        const usize part = n < range->iov_len ? n : range->iov_len;
        if (part > 0) memcpy(range->iov_base, from, part);
        from += part;
        n -= part;
    }
}

// Calls transfer(range, done) for one range after the other, until one is not transferred completely. An
// error counts only if nothing was transferred before it.
template <class F>
Result<i64> one_by_one(const msghdr& m, F transfer) {
    i64 done = 0;
    for (const iovec& range : std::span(m.msg_iov, m.msg_iovlen)) {
        if (range.iov_len == 0) continue;
        const Result<i64> n = transfer(range, done);
        if (!n.ok()) return done > 0 ? Result<i64>(done) : n;
        done += n.value();
        if (static_cast<usize>(n.value()) < range.iov_len) break;
    }
    return done;
}

}  // namespace

Result<i64> Sockets::send_message(File& f, const msghdr& m, int flags) {
    const usize n = TRY(total_of(m));
    const auto length = static_cast<i32>(m.msg_namelen);
    const bool fits = n <= net::DatagramSocket::kMaxPayload;
    if (f.protocol == IpProtocol::Tcp && !fits) {
        return one_by_one(m, [&](const iovec& range, i64) {
            return send(f, range.iov_base, range.iov_len, flags, nullptr, 0);
        });
    }
    if (!fits) return Errno::MsgSize;
    const Buffer all(n);
    if (!all.bytes()) return Errno::NoMem;
    gather(m, all.bytes());
    return send(f, all.bytes(), n, flags, m.msg_name, length);
}

// After the first bytes of a stream, it does not wait for more.
Result<i64> Sockets::receive_message(File& f, msghdr& m, int flags) {
    const usize n = TRY(total_of(m));
    m.msg_controllen = 0;
    m.msg_flags = 0;
    auto* length = m.msg_name ? reinterpret_cast<i32*>(&m.msg_namelen) : nullptr;
    if (f.protocol == IpProtocol::Tcp) {
        return one_by_one(m, [&](const iovec& range, i64 done) {
            if (done > 0 && flags & MSG_PEEK)
                return Result<i64>(Errno::Again);  // it would see the same bytes
            const int more = done > 0 && !(flags & MSG_WAITALL) ? MSG_DONTWAIT : 0;
            return receive(f, range.iov_base, range.iov_len, flags | more, m.msg_name, length);
        });
    }
    const usize room = n < net::DatagramSocket::kMaxPayload ? n : net::DatagramSocket::kMaxPayload;
    const Buffer all(room);
    if (!all.bytes()) return Errno::NoMem;
    const i64 got = TRY(receive(f, all.bytes(), room, flags | MSG_TRUNC, m.msg_name, length));
    const auto whole = static_cast<usize>(got);
    scatter(all.bytes(), whole < n ? whole : n, m);
    if (whole > n) m.msg_flags = MSG_TRUNC;
    return whole > n && !(flags & MSG_TRUNC) ? static_cast<i64>(n) : got;
}

}  // namespace ustack
