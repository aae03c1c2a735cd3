// The dump of TCP with its options.
#include "net/dump/layers.h"
#include "net/wire/tcp_options.h"

namespace net {
namespace {

void print_sack_blocks(DumpWriter& w, std::span<const SackBlock> blocks) {
    const char* between = ": ";
    for (const SackBlock& s : blocks) {
        w.print("%s%u-%u", between, +s.left, +s.right);
        between = ", ";
    }
}

void dump_option(DumpWriter& w, const HeaderOption& o) {
    w.label("TCP option");
    w.print("%u (%s)", o.kind, name_of_tcp_option(o.kind));
    if (const auto mss = max_segment_size_of(o))
        w.print(": %u bytes", *mss);
    else if (const auto shift = window_scale_of(o))
        w.print(": shift by %u", *shift);
    else if (const auto t = timestamps_of(o))
        w.print(": value %u, echo %u", +t->value, +t->echo);
    else if (const auto blocks = sack_blocks_of(o); !blocks.empty())
        print_sack_blocks(w, blocks);
    else if (!o.data.empty())
        w.print(", data "), w.hex(o.data);  // unknown, or of a wrong length
    w.end_line();
}

void dump_options(DumpWriter& w, Bytes options) {
    TcpOptions walk(options);
    while (const auto o = walk.next()) dump_option(w, *o);
    if (!walk.malformed()) return;
    w.label("TCP option");
    w.print("[malformed: impossible length] ");
    w.hex(walk.rest());
    w.end_line();
}

void dump_offset_and_flags(DumpWriter& w, const TcpHeader& h) {
    w.field("Header length", "%zu bytes", h.header_length());
    w.label("TCP flags");
    w.print("0x%03x (", h.offset_flags & 0xfff);  // with the reserved bits, as Wireshark has it
    print_flags(w, h.flags());
    w.print(")");
    w.end_line();
    if (h.reserved()) w.field("Reserved bits", "0x%x", h.reserved());
}

void dump_tcp_checksum(DumpWriter& w, const TcpHeader& h, Bytes b, const DumpContext& ip) {
    if (!ip.whole || b.size() < sizeof h) {
        return w.field("Checksum", "0x%04x (not checked: the segment is incomplete)", +h.checksum);
    }
    Checksum pseudo;
    pseudo.add_pseudo_header(ip.src, ip.dst, IpProtocol::Tcp, b.size());
    dump_checksum(w, h.checksum, b, offsetof(TcpHeader, checksum), pseudo);
}

// What of the segment is no header. Without a believable header length: all behind the fixed part.
Bytes dump_tcp_verdict(DumpWriter& w, const TcpHeader& h, Bytes b) {
    const usize length = h.header_length();
    if (length < sizeof h) {
        w.note("malformed: a header length below 20 bytes");
        return b.subspan(sizeof h);
    }
    if (length > b.size()) w.note("truncated: the header takes %zu bytes, %zu are here", length, b.size());
    return behind(b, length);
}

}  // namespace

void dump_tcp(DumpWriter& w, Bytes b, const DumpContext& ip) {
    const Partial<TcpHeader> p(b);
    const TcpHeader& h = p.header;
    w.section(ip.quoted == Quoted::Yes ? "QUOTED TCP HEADER" : "TCP HEADER");
    if (p.has(h.src_port)) w.field("TCP src port", "%u", +h.src_port);
    if (p.has(h.dst_port)) w.field("TCP dest port", "%u", +h.dst_port);
    if (p.has(h.seq)) w.field("Sequence number", "%u", +h.seq);
    if (p.has(h.ack)) w.field("Acknowledgment", "%u", +h.ack);
    if (p.has(h.offset_flags)) dump_offset_and_flags(w, h);
    if (p.has(h.window)) w.field("Window", "%u", +h.window);
    if (p.has(h.checksum)) dump_tcp_checksum(w, h, b, ip);
    if (!p.whole()) {
        // RFC 792's quote ends after 8 bytes of the segment: that is no fault.
        if (ip.quoted == Quoted::Yes) return;
        return w.note("truncated: a TCP header takes 20 bytes, %zu are here", b.size());
    }
    w.field("Urgent pointer", "%u", +h.urgent);
    dump_options(w, behind(at_most(b, h.header_length()), sizeof h));
    const Bytes payload = dump_tcp_verdict(w, h, b);
    w.field("Payload length", "%zu bytes", payload.size());
    dump_payload(w, payload);
}

}  // namespace net
