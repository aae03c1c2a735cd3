// Stack: one whole network stack. The kernel has one, which lives for ever (lib/late_init.h); a test may
// have several and connect them. Sockets must be closed and dropped, and devices silent, before it dies.
#pragma once

#include "net/proto/inet.h"
#include "net/socket/sockets.h"
#include "net/socket/tcp_socket.h"

namespace net {

// Interfaces, routes and counters are the Inet's. All below: thread context, no lock held.
class Stack : public Inet {
  public:
    // A UDP socket from local_port to remote:remote_port; local_port 0 picks a free one that is hard to
    // guess. Errors: Inval (remote_port 0), AddrNotAvail (no host can have that address),
    // NetUnreach (no route), AddrInUse (there is such a socket, or no free port), NFile (kMaxSockets), NoMem.
    Result<Ref<Socket>> connect_udp(Ipv4Addr remote, u16 local_port, u16 remote_port) {
        return sockets_.connect_udp(remote, local_port, remote_port);
    }

    // A ping socket to remote. Errors: AddrNotAvail, NetUnreach, NFile, NoMem.
    Result<Ref<Socket>> open_echo(Ipv4Addr remote) { return sockets_.open_echo(remote); }

    // Sockets that have no address and talk to nobody yet: bind() and connect() are to come. The ICMP socket
    // sends and receives whole messages. Errors: NFile, NoMem.
    Result<Ref<Socket>> open_udp() { return sockets_.open_udp(); }
    Result<Ref<Socket>> open_icmp() { return sockets_.open_icmp(); }

    // Likewise, for streams. Errors: NFile, NoMem.
    Result<Ref<Socket>> open_tcp() { return tcp_sockets_.open(); }

    // How many sockets there are, closed ones that a thread still uses included.
    u32 sockets_in_use() const { return sockets_.open() + tcp_sockets_.in_use(); }

  private:
    Sockets sockets_{*this};
    Tcp tcp_{*this};
    TcpSockets tcp_sockets_{tcp_};
};

}  // namespace net
