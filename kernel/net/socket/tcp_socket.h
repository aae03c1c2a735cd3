// A TCP socket: at first nothing, then a connection or a listener, for the rest of its life. (A connection
// that never came about may be tried again.)
#pragma once

#include "net/core/pool.h"
#include "net/socket/options.h"
#include "net/socket/socket.h"
#include "net/tcp/tcp.h"

namespace net {

class TcpSockets;

// What the calls mean is Socket's to say. Beyond that:
// - After a connect that failed, and of which the program has heard why, another may be tried; listen may
// not.
// - send returns fewer bytes than n only when it was interrupted, timed out or failed after some.
// - receive of 0 bytes: the peer has closed. MSG_PEEK, MSG_WAITALL, MSG_DONTWAIT; urgent data are in line.
class TcpSocket final : public Socket {
  public:
    explicit TcpSocket(TcpSockets& home);
    // For accept: a connection that exists. The socket takes a reference, and the listener's options.
    TcpSocket(TcpSockets& home, TcpConnection& accepted, const SocketOptions& inherited);

    Result<> bind(const SocketAddr& local) override;
    Result<> connect(const SocketAddr& remote, bool wait) override;
    Result<> listen(int backlog) override;
    Result<Ref<Socket>> accept(bool wait) override;
    Result<usize> send(UserAddr from, usize n, int flags, const SocketAddr* to) override;
    Result<usize> receive(UserAddr to, usize n, int flags, SocketAddr* from) override;
    Result<> shutdown(int how) override;
    SocketAddr local() override;
    Result<SocketAddr> remote() override;
    Result<> set_option(int level, int name, Bytes value) override;
    Result<usize> get_option(int level, int name, MutBytes room) override;
    u32 poll(PollEntry* watch) override;
    void unwatch(PollEntry& watch) override;
    usize queued() override;
    const void* in_tables() const override;
    void close() override;
    void set_receive_timeout(Duration timeout) override;

    // Segments go to the connection, not here.
    bool deliver(MbufPtr, const Ipv4Packet&) override { return false; }
    void report(Errno) override {}
    void last_ref_gone() override;

  private:
    // Set once, under lock_, and read without: they live as long as the socket.
    TcpConnection* connection() const { return connection_.load(std::memory_order_acquire); }
    TcpListener* listener() const { return listener_.load(std::memory_order_acquire); }

    bool in_use_locked() REQUIRES(lock_) { return opening_ || connection() || listener(); }
    Result<> begin_connect() EXCLUDES(lock_);
    Result<> begin_listen() EXCLUDES(lock_);
    bool end_opening() EXCLUDES(lock_);
    Result<TcpConnection*> open(const SocketAddr& remote) EXCLUDES(lock_);
    Result<> already(TcpConnection& c) EXCLUDES(lock_);
    TcpConfig config() EXCLUDES(lock_);
    TcpPatience patience(bool wait, bool sending) EXCLUDES(lock_);
    void apply() EXCLUDES(lock_);
    Result<> set_tcp_option(int name, Bytes value) EXCLUDES(lock_);
    Result<> set_congestion(Bytes name) EXCLUDES(lock_);
    Result<usize> get_tcp_option(int name, MutBytes room) EXCLUDES(lock_);
    Result<usize> get_common_option(int name, MutBytes room) EXCLUDES(lock_);
    Errno take_error();

    TcpSockets& home_;
    platform::Lock lock_{LockRank::Socket, "tcp socket"};
    std::atomic<TcpConnection*> connection_{nullptr};
    std::atomic<TcpListener*> listener_{nullptr};
    SocketOptions options_ GUARDED_BY(lock_);
    TcpConfig config_ GUARDED_BY(lock_);
    bool bound_ GUARDED_BY(lock_) = false;
    bool opening_ GUARDED_BY(lock_) = false;  // a thread is about to set one of the two
    bool closed_ GUARDED_BY(lock_) = false;
    TcpBinding binding_;  // TcpPorts' while bound_
};

// Where they are made, and go when they die.
class TcpSockets {
  public:
    static constexpr u32 kMaxSockets = 2048;

    explicit TcpSockets(Tcp& tcp) : tcp_(tcp) {}

    // NFile: there are kMaxSockets. NoMem.
    Result<Ref<Socket>> open();
    Result<Ref<Socket>> adopt(TcpConnection& accepted, const SocketOptions& inherited);
    u32 in_use() const { return in_use_.load(std::memory_order_relaxed); }

    Tcp& tcp() { return tcp_; }
    void free(TcpSocket& s);

  private:
    template <class... Args>
    Result<Ref<Socket>> create(Args&... args);

    Tcp& tcp_;
    std::atomic<u32> in_use_{0};
    Pool<TcpSocket> pool_{LockRank::SocketTable};
};

}  // namespace net
