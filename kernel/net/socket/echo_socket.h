// A ping socket: it sends ICMP echo requests and receives the replies to them.
#pragma once

#include "net/socket/datagram_socket.h"
#include "net/socket/socket_pool.h"

namespace net {

// Its local "port" is the ICMP identifier, which is unique for each remote host.
class EchoSocket final : public DatagramSocket {
  public:
    // What a program sends and receives.
    enum class Format : u8 {
        Data,     // the echo data; in a reply they follow a struct ping_reply (abi/net.h)
        Message,  // ICMP messages with their header; the socket sets the identifier of a request
    };
    EchoSocket(SocketPool<EchoSocket>& home, Inet& inet, Format format);

    Result<usize> send(UserAddr from, usize n, int flags, const SocketAddr* to) override;

  private:
    bool deliver(MbufPtr m, const Ipv4Packet& ip) override;
    void last_ref_gone() override { home_.free(*this); }
    Result<u16> sequence_for(UserAddr& from, usize& n);

    SocketPool<EchoSocket>& home_;
    const Format format_;
    std::atomic<u32> sequence_{0};  // of the last request; the low 16 bits are sent
};

}  // namespace net
