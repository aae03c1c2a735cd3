#include "net/socket/echo_socket.h"

#include "abi/net.h"
#include "net/proto/icmp.h"
#include "net/socket/sockets.h"

namespace net {

static_assert(Socket::kMaxPayload == PING_MAX_PAYLOAD && Socket::kMaxPayload == UDP_MAX_PAYLOAD);
static_assert(Socket::kQueueLimit == SOCKET_QUEUE_LIMIT);

Result<usize> EchoSocket::write(UserAddr from, usize n) {
    MbufPtr m = TRY(copy_in(from, n));
    const u32 sequence = sequence_.fetch_add(1, std::memory_order_relaxed) + 1;
    TRY(icmp_tx_echo(inet(), std::move(m), key().local, key().remote, key().local_port,
                     static_cast<u16>(sequence)));
    return n;
}

// The reader's struct takes the place of the ICMP header, which is longer.
bool EchoSocket::deliver(MbufPtr m, const Ipv4Packet& ip) {
    static_assert(sizeof(ping_reply) <= sizeof(IcmpHeader));
    const u16 sequence = reinterpret_cast<const IcmpHeader*>(m->data())->sequence;
    const ping_reply reply{sequence, ip.ttl(), 0};
    m->pull(sizeof(IcmpHeader) - sizeof reply);
    __builtin_memcpy(m->data(), &reply, sizeof reply);
    return enqueue(std::move(m));
}

void EchoSocket::last_ref_gone() { home_.free(*this); }

}  // namespace net
