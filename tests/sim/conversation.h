// A conversation over a stream: the script of its two ends, and what they have done.
#pragma once

#include <functional>
#include <optional>

#include "lib/errno.h"
#include "net/socket/address.h"
#include "scenario.h"

namespace sim {

// 0: no address of a protocol with ports.
inline u32 port_of(const net::SocketAddr& a) {
    return a.vsock() ? a.vsock()->port : a.inet() ? a.inet()->port : 0;
}

struct End {
    // The script. Times count from the start of this end.
    struct Write {
        u64 bytes;
        Duration pause;  // before it
    };
    std::vector<Write> writes;
    usize read_size = 8192;
    Duration read_pause{}, late{};
    struct Buffers {
        Duration at;
        int bytes;
    };
    std::vector<Buffers> buffers;
    bool no_delay = false, cork = false, close_early = false;
    std::optional<Duration> abort_at;
    struct Keepalive {
        Duration idle, interval;
        int probes;
    };
    std::optional<Keepalive> keepalive;
    Duration user_timeout{};  // 0: none
    u16 port = 0;

    // What it has done.
    u64 written = 0, read = 0;
    u64 offered = 0;       // `written`, and what it is about to write
    bool shut = false;     // it writes no more
    bool at_end = false;   // it has read the end of the stream
    bool started = false;  // it has a socket
    Instant began{}, last_write{};
    bool over = false;
};

struct Side;

struct Conversation {
    u32 id = 0, client_host = 0, server_host = 0;
    bool vsock = false;  // else TCP
    Duration at{};
    End ends[2];  // the client and the server
    net::SocketAddr client;
    std::function<const Side*(u32 side)> wire;  // what the wire shows of a side; null: nothing

    // Why it may end otherwise than with all bytes read.
    bool crashed = false;  // one of the hosts has crashed meanwhile
    bool reset = false;    // a program has closed without reading all, which resets the connection
    bool failed = false;   // an end has got an error that it may get
    bool tangled = false;  // an earlier one that may fail has the same addresses and ports

    // Which bytes side `side` writes.
    u64 stream(u32 side) const { return id * 2 + side; }
    bool may_fail() const { return crashed || reset || failed || tangled; }
    // The client's address of a conversation over TCP.
    net::InetAddr client_over_tcp() const { return client.inet() ? *client.inet() : net::InetAddr(); }
    bool is_over() const { return ends[0].over && (!ends[1].started || ends[1].over); }
};

}  // namespace sim
