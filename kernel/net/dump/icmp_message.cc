#include "net/dump/icmp_message.h"

#include "net/dump/switch.h"
#include "net/wire/icmp.h"

namespace net {
namespace {

constexpr IcmpKind kUnknownKind = {0, 0, sizeof(IcmpHeader), IcmpBody::Data, "unknown", {}, kRestOfHeader};

const IcmpKind& kind_of(const IcmpFamily& family, const IcmpHeader& h) {
    for (const IcmpKind& k : family.kinds) {
        if (k.type == h.type && (k.code == h.code || k.code == IcmpKind::kAnyCode)) return k;
    }
    return kUnknownKind;
}

// False: these four bytes are not all there.
bool dump_head(DumpWriter& w, const IcmpFamily& family, const IcmpKind& kind, const Piece& piece,
               const DumpContext& ip) {
    Partial<IcmpHeader> p(piece);
    const IcmpHeader& h = p.header;
    w.section(family.section);
    w.say("%s", family.brief);
    if (p.has(h.type)) {
        w.field("Type", "%u (%s)", h.type, kind.name);
        w.say(" %s", kind.name);
    }
    if (p.has(h.code)) {
        const char* name = kind.codes.empty() ? nullptr : look_up(kind.codes, h.code);
        w.field("Code", name ? "%u (%s)" : "%u", h.code, name);
        if (name) w.say(" (%s)", name);
    }
    if (p.has(h.checksum)) {
        const Checksum pseudo =
            family.is_ipv6 ? ip.pseudo_header(IpProtocol::Icmpv6, piece.length) : Checksum{};
        const DumpChecksum sum{"message", h.checksum, offsetof(IcmpHeader, checksum),
                               ip.complete && p.whole()};
        dump_checksum(w, sum, piece, pseudo);
        return true;
    }
    dump_cut_header(w, "an ICMP header", kind.takes, piece.here.size(), p.rest());
    return false;
}

// RFC 4884 section 5.5: a sender that does not know the length field has the extension behind 128 bytes.
constexpr usize kOldQuote = 128;

// The bytes of the quote, which an extension may follow.
usize quote_length(DumpWriter& w, const IcmpFamily& family, const Piece& p, const Piece& body) {
    const usize units = p.here[family.is_ipv6 ? 4 : 5];
    const usize length = units * (family.is_ipv6 ? 8 : 4);
    if (units) {
        w.field("Quoted length", "%zu bytes", length);
        if (length > body.length)
            w.note("malformed: the length says %zu bytes, the message has %zu", length, body.length);
        return length < body.length ? length : body.length;
    }
    return kDumpAll && is_icmp_extension(body.behind(kOldQuote)) ? kOldQuote : body.length;
}

void dump_error(DumpWriter& w, const IcmpFamily& family, bool extensible, const Piece& p,
                const DumpContext& ip) {
    const Piece body = p.behind(sizeof(IcmpHeader));
    const usize length = extensible ? quote_length(w, family, p, body) : body.length;
    const Piece rest = dump_quote(w, body.first(length), ip, family.is_ipv6);
    dump_rest(w, "Padding", rest, "behind the quoted packet");
    if (kDumpAll)
        dump_icmp_extension(w, body.behind(length));
    else
        dump_rest(w, "Extension", body.behind(length), "behind the quote");
}

struct RouterEntry {
    Ipv4Addr address;
    be32 preference;
};

// RFC 1256 section 4: an entry may be longer than the two words that are known.
void dump_routers(DumpWriter& w, const Piece& message) {
    const usize size = message.here[5] * usize{4};
    Bytes rest = behind(message.here, sizeof(IcmpHeader));
    for (usize n = message.here[4]; n > 0 && size >= sizeof(RouterEntry) && size <= rest.size(); n--) {
        const auto* e = header_of<RouterEntry>(rest);
        w.label("Router");
        w.print("%s, preference %d", format_addr(e->address).text, static_cast<i32>(u32{e->preference}));
        print_data(w, rest.subspan(sizeof *e, size - sizeof *e));
        w.end_line();
        rest = behind(rest, size);
    }
    dump_rest(w, "Trailer", Piece{rest}, "behind the routers");
}

// What ICMPv6 has, and the kernel does not speak.
void dump_foreign_body(DumpWriter& w, IcmpBody kind, const Piece& p, const Piece& body,
                       const DumpContext& ip) {
    switch (kind) {
        case IcmpBody::Extension: return dump_icmp_extension(w, body);
        case IcmpBody::NdpOptions: return dump_ndp_options(w, body, ip);
        case IcmpBody::MldQuery: return dump_mld_query(w, p);
        case IcmpBody::MldRecords:
            return dump_group_records(w, body, *header_of<be16>(p.here.subspan(6)), sizeof(Ipv6Addr));
        default: return dump_payload(w, body);
    }
}

void dump_body(DumpWriter& w, const IcmpFamily& family, const IcmpKind& kind, const Piece& p,
               const DumpContext& ip) {
    const Piece body = p.behind(kind.takes);
    switch (kind.body) {
        case IcmpBody::Quote: return dump_error(w, family, false, p, ip);
        case IcmpBody::ExtensibleQuote: return dump_error(w, family, true, p, ip);
        case IcmpBody::Routers: return dump_routers(w, p);
        default: break;
    }
    if (kDumpAll) return dump_foreign_body(w, kind.body, p, body, ip);
    dump_payload(w, body);
}

}  // namespace

void dump_icmp_message(DumpWriter& w, const IcmpFamily& family, const Piece& p, const DumpContext& ip) {
    const IcmpKind& kind = kind_of(family, Partial<IcmpHeader>(p).header);
    if (!dump_head(w, family, kind, p, ip)) return;
    if (!dump_fields(w, "an ICMP header", kind.takes, kind.fields, p)) return;
    const Piece body = p.behind(kind.takes);
    w.length("Payload length", body);
    w.say(" length %zu", body.length);
    dump_body(w, family, kind, p, ip);
}

}  // namespace net
