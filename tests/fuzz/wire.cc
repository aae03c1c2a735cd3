// The parsers of kernel/net/wire. The first byte selects one, the rest are its input. What a parser returns
// must lie within its input and contain all of it; what we emit must be parsed again.
#include "net/wire/icmp.h"
#include "net/wire/ipv6_extensions.h"
#include "net/wire/tcp_options.h"
#include "net/wire/udp.h"
#include "net/wire/vsock.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/target.h"

namespace fuzz {
namespace {

using namespace net;

constexpr Ipv4Addr kOne{10, 0, 2, 2}, kOther{10, 0, 2, 15};

bool ends_with(Bytes whole, Bytes part) {
    return part.size() <= whole.size() && part.data() + part.size() == whole.data() + whole.size();
}

void options(Bytes b) {
    HeaderOptions list(b);
    usize taken = 0;
    while (const auto o = list.next()) {
        taken += o->kind <= HeaderOptions::kNop ? 1 : 2 + o->data.size();
        (void)max_segment_size_of(*o), (void)window_scale_of(*o), (void)timestamps_of(*o);
        for (const SackBlock& s : sack_blocks_of(*o)) taken += (s.left - s.right) & 0;
    }
    must(taken + list.padding().size() + list.rest().size() == b.size(), "options cover their bytes");
}

void udp(Bytes b) {
    const auto d = UdpDatagram::parse(b);
    if (!d) return;
    must(d->payload().size() + sizeof(UdpHeader) == d->header().length, "a datagram is as long as it says");
    packets::Packet sent(b.begin(), b.begin() + d->header().length);
    emit_udp(sent, kOne, d->src_port(), kOther, d->dst_port());
    const auto again = UdpDatagram::parse(sent);
    must(again && again->checksum(kOne, kOther) == ChecksumVerdict::Ok, "our datagrams are valid");
}

void tcp(Bytes b) {
    const auto s = TcpSegment::parse(b);
    if (!s) return;
    must(ends_with(b, s->payload()), "the payload ends with the segment");
    must(sizeof(TcpHeader) + s->options().size() + s->payload().size() == b.size(), "a segment is covered");
    options(s->options());
    packets::Packet sent(b.begin(), b.end());
    const TcpFields f{.src_port = s->src_port(),
                      .dst_port = s->dst_port(),
                      .seq = s->seq(),
                      .ack = s->ack(),
                      .flags = s->flags().bits,
                      .window = s->window(),
                      .options_length = s->options().size()};
    emit_tcp(sent, kOne, kOther, f);
    const auto again = TcpSegment::parse(sent);
    must(again && again->checksum_ok(kOne, kOther), "our segments are valid");
    must(again->sequence_length() == s->sequence_length(), "a segment keeps its length");
}

void icmp(Bytes b) {
    const auto m = IcmpMessage::parse(b);
    if (!m) return;
    must(ends_with(b, m->payload()), "the payload ends with the message");
    if (const auto q = QuotedPacket::parse(m->payload())) {
        must(q->transport().size() >= 8, "a quote has the first 8 bytes");
        (void)q->src_port(), (void)q->dst_port();
    }
    packets::Packet sent(b.begin(), b.end());
    emit_icmp(sent, IcmpType::EchoRequest, m->code(), m->identifier(), m->sequence());
    make_echo_reply(*reinterpret_cast<IcmpHeader*>(sent.data()));
    const auto again = IcmpMessage::parse(sent);
    must(again && again->checksum_ok() && again->type() == IcmpType::EchoReply, "our replies are valid");
}

void ipv4(Bytes b) {
    const auto p = Ipv4Packet::parse(b);
    must(p.has_value() == (Ipv4Packet::check(b) == Ipv4Error::None), "check() says what parse() does");
    if (!p) return;
    const usize parts = sizeof(Ipv4Header) + p->options().size() + p->payload().size();
    must(parts == p->bytes().size() && parts == p->header().total_length, "a packet is covered");
    must(p->header_checksum_ok() == (packets::internet_checksum(b.first(parts - p->payload().size())) == 0),
         "the checksum is RFC 1071's");
    options(p->options());
    switch (p->protocol()) {
        case IpProtocol::Icmp: return icmp(p->payload());
        case IpProtocol::Udp: return udp(p->payload());
        case IpProtocol::Tcp: return tcp(p->payload());
        default: return;
    }
}

void ipv6(Bytes b) {
    const auto* h = header_of<Ipv6Header>(b);
    if (!h) return;
    must(format_addr(h->src).text[39] == 0, "the text of an address ends");
    (void)h->dst.mapped_ipv4();
    IpProtocol kind{h->next_header};
    for (Bytes left = b.subspan(sizeof *h); const auto e = Ipv6Extension::parse(kind, left); kind = e->next) {
        must(e->length >= 8, "an extension header has a length");
        if (e->length > left.size()) return;
        Ipv6Options list(left.subspan(2, e->length - 2));
        while (list.next()) {
        }
        left = left.subspan(e->length);
    }
}

void ether(Bytes b) {
    const auto f = EtherFrame::parse(b);
    if (!f) return;
    must(ends_with(b, f->payload()), "the payload ends with the frame");
    if (f->type() == EtherType::Ipv4) return ipv4(f->payload());
    if (f->type() == EtherType::Ipv6) return ipv6(f->payload());
    if (const auto p = ArpPacket::parse(f->payload())) (void)p->is_probe(), (void)p->is_announcement();
}

void vsock(Bytes b) {
    const usize payload = b.size() > sizeof(VsockHeader) ? b.size() - sizeof(VsockHeader) : 0;
    const auto p = VsockPacket::parse(b, payload);
    if (p) must(p->header().length == payload, "a packet is as long as it says");
}

// One sum, however the bytes are split.
void checksum(Bytes b) {
    if (b.empty()) return;
    const usize at = b[0] < b.size() ? b[0] : b.size();
    Checksum sum;
    sum.add_at(at, b.subspan(at));
    sum.add(b.first(at));
    must(sum.finish() == packets::internet_checksum(b), "the checksum is RFC 1071's");
}

void run(Bytes input) {
    if (input.empty()) return;
    const Bytes rest = input.subspan(1);
    switch (input[0] % 9) {
        case 0: return ether(rest);
        case 1: return ipv4(rest);
        case 2: return ipv6(rest);
        case 3: return udp(rest);
        case 4: return tcp(rest);
        case 5: return icmp(rest);
        case 6: return vsock(rest);
        case 7: return options(rest);
        default: return checksum(rest);
    }
}

std::vector<std::string> seeds() {
    using packets::Packet;
    const auto kinds = {
        packets::udp_packet({kOne, kOther, 1, 2}, packets::text("hello")),
        packets::tcp_packet({kOne, kOther, {.flags = TcpFlags::Syn, .options_length = 8}},
                            Packet{2, 4, 5, 180, 1, 3, 3, 7, 'x'}),
        packets::ipv4({.src = kOne, .dst = kOther, .protocol = 1, .options = Packet{7, 3, 4, 0}},
                      packets::icmp(IcmpType::EchoRequest, 0, 1, 1, packets::filled(28)))};
    std::vector<std::string> all;
    for (const Packet& p : kinds) {
        const Packet frame = packets::ether(MacAddr::broadcast(), {}, EtherType::Ipv4, p);
        all.push_back(std::string(1, 0) + text_of(frame));
        all.push_back(std::string(1, 1) + text_of(p));
        const Packet error = packets::icmp(IcmpType::Unreachable, 3, 0, 0, p);
        all.push_back(std::string(1, 5) + text_of(error));
        all.push_back(std::string(1, 8) + text_of(p));
    }
    Packet v6(40);
    v6.insert(v6.end(), {43, 0, 1, 4, 0, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 1, 0, 0, 0, 9});
    v6[0] = 0x60;
    all.push_back(std::string(1, 2) + text_of(v6));
    all.push_back(std::string(1, 6) + std::string(sizeof(VsockHeader), 0));
    return all;
}

}  // namespace

constinit const Target wire = {"wire", 2048, run, seeds};

}  // namespace fuzz
