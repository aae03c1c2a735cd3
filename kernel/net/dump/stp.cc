// The bridge protocol data units of spanning trees (IEEE 802.1D clause 9, 802.1Q clause 14).
#include "net/dump/fields.h"
#include "net/dump/layers.h"

namespace net {
namespace {

constexpr u8 kConfiguration = 0x00, kRapid = 0x02, kTopologyChange = 0x80;
constexpr Name kTypes[] = {
    {kConfiguration, "configuration"}, {kRapid, "rapid or multiple"}, {kTopologyChange, "topology change"}};
constexpr Name kVersions[] = {{0, "STP"}, {2, "RSTP"}, {3, "MSTP"}, {4, "SPT"}};
constexpr Name kFlags[] = {{0x01, "topology change"}, {0x02, "proposal"},
                           {0x10, "learning"},        {0x20, "forwarding"},
                           {0x40, "agreement"},       {0x80, "topology change acknowledgment"}};
constexpr Name kRoles[] = {{0, "unknown"}, {1, "alternate or backup"}, {2, "root"}, {3, "designated"}};

constexpr Field kHead[] = {
    {"Protocol ID", 0, 2, Show::Hex},
    {"Version", 2, 1, Show::Number, kVersions},
    {"Type", 3, 1, Show::Hex, kTypes, ~u32{0}, "type"},
};
constexpr Field kBody[] = {
    {"Port role", 4, 1, Show::Number, kRoles, 0x0c},  // only of the rapid protocol
    {"Flags", 4, 1, Show::Bits, kFlags},
    {"Root priority", 5, 2, Show::InPlace, {}, 0xf000},
    {"Root extension", 5, 2, Show::Number, {}, 0x0fff},
    {"Root MAC", 7, 6, Show::Mac, {}, ~u32{0}, "root"},
    {"Root path cost", 13, 4, Show::Number, {}, ~u32{0}, "cost"},
    {"Bridge priority", 17, 2, Show::InPlace, {}, 0xf000},
    {"Bridge extension", 17, 2, Show::Number, {}, 0x0fff},
    {"Bridge MAC", 19, 6, Show::Mac, {}, ~u32{0}, "bridge"},
    {"Port", 25, 2, Show::Hex, {}, ~u32{0}, "port"},
};
constexpr usize kHeadSize = 4, kTimesAt = 27, kBodySize = 35;

// Times are in units of 1/256 second.
void dump_times(DumpWriter& w, Bytes b) {
    constexpr const char* kNames[] = {"Message age", "Max age", "Hello time", "Forward delay"};
    for (usize i = 0; i < 4; i++) {
        const u16 t = *header_of<be16>(b.subspan(2 * i));
        w.field(kNames[i], "%u.%03u seconds", t / 256, t % 256 * 1000 / 256);
    }
}

}  // namespace

Piece dump_stp(DumpWriter& w, const Piece& p) {
    w.section("SPANNING TREE");
    w.say(" STP");
    const Piece all = p.behind(p.length);
    if (!dump_fields(w, "a BPDU", kHeadSize, kHead, p)) return all;
    if (p.here[3] == kTopologyChange) return p.behind(kHeadSize);
    if (p.here[3] != kConfiguration && p.here[3] != kRapid) {
        dump_payload(w, p.behind(kHeadSize));
        return all;
    }
    // Times are printed where all four are there; else their bytes are those of a cut header.
    const Fields fields = Fields{kBody}.subspan(p.here[3] == kConfiguration ? 1 : 0);
    if (!dump_fields(w, "a BPDU", p.here.size() < kBodySize ? kBodySize : kTimesAt, fields, p)) return all;
    dump_times(w, p.here.subspan(kTimesAt));
    if (p.here[3] == kConfiguration) return p.behind(kBodySize);
    const Piece rest = p.behind(kBodySize);
    dump_rest(w, "Version data", rest, "of the rapid or multiple spanning tree");
    return all;
}

}  // namespace net
