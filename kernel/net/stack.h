// Stack: one complete network stack. The kernel has one, which is never destroyed (lib/late_init.h); a test
// may have several and connect them. Before it is destroyed, all sockets must be closed and released, and all
// devices must have stopped.
#pragma once

#include "net/proto/inet.h"
#include "net/socket/sockets.h"
#include "net/socket/tcp_socket.h"

namespace net {

// Interfaces, routes and counters are in Inet. All functions below: thread context, no lock held.
class Stack : public Inet {
  public:
    // A UDP socket from local_port to remote:remote_port; local_port 0 selects a random free port. Errors:
    // Inval (remote_port 0), AddrNotAvail (not a host address), NetUnreach (no route), AddrInUse (such a
    // socket exists, or no port is free), NFile (kMaxSockets), NoMem.
    Result<Ref<Socket>> connect_udp(Ipv4Addr remote, u16 local_port, u16 remote_port) {
        return sockets_.connect_udp(remote, local_port, remote_port);
    }

    // A ping socket to remote. Errors: AddrNotAvail, NetUnreach, NFile, NoMem.
    Result<Ref<Socket>> open_echo(Ipv4Addr remote) { return sockets_.open_echo(remote); }

    // Sockets without local and remote addresses: use bind() and connect(). The ICMP socket sends and
    // receives whole messages. Errors: NFile, NoMem.
    Result<Ref<Socket>> open_udp() { return sockets_.open_udp(); }
    Result<Ref<Socket>> open_icmp() { return sockets_.open_icmp(); }

    // A TCP socket without addresses. Errors: NFile, NoMem.
    Result<Ref<Socket>> open_tcp() { return tcp_sockets_.open(); }

    // The number of sockets, including closed sockets that a thread still uses.
    u32 sockets_in_use() const { return sockets_.open() + tcp_sockets_.in_use(); }

  private:
    Sockets sockets_{*this};
    Tcp tcp_{*this};
    TcpSockets tcp_sockets_{tcp_};
};

}  // namespace net
