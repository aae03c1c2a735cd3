// A TCP socket: connect() or listen() makes it a connection or a listener, and it stays that until it is
// freed. (A connect that failed may be repeated.)
#pragma once

#include "abi/socket.h"
#include "net/socket/options.h"
#include "net/socket/socket.h"
#include "net/socket/socket_pool.h"
#include "net/tcp/tcp.h"

namespace net {

// Socket documents the calls. In addition:
// - After a failed connect whose error the program has read, connect may be called again, but not listen.
// - send returns fewer bytes than n only if it was interrupted, timed out or failed after some bytes.
// - receive supports MSG_PEEK, MSG_WAITALL and MSG_DONTWAIT. Urgent data are inline.
class TcpSocket final : public Socket {
  public:
    TcpSocket(SocketPool<TcpSocket>& home, Tcp& tcp);
    // For accept: takes a reference to the connection and the listener's options.
    TcpSocket(SocketPool<TcpSocket>& home, Tcp& tcp, TcpConnection& accepted, const SocketOptions& inherited);

    Result<> bind(const SocketAddr& local) override;
    Result<> connect(const SocketAddr& remote, bool wait) override;
    Result<> listen(int backlog) override;
    Result<Ref<Socket>> accept(bool wait) override;
    Result<usize> send(UserAddr from, usize n, int flags, const SocketAddr* to) override;
    Result<usize> receive(UserAddr to, usize n, int flags, SocketAddr* from) override;
    Result<> shutdown(int how) override;
    int family() const override { return AF_INET; }
    SocketAddr local() override;
    Result<SocketAddr> remote() override;
    Result<> set_option(int level, int name, Bytes value) override;
    Result<usize> get_option(int level, int name, MutBytes room) override;
    Result<u32> ioctl(u32 request) override;
    u32 poll(PollEntry* watch) override;
    void unwatch(PollEntry& watch) override;
    usize queued() override;
    const void* in_tables() const override;
    void close() override;
    void set_receive_timeout(Duration timeout) override;

  private:
    void last_ref_gone() override;

    // Set once, and read without a lock: they exist as long as the socket.
    TcpConnection* connection() const { return connection_.load(std::memory_order_acquire); }
    TcpListener* listener() const { return listener_.load(std::memory_order_acquire); }

    bool in_use_locked() REQUIRES(lock_) { return opening_ || connection() || listener(); }
    Result<> begin_connect() EXCLUDES(lock_);
    Result<> begin_listen() EXCLUDES(lock_);
    bool end_opening() EXCLUDES(lock_);
    Result<TcpConnection*> open(const InetAddr& remote) EXCLUDES(lock_);
    Result<> already(TcpConnection& c, bool wait) EXCLUDES(lock_);
    Result<> wait_established(TcpConnection& c, bool wait) EXCLUDES(lock_);
    TcpConfig config() EXCLUDES(lock_);
    WaitPolicy wait_policy(bool wait, bool sending) EXCLUDES(lock_);
    void apply() EXCLUDES(lock_);
    Result<> set_tcp_option(int name, Bytes value) EXCLUDES(lock_);
    Result<> set_congestion(Bytes name) EXCLUDES(lock_);
    Result<usize> get_tcp_option(int name, MutBytes room) EXCLUDES(lock_);
    Result<usize> get_common_option(int name, MutBytes room) EXCLUDES(lock_);
    Errno take_error();

    SocketPool<TcpSocket>& home_;
    Tcp& tcp_;
    platform::Lock lock_{LockRank::Socket, "tcp socket"};
    std::atomic<TcpConnection*> connection_{nullptr};
    std::atomic<TcpListener*> listener_{nullptr};
    SocketOptions options_ GUARDED_BY(lock_);
    TcpConfig config_ GUARDED_BY(lock_);
    bool bound_ GUARDED_BY(lock_) = false;
    bool opening_ GUARDED_BY(lock_) = false;  // a thread is about to set connection_ or listener_
    bool closed_ GUARDED_BY(lock_) = false;
    TcpBinding binding_;  // in TcpPorts' list while bound_
};

}  // namespace net
