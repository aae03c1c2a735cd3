// GRE, the tunnel of RFC 2784 with the fields of RFC 2890, and PPTP's version 1 of it (RFC 2637).
#include "net/wire/gre.h"

#include "net/dump/fields.h"
#include "net/dump/layers.h"

namespace net {
namespace {

constexpr Name kFlags[] = {{GreHeader::kChecksum, "checksum"},
                           {GreHeader::kRouting, "routing"},
                           {GreHeader::kKey, "key"},
                           {GreHeader::kSequence, "sequence number"},
                           {GreHeader::kStrictRoute, "strict source route"},
                           {GreHeader::kAcknowledgment, "acknowledgment"}};
constexpr u32 kAll = ~u32{0};
constexpr Field kHead[] = {{"Flags", 0, 2, Show::Bits, kFlags},
                           {"Version", 0, 2, Show::Number, {}, 0x7},
                           {"Protocol type", 2, 2, Show::Type}};
constexpr Field kOffset[] = {{"Offset", 2, 2, Show::Hex}};
constexpr Field kKey[] = {{"Key", 0, 4, Show::Both, {}, kAll, "key"}};
constexpr Field kCall[] = {{"Payload length", 0, 2, Show::Bytes},
                           {"Call ID", 2, 2, Show::Number, {}, kAll, "call"}};
constexpr Field kSequence[] = {{"Sequence number", 0, 4, Show::Number, {}, kAll, "seq"}};
constexpr Field kAcknowledgment[] = {{"Acknowledgment", 0, 4, Show::Number, {}, kAll, "ack"}};

constexpr usize kWord = 4;

// Prints four bytes and takes them off. False: they are not all there.
bool take_word(DumpWriter& w, Fields fields, Piece& p) {
    if (!dump_fields(w, "a GRE header", kWord, fields, p.first(kWord))) return false;
    p = p.behind(kWord);
    return true;
}

// The word of the checksum is there with either of the two flags.
bool take_checksum(DumpWriter& w, const GreHeader& h, const Piece& packet, Piece& p, bool complete) {
    const auto* stored = header_of<be16>(p.here);
    if (stored && h.has(GreHeader::kChecksum))
        dump_checksum(w, {"packet", *stored, sizeof h, complete}, packet);
    else if (stored)
        w.field("Checksum", "0x%04x (not in use)", +*stored);
    return take_word(w, stored ? Fields{kOffset} : Fields{}, p);
}

// The words that the flags announce. False: one is cut.
bool take_words(DumpWriter& w, const GreHeader& h, const Piece& packet, Piece& p, bool complete) {
    const bool is_pptp = h.version() == 1;
    if (h.has(GreHeader::kChecksum | GreHeader::kRouting) && !take_checksum(w, h, packet, p, complete))
        return false;
    if (h.has(GreHeader::kKey) && !take_word(w, is_pptp ? Fields{kCall} : Fields{kKey}, p)) return false;
    if (h.has(GreHeader::kSequence) && !take_word(w, kSequence, p)) return false;
    return !is_pptp || !h.has(GreHeader::kAcknowledgment) || take_word(w, kAcknowledgment, p);
}

void dump_contents(DumpWriter& w, const GreHeader& h, const Piece& p, const DumpContext& ip) {
    w.say(" length %zu:", p.length);
    // The routes of RFC 1701 are not decoded; RFC 2784 has none.
    if (h.has(GreHeader::kRouting) || p.empty()) return dump_payload(w, p);
    if (h.protocol == GreHeader::kTransparentEthernet) return dump_ethernet(w, p, ip);
    if (h.protocol == GreHeader::kPpp) return dump_ppp(w, p, ip);
    dump_rest(w, "Trailer", dump_ether_payload(w, EtherType{u16{h.protocol}}, p, ip),
              "behind the inner packet");
}

}  // namespace

void dump_gre(DumpWriter& w, const Piece& packet, const DumpContext& ip) {
    w.section("GRE");
    w.say(" GRE");
    if (!dump_fields(w, "a GRE header", sizeof(GreHeader), kHead, packet)) return;
    const auto& h = *header_of<GreHeader>(packet.here);
    Piece p = packet.behind(sizeof h);
    if (h.version() > 1) {
        w.note("the version is %u: only 0 and 1 are known", h.version());
        return dump_payload(w, p);
    }
    if (take_words(w, h, packet, p, ip.complete)) dump_contents(w, h, p, ip);
}

}  // namespace net
