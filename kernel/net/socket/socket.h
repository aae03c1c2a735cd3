// Socket: what stands behind a file descriptor of the network, whatever its protocol. The socket calls of
// POSIX, one function each; DatagramSocket and TcpSocket say what they mean.
#pragma once

#include "lib/poll.h"
#include "net/proto/endpoint.h"

namespace net {

// One end of a conversation. 0.0.0.0 and port 0 stand for "any" or "none".
struct SocketAddr {
    Ipv4Addr addr;
    u16 port = 0;
    bool operator==(const SocketAddr&) const = default;
};

// - Everything here: thread context, no lock held, any number of threads at once. What may wait says so; a
//   kill ends the wait with Intr.
// - flags are MSG_* of abi/socket.h. MSG_DONTWAIT: Again (InProgress for connect) instead of waiting.
// - Every socket must be closed, for the tables hold references until then.
class Socket : public Endpoint {
  public:
    // From then on it is reached at `local`; port 0: a free one is picked. Inval: it has an address already.
    // AddrNotAvail: not our address. AddrInUse: somebody else has it.
    virtual Result<> bind(const SocketAddr& local) = 0;

    // Fixes the other end. A stream waits for it to answer, unless !wait: then InProgress, and poll() tells
    // when it is decided, SO_ERROR how. Datagrams are sent there and taken from there alone from then on.
    // Already, IsConn, AddrNotAvail, NetUnreach, AddrInUse; TimedOut, ConnRefused, HostUnreach ...
    virtual Result<> connect(const SocketAddr& remote, bool wait) = 0;

    // Streams only; others: OpNotSupp. accept waits for a connection; its socket has a reference for the
    // caller only. Again: there is none, and !wait. Inval: it does not listen.
    virtual Result<> listen(int) { return Errno::OpNotSupp; }
    virtual Result<Ref<Socket>> accept(bool) { return Errno::OpNotSupp; }

    // Sends n bytes, to the other end or, for datagrams, to `to` if that is given. May wait for room.
    virtual Result<usize> send(UserAddr from, usize n, int flags, const SocketAddr* to) = 0;

    // Takes at most n bytes, waiting for the first; `from`, unless null, says whose they are. 0 from a stream
    // is its end. TimedOut: SO_RCVTIMEO is over. BadF: closed meanwhile. Any other error is the pending one.
    virtual Result<usize> receive(UserAddr to, usize n, int flags, SocketAddr* from) = 0;

    // No more receiving (SHUT_RD), sending (SHUT_WR) or both. NotConn: there is no other end.
    virtual Result<> shutdown(int how) = 0;

    // NotConn: there is no other end.
    virtual SocketAddr local() = 0;
    virtual Result<SocketAddr> remote() = 0;

    // Values as bytes (socket/options.h). Inval, NoProtoOpt.
    virtual Result<> set_option(int level, int name, Bytes value) = 0;
    virtual Result<usize> get_option(int level, int name, MutBytes room) = 0;

    // POLL* (abi/poll.h) that it is ready for. `watch`, unless null, is hung on its list, to be woken by
    // every change from then on, until unwatch().
    virtual u32 poll(PollEntry* watch) = 0;
    virtual void unwatch(PollEntry& watch) = 0;

    // How much waits to be read: datagrams, or bytes of a stream.
    virtual usize queued() = 0;

    // The object that represents it in the stack's tables: a TCP socket's connection or listener (null at
    // first), otherwise the socket itself. For netlist().
    virtual const void* in_tables() const { return this; }

    // Ends the conversation (xv6's sockclose): nothing arrives any more, what waits is dropped, whoever waits
    // wakes with BadF. The object lives as long as somebody has a reference. May be called twice.
    virtual void close() = 0;

    // xv6's sockread and sockwrite, and its timeout.
    Result<usize> read(UserAddr to, usize n) { return receive(to, n, 0, nullptr); }
    Result<usize> write(UserAddr from, usize n) { return send(from, n, 0, nullptr); }
    virtual void set_receive_timeout(Duration timeout) = 0;

  protected:
    explicit Socket(const EndpointKey& key) : Endpoint(key) {}
    ~Socket() = default;
};

}  // namespace net
