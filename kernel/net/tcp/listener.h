// A listening port: half-open connections (the SYN queue) and those that wait for accept (the accept queue).
//
//   SYN --> half open ----ACK----> ready ----accept()----> the program
//
// Each queue is limited. If the SYN queue is full, a SYN is answered with a SYN cookie: no state is kept, and
// the connection is created when the cookie returns (secrets.h). The accept queue is limited by the backlog;
// a host that has no connection in it may use up to twice the backlog, so one host cannot block the others.
#pragma once

#include "net/core/listener.h"
#include "net/tcp/connection.h"

namespace net {

// net::Listener documents the context and most functions. A connection takes a little more than 1 KiB, so the
// two queues of one listener take at most 7 MiB. They have room for as many clients as a process has
// descriptors, without cookies: a cookie costs a client its window scaling and SACK.
class TcpListener final : public Listener<TcpConnection, TcpConfig> {
  public:
    static constexpr u32 kMaxHalfOpen = 1024;

    TcpListener(Tcp& tcp, const TcpConfig& config) : Listener("tcp listener", config), tcp_(tcp) {}

    // Is there room in the accept queue for a connection from `remote`, and in the SYN queue?
    bool has_room(Ipv4Addr remote) EXCLUDES(lock_);
    bool has_room_for_syn() EXCLUDES(lock_);
    // Was a cookie sent recently, so that one may still return?
    bool expects_cookies(Instant now) EXCLUDES(lock_);
    void note_cookie(Instant now) EXCLUDES(lock_);

    // Adds a half-open connection to the SYN queue. False: the listener is closed.
    bool add(TcpConnection& c) EXCLUDES(lock_);
    // Moves an established connection to the accept queue. False: the listener is closed.
    bool ready(TcpConnection& c) EXCLUDES(lock_);
    // Removes a connection from the SYN queue. True: the caller now owns the queue's reference.
    bool forget(TcpConnection& c) EXCLUDES(lock_);

    // Resets all connections in the queues and refuses new ones. Blocked accepts return BadF.
    void close() EXCLUDES(lock_);

    // The local address and port, for netstat. Set before the listener is shared.
    Ipv4Addr addr;
    u16 port = 0;

  private:
    void last_ref_gone() override;
    bool has_ready_of_locked(Ipv4Addr remote) REQUIRES(lock_);
    Ref<TcpConnection> take_any_locked() REQUIRES(lock_);

    Tcp& tcp_;
    List<TcpConnection> half_open_ GUARDED_BY(lock_);  // the SYN queue
    u32 half_open_count_ GUARDED_BY(lock_) = 0;
    bool overflowed_ GUARDED_BY(lock_) = false;
    Instant overflowed_at_ GUARDED_BY(lock_){};
};

}  // namespace net
