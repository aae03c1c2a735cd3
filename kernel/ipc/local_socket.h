// A socket of AF_UNIX: a stream, messages (SOCK_SEQPACKET), or datagrams. docs/sockets.md has the differences
// from Linux.
#pragma once

#include "ipc/inbox.h"
#include "ipc/process.h"
#include "net/socket/options.h"
#include "net/socket/socket.h"

struct socket_entry;  // abi/netlist.h

namespace ipc {

class LocalFamily;
struct InBacklog;

// Socket documents the calls. In addition:
// - bind creates a file of type T_SOCK at the path; unlink() removes it. Errors: AddrInUse (the path exists).
// - connect looks the path up. Errors: NoEnt, NotDir, ConnRefused (nobody has bound this file, or does not
//   listen), ProtoType (a socket of another type), Again (the backlog is full, and !wait).
// - A connection is complete before it is accepted: its accepted socket waits in the listener's backlog.
class LocalSocket final : public net::Socket, public Traveller, public ListNode<LocalSocket, InBacklog> {
  public:
    static constexpr u32 kDefaultBuffer = 128 << 10;

    LocalSocket(LocalFamily& family, int type, Ref<Inbox> inbox);

    int family() const override { return AF_UNIX; }
    Result<> bind(const net::SocketAddr& local) override;
    Result<> connect(const net::SocketAddr& remote, bool wait) override;
    Result<> listen(int backlog) override;
    Result<Ref<net::Socket>> accept(bool wait) override;
    Result<usize> send(UserAddr from, usize n, int flags, const net::SocketAddr* to) override;
    Result<usize> receive(UserAddr to, usize n, int flags, net::SocketAddr* from) override;
    Result<> shutdown(int how) override;
    net::SocketAddr local() override;
    Result<net::SocketAddr> remote() override;
    Result<> set_option(int level, int name, Bytes value) override;
    Result<usize> get_option(int level, int name, MutBytes room) override;
    Result<u32> ioctl(u32 request) override;
    u32 poll(PollEntry* watch) override;
    void unwatch(PollEntry& watch) override { inbox_->unwatch(watch); }
    usize queued() override;
    const void* in_tables() const override { return this; }
    void close() override { end(false); }
    void set_receive_timeout(Duration timeout) override;

    // send() and receive() with descriptors. On success `rights` is empty, unless nothing was sent.
    Result<usize> send_with(UserAddr from, usize n, int flags, const net::SocketAddr* to, Rights rights);
    struct Received {
        usize bytes = 0;   // copied
        usize length = 0;  // of the message
        Rights rights;
    };
    Result<Received> receive_with(UserAddr to, usize n, int flags, net::SocketAddr* from);

    // Makes two new sockets each other's peers. For socketpair().
    static void join(LocalSocket& a, LocalSocket& b, int pid);

    // For netstat.
    socket_entry describe();

    // For LocalFamily, whose lock guards them. name_key 0: it has no name.
    bool is_listed = false;
    NameKey name_key = 0;
    LocalSocket* next_listed = nullptr;
    LocalSocket* next_named = nullptr;
    u32 number() const { return inbox_->number; }

    // For the collector, with its lock held: all descriptors in its queue, and in those of its backlog.
    template <class F>
    void for_each_right(F f) EXCLUDES(lock_) {
        inbox_->for_each_right(f);
        net::platform::Guard guard(lock_);
        for (LocalSocket& s : backlog_) s.inbox_->for_each_right(f);
    }
    void take_rights(Rights& to) EXCLUDES(lock_) {
        inbox_->take_rights(to);
        net::platform::Guard guard(lock_);
        for (LocalSocket& s : backlog_) s.inbox_->take_rights(to);
    }

  private:
    enum class State : u8 { New, Connecting, Connected, Listening, Closed };
    bool is_datagram() const { return type_ == SOCK_DGRAM; }

    void last_ref_gone() override;
    void end(bool by_listener);
    void join_locked(Ref<Inbox> peer, int peer_pid) REQUIRES(lock_);
    Result<> may_connect_locked() REQUIRES(lock_);
    Result<> join_through(LocalSocket& listener, const net::WaitPolicy& policy);
    Result<int> enqueue(LocalSocket& accepted, Ref<Inbox> client, const net::WaitPolicy& policy);
    void begin(Ref<Inbox> client, int client_pid, const Ref<LocalName>& name,
               const net::SocketOptions& inherited) NO_THREAD_SAFETY;
    Result<Ref<LocalSocket>> find_peer(const net::SocketAddr& to);
    Result<> connect_datagrams(const net::SocketAddr& to);
    Result<Ref<Inbox>> destination(const net::SocketAddr* to);
    Ref<Inbox> peer();
    Ref<LocalName> name();
    net::WaitPolicy wait_policy(bool wait, bool sending);

    LocalFamily& family_;
    const int type_;
    const Ref<Inbox> inbox_;  // of its own
    mutable net::platform::Lock lock_{LockRank::Socket, "unix socket"};
    State state_ GUARDED_BY(lock_) = State::New;
    bool binding_ GUARDED_BY(lock_) = false;      // bind() was called
    bool no_more_in_ GUARDED_BY(lock_) = false;   // shutdown() of a datagram socket or listener
    bool no_more_out_ GUARDED_BY(lock_) = false;  // shutdown() of a datagram socket
    Ref<Inbox> peer_ GUARDED_BY(lock_);           // where it sends to
    int peer_pid_ GUARDED_BY(lock_) = 0;
    int listener_pid_ GUARDED_BY(lock_) = 0;
    Ref<LocalName> name_ GUARDED_BY(lock_);
    net::SocketOptions options_ GUARDED_BY(lock_);
    // A listener's. The list holds a reference to each.
    List<LocalSocket, InBacklog> backlog_ GUARDED_BY(lock_);
    u32 backlog_count_ GUARDED_BY(lock_) = 0;
    u32 backlog_limit_ GUARDED_BY(lock_) = 0;
    net::Turn accepting_ GUARDED_BY(lock_){"unix accept"};
    net::Turn arriving_ GUARDED_BY(lock_){"unix connect"};
};

}  // namespace ipc
