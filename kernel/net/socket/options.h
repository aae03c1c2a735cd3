// The options of all sockets: setsockopt() and getsockopt() at level SOL_SOCKET.
#pragma once

#include "lib/result.h"
#include "lib/time.h"

namespace net {

// Converts the bytes of an option value to a T. Inval: too short for the type.
template <class T>
Result<T> option_value(Bytes value) {
    if (value.size() < sizeof(T)) return Errno::Inval;
    T v;
    __builtin_memcpy(&v, value.data(), sizeof v);
    return v;
}
// Copies v to `room`, truncated to its size; returns the number of bytes copied.
template <class T>
usize give_option(const T& v, MutBytes room) {
    const usize n = room.size() < sizeof v ? room.size() : sizeof v;
    __builtin_memcpy(room.data(), &v, n);
    return n;
}

inline constexpr usize kMaxOptionSize = 128;  // no option's value is longer

// A sock_timeval as a duration. Errors: Inval (too short), Dom (no valid time). A very long time is 0: none.
Result<> set_timeout(Duration& timeout, Bytes value);
usize give_timeout(Duration timeout, MutBytes room);

// The socket's lock guards it. The socket implements the options; some have no effect on some kinds.
struct SocketOptions {
    static constexpr int kMinBuffer = 2048, kMaxBuffer = 1 << 20;
    static constexpr int kMaxLinger = 3600;  // seconds

    Duration receive_timeout{};  // 0: no timeout
    Duration send_timeout{};
    // The error after the receive timeout: Again for SO_RCVTIMEO, TimedOut for settimeout().
    Errno timeout_error = Errno::Again;
    int receive_buffer = 0;  // bytes
    int send_buffer = 0;
    int linger_seconds = 0;
    bool linger = false;
    bool reuse_address = false;
    bool broadcast = false;
    bool keepalive = false;

    // Errors: Inval (too short or invalid), Dom (an invalid time), NoProtoOpt (no such option, or read-only).
    Result<> set(int name, Bytes value);
    // Returns the number of bytes copied to `room`. NoProtoOpt: no such option. The socket itself handles
    // SO_ERROR, SO_TYPE, SO_PROTOCOL and SO_ACCEPTCONN.
    Result<usize> get(int name, MutBytes room) const;
};

}  // namespace net
