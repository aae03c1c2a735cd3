#include "net/proto/icmp.h"

#include "net/proto/inet.h"
#include "net/proto/ip.h"

namespace net {

// Only the type changes and the addresses swap; the data go back in the buffer they came in.
static void answer_echo(Interface& in, const Ipv4Packet& ip, MbufPtr m) {
    Inet& inet = in.inet();
    if (ip.dst() != in.addr()) return inet.bump(Stat::icmp_unknown);  // RFC 1122 section 3.2.2.6 lets us
    inet.bump(Stat::icmp_echo_in);
    const Ipv4Addr asker = ip.src();
    m->pull(ip.header().header_length());
    turn_echo_around(*reinterpret_cast<IcmpHeader*>(m->data()));
    (void)ip_out(inet, std::move(m), in.addr(), asker, IpProtocol::Icmp, WhenFull::Drop);
}

static void take_echo_reply(Interface& in, const Ipv4Packet& ip, const IcmpMessage& message, MbufPtr m) {
    Inet& inet = in.inet();
    const auto e = inet.endpoints().find({IpProtocol::Icmp, message.identifier(), 0, ip.dst(), ip.src()});
    if (!e) return inet.bump(Stat::icmp_echo_unmatched);
    m->pull(ip.header().header_length());
    if (!e->deliver(std::move(m), ip)) inet.bump(Stat::icmp_queue_full);
}

// RFC 1122 sections 3.2.2.1 and 4.1.3.3: the application is told.
static Errno error_of(IcmpUnreachableCode code) {
    switch (code) {
        case IcmpUnreachableCode::Net:
        case IcmpUnreachableCode::NetUnknown:
        case IcmpUnreachableCode::NetProhibited:
        case IcmpUnreachableCode::NetTos: return Errno::NetUnreach;
        case IcmpUnreachableCode::Protocol: return Errno::NoProtoOpt;
        case IcmpUnreachableCode::Port: return Errno::ConnRefused;
        case IcmpUnreachableCode::FragmentationNeeded: return Errno::MsgSize;
        default: return Errno::HostUnreach;
    }
}

static void take_unreachable(Inet& inet, const IcmpMessage& message) {
    inet.bump(Stat::icmp_unreachable_in);
    inet.endpoints().report(message.payload(), error_of(IcmpUnreachableCode{message.code()}));
}

void icmp_in(Interface& in, const Ipv4Packet& ip, MbufPtr m) {
    Inet& inet = in.inet();
    inet.bump(Stat::icmp_in);
    const auto message = IcmpMessage::parse(ip.payload());
    if (!message || !message->checksum_ok()) return inet.bump(Stat::icmp_bad);
    switch (message->type()) {
        case IcmpType::EchoRequest: return answer_echo(in, ip, std::move(m));
        case IcmpType::EchoReply: return take_echo_reply(in, ip, *message, std::move(m));
        case IcmpType::Unreachable: return take_unreachable(inet, *message);
        default: return inet.bump(Stat::icmp_unknown);
    }
}

// Of the exclusions, bad sources, fragments and frames to every station never come this far; ICMP errors
// are not answered because ICMP never calls this.
void icmp_tx_unreachable(Interface& in, const Ipv4Packet& ip, MbufPtr m, IcmpUnreachableCode code) {
    constexpr usize kQuotedPayload = 8;  // RFC 792: where the ports are
    Inet& inet = in.inet();
    if (ip.dst() != in.addr()) return;
    if (!inet.unreachable_limit().take(port::now())) return inet.bump(Stat::icmp_rate_limited);
    const Ipv4Addr sender = ip.src();
    m->trim_to(ip.header().header_length() + kQuotedPayload);
    if (!m->push_header<IcmpHeader>()) return inet.bump(Stat::no_mbuf);
    emit_icmp(m->mut_bytes(), IcmpType::Unreachable, static_cast<u8>(code));
    inet.bump(Stat::icmp_unreachable_out);
    (void)ip_out(inet, std::move(m), in.addr(), sender, IpProtocol::Icmp, WhenFull::Drop);
}

Result<> icmp_tx_echo(Inet& inet, MbufPtr m, Ipv4Addr src, Ipv4Addr dst, u16 identifier, u16 sequence) {
    if (!m->push_header<IcmpHeader>()) return Errno::NoBufs;
    emit_icmp(m->mut_bytes(), IcmpType::EchoRequest, 0, identifier, sequence);
    return ip_out(inet, std::move(m), src, dst, IpProtocol::Icmp, WhenFull::Wait);
}

}  // namespace net
