// What IGMP (RFC 2236, RFC 3376) and MLD (RFC 2710, RFC 3810) share: codes of times, sources, records.
#include "net/dump/icmp_message.h"

namespace net {
namespace {

constexpr Name kRecordTypes[] = {{1, "mode is include"},   {2, "mode is exclude"},
                                 {3, "change to include"}, {4, "change to exclude"},
                                 {5, "allow new sources"}, {6, "block old sources"}};

struct GroupRecord {
    u8 type, auxiliary_words;
    be16 sources;
};

void print_address(DumpWriter& w, Bytes b) {
    if (b.size() == sizeof(Ipv6Addr))
        w.print("%s", format_addr(*header_of<Ipv6Addr>(b)).text);
    else
        w.print("%s", format_addr(*header_of<Ipv4Addr>(b)).text);
}

// The bytes of the record at the front of `b`; 0: it does not fit.
usize record_length(Bytes b, usize address_size) {
    const auto* r = header_of<GroupRecord>(b);
    if (!r) return 0;
    const usize length = sizeof *r + (usize{1} + r->sources) * address_size + r->auxiliary_words * usize{4};
    return length > b.size() ? 0 : length;
}

void dump_record(DumpWriter& w, Bytes b, usize address_size) {
    const auto& r = *header_of<GroupRecord>(b);
    const bool is_ipv6 = address_size == sizeof(Ipv6Addr);
    const usize sources = r.sources * address_size, auxiliary = r.auxiliary_words * usize{4};
    w.field("Record type", "%u (%s)", r.type, look_up(kRecordTypes, r.type));
    dump_addresses(w, is_ipv6 ? "Record address" : "Group", b.subspan(sizeof r, address_size), address_size);
    w.field("Sources", "%u", +r.sources);
    dump_addresses(w, "Source", b.subspan(sizeof r + address_size, sources), address_size);
    w.field("Auxiliary length", "%zu bytes", auxiliary);
    dump_bytes(w, "Auxiliary data", b.last(auxiliary));
}

}  // namespace

u32 group_time(u32 code, u32 code_bits) {
    const u32 mantissa_bits = code_bits - 4;
    if (!(code >> (code_bits - 1))) return code;
    const u32 mantissa = code & ((1u << mantissa_bits) - 1), exponent = code >> mantissa_bits & 7;
    return (mantissa | 1u << mantissa_bits) << (exponent + 3);
}

void dump_addresses(DumpWriter& w, const char* label, Bytes b, usize address_size) {
    for (; b.size() >= address_size; b = b.subspan(address_size)) {
        w.label(label);
        print_address(w, b.first(address_size));
        w.end_line();
    }
    dump_bytes(w, "Data", b);
}

void dump_source_addresses(DumpWriter& w, const Piece& p, usize count, usize address_size) {
    const Piece sources = p.first(count * address_size);
    if (sources.length > p.length)
        w.note("malformed: %zu sources take %zu bytes, %zu are here", count, sources.length, p.here.size());
    dump_addresses(w, "Source", sources.here, address_size);
    dump_payload(w, p.behind(sources.length));
}

void dump_group_records(DumpWriter& w, const Piece& p, usize count, usize address_size) {
    Piece rest = p;
    for (usize length = 0; count > 0 && (length = record_length(rest.here, address_size)) != 0; count--) {
        dump_record(w, rest.here.first(length), address_size);
        rest = rest.behind(length);
    }
    if (count > 0 && p.whole()) w.note("malformed: %zu more group records than there are", count);
    dump_payload(w, rest);
}

// RFC 3810 section 5.1: a query of 24 bytes is of version 1.
void dump_mld_query(DumpWriter& w, const Piece& message) {
    constexpr usize kVersion1 = 24, kVersion2 = 28;
    constexpr Field kFields[] = {{"Reserved", 24, 1, Show::Unused, {}, 0xf0},
                                 {"Suppress flag", 24, 1, Show::YesNo, {}, 0x08},
                                 {"Robustness", 24, 1, Show::Number, {}, 0x07},
                                 {"Interval code", 25, 1},
                                 {"Sources", 26, 2}};
    const u16 code = *header_of<be16>(message.here.subspan(4));
    const bool is_version1 = message.length == kVersion1;
    if (is_version1) return w.field("Max response delay", "%u milliseconds", code);
    w.field("Max response delay", "%u milliseconds", group_time(code, 16));
    if (!dump_fields(w, "a query of version 2", kVersion2, kFields, message)) return;
    w.field("Query interval", "%u seconds", group_time(message.here[25], 8));
    dump_source_addresses(w, message.behind(kVersion2), *header_of<be16>(message.here.subspan(26)), 16);
}

}  // namespace net
