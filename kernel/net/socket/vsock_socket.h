// A socket of AF_VSOCK: a stream or, with SOCK_SEQPACKET, messages. connect() or listen() makes it a
// connection or a listener. (A connect that failed may be repeated.) docs/vsock.md has the differences from
// Linux.
#pragma once

#include "abi/socket.h"
#include "net/socket/family.h"
#include "net/socket/options.h"
#include "net/socket/socket_pool.h"
#include "net/vsock/vsock.h"

namespace net {

// Socket documents the calls. In addition:
// - bind to a port below 1024 is allowed: there are no users.
// - Messages: send sends a whole message (with MSG_EOR, the end of a record), receive returns the next one
// and
//   drops what does not fit. With MSG_TRUNC, receive returns the message's full length.
class VsockSocket final : public Socket {
  public:
    VsockSocket(SocketPool<VsockSocket>& home, Vsock& vsock, VsockType type);
    // For accept: takes the listener's options.
    VsockSocket(SocketPool<VsockSocket>& home, Vsock& vsock, VsockType type,
                const Ref<VsockConnection>& accepted, const SocketOptions& inherited,
                const VsockConfig& config);

    Result<> bind(const SocketAddr& local) override;
    Result<> connect(const SocketAddr& remote, bool wait) override;
    Result<> listen(int backlog) override;
    Result<Ref<Socket>> accept(bool wait) override;
    Result<usize> send(UserAddr from, usize n, int flags, const SocketAddr* to) override;
    Result<usize> receive(UserAddr to, usize n, int flags, SocketAddr* from) override;
    Result<> shutdown(int how) override;
    int family() const override { return AF_VSOCK; }
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
    void last_ref_gone() override { home_.free(*this); }
    Ref<VsockConnection> connection() const EXCLUDES(lock_);
    Ref<VsockListener> listener() const EXCLUDES(lock_);
    bool is_closed() const EXCLUDES(lock_);
    Result<> bind_locked(const VsockAddr& local) REQUIRES(lock_);
    Result<Ref<VsockConnection>> begin_connect(const VsockAddr& remote, bool wait) EXCLUDES(lock_);
    WaitPolicy wait_policy(bool wait, bool sending) EXCLUDES(lock_);
    Result<> set_vsock_option(int name, Bytes value) EXCLUDES(lock_);
    Result<usize> get_vsock_option(int name, MutBytes room) EXCLUDES(lock_);
    void limit_buffer_locked() REQUIRES(lock_);

    SocketPool<VsockSocket>& home_;
    Vsock& vsock_;
    const VsockType type_;
    mutable platform::Lock lock_{LockRank::Socket, "vsock socket"};
    Ref<VsockConnection> connection_ GUARDED_BY(lock_);
    Ref<VsockListener> listener_ GUARDED_BY(lock_);
    SocketOptions options_ GUARDED_BY(lock_);
    VsockConfig config_ GUARDED_BY(lock_);
    u64 buffer_min_ GUARDED_BY(lock_) = 128, buffer_max_ GUARDED_BY(lock_) = 256 << 10;  // as in Linux
    bool connecting_ GUARDED_BY(lock_) = false;  // a thread is about to set connection_
    bool closed_ GUARDED_BY(lock_) = false;
    VsockBinding binding_;  // in VsockPorts while bound
};

// AF_VSOCK. SocketFamily documents its functions.
class VsockFamily final : public SocketFamily {
  public:
    explicit VsockFamily(Vsock& vsock) : vsock_(vsock) {}

    Result<Ref<Socket>> open(int type, int protocol) override;
    u32 in_use() const override { return sockets_.count(); }
    bool list(SocketVisitor& to) override;

  private:
    Vsock& vsock_;
    SocketPool<VsockSocket> sockets_{memory_share::kVsockSockets};
};

}  // namespace net
