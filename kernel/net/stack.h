// Stack: one complete network stack. The kernel has one, which is never destroyed (lib/late_init.h); a test
// may have several and connect them. Before it is destroyed, all sockets must be closed and released, and all
// devices must have stopped.
#pragma once

#include "abi/socket.h"
#include "net/channel/channels.h"
#include "net/proto/inet.h"
#include "net/socket/inet_family.h"
#include "net/socket/vsock_socket.h"
#include "net/tcp/tcp.h"

namespace net {

// Interfaces, routes and counters are in Inet. All functions below: thread context, no lock held.
class Stack : public Inet {
  public:
    // A socket without local and remote addresses: use bind() and connect(). family: AF_*, type: SOCK_*.
    // Errors: AfNoSupport, and those of SocketFamily::open.
    Result<Ref<Socket>> open_socket(int family, int type, int protocol);

    // Two connected sockets. Errors: AfNoSupport, and those of SocketFamily::open_pair.
    Result<SocketFamily::Pair> open_socket_pair(int family, int type, int protocol);

    // Adds a family that is not part of the network, such as AF_UNIX. At boot, by one thread.
    void add_family(int number, SocketFamily& sockets);

    // A UDP socket from local_port to remote:remote_port; local_port 0 selects a random free port. Errors:
    // Inval (remote_port 0), AddrNotAvail (not a host address), NetUnreach (no route), AddrInUse (such a
    // socket exists, or no port is free), NFile (too many are open), NoMem.
    Result<Ref<Socket>> connect_udp(Ipv4Addr remote, u16 local_port, u16 remote_port) {
        return inet_family_.connect_udp(remote, local_port, remote_port);
    }

    // A ping socket to remote. Errors: AddrNotAvail, NetUnreach, NFile, NoMem.
    Result<Ref<Socket>> open_echo(Ipv4Addr remote) { return inet_family_.open_echo(remote); }

    // The number of sockets, including closed sockets that a thread still uses.
    u32 sockets_in_use() const;

    // Passes the sockets of all families to a visitor, for netlist().
    void list_sockets(SocketVisitor& to);

    // AF_VSOCK: its device, CID, connections and listeners.
    Vsock& vsock() { return vsock_; }

    // The packet channels of programs.
    Channels& channels() { return channels_; }

  private:
    Tcp tcp_{*this};
    Channels channels_{*this};
    InetFamily inet_family_{*this, tcp_};
    Vsock vsock_{stats(), queue_budget()};
    VsockFamily vsock_family_{vsock_};

    // The address families, by their AF_*.
    struct Family {
        int number;
        SocketFamily* sockets;
    };
    static constexpr usize kMaxFamilies = 3;
    std::span<const Family> families() const { return {families_, family_count_}; }
    Family families_[kMaxFamilies] = {{AF_INET, &inet_family_}, {AF_VSOCK, &vsock_family_}};
    usize family_count_ = 2;
};

}  // namespace net
