#include "net/socket/options.h"

#include "abi/socket.h"

namespace net {

static Result<> set_flag(bool& flag, Bytes value) {
    flag = TRY(option_value<int>(value))
    != 0;
    return {};
}

// As in Linux, a size outside of the limits is not an error, but is changed to the nearest limit.
static Result<> set_size(int& size, Bytes value) {
    const int wanted = TRY(option_value<int>(value));
    if (wanted < 0) return Errno::Inval;
    size = wanted < SocketOptions::kMinBuffer   ? SocketOptions::kMinBuffer
           : wanted > SocketOptions::kMaxBuffer ? SocketOptions::kMaxBuffer
                                                : wanted;
    return {};
}

Result<> set_timeout(Duration& timeout, Bytes value) {
    constexpr long kMaxSeconds = 1'000'000'000;
    const sock_timeval t = TRY(option_value<sock_timeval>(value));
    if (t.tv_sec < 0 || t.tv_usec < 0 || t.tv_usec >= 1'000'000) return Errno::Dom;
    timeout = t.tv_sec > kMaxSeconds ? Duration{} : seconds(t.tv_sec) + microseconds(t.tv_usec);
    return {};
}

static Result<> set_linger(SocketOptions& o, Bytes value) {
    const struct linger l = TRY(option_value<struct linger>(value));
    if (l.l_linger < 0) return Errno::Inval;
    o.linger = l.l_onoff != 0;
    o.linger_seconds = l.l_linger < SocketOptions::kMaxLinger ? l.l_linger : SocketOptions::kMaxLinger;
    return {};
}

usize give_timeout(Duration d, MutBytes room) {
    return give_option(sock_timeval{d.ns / 1'000'000'000, d.ns % 1'000'000'000 / 1000}, room);
}

Result<> SocketOptions::set(int name, Bytes value) {
    switch (name) {
        case SO_REUSEADDR:
        case SO_REUSEPORT: return set_flag(reuse_address, value);
        case SO_BROADCAST: return set_flag(broadcast, value);
        case SO_KEEPALIVE: return set_flag(keepalive, value);
        case SO_RCVBUF: return set_size(receive_buffer, value);
        case SO_SNDBUF: return set_size(send_buffer, value);
        case SO_RCVTIMEO: timeout_error = Errno::Again; return set_timeout(receive_timeout, value);
        case SO_SNDTIMEO: return set_timeout(send_timeout, value);
        case SO_LINGER: return set_linger(*this, value);
        default: return Errno::NoProtoOpt;
    }
}

Result<usize> SocketOptions::get(int name, MutBytes room) const {
    switch (name) {
        case SO_REUSEADDR:
        case SO_REUSEPORT: return give_option<int>(reuse_address, room);
        case SO_BROADCAST: return give_option<int>(broadcast, room);
        case SO_KEEPALIVE: return give_option<int>(keepalive, room);
        case SO_RCVBUF: return give_option<int>(receive_buffer, room);
        case SO_SNDBUF: return give_option<int>(send_buffer, room);
        case SO_RCVTIMEO: return give_timeout(receive_timeout, room);
        case SO_SNDTIMEO: return give_timeout(send_timeout, room);
        case SO_LINGER: return give_option(::linger{linger, linger_seconds}, room);
        default: return Errno::NoProtoOpt;
    }
}

}  // namespace net
