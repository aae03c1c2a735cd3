// A ping socket: what is sent goes out as ICMP echo requests, what is received are the replies to them.
#pragma once

#include "net/socket/datagram_socket.h"

namespace net {

class Sockets;

// Its local "port" is the ICMP identifier, unique for the remote it asks.
class EchoSocket final : public DatagramSocket {
  public:
    // What a program sends and receives.
    enum class Format : u8 {
        Data,     // the data of the echo; a reply comes behind a struct ping_reply (abi/net.h)
        Message,  // ICMP messages from their header on; of a request the identifier is ours to choose
    };
    EchoSocket(Sockets& home, Inet& inet, Format format);

    Result<usize> send(UserAddr from, usize n, int flags, const SocketAddr* to) override;
    bool deliver(MbufPtr m, const Ipv4Packet& ip) override;
    void last_ref_gone() override;

  private:
    Result<u16> sequence_for(UserAddr& from, usize& n);

    Sockets& home_;
    const Format format_;
    std::atomic<u32> sequence_{0};  // of the last request; the wire has its low 16 bits
};

}  // namespace net
