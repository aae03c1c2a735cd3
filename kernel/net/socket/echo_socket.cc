#include "net/socket/echo_socket.h"

#include "abi/net.h"
#include "abi/socket.h"
#include "net/proto/icmp.h"
#include "net/proto/inet.h"

namespace net {

static_assert(DatagramSocket::kMaxPayload == PING_MAX_PAYLOAD);

static constexpr EndpointTable::PortRange kIdentifiers{1, 65535};

EchoSocket::EchoSocket(SocketPool<EchoSocket>& home, Inet& inet, Format format)
    : DatagramSocket(inet, IpProtocol::Icmp, kIdentifiers), home_(home), format_(format) {}

// The sequence number: our own counter, or from the program's ICMP header, which is removed from the data.
Result<u16> EchoSocket::sequence_for(UserAddr& from, usize& n) {
    if (format_ == Format::Data) {
        return static_cast<u16>(sequence_.fetch_add(1, std::memory_order_relaxed) + 1);
    }
    IcmpHeader header;
    if (n < sizeof header) return Errno::Inval;
    TRY(platform::copy_from_user(&header, from, sizeof header));
    if (IcmpType{header.type} != IcmpType::EchoRequest || header.code != 0) return Errno::Inval;
    from = from + sizeof header;
    n -= sizeof header;
    return static_cast<u16>(header.sequence);
}

Result<usize> EchoSocket::send(UserAddr from, usize n, int flags, const SocketAddr* to) {
    const usize all = n;
    if (n > kMaxPayload + (format_ == Format::Message ? sizeof(IcmpHeader) : 0)) return Errno::MsgSize;
    if (flags & MSG_OOB) return Errno::OpNotSupp;
    Sending s;
    TRY(start_send(to, s));
    const u16 sequence = TRY(sequence_for(from, n));
    MbufPtr m;
    TRY(copy_in(m, from, n));
    const Result<> sent = icmp_tx_echo(inet(), std::move(m), s.key.local, s.key.remote, s.key.local_port,
                                       sequence, when_full(flags), s.controls);
    inet().deliver_loopback();
    if (!sent.ok()) return send_error(sent.error(), flags);
    note_sent();
    return all;
}

// For Format::Data, a struct ping_reply replaces the ICMP header, which is longer.
bool EchoSocket::deliver(MbufPtr m, const Ipv4Packet& ip) {
    static_assert(sizeof(ping_reply) <= sizeof(IcmpHeader));
    const u8 ttl = ip.ttl();
    const Ipv4Addr src = ip.src();
    if (format_ == Format::Data) {
        const ping_reply reply{reinterpret_cast<const IcmpHeader*>(m->data())->sequence, ttl, 0};
        m->pull(sizeof(IcmpHeader) - sizeof reply);
        __builtin_memcpy(m->data(), &reply, sizeof reply);
    }
    put_origin(*m, src, 0);
    return enqueue(std::move(m));
}

}  // namespace net
