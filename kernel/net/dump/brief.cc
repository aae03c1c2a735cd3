// One line a packet, in tcpdump's manner but with words for letters:
//   IP 10.0.2.2:47044 > 10.0.2.15:7: TCP [SYN] seq 9408001 win 65535 <mss 1460> length 0
#include "net/dump/brief.h"

#include "net/dump/names.h"
#include "net/wire/arp.h"
#include "net/wire/tcp_options.h"
#include "net/wire/udp.h"

namespace net {
namespace {

void brief_arp(DumpWriter& w, Bytes b) {
    const auto a = ArpPacket::parse(b);
    if (!a) return w.print("ARP [malformed] length %zu", b.size());
    const auto sender = format_addr(a->sender_ip), target = format_addr(a->target_ip);
    switch (a->operation()) {
        case ArpOperation::Request: return w.print("ARP who has %s? tell %s", target.text, sender.text);
        case ArpOperation::Reply:
            return w.print("ARP %s is at %s", sender.text, format_addr(a->sender_mac).text);
    }
    w.print("ARP operation %u", +a->operation_code);
}

void brief_addresses(DumpWriter& w, const Ipv4Packet& ip) {
    w.print("IP %s > %s: ", format_addr(ip.src()).text, format_addr(ip.dst()).text);
}

void brief_addresses(DumpWriter& w, const Ipv4Packet& ip, u16 src_port, u16 dst_port) {
    w.print("IP %s:%u > %s:%u: ", format_addr(ip.src()).text, src_port, format_addr(ip.dst()).text, dst_port);
}

// The checksum of a fragment's transport covers bytes that are in the other fragments.
void brief_checksum(DumpWriter& w, const Ipv4Packet& ip, bool ok) {
    if (!ok && !ip.header().is_fragment()) w.print(" [bad checksum]");
}

void brief_quote(DumpWriter& w, Bytes quote) {
    const auto q = QuotedPacket::parse(quote);
    if (!q) return;
    const auto src = format_addr(q->src()), dst = format_addr(q->dst());
    const char* protocol = name_of(q->protocol());
    if (q->protocol() == IpProtocol::Udp || q->protocol() == IpProtocol::Tcp) {
        w.print(", about %s %s:%u > %s:%u", protocol, src.text, q->src_port(), dst.text, q->dst_port());
    } else {
        w.print(", about %s %s > %s", protocol, src.text, dst.text);
    }
}

void brief_icmp(DumpWriter& w, const Ipv4Packet& ip) {
    const auto m = IcmpMessage::parse(ip.payload());
    brief_addresses(w, ip);
    if (!m) return w.print("ICMP [malformed]");
    w.print("ICMP %s", name_of(m->type()));
    const char* code = name_of_icmp_code(m->type(), m->code());
    if (*code) w.print(" (%s)", code);
    if (m->type() == IcmpType::EchoRequest || m->type() == IcmpType::EchoReply) {
        w.print(" id %u seq %u", m->identifier(), m->sequence());
    }
    if (m->is_error()) brief_quote(w, m->payload());
    w.print(" length %zu", m->payload().size());
    brief_checksum(w, ip, m->checksum_ok());
}

void brief_udp(DumpWriter& w, const Ipv4Packet& ip) {
    const auto* h = header_of<UdpHeader>(ip.payload());
    if (!h) return brief_addresses(w, ip), w.print("UDP [malformed]");
    brief_addresses(w, ip, h->src_port, h->dst_port);
    w.print("UDP length %d", h->length - static_cast<int>(sizeof *h));
    const auto d = UdpDatagram::parse(ip.payload());
    if (d)
        brief_checksum(w, ip, d->checksum(ip.src(), ip.dst()) != ChecksumVerdict::Bad);
    else if (!ip.header().is_fragment())
        w.print(" [malformed length]");
}

void brief_tcp_options(DumpWriter& w, Bytes options) {
    TcpOptions walk(options);
    const char* between = " <";
    while (const auto o = walk.next()) {
        if (o->kind == TcpOptions::kNop || o->kind == TcpOptions::kEnd) continue;
        w.print("%s%s", between, name_of_tcp_option(o->kind));
        if (const auto mss = max_segment_size_of(*o)) w.print(" %u", *mss);
        if (const auto shift = window_scale_of(*o)) w.print(" %u", *shift);
        between = ", ";
    }
    if (*between == ',') w.print(">");
    if (walk.malformed()) w.print(" [malformed option]");
}

void brief_tcp(DumpWriter& w, const Ipv4Packet& ip) {
    const auto s = TcpSegment::parse(ip.payload());
    if (!s) return brief_addresses(w, ip), w.print("TCP [malformed]");
    brief_addresses(w, ip, s->src_port(), s->dst_port());
    w.print("TCP [");
    print_flags(w, s->flags());
    w.print("] seq %u", s->seq());
    if (s->flags().ack()) w.print(" ack %u", s->ack());
    w.print(" win %u", s->window());
    brief_tcp_options(w, s->options());
    w.print(" length %zu", s->payload().size());
    brief_checksum(w, ip, s->checksum_ok(ip.src(), ip.dst()));
}

void brief_transport(DumpWriter& w, const Ipv4Packet& ip) {
    if (ip.header().fragment_offset() == 0) {
        if (ip.protocol() == IpProtocol::Icmp) return brief_icmp(w, ip);
        if (ip.protocol() == IpProtocol::Udp) return brief_udp(w, ip);
        if (ip.protocol() == IpProtocol::Tcp) return brief_tcp(w, ip);
    }
    brief_addresses(w, ip);
    w.print("%s (%u) length %zu", name_of(ip.protocol()), ip.header().protocol, ip.payload().size());
}

// Of a packet cut short the header still tells who speaks to whom.
void brief_bad_ipv4(DumpWriter& w, Bytes b) {
    if (Ipv4Packet::check(b) != Ipv4Error::LongTotalLength) {
        return w.print("IP [malformed header] length %zu", b.size());
    }
    const auto& h = *header_of<Ipv4Header>(b);
    w.print("IP %s > %s: %s (%u) [truncated: %zu of %u bytes]", format_addr(h.src).text,
            format_addr(h.dst).text, name_of(IpProtocol{h.protocol}), h.protocol, b.size(), +h.total_length);
}

void brief_ipv4(DumpWriter& w, Bytes b) {
    const auto ip = Ipv4Packet::parse(b);
    if (!ip) return brief_bad_ipv4(w, b);
    brief_transport(w, *ip);
    const Ipv4Header& h = ip->header();
    if (h.is_fragment()) {
        w.print(" [fragment at %zu, %s]", h.fragment_offset(),
                h.more_fragments() ? "more to come" : "the last");
    }
    if (!ip->header_checksum_ok()) w.print(" [bad IP checksum]");
}

void brief_other(DumpWriter& w, const EtherFrame& f) {
    w.print("%s > %s type 0x%04x (%s) length %zu", format_addr(f.src()).text, format_addr(f.dst()).text,
            static_cast<u16>(f.type()), name_of(f.type()), f.payload().size());
}

}  // namespace

void dump_brief(DumpWriter& w, Bytes frame) {
    const auto f = EtherFrame::parse(frame);
    if (!f)
        w.print("[truncated: %zu bytes are no Ethernet frame]", frame.size());
    else if (f->type() == EtherType::Ipv4)
        brief_ipv4(w, f->payload());
    else if (f->type() == EtherType::Arp)
        brief_arp(w, f->payload());
    else
        brief_other(w, *f);
    w.end_line();
}

}  // namespace net
