// The headers of IPsec: AH (RFC 4302) and ESP (RFC 4303).
#include "net/dump/fields.h"
#include "net/dump/layers.h"

namespace net {
namespace {

constexpr u32 kAll = ~u32{0};
// Behind the next header and the length.
constexpr Field kAh[] = {{"Reserved", 2, 2, Show::Unused},
                         {"SPI", 4, 4, Show::Both, {}, kAll, "AH spi"},
                         {"Sequence number", 8, 4, Show::Number, {}, kAll, "seq"}};
constexpr Field kEsp[] = {{"SPI", 0, 4, Show::Both, {}, kAll, "spi"},
                          {"Sequence number", 4, 4, Show::Number, {}, kAll, "seq"}};
constexpr usize kAhLength = 12, kEspLength = 8;  // without the ICV, the data

}  // namespace

void dump_ah(DumpWriter& w, const Piece& header) {
    const bool is_short = header.length < kAhLength;
    if (is_short) w.note("malformed: a length below the header's 12 bytes");
    if (dump_fields(w, "an authentication header", is_short ? header.length : kAhLength, kAh, header))
        dump_bytes(w, "ICV", behind(header.here, kAhLength));
}

void dump_esp(DumpWriter& w, const Piece& p) {
    w.section("ESP");
    w.say(" ESP");
    if (!dump_fields(w, "an ESP header", kEspLength, kEsp, p)) return;
    w.say(" length %zu", p.length);
    dump_payload(w, p.behind(kEspLength));
}

}  // namespace net
