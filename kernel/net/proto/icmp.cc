#include "net/proto/icmp.h"

#include "net/proto/flow.h"
#include "net/proto/inet.h"
#include "net/proto/ip.h"
#include "net/proto/tcp.h"

namespace net {

// The reply uses the mbufs of the request: only the type changes and the addresses are swapped.
static void answer_echo(Interface& in, const Ipv4Packet& ip, MbufPtr m) {
    Inet& inet = in.inet();
    // RFC 1122 section 3.2.2.6: an echo request to a broadcast address may be discarded.
    if (!in.is_ours(ip.dst())) return inet.bump(Stat::icmp_unknown);
    inet.bump(Stat::icmp_echo_in);
    const Ipv4Addr asker = ip.src(), asked = ip.dst();
    m->pull(ip.header().header_length());
    make_echo_reply(*reinterpret_cast<IcmpHeader*>(m->data()));
    (void)ip_out(inet, std::move(m), asked, asker, IpProtocol::Icmp, WhenFull::Drop);
}

static void take_echo_reply(Interface& in, const Ipv4Packet& ip, const IcmpMessage& message, MbufPtr m) {
    Inet& inet = in.inet();
    const auto e = inet.endpoints().find({IpProtocol::Icmp, message.identifier(), 0, ip.dst(), ip.src()});
    if (!e) return inet.bump(Stat::icmp_echo_unmatched);
    m->pull(ip.header().header_length());
    if (!e->deliver(std::move(m), ip)) inet.bump(Stat::icmp_queue_full);
}

// The error to report to the application (RFC 1122 sections 3.2.2.1 and 4.1.3.3).
static Errno error_of(const IcmpMessage& message) {
    if (message.type() == IcmpType::TimeExceeded) return Errno::HostUnreach;
    switch (IcmpUnreachableCode{message.code()}) {
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

// Path MTU discovery (RFC 1191) for UDP and echo requests. The message is used only if the quoted packet may
// be ours: it must have DF and belong to a socket that sets DF.
static void learn_path(Inet& inet, const QuotedPacket& quote, u16 mtu) {
    if (!quote.header().dont_fragment() || !inet.is_own(quote.src())) return;
    const auto sender = inet.endpoints().possible_sender_of(quote);
    const auto path = inet.path_to(quote.dst());
    if (!sender || !path || !sender->sends_dont_fragment()) return;
    inet.bump(Stat::icmp_too_big_in);
    inet.path_mtus().learn(quote.dst(), mtu, path->mtu, platform::now());
}

// Reports the error to the socket that sent the quoted packet, or delivers the message if it wants that. A
// flow gets the frame.
static void take_error(Interface& in, const Ipv4Packet& ip, const IcmpMessage& message, MbufPtr m) {
    Inet& inet = in.inet();
    const bool expired = message.type() == IcmpType::TimeExceeded;
    inet.bump(expired ? Stat::icmp_time_exceeded_in : Stat::icmp_unreachable_in);
    const auto quote = QuotedPacket::parse(message.payload());
    if (!quote) return;
    if (Ref<Endpoint> flow = inet.endpoints().possible_sender_of(*quote); is_flow(flow, in))
        return give_to_flow(*flow, *m, true);
    const Errno why = error_of(message);
    const bool too_big = why == Errno::MsgSize;
    if (quote->protocol() == IpProtocol::Tcp)
        return tcp_unreachable(inet, *quote, why, too_big ? message.header().mtu() : u16{0});
    if (too_big) learn_path(inet, *quote, message.header().mtu());
    const auto e = inet.endpoints().sender_of(*quote);
    if (!e) return;
    const usize in_front = static_cast<usize>(message.payload().data() - m->data()) - sizeof(IcmpHeader);
    if (!e->wants_icmp_errors()) return e->report(why);
    m->pull(in_front);
    (void)e->deliver(std::move(m), ip);
}

static bool checksum_ok(const Ipv4Packet& ip, const Mbuf& m) {
    Checksum sum;
    sum.add(ip.payload());
    for (const Mbuf* piece = m.more(); piece; piece = piece->more()) sum.add(piece->bytes());
    return sum.finish() == 0;
}

void icmp_in(Interface& in, const Ipv4Packet& ip, MbufPtr m) {
    Inet& inet = in.inet();
    inet.bump(Stat::icmp_in);
    const auto message = IcmpMessage::parse(ip.payload());
    if (!message || !checksum_ok(ip, *m)) return inet.bump(Stat::icmp_bad);
    switch (message->type()) {
        case IcmpType::EchoRequest: return answer_echo(in, ip, std::move(m));
        case IcmpType::EchoReply: return take_echo_reply(in, ip, *message, std::move(m));
        case IcmpType::Unreachable:
        case IcmpType::TimeExceeded: return take_error(in, ip, *message, std::move(m));
        default: return inet.bump(Stat::icmp_unknown);
    }
}

// The other exclusions of RFC 1122 section 3.2.2: packets with a bad source and link-layer broadcasts have
// been dropped before; of a fragmented packet, only the first fragment or the reassembled packet gets here;
// and this is never called for an ICMP error.
void icmp_tx_error(Interface& in, const Ipv4Packet& ip, MbufPtr m, IcmpType type, u8 code) {
    constexpr usize kQuotedPayload = 8;  // RFC 792: contains the ports
    Inet& inet = in.inet();
    if (!in.is_ours(ip.dst())) return;
    if (!inet.unreachable_limit().take(platform::now())) return inet.bump(Stat::icmp_rate_limited);
    const Ipv4Addr sender = ip.src(), receiver = ip.dst();
    m->chain_trim_to(ip.header().header_length() + kQuotedPayload);
    if (!m->push_header<IcmpHeader>()) return inet.bump(Stat::no_mbuf);
    emit_icmp(m->mut_bytes(), type, code);
    inet.bump(type == IcmpType::Unreachable ? Stat::icmp_unreachable_out : Stat::icmp_time_exceeded_out);
    (void)ip_out(inet, std::move(m), receiver, sender, IpProtocol::Icmp, WhenFull::Drop);
}

Result<> icmp_tx_echo(Inet& inet, MbufPtr m, Ipv4Addr src, Ipv4Addr dst, u16 identifier, u16 sequence,
                      WhenFull when, IpControls controls) {
    auto* h = m->push_header<IcmpHeader>();
    if (!h) return Errno::NoBufs;
    *h = {static_cast<u8>(IcmpType::EchoRequest), 0, 0, identifier, sequence};
    Checksum sum;
    for (const Mbuf* piece = m.get(); piece; piece = piece->more()) sum.add(piece->bytes());
    h->checksum = sum.finish();
    return ip_out(inet, std::move(m), src, dst, IpProtocol::Icmp, when, controls);
}

}  // namespace net
