// Socket: the object behind a socket file descriptor, of any address family. It has one function for each
// POSIX socket call; the sockets of a family implement them. docs/sockets.md has the family tree.
#pragma once

#include "lib/poll.h"
#include "lib/ref.h"
#include "lib/result.h"
#include "lib/time.h"
#include "net/socket/address.h"

namespace net {

// - Thread context, no lock held, any number of threads at the same time. Functions that may wait say so; if
//   the process is killed, they return Intr.
// - flags are MSG_* of abi/socket.h. MSG_DONTWAIT: return Again instead of waiting.
// - An address of another family: AfNoSupport.
// - Every socket must be closed, because its family's tables hold references until then.
class Socket : public RefCounted {
  public:
    // Sets the local address; "any" port selects a free one. Errors: Inval (it already has an address),
    // AddrNotAvail (not our address), AddrInUse.
    virtual Result<> bind(const SocketAddr& local) = 0;

    // Sets the remote address. A stream waits until the connection is established; if !wait, it returns
    // InProgress, poll() reports the end of the attempt and SO_ERROR its result. A datagram socket then sends
    // to and receives from this address only, until it is connected to no address (AF_UNSPEC). Errors:
    // Already, IsConn, AddrNotAvail, NetUnreach, AddrInUse, TimedOut, ConnRefused, HostUnreach and others.
    virtual Result<> connect(const SocketAddr& remote, bool wait) = 0;

    // Streams only; others: OpNotSupp. accept waits for a connection; the caller owns the only reference to
    // its socket. Errors: Again (there is none, and !wait), Inval (not listening).
    virtual Result<> listen(int) { return Errno::OpNotSupp; }
    virtual Result<Ref<Socket>> accept(bool) { return Errno::OpNotSupp; }

    // Sends n bytes to the remote address or, for datagrams, to `to` if it is not null. May wait for room.
    virtual Result<usize> send(UserAddr from, usize n, int flags, const SocketAddr* to) = 0;

    // Receives at most n bytes; waits for the first. If `from` is not null, it is set to the sender's
    // address. 0 from a stream: the peer has closed. Errors: Again or TimedOut (the receive timeout), BadF
    // (closed meanwhile), or the pending error.
    virtual Result<usize> receive(UserAddr to, usize n, int flags, SocketAddr* from) = 0;

    // Ends receiving (SHUT_RD), sending (SHUT_WR) or both. NotConn: not connected.
    virtual Result<> shutdown(int how) = 0;

    virtual int family() const = 0;           // AF_*
    virtual SocketAddr local() = 0;           // of the socket's family, even if it is "any"
    virtual Result<SocketAddr> remote() = 0;  // NotConn: not connected

    // Values are bytes (socket/options.h). Errors: Inval, NoProtoOpt.
    virtual Result<> set_option(int level, int name, Bytes value) = 0;
    virtual Result<usize> get_option(int level, int name, MutBytes room) = 0;

    // The answer to an ioctl(), which the program gets as an int. FIONREAD: the bytes of the next datagram
    // or message, or all of a stream. Errors: NotTty (another request), Inval (a listener).
    virtual Result<u32> ioctl(u32 request) = 0;

    // The current POLL* bits (abi/poll.h). If `watch` is not null, it is added to the socket's list and woken
    // by every change until unwatch().
    virtual u32 poll(PollEntry* watch) = 0;
    virtual void unwatch(PollEntry& watch) = 0;

    // How much can be read: the number of datagrams, or the bytes of a stream.
    virtual usize queued() = 0;

    // The object that represents it in its family's tables, such as a TCP socket's connection; null: none
    // yet. SocketFamily::list names the same object, so netlist() can find a socket's process.
    virtual const void* in_tables() const = 0;

    // Closes the socket (sockclose in xv6): received data are dropped, and waiting threads wake with BadF.
    // The object exists until its last reference is dropped. May be called twice.
    virtual void close() = 0;

    // sockread and sockwrite of xv6, and its timeout.
    Result<usize> read(UserAddr to, usize n) { return receive(to, n, 0, nullptr); }
    Result<usize> write(UserAddr from, usize n) { return send(from, n, 0, nullptr); }
    virtual void set_receive_timeout(Duration timeout) = 0;

  protected:
    ~Socket() = default;
};

}  // namespace net
