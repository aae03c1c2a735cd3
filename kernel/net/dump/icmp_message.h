// What ICMP and ICMPv6 share: a table of the types, and what follows their fields. Internal to net/dump.
#pragma once

#include "net/dump/fields.h"
#include "net/dump/layers.h"

namespace net {

// What stands behind the fields of a message.
enum class IcmpBody : u8 {
    Data,
    Quote,            // the packet that an error is about
    ExtensibleQuote,  // the same, and perhaps an extension structure (RFC 4884)
    Extension,        // an extension structure alone (RFC 8335)
    Routers,          // ICMP router advertisements (RFC 1256)
    NdpOptions,       // RFC 4861 section 4.6
    MldQuery,         // what version 2 adds (RFC 3810 section 5.1)
    MldRecords,
};

struct IcmpKind {
    static constexpr u8 kAnyCode = 0xff;

    u8 type, code;
    u8 takes;  // bytes, with the header
    IcmpBody body;
    const char* name;
    Names codes;
    Fields fields;  // from byte 4 on
};

struct IcmpFamily {
    const char *section, *brief;
    std::span<const IcmpKind> kinds;
    bool is_ipv6;
};

void dump_icmp_message(DumpWriter& w, const IcmpFamily& family, const Piece& p, const DumpContext& ip);

inline constexpr Field kRestOfHeader[] = {{"Rest of header", 4, 4, Show::Unused}};
// Extended echo (RFC 8335), the same in both families.
inline constexpr Field kProbe[] = {{"Identifier", 4, 2, Show::Both, {}, ~u32{0}, "id"},
                                   {"Sequence number", 6, 1, Show::Number, {}, ~u32{0}, "seq"},
                                   {"Reserved", 7, 1, Show::Unused, {}, 0xfe},
                                   {"Local", 7, 1, Show::YesNo, {}, 0x01}};
inline constexpr Name kProbeCodes[] = {{0, "no error"},
                                       {1, "malformed query"},
                                       {2, "no such interface"},
                                       {3, "no such table entry"},
                                       {4, "multiple interfaces satisfy the query"}};
inline constexpr Name kProbeStates[] = {{0, "none"},  {1, "incomplete"}, {2, "reachable"}, {3, "stale"},
                                        {4, "delay"}, {5, "probe"},      {6, "failed"}};
inline constexpr Field kProbeReply[] = {kProbe[0],
                                        kProbe[1],
                                        {"State", 7, 1, Show::Number, kProbeStates, 0xe0},
                                        {"Reserved", 7, 1, Show::Unused, {}, 0x18},
                                        {"Active", 7, 1, Show::YesNo, {}, 0x04},
                                        {"IPv4", 7, 1, Show::YesNo, {}, 0x02},
                                        {"IPv6", 7, 1, Show::YesNo, {}, 0x01}};

// --- bodies ---
void dump_ndp_options(DumpWriter& w, const Piece& p, const DumpContext& ip);
void dump_mld_query(DumpWriter& w, const Piece& message);
void dump_icmp_extension(DumpWriter& w, const Piece& p);
// Is there an extension structure: a version of 2 and a correct checksum?
bool is_icmp_extension(const Piece& p);

// Multicast, as IGMPv3 and MLDv2 have it; addresses of 4 or 16 bytes.
void dump_group_records(DumpWriter& w, const Piece& p, usize count, usize address_size);
void dump_addresses(DumpWriter& w, const char* label, Bytes b, usize address_size);
void dump_source_addresses(DumpWriter& w, const Piece& p, usize count, usize address_size);
// The query interval of their codes of 8 bits, and the times of 16 bits: a small floating point number.
u32 group_time(u32 code, u32 code_bits);

}  // namespace net
