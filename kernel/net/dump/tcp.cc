// TCP (RFC 9293).
#include "net/wire/tcp.h"

#include "net/dump/layers.h"

namespace net {
namespace {

// From the least significant on, in Wireshark's order: SYN, ACK.
constexpr Name kFlags[] = {{TcpFlags::Fin, "FIN"}, {TcpFlags::Syn, "SYN"}, {TcpFlags::Rst, "RST"},
                           {TcpFlags::Psh, "PSH"}, {TcpFlags::Ack, "ACK"}, {TcpFlags::Urg, "URG"},
                           {TcpFlags::Ece, "ECE"}, {TcpFlags::Cwr, "CWR"}, {TcpFlags::Ae, "AE"}};

void dump_offset_and_flags(DumpWriter& w, const TcpHeader& h) {
    w.field("Header length", "%zu bytes", h.header_length());
    w.label("TCP flags");
    w.print("0x%03x (", h.offset_flags & 0xfff);  // with the reserved bits, as in Wireshark
    print_bits(w, kFlags, h.flags().bits);
    w.print(")");
    w.end_line();
    if (h.reserved()) w.field("Reserved bits", "0x%x", h.reserved());
}

void dump_tcp_checksum(DumpWriter& w, const TcpHeader& h, const Piece& segment, const DumpContext& ip) {
    const bool complete = ip.complete && segment.length >= sizeof h;
    dump_checksum(w, {"segment", h.checksum, offsetof(TcpHeader, checksum), complete}, segment,
                  ip.pseudo_header(IpProtocol::Tcp, segment.length));
}

void dump_fields(DumpWriter& w, Partial<TcpHeader>& p, const Piece& segment, const DumpContext& ip) {
    const TcpHeader& h = p.header;
    if (p.has(h.src_port)) w.field("TCP src port", "%u", +h.src_port);
    if (p.has(h.dst_port)) w.field("TCP dest port", "%u", +h.dst_port);
    if (p.has(h.seq)) w.field("Sequence number", "%u", +h.seq);
    if (p.has(h.ack)) w.field("Acknowledgment", "%u", +h.ack);
    if (p.has(h.offset_flags)) dump_offset_and_flags(w, h);
    if (p.has(h.window)) w.field("Window", "%u", +h.window);
    if (p.has(h.checksum)) dump_tcp_checksum(w, h, segment, ip);
    if (p.has(h.urgent)) w.field("Urgent pointer", "%u", +h.urgent);
}

void say_fields(DumpWriter& w, Partial<TcpHeader>& p) {
    const TcpHeader& h = p.header;
    if (p.has(h.offset_flags)) {
        w.say(" [");
        say_bits(w, kFlags, h.flags().bits);
        w.say("]");
    }
    if (p.has(h.seq)) w.say(" seq %u", +h.seq);
    if (p.has(h.offset_flags) && h.flags().ack()) w.say(" ack %u", +h.ack);
    if (p.has(h.window)) w.say(" win %u", +h.window);
    if (p.has(h.urgent) && h.flags().urg()) w.say(" urg %u", +h.urgent);
}

// The bytes behind the header. Without a possible header length: all behind the fixed part.
Piece dump_verdict(DumpWriter& w, const TcpHeader& h, const Piece& p) {
    const usize length = h.header_length();
    if (length < sizeof h) {
        w.note("malformed: a header length below 20 bytes");
        return p.behind(sizeof h);
    }
    if (length > p.here.size())
        w.note("truncated: the header takes %zu bytes, %zu are here", length, p.here.size());
    return p.behind(length);
}

}  // namespace

void dump_tcp(DumpWriter& w, const Piece& segment, const DumpContext& ip) {
    Partial<TcpHeader> p(segment);
    const TcpHeader& h = p.header;
    w.section("TCP HEADER");
    w.say(" TCP");
    dump_fields(w, p, segment, ip);
    say_fields(w, p);
    if (!p.whole()) {
        // RFC 792's quote ends after 8 bytes of the segment: that is no fault.
        if (ip.quoted && p.rest().empty() && segment.here.size() >= 8) return;
        return dump_cut_header(w, "a TCP header", sizeof h, segment.here.size(), p.rest());
    }
    dump_tcp_options(w, behind(at_most(segment.here, h.header_length()), sizeof h));
    const Piece payload = dump_verdict(w, h, segment);
    w.length("Payload length", payload);
    w.say(" length %zu", payload.length);
    if (!ip.quoted) dump_application(w, IpProtocol::Tcp, h.src_port, h.dst_port, payload);
    dump_payload(w, payload);
}

}  // namespace net
