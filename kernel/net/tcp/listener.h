// A listening port: connections that are being made (the SYN queue) and those that wait for accept.
//
//   SYN --> half open ----ACK----> ready ----accept()----> the program's
//
// Each queue has its bound. A SYN for which there is no room among the half open is answered with a cookie:
// nothing is kept, and the connection is made when the cookie comes back (secrets.h). Those that are ready
// are at most the backlog; a host of which none is there yet finds room up to twice that, so that no single
// host can keep others out.
#pragma once

#include "abi/socket.h"
#include "lib/poll.h"
#include "lib/ref.h"
#include "net/platform.h"
#include "net/tcp/connection.h"

namespace net {

// - Thread context. Its lock may be taken with a connection's lock held, not the other way round.
class TcpListener : public RefCounted<TcpListener> {
  public:
    // As on Linux. A connection takes a little under 1 KiB, so that the two queues of one listener hold at
    // most 5 MiB. They hold a burst of as many clients as a process may have descriptors without a cookie,
    // which would cost a client its window scale and SACK.
    static constexpr u32 kMaxBacklog = SOMAXCONN, kMaxHalfOpen = 1024;

    TcpListener(Tcp& tcp, const TcpConfig& config) : tcp_(tcp), config_(config) {}

    void set_backlog(int backlog) EXCLUDES(lock_);
    // What connections from now on start with.
    void set_config(const TcpConfig& config) EXCLUDES(lock_);
    TcpConfig config() EXCLUDES(lock_);

    // Takes the oldest connection that is ready. Again: none, and the patience is for none. BadF: closed.
    Result<Ref<TcpConnection>> accept(const TcpPatience& patience) EXCLUDES(lock_);

    // Room for one more that waits for accept(), from this host, and for one more half open one?
    bool has_room(Ipv4Addr remote) EXCLUDES(lock_);
    bool has_room_for_syn() EXCLUDES(lock_);
    // Was there no room lately, so that a cookie may be on its way back?
    bool expects_cookies(Instant now) EXCLUDES(lock_);
    void note_cookie(Instant now) EXCLUDES(lock_);

    // A connection is half open: it is kept here. False: closed meanwhile.
    bool add(TcpConnection& c) EXCLUDES(lock_);
    // It is established, and waits for accept(). False: closed meanwhile.
    bool ready(TcpConnection& c) EXCLUDES(lock_);
    // It ended before that. True: the reference it had here is the caller's now.
    bool forget(TcpConnection& c) EXCLUDES(lock_);

    // Nobody is let in any more; who was not accepted yet is reset. Blocked accepts end with BadF.
    void close() EXCLUDES(lock_);

    u32 poll(PollEntry* watch) EXCLUDES(lock_);
    void unwatch(PollEntry& watch) EXCLUDES(lock_);
    u32 waiting() EXCLUDES(lock_);
    u32 backlog() EXCLUDES(lock_);

    void last_ref_gone();
    // Where it listens, for netstat: set before anybody else sees it.
    Ipv4Addr addr;
    u16 port = 0;

  private:
    bool has_ready_of_locked(Ipv4Addr remote) REQUIRES(lock_);
    using Queue = List<TcpConnection>;
    Tcp& tcp_;
    platform::Lock lock_{LockRank::TcpListener, "tcp listener"};
    TcpConfig config_ GUARDED_BY(lock_);  // what its connections inherit
    platform::WaitQueue accepters_{"accept"};
    PollList pollers_ GUARDED_BY(lock_);
    Queue half_open_ GUARDED_BY(lock_);
    Queue ready_ GUARDED_BY(lock_);
    u32 half_open_count_ GUARDED_BY(lock_) = 0;
    u32 ready_count_ GUARDED_BY(lock_) = 0;
    u32 backlog_ GUARDED_BY(lock_) = 1;
    bool closed_ GUARDED_BY(lock_) = false;
    bool overflowed_ GUARDED_BY(lock_) = false;
    Instant overflowed_at_ GUARDED_BY(lock_){};
};

}  // namespace net
