#include "net/proto/tcp.h"

#include "net/proto/inet.h"
#include "net/proto/ip.h"

namespace net {

// The reset is made such that the peer must accept it: it acknowledges all the segment held, or stands
// where the segment's own acknowledgment says we are.
static TcpFields reset_for(const TcpSegment& s) {
    TcpFields reset{.src_port = s.dst_port(), .dst_port = s.src_port(), .flags = TcpFlags::Rst};
    if (s.flags().ack()) {
        reset.seq = s.ack();
    } else {
        reset.ack = s.seq() + s.sequence_length();
        reset.flags |= TcpFlags::Ack;
    }
    return reset;
}

// In the buffer the segment came in: emptied, it has headroom for all headers.
static void tx_reset(Interface& in, Ipv4Addr to, const TcpFields& reset, MbufPtr m) {
    Inet& inet = in.inet();
    m->pull(m->length());
    if (!m->push_header<TcpHeader>()) return inet.bump(Stat::no_mbuf);
    emit_tcp(m->mut_bytes(), in.addr(), to, reset);
    inet.bump(Stat::tcp_reset_out);
    (void)ip_out(inet, std::move(m), in.addr(), to, IpProtocol::Tcp, WhenFull::Drop);
}

void tcp_in(Interface& in, const Ipv4Packet& ip, MbufPtr m) {
    Inet& inet = in.inet();
    // RFC 1122 section 4.2.3.10: TCP is between two hosts; a segment to all of them is dropped in silence.
    if (ip.dst() != in.addr()) return inet.bump(Stat::ip_not_for_us);
    inet.bump(Stat::tcp_in);
    const auto segment = TcpSegment::parse(ip.payload());
    if (!segment) return inet.bump(Stat::tcp_bad);
    if (!segment->checksum_ok(ip.src(), ip.dst())) return inet.bump(Stat::tcp_bad_checksum);
    if (segment->flags().rst()) return inet.bump(Stat::tcp_reset_in);
    if (!inet.reset_limit().take(port::now())) return inet.bump(Stat::tcp_rate_limited);
    const Ipv4Addr sender = ip.src();
    tx_reset(in, sender, reset_for(*segment), std::move(m));
}

}  // namespace net
