#include "net/dump/dns_record.h"

#include "net/dump/fields.h"
#include "net/wire/ipv6.h"

namespace net {
namespace {

enum class Type : u16 {
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Hinfo = 13,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Srv = 33,
    Naptr = 35,
    Dname = 39,
    Opt = 41,
    Ds = 43,
    Sshfp = 44,
    Rrsig = 46,
    Nsec = 47,
    Dnskey = 48,
    Nsec3 = 50,
    Nsec3param = 51,
    Tlsa = 52,
    Cds = 59,
    Cdnskey = 60,
    Svcb = 64,
    Https = 65,
    Ixfr = 251,
    Axfr = 252,
    Any = 255,
    Caa = 257,
};

constexpr Name kTypes[] = {
    {number(Type::A), "A"},
    {number(Type::Ns), "NS"},
    {number(Type::Cname), "CNAME"},
    {number(Type::Soa), "SOA"},
    {number(Type::Ptr), "PTR"},
    {number(Type::Hinfo), "HINFO"},
    {number(Type::Mx), "MX"},
    {number(Type::Txt), "TXT"},
    {number(Type::Aaaa), "AAAA"},
    {number(Type::Srv), "SRV"},
    {number(Type::Naptr), "NAPTR"},
    {number(Type::Dname), "DNAME"},
    {number(Type::Opt), "OPT"},
    {number(Type::Ds), "DS"},
    {number(Type::Sshfp), "SSHFP"},
    {number(Type::Rrsig), "RRSIG"},
    {number(Type::Nsec), "NSEC"},
    {number(Type::Dnskey), "DNSKEY"},
    {number(Type::Nsec3), "NSEC3"},
    {number(Type::Nsec3param), "NSEC3PARAM"},
    {number(Type::Tlsa), "TLSA"},
    {number(Type::Cds), "CDS"},
    {number(Type::Cdnskey), "CDNSKEY"},
    {number(Type::Svcb), "SVCB"},
    {number(Type::Https), "HTTPS"},
    {number(Type::Ixfr), "IXFR"},
    {number(Type::Axfr), "AXFR"},
    {number(Type::Any), "ANY"},
    {number(Type::Caa), "CAA"},
};
constexpr Name kClasses[] = {{1, "IN"}, {3, "CH"}, {4, "HS"}, {254, "NONE"}, {255, "ANY"}};
constexpr u16 kClassTopBit =
    0x8000;  // multicast DNS: a question wants a unicast answer, a record replaces others

struct Tail {
    be16 type, record_class;
};
struct RecordTail {
    be32 ttl;
    be16 length;
};

// The fixed fields in front of the names or bytes of these records.
constexpr Field kMx[] = {{"preference", 0, 2}};
constexpr Field kSrv[] = {{"priority", 0, 2}, {"weight", 2, 2}, {"port", 4, 2}};
constexpr Field kSoa[] = {{"serial", 0, 4},
                          {"refresh", 4, 4, Show::Seconds},
                          {"retry", 8, 4, Show::Seconds},
                          {"expire", 12, 4, Show::Seconds},
                          {"minimum", 16, 4, Show::Seconds}};
constexpr Field kDs[] = {{"key tag", 0, 2}, {"algorithm", 2, 1}, {"digest type", 3, 1}};
constexpr Field kDnskey[] = {{"flags", 0, 2, Show::Hex}, {"protocol", 2, 1}, {"algorithm", 3, 1}};
constexpr Field kTlsa[] = {{"usage", 0, 1}, {"selector", 1, 1}, {"matching", 2, 1}};
constexpr Field kSshfp[] = {{"algorithm", 0, 1}, {"digest type", 1, 1}};
constexpr Field kCaa[] = {{"flags", 0, 1, Show::Hex}};
constexpr Field kSvcb[] = {{"priority", 0, 2}};
constexpr Field kRrsig[] = {{"type covered", 0, 2}, {"algorithm", 2, 1}, {"labels", 3, 1},
                            {"original TTL", 4, 4}, {"expires", 8, 4},   {"signed", 12, 4},
                            {"key tag", 16, 2}};

// A name in the data of a record, which may point anywhere before it; the place behind it, 0 without one.
usize print_name(DumpWriter& w, Bytes message, usize at, usize end) {
    const auto name = DnsName::parse(message, at);
    if (!name || name->end() > end) return w.print(" [malformed name]"), 0;
    w.print(" ");
    name->print(w);
    return name->end();
}

// Character strings: each a length, then its text.
void print_strings(DumpWriter& w, Bytes b) {
    while (!b.empty() && usize{b[0]} + 1 <= b.size()) {
        w.print(" \"");
        print_text(w, b.subspan(1, b[0]));
        w.print("\"");
        b = b.subspan(usize{b[0]} + 1);
    }
    print_data(w, b);
}

// EDNS has a pseudo record: its class is a size, its TTL three fields (RFC 6891 section 6.1.3).
void print_opt(DumpWriter& w, const DnsRecord& r, Bytes data) {
    w.print("OPT UDP size %u, extended result %u, version %u, flags 0x%04x", r.record_class, r.ttl >> 24,
            r.ttl >> 16 & 0xff, r.ttl & 0xffff);
    if (r.ttl & 0x8000) w.print(" (DNSSEC OK)");
    print_data(w, data);
}

// A name, then fixed fields; or the other way round, then the bytes that follow.
void print_name_then(DumpWriter& w, Bytes message, usize at, usize end, Fields fields) {
    const usize next = print_name(w, message, at, end);
    if (next) print_fields(w, fields, message.subspan(next, end - next));
}
void print_then_name(DumpWriter& w, Bytes message, usize at, usize end, Fields fields) {
    const usize takes = fields.back().end();
    print_fields(w, fields, at_most(message.subspan(at, end - at), takes));
    if (end - at <= takes) return;
    const usize next = print_name(w, message, at + takes, end);
    if (next && next < end) print_data(w, message.subspan(next, end - next));
}

void print_record_data(DumpWriter& w, Bytes message, const DnsRecord& r) {
    const usize at = r.data, end = r.data + r.data_length;
    const Bytes data = message.subspan(at, r.data_length);
    switch (Type{r.type}) {
        case Type::A:
            if (data.size() != sizeof(Ipv4Addr)) break;
            return w.print(": %s", format_addr(*header_of<Ipv4Addr>(data)).text);
        case Type::Aaaa:
            if (data.size() != sizeof(Ipv6Addr)) break;
            return w.print(": %s", format_addr(*header_of<Ipv6Addr>(data)).text);
        case Type::Ns:
        case Type::Cname:
        case Type::Ptr:
        case Type::Dname:
        case Type::Nsec: w.print(":"); return print_name_then(w, message, at, end, {});
        case Type::Soa: {
            w.print(":");
            const usize next = print_name(w, message, at, end);
            if (next) print_name_then(w, message, next, end, kSoa);
            return;
        }
        case Type::Mx: return print_then_name(w, message, at, end, kMx);
        case Type::Srv: return print_then_name(w, message, at, end, kSrv);
        case Type::Svcb:
        case Type::Https: return print_then_name(w, message, at, end, kSvcb);
        case Type::Rrsig: return print_then_name(w, message, at, end, kRrsig);
        case Type::Txt:
        case Type::Hinfo: w.print(":"); return print_strings(w, data);
        case Type::Ds:
        case Type::Cds: return print_fields(w, kDs, data);
        case Type::Dnskey:
        case Type::Cdnskey: return print_fields(w, kDnskey, data);
        case Type::Tlsa: return print_fields(w, kTlsa, data);
        case Type::Sshfp: return print_fields(w, kSshfp, data);
        case Type::Caa: return print_fields(w, kCaa, data);
        default: break;
    }
    print_data(w, data);
}

}  // namespace

const char* name_of_dns_type(u16 type) { return look_up(kTypes, type); }

std::optional<DnsRecord> DnsRecord::parse(Bytes message, usize at, bool is_question) {
    const auto name = DnsName::parse(message, at);
    if (!name) return std::nullopt;
    const auto* tail = header_of<Tail>(behind(message, name->end()));
    if (!tail) return std::nullopt;
    DnsRecord r{*name, tail->type, tail->record_class};
    r.end = name->end() + sizeof *tail;
    r.is_question = is_question;
    if (is_question) return r;
    const auto* rest = header_of<RecordTail>(behind(message, r.end));
    if (!rest) return std::nullopt;
    r.ttl = rest->ttl;
    r.data = r.end + sizeof *rest;
    r.data_length = rest->length;
    r.end = r.data + r.data_length;
    if (r.end > message.size()) return std::nullopt;
    return r;
}

void dump_dns_record(DumpWriter& w, Bytes message, const DnsRecord& r) {
    r.name.print(w);
    w.print(" ");
    if (Type{r.type} == Type::Opt && !r.is_question)
        return print_opt(w, r, message.subspan(r.data, r.data_length));
    w.print("%s (%u) %s", name_of_dns_type(r.type), r.type,
            look_up(kClasses, r.record_class & ~kClassTopBit));
    if (r.record_class & kClassTopBit) w.print(r.is_question ? " (unicast answer)" : " (flush)");
    if (r.is_question) return;
    w.print(", TTL %u", r.ttl);
    print_record_data(w, message, r);
}

}  // namespace net
