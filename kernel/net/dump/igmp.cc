// IGMP: versions 1 (RFC 1112), 2 (RFC 2236) and 3 (RFC 3376).
#include "net/dump/icmp_message.h"

namespace net {
namespace {

enum class IgmpType : u8 { Query = 0x11, Report1 = 0x12, Report2 = 0x16, Leave = 0x17, Report3 = 0x22 };

constexpr Name kTypes[] = {{number(IgmpType::Query), "membership query"},
                           {number(IgmpType::Report1), "membership report v1"},
                           {number(IgmpType::Report2), "membership report v2"},
                           {number(IgmpType::Leave), "leave"},
                           {number(IgmpType::Report3), "membership report v3"},
                           {0x13, "DVMRP"},
                           {0x14, "PIM version 1"},
                           {0x30, "multicast router advertisement"},
                           {0x31, "multicast router solicitation"},
                           {0x32, "multicast router termination"}};

constexpr u32 kAll = ~u32{0};
constexpr usize kTakes = 8, kChecksumAt = 2, kVersion3 = 12;
constexpr Field kHead[] = {{"Type", 0, 1, Show::Hex, kTypes}};
constexpr Field kCode[] = {{"Max response code", 1, 1}};  // of a query
constexpr Field kTime[] = {{"Max response time", 1, 1}};
constexpr Field kReserved[] = {{"Reserved", 1, 1, Show::Unused}};
constexpr Field kRest[] = {{"Rest of header", 4, 4, Show::Unused}};
constexpr Field kGroup[] = {{"Group", 4, 4, Show::Ipv4, {}, kAll, "group"}};
constexpr Field kRecords[] = {{"Reserved", 4, 2, Show::Unused},
                              {"Records", 6, 2, Show::Number, {}, kAll, "records"}};
constexpr Field kQuery[] = {{"Reserved", 8, 1, Show::Unused, {}, 0xf0},
                            {"Suppress flag", 8, 1, Show::YesNo, {}, 0x08},
                            {"Robustness", 8, 1, Show::Number, {}, 0x07},
                            {"Interval code", 9, 1},
                            {"Sources", 10, 2}};

Fields second_byte_of(IgmpType type) {
    if (type == IgmpType::Query) return kCode;
    return type == IgmpType::Report2 || type == IgmpType::Leave ? Fields{kTime} : Fields{kReserved};
}

Fields fields_of(IgmpType type) {
    switch (type) {
        case IgmpType::Report3: return kRecords;
        case IgmpType::Query:
        case IgmpType::Report1:
        case IgmpType::Report2:
        case IgmpType::Leave: return kGroup;
        default: return kRest;
    }
}

// RFC 3376 section 7.1: a query of 8 bytes is of version 1 or 2. One of version 1 has no response time.
void dump_query(DumpWriter& w, const Piece& p) {
    const bool is_version3 = p.length > kTakes;
    if (!is_version3 && p.here[1] == 0) return;
    const u32 time = is_version3 ? group_time(p.here[1], 8) : p.here[1];
    w.field("Max response time", "%u (%u.%u seconds)", time, time / 10, time % 10);
    if (!is_version3) return;
    if (!dump_fields(w, "a query of version 3", kVersion3, kQuery, p)) return;
    w.field("Query interval", "%u seconds", group_time(p.here[9], 8));
    dump_source_addresses(w, p.behind(kVersion3), *header_of<be16>(p.here.subspan(10)), sizeof(Ipv4Addr));
}

}  // namespace

void dump_igmp(DumpWriter& w, const Piece& p, const DumpContext& ip) {
    w.section("IGMP");
    w.say(" IGMP");
    if (!dump_fields(w, "an IGMP message", p.here.size() < kTakes ? kTakes : 1, kHead, p)) return;
    const IgmpType type{p.here[0]};
    w.say(" %s", look_up(kTypes, p.here[0]));
    dump_fields(w, "", 0, second_byte_of(type), p);
    dump_checksum(w, {"message", *header_of<be16>(p.here.subspan(kChecksumAt)), kChecksumAt, ip.complete}, p);
    dump_fields(w, "", 0, fields_of(type), p);
    w.say(" length %zu", p.length);
    if (type == IgmpType::Query) return dump_query(w, p);
    const Piece rest = p.behind(kTakes);
    if (type == IgmpType::Report3)
        return dump_group_records(w, rest, *header_of<be16>(p.here.subspan(6)), sizeof(Ipv4Addr));
    dump_payload(w, rest);
}

}  // namespace net
