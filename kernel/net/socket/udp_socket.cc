#include "net/socket/udp_socket.h"

#include "abi/net.h"
#include "abi/socket.h"
#include "net/proto/inet.h"
#include "net/proto/udp.h"

namespace net {

static_assert(DatagramSocket::kMaxPayload == UDP_MAX_PAYLOAD && kMaxUdpPayload == UDP_MAX_PAYLOAD);
static_assert(DatagramSocket::kQueueLimit == SOCKET_QUEUE_LIMIT);

static constexpr EndpointTable::PortRange kDynamicPorts{49152, 65535};  // RFC 6335 section 6

UdpSocket::UdpSocket(SocketPool<UdpSocket>& home, Inet& inet)
    : DatagramSocket(inet, IpProtocol::Udp, kDynamicPorts), home_(home) {}

Result<usize> UdpSocket::send(UserAddr from, usize n, int flags, const SocketAddr* to) {
    if (n > kMaxPayload) return Errno::MsgSize;
    if (flags & MSG_OOB) return Errno::OpNotSupp;
    Sending s;
    TRY(start_send(to, s));
    MbufPtr m;
    TRY(copy_in(m, from, n));
    const Result<> sent = net_tx_udp(inet(), std::move(m), s.key, when_full(flags), s.controls);
    inet().deliver_loopback();
    if (!sent.ok()) [[unlikely]]
        return send_error(sent.error(), flags);
    note_sent();
    return n;
}

// The UDP header has been removed from m, so its 8 bytes can hold the sender's address.
bool UdpSocket::deliver(MbufPtr m, const Ipv4Packet& ip) {
    const auto* header = reinterpret_cast<const UdpHeader*>(m->data() - sizeof(UdpHeader));
    put_origin(*m, ip.src(), header->src_port);
    return enqueue(std::move(m));
}

}  // namespace net
