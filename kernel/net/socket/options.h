// The options that every kind of socket has: setsockopt() and getsockopt() at level SOL_SOCKET.
#pragma once

#include "lib/result.h"
#include "lib/time.h"

namespace net {

// Helpers for option values, which come and go as bytes. Inval: too short for the type.
template <class T>
Result<T> option_value(Bytes value) {
    if (value.size() < sizeof(T)) return Errno::Inval;
    T v;
    __builtin_memcpy(&v, value.data(), sizeof v);
    return v;
}
// As much of v as there is room for; how much that was.
template <class T>
usize give_option(const T& v, MutBytes room) {
    const usize n = room.size() < sizeof v ? room.size() : sizeof v;
    __builtin_memcpy(room.data(), &v, n);
    return n;
}

inline constexpr usize kMaxOptionSize = 128;  // no option's value is longer

// Not synchronised: the socket names the lock. What an option does is the socket's business; some do nothing
// for some kinds.
struct SocketOptions {
    static constexpr int kLeastBuffer = 2048, kMostBuffer = 1 << 20;
    static constexpr int kMostLinger = 3600;  // seconds

    Duration receive_timeout{};  // 0: wait for ever
    Duration send_timeout{};
    // What a wait ends with when SO_RCVTIMEO is over; TimedOut for those who set it with settimeout().
    Errno timeout_error = Errno::Again;
    int receive_buffer = 0;  // bytes
    int send_buffer = 0;
    int linger_seconds = 0;
    bool linger = false;
    bool reuse_address = false;
    bool broadcast = false;
    bool keepalive = false;

    // Inval: too short or not possible; Dom: a time that is none; NoProtoOpt: no such option, or it can only
    // be asked for.
    Result<> set(int name, Bytes value);
    // How many bytes of `room` were filled. NoProtoOpt: no such option. SO_ERROR, SO_TYPE, SO_PROTOCOL and
    // SO_ACCEPTCONN are the socket's own to answer.
    Result<usize> get(int name, MutBytes room) const;
};

}  // namespace net
