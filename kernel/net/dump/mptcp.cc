// The option of multipath TCP (RFC 8684).
#include "net/dump/fields.h"
#include "net/dump/layers.h"

namespace net {
namespace {

constexpr u8 kJoin = 1, kDataSequence = 2, kAddAddress = 3;

constexpr Field kCapable[] = {{"version", 0, 1, Show::Number, {}, 0x0f}, {"flags", 1, 1, Show::Hex},
                              {"sender key", 2, 8, Show::Hex},           {"receiver key", 10, 8, Show::Hex},
                              {"data length", 18, 2, Show::Bytes},       {"checksum", 20, 2, Show::Hex}};
// The three segments of a join's handshake differ in their lengths.
constexpr Field kJoinSyn[] = {{"flags", 0, 1, Show::Hex, {}, 0x0f},
                              {"address ID", 1, 1},
                              {"receiver token", 2, 4, Show::Hex},
                              {"sender random", 6, 4, Show::Hex}};
constexpr Field kJoinSynAck[] = {
    kJoinSyn[0], kJoinSyn[1], {"sender HMAC", 2, 8, Show::Hex}, {"sender random", 10, 4, Show::Hex}};
constexpr Field kJoinAck[] = {
    kJoinSyn[0], {"reserved", 1, 1, Show::Unused}, {"sender HMAC", 2, 20, Show::Raw}};
constexpr usize kJoinSynSize = 10, kJoinSynAckSize = 14;

constexpr Name kSequenceFlags[] = {{0x01, "data ACK"},
                                   {0x02, "data ACK of 8 bytes"},
                                   {0x04, "mapping"},
                                   {0x08, "data sequence number of 8 bytes"},
                                   {0x10, "DATA_FIN"}};
constexpr Field kSequence[] = {{"reserved", 0, 1, Show::Unused, {}, 0x0f},
                               {"flags", 1, 1, Show::Bits, kSequenceFlags}};
constexpr Field kAdd4[] = {kJoinSyn[0], kJoinSyn[1], {"", 2, 4, Show::Ipv4}, {"port", 6, 2}};
constexpr Field kAdd6[] = {kJoinSyn[0], kJoinSyn[1], {"", 2, 16, Show::Ipv6}, {"port", 18, 2}};
constexpr usize kAdd6Size = 18;
constexpr Field kPlain[] = {kJoinSyn[0], kJoinSyn[1]};
constexpr Field kFail[] = {kJoinSyn[0], {"reserved", 1, 1, Show::Unused}, {"data sequence number", 2, 8}};
constexpr Field kClose[] = {kJoinSyn[0], {"reserved", 1, 1, Show::Unused}, {"receiver key", 2, 8, Show::Hex}};
constexpr Field kReset[] = {kJoinSyn[0], {"reason", 1, 1}};

constexpr OptionKind kSubtypes[] = {
    {0, "MP_CAPABLE", kCapable},
    {kJoin, "MP_JOIN", kJoinSyn},
    {kDataSequence, "DSS", kSequence},
    {kAddAddress, "ADD_ADDR", kAdd4},
    {4, "REMOVE_ADDR", kPlain},
    {5, "MP_PRIO", kPlain},
    {6, "MP_FAIL", kFail},
    {7, "MP_FASTCLOSE", kClose},
    {8, "MP_TCPRST", kReset},
};

Fields fields_of(u8 subtype, usize size) {
    if (subtype == kJoin && size > kJoinSynSize)
        return size > kJoinSynAckSize ? Fields{kJoinAck} : Fields{kJoinSynAck};
    if (subtype == kAddAddress && size >= kAdd6Size) return kAdd6;
    const OptionKind* kind = find_option(kSubtypes, subtype);
    return kind ? kind->fields : Fields{kPlain}.first(1);
}

// The flags tell which numbers follow, and of how many bytes they are (section 3.3).
void print_sequence(DumpWriter& w, Bytes data) {
    constexpr u8 kAck = 0x01, kAck8 = 0x02, kMapping = 0x04, kNumber8 = 0x08;
    print_fields(w, kSequence, at_most(data, 2));
    const u8 flags = data.size() > 1 ? data[1] : 0;
    Bytes rest = behind(data, 2);
    const auto take = [&](const char* name, usize size) {
        if (rest.size() < size) return;
        const Field field[] = {{name, 0, static_cast<u8>(size)}};
        print_fields(w, field, rest.first(size), ", ");
        rest = behind(rest, size);
    };
    if (flags & kAck) take("data ACK", flags & kAck8 ? 8 : 4);
    if (flags & kMapping) {
        take("data sequence number", flags & kNumber8 ? 8 : 4);
        take("subflow sequence number", 4);
        take("data length", 2);
        take("checksum", 2);
    }
    print_data(w, rest);
}

}  // namespace

void dump_mptcp(DumpWriter& w, Bytes data) {
    const u8 subtype = data[0] >> 4;
    const OptionKind* kind = find_option(kSubtypes, subtype);
    const char* name = kind ? kind->name : "unknown";
    w.label("TCP option");
    w.print("30 (multipath TCP), subtype %u (%s)", subtype, name);
    w.say(" %s", name);
    if (subtype == kDataSequence)
        print_sequence(w, data);
    else
        print_fields(w, fields_of(subtype, data.size()), data);
    w.end_line();
}

}  // namespace net
