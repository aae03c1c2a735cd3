// SocketFamily: the sockets of one address family: opens them for socket(), and lists them for netlist().
#pragma once

#include "net/socket/socket.h"
#include "net/socket/socket_list.h"

namespace net {

// - Thread context, no lock held.
class SocketFamily {
  public:
    // A socket without addresses. Errors: SockTNoSupport, ProtoNoSupport, Inval (protocol is no protocol
    // number), NFile (too many are open), NoMem.
    virtual Result<Ref<Socket>> open(int type, int protocol) = 0;

    // Two sockets connected with each other, for socketpair(). Errors: those of open(); OpNotSupp (the family
    // has no such pairs).
    struct Pair {
        Ref<Socket> first, second;
    };
    virtual Result<Pair> open_pair(int, int) { return Errno::OpNotSupp; }

    // The number of sockets, including closed ones that a thread still uses.
    virtual u32 in_use() const = 0;

    // Passes the entries of its tables to a visitor, in any order. False: it wants no more.
    virtual bool list(SocketVisitor& to) = 0;

  protected:
    ~SocketFamily() = default;
};

}  // namespace net
